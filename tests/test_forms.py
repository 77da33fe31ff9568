"""What closed curves are called."""

from __future__ import annotations

import math

import numpy as np
import pytest
from curves import obround, rounded, stars
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve, Pose
from camcore.geometry.forms import form_of, simple_rows

TURNS = st.floats(0, 360)
PLACES = st.floats(-200, 200)


def posed(curve: Curve, x: float, y: float, turn: float, mirror: bool) -> Curve:
    return curve.posed(Pose(x, y, turn, mirror))


@settings(max_examples=50)
@given(PLACES, PLACES, TURNS, st.booleans(), st.floats(0.5, 30), st.floats(0.5, 30))
def test_circles_slots_and_rectangles_wherever_they_lie(x, y, turn, mirror, width, more):
    slot = form_of(posed(obround(width + more, width), x, y, turn, mirror))
    assert (slot.name, slot.length, slot.width) == ("slot", pytest.approx(width + more), pytest.approx(width))
    plate = form_of(posed(Curve.rectangle(width + more, width), x, y, turn, mirror).cw())
    assert (plate.name, plate.length, plate.width) == ("rectangle", pytest.approx(width + more), pytest.approx(width))
    eased = form_of(posed(rounded(width + more, width, width / 4), x, y, turn, mirror))
    assert (eased.name, eased.corner) == ("rectangle", pytest.approx(width / 4))
    disc = form_of(posed(Curve.circle(0, 0, width), x, y, turn, mirror))
    assert (disc.name, disc.length, disc.x, disc.y) == (
        "circle",
        *(pytest.approx(v, abs=1e-6) for v in (2 * width, x, y)),
    )
    assert abs(math.sin(math.radians(slot.angle - turn))) < 1e-6


@pytest.mark.parametrize(
    "curve",
    [
        Curve.polygon([(0, 0), (4, 0), (0, 3)]),
        Curve.polygon([(0, 0), (4, 0), (5, 3), (1, 3)]),
        Curve.polygon([(0, 0), (5, 0), (5, 2), (2, 2), (2, 4), (0, 4)]),
        Curve(np.array([[0, 0, 0], [10, 0, 0.5], [10, 4, 0], [0, 4, 0.5]])),
        Curve(np.array([[0, 0, 0], [10, 0, -1], [10, 4, 0], [0, 4, 1]])),
    ],
)
def test_other_shapes_have_the_sizes_of_their_box(curve):
    form, box = form_of(curve), curve.box
    assert (form.name, form.length, form.width) == ("other", box.width, box.height)


def test_a_side_drawn_in_pieces_is_one_side():
    slot = Curve(
        np.array(
            [
                [0, 0, 0],
                [5, 0, 0],
                [10, 0, math.tan(math.pi / 8)],
                [12, 2, math.tan(math.pi / 8)],
                [10, 4, 0],
                [0, 4, 1],
            ]
        )
    )
    assert form_of(slot).name == "slot"
    assert form_of(Curve.polygon([(2, 0), (5, 0), (5, 5), (5, 8), (0, 8), (0, 0)])).name == "rectangle"


@settings(max_examples=30)
@given(stars())
def test_simple_rows_enclose_the_same_area(curve):
    rows = simple_rows(curve)
    assert Curve.from_segments(rows, closed=True).area == pytest.approx(abs(curve.area), rel=1e-6)
