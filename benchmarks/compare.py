"""Nest strip-packing instances with camcore and with spyrrow in turn, check both layouts, write one table.

Example: python -m benchmarks.compare data/strip/swim.json data/strip/mao.json --seconds 60 --threads 2 --seeds 3

The peer is optional: pip install --group peers. Runs alternate (ours, the peer's, ours, …) or, with --together, go side
by side, so that other load on the machine meets both alike; both layouts are measured by the same code with shapely.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import statistics
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.instance import read_strip
from benchmarks.strip import MOST_OVERLAP, UNLIMITED, faults
from camcore.geometry import Curve
from camcore.nesting.model import Demand, Placement, Rules
from camcore.nesting.strip import Strip, pack
from camcore.part import Part

PEER_OVERLAP = 1e-3
"""The peer may overlap this much before its layout counts as wrong: it works in single precision."""


def main() -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instances", type=Path, nargs="+")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--together", action="store_true", help="both at the same time, for twice the threads in cores")
    arguments = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {platform.python_version()};", end=" "
    )
    how = "together" if arguments.together else "in turn"
    print(f"{arguments.seconds} s, {arguments.threads} threads, {how}; density in %, median of {arguments.seeds} seeds")
    print("| instance | camcore | spyrrow | runs of camcore | runs of spyrrow | first layout, s |")
    print("|---|---|---|---|---|---|")
    medians = []
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1 + arguments.together, spawn, initializer=_warm_up) as pool:
        for path in arguments.instances:
            runs = _runs(pool, path, arguments)
            medians.append([statistics.median(column) for column in runs])
            print(_row(path.stem, runs, medians[-1]), flush=True)
    means = [statistics.mean(column) for column in zip(*medians, strict=True)]
    print(f"| mean | {means[0]:.2f} | {means[1]:.2f} | | | {means[2]:.2f} |")
    return 0


def _runs(pool: ProcessPoolExecutor, path: Path, arguments: argparse.Namespace) -> tuple[list[float], ...]:
    """Densities of ours and of the peer, and the times to our first layouts, a seed each."""
    ours, theirs = [], []
    for seed in range(arguments.seeds):
        what = path, arguments.seconds, arguments.threads, seed
        ours.append(pool.submit(_ours, *what))
        if not arguments.together:
            ours[-1].result()
        theirs.append(pool.submit(_peers, *what))
        theirs[-1].result()
    densities, first = zip(*(run.result() for run in ours), strict=True)
    return list(densities), [run.result() for run in theirs], list(first)


def _row(name: str, runs: Sequence[list[float]], medians: Sequence[float]) -> str:
    each = [" ".join(f"{value:.2f}" for value in values) for values in runs[:2]]
    return f"| {name} | {medians[0]:.2f} | {medians[1]:.2f} | {each[0]} | {each[1]} | {medians[2]:.2f} |"


def _checked(demands: list[Demand], height: float, found: Strip, most: float) -> float:
    """Density in %, from the length that the parts really take; 0 for a layout that is wrong."""
    overlap, outside = faults(demands, height, found)
    return 100.0 * found.density if overlap <= most and outside <= 1e-4 * height else 0.0


def _ours(path: Path, seconds: int, threads: int, seed: int) -> tuple[float, float]:
    """Density of our strip, and after how many seconds from the call there was a first valid layout."""
    _, height, demands = read_strip(path)
    told: list[float] = []
    begun = time.monotonic()
    rules = Rules(0.0, 0.0, UNLIMITED, seconds, seed, threads)
    found = pack(demands, height, rules, lambda _: told.append(time.monotonic() - begun))
    return _checked(demands, height, found, MOST_OVERLAP), told[0]


def _warm_up() -> None:
    """Compile what the search needs, so that no run pays for it."""
    tee = Part("tee", Curve.polygon([(0, 0), (30, 0), (30, 10), (20, 10), (20, 30), (10, 30), (10, 10), (0, 10)]))
    bar = Part("bar", Curve.rectangle(25, 6))
    pack([Demand(tee, 6), Demand(bar, 6)], 60.0, Rules(0.0, 0.0, 500, None, 0, 1))


def _peers(path: Path, seconds: int, threads: int, seed: int) -> float:
    """Density of the peer's strip."""
    import spyrrow

    _, height, demands = read_strip(path)
    items = [
        spyrrow.Item(
            demand.part.id,
            [tuple(point) for point in demand.part.outline.vertices[:, :2].tolist()],
            demand.quantity,
            None if demand.rotations is None else list(demand.rotations),
        )
        for demand in demands
    ]
    config = spyrrow.StripPackingConfig(
        early_termination=False, total_computation_time=seconds, num_workers=threads, seed=seed
    )
    found = spyrrow.StripPackingInstance("peer", height, items).solve(config)
    placements = tuple(Placement(p.id, *p.translation, p.rotation) for p in found.placed_items)
    area = sum(demand.part.area * demand.quantity for demand in demands)
    strip = Strip(placements, found.width, area / (height * found.width), 0, seconds)
    return _checked(demands, height, strip, PEER_OVERLAP)


if __name__ == "__main__":
    sys.exit(main())
