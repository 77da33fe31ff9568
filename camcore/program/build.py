"""From a plan to a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from camcore.machine import Machine
from camcore.moves import Comment, End
from camcore.program import corners, laser, limits, mill
from camcore.program.model import Program
from camcore.program.path import ways
from camcore.program.pen import Pen
from camcore.toolpath.model import Plan

PROCESSES: Mapping[str, Callable[[Plan, Pen, bool], None]] = {"laser": laser.run, "mill": mill.run}
"""How each process runs through a plan."""


def build(plan: Plan, machine: Machine, marking: str = "") -> Program:
    """The plan as canonical moves that `machine`'s control can take (`Machine.abilities`).

    `marking` stands first in it, as a comment.
    The program's findings: E601 leaves the work area; W601, W602 feed or speed cut down; W603 no air; W604 other tool;
    W605 no pierce.
    Raises CamError for a plan that the machine cannot carry out at all: E602, E603, E604, E605.
    """
    limits.refuse(plan, machine)
    pen = Pen(machine, ways((stroke for cut in plan.all_cuts for stroke in cut.strokes), machine))
    pen.add(*(Comment(line) for line in _heading(plan, machine, marking)))
    PROCESSES[plan.process](plan, pen, plan.air and limits.has_air(machine))
    pen.add(End())
    if plan.corner_power < 1 and machine.abilities.live_power:
        pen.moves = corners.eased(pen.moves, machine, plan.corner_power)
    findings = (*limits.envelope(pen.moves, machine), *limits.advise(plan, machine, pen))
    return Program(plan.sheet.id, machine.name, plan.sheet.id, tuple(pen.moves), findings)


def _heading(plan: Plan, machine: Machine, marking: str) -> Iterator[str]:
    """The marking, and what the person at the machine has to see to before the start."""
    if marking:
        yield marking
    box = plan.sheet.stock.outline.box
    yield f"stock {box.width:g} x {box.height:g} x {plan.thickness:g} mm"
    yield "work zero: lower left corner of the sheet" + (" - top of the stock" if plan.process == "mill" else "")
    for number in sorted({cut.tool for cut in plan.all_cuts} & plan.tools.keys()):
        tool = plan.tools[number]
        yield f"T{number} {tool.diameter:g} mm: {tool.name or tool.kind}"
    for name, value in machine.settings.items():
        yield f"control setting {name} = {value}"
