"""Hand-made job records, with moves as a proof would read them."""

import math
from dataclasses import replace

import numpy as np

from camcore import machine, material
from camcore.findings import Finding
from camcore.geometry import Curve, arcs
from camcore.moves import Arc, Beam, DrillHole, End, Line, Rapid
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock, Unplaced
from camcore.part import Part
from camcore.program import Times
from camcore.report import JobRecord, SheetRecord
from camcore.toolpath import resolve
from camcore.toolpath.model import Cut, Kind, Plan, Role, Stroke, Tab
from camcore.verify.model import Checked, ReadMove, Verdict

EVIL = '<script>alert("1")</script>&\'plate'
"""What the name of a drawing may be."""
PLATE = Curve([[0, 0, 0], [60, 0, math.tan(math.pi / 8)], [70, 10, 0], [70, 40, 0.3], [0, 40, 0]])


def plate(name: str = EVIL) -> Part:
    """Plate with a rounded corner, a bowed edge, a round hole and an open mark."""
    return Part(name, PLATE, (Curve.circle(20, 20, 6).cw(),), (Curve([[40, 10, 0], [55, 10, 0]], closed=False),))


def washer() -> Part:
    return Part("washer", Curve.circle(0, 0, 5), (Curve.circle(0, 0, 2).cw(),))


class Reader:
    """Gathers moves with the state that a proof's reader would have."""

    def __init__(self) -> None:
        self.moves: list[ReadMove] = []
        self.at, self.power = (0.0, 0.0, 0.0), 0.0

    def take(self, move) -> None:
        if isinstance(move, Beam):
            self.power = move.power
        self.moves.append(ReadMove(move, len(self.moves) + 1, *self.at, power=self.power))
        if isinstance(move, Rapid | Line | Arc):
            self.at = (move.x, move.y, move.z)
        if isinstance(move, DrillHole):
            self.at = (move.x, move.y, move.clear)

    def along(self, curve: Curve, z: float, feed: float) -> None:
        """Lines and arcs along an open curve."""
        form = arcs.centre_form(curve.segments)
        for index, (_, _, x, y, bulge) in enumerate(curve.segments.tolist()):
            cx, cy = float(form.cx[index]), float(form.cy[index])
            self.take(Arc(x, y, z, cx, cy, bulge < 0, feed) if bulge else Line(x, y, z, feed))


def cuts_of(placements, parts, tool: int) -> list[Cut]:
    """Marks, holes and outlines of all placements, each along its own edge, with a lead where it starts."""
    cuts = []
    for index, placement in enumerate(placements):
        part = parts[placement.part]
        rows = [(Kind.MARK, number, curve) for number, curve in enumerate(part.marks)]
        rows += [(Kind.HOLE, number, curve) for number, curve in enumerate(part.holes)]
        for kind, number, curve in [*rows, (Kind.OUTLINE, 0, part.outline)]:
            lying = curve.posed(placement.pose)
            path = lying.opened_at(0) if lying.closed else lying
            lead = Curve(np.array([[path.start[0] - 1, path.start[1]], path.start]), closed=False)
            tabs = (Tab(*path.start, 2.0, 0.5),) if tool and kind == Kind.OUTLINE else ()
            strokes = (Stroke(lead, Role.LEAD_IN, 900.0), Stroke(path, Role.CUT, 900.0))
            cuts.append(Cut(placement.part, index, kind, number, tool, strokes, tabs=tabs, power=0.0 if tool else 0.8))
    return cuts


def read_back(cuts, laps: int, tool: int) -> tuple[ReadMove, ...]:
    """The moves of all cuts: laser with beam on and off, mill with so many laps."""
    reader = Reader()
    for cut in cuts:
        reader.take(Rapid(*cut.start, 0.0 if not tool else 5.0))
        if tool:
            reader.take(Line(*cut.start, -1.0, 300.0))
        else:
            reader.take(Beam(0.8))
        for lap in range(laps):
            for stroke in cut.strokes[min(lap, 1) :]:
                reader.along(stroke.curve, -1.0 * (lap + 1) if tool else 0.0, stroke.feed)
        reader.take(Rapid(*cut.end, 5.0) if tool else Beam(0.0))
    reader.take(End())
    return tuple(reader.moves)


def nest_of(count: int = 3) -> Nest:
    """One sheet with `count` plates and a washer in a plate's hole, one plate left over."""
    parts = {part.id: part for part in (plate(), washer())}
    rows = math.ceil(count / 10)
    stock = Stock("900x900mm", Curve.rectangle(900, max(100, 50 * rows + 20)), cost=12.5)
    placements = [
        Placement(
            EVIL, 10 + 80 * (i % 10) + 70 * (i == 1), 10 + 50 * (i // 10) + 40 * (i == 1), 180.0 * (i == 1), i == 2
        )
        for i in range(count)
    ]
    placements = [replace(p, x=p.x + 70) if p.mirror else p for p in placements]
    placements.append(Placement("washer", 30.0, 30.0, 45.0))
    remnant = Curve.rectangle(50, 100, 850, 0)
    return Nest(
        demands=(Demand(parts[EVIL], 2 * count + 1), Demand(parts["washer"], 2, None)),
        sheets=(NestedSheet("sheet-1", stock, tuple(placements), 2, 850.0, remnant),),
        unplaced=(Unplaced(EVIL, 1, "no room <b>left</b>"),),
        rules=Rules(2.5, 5.0),
        stopped_by="effort",
        job="kit <4711>",
        parts=parts,
    )


PLACE = {"sheet": "sheet-1", "x": 20.0, "y": 30.0}
FINDINGS = (
    Finding("E753", f"the cut of {EVIL} falls short", "bring it nearer", f"{EVIL}.dxf", PLACE),
    Finding("W505", "tabs end in the void", "hold it otherwise"),
    *(Finding("I120", f"{n} TEXT ignored", file="a.dxf", where={"size": n}) for n in range(5)),
)


def record(process: str = "laser", count: int = 3, units: str = "mm", laps: int = 1) -> JobRecord:
    """A whole job of one sheet."""
    nest = nest_of(count)
    name = "generic-grbl-laser" if process == "laser" else "generic-linuxcnc-mill"
    maker = machine.load(name)
    setup = resolve(maker, material.load("pet" if process == "laser" else "fr4"), 0.35 if process == "laser" else 1.57)
    tool = setup.mill.profile_tool if setup.mill else 0
    sheet = nest.sheets[0]
    cuts = cuts_of(sheet.placements, nest.parts, tool)
    plan = Plan(
        sheet, process, tuple(cuts), setup.thickness, 0.1 if not tool else 0.0, setup.mill.tools if setup.mill else {}
    )
    checks = (
        Checked("reading", {"lines": 120, "box": (0.0, 1.5), "<i>": {"a": 1.23456}, "ok": True}),
        Checked("uncut", {"largest_uncut": 0.00123, "limit": 0.01}, FINDINGS[:1]),
        Checked("order", {}),
    )
    verdict = Verdict("text", read_back(cuts, laps, tool), checks)
    times = Times(61.0, 12.0, 3.0, 0.0, 4321.0, 987.0, len(cuts))
    sheets = (SheetRecord(sheet, plan, verdict, times, "sheet-01.nc"),)
    return JobRecord(nest, maker, setup, "PET film", sheets, FINDINGS, units)
