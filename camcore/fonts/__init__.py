"""Words as strokes: a single-stroke font for marks that a tool or a beam follows once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

import numpy as np

from camcore import tomlfile
from camcore.geometry import Curve
from camcore.tomlfile import Strict

_BULGES = {"h": 1.0, "q": float(np.tan(np.pi / 8))}


class _File(Strict):
    """A font file, see strokes.toml."""

    version: Literal[1]
    cap_height: float
    spacing: float
    space: float
    line: float
    missing: str
    glyphs: dict[str, str]


class _Glyph(NamedTuple):
    """Strokes as vertices (n, 3) from x = 0 on, and how wide they are; in the font's grid."""

    strokes: tuple[np.ndarray, ...]
    width: float


class Font:
    """A stroke font; all its answers are for capitals of a given height, mm."""

    def __init__(self, name: str) -> None:
        text = (resources.files("camcore.fonts") / f"{name}.toml").read_text("utf-8")
        self._file = tomlfile.parse(text, _File, f"{name}.toml")
        self._glyphs = {letter: _glyph(strokes) for letter, strokes in self._file.glyphs.items()}
        self._missing = _glyph(self._file.missing)

    @property
    def letters(self) -> frozenset[str]:
        """All letters that have a glyph of their own; accents are dropped from others."""
        return frozenset(self._glyphs)

    def missing(self, words: str) -> list[str]:
        """Letters of the words that can only be written as a crossed box."""
        return sorted({letter for letter in words if not letter.isspace() and self._of(letter) is self._missing})

    def width(self, words: str, height: float) -> float:
        """Width of one line, mm, from the first glyph's left edge to the last one's right edge."""
        return self._end(words) * height / self._file.cap_height

    def line_spacing(self, height: float) -> float:
        """From one baseline to the next, mm."""
        return self._file.line * height / self._file.cap_height

    def written(self, words: str, height: float) -> list[Curve]:
        """The strokes of one line, mm: it starts at the origin, its baseline is the x axis."""
        scale = np.array([height / self._file.cap_height, height / self._file.cap_height, 1.0])
        curves, x = [], 0.0
        for letter in words:
            glyph = None if letter.isspace() else self._of(letter)
            for stroke in glyph.strokes if glyph else ():
                curves.append(_curve((stroke + np.array([x, 0.0, 0.0])) * scale))
            x += (glyph.width if glyph else self._file.space) + self._file.spacing
        return curves

    def _end(self, words: str) -> float:
        widths = [self._file.space if letter.isspace() else self._of(letter).width for letter in words]
        return sum(widths) + self._file.spacing * max(0, len(widths) - 1)

    def _of(self, letter: str) -> _Glyph:
        plain = unicodedata.normalize("NFKD", letter)[:1]
        return self._glyphs.get(letter) or self._glyphs.get(plain) or self._missing


@cache
def strokes() -> Font:
    """The font that comes with camcore."""
    return Font("strokes")


def _glyph(text: str) -> _Glyph:
    vertices = tuple(np.array([_point(word) for word in stroke.split()]) for stroke in text.split("/"))
    curves: Sequence[Curve] = [Curve(stroke, closed=False) for stroke in vertices]
    left, right = min(curve.box.x0 for curve in curves), max(curve.box.x1 for curve in curves)
    return _Glyph(tuple(stroke - np.array([left, 0.0, 0.0]) for stroke in vertices), right - left)


def _point(word: str) -> tuple[float, float, float]:
    x, y, *bend = word.split(",")
    sign, size = (-1.0, bend[0][1:]) if bend and bend[0].startswith("-") else (1.0, bend[0] if bend else "0")
    return float(x), float(y), sign * (_BULGES[size] if size in _BULGES else float(size))


def _curve(vertices: np.ndarray) -> Curve:
    """A stroke as a curve; one that ends where it starts is closed."""
    loop = len(vertices) > 2 and np.allclose(vertices[0, :2], vertices[-1, :2], atol=1e-9)
    return Curve(vertices[:-1]) if loop else Curve(vertices, closed=False)
