"""Boundaries of Minkowski sums: what the convolution says must be what the union of convex sums says."""

import naive
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Polygon, box

from camcore.geometry import Curve, Pose
from camcore.kernels.convolution import convolution, sum_boundary, winding
from camcore.nesting import nofit
from camcore.nesting.convex import convex_pieces, pack
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.rings import area, rings_of, turned
from camcore.part import Part

GAP = 1e-8
FRAME = box(0, 0, 30, 20).difference(box(4, 4, 12, 16)).difference(box(15, 4, 26, 16))
SLOT = Polygon([(0, 0), (30, 0), (30, 20), (20, 20), (20, 5), (10, 5), (10, 20), (0, 20)])

small = st.integers(0, 6)
boxes = st.lists(st.tuples(small, small, st.integers(1, 4), st.integers(1, 4)), min_size=1, max_size=6)
stars = st.lists(st.floats(2.0, 30.0), min_size=3, max_size=14)
turns = st.sampled_from([0.0, 90.0, 180.0, 33.0, 213.0])


def star(radii):
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    return Polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None])


def blocks(rows):
    """A union of boxes on whole coordinates: holes, several parts, and parallel edges that lie on each other."""
    return shapely.union_all([box(x, y, x + w, y + h) for x, y, w, h in rows]).buffer(0.05, join_style="mitre")


def assert_same_sum(p, q, turn=0.0):
    matrix = Pose(0.0, 0.0, turn).matrix
    moving = shapely.affinity.affine_transform(q, [*matrix.ravel(), 0.0, 0.0])
    edges, closed = sum_boundary(rings_of(p), turned(rings_of(q), matrix), GAP)
    assert closed
    found, twin = naive.region(edges), naive.minkowski(p, moving)
    assert found.symmetric_difference(twin).area < 1e-6 * twin.length
    assert not [k for k in range(len(edges)) if np.hypot(*(edges[k, 2:4] - edges[k, 0:2])) < GAP]


@given(stars, stars, turns)
def test_sum_of_stars_is_the_union_of_convex_sums(p, q, turn):
    assert_same_sum(star(p), star(q), turn)


@given(boxes, boxes, turns)
def test_sum_of_blocks_with_holes_is_the_union_of_convex_sums(p, q, turn):
    assert_same_sum(blocks(p), blocks(q), turn)


@given(stars, boxes)
def test_sum_of_a_star_and_blocks_is_the_union_of_convex_sums(p, q):
    assert_same_sum(star(p), blocks(q))


@pytest.mark.parametrize("turn", [0.0, 90.0, 17.0])
def test_holes_of_both_shapes_are_no_special_case(turn):
    ring = FRAME.buffer(-1.0, join_style="mitre")
    assert_same_sum(FRAME, ring, turn)
    assert_same_sum(FRAME, box(0, 0, 3, 3), turn)


@pytest.mark.parametrize("play", [1e-6, 1e-4, 1e-2])
def test_an_exact_fit_stays_a_slit(play):
    bar = box(0, 0, 10 - play, 12)
    edges, closed = sum_boundary(rings_of(SLOT), turned(rings_of(bar), -np.eye(2)), GAP)
    in_slot = edges[(edges[:, 1] < 19) & (edges[:, 1] > 0) & (np.abs(edges[:, 0] - 10) < 1)]
    assert closed
    assert in_slot[:, 0].max() - in_slot[:, 0].min() == pytest.approx(play, rel=1e-3)


def test_without_play_there_is_no_slit():
    edges, closed = sum_boundary(rings_of(SLOT), turned(rings_of(box(0, 0, 10, 12)), -np.eye(2)), GAP)
    assert closed
    assert len(edges) == 4


@given(boxes)
def test_rings_enclose_what_the_polygon_does(rows):
    region = blocks(rows)
    rings = rings_of(region)
    assert area(rings) == pytest.approx(region.area)
    assert (rings.before[rings.after] == np.arange(len(rings.points))).all()
    assert len(shapely.get_parts(region)) == _loops(rings)


def test_a_hole_may_touch_the_outline_and_another_hole_in_a_point():
    hole = Polygon([(0, 5), (5, 3), (5, 7)]), Polygon([(5, 7), (8, 6), (8, 9)])
    plate = Polygon([(0, 0), (10, 0), (10, 10), (0, 10), (0, 5)], [list(h.exterior.coords)[:-1] for h in hole])
    assert plate.is_valid
    assert area(rings_of(plate)) == pytest.approx(plate.area)
    assert_same_sum(plate, box(0, 0, 1, 1))


def _loops(rings):
    left, count = set(range(len(rings.points))), 0
    while left:
        k, count = next(iter(left)), count + 1
        while k in left:
            left.remove(k)
            k = int(rings.after[k])
    return count


@given(stars, stars, st.floats(-50, 50), st.floats(-50, 50))
def test_the_convolution_winds_once_for_each_common_piece(p, q, x, y):
    p, q = star(p), star(q)
    lines = convolution(rings_of(p), rings_of(q))
    common = p.intersection(shapely.affinity.affine_transform(q, [-1, 0, 0, -1, x, y]))
    pieces = [piece for piece in shapely.get_parts(common) if piece.area > 1e-6]
    edge = shapely.multilinestrings(lines[:, :4].reshape(-1, 2, 2))
    if edge.distance(shapely.Point(x, y)) > 1e-3:
        assert winding(lines, x, y) == len(pieces)


@given(stars, boxes)
def test_faces_give_the_same_region(p, q):
    p, q = rings_of(star(p)), rings_of(blocks(q))
    edges, _ = sum_boundary(p, q, GAP)
    slow = naive.region(nofit._by_faces(p, q, GAP))
    assert slow.symmetric_difference(naive.region(edges)).area < 1e-6 * slow.length


def test_what_does_not_close_is_built_from_faces(monkeypatch):
    p, q = convex_pieces(SLOT), convex_pieces(box(0, 0, 2, 2))
    whole = nofit.region_edges(q, p)
    monkeypatch.setattr("camcore.kernels.convolution.sum_boundary", lambda *_: (np.empty((0, 4)), False))
    assert naive.region(nofit.region_edges(q, p)).area == pytest.approx(naive.region(whole).area)


TEE = Part("tee", Curve.polygon([(0, 0), (40, 0), (40, 10), (25, 10), (25, 30), (15, 30), (15, 10), (0, 10)]))
STAR = Part("star", Curve.polygon([(0, 0), (20, 8), (40, 0), (30, 20), (40, 40), (20, 30), (0, 40), (10, 20)]))


@pytest.fixture(scope="module")
def problem():
    demands = [Demand(TEE, 1, (0.0, 30.0, 90.0, 275.0), mirror=True), Demand(STAR, 1, (0.0, 45.0))]
    return Problem(demands, [Stock("s", Curve.rectangle(500, 500))], Rules(0.0, 0.0, threads=2))


def test_frames_of_all_pairs_are_the_frames_of_each(problem):
    found = nofit.frames(problem.stances)
    for i, a in enumerate(problem.stances):
        for j, b in enumerate(problem.stances):
            name, matrix = nofit.frame(a, b)
            assert found.names[found.number[i, j]] == name
            assert (found.matrix[i, j] == matrix).all()
    assert len(set(found.names)) == len(found.names)


def test_regions_built_together_are_those_built_one_by_one(problem):
    together, single = nofit.NoFit(problem.shapes), nofit.NoFit(problem.shapes)
    names = nofit.frames(problem.stances).names
    together.prepare(names, 2, lambda: None)
    for name in names:
        assert np.allclose(together.of(name), single.of(name), atol=1e-9)


def test_pieces_without_an_outline_are_rings_by_themselves():
    pieces = convex_pieces(SLOT)
    rings = [pieces.points[a:b] for a, b in zip(pieces.first[:-1], pieces.first[1:], strict=True)]
    edges = nofit.region_edges(pack(rings), pack(rings))
    assert naive.region(edges).area == pytest.approx(naive.region(nofit.region_edges(pieces, pieces)).area)


def test_areas_in_several_parts_make_one_region():
    pair = MultiPolygon([box(0, 0, 1, 1), box(10, 0, 11, 1)])
    edges, closed = sum_boundary(rings_of(pair), rings_of(box(0, 0, 2, 2)), GAP)
    assert closed
    assert naive.region(edges).area == pytest.approx(18.0)
