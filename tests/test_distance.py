import math

import numpy as np
import pytest
from curves import SHAPES, sampled, segments, stars, wave
from hypothesis import given
from hypothesis import strategies as st

from camcore.geometry import Curve, Pose, arcs, contain, distance, intersect
from camcore.geometry.index import SegmentIndex


def slow_distance(a, b):
    """Slow twin: all pairs of sampled points."""
    p, q = sampled(a), sampled(b)
    return np.hypot(p[:, None, 0] - q[None, :, 0], p[:, None, 1] - q[None, :, 1]).min()


def spacing(*rows):
    """How far a sampled minimum may lie above the true one."""
    return max(arcs.lengths(np.vstack(rows))) / 399


@given(segments(1), st.floats(-60, 60), st.floats(-60, 60))
def test_nearest_agrees_with_sampling(row, x, y):
    t, d = distance.nearest(np.array([[x, y]]), row)
    slow = np.hypot(*(sampled(row) - (x, y)).T).min()
    assert d[0] <= slow + 1e-9
    assert slow <= d[0] + spacing(row)
    assert math.dist(arcs.points_at(row, t)[0], (x, y)) == pytest.approx(d[0], abs=1e-7)


@given(segments(2))
def test_segments_agree_with_sampling(rows):
    a, b = rows[:1], rows[1:]
    d = distance.between_segments(a, b)[0]
    slow = slow_distance(a, b)
    assert d <= slow + 1e-9
    assert slow <= d + spacing(a, b)
    assert d == pytest.approx(distance.between_segments(b, a)[0], abs=1e-9)


@given(segments(2))
def test_crossings_lie_on_both(rows):
    a, b = rows[:1], rows[1:]
    points = intersect.crossings(a, b).reshape(-1, 2)
    points = points[np.isfinite(points[:, 0])]
    for row in (a, b):
        assert (distance.nearest(points, np.repeat(row, len(points), axis=0)).distance < 1e-6).all()


@given(segments(2))
def test_what_crosses_is_not_apart(rows):
    a, b = rows[:1], rows[1:]
    if np.isfinite(intersect.crossings(a, b)).any():
        assert distance.between_segments(a, b)[0] == distance.between_segments(b, a)[0] == 0


def test_batches_join_without_a_gap():
    count = distance.BATCH + 3
    rows = wave(200).segments[np.arange(count) % 200]
    others = rows + np.linspace(0, 5, count)[:, None] * [1, 0, 1, 0, 0]
    some = np.r_[0:3, count - 6 : count]
    assert (distance.between_segments(rows, others)[some] == distance.between_segments(rows[some], others[some])).all()


@given(segments(2))
def test_no_crossing_is_missed(rows):
    """Where the side of one segment's whole line or circle changes along the other, there is a crossing."""
    a, b = rows[:1], rows[1:]
    along = sampled(a, 2000)
    each = np.repeat(b, len(along), axis=0)
    if arcs.is_arc(b)[0]:
        form = arcs.centre_form(b)
        signed = np.hypot(along[:, 0] - form.cx, along[:, 1] - form.cy) - form.radius
    else:
        (dx, dy), to = (b[0, 2:4] - b[0, 0:2]), along - b[0, 0:2]
        signed = dx * to[:, 1] - dy * to[:, 0]
    flips = np.flatnonzero((signed[:-1] < 0) != (signed[1:] < 0))
    on = intersect.on_segment(each, along, -0.5)
    found = intersect.crossings(a, b).reshape(-1, 2)
    for k in flips:
        if on[k] and on[k + 1]:
            assert np.nanmin(np.hypot(*(found - along[k]).T)) < 2 * spacing(a, b)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([0, 0, 10, 0, 0], [0, 3, 10, 3, 0], 3),
        ([0, 0, 10, 0, 0], [5, -5, 5, 5, 0], 0),
        ([0, 0, 10, 0, 0], [12, 0, 15, 0, 0], 2),
        ([-20, 0, 20, 0, 0], [-5, 12, 5, 12, 1], 7),  # line under a half circle
        ([10, 0, -10, 0, 1], [6, 0, -6, 0, 1], 4),  # concentric
        ([10, 0, -10, 0, 1], [13, 8, 13, -8, 1], 0),  # crossing
        ([5, 0, -5, 0, 1], [0, 11, 0, 21, -1], 6),  # arc against the end of an arc
        ([0, 0, 10, 0, 0], [0, 0, -5, 8, 0.3], 0),  # common end
        ([-10, 5, 10, 5, 0], [5, 0, -5, 0, 1], 0),  # tangent
    ],
)
def test_known_distances(a, b, expected):
    a, b = np.array([a], float), np.array([b], float)
    assert distance.between_segments(a, b)[0] == pytest.approx(expected, abs=1e-9)
    assert distance.between_segments(b, a)[0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("bulge", [1e-5, 1e-7, 1e-9, 1e-11])
def test_flat_arcs_keep_their_digits(bulge):
    arc = np.array([[0.0, 0.0, 100.0, 0.0, bulge]])
    sagitta = 100 * bulge / 2
    d = distance.nearest(np.array([[50.0, 3.0]]), arc).distance[0]
    assert d == pytest.approx(3 + sagitta, abs=1e-9)


@given(stars(), st.floats(-60, 60), st.floats(-60, 60), st.floats(0, 360))
def test_curve_to_curve(star, x, y, turn):
    other = SHAPES["gear"].posed(Pose(x, y, turn))
    d = distance.distance(star, other)
    assert d == pytest.approx(distance.distance(other, star), abs=1e-9)
    i, j = np.indices((len(star), len(other))).reshape(2, -1)
    if np.isfinite(intersect.crossings(star.segments[i], other.segments[j])).any():
        assert d == 0
    else:
        points = sampled(other.segments, 30)
        slow = distance.from_points(points, star).min()
        assert d - 1e-9 <= slow <= d + max(arcs.lengths(other.segments)) / 29


def test_index_answers_like_all_pairs():
    a, b = wave(300), wave(500).moved(95, 7)
    rows_a, rows_b = a.segments, b.segments
    i, j = np.indices((300, 500)).reshape(2, -1)
    assert distance.distance(a, b) == pytest.approx(distance.between_segments(rows_a[i], rows_b[j]).min(), abs=1e-12)
    points = sampled(rows_a[:20], 7)
    slow = np.min(
        [distance.nearest(points, np.repeat(row[None], len(points), axis=0)).distance for row in rows_b], axis=0
    )
    assert distance.from_points(points, b) == pytest.approx(slow, abs=1e-12)


def test_own_pairs_are_each_named_once():
    rows = wave(50).segments
    i, j = SegmentIndex(rows).own_pairs(0.1)
    assert (i < j).all()
    assert len({*zip(i.tolist(), j.tolist(), strict=True)}) == len(i) >= 50


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("reverse", [False, True])
def test_contains_agrees_with_chords(name, reverse):
    import shapely

    curve = SHAPES[name].reversed() if reverse else SHAPES[name]
    box = curve.box.grown(3)
    grid = np.stack(np.meshgrid(np.linspace(box.x0, box.x1, 41), np.linspace(box.y0, box.y1, 43)), -1).reshape(-1, 2)
    clear = distance.from_points(grid, curve) > 2e-3
    polygon = shapely.Polygon(curve.flattened(1e-4))
    expected = shapely.contains_xy(polygon, grid[:, 0], grid[:, 1])
    assert (contain.contains(curve, grid) == expected)[clear].all()


def test_contains_on_levels_of_vertices_and_chords():
    """Rays through vertices and points on chords of arcs are where parity tests go wrong."""
    moon = Curve([[10, 0, 1], [-10, 0, -0.4]])
    assert contain.contains(moon, np.array([[0, 5], [0, 0], [0, -3], [11, 0], [-11, 0], [9.9, 0]], float)).tolist() == [
        True, False, False, False, False, False,
    ]  # fmt: skip
    lens = Curve([[10, 0, 0.5], [-10, 0, 0.5]])
    points = np.array([[0, 0], [5, 0], [-9, 0], [10.1, 0], [0, 4.9], [0, -4.9]], float)
    assert contain.contains(lens, points).tolist() == [True, True, True, False, True, True]
    diamond = Curve.polygon([(0, -5), (5, 0), (0, 5), (-5, 0)])
    assert contain.contains(diamond, np.array([[0, 0], [-6, 0], [-1, 0], [6, 0], [0, 6]], float)).tolist() == [
        True, False, True, False, False,
    ]  # fmt: skip
    assert contain.contains(diamond, np.empty((0, 2))).shape == (0,)


def test_points_within_regions_are_paired_with_each():
    import shapely

    square, inner = shapely.box(0, 0, 10, 10), shapely.box(2, 2, 5, 5)
    points = np.array([[3, 3], [11, 3], [2, 3], [8, 8], [0, 5]], float)
    point, region = contain.within(points, [square, inner, shapely.box(20, 0, 30, 10)])
    assert sorted(zip(point.tolist(), region.tolist(), strict=True)) == [(0, 0), (0, 1), (2, 0), (3, 0)]
    assert [len(found) for found in contain.within(points, [])] == [0, 0]
