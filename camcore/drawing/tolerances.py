"""Tolerances as drawings say them in words: ±0.1, +0.1/-0.05, 10 H7."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from camcore.units import MM_PER_UNIT

_VALUE = r"\d*[.,]?\d+"
_UNIT = r"(?P<unit>mm\b|in\b|inch(?:es)?\b|\"|″|°|deg|%%d|%|/)?"
_BOTH = re.compile(rf"(?:±|\+\s*/?\s*-|%%p)\s*(?P<plus>{_VALUE})\s*{_UNIT}", re.IGNORECASE)
_EACH = re.compile(
    rf"(?:\+\s*(?P<plus>{_VALUE})\s*/?|(?<![-\d.,])0(?:[.,]0+)?\s*/)\s*[-−–]\s*(?P<minus>{_VALUE})\s*{_UNIT}",
    re.IGNORECASE,
)
_FIT = re.compile(r"(?<=[\d.])\s*(?:js|JS|[DEFGHKNPdefghknp])(?P<grade>[5-9]|1[01])\b")
_INCH = frozenset({"in", "inch", "inches", '"', "″"})
_NO_LENGTH = frozenset({"°", "deg", "%%d", "%", "/"})
_STEPS = (3, 6, 10, 18, 30, 50, 80, 120, 180, 250, 315, 400, 500)
"""Ranges of nominal sizes in ISO 286-1: up to 3 mm, above 3 up to 6 mm, and so on."""
_GRADES = {
    5: (4, 5, 6, 8, 9, 11, 13, 15, 18, 20, 23, 25, 27),
    6: (6, 8, 9, 11, 13, 16, 19, 22, 25, 29, 32, 36, 40),
    7: (10, 12, 15, 18, 21, 25, 30, 35, 40, 46, 52, 57, 63),
    8: (14, 18, 22, 27, 33, 39, 46, 54, 63, 72, 81, 89, 97),
    9: (25, 30, 36, 43, 52, 62, 74, 87, 100, 115, 130, 140, 155),
    10: (40, 48, 58, 70, 84, 100, 120, 140, 160, 185, 210, 230, 250),
    11: (60, 75, 90, 110, 130, 160, 190, 220, 250, 290, 320, 360, 400),
}
"""Widths of the tolerance grades IT5 to IT11 in those ranges, µm (ISO 286-1:2010, table 1)."""


class Tolerance(NamedTuple):
    """How far above and below the nominal, mm. Both are positive where the nominal lies between."""

    plus: float
    minus: float

    @property
    def half(self) -> float:
        """Half the band, mm: what it is as a ± tolerance."""
        return (self.plus + self.minus) / 2


def stated(words: str, scale: float) -> Iterator[Tolerance]:
    """Tolerances of lengths in the words; bare numbers are units of `scale` mm. Angles and shares are none."""
    for match in (*_BOTH.finditer(words), *_EACH.finditer(words)):
        unit, said = (match["unit"] or "").lower(), match.groupdict()
        plus = _number(said.get("plus") or "0")
        minus = _number(said.get("minus") or "0") if "minus" in said else plus
        if unit not in _NO_LENGTH and plus + minus > 0:
            own = MM_PER_UNIT["in"] if unit in _INCH else 1.0 if unit == "mm" else scale
            yield Tolerance(plus * own, minus * own)


def fit(words: str, nominal: float) -> Tolerance | None:
    """Width of an ISO fit such as ``10 H7`` for a nominal size, mm, halved to either side; None where there is none."""
    found = _FIT.search(words)
    if not found or not 0 < nominal <= _STEPS[-1]:
        return None
    width = _GRADES[int(found["grade"])][bisect_left(_STEPS, nominal - 1e-9)] / 1000
    return Tolerance(width / 2, width / 2)


def placed_fit(words: str, nominal: float) -> Tolerance | None:
    """Limits of an ISO fit whose zone begins at the nominal or lies about it: H, h, JS and js; None for all others.

    The other letters' deviations stand in the tables of ISO 286-2, which are not here.
    """
    found, width = _FIT.search(words), fit(words, nominal)
    if not found or not width:
        return None
    letter = found[0].strip().rstrip("0123456789")
    whole = width.plus + width.minus
    placed = {"H": (whole, 0.0), "h": (0.0, whole), "JS": (whole / 2, whole / 2), "js": (whole / 2, whole / 2)}
    return Tolerance(*placed[letter]) if letter in placed else None


def has_fit(words: str) -> bool:
    """Whether the words name an ISO fit."""
    return _FIT.search(words) is not None


def _number(text: str) -> float:
    return float(text.replace(",", "."))
