import math

import numpy as np
import pytest
from curves import SHAPES, obround
from hypothesis import given
from hypothesis import strategies as st

from camcore.geometry import Curve, arcs
from camcore.geometry.distance import from_points
from camcore.geometry.track import Track


@given(st.sampled_from(sorted(SHAPES)), st.floats(0, 300), st.floats(0.01, 400), st.booleans())
def test_stretch_follows_the_curve_for_its_length(name, start, length, reverse):
    curve = SHAPES[name].reversed() if reverse else SHAPES[name]
    track = Track(curve)
    piece = track.stretch(start, start + length)
    assert piece.length == pytest.approx(length, abs=1e-5)
    assert piece.start == pytest.approx(track.point(start), abs=1e-5)
    assert piece.end == pytest.approx(track.point(start + length), abs=1e-5)
    points = arcs.points_at(piece.segments, np.full(len(piece) - 1, 0.3))
    assert from_points(points, curve).max() < 1e-6
    along = arcs.directions_at(piece.segments[:1], np.zeros(1))[0]
    assert along == pytest.approx(track.direction(start), abs=1e-3)


def test_a_full_round_makes_no_extra_segments():
    slot = Track(obround(20, 4))
    assert len(slot.stretch(0.0, slot.length).segments) == 4
    assert len(slot.stretch(slot.length - 1e-7, 2 * slot.length).segments) == 4
    assert len(slot.stretch(3.0, 3.0 + slot.length).segments) == 5


@pytest.mark.parametrize("start", [0.0, 1.0, 17.3, 31.4])
def test_a_circle_from_anywhere_is_two_arcs(start):
    track = Track(Curve.circle(3, 4, 5).cw())
    whole = track.stretch(start, start + track.length)
    assert len(whole.segments) == 2
    form = arcs.centre_form(whole.segments)
    assert np.allclose([form.cx, form.cy, form.radius], [[3, 3], [4, 4], [5, 5]], atol=1e-9)
    assert (form.sweep < 0).all()
    assert len(track.stretch(start, start + 5 * math.pi).segments) == 1


def test_open_curves_end_where_they_end():
    track = Track(Curve([[0, 0], [10, 0], [10, 5]], closed=False))
    assert track.point(99) == (10, 5)
    assert track.stretch(4, 99).end == (10, 5)
    assert track.direction(10) == pytest.approx((0, 1))
