"""CPU seconds of the proof of a 500-part sheet of about 100,000 blocks: `python -m benchmarks.proof [mill|laser ...]`.

The shapes are made here: boards with wavy edges of arcs, slots and round holes, cut in several passes. Printed are the
blocks of the program, the seconds of reading it, of each check (what checks share counts for the first), and of all.
"""

from __future__ import annotations

import math
import sys
import time

import numpy as np

import postprocessors
from camcore import machine, material, program, toolpath
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.machine import Machine
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Part
from camcore.verify.case import Case
from camcore.verify.checks import CHECKS
from camcore.verify.model import Task
from camcore.verify.reader import read

PARTS, KINDS, COLUMNS, PITCH = 500, 5, 25, 30.0
"""How many parts, of how many kinds, in how many columns, how far apart, mm."""
SHEETS = {
    "mill": ("generic-linuxcnc-mill", "fr4", 1.57, 3),
    "laser": ("generic-grbl-laser", "pet", 0.5, 11),
}
"""Machine, material, thickness in mm, and how many waves each side has, for about as many blocks."""


def board(number: int, waves: int) -> Part:
    """A board of 24 mm with so many arcs out and in on each side, a window of the same kind, a slot and three holes."""
    side = 22.0 + 0.4 * number
    slot = Curve(np.array([[5.0, 3.0, 0.0], [15.0, 3.0, 1.0], [15.0, 5.5, 0.0], [5.0, 5.5, 1.0]]), closed=True)
    window = wavy(0.4 * side, waves).moved(0.3 * side, 0.34 * side)
    holes = [Curve.circle(4.5 + 5.5 * k, side - 3.5, 1.2) for k in range(3)]
    return Part(f"board-{number}", wavy(side, waves).ccw(), tuple(hole.cw() for hole in (slot, window, *holes)))


def wavy(side: float, waves: int) -> Curve:
    """A square whose sides are chains of shallow arcs, bent out and in by turns; mm."""
    count = 2 * waves
    steps = np.arange(count) / count * side
    one, full = np.full(count, 0.0), np.full(count, side)
    ends = np.vstack([
        np.column_stack([steps, one]), np.column_stack([full, steps]),
        np.column_stack([side - steps, full]), np.column_stack([one, side - steps]),
    ])  # fmt: skip
    bulges = np.tile([0.1, -0.1], len(ends) // 2)
    return Curve(np.column_stack([ends, bulges]), closed=True)


def sheet(waves: int) -> Nest:
    """All parts in rows on one sheet, every second one turned by half."""
    parts = {made.id: made for made in (board(number, waves) for number in range(KINDS))}
    placed = tuple(_placed(k, parts[f"board-{k % KINDS}"]) for k in range(PARTS))
    stock = Stock("sheet", Curve.rectangle(20 + PITCH * COLUMNS, 20 + PITCH * math.ceil(PARTS / COLUMNS)))
    demands = tuple(Demand(part, PARTS // KINDS) for part in parts.values())
    return Nest(demands, (NestedSheet("sheet-1", stock, placed),), (), Rules(2.0, 5.0), "done", parts=parts)


def _placed(k: int, part: Part) -> Placement:
    x, y = 10 + PITCH * (k % COLUMNS), 10 + PITCH * (k // COLUMNS)
    box, turned = part.outline.box, k % 2 == 1
    return Placement(part.id, x + box.width * turned, y + box.height * turned, 180.0 * turned)


def written(process: str) -> tuple[str, Machine, Task]:
    """A program's text, its machine with room for the sheet, and what it was meant to make."""
    name, stuff, thickness, waves = SHEETS[process]
    chosen = machine.load(name)
    area = chosen.work_area.model_copy(update={"x": (-10.0, 1000.0), "y": (-10.0, 1000.0)})
    chosen = chosen.model_copy(update={"work_area": area})
    nest = sheet(waves)
    (plan,) = toolpath.plan(nest, toolpath.resolve(chosen, material.load(stuff), thickness))
    return postprocessors.write(program.build(plan, chosen), chosen), chosen, task_of(nest, plan)


def proof(process: str) -> list[str]:
    """Lines of figures: the second of two proofs in one process."""
    text, chosen, task = written(process)
    for _ in range(2):
        start = time.process_time()
        case = Case(text, read(text, chosen), chosen, task)
        spent = {"read": time.process_time() - start}
        results = []
        for check in CHECKS:
            before = time.process_time()
            results.append(case.once(check.run))
            spent[results[-1].name] = time.process_time() - before
        total = time.process_time() - start
    kept = "proven" if all(result.passed for result in results) else "REFUSED"
    stages = ", ".join(f"{name} {seconds:.2f}" for name, seconds in spent.items() if seconds >= 0.01)
    return [f"{process}: {len(text.splitlines())} blocks, {PARTS} parts, {kept}: {total:.2f} s CPU", f"  {stages}"]


if __name__ == "__main__":
    for process in sys.argv[1:] or SHEETS:
        print("\n".join(proof(process)), flush=True)
