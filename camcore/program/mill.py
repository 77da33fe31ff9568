"""How a mill cuts a plan."""

from __future__ import annotations

from camcore.machine import Machine
from camcore.machinetables import Heights, SpindleSpec
from camcore.moves import Air, DrillHole, Dwell, Spindle, ToolChange
from camcore.program.path import chains
from camcore.program.pen import Pen
from camcore.toolpath.model import Hole, Plan, Stroke, Tool


def run(plan: Plan, pen: Pen, air: bool) -> None:
    """All cuts of the plan, tool by tool as they come: travel at clearance, go down, cut, go up."""
    heights, _ = _parts(pen.machine)
    clearance = plan.clearance or heights.clearance
    tool = None
    for cut in plan.all_cuts:
        if cut.tool != tool:
            _take(plan.tools[cut.tool], pen, air)
            tool = cut.tool
        pen.say(cut)
        if cut.hole:
            _drill(cut.hole, clearance, heights, pen)
        for chain in chains(cut.strokes):
            _cut(chain, clearance, heights, pen)
    _stop(pen, heights, air)


def _parts(machine: Machine) -> tuple[Heights, SpindleSpec]:
    """Heights and spindle, which every mill has (`Machine` sees to it)."""
    if machine.heights is None or machine.spindle is None:
        raise ValueError(f"{machine.name} is no mill")
    return machine.heights, machine.spindle


def _stop(pen: Pen, heights: Heights, air: bool) -> None:
    """Tool clear, spindle and air off; nothing where nothing has run."""
    if pen.known:
        pen.rapid(pen.x, pen.y, heights.safe)
        pen.add(Spindle(0.0), *([Air(False)] if air else []))


def _take(tool: Tool, pen: Pen, air: bool) -> None:
    """Change to a tool and bring it up to speed; where the tool then stands is not known."""
    heights, spindle = _parts(pen.machine)
    _stop(pen, heights, air)
    pen.known = False
    pen.add(ToolChange(tool.number, tool.diameter, tool.name or tool.kind), Spindle(pen.rpm(tool)))
    if spindle.spin_up:
        pen.add(Dwell(spindle.spin_up))
    if air:
        pen.add(Air(True))


def _go_over(x: float, y: float, clearance: float, heights: Heights, pen: Pen) -> None:
    """Over a place at clearance; at safe height the first time, as nobody knows what stands between."""
    pen.travel(x, y, clearance if pen.known else heights.safe)
    pen.rapid(x, y, clearance)


def _cut(chain: list[Stroke], clearance: float, heights: Heights, pen: Pen) -> None:
    (x, y), depth = chain[0].curve.start, chain[0].z0
    _go_over(x, y, clearance, heights, pen)
    if depth < clearance:
        pen.rapid(x, y, max(depth, min(heights.approach, clearance)))
    pen.follow(chain)
    pen.rapid(pen.x, pen.y, clearance)


def _drill(hole: Hole, clearance: float, heights: Heights, pen: Pen) -> None:
    if not pen.known:
        _go_over(hole.x, hole.y, clearance, heights, pen)
    clear = min(heights.approach, clearance)
    at = DrillHole(hole.x, hole.y, clear, -hole.depth, hole.feed, hole.peck, hole.dwell, clearance, hole.chip_break)
    pen.drill(at)
