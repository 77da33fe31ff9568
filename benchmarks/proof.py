"""CPU seconds of the proof of a 500-part sheet of about 100,000 blocks: `python -m benchmarks.proof [mill|laser ...]`.

The shapes are made here: boards with wavy edges of arcs, slots and round holes, cut in several passes. Printed are the
blocks of the program, the seconds of its proof, the most memory that the process held, and the seconds of reading and
of each check (what checks share counts for the first).
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Iterator

import numpy as np

import postprocessors
from camcore import machine, material, program, toolpath
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.machine import Machine
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Part
from camcore.verify import inspect
from camcore.verify.case import Case
from camcore.verify.checks import CHECKS
from camcore.verify.model import Task
from camcore.verify.pause import uncollected
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
    setup = toolpath.resolve(chosen, material.load(stuff), thickness)
    (plan,) = toolpath.plan(nest, setup)
    return postprocessors.write(program.build(plan, chosen), chosen), chosen, task_of(nest, plan, setup, plan.air)


def proof(process: str) -> list[str]:
    """Lines of figures: the second of two proofs in one process, and a third in its stages."""
    text, chosen, task = written(process)
    inspect(text, chosen, task)
    start = time.process_time()
    verdict = inspect(text, chosen, task)
    total = time.process_time() - start
    kept, size = "proven" if verdict.proven else "REFUSED", len(text.splitlines())
    spent = ", ".join(f"{name} {seconds:.2f}" for name, seconds in stages(text, chosen, task) if seconds >= 0.01)
    return [f"{process}: {size} blocks, {PARTS} parts, {kept}: {total:.2f} s CPU, {peak()} MB", f"  {spent}"]


def stages(text: str, chosen: Machine, task: Task) -> Iterator[tuple[str, float]]:
    """CPU seconds of the reading and of each check."""
    with uncollected():
        start = time.process_time()
        case = Case(text, read(text, chosen), chosen, task)
        yield "read", time.process_time() - start
        for check in CHECKS:
            start = time.process_time()
            name = case.once(check.run).name
            yield name, time.process_time() - start


def peak() -> int:
    """Most memory that the process has held so far, planning and all, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    for process in sys.argv[1:] or SHEETS:
        print("\n".join(proof(process)), flush=True)
