"""Parts, nests and checks that several tests of cuts share."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from curves import c_frame, comb, dumbbell, obround, rounded, sampled

from camcore import machine, material
from camcore.geometry import Curve
from camcore.geometry.distance import distance, from_points
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Drill, Part
from camcore.toolpath import plan, resolve
from camcore.toolpath.model import Kind, Plan, Role
from camcore.toolpath.setup import Setup

QUARTER = math.tan(math.pi / 8)


def part(
    name: str, outline: Curve, *holes: Curve, marks: tuple[Curve, ...] = (), drills: tuple[Drill, ...] = ()
) -> Part:
    return Part(name, outline.ccw(), tuple(hole.cw() for hole in holes), marks, drills)


def terminal_strip() -> Part:
    """Inch board with rounded corners and twelve round holes."""
    inch = 25.4
    holes = [Curve.circle((0.5 + 0.5 * k) * inch, 0.5 * inch, 0.1495 / 2 * inch) for k in range(12)]
    return part("terminal", rounded(7 * inch, inch, 0.125 * inch), *holes)


def gusset() -> Part:
    """Gusset with a concave arc edge, a slot, and negative coordinates."""
    edge = Curve([[-40, -30, 0], [20, -30, 0], [20, -20, -QUARTER], [-30, 30, 0], [-40, 30, 0]])
    return part("gusset", edge, obround(18, 6).moved(-25, -22), Curve.circle(-33, 20, 2.6))


def bobbin() -> Part:
    """Round flange with a rectangular window."""
    return part("bobbin", Curve.circle(0, 0, 25), Curve.rectangle(16, 12, -8, -6), Curve.circle(18, 0, 1.6))


def barrier() -> Part:
    """Comb with slots of 8 mm, as busbar barriers have."""
    return part("barrier", comb(6, pitch=18, width=10, depth=45))


def washer() -> Part:
    return part("washer", Curve.circle(0, 0, 22), Curve.circle(0, 0, 14))


def disc() -> Part:
    return part("disc", Curve.circle(0, 0, 6), Curve.circle(0, 0, 1.5))


def frame() -> Part:
    return part("frame", c_frame(40, 10, 12))


def plate() -> Part:
    """Plate with everything: holes, slot, window, a mark and drill points."""
    holes = [Curve.circle(x, y, 2.25) for x in (8, 52) for y in (8, 32)]
    line = Curve([[20, 32], [40, 32]], closed=False)
    drills = (Drill(30, 36, 1.5), Drill(46, 20, 0.0))
    return part("plate", rounded(60, 40, 5), *holes, obround(20, 5).moved(30, 20), Curve.rectangle(6, 6, 27, 6),
                marks=(line,), drills=drills)  # fmt: skip


PARTS = {
    made.id: made for made in (terminal_strip(), gusset(), bobbin(), barrier(), washer(), disc(), frame(), plate())
}
NARROW = part("narrow", Curve.rectangle(60, 40), dumbbell(12, 2, 8).moved(8, 8))


@cache
def setup(process: str = "laser", thickness: float = 1.5, **overrides: float) -> Setup:
    name, stuff = {"laser": ("generic-grbl-laser", "pet"), "mill": ("generic-linuxcnc-mill", "fr4")}[process]
    return resolve(machine.load(name), material.load(stuff), thickness, overrides)


def nest_of(
    placements: list[Placement], parts: dict[str, Part] = PARTS, size: tuple[float, float] = (400, 400)
) -> Nest:
    sheet = NestedSheet("sheet-1", Stock("stock", Curve.rectangle(*size)), tuple(placements))
    return Nest(tuple(Demand(p, 1) for p in parts.values()), (sheet,), (), Rules(2.0, 5.0), "done")


def plan_of(made: Part, chosen: Setup, rotation: float = 0.0, mirror: bool = False) -> Plan:
    """One part in the middle of a sheet."""
    (result,) = plan(nest_of([Placement(made.id, 200, 200, rotation, mirror)], {made.id: made}), chosen)
    return result


def edges(result: Plan, parts: dict[str, Part] = PARTS) -> list[tuple[int, Kind, int, Curve]]:
    """Placement, kind, index and finished edge of everything that goes through."""
    found = []
    for number, placement in enumerate(result.sheet.placements):
        there = parts[placement.part]
        found.append((number, Kind.OUTLINE, 0, there.outline.posed(placement.pose)))
        found += [(number, Kind.HOLE, k, hole.posed(placement.pose)) for k, hole in enumerate(there.holes)]
    return found


def radius_of(result: Plan, tool: int) -> float:
    return result.tools[tool].diameter / 2 if tool else result.kerf / 2


def through(result: Plan, deep: bool = False) -> list[tuple[float, Curve]]:
    """Radius, and path of the centre, of all that goes through the sheet; with `deep` only where it is through.

    Drilled holes are given as circles of no size about their centres.
    """
    found = []
    for cut in result.cuts:
        if cut.kind is Kind.MARK or (
            cut.kind is Kind.DRILL and not any(s.z1 < 0 for s in cut.strokes) and cut.power < 0.5
        ):
            continue
        radius = radius_of(result, cut.tool)
        if cut.hole:
            found.append((radius, Curve.circle(cut.hole.x, cut.hole.y, 1e-9)))
        for stroke in cut.strokes:
            low = result.process == "laser" or max(stroke.z0, stroke.z1) <= -result.thickness + 1e-9
            if low or not deep:
                found.append((radius, stroke.curve))
    return found


def worst_gouge(result: Plan, parts: dict[str, Part] = PARTS) -> float:
    """How far any tool or beam comes into any finished part, mm (0 or a little less than nothing is right)."""
    there = [(edge, edge.box) for _, _, _, edge in edges(result, parts)]
    return max(
        (radius - distance(curve, edge) for radius, curve in through(result) for edge, box in there
         if box.meets(curve.box, radius)),
        default=-np.inf,
    )  # fmt: skip


def worst_uncut(result: Plan, parts: dict[str, Part] = PARTS) -> float:
    """How far the nearest full-depth cut stays from any place of any finished edge but tabs, mm."""
    paths = [(radius, curve, curve.box.grown(radius + 1)) for radius, curve in through(result, deep=True)]
    tabs = [tab for cut in result.cuts for tab in cut.tabs]
    worst = 0.0
    for _, _, _, edge in edges(result, parts):
        points = sampled(edge.segments, 40)
        for tab in tabs:
            points = points[np.hypot(points[:, 0] - tab.x, points[:, 1] - tab.y) > tab.width / 2 + 0.1]
        near = [from_points(points, curve) - radius for radius, curve, box in paths if box.meets(edge.box)]
        worst = max(worst, float(np.min(near, axis=0).max(initial=0.0)))
    return worst


def follows(result: Plan, kind: Kind, index: int = 0) -> list[Curve]:
    """Curves of the strokes with role CUT of one feature."""
    return [
        s.curve for c in result.cuts if c.kind is kind and c.index == index for s in c.strokes if s.role is Role.CUT
    ]
