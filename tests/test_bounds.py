"""Bounds on sheets: reasons that can be checked by hand, and nests that never get below."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.bounds import fewest_sheets, of_nest
from camcore.nesting.measure import summary
from camcore.nesting.model import Demand, Rules, Sides, Stock
from camcore.part import Part

SHEET = Stock("300x200", Curve.rectangle(300.0, 200.0))
RULES = Rules(2.0, 5.0, 60)


def plate(name, width, height):
    return Part(name, Curve.rectangle(width, height))


def test_four_pieces_longer_and_wider_than_half_a_sheet_need_four_sheets():
    bound = fewest_sheets([Demand(plate("a", 150, 95), 4, (0.0, 180.0))], [SHEET], RULES)
    assert bound.sheets == 4
    assert "no two of the 4 pieces 'a'" in bound.reason


@pytest.mark.parametrize(
    ("demand", "stock"),
    [
        (Demand(plate("a", 143, 95), 4, (0.0,)), SHEET),
        (Demand(plate("a", 150, 93), 4, (0.0,)), SHEET),
        (Demand(plate("a", 150, 95), 4, (0.0, 90.0)), Stock("long", Curve.rectangle(300.0, 312.0))),
        (Demand(plate("a", 150, 95), 4, None), SHEET),
        (Demand(Part("a", Curve.polygon([(0, 0), (150, 0), (0, 95)])), 4, (0.0,)), SHEET),
    ],
)
def test_pieces_two_of_which_may_share_a_sheet_are_not_counted_apart(demand, stock):
    assert fewest_sheets([demand], [stock], RULES).sheets < 4


def test_area_needs_its_sheets_and_says_so():
    """Nine squares of 60 with 2 mm around each are 34,596 mm² of 292 x 192 mm²: one sheet; ninety are 6.2."""
    few, many = (fewest_sheets([Demand(plate("a", 60, 60), n)], [SHEET], RULES) for n in (9, 90))
    assert (few.sheets, many.sheets) == (1, 7)
    assert many.reason == "parts and spacings have 6.17 times the room of the largest sheet"


def test_sides_and_fillers_change_the_bound():
    demands = [Demand(plate("a", 150, 80), 3, (0.0,)), Demand(plate("b", 299, 199), 9, fill=True)]
    assert fewest_sheets(demands, [SHEET], RULES).sheets == 1
    assert fewest_sheets(demands, [SHEET], Rules(2.0, 5.0, margins=Sides(5.0, 5.0, 20.0, 20.0))).sheets == 3
    assert fewest_sheets(demands[1:], [SHEET], RULES).sheets == 0


sizes = st.floats(30.0, 180.0)


@settings(max_examples=25)
@given(
    st.lists(st.tuples(sizes, sizes, st.integers(1, 4), st.booleans()), min_size=1, max_size=3),
    st.sampled_from([0.0, 2.0]),
    st.sampled_from([0.0, 6.0]),
)
def test_no_nest_of_all_has_fewer_sheets_or_a_higher_yield(kinds, spacing, margin):
    demands = [
        Demand(plate(f"p{k}", a, b), n, (0.0, 180.0) if grain else (0.0, 90.0, 180.0, 270.0))
        for k, (a, b, n, grain) in enumerate(kinds)
    ]
    found = nest(demands, [SHEET], Rules(spacing, margin, 1))
    placed = sum(sheet.repeat for sheet in found.sheets)
    if not found.unplaced:
        assert placed >= of_nest(found).sheets
    assert summary(found).yield_ <= summary(found).yield_bound
