import math
from itertools import pairwise

import numpy as np
import pytest
from curves import c_frame, contains_point, obround
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import (
    NARROW,
    PARTS,
    edges,
    follows,
    nest_of,
    part,
    plan_of,
    radius_of,
    setup,
    through,
    worst_gouge,
    worst_uncut,
)

from camcore import machine, material
from camcore.findings import errors
from camcore.geometry import Box, Curve, arcs
from camcore.geometry.distance import distance, from_points
from camcore.nesting.model import Placement
from camcore.part import Bevel, Part, Pocket
from camcore.toolpath import plan, resolve, unmakeable
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


def test_leads_stay_out_of_small_holes_and_window_corners():
    """A lead of 2 mm in holes of 1 to 3 mm, and in a window, gouged 2.7 mm elsewhere."""
    holes = [Curve.circle(8 * k, 0, 0.5 + 0.25 * k) for k in range(5)]
    made = part("holes", Curve.rectangle(60, 30, -10, -15), *holes, Curve.rectangle(3, 3, 40, -1))
    result = plan_of(made, setup("laser", lead=2.0))
    assert all(
        stroke.role is not Role.LEAD_IN or stroke.curve.length > 0.1 for c in result.cuts for stroke in c.strokes
    )
    assert all(cut.strokes[0].role is Role.LEAD_IN for cut in result.cuts)
    assert worst_gouge(result, {"holes": made}) < 1e-4


def test_leads_stay_in_the_scrap():
    result = plan_of(PARTS["plate"], setup("laser"))
    for cut in result.cuts:
        if cut.kind not in (Kind.HOLE, Kind.OUTLINE):
            continue
        x, y = cut.start
        pose = result.sheet.placements[0].pose
        outline = PARTS["plate"].outline.posed(pose)
        inside_hole = any(contains_point(hole.posed(pose), x, y) for hole in PARTS["plate"].holes)
        assert inside_hole if cut.kind is Kind.HOLE else not contains_point(outline, x, y)


@pytest.mark.parametrize("made", [part("slot", obround(120, 50)), PARTS["gusset"], PARTS["washer"], NARROW])
def test_beams_pierce_well_off_the_edge(made):
    """Beside a gentle arc a lead-in along the straight that follows it pierced 9 µm off the edge."""
    result = plan_of(made, setup("laser", lead=0.7))
    parts = {made.id: made}
    for cut in (cut for cut in result.cuts if cut.strokes[0].role is Role.LEAD_IN):
        clear = min(from_points(np.array([cut.start]), edge)[0] for _, _, _, edge in edges(result, parts))
        assert clear >= result.kerf / 2 + math.dist(cut.start, cut.strokes[0].curve.end) / 2 - 1e-4
    assert all(cut.strokes[0].role is Role.LEAD_IN for cut in result.cuts)


def test_leads_keep_clear_of_neighbours_and_of_the_sheet():
    """Squares half a millimetre apart in all directions: leads find the little room, or none is taken."""
    square = part("square", Curve.rectangle(20, 20))
    placements = [Placement("square", 0.3 + 20.5 * i, 0.3 + 20.5 * j, 0) for i in range(4) for j in range(4)]
    nest = nest_of(placements, {"square": square}, (82.2, 82.2))
    (result,) = plan(nest, setup("laser", kerf=0.2, lead=3.0))
    assert worst_gouge(result, {"square": square}) < 1e-4
    for radius, curve in through(result):
        assert Box(0, 0, 82.2, 82.2).holds(curve.box.grown(radius))


def test_lead_without_room_is_said():
    """W503: touching squares with spacing equal to the kerf."""
    square = part("square", Curve.rectangle(20, 20))
    placements = [Placement("square", 0.2 + 20.2 * i, 0.2 + 20.2 * j, 0) for i in range(3) for j in range(3)]
    (result,) = plan(nest_of(placements, {"square": square}, (61, 61)), setup("laser", kerf=0.2, lead=3.0))
    (found,) = [f for f in result.findings if f.code == "W503"]
    assert found.where["part"] == "square"
    assert any(cut.strokes[0].role is Role.CUT for cut in result.cuts)
    assert worst_gouge(result, {"square": square}) < 1e-4


# -- what cannot be made ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("process", "hole", "size"),
    [
        ("laser", Curve.circle(0, 0, 0.05), 0.1),
        ("mill", Curve.circle(0, 0, 0.4), 0.8),
        ("mill", Curve.rectangle(20, 0.9), 0.9),
        ("mill", obround(10, 0.95), 0.95),
    ],
)
def test_holes_narrower_than_kerf_or_tool_are_errors(process, hole, size):
    made = part("made", Curve.rectangle(60, 40, -20, -20), hole)
    result = plan_of(made, setup(process))
    (found,) = errors(result.findings)
    assert (found.code, found.where["index"]) == ("E501", 0)
    assert found.where["size"] == pytest.approx(size)
    assert unmakeable(made, setup(process)) == (found,)


@pytest.mark.parametrize("process", PROCESSES)
def test_parts_that_can_be_made_are_not_unmakeable(process):
    assert [name for name, made in PARTS.items() if unmakeable(made, setup(process))] == []


def _notched(width, depth):
    w = width / 2
    return Curve.polygon(
        [(0, 0), (30, 0), (30, 20), (15 + w, 20), (15 + w, 20 - depth), (15 - w, 20 - depth), (15 - w, 20), (0, 20)]
    )


def test_necks_and_slots_are_cut_with_the_largest_tool_that_gets_in():
    slotted, notched = part("slotted", c_frame(40, 10, 2.5)), part("notched", _notched(1.8, 0.6))
    for made, kind, diameter in ((NARROW, Kind.HOLE, 1.0), (slotted, Kind.OUTLINE, 2.0), (notched, Kind.OUTLINE, 1.0)):
        result = plan_of(made, setup("mill", tool=3.175))
        assert {result.tools[c.tool].diameter for c in result.cuts if c.kind is kind} == {diameter}
        assert not errors(result.findings)
        assert worst_gouge(result, {made.id: made}) < 1e-4
        told = [f for f in result.findings if f.code == "I506"]
        assert [f.where["size"] for f in told] == [diameter] * (kind is Kind.OUTLINE)


@pytest.mark.parametrize("made", [part("slotted", c_frame(40, 10, 2.5)), part("notched", _notched(1.8, 0.6))])
def test_slots_that_the_only_tool_does_not_enter_are_errors(made):
    single = machine.load("generic-linuxcnc-mill").model_copy(update={"tool_change": "none"})
    result = plan_of(made, resolve(single, material.load("fr4"), 1.5))
    assert [f.code for f in errors(result.findings)] == ["E501"]


def test_neck_too_narrow_for_every_tool_is_an_error_with_its_place():
    from curves import dumbbell

    made = part("made", Curve.rectangle(60, 40), dumbbell(12, 0.8, 8).moved(8, 8))
    result = plan_of(made, setup("mill"))
    (found,) = errors(result.findings)
    assert found.code == "E501"
    assert 20 <= found.where["x"] <= 28
    assert len([cut for cut in result.cuts if cut.kind is Kind.HOLE]) == 2


def test_inside_corners_are_warned_of_with_what_is_left():
    result = plan_of(PARTS["frame"], setup("mill"))
    (found,) = result.findings
    assert found.code == "W502"
    assert found.where["size"] == pytest.approx(3.175 / 2 * (math.sqrt(2) - 1), abs=1e-3)


def test_fillets_smaller_than_the_tool_are_corners_too():
    for radius in (0.5, 1.0, 1.5):
        made = part("made", Curve.rectangle(60, 40), _window(20, 12, radius).moved(10, 10))
        found = [f for f in plan_of(made, setup("mill")).findings if f.code == "W502"]
        left = (3.175 / 2 - radius) * (math.sqrt(2) - 1)
        assert [f.where["size"] for f in found] == [pytest.approx(left, abs=1e-3)] * (left > 0.1)


def _window(width, height, radius):
    from curves import rounded

    return rounded(width, height, radius)


def test_equal_windows_are_one_finding():
    windows = [Curve.rectangle(6, 6, 10 * k, 5) for k in range(5)]
    (found,) = plan_of(part("made", Curve.rectangle(70, 20, -10, 0), *windows), setup("mill")).findings
    assert found.code == "W502"
    assert found.message.endswith("(and 4 more alike)")


def test_fillets_as_wide_as_the_tool_are_made():
    made = part("made", Curve.rectangle(60, 40), _window(20, 12, 3.175 / 2).moved(10, 10))
    result = plan_of(made, setup("mill"))
    assert result.findings == ()
    assert worst_uncut(result, {"made": made}) < 0.02


def test_slot_as_wide_as_the_tool_is_cut():
    made = part("made", Curve.rectangle(60, 40), obround(20, 3.175).moved(30, 20))
    result = plan_of(made, setup("mill"))
    assert not errors(result.findings)
    assert worst_gouge(result, {"made": made}) < 0.003


# -- mill -------------------------------------------------------------------------------------------------------------


def test_passes_step_down_and_the_last_goes_through():
    result = plan_of(PARTS["frame"], setup("mill", 6.0, step_down=2.0, breakthrough=0.4, tabs=0))
    (cut,) = result.cuts
    levels = [stroke.z0 for stroke in cut.strokes if stroke.role is Role.CUT]
    assert levels == pytest.approx([-1.6, -3.2, -4.8, -6.4])
    ramps = [stroke for stroke in cut.strokes if stroke.role is Role.RAMP]
    assert [(r.z0, r.z1) for r in ramps] == [pytest.approx((a, b)) for a, b in zip([0, *levels], levels, strict=False)]
    for ramp in ramps:
        assert math.degrees(math.atan((ramp.z0 - ramp.z1) / ramp.curve.length)) == pytest.approx(3.0)
    last = cut.strokes[-1].curve
    assert math.dist(last.start, last.end) < 1e-6


def test_ramp_does_not_fall_faster_than_the_plunge():
    result = plan_of(PARTS["bobbin"], setup("mill", 3.0, ramp_angle=20.0, tabs=0, feed=1000.0, plunge=100.0))
    for cut in result.cuts:
        for stroke in cut.strokes:
            share = (stroke.z0 - stroke.z1) / math.hypot(stroke.z0 - stroke.z1, stroke.curve.length)
            assert stroke.feed * share <= 100.0 + 1e-6
            assert stroke.feed <= 1000.0


def test_circles_that_match_a_drill_are_drilled_and_others_milled():
    holes = [Curve.circle(10 * k, 0, radius) for k, radius in enumerate((1.0, 1.25, 1.504, 1.4, 1.5875))]
    made = part("made", Curve.rectangle(60, 30, -10, -15), *holes)
    result = plan_of(made, setup("mill", 1.5))
    tools = {cut.index: result.tools[cut.tool] for cut in result.cuts if cut.kind is Kind.HOLE}
    assert [tools[k].kind for k in range(5)] == ["drill", "drill", "drill", "endmill", "endmill"]
    drilled = {cut.index: cut.hole for cut in result.cuts if cut.hole}
    assert set(drilled) == {0, 1, 2, 4}
    assert drilled[0].depth == pytest.approx(1.5 + 0.3 + 0.3 * 2)
    assert drilled[4].depth == pytest.approx(1.5 + 0.3)


def test_deep_holes_are_pecked():
    made = part("made", Curve.rectangle(60, 30), Curve.circle(10, 10, 0.5))
    shallow, deep = (plan_of(made, setup("mill", thickness)).cuts[0].hole for thickness in (2.9, 3.1))
    assert (shallow.peck, deep.peck) == (0.0, 1.0)


def test_tools_change_as_seldom_as_they_can():
    placements = [Placement("plate", 10 + 70 * i, 10 + 50 * j, 0) for i in range(4) for j in range(4)]
    (result,) = plan(nest_of(placements), setup("mill"))
    used = [cut.tool for cut in result.cuts if cut.kind is not Kind.MARK]
    assert sum(a != b for a, b in pairwise(used)) == len(set(used)) - 1
    assert set(result.tools) == {cut.tool for cut in result.cuts}


def test_marks_are_engraved_and_do_not_go_through():
    result = plan_of(PARTS["plate"], setup("mill"))
    for cut in result.cuts:
        if cut.kind is Kind.MARK:
            assert min(stroke.z1 for stroke in cut.strokes) == pytest.approx(-0.2)
            assert cut.strokes[-1].curve.length == pytest.approx(20)
    laser = plan_of(PARTS["plate"], setup("laser"))
    mark = next(cut for cut in laser.cuts if cut.kind is Kind.MARK)
    assert mark.power == setup("laser").laser.mark_power < next(c for c in laser.cuts if c.kind is Kind.HOLE).power


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


def test_overcut_goes_on_past_the_start():
    result = plan_of(PARTS["bobbin"], setup("laser", overcut=0.7))
    for cut in result.cuts:
        assert cut.strokes[-1].role is Role.OVERCUT
        assert cut.strokes[-1].curve.length == pytest.approx(0.7)
        whole = cut.strokes[-2].curve
        assert distance(cut.strokes[-1].curve, whole) == pytest.approx(0, abs=1e-9)
    assert not any(
        s.role is Role.OVERCUT for c in plan_of(PARTS["bobbin"], setup("laser", overcut=0.0)).cuts for s in c.strokes
    )


def lead_outs(result):
    return [s.curve for cut in result.cuts for s in cut.strokes[-1:] if s.role is Role.LEAD_OUT]


@settings(max_examples=20)
@given(lead_out=st.floats(0.1, 4.0), overcut=st.sampled_from([0.0, 0.3]), rotation=st.sampled_from([0, 33]))
def test_lead_outs_leave_along_the_path_into_the_scrap(lead_out, overcut, rotation):
    for name in ("bobbin", "gusset", "frame"):
        result = plan_of(PARTS[name], setup("laser", lead_out=lead_out, overcut=overcut), rotation)
        assert worst_gouge(result) < 1e-4
        assert lead_outs(result)
        for cut in result.cuts:
            if cut.strokes[-1].role is not Role.LEAD_OUT:
                continue
            before, leaves = cut.strokes[-2].curve.segments[-1:], cut.strokes[-1].curve.segments
            ways = [arcs.directions_at(row, np.array([t]))[0] for row, t in ((before, 1.0), (leaves, 0.0))]
            if overcut:
                assert ways[0] @ ways[1] > 1 - 1e-6
            inside = contains_point(PARTS[name].outline.posed(result.sheet.placements[0].pose), *cut.end)
            assert inside is (cut.kind is not Kind.OUTLINE)


def test_lead_outs_are_left_out_where_they_have_no_room():
    """In holes of 0.5 to 2.5 mm, and between squares half a millimetre apart: shorter, or none; never into an edge."""
    holes = [Curve.circle(8 * k, 0, 0.25 + 0.25 * k) for k in range(5)]
    made = part("holes", Curve.rectangle(60, 30, -10, -15), *holes)
    result = plan_of(made, setup("laser", lead_out=1.5))
    assert worst_gouge(result, {"holes": made}) < 1e-4
    led = {cut.index: cut.strokes[-1].role is Role.LEAD_OUT for cut in result.cuts if cut.kind is Kind.HOLE}
    assert not led[0]
    assert led[4]
    square = part("square", Curve.rectangle(20, 20))
    placements = [Placement("square", 0.3 + 20.5 * i, 0.3 + 20.5 * j, 0) for i in range(4) for j in range(4)]
    (result,) = plan(nest_of(placements, {"square": square}, (82.2, 82.2)), setup("laser", kerf=0.2, lead_out=3.0))
    assert worst_gouge(result, {"square": square}) < 1e-4
    assert lead_outs(result) == []
    assert not any("lead-out" in finding.message for finding in result.findings)


def test_an_empty_sheet_is_an_empty_plan():
    (result,) = plan(nest_of([]), setup("laser"))
    assert result.cuts == ()
