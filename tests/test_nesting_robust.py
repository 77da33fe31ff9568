"""Parts that break nesters: exact fits, needles, spikes, spirals, thousands of vertices, coordinates far away.

Each nest is held against shapely besides the nester's own check: areas that overlap, distances, the sheet's inside.
"""

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon

from camcore.geometry import Curve, Pose
from camcore.nesting import nest
from camcore.nesting.measure import summary
from camcore.nesting.model import Demand, Rules, Stock
from camcore.part import Part

PROMISED = 1e-3
"""Spacing and margin hold to this, mm."""
MOST_OVERLAP = 1e-6
"""Common area of two parts, as a share of the smaller."""


def area_of(part, placement=None):
    pose = placement.pose if placement else Pose()
    rings = [curve.posed(pose).flattened(1e-4) for curve in (part.outline, *part.holes)]
    return Polygon(rings[0], rings[1:])


def nested(demands, size, spacing=0.0, margin=0.0, effort=300, quantity=1, **more):
    """A nest on rectangles of that size, held against shapely."""
    stock = Stock("sheet", Curve.rectangle(*size), quantity=quantity)
    found = nest(demands, [stock], Rules(spacing, margin, effort, **more))
    room = shapely.box(margin, margin, size[0] - margin, size[1] - margin).buffer(PROMISED, join_style="mitre")
    for sheet in found.sheets:
        areas = [area_of(found.parts[p.part], p) for p in sheet.placements]
        assert all(room.contains(area) for area in areas)
        i, j = shapely.STRtree(areas).query(areas, "dwithin", spacing)
        for a, b in ((areas[i_], areas[j_]) for i_, j_ in zip(i, j, strict=True) if i_ < j_):
            assert a.intersection(b).area <= MOST_OVERLAP * min(a.area, b.area)
            assert spacing == 0.0 or a.distance(b) >= spacing - PROMISED
    return found


def count(found, part=None):
    return sum(s.repeat * sum(part in (None, p.part) for p in s.placements) for s in found.sheets)


def polygon(name, points):
    return Part(name, Curve.polygon(np.asarray(points, dtype=float)))


def bar(width, height):
    return Part("bar", Curve.rectangle(width, height))


@pytest.mark.parametrize("spacing", [0.0, 0.5, 3.0])
@pytest.mark.parametrize("depth", [20.0, 137.3])
def test_a_bar_as_wide_as_the_notch_less_two_spacings_lies_in_it(spacing, depth):
    """A sheet that holds both only so: the bar is as wide and as long as the notch lets it."""
    wide = 10.0 + 2 * spacing
    notched = polygon(
        "notched",
        [
            (0, 0),
            (wide + 20, 0),
            (wide + 20, depth),
            (wide + 10, depth),
            (wide + 10, 10),
            (10, 10),
            (10, depth),
            (0, depth),
        ],
    )
    found = nested(
        [Demand(notched, 1, (0.0,)), Demand(bar(10.0, depth - 10 - spacing), 1, (0.0,))], (wide + 20, depth), spacing
    )
    assert count(found) == 2


def test_a_disc_lies_in_the_hole_that_just_holds_it():
    ring = Part("ring", Curve.circle(0, 0, 40), (Curve.circle(0, 0, 30).cw(),))
    found = nested([Demand(ring, 1), Demand(Part("disc", Curve.circle(0, 0, 27.5)), 1)], (80, 80), 2.0)
    assert count(found) == 2


def test_a_square_lies_in_the_hole_that_just_holds_it():
    frame = Part("frame", Curve.rectangle(100, 100), (Curve.rectangle(60, 60, 20, 20).cw(),))
    found = nested([Demand(frame, 1, (0.0,)), Demand(bar(56.0, 56.0), 1, (0.0,))], (100, 100), 2.0)
    assert count(found) == 2


def test_fifty_of_one_part():
    tee = polygon("tee", [(0, 0), (60, 0), (60, 12), (36, 12), (36, 40), (24, 40), (24, 12), (0, 12)])
    found = nested([Demand(tee, 50)], (500, 300), 2.0, 5.0)
    assert count(found) == 50


@pytest.mark.parametrize(("margin", "rotations"), [(0.0, (0.0,)), (7.5, (0.0,)), (0.0, None), (7.5, (0.0, 90.0))])
def test_a_part_as_large_as_the_sheet_lies_on_it(margin, rotations):
    found = nested([Demand(bar(300.0, 200.0), 1, rotations)], (300 + 2 * margin, 200 + 2 * margin), 5.0, margin)
    assert count(found) == 1


@pytest.mark.parametrize("too_much", [0.01, 1.0])
def test_a_part_larger_than_the_sheet_does_not(too_much):
    found = nested([Demand(bar(300.0 + too_much, 200.0), 1)], (300, 200))
    assert found.unplaced[0].quantity == 1


@pytest.mark.parametrize("spacing", [0.0, 2.0])
def test_squares_that_tile_the_sheet_do_so(spacing):
    found = nested([Demand(bar(20.0, 20.0), 30)], (6 * 20 + 5 * spacing, 5 * 20 + 4 * spacing), spacing)
    assert count(found) == 30


def test_squares_and_halves_tile_the_sheet():
    found = nested(
        [Demand(bar(40.0, 40.0), 8), Demand(Part("half", Curve.rectangle(40.0, 20.0)), 8, (0.0,))], (160, 120)
    )
    assert count(found) == 16


def wavy(corners, radius=40.0):
    turn = np.linspace(0.0, 2.0 * math.pi, corners, endpoint=False)
    far = radius * (1.0 + 0.15 * np.sin(9 * turn) + 0.02 * np.sin(61 * turn))
    return polygon("wavy", np.column_stack([far * np.cos(turn), far * np.sin(turn)]))


@pytest.mark.parametrize("rotations", [(0.0, 180.0), None])
def test_outlines_of_a_thousand_vertices(rotations):
    found = nested([Demand(wavy(1000), 6, rotations), Demand(bar(30.0, 4.0), 10, rotations)], (400, 300), 1.0, 2.0)
    assert count(found) == 16


def test_tiny_beside_huge():
    found = nested(
        [Demand(Part("huge", Curve.rectangle(1900.0, 900.0)), 1), Demand(bar(2.0, 1.0), 40)], (2000, 1000), 0.5, 5.0
    )
    assert count(found) == 41


def test_needles():
    found = nested(
        [Demand(bar(200.0, 0.1), 60), Demand(Part("plate", Curve.rectangle(60, 40)), 4)], (300, 100), 0.3, 1.0
    )
    assert count(found) == 64


def test_vertices_that_nearly_coincide():
    points = [(0, 0), (50, 0), (50 + 1e-7, 1e-7), (50, 30), (50 - 1e-9, 30 + 1e-9), (20, 30), (20, 30 + 1e-8), (0, 30)]
    found = nested([Demand(polygon("near", points), 8, None), Demand(bar(30.0, 10.0), 8)], (300, 200), 1.0, 2.0)
    assert count(found) == 16


def test_runs_of_collinear_vertices():
    edge = [(x, 0.0) for x in np.linspace(0, 80, 90)] + [(80.0, y) for y in np.linspace(0.5, 50, 60)] + [(0.0, 50.0)]
    found = nested([Demand(polygon("runs", edge), 8)], (322, 102), 0.5, 0.0)
    assert count(found) == 8


def test_combs_lie_in_each_other():
    """Teeth of 9 mm, gaps of 11: two combs lie in each other with a spacing of 0.5."""
    teeth = [(x, y) for k in range(6) for x, y in ((20 * k, 40), (20 * k, 5), (20 * k + 11, 5), (20 * k + 11, 40))]
    comb = polygon("comb", [(-9, 0), (120, 0), (120, 40), *teeth[::-1], (-9, 40)])
    found = nested([Demand(comb, 2, (0.0, 180.0))], (142, 48), 0.5, 1.0)
    assert count(found) == 2


def spiral(turns=3.0, pitch=14.0, width=6.0):
    angle = np.linspace(0.0, turns * 2.0 * math.pi, 120)
    inner = 8.0 + pitch * angle / (2.0 * math.pi)
    rim = lambda far: np.column_stack([far * np.cos(angle), far * np.sin(angle)])  # noqa: E731
    return polygon("spiral", np.vstack([rim(inner), rim(inner + width)[::-1]]))


@pytest.mark.parametrize("rotations", [(0.0, 90.0, 180.0, 270.0), None])
def test_spirals(rotations):
    found = nested([Demand(spiral(), 3, rotations), Demand(bar(5.0, 5.0), 12)], (400, 200), 0.5, 1.0, effort=100)
    assert count(found) == 15


def test_a_star_with_spikes_of_a_micron():
    turn = np.linspace(0.0, 2.0 * math.pi, 24, endpoint=False)
    points = []
    for angle in turn:
        for off, far in ((-1e-4, 20.0), (-1e-5, 50.0), (1e-5, 50.0), (1e-4, 20.0)):
            points.append((far * math.cos(angle + off), far * math.sin(angle + off)))
    found = nested(
        [Demand(polygon("star", points), 3, None), Demand(bar(20.0, 8.0), 6)], (400, 200), 1.0, 2.0, effort=100
    )
    assert count(found) == 9


def test_coordinates_far_from_the_origin():
    tee = [(0, 0), (60, 0), (60, 12), (36, 12), (36, 40), (24, 40), (24, 12), (0, 12)]
    far = Part("far", Curve.polygon(np.asarray(tee) + np.array([1e6, -1e6])))
    found = nested([Demand(far, 12), Demand(bar(30.0, 10.0), 6)], (300, 200), 1.0, 2.0)
    assert count(found) == 18


def random_polygon(seed, corners):
    """Star-shaped around the origin: never crosses itself."""
    rng = np.random.default_rng(seed)
    turn = np.sort(rng.uniform(0.0, 2.0 * math.pi, corners))
    turn = np.linspace(0.0, 2.0 * math.pi, corners, endpoint=False) + 0.3 * (turn - turn.mean()) / corners
    far = rng.uniform(12.0, 40.0, corners)
    return np.column_stack([far * np.cos(turn), far * np.sin(turn)])


@settings(max_examples=8)
@given(st.integers(0, 10**6), st.integers(3, 14), st.floats(0, 360), st.booleans(), st.integers(0, 13))
def test_how_a_part_was_drawn_changes_little(seed, corners, turn, mirror, first):
    """Free polygons drawn turned, mirrored, elsewhere and from another vertex: valid, all placed, of a like length."""
    points = random_polygon(seed, corners)
    other = Curve.polygon(np.roll(points, first, axis=0)).posed(Pose(1234.5, -77.0, turn, mirror)).ccw()
    lengths = []
    for outline in (Curve.polygon(points), other):
        found = nested([Demand(Part("p", outline), 6, None, mirror=True)], (400, 150), 1.0, 2.0, effort=400)
        assert count(found) == 6
        lengths.append(found.sheets[0].used_length)
    assert lengths[1] == pytest.approx(lengths[0], rel=0.25)


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(3, 20), st.integers(1, 5)), min_size=1, max_size=4),
    st.sampled_from([0.0, 0.7, 4.0]),
)
def test_random_polygons_at_any_angle_give_valid_nests(kinds, spacing):
    demands = [Demand(polygon(f"p{k}", random_polygon(seed, n)), q, None) for k, (seed, n, q) in enumerate(kinds)]
    found = nested(demands, (300, 200), spacing, 3.0, effort=150, quantity=0)
    assert found.unplaced == ()
    assert 0.0 < summary(found).yield_ <= 1.0
