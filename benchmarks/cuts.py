"""Planning of large sheets, one part, and travel beside LKH: `python -m benchmarks.cuts [--travel N ...] [--one]`.

With `--one`: CPU seconds from the DXF of one part to the text of its program, nest and proof apart, the least of
several runs in a process that has done one, but knows nothing of the part.
Without arguments: CPU seconds from nest to moves of 2,000 parts with 10,000 holes, laser and mill, the second of two
runs in one process. With `--travel`: rapid travel of N random points without precedence over that of LKH (`elkai`).
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

import postprocessors
from camcore import drawing, machine, material, part, program, toolpath
from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Part
from camcore.toolpath import reach
from camcore.toolpath.model import Cut, Hole, Kind
from camcore.toolpath.offer import Offer
from camcore.toolpath.order import order

PARTS, KINDS, COLUMNS, PITCH = 2000, 40, 50, (30.0, 20.0)
"""How many parts, of how many kinds, in how many columns, how far apart, mm."""


def board(number: int) -> Part:
    """A board with five round holes."""
    holes = [Curve.circle(3 + 3.4 * k, 6, 0.8 + 0.1 * ((k + number) % 4)).cw() for k in range(5)]
    return Part(f"board-{number}", Curve.rectangle(20 + number % 5, 12 + number % 3), tuple(holes))


def sheet() -> Nest:
    """All of them on one sheet."""
    parts = {made.id: made for made in map(board, range(KINDS))}
    dx, dy = PITCH
    placed = tuple(
        Placement(f"board-{k % KINDS}", 10 + dx * (k % COLUMNS), 10 + dy * (k // COLUMNS), 0.0) for k in range(PARTS)
    )
    stock = Stock("sheet", Curve.rectangle(20 + dx * COLUMNS, 20 + dy * (PARTS // COLUMNS)))
    demands = tuple(Demand(part, PARTS // KINDS) for part in parts.values())
    return Nest(demands, (NestedSheet("sheet-1", stock, placed),), (), Rules(2.0, 5.0), "done")


def planning(name: str, stuff: str, thickness: float) -> str:
    """A line of figures."""
    chosen = machine.load(name)
    setup = toolpath.resolve(chosen, material.load(stuff), thickness)
    toolpath.plan(sheet(), setup)
    start = time.process_time()
    (plan,) = toolpath.plan(sheet(), setup)
    planned = time.process_time()
    built = program.build(plan, chosen)
    done = time.process_time()
    travel = program.duration(built, chosen).rapid_length / 1000
    spent = f"plan {planned - start:.2f} s, build {done - planned:.2f} s"
    return f"{name}: {len(plan.cuts)} cuts, {spent}, {len(built.moves)} moves, rapid travel {travel:.1f} m"


def one(path: Path, name: str, stuff: str, thickness: float, runs: int = 5) -> str:
    """A line of figures: one part in the middle of a sheet of its own."""
    chosen = machine.load(name)
    spent = []
    for _ in range(runs + 1):
        reach._reach.cache_clear()
        start = time.process_time()
        setup = toolpath.resolve(chosen, material.load(stuff), thickness)
        found = part.find(drawing.read(path)).parts[0]
        box, room = found.box, 40.0
        stock = Stock("sheet", Curve.rectangle(box.width + 2 * room, box.height + 2 * room))
        laid = NestedSheet("sheet-1", stock, (Placement(found.id, room - box.x0, room - box.y0, 0.0),))
        (plan,) = toolpath.plan(Nest((Demand(found, 1),), (laid,), (), Rules(2.0, 5.0), "done"), setup)
        text = postprocessors.write(program.build(plan, chosen), chosen)
        spent.append(time.process_time() - start)
    return f"{path.name}, {name}: {min(spent[1:]):.3f} s CPU, {len(text.splitlines())} lines"


ONE = (
    ("fr4-kit/gusset.dxf", "generic-linuxcnc-mill", "fr4", 1.57),
    ("terminal-board/terminal-board-12.dxf", "generic-linuxcnc-mill", "phenolic-xx", 3.175),
    ("pet-washers/rings.dxf", "generic-grbl-laser", "pet", 0.25),
    ("nomex-gaskets/box-gasket.dxf", "generic-grbl-laser", "nomex", 0.5),
)
"""Drawings of samples/, machine, material and thickness."""


def travel(count: int, seed: int = 1) -> str:
    """Length of our tour through random points over that of LKH, from the sheet's corner, ending anywhere."""
    import elkai

    points = np.random.default_rng(seed).uniform(0, 1000, (count, 2))
    offers = [Offer.of(Cut("p", 0, Kind.HOLE, k, hole=Hole(x, y, 1, 100))) for k, (x, y) in enumerate(points.tolist())]
    start = time.process_time()
    done = order(offers, [])
    spent = time.process_time() - start
    ours = _length(np.vstack([[0.0, 0.0], *(offer.starts for offer in done)]))
    there = np.vstack([[0.0, 0.0], points])
    away = np.hypot(*(there[:, None] - there[None]).transpose(2, 0, 1))
    away[:, 0] = 0.0
    theirs = elkai.DistanceMatrix(np.rint(away * 1000).astype(int).tolist()).solve_tsp(runs=1)[:-1]
    return f"{count} points: {ours / _length(there[theirs]):.4f} of LKH's travel, in {spent:.2f} s CPU"


def _length(points: Floats) -> float:
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--travel", type=int, nargs="+", metavar="N")
    parser.add_argument("--one", action="store_true")
    asked = parser.parse_args()
    wanted = asked.travel
    if asked.one:
        for file, *how in ONE:
            print(one(Path("samples") / str(file), *how), flush=True)  # type: ignore[arg-type]
        return
    if wanted:
        for count in wanted:
            print(travel(count), flush=True)
        return
    print(planning("generic-grbl-laser", "pet", 0.5))
    print(planning("generic-linuxcnc-mill", "fr4", 1.57))


if __name__ == "__main__":
    main()
