"""Cutting stock: the integer program against all choices, patterns that are valid sheets, blocks in lattices."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.assemble import assembled
from camcore.nesting.blocks import block
from camcore.nesting.check import faults
from camcore.nesting.choose import Choice
from camcore.nesting.construct import STRATEGIES, Construction
from camcore.nesting.layout import Layout
from camcore.nesting.merit import merit
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.orders import Orders
from camcore.nesting.patterns import Dice, made
from camcore.nesting.problem import Problem
from camcore.nesting.stock import Pool, worth_patterns
from camcore.part import Part

SHEET = Stock("300x200", Curve.rectangle(300.0, 200.0))


def free():
    """A tick that never stops anything."""


def plate(name, width, height):
    return Part(name, Curve.rectangle(width, height))


def c_frame(name, size):
    t = size / 5
    corners = [(0, 0), (size, 0), (size, t), (t, t), (t, size - t), (size, size - t), (size, size), (0, size)]
    return Part(name, Curve.polygon(corners))


def choice(counts, wanted, price=None, stock=None, supply=(None,), most=None):
    counts = np.array(counts)
    price = np.ones(len(counts)) if price is None else np.array(price)
    stock = np.zeros(len(counts), np.int64) if stock is None else np.array(stock)
    return Choice(counts, price, stock, supply, np.array(wanted), most)


def cheapest(given_choice, worth):
    """Price of the best choice, by trying all of them."""
    most = [int(min(w // n for w, n in zip(given_choice.wanted, row, strict=True) if n)) for row in given_choice.counts]
    found = []
    for times in itertools.product(*(range(m + 1) for m in most)):
        left = given_choice.wanted - np.array(times) @ given_choice.counts
        used = [sum(t for t, s in zip(times, given_choice.stock, strict=True) if s == k) for k in range(2)]
        fits = all(b is None or u <= b for u, b in zip(used, given_choice.supply, strict=False))
        if (left >= 0).all() and fits and sum(times) <= (given_choice.most or 99):
            found.append(float(np.array(times) @ given_choice.price + left @ worth))
    return min(found)


@settings(max_examples=40)
@given(st.data())
def test_the_integer_program_finds_the_cheapest_choice(data):
    numbers = st.integers(0, 3)
    counts = data.draw(st.lists(st.tuples(numbers, numbers).filter(any), min_size=1, max_size=4))
    wanted = data.draw(st.tuples(st.integers(0, 6), st.integers(1, 6)))
    worth = np.array(data.draw(st.tuples(st.floats(0.1, 1.0), st.floats(0.1, 1.0))))
    stock = data.draw(st.lists(st.integers(0, 1), min_size=len(counts), max_size=len(counts)))
    made_of = choice(counts, wanted, None, stock, (data.draw(st.sampled_from([None, 1, 2])), None))
    times = made_of.times(worth)
    left = made_of.wanted - times @ made_of.counts
    price = float(times @ made_of.price + left @ worth)
    assert (left >= 0).all()
    assert price <= cheapest(made_of, worth) + 0.002 * len(counts) + 1e-6


def test_supply_and_the_most_sheets_are_kept():
    two = choice([(2, 0), (0, 2)], (8, 8), stock=[0, 1], supply=(1, None))
    assert two.times(np.array([9.0, 9.0])).tolist() == [1, 4]
    assert choice([(2, 0)], (8, 0), most=3).times(np.array([9.0, 0.0])).tolist() == [3]


def test_of_equal_choices_the_one_with_fewer_patterns_is_taken():
    each = choice([(2, 2), (3, 1), (1, 3)], (8, 8))
    assert each.times(np.array([9.0, 9.0])).tolist() == [4, 0, 0]


def test_worth_of_the_pieces_pays_for_the_sheets():
    """The duals: every used pattern is worth its price, none is worth more, and all pieces together the whole price."""
    these = choice([(4, 0), (0, 6), (2, 2)], (20, 30), price=[1.0, 1.0, 1.0])
    price, worth, times = these.relaxed()
    assert price == pytest.approx(worth @ these.wanted)
    assert (these.counts @ worth <= these.price + 1e-9).all()
    assert these.counts[times > 0] @ worth == pytest.approx(these.price[times > 0])


def problem(demands, stocks=(SHEET,)):
    return Problem(demands, list(stocks), Rules(2.0, 5.0, 100))


def test_hooked_parts_in_blocks_fill_a_sheet_better_than_piece_by_piece():
    tee = Part("tee", Curve.polygon([(0, 0), (60, 0), (60, 12), (36, 12), (36, 40), (24, 40), (24, 12), (0, 12)]))
    ready = problem([Demand(tee, 900, (0.0, 180.0))], [Stock("large", Curve.rectangle(900.0, 600.0))])
    laid = Layout(ready, 0)
    pieces = block(ready.nets, laid, 0, 900)
    one_by_one = Construction(ready, STRATEGIES[0])
    one_by_one.run(free)
    assert len(pieces) > 1.05 * len(one_by_one.sheets[0].layout.pieces)


def test_a_block_takes_no_more_than_asked_and_overlaps_nothing():
    ready = problem([Demand(c_frame("c", 40), 12, (0.0, 180.0)), Demand(plate("p", 90, 70), 1, (0.0,))])
    construction = Construction(ready, STRATEGIES[0])
    construction.left = [0, 1]
    construction.run(free)
    laid = construction.sheets[0].layout
    for piece in block(ready.nets, laid, 0, 12):
        assert len(laid.free(piece.stance, np.array([(piece.x, piece.y)]))) == 1
        laid.place(piece)
    assert len(laid.pieces) == 13


def mixed(times):
    return [
        Demand(c_frame("c", 60), 9 * times, (0.0, 180.0)),
        Demand(plate("bar", 120, 12), 20 * times, (0.0, 180.0)),
        Demand(plate("plate", 80, 50), 8 * times, (0.0, 90.0)),
    ]


def test_patterns_are_made_alike_of_the_same_seed_and_within_what_is_wanted():
    ready = problem(mixed(3))
    wanted = np.array([demand.quantity for demand in mixed(3)])
    worth = np.ones(3)
    dice = [Dice(ready, wanted, free) for _ in range(2)]
    patterns = [made(ready, each.drawn(worth), free) for each in dice]
    assert patterns[0].filled == patterns[1].filled
    assert (patterns[0].counts <= wanted).all()
    changed = made(ready, dice[0].changed(patterns[0].recipe), free)
    assert (changed.counts <= wanted).all()


def test_the_drafts_of_a_pool_place_everything_once():
    ready = problem(mixed(6))
    first = Construction(ready, STRATEGIES[0])
    first.run(free)
    assert worth_patterns(ready, first.draft)
    pool = Pool(ready, [first.draft], free)
    before = pool._choice().relaxed()[0]
    pool.make()
    assert pool._choice().relaxed()[0] <= before + 1e-6
    for draft in pool.drafts():
        assert not any(draft.left)
        count = sum(sheet.repeat * len(sheet.pieces) for sheet in draft.sheets)
        assert count == sum(demand.quantity for demand in mixed(6))


def test_many_sheets_pass_the_independent_check_and_repeat():
    found = nest(mixed(12), [SHEET], Rules(2.0, 5.0, 6000))
    assert faults(found) == []
    assert found.unplaced == ()
    assert max(sheet.repeat for sheet in found.sheets) > 1


def test_the_cheaper_choice_of_two_stocks_is_taken():
    """The small sheet, listed first, is what the construction alone would take, a dozen times."""
    small = Stock("small", Curve.rectangle(130.0, 100.0), cost=10.0)
    large = Stock("large", Curve.rectangle(300.0, 200.0), cost=20.0)
    demands = [Demand(plate("a", 90, 60), 12, (0.0,)), Demand(plate("b", 50, 30), 12, (0.0,))]
    found = nest(demands, [small, large], Rules(2.0, 5.0, 4000))
    assert faults(found) == []
    assert sum(sheet.repeat * sheet.stock.cost for sheet in found.sheets) <= 40.0


def test_other_orders_are_whole_nests_and_the_best_recipes_are_kept():
    ready = problem(mixed(2))
    orders = Orders(ready, free)
    drafts = [draft for _ in range(2) for draft in orders.make()]
    for draft in drafts:
        assert not any(draft.left)
        assert faults(assembled(ready, draft, "done", "")) == []
    assert orders._best[0][0] == min(merit(ready, draft) for draft in drafts)
