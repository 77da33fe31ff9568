"""A service to test: in this process with a client, or as a command of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from camcore.service.app import create
from camcore.service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
WASHER = SAMPLES / "pet-washers" / "d-washer.dxf"
GASKET = SAMPLES / "nomex-gaskets" / "box-gasket.dxf"
KEY = "a-key-that-is-long-enough"


@contextmanager
def client(data: Path, **settings: Any) -> Iterator[TestClient]:
    app = create(Settings(data, workers=1, **settings))
    with TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False) as client:
        yield client


def send(client: httpx.Client, path: Path = WASHER, name: str | None = None) -> str:
    answer = client.post("/api/v1/drawings", files={"file": (name or path.name, path.read_bytes())})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def washer_job(drawing: str, **changes: Any) -> dict[str, Any]:
    return {
        "name": "washers",
        "machine": "generic-grbl-laser",
        "material": "pet",
        "thickness": 0.25,
        "parts": [{"drawing": drawing, "quantity": 6}],
        "sheets": [{"size": [200, 150]}],
        "nesting": {"effort": 50},
        **changes,
    }


def ended(client: httpx.Client, id: str, seconds: float = 120.0) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = client.get(f"/api/v1/jobs/{id}").json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"job {id} is still {job['state']}")


class Server:
    """`camcore serve` in a process of its own, on a free port of loopback."""

    def __init__(self, data: Path, *options: str) -> None:
        self.data, self.options = data, options
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, seconds: float = 60.0) -> None:
        command = [sys.executable, "-m", "camcore", "serve", "--port", str(self.port), "--data", str(self.data)]
        self.process = subprocess.Popen([*command, "--workers", "1", *self.options], cwd=ROOT)
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/api/v1/health")
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the service does not come up")

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.kill()

    def workers(self) -> list[int]:
        """Processes that work for it, from /proc."""
        assert self.process
        found = []
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                words = path.read_text().rsplit(")", 1)[1].split()
                line = (path.parent / "cmdline").read_bytes()
            except OSError:
                continue
            if int(words[1]) == self.process.pid and b"spawn_main" in line:
                found.append(int(path.parent.name))
        return found

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
