"""What the job says of its process, as it is used up, and where each number came from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from camcore.findings import CamError, Finding
from camcore.material.model import Figure, Material

Overrides = Mapping[str, float | str | bool]


@dataclass(slots=True)
class Ledger:
    """Overrides as they are used up, and where each resolved number came from."""

    overrides: Overrides
    sources: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def number(self, key: str, default: float, source: str) -> float:
        """The job's value of `key`, else the default; noted with its source. Raises CamError E333 when not a number."""
        if key not in self.overrides:
            self.sources[key] = source
            return default
        value = self.overrides[key]
        if isinstance(value, str) or not math.isfinite(float(value)) or float(value) < 0:
            refuse(f"process setting {key} = {value!r} is not a number of 0 or more", "give a number", key)
        self.sources[key] = "job"
        return float(value)

    def choice(self, key: str, among: tuple[str, ...]) -> str:
        """The job's value of `key`, else the first of those that there are. Raises CamError E333 for another one."""
        value = self.overrides.get(key, among[0])
        if value not in among:
            refuse(f"process setting {key} = {value!r} is unknown", f"take one of {', '.join(among)}", key)
        self.sources[key] = "job" if key in self.overrides else "camcore's own rule"
        return str(value)


def cropped(ledger: Ledger) -> bool:
    """Whether the remnant is cut free: a shop's choice, as many put the sheet back whole."""
    return bool(ledger.number("crop", 0.0, "camcore's own rule"))


def refuse(message: str, advice: str, key: str) -> NoReturn:
    """Raise E333 at a key of [process]."""
    raise CamError(Finding("E333", message, advice, where={"key": f"process.{key}"}))


def figure(material: Material, given: Figure[float] | Figure[bool] | None) -> tuple[float, str]:
    """A figure that families need not have, with where it comes from; else 0."""
    return (float(given.value), material.cited(given)) if given else (0.0, "the library asks for none")


def practice(material: Material) -> str:
    """Where numbers come from that no source gives."""
    return f"uncalibrated default: {material.sources['practice']}"
