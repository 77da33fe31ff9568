"""Hand-made plans: small, with everything a program can hold; and random ones."""

import math
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from camcore import machine as machines
from camcore.geometry import Curve
from camcore.machine import Abilities, Machine
from camcore.moves import Move
from camcore.nesting.model import NestedSheet, Stock
from camcore.toolpath.model import Cut, Hole, Kind, Plan, Role, Stroke, Tab, Tool

SHEET = NestedSheet("sheet-1", Stock("250x170", Curve.rectangle(250.0, 170.0)), ())
PLATE = Curve(np.array([[20, 20, 0], [90, 20, math.tan(math.pi / 8)], [100, 30, 0], [100, 70, 0.2], [20, 70, 0]]))
"""Plate with a rounded corner and a bowed edge, counter-clockwise."""
BORE = Curve.circle(40.0, 40.0, 5.0).cw()
TOOLS = {
    1: Tool(1, 3.175, "endmill", "carbide burr", 18000.0),
    2: Tool(2, 1.0, "drill", "", 12000.0),
    3: Tool(3, 0.5, "v-bit", "", 20000.0),
}


def once_round(curve: Curve, role: Role, feed: float, z0: float = 0.0, z1: float = 0.0) -> Stroke:
    """One turn around a closed curve."""
    return Stroke(curve.opened_at(0), role, feed, z0, z1)


def straight(x0: float, y0: float, x1: float, y1: float, role: Role, feed: float) -> Stroke:
    """A straight stroke at z = 0."""
    return Stroke(Curve(np.array([[x0, y0], [x1, y1]]), closed=False), role, feed)


def laser_plan() -> Plan:
    """A mark, a bore with pierce and lead-in, an outline."""
    mark = (straight(50.0, 50.0, 70.0, 50.0, Role.CUT, 3000.0), straight(60.0, 45.0, 60.0, 55.0, Role.CUT, 3000.0))
    bore = (straight(40.0, 40.0, 45.0, 40.0, Role.LEAD_IN, 900.0), once_round(BORE, Role.CUT, 900.0))
    edge = (straight(18.0, 20.0, 20.0, 20.0, Role.LEAD_IN, 1200.0), once_round(PLATE, Role.CUT, 1200.0))
    cuts = (
        Cut("plate", 0, Kind.MARK, strokes=mark, power=0.15),
        Cut("plate", 0, Kind.HOLE, strokes=bore, power=0.8, pierce=0.3),
        Cut("plate", 0, Kind.OUTLINE, strokes=edge, power=0.8, pierce=0.3),
    )
    return Plan(SHEET, "laser", cuts, 1.0, kerf=0.2, air=True)


def mill_plan() -> Plan:
    """Drills with and without pecks and dwell, a bore down a helix, a mark, an outline with a ramp and a tab."""
    helix = [once_round(BORE, Role.RAMP, 600.0, 0.0, -0.8), once_round(BORE, Role.RAMP, 600.0, -0.8, -1.6)]
    whole = once_round(PLATE, Role.CUT, 1200.0, -1.6, -1.6).curve
    before, tab, after = whole.vertices[:3].copy(), whole.vertices[2:4].copy(), whole.vertices[3:].copy()
    mark = replace(straight(50.0, 50.0, 70.0, 50.0, Role.CUT, 800.0), z0=-0.1, z1=-0.1)
    edge = (
        once_round(PLATE, Role.RAMP, 600.0, 0.0, -1.6),
        Stroke(Curve(before, closed=False), Role.CUT, 1200.0, -1.6, -1.6),
        Stroke(Curve(tab, closed=False), Role.TAB, 1200.0, -1.0, -1.0),
        Stroke(Curve(after, closed=False), Role.CUT, 1200.0, -1.6, -1.6),
    )
    cuts = (
        Cut("plate", 0, Kind.DRILL, 0, 2, hole=Hole(30.0, 60.0, 2.0, 200.0)),
        Cut("plate", 0, Kind.DRILL, 1, 2, hole=Hole(35.0, 60.0, 2.0, 200.0)),
        Cut("plate", 0, Kind.DRILL, 2, 2, hole=Hole(40.0, 60.0, 2.0, 200.0, peck=1.1)),
        Cut("plate", 0, Kind.DRILL, 3, 2, hole=Hole(45.0, 60.0, 2.0, 200.0, dwell=0.25)),
        Cut("plate", 0, Kind.HOLE, 0, 1, (*helix, once_round(BORE, Role.CUT, 1200.0, -1.6, -1.6))),
        Cut("plate", 0, Kind.MARK, 0, 1, (mark,)),
        Cut("plate", 0, Kind.OUTLINE, 0, 1, edge, tabs=(Tab(100.0, 50.0, 40.0, 0.6),)),
    )
    return Plan(SHEET, "mill", cuts, 1.57, tools=TOOLS, clearance=4.0, air=True)


def plan_for(machine: Machine) -> Plan:
    """The hand-made plan of the machine's process."""
    return laser_plan() if machine.process == "laser" else mill_plan()


def scaled(plan: Plan, factor: float) -> Plan:
    """The plan with all its places, but not its depths, scaled about the work zero."""

    def smaller(cut: Cut) -> Cut:
        strokes = tuple(replace(stroke, curve=stroke.curve.scaled(factor)) for stroke in cut.strokes)
        hole = cut.hole and replace(cut.hole, x=cut.hole.x * factor, y=cut.hole.y * factor)
        return replace(cut, strokes=strokes, hole=hole)

    return replace(plan, cuts=tuple(map(smaller, plan.cuts)))


@st.composite
def curves(draw: st.DrawFn, size: float = 150.0) -> Curve:
    """Open chains of lines and arcs of any sweep, some of them very short or nearly straight."""
    place = st.floats(0.0, size)
    near = st.floats(-0.02, 0.02)
    bulge = st.one_of(st.just(0.0), st.floats(-2.5, 2.5), st.floats(-1e-4, 1e-4))
    count = draw(st.integers(2, 6))
    points = [(draw(place), draw(place))]
    while len(points) < count:
        x, y = points[-1]
        points.append((x + draw(near), y + draw(near)) if draw(st.booleans()) else (draw(place), draw(place)))
    return Curve(np.array([(x, y, draw(bulge)) for x, y in points]), closed=False)


@st.composite
def laser_plans(draw: st.DrawFn) -> Plan:
    """Random chains, cut at random power and speed."""
    power, pierce, feed = st.floats(0.01, 1.0), st.sampled_from([0.0, 0.2]), st.floats(10.0, 9000.0)
    cuts = []
    for number in range(draw(st.integers(1, 4))):
        stroke = Stroke(draw(curves()), Role.CUT, draw(feed))
        cuts.append(Cut("p", number, Kind.HOLE, strokes=(stroke,), power=draw(power), pierce=draw(pierce)))
    return Plan(SHEET, "laser", tuple(cuts), 1.0)


@st.composite
def mill_plans(draw: st.DrawFn) -> Plan:
    """Random chains that go down as they go along, and holes; two tools."""
    depth, feed, tool = st.floats(-1.7, 0.0), st.floats(10.0, 9000.0), st.sampled_from([1, 2])
    cuts: list[Cut] = []
    for number in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            place = st.floats(0.0, 150.0)
            hole = Hole(draw(place), draw(place), 2.0, draw(feed), draw(st.sampled_from([0.0, 0.7])))
            cuts.append(Cut("p", number, Kind.DRILL, tool=draw(tool), hole=hole))
        else:
            stroke = Stroke(draw(curves()), Role.RAMP, draw(feed), draw(depth), draw(depth))
            cuts.append(Cut("p", number, Kind.HOLE, tool=draw(tool), strokes=(stroke,)))
    return Plan(SHEET, "mill", tuple(cuts), 1.57, tools=TOOLS, clearance=5.0)


def plans_for(machine: Machine) -> st.SearchStrategy[Plan]:
    """Random plans of the machine's process."""
    return laser_plans() if machine.process == "laser" else mill_plans()


def only(moves: tuple[Move, ...], *kinds: type) -> list[Move]:
    """The moves of these kinds."""
    return [move for move in moves if isinstance(move, kinds)]


def one_stroke(curve: Curve, z0: float = 0.0, z1: float = 0.0, feed: float = 1000.0) -> Stroke:
    """A curve that is cut once."""
    return Stroke(curve, Role.CUT, feed, z0, z1)


def able(machine: Machine, **changes: object) -> Machine:
    """The machine with other abilities of its control."""

    class Other(Machine):
        @property
        def abilities(self) -> Abilities:
            return machines.abilities(self.dialect).model_copy(update=changes)

    return Other.model_validate(machine.model_dump())
