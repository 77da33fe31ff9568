"""Lattices against what is known of them, and against a slow twin."""

import math
from itertools import combinations, product

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import most_in_courses
from naive import region as area_of
from naive import top as slow_top
from shapely import Polygon

from camcore.geometry import Box
from camcore.kernels import lattice as kernels
from camcore.nesting.convex import convex_pieces
from camcore.nesting.courses import Couple, courses
from camcore.nesting.lattice import Boundary, Regions, lattices


def regular(n):
    angles = [0.1 + 2 * math.pi * k / n for k in range(n)]
    return Polygon([(30 * math.cos(angle), 30 * math.sin(angle)) for angle in angles])


L = Polygon([(0, 0), (90, 0), (90, 30), (30, 30), (30, 90), (0, 90)])
C = Polygon([(0, 0), (50, 0), (50, 10), (10, 10), (10, 40), (50, 40), (50, 50), (0, 50)])
TEE = Polygon([(0, 0), (60, 0), (60, 12), (36, 12), (36, 40), (24, 40), (24, 12), (0, 12)])
SHAPES = {"pentagon": regular(5), "L": L, "C": C, "tee": TEE, "triangle": Polygon([(0, 0), (60, 4), (20, 40)])}


def found(polygon, turned=True):
    return lattices(Regions.of(convex_pieces(polygon), turned))


def densities(polygon):
    """Best densities of single and of double lattices."""
    rows = found(polygon)
    best = {kind: min(row.each for row in rows if (row.turned is not None) == kind) for kind in (False, True)}
    return polygon.area / best[False], polygon.area / best[True]


@pytest.mark.parametrize(
    ("polygon", "single", "double"),
    [
        (regular(5), None, 0.92131),  # (5 − √5) / 3; Kuperberg and Kuperberg 1990
        (regular(6), 1.0, 1.0),
        (regular(7), None, 0.8927),  # Kallus and Kusner 2016
        (regular(8), 0.90616, 0.90616),  # (4 + 4 √2) / (5 + 4 √2)
        (Polygon([(0, 0), (60, 4), (20, 40)]), 2 / 3, 1.0),
        (Polygon([(0, 0), (90, 0), (75, 60), (10, 51)]), None, 1.0),
        (Polygon([(0, 0), (90, 0), (30, 21), (9, 75)]), None, 1.0),  # not convex
        (L, 1.0, 1.0),
        (regular(200), math.pi / math.sqrt(12), math.pi / math.sqrt(12)),
    ],
)
def test_known_densities(polygon, single, double):
    one, two = densities(polygon)
    if single is not None:
        assert one == pytest.approx(single, abs=2e-4)
    assert two == pytest.approx(double, abs=2e-4)


def test_hooks_hook_into_each_other():
    """Two C-frames, one turned, share the room of their mouths: no lattice of boxes does that."""
    one, two = densities(C)
    assert one == pytest.approx(C.area / 2500, abs=1e-6)
    assert two > 1.6 * one


def test_without_a_turn_there_are_single_lattices_only():
    assert {row.turned for row in found(TEE, turned=False)} == {None}


@pytest.mark.parametrize("name", SHAPES)
def test_no_two_pieces_of_a_lattice_overlap(name):
    """A patch of each lattice, polygon by polygon; and its cell is as large as it says."""
    polygon = SHAPES[name]
    for row in found(polygon):
        assert abs(row.u[0] * row.v[1] - row.u[1] * row.v[0]) == pytest.approx(row.area)
        bodies = [polygon]
        if row.turned is not None:
            bodies.append(shapely.affinity.translate(shapely.affinity.rotate(polygon, 180, (0, 0)), *row.turned))
        patch = [
            shapely.affinity.translate(body, i * row.u[0] + j * row.v[0], i * row.u[1] + j * row.v[1])
            for body in bodies
            for i, j in product(range(-3, 4), repeat=2)
        ]
        assert shapely.union_all(patch).area == pytest.approx(sum(body.area for body in patch), rel=1e-6)


@settings(max_examples=25)
@given(st.lists(st.tuples(st.floats(2, 40), st.floats(2, 40)), min_size=3, max_size=7), st.booleans())
def test_a_lattice_is_no_denser_than_the_plane_nor_thinner_than_boxes(points, turned):
    angles = np.sort(np.linspace(0, 2 * math.pi, len(points), endpoint=False))
    polygon = Polygon([(r * math.cos(a), r * math.sin(a)) for (r, _), a in zip(points, angles, strict=True)])
    x0, y0, x1, y1 = polygon.bounds
    best = found(polygon, turned)[0].each
    assert polygon.area * (1 - 1e-6) <= best <= (x1 - x0) * (y1 - y0) * (1 + 1e-6)


@settings(max_examples=25)
@given(st.sampled_from(sorted(SHAPES)), st.floats(30, 120), st.floats(-200, 200))
def test_top_is_the_upper_envelope_of_the_repeats(name, pitch, phase):
    edges = Regions.of(convex_pieces(SHAPES[name]), True).pair
    got = kernels.top(edges, np.array([pitch]), np.array([phase]))[0]
    assert got == pytest.approx(slow_top(area_of(edges), pitch, phase), abs=1e-6)


def test_top_of_a_row_of_one():
    edges = Regions.of(convex_pieces(L), False).own
    assert kernels.top(edges, np.array([np.inf]), np.array([0.0]))[0] == pytest.approx(90.0)
    assert kernels.top(edges, np.array([np.inf]), np.array([500.0]))[0] == -np.inf


places = st.floats(-300, 300)


@settings(max_examples=15)
@given(st.sampled_from(sorted(SHAPES)), st.floats(-0.5, 1.2), st.floats(0, 1), places, places)
def test_clear_asks_every_point_of_the_lattice(name, turn, skew, x, y):
    """All but (0, 0) itself."""
    edges = Regions.of(convex_pieces(SHAPES[name]), False).own
    area = area_of(edges)
    u = 70 * math.cos(turn), 70 * math.sin(turn)
    v = skew * u[0] - u[1], skew * u[1] + u[0]
    box = np.concatenate([edges[:, :2].min(axis=0), edges[:, :2].max(axis=0)])
    around = product(range(-9, 10), repeat=2)
    points = [shapely.Point(x + i * u[0] + j * v[0], y + i * u[1] + j * v[1]) for i, j in around]
    points = [point for point in points if math.hypot(point.x, point.y) > 1e-2]
    if min(shapely.distance(area.boundary, points)) > 1e-2:
        inside = bool(shapely.contains(area, points).any())
        assert kernels.clear(edges, box, np.array([*u, *v]), x, y, 1e-3) == (not inside)


sides = st.floats(20, 200)


@settings(max_examples=10)
@given(st.floats(-30, 30), st.floats(8, 40), st.floats(-30, 30), st.floats(8, 40), sides, sides)
def test_points_of_a_lattice_in_a_rectangle_are_counted(ux, uy, vx, vy, width, height):
    if abs(ux * vy - uy * vx) < 100:
        return
    starts = np.array([[0.0, 0.0], [3.0, 5.0]])
    got = kernels.counted(np.array([ux, uy, vx, vy]), starts, width, height, 1e-9)
    for start, count in zip(starts, got, strict=True):
        reach = range(-60, 61)
        at = [(start[0] + i * ux + j * vx, start[1] + i * uy + j * vy) for i, j in product(reach, reach)]
        assert count == sum(-1e-9 <= x <= width + 1e-9 and -1e-9 <= y <= height + 1e-9 for x, y in at)


def test_off_leaves_out_what_lies_in_the_region():
    edges = Regions.of(convex_pieces(L), False).own
    box = np.concatenate([edges[:, :2].min(axis=0), edges[:, :2].max(axis=0)])
    places = np.array([[0.0, 0.0], [200.0, 0.0], [60.0, 60.0], [-80.0, 10.0]])
    area = area_of(edges)
    want = [k for k, p in enumerate(places) if not area.contains(shapely.Point(p))]
    assert kernels.off(edges, box, places, 1e-6).tolist() == want


@settings(max_examples=12)
@given(st.sampled_from(sorted(SHAPES)), st.floats(100, 420), st.floats(100, 300), st.booleans())
def test_courses_hold_what_a_slow_search_finds(name, width, height, turned):
    """And none of their pieces lies in another's region."""
    regions = Regions.of(convex_pieces(SHAPES[name]), turned)
    x0, y0, x1, y1 = SHAPES[name].bounds
    box = Box(x0, y0, x1, y1)
    couple = Couple.of(regions.own, regions.pair, box, Box(-x1, -y1, -x0, -y0))
    for each, sides in ((couple, (width, height)), (couple.swapped(), (height, width))):
        found, room = courses(each, *sides), sides[1] - each.height
        own, pair = area_of(each.own), area_of(each.pair) if turned else None
        slow = most_in_courses(own, pair, sides[0] - each.width, room, each.pitch, 5)
        assert found is not None
        laid = found.filled(room)
        assert len(laid) >= slow
        assert laid[:, 1].max() <= sides[0] - each.width + 1e-6
        _clear(laid, own, pair)


def _clear(laid, own, pair):
    for (one, ax, ay), (two, bx, by) in combinations(laid[:25].tolist(), 2):
        if one == two:
            place = (bx - ax, by - ay) if one == 0 else (ax - bx, ay - by)
            assert own.buffer(-2e-3).contains(shapely.Point(place)) is False
        else:
            place = (bx - ax, by - ay) if one == 0 else (ax - bx, ay - by)
            assert pair.buffer(-2e-3).contains(shapely.Point(place)) is False


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_place_is_refined_as_a_slow_search_does(name):
    """One step after the other, each by a scan of its own."""
    regions = Regions.of(convex_pieces(SHAPES[name]), True)
    at = Boundary(regions.own)
    boxes = [np.concatenate([e[:, :2].min(axis=0), e[:, 2:].max(axis=0)]) for e in (regions.own, regions.pair)]
    ground = regions.own, boxes[0], regions.pair, boxes[1]

    def scanned(place):
        return kernels.scan(*ground, at.points(np.array([place])), 2 * regions.area, 1.03, 1e-3)[0]

    for start in at.upper(12)[::5].tolist():
        place, step = start, 4.0
        best = scanned(place)
        for _ in range(8):
            lower, upper = scanned(place - step), scanned(place + step)
            near, moved = (lower, -step) if lower[4] <= upper[4] else (upper, step)
            if near[4] < best[4]:
                best, place = near, place + moved
            else:
                step /= 2.0
        got = kernels.refined(*ground, at.ends, (start, 4.0, 8), 2 * regions.area, 1.03, 1e-3)
        assert got[6] == pytest.approx(best[4]) or got[6] == best[4] == np.inf


@given(st.lists(st.floats(-900, 900), min_size=1, max_size=20))
def test_places_along_a_boundary(places):
    ring = np.array([[0, 0, 40, 0], [40, 0, 40, 30], [40, 30, 0, 0]], float)
    got = Boundary(ring).points(np.array(places))
    line = shapely.LinearRing([(0, 0), (40, 0), (40, 30)])
    for place, point in zip(places, got, strict=True):
        assert point == pytest.approx(line.interpolate(place % 120.0).coords[0], abs=1e-9)
