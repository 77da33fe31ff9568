from __future__ import annotations

import string

import numpy as np
import pytest

from camcore.fonts import strokes

SIGNS = ".,:;!?'\"-_+=/\\|()[]<>#%&@$*°Ø⌀±×µΩ"


def test_digits_letters_and_common_signs_are_there() -> None:
    assert set(string.ascii_letters + string.digits + SIGNS) <= strokes().letters


@pytest.mark.parametrize("letter", sorted(strokes().letters))
def test_every_glyph_keeps_its_place(letter: str) -> None:
    curves = strokes().written(letter, 6.0)
    x0, x1 = min(curve.box.x0 for curve in curves), max(curve.box.x1 for curve in curves)
    y0, y1 = min(curve.box.y0 for curve in curves), max(curve.box.y1 for curve in curves)
    assert x0 == pytest.approx(0, abs=1e-9)
    assert x1 == pytest.approx(strokes().width(letter, 6.0))
    assert y0 >= -2 - 1e-9
    assert y1 <= 7 + 1e-9
    if letter in string.ascii_uppercase + string.digits:
        assert (y0, y1) == pytest.approx((0, 6), abs=1e-9)


def test_no_two_glyphs_are_the_same() -> None:
    def shape(letter: str) -> tuple[bytes, ...]:
        return tuple(np.round(curve.vertices, 6).tobytes() for curve in strokes().written(letter, 6.0))

    letters = sorted(strokes().letters)
    assert len({shape(letter) for letter in letters}) == len(letters)


def test_capitals_are_as_high_as_asked() -> None:
    box = strokes().written("H", 3.5)[0].box
    assert (box.y0, box.y1) == pytest.approx((0, 3.5))


def test_arcs_stay_arcs() -> None:
    (ring,) = strokes().written("o", 10)
    assert ring.closed
    assert np.count_nonzero(ring.vertices[:, 2]) == 2


def test_glyphs_stand_apart() -> None:
    right = max(curve.box.x1 for curve in strokes().written("A", 6))
    both = strokes().written("AB", 6)
    assert min(curve.box.x0 for curve in both if curve.box.x0 > right - 0.1) == pytest.approx(right + 1.5)
    assert strokes().width("AB", 6) == pytest.approx(max(curve.box.x1 for curve in both))
    assert strokes().width("A B", 6) == pytest.approx(strokes().width("AB", 6) + 4.5)
    assert strokes().width("", 6) == 0


def test_accents_are_dropped_and_the_rest_is_a_crossed_box() -> None:
    assert strokes().missing("Ärger é 4711") == []
    assert strokes().missing("漢字 A") == ["字", "漢"]
    assert [len(curve) for curve in strokes().written("漢", 6)] == [6]
