import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shop import PARTS, follows, nest_of, part, plan_of, radius_of, setup, worst_gouge, worst_uncut

from camcore.findings import errors
from camcore.geometry import Curve, arcs
from camcore.geometry.distance import from_points
from camcore.nesting.model import Placement
from camcore.part import Bevel, Part, Pocket
from camcore.toolpath import plan
from camcore.toolpath.features import features
from camcore.toolpath.model import Kind, Role
from camcore.toolpath.strategies import STRATEGIES, strategy_for

PROCESSES = ["laser", "mill"]


@pytest.fixture(scope="module", params=PROCESSES)
def crowd(request):
    """A sheet with every part once, some mirrored and turned, and a disc inside a washer."""
    placements = [
        Placement("terminal", 10, 10, 0),
        Placement("gusset", 60, 90, 90),
        Placement("bobbin", 150, 80, 30),
        Placement("barrier", 200, 60, 0),
        Placement("washer", 60, 180, 0),
        Placement("disc", 60, 180, 45),
        Placement("frame", 140, 150, 0, True),
        Placement("plate", 200, 230, 270),
        Placement("plate", 330, 180, 20, True),
    ]
    return plan(nest_of(placements), setup(request.param))[0]


def test_nothing_is_gouged_and_every_edge_is_cut(crowd):
    assert errors(crowd.findings) == []
    assert worst_gouge(crowd) < 1e-4
    corners = max((f.where["size"] for f in crowd.findings if f.code == "W502"), default=0.42 * crowd.kerf / 2)
    assert worst_uncut(crowd) <= corners + 1e-3


def test_every_feature_is_cut_once(crowd):
    got = sorted((cut.placement, cut.kind, cut.index) for cut in crowd.cuts)
    expected = sorted(
        (number, feature.kind, feature.index)
        for number, placement in enumerate(crowd.sheet.placements)
        for feature in features(PARTS[placement.part])
    )
    assert got == expected


def test_strokes_follow_each_other_without_a_gap(crowd):
    for cut in crowd.cuts:
        for a, b in pairwise(cut.strokes):
            assert math.dist(a.curve.end, b.curve.start) < 1e-6
            assert a.z1 == pytest.approx(b.z0, abs=1e-9)
        if crowd.process == "laser":
            assert all(stroke.z0 == stroke.z1 == 0 for stroke in cut.strokes)


def test_arcs_stay_arcs(crowd):
    """Arcs of the path have the radius of an edge, give or take the tool; nothing is chopped into chords."""
    for cut in crowd.cuts:
        curve = next((f.curve for f in features(PARTS[cut.part]) if (f.kind, f.index) == (cut.kind, cut.index)), None)
        for stroke in cut.strokes:
            if stroke.role is Role.CUT and curve is not None and curve.as_circle():
                rows = stroke.curve.segments
                assert arcs.is_arc(rows).all()
                radius = curve.as_circle()[2] + radius_of(crowd, cut.tool) * (1 if cut.kind is Kind.OUTLINE else -1)
                assert np.abs(arcs.centre_form(rows).radius - radius).max() < 1e-6
            assert len(stroke.curve) <= 4 * len(curve) + 8


def test_order_keeps_what_must_come_first(crowd):
    place = {(cut.placement, cut.kind, cut.index): k for k, cut in enumerate(crowd.cuts)}
    marks = [k for (_, kind, _), k in place.items() if kind is Kind.MARK]
    assert max(marks) < min(k for (_, kind, _), k in place.items() if kind is not Kind.MARK)
    for (number, kind, _), k in place.items():
        if kind is not Kind.OUTLINE:
            assert k < place[number, Kind.OUTLINE, 0]
    disc, washer = 5, 4
    assert place[disc, Kind.HOLE, 0] < place[disc, Kind.OUTLINE, 0] < place[washer, Kind.HOLE, 0]


def test_same_nest_same_plan(crowd):
    placements = list(crowd.sheet.placements)
    again = plan(nest_of(placements), setup(crowd.process))[0]
    assert [(c.placement, c.kind, c.index, c.start) for c in again.cuts] == [
        (c.placement, c.kind, c.index, c.start) for c in crowd.cuts
    ]


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize("mirror", [False, True])
@pytest.mark.parametrize("rotation", [0, 90, 37])
def test_the_kept_side_is_on_the_right_of_travel(process, mirror, rotation):
    """Climb milling with a clockwise spindle: at the finished edge the tooth moves against the travel.

    The cutting edge of a spindle that turns clockwise, seen from above, moves at velocity (y, −x) at (x, y) from its
    centre; at the side of the kept part, right of the travel, that is backwards, which is what climb (down) milling is.
    """
    result = plan_of(PARTS["plate"], setup(process), rotation, mirror)
    for cut in result.cuts:
        if cut.hole or cut.kind is Kind.MARK:
            continue
        stroke = next((s for s in cut.strokes if s.role is Role.CUT and len(s.curve) > 2), None)
        if stroke is None:
            continue
        where = arcs.points_at(stroke.curve.segments[:1], np.array([0.5]))[0]
        travel = arcs.directions_at(stroke.curve.segments[:1], np.array([0.5]))[0]
        right = np.array([travel[1], -travel[0]])
        edge = next(f.curve for f in features(PARTS["plate"]) if (f.kind, f.index) == (cut.kind, cut.index))
        edge = edge.posed(result.sheet.placements[0].pose)
        if not edge.closed:
            continue
        radius = radius_of(result, cut.tool)
        at_edge = where + radius * right
        assert from_points(at_edge[None], edge)[0] < 1e-6
        tooth = np.array([right[1], -right[0]])
        assert tooth @ travel < -0.999


def test_conventional_goes_the_other_way_round():
    for kind, turn in ((Kind.OUTLINE, 1), (Kind.HOLE, -1)):
        climb, other = (plan_of(PARTS["plate"], setup("mill", climb=value, tabs=0)) for value in (True, False))
        assert np.sign(Curve(follows(climb, kind)[0].vertices[:-1]).area) == -turn
        assert np.sign(Curve(follows(other, kind)[0].vertices[:-1]).area) == turn
        assert worst_gouge(other) < 1e-4
        assert worst_uncut(other) < 0.7


# -- faults seen in other programs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("process", PROCESSES)
@given(radius=st.floats(2.2, 60), x=st.floats(-5, 5))
def test_holes_are_two_exact_arcs_and_not_undersized(process, radius, x):
    made = part("ring", Curve.circle(0, 0, radius + 20), Curve.circle(x, 1, radius))
    result = plan_of(made, setup(process))
    cut = next(cut for cut in result.cuts if cut.kind is Kind.HOLE)
    last = [stroke for stroke in cut.strokes if stroke.role is Role.CUT][-1]
    form = arcs.centre_form(last.curve.segments)
    assert len(form.radius) == 2
    assert np.abs(form.radius + radius_of(result, cut.tool) - radius).max() < 1e-6
    assert np.allclose([form.cx, form.cy], [[200 + x] * 2, [201] * 2], atol=1e-6)


def test_kerf_makes_holes_smaller_and_outlines_larger():
    result = plan_of(PARTS["bobbin"], setup("laser", kerf=0.2))
    (outline,), (hole,) = follows(result, Kind.OUTLINE), follows(result, Kind.HOLE, 1)
    assert outline.box.width == pytest.approx(50.2)
    assert hole.box.width == pytest.approx(3.0)


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize("name", ["terminal", "gusset", "bobbin", "barrier"])
def test_shapes_that_others_got_wrong(process, name):
    for rotation, mirror in ((0, False), (0, True), (123.4, False)):
        result = plan_of(PARTS[name], setup(process), rotation, mirror)
        assert worst_gouge(result) < 1e-4
        assert errors(result.findings) == []


# -- the list ---------------------------------------------------------------------------------------------------------


def test_every_strategy_is_used_and_every_feature_has_one():
    disc = Curve.circle(0, 0, 9)
    worked = Part("worked", disc, pockets=(Pocket(Curve.circle(0, 0, 3), (), 0.5),), bevels=(Bevel("outline", 0, 0.2),))
    used = {
        strategy_for(feature, setup(process)).name
        for process in PROCESSES
        for made in (*PARTS.values(), worked)
        for feature in features(made)
    }
    assert used == {strategy.name for strategy in STRATEGIES}


def test_an_empty_sheet_is_an_empty_plan():
    (result,) = plan(nest_of([]), setup("laser"))
    assert result.cuts == ()
