"""How long one piece takes, before anybody knows where it lies: its contours run by the machine's own time model.

Left out are tabs, the way of the tool's centre round corners, and lead-ins that find no room; leads, overcut and the
width of the cut count by their lengths. `duration` of the planned program says it exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from camcore.geometry import Curve, arcs
from camcore.geometry.track import Track
from camcore.machine import Machine
from camcore.nesting.model import NestedSheet, Stock
from camcore.part import Part
from camcore.program.build import build
from camcore.program.clock import duration
from camcore.toolpath.model import Cut, Hole, Kind, Plan, Role, Stroke, Tool
from camcore.toolpath.passes import Descent, Feeds, descent, strokes
from camcore.toolpath.setup import LaserSetup, MillSetup, Setup
from camcore.toolpath.tabs import TabShape

SAME_DIAMETER = 0.01
"""A round hole this near, mm, to a drill's diameter is drilled."""


@dataclass(frozen=True, slots=True)
class PieceTime:
    """Seconds for each piece, without the way to the next, and once for each sheet; length cut (mm) and pierces."""

    each: float
    sheet: float
    cut_length: float
    pierces: int


def piece_time(part: Part, setup: Setup, machine: Machine) -> PieceTime:
    """Time of one piece of a part on a machine.

    Raises CamError as `program.build`: E602, E604, E605 for what the machine cannot carry out.
    """
    cuts = sorted(_cuts(part, setup), key=lambda cut: cut.tool)
    tools = dict(setup.mill.tools) if setup.mill else {}
    sheet = NestedSheet("piece", Stock("piece", part.outline), ())
    clearance = setup.mill.clearance if setup.mill else 0.0
    plan = Plan(sheet, setup.process, tuple(cuts), setup.thickness, setup.min_spacing, tools, clearance)
    times = duration(build(plan, machine), machine)
    drawn = sum(stroke.curve.length for cut in cuts for stroke in cut.strokes)
    wider = 1.0 + _added(part, setup) / drawn if drawn else 1.0
    waits = times.dwell if setup.laser else 0.0
    return PieceTime(
        each=times.cutting * wider + times.rapid + waits,
        sheet=times.tool_change + times.dwell - waits,
        cut_length=drawn * wider,
        pierces=times.pierces,
    )


def _added(part: Part, setup: Setup) -> float:
    """Length, mm, that the width of the cut, leads and overcut add to what is drawn."""
    width = math.pi * setup.min_spacing
    if setup.laser:
        own = setup.laser
        leads = own.lead + own.lead_out + own.overcut
        return width * own.passes * (1 - len(part.holes)) + leads * (1 + len(part.holes))
    assert setup.mill
    rounds = math.ceil((setup.thickness + setup.mill.breakthrough) / setup.mill.step_down)
    return width * (1 - len(part.holes)) * rounds


def _cuts(part: Part, setup: Setup) -> Iterator[Cut]:
    if setup.laser:
        yield from _burnt(part, setup.laser)
    elif setup.mill:
        yield from _milled(part, setup, setup.mill)


def _burnt(part: Part, laser: LaserSetup) -> Iterator[Cut]:
    for k, mark in enumerate(part.marks):
        look = laser.look(k < part.scores)
        strokes = (Stroke(_opened(mark), Role.CUT, look.feed),) * look.passes
        yield Cut(part.id, 0, Kind.MARK, k, strokes=strokes, power=look.power)
    for k, curve in enumerate((*_nearest_next(part.holes), part.outline)):
        strokes = (Stroke(_opened(curve), Role.CUT, laser.feed),) * laser.passes
        yield Cut(part.id, 0, Kind.HOLE, k, strokes=strokes, power=laser.power, pierce=laser.pierce)


def _opened(curve: Curve) -> Curve:
    return curve.opened_at(0) if curve.closed else curve


def _milled(part: Part, setup: Setup, mill: MillSetup) -> Iterator[Cut]:
    depth, main = setup.thickness + mill.breakthrough, mill.tools[mill.profile_tool]
    for k, mark in enumerate(part.marks):
        stroke = Stroke(_opened(mark), Role.CUT, mill.feed[main.number], -mill.mark_depth, -mill.mark_depth)
        yield Cut(part.id, 0, Kind.MARK, k, main.number, (stroke,))
    for k, curve in enumerate(_nearest_next(part.holes)):
        circle = curve.as_circle()
        drill = _drill(2.0 * circle[2], mill) if circle else None
        if circle and drill:
            hole = Hole(circle[0], circle[1], depth, mill.feed[drill.number])
            yield Cut(part.id, 0, Kind.DRILL, k, drill.number, hole=hole)
        else:
            tool = _fitting(curve, mill)
            yield Cut(part.id, 0, Kind.HOLE, k, tool.number, _passes(curve, depth, tool, mill))
    tool = _fitting(part.outline, mill)
    yield Cut(part.id, 0, Kind.OUTLINE, 0, tool.number, _passes(part.outline, depth, tool, mill))


def _nearest_next(holes: Sequence[Curve]) -> list[Curve]:
    """The holes in an order in which a head would cut them: always the nearest next."""
    left, found = list(holes), list[Curve]()
    while left:
        x, y = found[-1].start if found else left[0].start
        k = min(range(len(left)), key=lambda k: (left[k].start[0] - x) ** 2 + (left[k].start[1] - y) ** 2)
        found.append(left.pop(k))
    return found


def _drill(diameter: float, mill: MillSetup) -> Tool | None:
    drills = (tool for tool in mill.tools.values() if tool.kind == "drill")
    return next((tool for tool in drills if abs(tool.diameter - diameter) <= SAME_DIAMETER), None)


def _fitting(curve: Curve, mill: MillSetup) -> Tool:
    """The tool for outlines, or the largest end mill that goes into the narrowest arc; sharp corners are left as it is.

    Material lies left of the curve, so the arcs that a tool has to go into run clockwise.
    """
    main, rows = mill.tools[mill.profile_tool], curve.segments
    radii = arcs.centre_form(rows).radius[rows[:, 4] < -arcs.STRAIGHT]
    narrowest = 2.0 * float(radii.min(initial=math.inf))
    mills = [tool for tool in mill.tools.values() if tool.kind == "endmill"]
    inside = [tool for tool in mills if tool.diameter <= narrowest + SAME_DIAMETER]
    if main in inside or not mills:
        return main
    return max(inside, key=lambda tool: tool.diameter) if inside else min(mills, key=lambda tool: tool.diameter)


def _passes(curve: Curve, depth: float, tool: Tool, mill: MillSetup) -> tuple[Stroke, ...]:
    slope = math.tan(math.radians(mill.ramp_angle))
    levels, slope = descent(curve.length, depth, mill.pass_depth(tool.number), slope)
    feeds = Feeds(mill.feed[tool.number], mill.plunge[tool.number])
    return tuple(strokes(Track(curve), Descent(0.0, levels, slope, feeds), (), TabShape(0.0, 0.0, 0.0, 0.0)))
