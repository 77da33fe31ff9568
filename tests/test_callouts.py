"""Sizes and general tolerances in the words of drawings."""

from __future__ import annotations

import pytest

from camcore.drawing.callouts import callouts, counted, general
from camcore.drawing.model import Text
from camcore.drawing.tolerances import placed_fit


def text(words: str, x: float = 0.0, y: float = 0.0) -> Text:
    return Text(words, x, y, "0", 2.0)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("24X DIA .1495  11X DIA .125", [("diameter", 24, 0.1495, 4), ("diameter", 11, 0.125, 3)]),
        ("4X Ø.125 THRU", [("diameter", 4, 0.125, 3)]),
        (".250 DIA +.005/-.000 (4 PLACES)", [("diameter", 4, 0.25, 3)]),
        ("2 HOLES Ø5,2 ±0,1", [("diameter", 2, 5.2, 1)]),
        ("1/4 DIA", [("diameter", 0, 0.25, 0)]),
        ("6 PLACES .188 DIA", [("diameter", 6, 0.188, 3)]),
        ("R.125 TYP", [("radius", 0, 0.125, 3)]),
        ("4X R3", [("radius", 4, 3, 0)]),
        ("MATL: PHENOLIC XX .125 THK", [("thickness", 0, 0.125, 3)]),
        ("THK 1.57 ±0.1", [("thickness", 0, 1.57, 2)]),
        ("1.6mm THICK", [("thickness", 0, 1.6, 1)]),
        ("DWG NO 123-R2", []),
        ("REV R1 2024", []),
        ("DIAGRAM 12, SCALE 1:2", []),
    ],
)
def test_sizes_in_words(words, found):
    assert [(c.kind, c.count, pytest.approx(c.value), c.decimals) for c in callouts([text(words)], 1.0)] == found


def test_a_tolerance_belongs_to_the_size_before_it():
    first, second = callouts([text("2X Ø.250 +.005/-.000, 3X Ø.125 ±.002")], 25.4)
    assert (first.plus, first.minus) == (pytest.approx(0.127), 0)
    assert (second.plus, second.minus) == (pytest.approx(0.0508), pytest.approx(0.0508))
    assert second.value == pytest.approx(3.175)


@pytest.mark.parametrize(
    ("words", "count"), [("4X 10", 4), (".500 TYP 11X", 11), ("12 ±0.1", 0), ("3 PLACES", 3), ("10x20", 10), ("100", 0)]
)
def test_counts(words, count):
    assert counted(words) == count


@pytest.mark.parametrize(
    ("lines", "places", "every", "angle", "iso"),
    [
        (["TOL .XXX +/-.005"], {3: 0.005}, None, None, None),
        (["DECIMALS .XX ±.01 .XXX ±.005 ANGLES ±1°"], {2: 0.01, 3: 0.005}, None, 1, None),
        (["X.X ±0.2", "X.XX ±0.1"], {1: 0.2, 2: 0.1}, None, None, None),
        (["2 PLACE DECIMAL ±.01", "THREE PL ±.005", "ANGULAR ±30'"], {2: 0.01, 3: 0.005}, None, 0.5, None),
        (["TOLERANCES: ±0.1"], {}, 0.1, None, None),
        (["ISO 2768-mK"], {}, None, None, "m"),
        (["general tolerances DIN ISO 2768-1 f"], {}, None, None, "f"),
        (["10 ±0.1", "DRILL 45° ±2°"], {}, None, None, None),
    ],
)
def test_general_tolerances(lines, places, every, angle, iso):
    found = general([text(line) for line in lines], 1.0)
    assert {count: give.plus for count, give in found.places.items()} == places
    assert (found.every and found.every.plus, found.iso) == (every, iso)
    assert found.angle == angle


def test_a_title_block_of_separate_texts():
    words = [text(".XX", 0, 0), text("±.01", 5, 0), text(".XXX", 0, -5), text("±.005", 5, -5)]
    found = general([*words, text("ANGLES", 0, -9), text("±0.5°", 9, -9)], 25.4)
    assert found.places[2].plus == pytest.approx(0.254)
    assert found.places[3].plus == pytest.approx(0.127)
    assert found.angle == 0.5


def test_fits_whose_zone_is_known():
    assert placed_fit("10 H7", 10) == (pytest.approx(0.015), 0)
    assert placed_fit("50 h9", 50) == (0, pytest.approx(0.062))
    assert placed_fit("3 js6", 3).plus == placed_fit("3 js6", 3).minus
    assert placed_fit("10 F8", 10) is None
    assert placed_fit("10", 10) is None
