"""Passes, ramps, drills and marks of a mill."""

import math
from itertools import pairwise

import pytest
from shop import PARTS, nest_of, part, plan_of, setup

from camcore.geometry import Curve
from camcore.nesting.model import Placement
from camcore.toolpath import plan
from camcore.toolpath.model import Kind, Role


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
