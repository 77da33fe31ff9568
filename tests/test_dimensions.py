"""Dimensions as data: words, measures, tolerances from styles, overrides and words; and what a review makes of them."""

from __future__ import annotations

from typing import Any

import ezdxf
import pytest
from drawn import INCH, MM, codes, drawing, rectangle, the
from ezdxf.math import Vec2

from camcore import dfm
from camcore.drawing import read
from camcore.drawing.tolerances import Tolerance, fit, stated
from camcore.part import find


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("±.002 in", [(0.0508, 0.0508)]),
        ("10 ± 0,1", [(0.1, 0.1)]),
        ("%%p.1mm", [(0.1, 0.1)]),
        ("5 +/- .5", [(0.5, 0.5)]),
        ("12.5 +0.1/-0.05", [(0.1, 0.05)]),
        ("12.5 +0.1 -0.0", [(0.1, 0.0)]),
        ("Ø8 0/-0.02", [(0.0, 0.02)]),
        (".XX ±.01 .XXX ±.005 ANGLES ±0.5°", [(0.01, 0.01), (0.005, 0.005)]),
        ("±1/2°, ±5%", []),
        ("DATE 10-12-2024, TEL +49 30-1234", []),
        ("2024-05-10", []),
        ("P/N 10-0-20", []),
        ("+0/-0", []),
    ],
)
def test_tolerances_in_words(words, found):
    assert [tuple(give) for give in stated(words, 1.0)] == [pytest.approx(give) for give in found]


def test_bare_numbers_are_in_the_drawings_units():
    assert list(stated("±.005", 25.4)) == [pytest.approx((0.127, 0.127))]


@pytest.mark.parametrize(
    ("words", "size", "width"),
    [("10 H7", 10, 0.015), ("Ø50h9", 50, 0.062), ("3 js6", 3, 0.006), ("120 f8", 120, 0.054)],
)
def test_fits_are_those_of_iso_286(words, size, width):
    """Of which the standard's tables are rounded: the smallest sizes by a tenth."""
    assert 2 * fit(words, size).half == pytest.approx(width, rel=0.1)


def test_no_fits():
    assert [fit(words, 10) for words in ("10", "4X R5", "M4X7", "H7", "10 A3")] == [None] * 5
    assert Tolerance(0.3, -0.1).half == pytest.approx(0.1)


def dimensioned(msp: Any) -> None:
    document = msp.doc
    document.dimstyles.duplicate_entry("Standard", "TOL").set_dxf_attrib("dimtol", 1)
    document.dimstyles.get("TOL").dxf.dimtp = 0.2
    document.dimstyles.get("TOL").dxf.dimtm = 0.1
    plain: dict[str, Any] = {"dimstyle": "Standard"}
    rectangle(msp, 0, 0, 100, 60)
    msp.add_circle((50, 30), 5)
    msp.add_linear_dim((0, -10), (0, 0), (100, 0), dimstyle="TOL").render()
    limits = {"dimlim": 1, "dimtp": 0.05, "dimtm": 0.02}
    msp.add_linear_dim((0, -20), (0, 0), (100, 0), override=limits, **plain).render()
    msp.add_linear_dim((0, -30), (0, 0), (100, 0), text="<> {\\H0.7x;\\S+0.10^-0.05;}", **plain).render()
    msp.add_linear_dim((0, -40), (0, 0), (100, 0), text="4X 100 REF", dimstyle="TOL").render()
    msp.add_linear_dim((-10, 0), (0, 0), (0, 60), angle=90, text="70", **plain).render()
    msp.add_diameter_dim((50, 30), radius=5, angle=30, text="%%c10 H7", **plain).render()
    msp.add_radius_dim((50, 30), radius=5, angle=30, **plain).render()
    msp.add_angular_dim_2l((10, 10), ((0, 0), (10, 0)), ((0, 0), (10, 10)), **plain).render()
    msp.add_ordinate_x_dim((12, 5), (0, -5), **plain).render()
    msp.new_entity("TOLERANCE", {"insert": (70, 70), "content": "{\\Fgdt;j}%%v{\\Fgdt;n}0.08%%vA"})


def test_what_dimensions_say_and_measure(tmp_path):
    sheet = drawing(tmp_path, dimensioned)
    assert [(one.kind, one.words, round(one.measured, 6)) for one in sheet.dimensions] == [
        ("length", "100", 100),
        ("length", "100", 100),
        ("length", "100 +0.10/-0.05", 100),
        ("length", "4X 100 REF", 100),
        ("length", "70", 60),
        ("diameter", "Ø10 H7", 10),
        ("radius", "5", 5),
        ("angle", "45", 45),
        ("ordinate", "12", 12),
        ("geometric", "0.08 | A", 0),
    ]
    give = [(round(one.plus, 4), round(one.minus, 4)) for one in sheet.dimensions]
    assert give[:5] == [(0.2, 0.1), (0.05, 0.02), (0.1, 0.05), (0.0, 0.0), (0.0, 0.0)]
    assert give[5][0] == pytest.approx(0.0075, abs=1e-3)
    assert give[6:] == [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.04, 0.04)]
    assert (sheet.dimensions[0].x, sheet.dimensions[0].y) == (pytest.approx(50), pytest.approx(-10, abs=2))


def test_a_dimension_that_says_other_than_it_measures_is_told(tmp_path):
    told = the(drawing(tmp_path, dimensioned), "W132")
    assert "'70' where 60" in told.message
    assert codes(drawing(tmp_path, dimensioned)).count("W132") == 1


@pytest.mark.parametrize(
    ("text", "size", "told"),
    [
        ("3.2", 3.175, False),
        ("3.18 TYP", 3.175, False),
        ("3.17", 3.1757, True),
        (".125", 3.175, False),
        ("1/8", 3.175, False),
        ("SEE NOTE 4", 3.175, False),
        ("2X 3", 3.175, False),
        ("12 ±0.1", 3.175, True),
    ],
)
def test_rounded_and_other_units_are_no_contradiction(text, size, told, tmp_path):
    def draw(msp: Any) -> None:
        msp.add_linear_dim((0, -10), (0, 0), (size, 0), text=text, dimstyle="Standard").render()

    assert ("W132" in codes(drawing(tmp_path, draw))) is told


@pytest.mark.parametrize(
    ("units", "factor", "mm"), [(MM, 1 / 25.4, 1.27), (INCH, 25.4, 0.05), (INCH, 1.0, 1.27), (MM, 100.0, 0.05)]
)
def test_a_factor_may_turn_units(units, factor, mm, tmp_path):
    def draw(msp: Any) -> None:
        override = {"dimtol": 1, "dimtp": 0.05, "dimtm": 0.05, "dimlfac": factor}
        msp.add_linear_dim((0, -10), (0, 0), (10, 0), dimstyle="Standard", override=override).render()

    (one,) = drawing(tmp_path, draw, units).dimensions
    assert one.plus == pytest.approx(mm)
    assert one.shown == pytest.approx(10 * factor)


def test_notes_on_leaders_are_words(tmp_path):
    def draw(msp: Any) -> None:
        leader = msp.add_multileader_mtext("Standard")
        leader.set_content("2X TAP M4")
        leader.build(insert=Vec2(30, 30))

    (text,) = drawing(tmp_path, draw).texts
    assert (text.words, text.x, text.y) == ("2X TAP M4", pytest.approx(30, abs=5), pytest.approx(30, abs=5))


def reviewed(tmp_path: Any, **override: Any) -> list[str]:
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        msp.add_linear_dim((0, -10), (0, 0), (100, 0), dimstyle="Standard", override=override).render()

    sheet = drawing(tmp_path, draw)
    return codes(dfm.review(find(sheet), dfm.of_drawing(dfm.context("fr4", 1.57, "mill"), sheet)))


def test_the_review_takes_tolerances_of_dimensions(tmp_path):
    assert "W830" in reviewed(tmp_path, dimtol=1, dimtp=0.1, dimtm=0.1)
    assert "W830" not in reviewed(tmp_path, dimtol=1, dimtp=0.2, dimtm=0.1)
    assert "W830" not in reviewed(tmp_path, dimtp=0.01, dimtm=0.01)


def test_dimensions_that_make_no_sense_are_passed_over(tmp_path):
    path = tmp_path / "sheet.dxf"
    document = ezdxf.new("R2010")
    document.modelspace().add_circle((0, 0), 5)
    document.modelspace().new_entity("DIMENSION", {"dimtype": 4, "text": "<>", "dimstyle": "NONE"})
    document.modelspace().new_entity("TOLERANCE", {"content": ""})
    document.saveas(path)
    assert len(read(path).shapes) == 3
