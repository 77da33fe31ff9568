import math

import numpy as np
import pytest
import shapely
from curves import SHAPES, c_frame, comb, dumbbell, gear, obround, rounded, sampled, stars, wave
from hypothesis import given
from hypothesis import strategies as st

from camcore.geometry import Curve, Pose, arcs, distance
from camcore.geometry.contain import contains
from camcore.geometry.index import SegmentIndex
from camcore.geometry.offset import around, inside, offset, parallel

DISTANCES = [-4.0, -1.5, -0.1, 0.1, 1.5, 4.0]


def check_distance(loops, source, d):
    """Every point of the result is |d| from the source, and on the right side of it."""
    for loop in loops:
        points = sampled(loop.segments, 9)
        assert np.abs(distance.from_points(points, source) - abs(d)).max() < 1e-6
        assert (contains(source, points) == (d < 0)).all()


def check_region(loops, source, d):
    """Slow twin: a grid point lies in the result just when its distance says so; nothing is missing or too much."""
    box = source.box.grown(max(d, 0) + 1)
    x, y = np.meshgrid(np.linspace(box.x0, box.x1, 47), np.linspace(box.y0, box.y1, 43))
    grid = np.stack([x, y], -1).reshape(-1, 2)
    away, inside = distance.from_points(grid, source), contains(source, grid)
    expected = (inside & (away > -d)) if d < 0 else (inside | (away < d))
    found = np.logical_xor.reduce([contains(loop, grid) for loop in loops] or [np.zeros(len(grid), dtype=bool)])
    assert (found == expected)[np.abs(away - abs(d)) > 1e-6].all()


@pytest.mark.parametrize("d", DISTANCES)
@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name, d):
    source = SHAPES[name]
    loops = offset(source, d)
    check_distance(loops, source, d)
    check_region(loops, source, d)


@given(stars(), st.floats(-9, 9).filter(lambda d: abs(d) > 0.01))
def test_stars(star, d):
    loops = offset(star, d)
    check_distance(loops, star, d)
    check_region(loops, star, d)


def properties(loops):
    """A result as a set of figures that do not depend on where it starts or how it lies."""
    return sorted((round(loop.length, 5), round(abs(loop.area), 4)) for loop in loops)


@pytest.mark.parametrize("d", [-1.5, 1.5])
@pytest.mark.parametrize("name", SHAPES)
def test_replay_from_every_vertex_both_ways_mirrored_and_turned(name, d):
    source = SHAPES[name]
    expected = properties(offset(source, d))
    assert expected or name == "comb"
    step = max(1, len(source) // 12)
    for start in range(0, len(source), step):
        rolled = Curve(np.roll(source.vertices, start, axis=0))
        for curve in (rolled, rolled.reversed(), rolled.posed(Pose(7, -3, 33.3 * start, mirror=start % 2 == 1))):
            loops = offset(curve, d)
            assert len(loops) == len(expected)
            assert np.allclose(properties(loops), expected, atol=2e-5)
            assert all((loop.area > 0) == (curve.area > 0) for loop in loops)


@given(st.floats(3, 40), st.floats(3, 40), st.floats(0.01, 20))
def test_convex_outset_follows_steiner(width, height, d):
    """Area A + P·d + π·d² and length P + 2·π·d (Steiner's formula)."""
    source = Curve.rectangle(width, height)
    (loop,) = offset(source, d)
    perimeter = 2 * (width + height)
    assert loop.area == pytest.approx(width * height + perimeter * d + math.pi * d * d, rel=1e-9)
    assert loop.length == pytest.approx(perimeter + 2 * math.pi * d, rel=1e-9)


@given(st.floats(-100, 100), st.floats(-100, 100), st.floats(0.2, 30), st.floats(-0.99, 3))
def test_circles_stay_exact_circles_of_two_arcs(x, y, radius, share):
    d = radius * share
    (loop,) = offset(Curve.circle(x, y, radius), d) if d else [Curve.circle(x, y, radius)]
    assert len(loop) == 2
    assert loop.as_circle(1e-9) == pytest.approx((x, y, radius + d), abs=1e-9)


def test_circle_vanishes_at_its_radius():
    assert offset(Curve.circle(0, 0, 5), -5) == []
    assert offset(Curve.circle(0, 0, 5), -5.1) == []


def test_obround_slot_as_wide_as_the_tool_vanishes_and_a_micron_less_does_not():
    assert offset(obround(20, 3.175), -3.175 / 2) == []
    (path,) = offset(obround(20, 3.175), -3.175 / 2 + 0.001)
    assert path.length == pytest.approx(2 * (20 - 3.175) + 2 * math.pi * 0.001, abs=1e-9)


def test_neck_splits_and_bay_stays():
    assert len(offset(dumbbell(20, 3, 10), -2)) == 2
    assert len(offset(dumbbell(20, 3, 10), -1.4)) == 1
    outer, bay = offset(c_frame(30, 8, 4), 3)
    assert outer.area > 0 > bay.area


def test_concave_arc_smaller_than_the_distance_is_bridged():
    source = SHAPES["bite"]
    loop, kept = parallel(source, 5.001)[0][0], parallel(source, 5.001).kept
    assert kept.tolist() == [True, True, True, False, True, True]
    check_distance([loop], source, 5.001)
    assert parallel(source, 4.999).kept.all()


def test_kept_names_the_segments_of_the_source_both_ways():
    source = rounded(40, 25, 1)
    expected = [True, False] * 4
    assert parallel(source, -2).kept.tolist() == expected
    turned = parallel(source.reversed(), -2).kept
    arc = arcs.is_arc(source.reversed().segments)
    assert (turned == ~arc).all()


def test_tangent_arcs_get_no_slivers():
    """Rounded corners given to four decimals are tangent but for 1e-5: no corner arcs of a nanometre."""
    source = Curve(np.round(rounded(40.12345, 25.54321, 3.333333).vertices, 4))
    for d in (-1, 1):
        (loop,) = offset(source, d)
        assert len(loop) == 8
        assert arcs.lengths(loop.segments).min() > 1
        points = sampled(loop.segments, 9)
        assert np.abs(distance.from_points(points, source) - 1).max() < 1e-6


@pytest.mark.parametrize("d", [-0.5, -0.07, -0.01, 0.01, 0.07, 0.5])
@pytest.mark.parametrize("count", [90, 300, 1000])
def test_smooth_chains_of_short_chords_keep_together(count, d):
    """Turns so small that the gap between shifted chords is neither nothing nor a corner."""
    angle = np.arange(count) * 2 * math.pi / count
    radius = 12 + 0.8 * np.sin(5 * angle)
    source = Curve.polygon(np.round(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), 3))
    (loop,) = offset(source, d)
    assert loop.area == pytest.approx(source.area + d * source.length + math.pi * d * d, rel=2e-3)
    check_distance([loop], source, d)


def test_around_an_open_line_is_an_obround():
    (slot,) = around(Curve([[0, 0], [20, 0]], closed=False), 1.5)
    assert slot.area == pytest.approx(60 + math.pi * 2.25)
    assert len(slot) == 4
    (bent,) = around(Curve([[0, 0, 0.3], [20, 0, 0], [30, 10, 0]], closed=False), 1.5)
    points = sampled(bent.segments, 9)
    source = Curve([[0, 0, 0.3], [20, 0, 0], [30, 10, 0]], closed=False)
    assert np.abs(distance.from_points(points, source) - 1.5).max() < 1e-6


@pytest.mark.parametrize("source", [gear(200, 150, 160), comb(300), wave(3000, 400, 20)], ids=["gear", "comb", "wave"])
@pytest.mark.parametrize("d", [-2.0, 0.5, 2.0])
def test_thousands_of_segments(source, d):
    loops = offset(source, d)
    for loop in loops:
        rows = loop.segments[:: max(1, len(loop) // 300)]
        points = arcs.points_at(rows, np.full(len(rows), 0.37))
        assert np.abs(distance.from_points(points, source) - abs(d)).max() < 1e-6


def test_zero_distance_is_the_curve_itself():
    assert offset(SHAPES["gear"], 0.0)[0] is SHAPES["gear"]


@pytest.mark.parametrize("d", [0.4, 1.6, 2.3, 4.0, 6.0])
def test_inside_keeps_off_walls_and_islands(d):
    """Islands near the wall, near each other and alone; against polygons grown and shrunk."""
    wall = rounded(60, 40, 6)
    islands = [
        Curve.circle(10, 10, 3),
        Curve.rectangle(6, 6, 18, 8),
        Curve.circle(57, 20, 1),
        obround(14, 4).moved(38, 28),
    ]
    loops = inside([wall.ccw(), *(island.cw() for island in islands)], d)
    region = shapely.Polygon(wall.flattened(1e-4), [island.flattened(1e-4) for island in islands])
    wanted = region.buffer(-d, quad_segs=200)
    assert sum(loop.area for loop in loops) == pytest.approx(wanted.area, abs=0.02)
    edges = np.vstack([curve.segments for curve in (wall, *islands)])
    for loop in loops:
        away = distance.from_points_to(sampled(loop.segments, 9), SegmentIndex(edges))
        assert np.abs(away - d).max() < 1e-6


def test_inside_of_nothing_is_nothing():
    assert inside([Curve.circle(0, 0, 1).ccw()], 1.5) == []
