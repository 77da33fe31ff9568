import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from camcore.geometry import Curve
from camcore.geometry.outer import outer_polygon, simplified_outward

bulges = st.floats(-1.2, 1.2)


@given(st.lists(bulges, min_size=4, max_size=4), st.floats(0.001, 1.0))
def test_polygon_holds_the_true_shape_and_stands_off_no_more_than_allowed(bulge, tolerance):
    corners = [(0, 0), (40, 0), (40, 30), (0, 30)]
    curve = Curve([(x, y, b * 0.3) for (x, y), b in zip(corners, bulge, strict=True)])
    outer, true = Polygon(outer_polygon(curve, tolerance)), Polygon(curve.flattened(1e-5))
    assert true.difference(outer).area < 1e-3
    assert outer.difference(true.buffer(tolerance * 1.05 + 1e-4)).area < 1e-3


def test_hole_polygon_takes_no_more_than_the_hole():
    hole = Polygon(outer_polygon(Curve.circle(0, 0, 10).cw(), 0.1))
    assert hole.area < Curve.circle(0, 0, 10).area
    assert hole.exterior.distance(Polygon([(0, 0), (1e-9, 0), (0, 1e-9)])) > 9.8


def test_straight_curves_are_kept():
    assert Polygon(outer_polygon(Curve.rectangle(4, 3), 0.5)).area == pytest.approx(12)


@given(st.lists(st.floats(5.0, 20.0), min_size=8, max_size=30), st.floats(0.01, 3.0))
def test_simplified_ring_holds_the_ring(radii, tolerance):
    angles = np.linspace(0.0, 2 * np.pi, len(radii), endpoint=False)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * np.array(radii)[:, None]
    simple = Polygon(simplified_outward(ring, tolerance, 4))
    if simple.is_valid:
        assert Polygon(ring).difference(simple).area < 1e-9
    assert len(simple.exterior.coords) - 1 <= len(ring)


def test_simplification_takes_small_steps_only():
    nick = np.array([(0, 0), (10, 0), (10, 10), (5.1, 10), (5, 9.9), (4.9, 10), (0, 10)], dtype=float)
    assert len(simplified_outward(nick, 0.2, 3)) == 4
    assert simplified_outward(nick, 0.05, 3).tolist() == nick.tolist()
