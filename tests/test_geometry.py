import math

import numpy as np
import pytest
from curves import SHAPES, sampled, segments, stars
from hypothesis import given
from hypothesis import strategies as st

from camcore.geometry import Box, Curve, Pose, arcs
from camcore.geometry.distance import from_points, nearest
from camcore.geometry.pose import exact_cos_sin


@given(segments(1), st.floats(0, 1))
def test_points_lie_on_the_circle_and_ends_are_ends(row, t):
    form = arcs.centre_form(row)
    ends = arcs.points_at(np.repeat(row, 2, axis=0), np.array([0.0, 1.0]))
    assert np.allclose(ends.ravel(), row[0, :4], atol=1e-9)
    if arcs.is_arc(row)[0]:
        x, y = arcs.points_at(row, np.array([t]))[0]
        assert math.hypot(x - form.cx[0], y - form.cy[0]) == pytest.approx(form.radius[0], rel=1e-9)
        assert math.tan(form.sweep[0] / 4) == pytest.approx(row[0, 4])


@given(segments(1))
def test_length_and_box_agree_with_sampling(row):
    points = sampled(row, 2000)
    slow = np.hypot(*np.diff(points, axis=0).T).sum()
    assert arcs.lengths(row)[0] == pytest.approx(slow, rel=1e-5)
    box = arcs.boxes(row)[0]
    assert np.allclose(box, [*points.min(axis=0), *points.max(axis=0)], atol=slow / 1000)
    assert (points >= box[:2] - 1e-9).all()
    assert (points <= box[2:] + 1e-9).all()


@given(segments(1), st.floats(0.01, 0.49), st.floats(0.51, 0.99))
def test_cut_out_lies_on_the_whole(row, t0, t1):
    part = arcs.cut_out(row, np.array([t0]), np.array([t1]))
    assert arcs.lengths(part)[0] == pytest.approx((t1 - t0) * arcs.lengths(row)[0], rel=1e-6)
    points = sampled(part, 20)
    assert nearest(points, np.repeat(row, 20, axis=0)).distance.max() < 1e-8


@given(segments(1), st.floats(0.0005, 0.5))
def test_chords_keep_the_tolerance(row, tolerance):
    start = arcs.flattened(row, tolerance)
    chain = Curve(np.vstack([start, row[:, 2:4]]), closed=False)
    assert from_points(sampled(row, 300), chain).max() <= tolerance * (1 + 1e-6) + 1e-9


@given(stars())
def test_area_is_that_of_many_chords_and_turns_sign(star):
    x, y = star.flattened(1e-5).T
    slow = (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2
    assert star.area == pytest.approx(slow, rel=1e-4)
    assert star.reversed().area == pytest.approx(-star.area)
    assert star.cw().area < 0 < star.ccw().area
    assert star.reversed().start == star.start


@given(stars(), st.floats(-50, 50), st.floats(-50, 50), st.floats(0, 360), st.booleans())
def test_poses_carry_curves_and_points_alike(star, x, y, turn, mirror):
    pose = Pose(x, y, turn, mirror)
    carried = star.posed(pose)
    points = pose.points(sampled(star.segments, 5))
    assert from_points(points, carried).max() < 1e-8
    assert carried.area == pytest.approx(-star.area if mirror else star.area)
    assert carried.length == pytest.approx(star.length)


def test_quarter_turns_are_exact():
    assert Pose(rotation=90).points(np.array([[3.0, 1.0]])).tolist() == [[-1.0, 3.0]]
    assert Pose(1, 2, 270, mirror=True).points(np.array([[3.0, 1.0]])).tolist() == [[2.0, 5.0]]
    assert Pose(rotation=-180).points(np.array([[3.0, 1.0]])).tolist() == [[-3.0, -1.0]]


def test_box_of_a_circle_is_exact():
    assert SHAPES["circle"].box == pytest.approx(Box(-7, -12, 13, 8))


def test_boxes():
    box = Box(0, 0, 10, 5)
    assert (box.width, box.height, box.centre) == (10, 5, (5, 2.5))
    assert box.union(Box(-1, 2, 3, 9)) == Box(-1, 0, 10, 9)
    assert box.grown(1) == Box(-1, -1, 11, 6)
    assert box.holds(Box(1, 1, 9, 5))
    assert not box.holds(Box(1, 1, 10.1, 4))
    assert box.holds(Box(1, 1, 10.1, 4), slack=0.2)
    assert box.meets(Box(10, 5, 12, 12))
    assert not box.meets(Box(10.1, 0, 12, 5))
    assert box.meets(Box(10.1, 0, 12, 5), slack=0.2)


@pytest.mark.parametrize("bad", [[[0, 0]], [[0, 0, 0, 0], [1, 1, 1, 1]], [[0, 0], [1, math.nan]], []])
def test_no_curve(bad):
    with pytest.raises(ValueError, match="at least two finite vertices"):
        Curve(bad)


def test_curves_cannot_be_changed():
    curve = Curve.rectangle(2, 3)
    with pytest.raises(ValueError, match="read-only"):
        curve.vertices[0, 0] = 5


def test_circles_know_themselves():
    assert Curve.circle(1, 2, 3).as_circle() == pytest.approx((1, 2, 3))
    assert Curve.circle(1, 2, 3).posed(Pose(4, 4, 33, True)).as_circle(1e-9) == pytest.approx(
        (*Pose(4, 4, 33, True).points(np.array([[1.0, 2.0]]))[0], 3)
    )
    assert SHAPES["obround"].as_circle() is None
    assert SHAPES["half moon"].as_circle() is None


def test_opening_goes_once_round():
    opened = SHAPES["rounded"].opened_at(3)
    assert not opened.closed
    assert opened.start == opened.end == tuple(SHAPES["rounded"].vertices[3, :2])
    assert opened.length == pytest.approx(SHAPES["rounded"].length)


def test_scaled_and_moved():
    assert SHAPES["gear"].scaled(25.4).area == pytest.approx(SHAPES["gear"].area * 25.4**2)
    assert SHAPES["gear"].moved(5, 6).box == pytest.approx(Box(-15, -14, 25, 26), abs=0.6)


def test_a_turn_a_hair_below_none_is_none():
    assert exact_cos_sin(-1e-20) == (1.0, 0.0)
