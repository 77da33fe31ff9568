"""Nest one strip-packing instance and print the layout.

Example: python -m benchmarks.strip swim.json --seconds 60 --threads 2 --seed 0 --json
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.instance import read_strip
from camcore.nesting.model import Demand, Placement, Progress, Rules
from camcore.nesting.strip import Strip, pack

UNLIMITED = 1 << 60
"""Moves that no run makes: the seconds stop it."""


def main() -> int:
    """The command; returns its exit code."""
    arguments = _arguments()
    name, height, demands = read_strip(arguments.instance)
    rules = Rules(0.0, 0.0, arguments.moves or UNLIMITED, arguments.seconds, arguments.seed, arguments.threads)
    found = pack(demands, height, rules, None if arguments.json else _tell)
    overlap, outside = faults(demands, height, found)
    if overlap > MOST_OVERLAP or outside > MOST_OUTSIDE * height:
        print(f"layout is wrong: overlap {overlap:.3g} of a part's area, {outside:.3g} outside", file=sys.stderr)
        return 1
    report = {
        "instance": name,
        "density": found.density,
        "length": found.length,
        "seconds": found.seconds,
        "seed": arguments.seed,
        "placements": [_row(placement) for placement in found.placements],
    }
    print(json.dumps(report) if arguments.json else f"{name} {100 * found.density:.2f} % {found.moves} moves")
    return 0


MOST_OVERLAP = 1e-6
"""Overlap, as a share of the smaller part's area, that counts as touching."""
MOST_OUTSIDE = 1e-9
"""Share of the strip's height by which a part may stick out: float noise."""


def faults(demands: list[Demand], height: float, found: Strip) -> tuple[float, float]:
    """Largest overlap, as a share of the smaller part's area, and how far any part sticks out; measured by shapely."""
    import shapely
    from shapely.affinity import rotate, translate

    outlines = {d.part.id: shapely.Polygon(d.part.outline.vertices[:, :2]) for d in demands}
    parts = [translate(rotate(outlines[p.part], p.rotation, origin=(0, 0)), p.x, p.y) for p in found.placements]
    i, j = shapely.STRtree(parts).query(parts, predicate="intersects")
    pairs = [(parts[a], parts[b]) for a, b in zip(i, j, strict=True) if a < b]
    overlap = max((a.intersection(b).area / min(a.area, b.area) for a, b in pairs), default=0.0)
    bounds = shapely.total_bounds(parts)
    outside = max(-bounds[0], -bounds[1], bounds[2] - found.length, bounds[3] - height)
    return float(overlap), float(outside)


def _row(placement: Placement) -> dict[str, Any]:
    return {"item": int(placement.part), "x": placement.x, "y": placement.y, "rotation": placement.rotation}


def _tell(state: Progress) -> None:
    print(f"{state.seconds:7.1f} s  {state.moves:9d} moves  length {state.used_length:.3f} at height 1000")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("instance", type=Path)
    parser.add_argument("--seconds", type=float, default=None)
    parser.add_argument("--moves", type=int, default=None, help="budget in moves: the same result on any machine")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
