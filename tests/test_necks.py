"""Necks: the narrowest material and the narrowest openings, against dense sampling and under every motion."""

from __future__ import annotations

import math

import numpy as np
import pytest
from curves import SHAPES, comb, dumbbell, gear, obround, sampled, stars
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve, Pose, arcs
from camcore.geometry.distance import distance
from camcore.geometry.necks import Neck, facing, necks

STEP = 0.1
"""Samples of the slow twin stand this near, mm."""


def widths(found: list[Neck], solid: bool = True) -> list[float]:
    return [neck.width for neck in found if neck.solid is solid]


def finger(length: float, root: float, tip: float) -> Curve:
    """A block with a straight finger that tapers from `root` to `tip`."""
    a, b = root / 2, tip / 2
    return Curve.polygon([(-20, -10), (20, -10), (20, 0), (a, 0), (b, length), (-b, length), (-a, 0), (-20, 0)])


def twin(curves: list[Curve], most: float) -> float:
    """Least chord up to `most` mm between two curves, whose circle holds no boundary, by brute force."""
    rows = [(number, row[None]) for number, curve in enumerate(curves) for row in curve.segments]
    each = [sampled(row, max(3, int(arcs.lengths(row)[0] / STEP))) for _, row in rows]
    points, owner = np.concatenate(each), np.repeat([number for number, _ in rows], [len(one) for one in each])
    gap = np.hypot(points[:, None, 0] - points[None, :, 0], points[:, None, 1] - points[None, :, 1])
    i, j = np.nonzero(np.triu((gap <= most) & (gap > 5 * STEP)))
    apart = owner[i] != owner[j]
    i, j = i[apart], j[apart]
    for chunk in np.array_split(gap[i, j].argsort(), max(1, len(i) // 400)):
        middle = (points[i[chunk]] + points[j[chunk]]) / 2
        free = np.hypot(middle[:, None, 0] - points[:, 0], middle[:, None, 1] - points[:, 1]).min(axis=1)
        empty = free >= gap[i[chunk], j[chunk]] / 2 - STEP**2
        if empty.any():
            return float(gap[i[chunk[empty.argmax()]], j[chunk[empty.argmax()]]])
    return most


def test_a_dumbbell_has_one_neck():
    (neck,) = necks([dumbbell(20, 3, 10).ccw()], 8)
    assert (neck.width, neck.solid, neck.first, neck.second) == (pytest.approx(3), True, 0, 0)
    assert (neck.x, neck.y) == pytest.approx((25, 10))


def test_slots_and_teeth_of_a_comb_are_told_apart():
    found = necks([comb(5).ccw()], 3.5)
    assert widths(found, solid=True) == pytest.approx([3.0] * 5)
    assert widths(found, solid=False) == pytest.approx([3.0] * 4)


def test_webs_between_holes_and_to_the_edge():
    curves = [Curve.rectangle(40, 20), Curve.circle(10, 10, 5).cw(), Curve.circle(22, 10, 5).cw()]
    found = necks(curves, 9)
    between = [neck for neck in found if (neck.first, neck.second) == (1, 2)]
    assert [neck.width for neck in between] == pytest.approx([2.0])
    assert min(neck.width for neck in found if neck.first == 0) == pytest.approx(5.0)


def test_an_inside_slot_is_open_and_no_web():
    found = necks([Curve.rectangle(60, 30, -30, -15), obround(40, 2).cw()], 3)
    assert widths(found, solid=True) == []
    assert widths(found, solid=False) == pytest.approx([2.0])


@pytest.mark.parametrize("name", ["square", "triangle", "circle", "rounded", "half moon", "bite", "wave"])
def test_plain_shapes_have_no_necks(name):
    assert necks([SHAPES[name].ccw()], 5.0) == []


def test_a_chamfer_is_no_neck():
    assert necks([Curve.polygon([(0, 0), (20, 0), (20, 20), (0.5, 20), (0, 19.5)])], 5.0) == []


def test_a_taper_is_measured_at_its_tip():
    """The circle touches both sides and the end: r = tan(45° + slope / 2 …), here by its own equations."""
    found = necks([finger(20, 0.8, 0.6)], 2.0)
    (neck,) = found
    lean = math.atan2(0.1, 20)
    radius = 0.3 * math.cos(lean) / (1 - math.sin(lean))
    assert neck.width == pytest.approx(2 * radius, abs=1e-6)
    assert neck.angle == pytest.approx(2 * math.degrees(lean))


def test_a_taper_that_goes_on_is_measured_where_it_is_narrowest():
    waist = Curve.polygon([(-20, -9), (0, -1), (20, -9), (20, 9), (0, 1), (-20, 9)])
    assert widths(necks([waist], 5.0)) == pytest.approx([2.0])


def test_concentric_arcs_are_as_far_apart_as_their_radii():
    ring = [Curve.circle(0, 0, 20), Curve.circle(0, 0, 18.5).cw()]
    assert min(widths(necks(ring, 3))) == pytest.approx(1.5, abs=1e-9)


def test_facing_lines():
    a, b = np.array([[0.0, 0, 10, 0, 0]]), np.array([[8.0, 2, 4, 2, 0]])
    found = facing(a, b)
    middle = (found.low + found.high) / 2
    assert found.side[0] == 1
    assert found.high[0] - found.low[0] == pytest.approx(4)
    assert found.centre(middle)[0] == pytest.approx([6, 1])
    assert found.radius(middle)[0] == pytest.approx(1)


@settings(max_examples=8)
@given(stars(), st.floats(0.5, 2.5), st.floats(0, 6.28), st.floats(2, 4))
def test_webs_agree_with_dense_sampling(outline, radius, angle, away):
    """An outline of lines and arcs with two holes."""
    holes = [Curve.circle(away * math.cos(t), away * math.sin(t), radius).cw() for t in (angle, angle + math.pi)]
    assume(away - radius > 0.3)
    curves = [outline.ccw(), *holes]
    least = min((neck.width for neck in necks(curves, 4.0) if neck.first != neck.second), default=4.0)
    assert twin(curves, 4.0) == pytest.approx(least, abs=STEP)


@settings(max_examples=15)
@given(st.floats(0.5, 4), st.floats(0.2, 2), st.floats(2, 6))
def test_a_waist_closes_when_half_of_it_is_taken_from_either_side(waist, lift, reach):
    """Slow twin of necks within one contour: eroded by a little more, the shape falls into two."""
    from shapely import Polygon

    top = [(-reach, waist / 2 + lift), (0.0, waist / 2), (reach, waist / 2 + 2 * lift)]
    ends = [(12.0, 9.0), (12.0, -9.0)]
    points = [(-12.0, 9.0), *top, *ends, *((x, -y) for x, y in reversed(top)), (-12.0, -9.0)]
    (neck,) = necks([Curve.polygon(points[::-1])], waist + 0.01)
    shape = Polygon(points)
    assert shape.buffer(-neck.width / 2 + 0.01, quad_segs=64).geom_type == "Polygon"
    assert shape.buffer(-neck.width / 2 - 0.01, quad_segs=64).geom_type == "MultiPolygon"


@settings(max_examples=25)
@given(st.integers(0, 11), st.floats(0, 360), st.booleans(), st.sampled_from(["dumbbell", "comb", "c-frame", "gear"]))
def test_neither_start_nor_pose_matters(start, rotation, mirror, name):
    curve = SHAPES[name].ccw()
    turned = Curve(np.roll(curve.vertices, -start, axis=0)).posed(Pose(3, -7, rotation, mirror)).ccw()
    before, after = necks([curve], 8.5), necks([turned], 8.5)
    assert {(neck.solid, round(neck.width, 6)) for neck in after} == {
        (neck.solid, round(neck.width, 6)) for neck in before
    }


@settings(max_examples=40)
@given(st.floats(0.3, 3), st.floats(0, 360))
def test_two_contours_are_as_far_apart_as_their_distance(gap, rotation):
    hole = Curve.polygon([(10 + gap, -3), (14 + gap, -8), (16 + gap, 8)]).cw()
    other = Curve.circle(4, 0, 6).cw()
    pose = Pose(rotation=rotation)
    curves = [Curve.rectangle(120, 120, -60, -60).posed(pose), other.posed(pose), hole.posed(pose)]
    found = [neck.width for neck in necks(curves, 6.0) if (neck.first, neck.second) == (1, 2)]
    assert found[0] == pytest.approx(distance(curves[1], curves[2]), abs=1e-9)


def test_fine_curves_stay_fast_and_have_no_false_necks():
    assert necks([gear(60, 38, 40).ccw()], 1.0) == []
    turn = np.arange(2000) * 2 * math.pi / 2000
    bend = np.full(2000, math.tan(math.pi / 4000))
    assert necks([Curve(np.column_stack([30 * np.cos(turn), 20 * np.sin(turn), bend]))], 2.0) == []


@settings(max_examples=15)
@given(st.floats(0.5, 4), st.floats(0.2, 2), st.floats(2, 6), st.floats(0, 360))
def test_a_slot_narrows_where_a_wheel_of_that_size_no_longer_passes(waist, lift, reach, rotation):
    """Slow twin of openings: the hole, eroded by a little more than half its narrowest place, falls into two."""
    from shapely import Polygon

    top = [(-reach, waist / 2 + lift), (0.0, waist / 2), (reach, waist / 2 + 2 * lift)]
    ends = [(12.0, 9.0), (12.0, -9.0)]
    points = [(-12.0, 9.0), *top, *ends, *((x, -y) for x, y in reversed(top)), (-12.0, -9.0)]
    hole = Curve.polygon(points).posed(Pose(rotation=rotation)).cw()
    found = [neck for neck in necks([Curve.rectangle(120, 120, -60, -60), hole], waist + 0.01) if not neck.solid]
    assert len(found) == 1
    opening = Polygon(hole.flattened())
    assert opening.buffer(-found[0].width / 2 + 0.01, quad_segs=64).geom_type == "Polygon"
    assert opening.buffer(-found[0].width / 2 - 0.01, quad_segs=64).geom_type == "MultiPolygon"
