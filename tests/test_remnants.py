"""What is left of a sheet: strips, Ls and largest pieces, free of all parts and the gaps beside them."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve
from camcore.nesting.model import Sides, Stock
from camcore.nesting.remnants import LEG, remnant

SHEET = Stock.rectangle(1000, 600)
SIDES = Sides(5.0, 6.0, 7.0, 8.0)


def left(*boxes, stock=SHEET):
    placed = np.array(boxes, float)
    return remnant(stock, min(placed[:, 2].max() + SIDES.right, stock.outline.box.x1), placed, SIDES)


def test_a_sheet_full_from_bottom_to_top_leaves_a_strip():
    assert left((5, 5, 400, 590)).box == (406, 0, 1000, 600)
    assert left((5, 5, 990, 590)) is None or left((5, 5, 990, 590)).box.x0 == 996


def test_a_low_row_leaves_what_lies_above_it():
    assert left((5, 5, 990, 100)).box == (0, 108, 1000, 600)
    assert left((5, 500, 990, 592)).box == (0, 0, 1000, 493)


def test_a_corner_leaves_an_l_where_that_is_a_third_more():
    corners = [(0, 308), (706, 308), (706, 0), (1000, 0), (1000, 600), (0, 600)]
    found = left((5, 5, 700, 300))
    assert sorted(map(tuple, found.vertices[:, :2].tolist())) == sorted(corners)
    assert left((5, 5, 100, 300)).box == (106, 0, 1000, 600)


def test_the_leg_of_an_l_passes_the_higher_parts():
    found = left((5, 5, 400, 590), (405, 5, 900, 200))
    assert sorted(set(found.vertices[:, 0].tolist())) == [406, 906, 1000]
    assert sorted(set(found.vertices[:, 1].tolist())) == [0, 208, 600]


boxes = st.tuples(st.floats(5, 900), st.floats(5, 500), st.floats(10, 90), st.floats(10, 90))


@settings(max_examples=60)
@given(st.lists(boxes, min_size=1, max_size=8))
def test_remnants_keep_off_the_parts_and_are_no_smaller_than_the_strip(rows):
    placed = np.array([(x, y, x + w, y + h) for x, y, w, h in rows])
    found = left(*placed)
    strip = 600 * (1000 - min(1000, placed[:, 2].max() + SIDES.right))
    if found is None:
        assert strip <= 600
        return
    outline = shapely.Polygon(found.vertices[:, :2])
    assert outline.is_valid
    assert outline.area >= strip - 1e-6
    assert shapely.box(0, 0, 1000, 600).buffer(1e-9).covers(outline)
    assert min(shapely.distance(outline, shapely.box(*placed.T))) >= min(SIDES.right, SIDES.top, SIDES.bottom) - 1e-6
    assert not shapely.is_empty(outline.buffer(-min(LEG, strip / 600) / 2 + 1e-3))


@pytest.mark.parametrize("hole", [Curve.circle(800, 300, 50), Curve.rectangle(10, 600, 800, 0)])
def test_holes_are_left_out(hole):
    found = left((5, 5, 400, 100), stock=Stock("holed", Curve.rectangle(1000, 600), (hole,)))
    assert found.box.x0 == pytest.approx(406)
