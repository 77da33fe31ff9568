"""Rigid bodies that push and turn each other, and the refinement of a sheet with them."""

import math
from functools import cache

import naive
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import Polygon
from shapely.affinity import affine_transform

from camcore.geometry import Curve
from camcore.kernels import rigid
from camcore.nesting.bodies import Sheet, balance, outer_edges
from camcore.nesting.convex import convex_pieces, pack
from camcore.nesting.layout import Filled, Piece
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.refine import Worker, refine, turns_freely
from camcore.part import Part

CEE = Part("cee", Curve.polygon([(0, 0), (50, 0), (50, 10), (10, 10), (10, 40), (50, 40), (50, 50), (0, 50)]))
DEE = Part("dee", Curve(np.array([(0, 0, 0), (30, 0, 1.0), (30, 40, 0), (0, 40, 0)], dtype=float)))
BAR = Part("bar", Curve.rectangle(70, 6))
WEDGE = Part("wedge", Curve.polygon([(0, 0), (60, 0), (0, 25)]))

coordinate = st.floats(-100, 100)
angle = st.floats(-7, 7)


def problem_of(demands, stock=None, spacing=2.0, margin=5.0):
    stock = stock or Stock("sheet", Curve.rectangle(400, 120), quantity=1)
    return Problem(demands, [stock], Rules(spacing, margin, 100))


@cache
def mixed(stock):
    """Two of each part, on a stock; made once."""
    return problem_of([Demand(part, 2, None, mirror=True) for part in (CEE, DEE, BAR, WEDGE)], stock)


def strewn(seed, stock=None, size=300.0):
    """Two of each part somewhere on a sheet, overlapping as they may."""
    problem = mixed(stock)
    rng = np.random.default_rng(seed)
    stances = [rng.choice(own) for own in problem.of_shape for _ in range(2)]
    pieces = [Piece(int(stance), *rng.uniform(60.0, size - 60.0, 2)) for stance in stances]
    return Sheet(problem, Filled(0, tuple(pieces), 1))


def areas(sheet, bodies, pose):
    """What the bodies cover, by shapely, from the table's own points and another turn."""
    found = []
    for i, (x, y, turn) in enumerate(pose):
        pieces = range(bodies.first[i], bodies.first[i + 1])
        rings = [Polygon(bodies.own[bodies.start[p] : bodies.start[p + 1], :2]) for p in pieces]
        c, s = math.cos(turn), math.sin(turn)
        found.append(affine_transform(shapely.union_all(rings), [c, -s, s, c, x, y]))
    return found


def convex(seed, x, y):
    """A convex piece as the kernel has it: points and outward normals."""
    rng = np.random.default_rng(seed)
    ring = np.asarray(shapely.MultiPoint(rng.uniform(-20, 20, (7, 2))).convex_hull.exterior.coords)[:-1][::-1]
    ring = ring if Polygon(ring).exterior.is_ccw else ring[::-1]
    way = np.roll(ring, -1, axis=0) - ring
    normal = np.column_stack([way[:, 1], -way[:, 0]]) / np.hypot(*way.T)[:, None]
    return np.hstack([ring + np.array([x, y]), normal])


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(-45, 45), st.floats(-45, 45))
def test_depth_of_a_contact_is_that_in_the_no_fit_region(one, two, x, y):
    p, q = convex(one, 0.0, 0.0), convex(two, x, y)
    all_outer = np.ones(len(p), np.bool_), np.ones(len(q), np.bool_)
    depth, way, (nx, ny, _, _) = rigid.contact(p, all_outer[0], q, all_outer[1], 1e-6)
    slow = naive.depth(naive.convex_sum(p[:, :2], -q[:, :2]), 0.0, 0.0)
    assert max(0.0, depth) == pytest.approx(slow, abs=1e-9)
    if slow > 0.0:
        assert Polygon(p[:, :2]).intersection(Polygon(q[:, :2] + way * np.array([nx, ny]))).area < 1e-9


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(-20, 20), st.floats(-20, 20))
def test_a_contact_lies_on_the_edge_where_the_pieces_meet(one, two, x, y):
    p, q = convex(one, 0.0, 0.0), convex(two, x, y)
    depth, _, (_, _, px, py) = rigid.contact(p, np.ones(len(p), np.bool_), q, np.ones(len(q), np.bool_), 1e-6)
    assume(depth > 0.0)
    edges = shapely.union_all([Polygon(p[:, :2]).exterior, Polygon(q[:, :2]).exterior])
    assert edges.distance(shapely.Point(px, py)) < 1e-9


def test_nothing_is_pushed_out_through_a_seam():
    """A corner that stands 1 mm in a plate of two halves, next to their seam, leaves upwards."""
    left, right = np.array([(0, 0), (10, 0), (10, 10), (0, 10)]), np.array([(10, 0), (20, 0), (20, 10), (10, 10)])
    outer = outer_edges(pack([left.astype(float), right.astype(float)]))
    assert outer.tolist() == [True, False, True, True, True, True, True, False]
    plate = np.hstack([left, [(0, -1), (1, 0), (0, 1), (-1, 0)]]).astype(float)
    corner = np.array([(9.8, 9.0, 0.6, -0.8), (15.8, 13.5, 0.0, 1.0), (5.3, 15.0, -0.8, -0.6)])
    _, _, (nx, ny, _, _) = rigid.contact(plate, outer[:4], corner, np.zeros(3, np.bool_), 1e-6)
    assert (nx, ny) == (0.0, 1.0)


@given(st.integers(0, 10**6))
def test_a_push_keeps_the_centre_of_gravity_and_the_angular_momentum(seed):
    sheet = strewn(seed, size=180.0)
    before = sheet.lie.pose.copy()
    rigid.push_pair(sheet.scene.bodies, sheet.lie, 0, 5, 0.0, 1.0)
    moved = sheet.lie.pose - before
    assert moved[:, :2].sum(axis=0) == pytest.approx([0, 0], abs=1e-9)
    assert (moved[[1, 2, 3, 4, 6, 7]] == 0).all()


def test_one_contact_turns_as_inertia_has_it():
    """A bar pushed at its end: the turn times its inertia is the moment of the push about its centre."""
    sheet = strewn(1)
    lie = sheet.lie
    rigid._push(lie, 4, (0.0, 1.0, lie.pose[4, 0] + 30.0, lie.pose[4, 1]), 0.1)
    before = strewn(1).lie.pose[4]
    assert lie.pose[4, 1] - before[1] == pytest.approx(0.1)
    assert (lie.pose[4, 2] - before[2]) * sheet.bodies[4].gyration == pytest.approx(30.0 * 0.1)


@given(st.integers(0, 10**6), angle)
def test_placed_points_and_boxes_follow_the_pose(seed, turn):
    sheet = strewn(seed)
    sheet.lie.pose[3, 2] = turn
    rigid.place(sheet.scene.bodies, sheet.lie, 3)
    area = areas(sheet, sheet.scene.bodies, sheet.lie.pose)[3]
    assert sheet.scene.bodies.whole[3] == pytest.approx(area.bounds, abs=1e-9)


@given(st.integers(0, 10**6), angle, st.integers(0, 7))
def test_reach_is_that_of_the_true_curve(seed, turn, i):
    """Arcs as arcs, mirrored or not: as far as the box of the posed outline."""
    sheet = strewn(seed)
    sheet.lie.pose[i, 2] = turn
    piece = sheet.filled(sheet.lie.pose).pieces[i]
    box = sheet.problem.stances[piece.stance].box
    x1, y1, x0, y0 = (rigid.reach(sheet.scene.rims, sheet.lie, i, side * math.pi / 2)[0] for side in range(4))
    expected = (box.x0 + piece.x, box.y0 + piece.y, box.x1 + piece.x, box.y1 + piece.y)
    assert (-x0, -y0, x1, y1) == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 10**6))
def test_near_pairs_are_those_whose_circles_meet(seed):
    sheet = strewn(seed)
    pose, radius = sheet.lie.pose, sheet.scene.radius
    found = {(int(i), int(j)) for i, j in rigid.near_pairs(sheet.lie, radius, 3.0)}
    slow = {
        (i, j)
        for i in range(8)
        for j in range(i + 1, 8)
        if math.dist(pose[i, :2], pose[j, :2]) < radius[i] + radius[j] + 3.0
    }
    assert found == slow


@given(st.integers(0, 10**6))
def test_balance_is_that_of_the_area(seed):
    rng = np.random.default_rng(seed)
    hull = shapely.MultiPoint(rng.uniform(0, 50, (9, 2))).convex_hull
    centre, gyration = balance(convex_pieces(hull))
    assert centre == pytest.approx([hull.centroid.x, hull.centroid.y])
    grid = np.stack(np.meshgrid(np.arange(0.25, 50, 0.5), np.arange(0.25, 50, 0.5)), axis=-1).reshape(-1, 2)
    inside = grid[shapely.contains_xy(hull, *grid.T)]
    assert gyration == pytest.approx(((inside - centre) ** 2).sum(axis=1).mean(), rel=0.05)


PLAIN = Stock("plain", Curve.rectangle(300, 300), quantity=1)
HOLED = Stock("holed", Curve.rectangle(300, 300), (Curve.circle(150, 150, 25),), 1)


@settings(max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([PLAIN, HOLED]))
def test_what_has_settled_overlaps_nothing(seed, stock):
    sheet = strewn(seed, stock)
    done, _ = rigid.settle(sheet.scene, sheet.lie, rigid.Limits(np.array([5.0, 5.0, 295.0, 295.0]), 1e-5, 20.0, 400))
    assume(done)
    pose = sheet.lie.pose
    bodies = areas(sheet, sheet.scene.bodies, pose[:-1])
    assert max(a.intersection(b).area for k, a in enumerate(bodies) for b in bodies[:k]) < 1e-9
    if stock is HOLED:
        *plain, forbidden = areas(sheet, sheet.scene.plain, pose)
        assert max(area.intersection(forbidden).area for area in plain) < 1e-9
    reach = [rigid.reach(sheet.scene.rims, sheet.lie, i, 0.0)[0] for i in range(8)]
    assert max(reach) <= 295.0 + 1e-6


def test_most_crowds_settle():
    """The test before is not empty: with room to spare, pushing succeeds."""
    limits = rigid.Limits(np.array([5.0, 5.0, 295.0, 295.0]), 1e-5, 20.0, 400)
    done = [rigid.settle(sheet.scene, sheet.lie, limits)[0] for sheet in map(strewn, range(40))]
    assert sum(done) >= 20


def column(rotations, quantity=1):
    """Two wedges whose long edges could lie on each other, side by side."""
    problem = problem_of([Demand(WEDGE, 2, rotations)], Stock("s", Curve.rectangle(200, 40), quantity=1), 0.0, 0.0)
    first, second = problem.of_shape[0][0], problem.of_shape[0][-1]
    box = [problem.stances[k].box for k in (first, second)]
    pieces = Piece(first, -box[0].x0, -box[0].y0), Piece(second, box[0].width + 1.0 - box[1].x0, -box[1].y0)
    return problem, Filled(0, pieces, 1)


def shortened(problem, sheet, rounds=3):
    found = [sheet]
    spent = iter([0.0] * rounds + [1.0])
    refine([Worker(problem, sheet, 0)], lambda _: next(spent), found.append)
    return found[-1]


def reach_of(problem, sheet):
    return max(piece.x + problem.stances[piece.stance].box.x1 for piece in sheet.pieces)


def test_pieces_that_may_turn_take_less_length():
    problem, sheet = column(None)
    better = shortened(problem, sheet)
    assert reach_of(problem, better) < reach_of(problem, sheet) - 10.0
    assert {problem.stances[piece.stance].rotation for piece in better.pieces} - {s.rotation for s in problem.tried}


def test_pieces_with_fixed_rotations_keep_them():
    problem, sheet = column((0.0, 180.0))
    better = shortened(problem, sheet)
    assert reach_of(problem, better) < reach_of(problem, sheet)
    assert len(problem.stances) == len(problem.tried)


def test_only_what_may_turn_is_refined():
    assert turns_freely(*column(None))
    assert not turns_freely(*column((0.0, 90.0)))
    washer = problem_of([Demand(Part("washer", Curve.circle(0, 0, 9)), 1, None)])
    assert not turns_freely(washer, Filled(0, (Piece(0, 50.0, 50.0),), 1))


def test_a_sheet_that_cannot_be_shortened_stays():
    problem = problem_of([Demand(BAR, 1, None)], Stock("s", Curve.rectangle(70, 6), quantity=1), 0.0, 0.0)
    stance = next(k for k in problem.of_shape[0] if problem.stances[k].rotation == 0.0)
    sheet = Filled(0, (Piece(stance, 0.0, 0.0),), 1)
    assert shortened(problem, sheet) == sheet
