"""One shape in quantity: courses, tilings and the drafts of them."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.assemble import assembled
from camcore.nesting.check import faults
from camcore.nesting.courses import Courses
from camcore.nesting.model import Demand, Effort, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.quantity import quantity_draft
from camcore.part import Part

ORTHO = (0.0, 90.0, 180.0, 270.0)
SHAPES = {
    "triangle": Curve.polygon([(0, 0), (60, 4), (20, 40)]),
    "L": Curve.polygon([(0, 0), (60, 0), (60, 20), (20, 20), (20, 60), (0, 60)]),
    "C": Curve.polygon([(0, 0), (50, 0), (50, 10), (10, 10), (10, 40), (50, 40), (50, 50), (0, 50)]),
    "disc": Curve.circle(0, 0, 20),
    "plate": Curve.rectangle(73, 31),
    "pentagon": Curve.polygon([(20 * math.cos(1.2566 * k), 20 * math.sin(1.2566 * k)) for k in range(5)]),
}
STOCKS = {
    "plain": Stock("plain", Curve.rectangle(600, 400)),
    "few": Stock("few", Curve.rectangle(300, 200), quantity=2),
    "holed": Stock("holed", Curve.rectangle(600, 400), (Curve.circle(150, 100, 40), Curve.rectangle(30, 30, 320, 250))),
    "ell": Stock("ell", Curve.polygon([(0, 0), (600, 0), (600, 200), (300, 300), (300, 400), (0, 400)])),
    "round": Stock("round", Curve.circle(250, 250, 250)),
}


def laid(name, stock, quantity=150, rotations=ORTHO, spacing=2.0, margin=5.0):
    problem = Problem([Demand(Part(name, SHAPES[name]), quantity, rotations)], [stock], Rules(spacing, margin))
    draft = quantity_draft(problem, 0)
    found = assembled(problem, draft, "done", "")
    assert faults(found) == []
    return draft


def most(draft):
    return max(len(sheet.pieces) for sheet in draft.sheets)


@pytest.mark.parametrize("stock", STOCKS)
@pytest.mark.parametrize("name", SHAPES)
def test_every_draft_passes_the_independent_check(name, stock):
    draft = laid(name, STOCKS[stock])
    placed = sum(sheet.repeat * len(sheet.pieces) for sheet in draft.sheets)
    assert placed + draft.left[0] == 150


@pytest.mark.parametrize("rotations", [(0.0,), (0.0, 180.0), (30.0,), None])
@pytest.mark.parametrize("name", ["triangle", "C"])
def test_rotations_are_kept(name, rotations):
    assert most(laid(name, STOCKS["plain"], rotations=rotations)) >= 60


@settings(max_examples=20)
@given(st.floats(8, 90), st.floats(8, 90), st.floats(0, 5), st.floats(0, 12), st.integers(1, 400), st.booleans())
def test_sizes_of_all_kinds(width, height, spacing, margin, quantity, askew):
    corners = [(0, 0), (width, 0), (width * 0.8, height), (0, height * 0.7)] if askew else None
    part = Part("p", Curve.polygon(corners) if corners else Curve.rectangle(width, height))
    problem = Problem([Demand(part, quantity)], [STOCKS["plain"]], Rules(spacing, margin))
    assert faults(assembled(problem, quantity_draft(problem, 0), "done", "")) == []


def test_discs_stand_as_dense_as_they_can():
    """Hexagonal rows of 25 mm discs: by hand 13 and 12 in turn, 15 rows, on a sheet that is 13 wide."""
    part = Part("disc", Curve.circle(0, 0, 12.5))
    sheet = Stock("s", Curve.rectangle(13 * 25 + 0.001, 25 + 14 * 25 * math.sqrt(0.75) + 0.01))
    problem = Problem([Demand(part, 1000)], [sheet], Rules(0.0, 0.0))
    assert most(quantity_draft(problem, 0)) == 8 * 13 + 7 * 12


def test_a_sheet_just_short_of_a_hexagon_takes_square_steps():
    """Room for two discs over each other and three across: four in hexagonal rows, six in square ones."""
    part = Part("disc", Curve.circle(0, 0, 10))
    problem = Problem([Demand(part, 100)], [Stock("s", Curve.rectangle(60, 40))], Rules(0.0, 0.0))
    assert most(quantity_draft(problem, 0)) == 6


def test_stretched_rows_sink_deeper():
    """Discs with room to spare along the row: pulled apart, four rows fit where three would."""
    part = Part("disc", Curve.circle(0, 0, 10))
    width, pitch = 20 * 5.9, 20 * 4.9 / 4.5
    height = 20 + 3 * math.sqrt(400 - (pitch / 2) ** 2)
    assert height < 20 + 3 * 20 * math.sqrt(0.75)
    problem = Problem([Demand(part, 100)], [Stock("s", Curve.rectangle(width, height + 0.01))], Rules(0.0, 0.0))
    assert most(quantity_draft(problem, 0)) == 20


def hexagonal(width, height, diameter, spacing):
    """Discs in plain hexagonal rows along x, as a person counts them."""
    pitch = diameter + spacing
    long = int((width - diameter) / pitch) + 1
    short = int((width - diameter - pitch / 2) / pitch) + 1
    rows = int((height - diameter) / (pitch * math.sqrt(0.75))) + 1
    return (rows + 1) // 2 * long + rows // 2 * short


@pytest.mark.parametrize(
    ("diameter", "spacing", "margin"),
    [(25.4, 2.0, 0.0), (25.4, 2.0, 10.0), (12.7, 2.0, 6.0), (50.8, 3.0, 10.0), (101.6, 2.5, 10.0), (31.0, 0.5, 3.0)],
)
def test_ten_thousand_washers_lie_no_worse_than_in_hexagonal_rows(diameter, spacing, margin):
    """On 36 × 48 in, whichever side the rows run along."""
    washer = Part("washer", Curve.circle(0, 0, diameter / 2), (Curve.circle(0, 0, diameter / 4),))
    stock = Stock("36x48in", Curve.rectangle(914.4, 1219.2))
    problem = Problem([Demand(washer, 10_000)], [stock], Rules(spacing, margin))
    draft = quantity_draft(problem, 0)
    assert faults(assembled(problem, draft, "done", "")) == []
    sides = 914.4 - 2 * margin, 1219.2 - 2 * margin
    assert most(draft) >= max(hexagonal(*sides, diameter, spacing), hexagonal(*sides[::-1], diameter, spacing))


def test_two_blocks_where_one_wastes_a_strip():
    """Plates of 73 × 31: one block holds 16 on the sheet, with some of them turned 19 fit."""
    assert most(laid("plate", STOCKS["few"], quantity=30, spacing=2.0, margin=5.0)) == 19


def test_the_last_sheet_is_squeezed_to_the_left():
    draft = laid("triangle", STOCKS["plain"], quantity=200)
    last = draft.sheets[-1]
    assert last.repeat == 1
    assert max(piece.x for piece in last.pieces) < 600 * (len(last.pieces) / most(draft)) + 60


def test_one_shape_is_settled_by_its_lattices():
    """A job of one disc pays for no construction: it is done at once, however many are wanted."""
    found = nest([Demand(Part("disc", SHAPES["disc"]), 20000)], [STOCKS["plain"]], Rules(2.0, 5.0, Effort.NORMAL))
    assert found.stopped_by == "done"
    assert len(found.sheets) == 2
    assert found.unplaced == ()


def test_fillers_are_not_laid_in_quantity():
    problem = Problem([Demand(Part("disc", SHAPES["disc"]), 9, fill=True)], [STOCKS["plain"]], Rules(2.0, 5.0))
    assert quantity_draft(problem, 0) is None


def test_what_does_not_fit_has_no_draft():
    problem = Problem([Demand(Part("long", Curve.rectangle(700, 500)), 2)], [STOCKS["plain"]], Rules(2.0, 5.0))
    assert quantity_draft(problem, 0) is None


@settings(max_examples=40)
@given(
    st.integers(1, 6), st.integers(0, 1), st.floats(4, 9), st.floats(4, 9), st.floats(8, 12), st.floats(0, 90),
)  # fmt: skip
def test_the_kernel_piles_rows_as_high_as_they_are_laid(first, fewer, up, down, straight, room):
    from camcore.kernels.lattice import piled

    second = first - min(fewer, first - 1)
    rows = Courses(10.0, 3.0, first, second, up, down, straight, False)
    assert rows.count(room) == len(rows.filled(room))
    assert piled(np.array([[up], [down], [straight]]), first, second, room + 1e-7)[0] == rows.count(room)
    assert rows.filled(room)[:, 2].max() <= room + 1e-6
