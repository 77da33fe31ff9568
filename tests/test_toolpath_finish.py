"""The finish pass: full depth, tangential on and off, within what roughing has cleared and the stock it has left."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from shop import PARTS, part, plan_of, setup, worst_gouge, worst_uncut

import postprocessors
from camcore import machine, program
from camcore.findings import CamError, errors
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.geometry.distance import from_points
from camcore.nesting.model import Demand, Nest, Rules
from camcore.toolpath.model import Cut, Kind, Plan, Role, Stroke
from camcore.verify import inspect

STOCK = 0.2
THICK = 3.0
NAMES = ["terminal", "gusset", "bobbin", "washer", "frame"]


def chosen(**more: float) -> Plan:
    return setup("mill", THICK, finish=STOCK, **more)


def lines(strokes: list[Stroke]) -> shapely.Geometry:
    return shapely.union_all([shapely.LineString(stroke.curve.flattened(1e-4)) for stroke in strokes])


def finished(cut: Cut) -> tuple[list[Stroke], list[Stroke]]:
    """Strokes of the roughing and of the finish pass."""
    k = next(k for k, stroke in enumerate(cut.strokes) if stroke.role is Role.LEAD_IN)
    return list(cut.strokes[:k]), list(cut.strokes[k:])


def milled(plan: Plan) -> list[Cut]:
    return [cut for cut in plan.cuts if cut.strokes and cut.kind in (Kind.HOLE, Kind.OUTLINE)]


@pytest.mark.parametrize("name", NAMES)
def test_the_edge_is_as_without_and_roughing_stays_off_it(name: str) -> None:
    plan = plan_of(PARTS[name], chosen(tabs=0))
    assert errors(plan.findings) == []
    assert worst_gouge(plan) < 1e-4
    plain = plan_of(PARTS[name], setup("mill", THICK, tabs=0))
    assert worst_uncut(plan) == pytest.approx(worst_uncut(plain), abs=1e-4)
    for cut in milled(plan):
        if any(stroke.role is Role.LEAD_IN for stroke in cut.strokes):
            rough, last = finished(cut)
            path = lines([stroke for stroke in last if stroke.role is Role.CUT])
            points = np.vstack([stroke.curve.flattened(1e-3) for stroke in rough])
            assert shapely.distance(shapely.points(points), path).min() >= STOCK - 2e-3


@pytest.mark.parametrize("climb", [0, 1])
@pytest.mark.parametrize("name", NAMES)
def test_leads_are_tangents_that_begin_on_the_roughing_path(name: str, climb: int) -> None:
    plan = plan_of(PARTS[name], chosen(tabs=0, climb=climb))
    cuts = [cut for cut in milled(plan) if any(stroke.role is Role.LEAD_IN for stroke in cut.strokes)]
    assert cuts
    for cut in cuts:
        rough, (lead_in, *around, lead_out) = finished(cut)
        assert {stroke.z1 for stroke in around} == {-(THICK + 0.3)}
        way = lines(rough)
        for place in (lead_in.curve.start, lead_out.curve.end):
            assert shapely.distance(shapely.Point(place), way) < 2e-3
        for before, after in ((lead_in, around[0]), (around[-1], lead_out)):
            assert math.dist(before.curve.end, after.curve.start) < 1e-6
            (a,), (b,) = _ways(before.curve)[-1:], _ways(after.curve)[:1]
            assert float(a @ b) == pytest.approx(1.0, abs=1e-6)


def _ways(curve: Curve) -> np.ndarray:
    """Unit tangents at the start of the first segment and at the end of the last."""
    from camcore.geometry import arcs

    rows = curve.segments
    return np.vstack([arcs.directions_at(rows[:1], np.zeros(1)), arcs.directions_at(rows[-1:], np.ones(1))])


def test_tabs_stand_in_both() -> None:
    plan = plan_of(PARTS["frame"], chosen())
    (cut,) = plan.cuts
    rough, last = finished(cut)
    count = len(cut.tabs)
    assert count >= 2
    for strokes in (rough, last):
        flats = [s for s in strokes if s.role is Role.TAB and s.z0 == s.z1 == pytest.approx(-THICK + 1.0)]
        assert len(flats) >= count


def test_where_roughing_does_not_get_in_the_edge_is_cut_at_once() -> None:
    made = part("made", Curve.rectangle(60, 30), Curve.circle(20, 15, 1.7))
    plan = plan_of(made, chosen(tabs=0))
    hole = next(cut for cut in plan.cuts if cut.kind is Kind.HOLE)
    assert all(stroke.role is not Role.LEAD_IN for stroke in hole.strokes)
    assert from_points(np.array([hole.end]), Curve.circle(20, 15, 1.7))[0] > 0


def test_neighbours_have_to_lie_the_stock_farther_apart() -> None:
    plain = setup("mill", THICK)
    assert chosen().min_spacing == pytest.approx(plain.min_spacing + STOCK)
    assert chosen().spacing == pytest.approx(plain.spacing + STOCK)


def test_stock_that_no_tool_can_leave_is_refused() -> None:
    with pytest.raises(CamError) as caught:
        setup("mill", THICK, finish=0.6)
    assert caught.value.findings[0].where["key"] == "process.finish"


@pytest.mark.parametrize("name", ["generic-linuxcnc-mill", "haas-vf-2"])
def test_the_whole_way_is_proven(name: str) -> None:
    plan = plan_of(PARTS["bobbin"], chosen(), rotation=20.0)
    control, parts = machine.load(name), {"bobbin": PARTS["bobbin"]}
    text = postprocessors.write(program.build(plan, control), control)
    nest = Nest((Demand(PARTS["bobbin"], 1),), (plan.sheet,), (), Rules(4.0, 5.0), "done", parts=parts)
    verdict = inspect(text, control, task_of(nest, plan))
    assert [finding for finding in verdict.findings if finding.code != "W754"] == []
