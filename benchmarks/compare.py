"""Nest strip-packing instances with camcore and with spyrrow in turn, check both layouts, write one table.

Example: python -m benchmarks.compare data/strip/swim.json data/strip/mao.json --seconds 60 --threads 2 --seeds 3

The peer is optional: pip install --group peers. Runs alternate (ours, the peer's, ours, …), so that other load on the
machine meets both alike; both layouts are measured by the same code with shapely.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
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
    arguments = parser.parse_args()
    print(
        f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, {platform.python_version()};", end=" "
    )
    print(f"{arguments.seconds} s, {arguments.threads} threads, density in %, median of {arguments.seeds} seeds")
    print("| instance | camcore | spyrrow | runs of camcore | runs of spyrrow | first layout, s |")
    print("|---|---|---|---|---|---|")
    _warm_up()
    for path in arguments.instances:
        print(_row(path, arguments.seconds, arguments.threads, arguments.seeds), flush=True)
    return 0


def _row(path: Path, seconds: int, threads: int, seeds: int) -> str:
    name, height, demands = read_strip(path)
    ours, theirs, first = [], [], []
    for seed in range(seeds):
        found, started = _ours(demands, height, seconds, threads, seed)
        ours.append(_checked(demands, height, found, MOST_OVERLAP))
        first.append(started)
        theirs.append(_checked(demands, height, _peers(demands, height, seconds, threads, seed), PEER_OVERLAP))
    columns = [statistics.median(ours), statistics.median(theirs)]
    runs = [" ".join(f"{value:.2f}" for value in values) for values in (ours, theirs)]
    return f"| {name} | {columns[0]:.2f} | {columns[1]:.2f} | {runs[0]} | {runs[1]} | {statistics.median(first):.2f} |"


def _checked(demands: list[Demand], height: float, found: Strip, most: float) -> float:
    """Density in %, from the length that the parts really take; 0 for a layout that is wrong."""
    overlap, outside = faults(demands, height, found)
    return 100.0 * found.density if overlap <= most and outside <= 1e-4 * height else 0.0


def _ours(demands: list[Demand], height: float, seconds: int, threads: int, seed: int) -> tuple[Strip, float]:
    """Our strip, and after how many seconds there was a first valid layout."""
    told: list[float] = []
    found = pack(
        demands, height, Rules(0.0, 0.0, UNLIMITED, seconds, seed, threads), lambda state: told.append(state.seconds)
    )
    return found, told[0]


def _warm_up() -> None:
    """Compile what the search needs, so that no run pays for it."""
    tee = Part("tee", Curve.polygon([(0, 0), (30, 0), (30, 10), (20, 10), (20, 30), (10, 30), (10, 10), (0, 10)]))
    bar = Part("bar", Curve.rectangle(25, 6))
    pack([Demand(tee, 6), Demand(bar, 6)], 60.0, Rules(0.0, 0.0, 500, None, 0, 1))


def _peers(demands: list[Demand], height: float, seconds: int, threads: int, seed: int) -> Strip:
    import spyrrow

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
    return Strip(placements, found.width, area / (height * found.width), 0, seconds)


if __name__ == "__main__":
    sys.exit(main())
