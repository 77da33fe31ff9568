"""Leads into and out of cuts, and overcuts."""

import math

import numpy as np
import pytest
from curves import contains_point, obround
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import NARROW, PARTS, edges, nest_of, part, plan_of, setup, through, worst_gouge

from camcore.geometry import Box, Curve, arcs
from camcore.geometry.distance import distance, from_points
from camcore.nesting.model import Placement
from camcore.toolpath import plan
from camcore.toolpath.model import Kind, Role


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
