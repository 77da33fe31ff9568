"""Curves: measures, changes, and what becomes of small arcs."""

import pytest

from camcore.geometry import Curve


@pytest.mark.parametrize("tolerance", [1e-4, 0.5, 10.0])
def test_a_circle_stays_a_contour_however_coarse_the_tolerance(tolerance):
    points = Curve.circle(3, 4, 0.4).flattened(tolerance)
    assert len(points) >= 4
    assert Curve.polygon(points).area > 0.3
