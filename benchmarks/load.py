"""Estimates over HTTP at a steady rate, on loopback: waiting times, errors, processor time and memory.

`python -m benchmarks.load --rate 20 --seconds 60 --json` starts a service of its own, sends it the samples' drawings,
and asks for estimates at that rate whether or not earlier ones were answered; each time is counted from the moment at
which the request was due. `--count 2000` asks one after another instead, and tells how memory grew.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import httpx

from benchmarks.serving import ROOT, Server, tell

MOST = 100_000
"""Requests of one measurement at most."""
DRAWINGS = (
    ("pet-washers/d-washer.dxf", "pet", 0.25),
    ("pet-washers/lug-cover.dxf", "pet", 0.25),
    ("fr4-kit/gusset.dxf", "fr4", 1.57),
    ("fr4-kit/hub-disc.dxf", "fr4", 1.57),
    ("fr4-kit/busbar-comb.dxf", "fr4", 1.57),
    ("nomex-gaskets/box-gasket.dxf", "nomex", 0.25),
    ("terminal-board/terminal-board-12.dxf", "fr4", 1.57),
)
SHEETS = ("36x48in", "600x900mm")
QUANTITIES = (1, 10, 25, 50, 100, 250, 500, 1000)


@dataclass(frozen=True, slots=True)
class Told:
    """Waiting times in ms; processor time of the service and its processes for each request, ms; memory in MiB."""

    asked: int
    errors: int
    rate: float
    median: float
    p99: float
    worst: float
    processor: float
    memory_before: float
    memory_after: float
    restarted: int


def requests(http: httpx.Client, seed: int = 0) -> Iterator[dict[str, Any]]:
    """Estimates of the samples' drawings, in quantities, rotations and on sheets that change, without end."""
    dice, kept = random.Random(seed), []
    for name, material, thickness in DRAWINGS:
        path = ROOT / "samples" / name
        sent = http.post("/api/v1/drawings", files={"file": (path.name, path.read_bytes())})
        kept.append({"drawing": sent.json()["id"], "material": material, "thickness": thickness})
    for _ in count():
        yield {**dice.choice(kept), "quantity": dice.sample(QUANTITIES, 3), "sheet": dice.choice(SHEETS)}


def steady(server: Server, rate: float, seconds: float) -> Told:
    """Ask at a steady rate, for so many seconds."""
    with httpx.Client(base_url=server.url, timeout=60.0) as http:
        bodies = list(islice(requests(http), min(MOST, round(rate * seconds))))
        _warm(http, server)
    return _measured(server, lambda: asyncio.run(_at_rate(server.url, bodies, rate)))


def in_turn(server: Server, number: int) -> Told:
    """Ask one after another, so many times."""
    with httpx.Client(base_url=server.url, timeout=60.0) as http:
        source = requests(http)
        _warm(http, server)
        return _measured(server, lambda: [_timed(http, body) for body in islice(source, min(MOST, number))])


def _warm(http: httpx.Client, server: Server) -> None:
    """Ask for each drawing on each sheet until every process has seen it: what is measured is a service at work."""
    for body in islice(requests(http, seed=1), 40 * max(1, len(server.workers()) - 1)):
        http.post("/api/v1/estimate", json=body)


def _timed(http: httpx.Client, body: dict[str, Any]) -> tuple[float, bool]:
    began = time.perf_counter()
    answer = http.post("/api/v1/estimate", json=body)
    return time.perf_counter() - began, answer.status_code == 200


async def _at_rate(url: str, bodies: list[dict[str, Any]], rate: float) -> list[tuple[float, bool]]:
    async with httpx.AsyncClient(base_url=url, timeout=60.0) as http:
        began = time.perf_counter()

        async def ask(number: int, body: dict[str, Any]) -> tuple[float, bool]:
            due = began + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            try:
                good = (await http.post("/api/v1/estimate", json=body)).status_code == 200
            except httpx.TransportError:
                good = False
            return time.perf_counter() - due, good

        return await asyncio.gather(*(ask(number, body) for number, body in enumerate(bodies)))


def _measured(server: Server, work: Any) -> Told:
    before, spent, began = server.resident(), server.seconds(), time.perf_counter()
    rows: list[tuple[float, bool]] = work()
    seconds, after = time.perf_counter() - began, server.resident()
    times = sorted(1000.0 * each for each, _ in rows)
    return Told(
        asked=len(rows),
        errors=sum(not good for _, good in rows),
        rate=round(len(rows) / seconds, 1),
        median=round(times[len(times) // 2], 1),
        p99=round(times[min(len(times) - 1, int(0.99 * len(times)))], 1),
        worst=round(times[-1], 1),
        processor=round(1000.0 * (server.seconds() - spent) / len(rows), 1),
        memory_before=round(sum(before.values()), 1),
        memory_after=round(sum(after.values()), 1),
        restarted=len(set(after) - set(before)),
    )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--count", type=int, help="ask so many, one after another, instead")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder), "--workers", str(said.workers)) as server:
        told = asdict(in_turn(server, said.count) if said.count else steady(server, said.rate, said.seconds))
    tell(told, said.json)


if __name__ == "__main__":
    main()
