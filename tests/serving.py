"""A service to test, in this process, and what is asked of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from fastapi.testclient import TestClient

from camcore.service.app import create
from camcore.service.service import Service
from camcore.service.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
WASHER = SAMPLES / "pet-washers" / "d-washer.dxf"
GASKET = SAMPLES / "nomex-gaskets" / "box-gasket.dxf"
KEY = "a-key-that-is-long-enough"


@contextmanager
def client(data: Path, **settings: Any) -> Iterator[TestClient]:
    app = create(Service(Settings(data, workers=1, **settings)))
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


def ended(client: httpx.Client, id: str, seconds: float = 300.0) -> dict[str, Any]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = client.get(f"/api/v1/jobs/{id}").json()
        if job["state"] not in ("queued", "running"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"job {id} is still {job['state']}")
