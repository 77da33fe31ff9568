"""No-fit regions: what they must be whatever the shapes."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon
from shapely.affinity import affine_transform, translate

from camcore.geometry import Curve
from camcore.nesting.convex import convex_pieces
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.part import Part

ANGLES = (0.0, 30.0, 90.0, 180.0, 275.0)
TEE = Part("tee", Curve.polygon([(0, 0), (40, 0), (40, 10), (25, 10), (25, 30), (15, 30), (15, 10), (0, 10)]))
RING = Part("ring", Curve.circle(5, 5, 30), (Curve.circle(5, 5, 24).cw(),))
STAR = Part("star", Curve.polygon([(0, 0), (20, 8), (40, 0), (30, 20), (40, 40), (20, 30), (0, 40), (10, 20)]))


@pytest.fixture(scope="module")
def problem():
    demands = [Demand(TEE, 1, ANGLES, mirror=True), Demand(RING, 1, (0.0,)), Demand(STAR, 1, ANGLES)]
    return Problem(demands, [Stock("s", Curve.rectangle(500, 500))], Rules(0.0, 0.0))


def polygon_at(problem, stance, x, y):
    (a, b), (c, d) = stance.matrix
    return translate(affine_transform(problem.shapes[stance.shape].polygon, [a, b, c, d, 0, 0]), x, y)


@given(st.data(), st.floats(-80, 80), st.floats(-80, 80))
def test_position_is_in_the_region_when_and_only_when_the_shapes_overlap(problem, data, x, y):
    a, b = (problem.stances[data.draw(st.integers(0, len(problem.stances) - 1))] for _ in range(2))
    region = naive.region(problem.nofit.region(a, b))
    common = polygon_at(problem, a, x, y).intersection(polygon_at(problem, b, 0.0, 0.0)).area
    depth = naive.depth(region, x, y)
    if depth > 1e-3:
        assert common > 0.0
    if common > 0.5:
        assert depth > 0.0


def test_a_region_is_built_once_for_all_turns_of_the_pair(problem):
    fresh = type(problem.nofit)(problem.shapes)
    pairs = [(a, b) for a in problem.stances for b in problem.stances if {a.shape, b.shape} == {1, 2}]
    for a, b in pairs:
        fresh.region(a, b)
    assert len(fresh._regions) <= len(ANGLES)


def test_washer_hole_is_a_hole_of_the_region():
    small = Part("small", Curve.circle(0, 0, 8))
    problem = Problem([Demand(RING, 1), Demand(small, 1)], [Stock("s", Curve.rectangle(500, 500))], Rules(2.0, 0.0))
    region = naive.region(problem.nofit.region(problem.stances[1], problem.stances[0]))
    assert len(region.interiors) == 1
    assert naive.depth(region, 5.0, 5.0) == 0.0
    assert Polygon(region.interiors[0]).area == pytest.approx(np.pi * (24 - 8 - 2) ** 2, rel=0.02)


@given(st.lists(st.floats(4.0, 30.0), min_size=5, max_size=25))
def test_convex_pieces_are_convex_and_cover_the_polygon(radii):
    angles = np.linspace(0, 2 * np.pi, len(radii), endpoint=False)
    polygon = Polygon(np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None])
    pieces = convex_pieces(polygon)
    rings = [Polygon(pieces.points[a:b]) for a, b in zip(pieces.first[:-1], pieces.first[1:], strict=True)]
    assert sum(ring.area for ring in rings) == pytest.approx(polygon.area)
    assert all(ring.convex_hull.area == pytest.approx(ring.area) for ring in rings)
    assert all(ring.exterior.is_ccw for ring in rings)
