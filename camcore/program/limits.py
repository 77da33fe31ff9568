"""What a machine cannot do, found before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camcore.findings import CamError, Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.machine import Machine
from camcore.moves import Move
from camcore.program.pen import Pen
from camcore.program.track import expanded, shape, track
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
    """What was changed to suit the machine: W601, W602, W603, W604, W605."""
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
    longest = max((cut.pierce for cut in plan.cuts), default=0.0)
    if longest > 0 and not machine.abilities.rest_beam:
        text = f"{machine.abilities.title} has no beam at rest: cuts start without their pierce of up to {longest:g} s"
        advice = "try whether the lead-ins burn through; longer ones, or slower, help"
        yield Finding("W605", text, advice, where={"size": longest})
    for number in sorted({cut.tool for cut in plan.cuts} & plan.tools.keys()):
        yield from _other_tool(number, plan.tools[number].diameter, machine)


def _other_tool(number: int, diameter: float, machine: Machine) -> Iterator[Finding]:
    there = machine.diameter_of(number)
    if there and abs(there - diameter) > SAME_DIAMETER:
        text = f"the program takes T{number} as {diameter:g} mm, the machine's list says {there:g} mm"
        where = {"size": diameter, "limit": there}
        yield Finding("W604", text, "put the right tool in, or correct the list", where=where)


def has_air(machine: Machine) -> bool:
    """Whether the machine can switch air."""
    part = machine.beam if machine.process == "laser" else machine.spindle
    return part is not None and part.air


def envelope(moves: list[Move], machine: Machine) -> Iterator[Finding]:
    """E601 for each end of each axis that a move goes past: the farthest place. Rapids, cuts and drills alike."""
    way = track(expanded(moves, machine))
    if not len(way.end):
        return
    rows = np.column_stack([way.start[:, :2], way.end[:, :2], np.tan(shape(way).sweep / 4.0)])
    flat = arcs.extremes(rows)
    area = machine.work_area
    yield from _past("x", flat[:, 0], flat, area.x, machine.step)
    yield from _past("y", flat[:, 1], flat, area.y, machine.step)
    yield from _past("z", way.end[:, 2], way.end, area.z, machine.step)


def _past(axis: str, values: Floats, places: Floats, limits: tuple[float, float], slack: float) -> Iterator[Finding]:
    for index, limit, sign in ((values.argmin(), limits[0], -1.0), (values.argmax(), limits[1], 1.0)):
        size = float(values[index])
        if sign * (size - limit) > slack:
            where = {"x": float(places[index, 0]), "y": float(places[index, 1]), "size": size, "limit": limit}
            text = f"the program goes to {axis.upper()}{size:.3f}, the work area ends at {limit:g}"
            advice = "take a smaller sheet or another machine, or move the parts in"
            yield Finding("E601", text, advice, where=where)
