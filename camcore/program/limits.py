"""What a machine cannot do, found before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camcore.findings import CamError, Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.machine import Machine
from camcore.moves import Arc, DrillHole, Line, Move, Rapid
from camcore.program.pen import Pen
from camcore.toolpath.model import Cut, Plan

SAME_DIAMETER = 0.005
"""A tool of the plan and one of the machine's list are the same within so many mm of diameter."""


def refuse(plan: Plan, machine: Machine) -> None:
    """Raise CamError for a plan that no program of the machine can carry out: E602, E603, E604, E605."""
    if plan.process != machine.process:
        text = f"{machine.name} is a {machine.process}, the plan is for a {plan.process}"
        raise CamError(Finding("E605", text, f"plan it for a {machine.process}, or take another machine"))
    found = [*_needs(plan), *_changes(plan, machine)]
    if found:
        raise CamError(found)


def _needs(plan: Plan) -> Iterator[Finding]:
    for cut in plan.cuts:
        where = {"part": cut.part, "placement": cut.placement, "index": cut.index}
        if plan.process == "mill" and cut.tool not in plan.tools:
            yield Finding("E602", f"the {cut.kind} needs tool {cut.tool}, which the plan does not have", where=where)
        missing = _missing(plan, cut)
        if missing:
            advice = "set it in the material library or the job"
            yield Finding("E604", f"the {cut.kind} has no {missing}", advice, where=where)


def _missing(plan: Plan, cut: Cut) -> str:
    """The first thing that a cut cannot be made without and has not got."""
    if not cut.hole and not cut.strokes:
        return "path"
    if cut.hole and plan.process == "laser":
        return "path for a beam: a laser cannot drill"
    if (cut.hole and cut.hole.feed <= 0) or any(stroke.feed <= 0 for stroke in cut.strokes):
        return "feed"
    if plan.process == "laser" and not 0 < cut.power <= 1:
        return "power between 0 and 1"
    tool = plan.tools.get(cut.tool)
    return "spindle speed" if tool is not None and tool.rpm <= 0 else ""


def _changes(plan: Plan, machine: Machine) -> Iterator[Finding]:
    used = sorted({cut.tool for cut in plan.cuts})
    if machine.process == "mill" and machine.tool_change == "none" and len(used) > 1:
        names = ", ".join(f"T{number}" for number in used)
        advice = "plan it with one tool, or say tool_change = 'manual' in the machine file"
        yield Finding("E603", f"the plan takes {names}, and {machine.name} changes no tools", advice)


def advise(plan: Plan, machine: Machine, pen: Pen) -> Iterator[Finding]:
    """What was changed to suit the machine: W601, W602, W603, W604."""
    feeds, speeds = pen.feeds, pen.speeds
    if feeds.count:
        text = f"feed {feeds.asked:.0f} mm/min is more than {machine.name} can do; {feeds.count} moves run slower"
        where = {"size": feeds.asked, "limit": feeds.limit, "x": feeds.x, "y": feeds.y}
        yield Finding("W601", text, "check that chips or burn allow the slower feed", where=where)
    if speeds.count:
        text = f"{speeds.asked:.0f} rpm is out of the spindle's range; the tool runs at {speeds.limit:.0f} rpm"
        where = {"size": speeds.asked, "limit": speeds.limit}
        yield Finding("W602", text, "adapt the feed to the speed, or take another tool", where=where)
    if plan.air and not has_air(machine):
        yield Finding("W603", f"the plan wants air, and {machine.name} cannot switch it", "switch it on by hand")
    for number in sorted({cut.tool for cut in plan.cuts} & plan.tools.keys()):
        yield from _other_tool(number, plan.tools[number].diameter, machine)


def _other_tool(number: int, diameter: float, machine: Machine) -> Iterator[Finding]:
    there = machine.tools.get(str(number))
    if there is not None and abs(there - diameter) > SAME_DIAMETER:
        text = f"the program takes T{number} as {diameter:g} mm, the machine's list says {there:g} mm"
        where = {"size": diameter, "limit": there}
        yield Finding("W604", text, "put the right tool in, or correct the list", where=where)


def has_air(machine: Machine) -> bool:
    """Whether the machine can switch air."""
    part = machine.beam if machine.process == "laser" else machine.spindle
    return part is not None and part.air


def envelope(moves: list[Move], machine: Machine) -> Iterator[Finding]:
    """E601 for each end of each axis that a move goes past: the farthest place. Rapids, cuts and drills alike."""
    points = reach(moves)
    if not len(points):
        return
    area, slack = machine.work_area, machine.step
    for axis, (low, high) in enumerate((area.x, area.y, area.z)):
        for pick, limit, sign in ((points[:, axis].argmin(), low, -1.0), (points[:, axis].argmax(), high, 1.0)):
            place = points[pick]
            if sign * (place[axis] - limit) > slack:
                yield _outside("xyz"[axis], place, float(place[axis]), limit)


def _outside(axis: str, place: Floats, size: float, limit: float) -> Finding:
    where = {"x": float(place[0]), "y": float(place[1]), "z": float(place[2]), "size": size, "limit": limit}
    text = f"the program goes to {axis.upper()}{size:.3f}, the work area ends at {limit:g}"
    return Finding("E601", text, "take a smaller sheet or another machine, or move the parts in", where=where)


def reach(moves: list[Move]) -> Floats:
    """Points (n, 3), mm, between which all moves lie: their ends, and the axis extremes of arcs."""
    points: list[tuple[float, float, float]] = []
    rows: list[tuple[float, float, float, float, float]] = []
    heights: list[float] = []
    at: tuple[float, float, float] | None = None
    for move in moves:
        if isinstance(move, DrillHole):
            points += [(move.x, move.y, move.bottom), (move.x, move.y, move.height)]
            at = points[-1]
        elif isinstance(move, Rapid | Line | Arc):
            if isinstance(move, Arc) and at is not None:
                rows.append((at[0], at[1], move.x, move.y, _bulge(at, move)))
                heights.append(move.z)
            at = (move.x, move.y, move.z)
            points.append(at)
    if not rows:
        return np.array(points).reshape(-1, 3)
    return np.vstack([points, *_arc_reach(np.array(rows), np.array(heights))])


def _arc_reach(rows: Floats, heights: Floats) -> list[Floats]:
    form = arcs.centre_form(rows)
    found = []
    for quarter, (dx, dy) in enumerate(((1, 0), (0, 1), (-1, 0), (0, -1))):
        past = np.where(form.sweep >= 0, 1.0, -1.0) * (quarter * np.pi / 2 - form.start) % (2 * np.pi)
        hit = past < np.abs(form.sweep)
        x, y = form.cx + form.radius * dx, form.cy + form.radius * dy
        found.append(np.column_stack([x, y, heights])[hit])
    return found


def _bulge(at: tuple[float, float, float], arc: Arc) -> float:
    """Bulge of an arc of the program; build has split them, so that none is a full turn."""
    start = np.arctan2(at[1] - arc.cy, at[0] - arc.cx)
    end = np.arctan2(arc.y - arc.cy, arc.x - arc.cx)
    sweep = (start - end) % (2 * np.pi) if arc.clockwise else (end - start) % (2 * np.pi)
    return float(np.tan(sweep / 4) * (-1 if arc.clockwise else 1))
