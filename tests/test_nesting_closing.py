"""Pieces slide together until straight edges lie exactly the spacing apart, and the nest stays a nest."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from curves import c_frame, rounded
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import part

from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.check import faults
from camcore.nesting.closing import _Bodies, closed, together
from camcore.nesting.model import Demand, Locked, Nest, NestedSheet, Placement, Rules, Stock, Zone

SPACING = 0.2
PARTS = {
    made.id: made
    for made in (
        part("board", Curve.rectangle(30, 20)),
        part("strip", Curve.rectangle(40, 8)),
        part("wedge", Curve([[0, 0, 0], [24, 0, 0], [0, 18, 0]])),
        part("round", rounded(20, 14, 4)),
        part("frame", Curve.rectangle(30, 30), Curve.rectangle(22, 22, 4, 4)),
        part("chip", Curve.rectangle(8, 6)),
        part("c", c_frame(20, 5, 6)),
    )
}


def laid(placements, rules=None):
    """A nest of these on a sheet of 300 × 200."""
    stock = Stock("stock", Curve.rectangle(300, 200))
    count = {name: sum(p.part == name for p in placements) for name in PARTS}
    demands = tuple(Demand(PARTS[name], n, None, True) for name, n in count.items() if n)
    sheet = NestedSheet("sheet-1", stock, tuple(placements), 1, 300.0)
    return Nest(demands, (sheet,), (), rules or Rules(SPACING, 5.0), "done", parts=PARTS)


def row(name, count, gap, x=5.0, y=5.0):
    wide = PARTS[name].box.width
    return [Placement(name, x + k * (wide + gap), y, 0.0) for k in range(count)]


def edges_together(found):
    return together(_Bodies(found.sheets[0], found))


@pytest.mark.parametrize("gap", [0.21, 0.25, 1.0])
def test_boards_in_a_row_come_to_lie_exactly_the_spacing_apart(gap):
    found = closed(laid(row("board", 4, gap)))
    x = sorted(p.x for p in found.sheets[0].placements)
    assert np.diff(x) == pytest.approx([30 + SPACING] * 3, abs=1e-9)
    assert edges_together(found) == pytest.approx(3 * 20, abs=1e-3)
    assert faults(found) == []
    assert found.sheets[0].used_length == pytest.approx(5 + 4 * 30 + 3 * SPACING + 5)


def test_a_row_held_off_by_another_slides_past_it_where_both_touch():
    """The upper row lies on the lower one, exactly: it slides along it."""
    low, high = row("strip", 3, 0.5), row("board", 3, 0.7, y=5 + 8 + SPACING)
    found = closed(laid([*low, *high]))
    assert edges_together(found) == pytest.approx(2 * 8 + 2 * 20 + 3 * 30, abs=1.0)


def test_what_lies_in_a_hole_stays_in_it_and_closes_up_there():
    placements = [Placement("frame", 5.5, 5.5, 0), *row("chip", 2, 0.4, 10.0, 10.0)]
    found = closed(laid(placements))
    assert faults(found) == []
    assert edges_together(found) >= 6 + 6 + 16 - 1


def test_slanted_edges_come_together_too():
    wedge = Placement("wedge", 40, 40, 0)
    other = Placement("wedge", 40 + 24 + 0.9, 40 + 18 + 0.3, 180)
    assert edges_together(closed(laid([wedge, other]))) > 20


@settings(max_examples=25)
@given(st.data())
def test_any_nest_stays_a_nest_no_longer_than_it_was(data):
    names = st.sampled_from(sorted(set(PARTS) - {"chip"}))
    placements, x, y, high = [], 5.0, 5.0, 0.0
    for name in data.draw(st.lists(names, min_size=2, max_size=9)):
        turn, mirror = data.draw(st.sampled_from([0.0, 90.0, 37.0])), data.draw(st.booleans())
        placement = Placement(name, 0, 0, turn, mirror)
        box = PARTS[name].outline.posed(placement.pose).box
        gap = data.draw(st.sampled_from([0.2, 0.203, 0.5, 2.0]))
        if x + box.width > 120:
            x, y, high = 5.0, y + high + gap, 0.0
        placements.append(replace(placement, x=x - box.x0, y=y - box.y0))
        x, high = x + box.width + gap, max(high, box.height)
    before = laid(placements)
    after = closed(before)
    assert faults(before) == []
    assert faults(after) == []
    assert edges_together(after) >= edges_together(before) - 1e-6
    assert after.sheets[0].used_length <= before.sheets[0].used_length + 1e-6


@given(st.floats(0, 359), st.floats(0, 359), st.floats(-12, 12), st.sampled_from(["board", "wedge", "round", "c"]))
def test_a_piece_slides_as_far_as_small_steps_say(turn, other, offset, name):
    """The twin moves in steps and measures the distance of polygons."""
    fixed, moving = Placement("board", 60, 60, turn), Placement(name, 140, 60 + offset, other)
    bodies = _Bodies(laid([fixed, moving]).sheets[0], laid([fixed, moving]))
    free = bodies._free(1, np.array([-1.0, 0.0]))
    still, slides = (shapely.Polygon(PARTS[p.part].outline.posed(p.pose).flattened(1e-4)) for p in (fixed, moving))

    def apart(step):
        return still.distance(shapely.transform(slides, lambda points: points - [step, 0.0]))

    if np.isinf(free):
        assert min(apart(step) for step in np.linspace(0, 160, 400)) >= SPACING - 2e-3
        return
    assert min(apart(step) for step in np.linspace(0, free, 100)) >= SPACING - 2e-3
    assert apart(free + 0.02) < apart(free) + 1e-9
    assert apart(free) <= SPACING + 2e-3


@pytest.mark.parametrize(
    "rules",
    [
        Rules(SPACING, 5.0, zones=(Zone(Curve.rectangle(5, 5, 280, 180)),)),
        Rules(SPACING, 5.0, locked=(Locked("stock", Placement("board", 5, 5, 0)),)),
    ],
)
def test_zones_and_locked_pieces_leave_the_nest_as_it_is(rules):
    before = laid(row("board", 3, 0.5), rules)
    assert closed(before) is before


def test_a_search_closes_up_where_the_rules_say_so():
    demands = [Demand(PARTS["board"], 8), Demand(PARTS["strip"], 6), Demand(PARTS["wedge"], 5)]
    rules = Rules(SPACING, 5.0, effort=300)
    lengths = [
        edges_together(nest(demands, [Stock("s", Curve.rectangle(200, 120))], replace(rules, close_up=close)))
        for close in (False, True)
    ]
    assert lengths[1] >= lengths[0] > 0
