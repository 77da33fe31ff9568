"""The greatest deviation between curves, against probes so dense that nothing is missed."""

from __future__ import annotations

import naive
import numpy as np
import pytest
from curves import stars
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve, Pose
from camcore.geometry.deviation import WITHIN, Target, greatest

STEP = 0.1
"""Probes of the naive twin are this near to each other, mm."""


def check(a: Curve, b: Curve) -> None:
    found = greatest([a], Target([b]))
    probed = naive.deviation(a, b, STEP)
    assert probed - 2e-3 <= found.size + WITHIN
    assert found.size <= probed + STEP + 2e-3
    assert np.hypot(found.x - found.to_x, found.y - found.to_y) == pytest.approx(found.size, abs=1e-6)
    assert naive.off(np.array([found.x, found.y]), a) < 1e-4
    assert naive.off(np.array([found.to_x, found.to_y]), b) < 1e-4


@settings(max_examples=40)
@given(stars(), stars())
def test_any_two_curves(a, b):
    check(a, b)
    check(b, a)


@settings(max_examples=40)
@given(stars(), st.floats(-2, 2), st.floats(-2, 2), st.floats(-5, 5))
def test_a_curve_and_its_copy_nearby(a, dx, dy, turn):
    b = a.posed(Pose(dx, dy, turn))
    check(a, b)
    assert greatest([a], Target([a])).size < 1e-9


@pytest.mark.parametrize(
    ("a", "b", "size"),
    [
        (Curve.circle(0, 0, 5), Curve.circle(0.3, 0.4, 5), 0.5),
        (Curve.circle(0, 0, 5), Curve.circle(0, 0, 5.25), 0.25),
        (Curve.circle(0, 0, 5), Curve.circle(0.1, 0, 4.8), 0.3),
        (Curve.rectangle(100, 50), Curve.rectangle(100, 50, 3, 4), 5.0),
        (Curve.rectangle(1, 1, 4, 4), Curve.rectangle(10, 10), 5.0),
        (Curve.circle(0, 0, 10), Curve.polygon([(-20, -10), (20, -10), (20, 30), (-20, 30)]), 20.0),
    ],
)
def test_known_sizes(a, b, size):
    assert greatest([a], Target([b])).size == pytest.approx(size, abs=WITHIN)


def test_a_known_place_is_kept_where_nothing_is_farther():
    target = Target([Curve.rectangle(10, 10)])
    known = greatest([Curve.rectangle(1, 1, 20, 20)], target)
    assert greatest([Curve.circle(5, 5, 1)], target, known) == known
