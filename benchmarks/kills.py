"""Kills the service and its processes at random moments while jobs are posted, and counts what is lost or made twice.

`python -m benchmarks.kills --kills 100 --seed 0 --json`
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.serving import WASHER, Server, tell

JOBS_PER_KILL = 0.4
"""Jobs posted for each kill: enough that one runs at most moments."""


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it: `lost` were accepted and are not there; `double` were made twice or have two results;
    `broken` have files that their manifest does not vouch for; `states` of all jobs at the end."""

    kills: int
    of_service: int
    jobs: int
    lost: int
    double: int
    broken: int
    states: dict[str, int]
    attempts: int
    seconds: float


def job(drawing: str, name: str) -> dict[str, Any]:
    """A small job, some tenths of a second long."""
    return {
        "name": name,
        "machine": "generic-grbl-laser",
        "material": "pet",
        "thickness": 0.25,
        "parts": [{"drawing": drawing, "quantity": 6}],
        "sheets": [{"size": [200, 150]}],
        "nesting": {"effort": 50},
    }


class Poster(threading.Thread):
    """Posts jobs one after another, each with a key, and again until the service says that it has it. Mutable."""

    def __init__(self, server: Server, count: int, pause: float) -> None:
        super().__init__(daemon=True)
        self.server, self.count, self.pause = server, count, pause
        self.accepted: dict[str, str] = {}

    def run(self) -> None:
        """Until all are accepted."""
        with httpx.Client(base_url=f"{self.server.url}/api/v1", timeout=30.0) as http:
            for number in range(self.count):
                while f"key-{number}" not in self.accepted:
                    with suppress(httpx.TransportError):
                        self._post(http, number)
                time.sleep(self.pause)

    def _post(self, http: httpx.Client, number: int) -> None:
        sent = http.post("/drawings", files={"file": (WASHER.name, WASHER.read_bytes())})
        key = f"key-{number}"
        answer = http.post("/jobs", json=job(sent.json()["id"], key), headers={"Idempotency-Key": key})
        if answer.status_code in (200, 201):
            self.accepted[key] = answer.json()["id"]
        else:
            time.sleep(0.2)


def kills(data: Path, count: int, seed: int = 0, most: float = 2.5) -> Told:
    """Kill `count` times, at most `most` s apart: the service, or one of its processes; then wait for the jobs."""
    dice, began, of_service = random.Random(seed), time.monotonic(), 0
    server = Server(data, "--workers", "1", "--runners", "1")
    server.start()
    poster = Poster(server, max(2, round(count * JOBS_PER_KILL)), most / 2 / JOBS_PER_KILL / 2)
    poster.start()
    for _ in range(count):
        time.sleep(dice.uniform(0.0, most))
        workers = server.workers()
        if dice.random() < 0.5 or not workers:
            server.kill()
            server.start()
            of_service += 1
        else:
            with suppress(ProcessLookupError):
                os.kill(dice.choice(workers), signal.SIGKILL)
    poster.join()
    _wait(server)
    server.stop()
    return _told(data, poster, count, of_service, time.monotonic() - began)


def _wait(server: Server, seconds: float = 300.0) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        health = httpx.get(f"{server.url}/api/v1/health").json()
        if health["queued"] + health["running"] == 0:
            return
        time.sleep(0.2)


def _told(data: Path, poster: Poster, count: int, of_service: int, seconds: float) -> Told:
    with sqlite3.connect(data / "service.db") as connection:
        rows = connection.execute("select id, key, state, attempt from jobs").fetchall()
    keys = Counter(key for _, key, _, _ in rows)
    there = {key: id for id, key, _, _ in rows}
    results = {id: list((data / "jobs" / id).glob("attempt-*")) for id, _, _, _ in rows}
    done = [id for id, _, state, _ in rows if state == "done"]
    return Told(
        kills=count,
        of_service=of_service,
        jobs=len(rows),
        lost=sum(there.get(key) != id for key, id in poster.accepted.items()),
        double=sum(n - 1 for n in keys.values()) + sum(len(found) > 1 for found in results.values()),
        broken=sum(len(results[id]) != 1 or not whole(results[id][0]) for id in done),
        states=dict(Counter(state for _, _, state, _ in rows)),
        attempts=sum(attempt for _, _, _, attempt in rows),
        seconds=round(seconds, 1),
    )


def whole(folder: Path) -> bool:
    """Whether the files of a result are those that its manifest lists, byte for byte."""
    rows = json.loads((folder / "manifest.json").read_text("utf-8"))["outputs"]
    return bool(rows) and all(
        hashlib.sha256((folder / row["file"]).read_bytes()).hexdigest() == row["sha256"] for row in rows
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        told = asdict(kills(Path(folder), said.kills, said.seed))
    tell(told, said.json)


if __name__ == "__main__":
    main()
