"""How the service is set up: where it keeps things, who may call it, and how much it takes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from camcore.findings import CamError, Finding
from camcore.workers import Limits

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
WILDCARDS = frozenset({"0.0.0.0", "::", ""})
GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Settings:
    """All that `camcore serve` can be told.

    key: what callers must know, None for nobody; hosts: further names by which callers may reach the service
    workers: processes for answers at once; runners: jobs at a time; quick, long: what either may take
    most_bytes: of one drawing; most_drawings: of one job; most_waiting: answers, most_queued: jobs, that may wait
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8000
    key: str | None = None
    hosts: tuple[str, ...] = ()
    workers: int = 2
    runners: int = 1
    most_bytes: int = 20_000_000
    most_drawings: int = 200
    most_waiting: int = 100
    most_queued: int = 1000
    quick: Limits = field(default_factory=lambda: Limits(20.0, 2 * GIB))
    long: Limits = field(default_factory=lambda: Limits(3600.0, 4 * GIB))

    @property
    def allowed_hosts(self) -> frozenset[str] | None:
        """Names of this host that a request may carry; None for any: open to the network, with a key."""
        if self.host in WILDCARDS and not self.hosts:
            return None
        return LOOPBACK | {self.host, *self.hosts}


def checked(settings: Settings) -> Settings:
    """The settings. Raises CamError E952 where the service would stand open to the network without a key."""
    if settings.key is None and settings.host not in LOOPBACK:
        message = f"without a key, anybody who reaches {settings.host or 'this host'} could use the service"
        advice = "give --api-key (or CAMCORE_API_KEY), or take the host 127.0.0.1"
        raise CamError(Finding("E952", message, advice))
    if settings.key is not None and len(settings.key) < 16:
        raise CamError(Finding("E952", "the key is shorter than 16 characters", "take a long random one"))
    return settings


def usual_data() -> Path:
    """Where programs of this system keep their data, for this user."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", Path.home())) / "camcore"
    return Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "camcore"
