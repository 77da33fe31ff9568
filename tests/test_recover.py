from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from drawn import codes, parts, the
from hypothesis import assume, given
from hypothesis import strategies as st

from camcore.geometry import Curve, arcs
from camcore.geometry.distance import from_points
from camcore.geometry.recover import LEAST, MOST_SAGITTA, ON_CIRCLE, recovered


def ring(count: int, radius: float, x: float = 0.0, y: float = 0.0, start: float = 0.0) -> list[tuple[float, float]]:
    turn = 2 * math.pi / count
    return [(x + radius * math.cos(start + turn * k), y + radius * math.sin(start + turn * k)) for k in range(count)]


def bow(count: int, radius: float, a: float, b: float, x: float = 0.0, y: float = 0.0) -> list[tuple[float, float]]:
    """Vertices of `count` chords from `a` to `b` degrees."""
    angles = np.radians(np.linspace(a, b, count + 1))
    return [(x + radius * math.cos(t), y + radius * math.sin(t)) for t in angles]


def rounded_rectangle(count: int, radius: float = 5.0) -> list[tuple[float, float]]:
    corners = [(45, 25), (-45, 25), (-45, -25), (45, -25)]
    return [p for k, (x, y) in enumerate(corners) for p in bow(count, radius, 90 * k, 90 * k + 90, x, y)]


@pytest.mark.parametrize(("count", "radius"), [(30, 1.5), (32, 20), (60, 0.5), (100, 10), (100, 200), (360, 50)])
@pytest.mark.parametrize("digits", [3, 6])
def test_a_circle_of_chords_is_a_circle(count: int, radius: float, digits: int) -> None:
    for sense in (1, -1):
        drawn = Curve.polygon(np.round(ring(count, radius, 12.3, -4.5)[::sense], digits))
        found = recovered(drawn)
        assert (found.arcs, found.chords) == (1, count)
        assert found.curve.as_circle() == pytest.approx((12.3, -4.5, radius), abs=1e-3)
        assert found.curve.area * drawn.area > 0


def comb(teeth: int) -> list[tuple[float, float]]:
    low = [(x, y) for k in range(teeth) for x, y in ((2 * k, 0), (2 * k, 5), (2 * k + 1, 5), (2 * k + 1, 0))]
    return [*low, (2.0 * teeth, -10), (0, -10)]


def gear(teeth: int) -> list[tuple[float, float]]:
    turn = 2 * math.pi / teeth
    radii = (20, 20, 23, 23)
    angles = (0, 0.25, 0.35, 0.85)
    return [
        (r * math.cos(turn * (k + a)), r * math.sin(turn * (k + a)))
        for k in range(teeth)
        for r, a in zip(radii, angles, strict=True)
    ]


POLYGONS = {
    "hexagon": ring(6, 10),
    "octagon": ring(8, 10),
    "twelve sides": ring(12, 10),
    "small, twelve sides": ring(12, 0.5),
    "twenty sides": ring(20, 10),
    "thirty sides of a pavilion": ring(30, 100),
    "comb": comb(40),
    "gear": gear(24),
    "fine gear": gear(90),
    "star": [p for pair in zip(ring(20, 10), ring(20, 6, start=math.pi / 20), strict=True) for p in pair],
    "corners of three": rounded_rectangle(3),
    "corners of seven": rounded_rectangle(7),
    "crooked line": [(k, 0.001 * (k - 20) ** 2 / 400) for k in range(41)] + [(40, -10), (0, -10)],
    "ellipse": [(30 * math.cos(t), 10 * math.sin(t)) for t in np.linspace(0, 2 * math.pi, 40, endpoint=False)],
    "straight, in many pieces": [(k, 0.0) for k in range(30)] + [(29, 10), (0, 10)],
}


@pytest.mark.parametrize("name", POLYGONS)
def test_polygons_stay(name: str) -> None:
    drawn = Curve.polygon(POLYGONS[name])
    found = recovered(drawn)
    assert found.curve is drawn
    assert found.arcs == 0


@pytest.mark.parametrize("count", [8, 12, 25])
@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_rounded_corners_wherever_the_contour_starts(count: int, shift: int) -> None:
    found = recovered(Curve.polygon(np.roll(rounded_rectangle(count), shift, axis=0)))
    assert (found.arcs, found.chords) == (4, 4 * count)
    assert len(found.curve) == 8
    assert found.curve.area == pytest.approx(100 * 60 - (4 - math.pi) * 25, rel=1e-9)


def test_cut_chords_at_both_ends_belong_to_the_arc() -> None:
    whole = bow(50, 10, 0, 180)
    first = tuple(np.add(whole[0], np.subtract(whole[1], whole[0]) * 0.5).tolist())
    drawn = Curve.polygon([first, *whole[1:], (-15, 0), (-15, -5), (15, -5), (15, 0)])
    found = recovered(drawn)
    assert found.arcs == 1
    assert found.chords in (49, 50)


def test_arcs_over_half_a_turn() -> None:
    found = recovered(Curve(bow(90, 7, 10, 350, 1, 2), closed=False))
    assert found.arcs == 1
    assert not found.curve.closed
    assert (found.curve.start, found.curve.end) == (bow(90, 7, 10, 350, 1, 2)[0], bow(90, 7, 10, 350, 1, 2)[-1])
    form = arcs.centre_form(found.curve.segments)
    assert form.radius == pytest.approx([7, 7])
    assert form.sweep == pytest.approx(np.radians([170, 170]))


def test_s_of_two_arcs() -> None:
    first = bow(20, 10, 180, 90)
    second = [(20 - x, 20 - y) for x, y in bow(20, 10, 180, 90, 10, 0)][::-1]
    found = recovered(Curve(np.array([*first, *second[1:]]) if first[-1] == second[0] else [*first, *second], False))
    assert found.arcs == 2
    assert np.sign(found.curve.segments[:, 4][found.curve.segments[:, 4] != 0]).tolist() == [-1, 1]


def test_arcs_that_are_there_stay() -> None:
    drawn = Curve(np.column_stack([ring(40, 10), np.full(40, 0.2)]))
    assert recovered(drawn).curve is drawn


@given(
    count=st.integers(LEAST, 120),
    radius=st.floats(0.3, 500),
    sweep=st.floats(12, 340),
    start=st.floats(0, 360),
    digits=st.integers(3, 9),
    sense=st.sampled_from([1, -1]),
)
def test_an_arc_keeps_to_its_vertices(
    count: int, radius: float, sweep: float, start: float, digits: int, sense: int
) -> None:
    turn = sweep / count
    sagitta = radius * (1 - math.cos(math.radians(turn) / 2))
    assume(turn <= 12 and sagitta < 0.9 * MOST_SAGITTA and radius * math.radians(turn) > 0.05)
    assume(radius * (1 - math.cos(math.radians(min(sweep, 180)) / 2)) > 0.05)
    points = np.round(bow(count, radius, start, start + sense * sweep, 30, -20), digits)
    tail = points[-1] + (points[-1] - points[-2]) @ [[0, 300], [-300, 0]] / (radius * math.radians(turn))
    drawn = Curve(np.vstack([points, tail]), closed=False)
    found = recovered(drawn)
    assert (drawn.start, drawn.end) == (found.curve.start, found.curve.end)
    assert from_points(points, found.curve).max() <= 2 * ON_CIRCLE
    if found.arcs:
        middles = (points[1:] + points[:-1]) / 2
        assert from_points(middles, found.curve).max() <= sagitta + 2 * ON_CIRCLE
    if digits >= 5:
        assert found.arcs == 1


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=9, max_size=40))
def test_random_points_stay(points: list[tuple[float, float]]) -> None:
    drawn = Curve(np.array(points))
    assert from_points(drawn.vertices[:, :2], recovered(drawn).curve).max() <= 2 * ON_CIRCLE


def test_a_drawing_of_chords_is_told(tmp_path: Any) -> None:
    def draw(msp: Any) -> None:
        for points in (rounded_rectangle(20), ring(100, 10)):
            for a, b in zip(points, points[1:] + points[:1], strict=True):
                msp.add_line(a, b)
        msp.add_lwpolyline(ring(6, 4, 25, 0), close=True)

    found = parts(tmp_path, draw)
    (part,) = found.parts
    assert sorted(hole.as_circle() is not None for hole in part.holes) == [False, True]
    assert the(found, "I222").where["size"] == 180
    assert "5 arcs, 1 of them" in the(found, "I222").message


def test_a_drawing_without_is_not(tmp_path: Any) -> None:
    assert "I222" not in codes(parts(tmp_path, lambda msp: msp.add_lwpolyline(ring(12, 40), close=True)))
