"""`camcore serve` as a process of its own on loopback, for measurements and tests."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parent.parent
WASHER = ROOT / "samples" / "pet-washers" / "d-washer.dxf"


class Server:
    """The service on a free port, with its data and its log in a folder. Mutable."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.options = data, options
        self.log = data / "server.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60.0) -> None:
        """Start it and wait until it answers. Raises RuntimeError when it does not in that time."""
        command = [sys.executable, "-m", "camcore", "serve", "--port", str(self.port), "--data", str(self.data)]
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*command, *self.options], cwd=ROOT, stderr=log)
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(httpx.TransportError):
                httpx.get(f"{self.url}/api/v1/health")
                return
            time.sleep(0.05)
        raise RuntimeError(f"the service does not come up: {self.said()}")

    def said(self, most: int = 4000) -> str:
        """The end of what it wrote to its log."""
        return self.log.read_text(errors="replace")[-most:]

    def kill(self) -> None:
        """Kill it, so that it can tidy up nothing."""
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def workers(self) -> list[int]:
        """Ids of the processes that work for it, from /proc."""
        assert self.process
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, IndexError):
                parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
                if parent == self.process.pid and b"spawn_main" in (path / "cmdline").read_bytes():
                    found.append(int(path.name))
        return sorted(found)

    def resident(self) -> dict[int, float]:
        """Memory, MiB, of it and of each process that works for it."""
        assert self.process
        pids = [self.process.pid, *self.workers()]
        page = os.sysconf("SC_PAGE_SIZE") / (1 << 20)
        return {pid: int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * page for pid in pids}

    def seconds(self) -> float:
        """Processor time, s, that it and its processes have taken."""
        assert self.process
        tick = os.sysconf("SC_CLK_TCK")
        words = [Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split() for pid in self.resident()]
        return sum(int(each[11]) + int(each[12]) for each in words) / tick

    def __enter__(self) -> Server:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def tell(figures: dict[str, Any], as_json: bool) -> None:
    """What was measured, to stdout: one JSON document, or a line each."""
    if as_json:
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
    else:
        sys.stdout.write("".join(f"{name}: {value}\n" for name, value in figures.items()))
