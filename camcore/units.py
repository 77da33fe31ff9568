"""Units and tolerances.

Inside camcore every length is a float in mm, every feed in mm/min, every time in s. Angles are degrees where a
person states them (rotations of parts) and radians, counter-clockwise, in geometry.
"""

import re
from fractions import Fraction

MM_PER_INCH = 25.4
"""International inch (1959 agreement): exactly 25.4 mm."""

MM_PER_UNIT = {"mm": 1.0, "cm": 10.0, "m": 1000.0, "in": MM_PER_INCH, "ft": 12 * MM_PER_INCH, "mil": MM_PER_INCH / 1000}

MAX_SHEET = 20_000.0
"""No machine takes longer sheets, mm."""
MAX_THICKNESS = 260.0
"""No laminate is thicker, mm (10 in)."""
MAX_COST = 1e9
"""A sheet that costs more, in any currency, is a slip of the keyboard."""

# Each tolerance is named after what it decides; all in mm.
SAME_POINT = 1e-6
"""Two vertices this near are one vertex: far below any control's resolution, far above float64 noise at 10 m."""
JOIN_GAP = 0.05
"""Loose ends of drawn chains this near are joined, with a finding."""
CURVE_FIT = 0.001
"""Splines and ellipses become arcs and lines within this distance, once, on reading."""
FLATTEN = 0.001
"""Arcs become chords within this distance wherever a polygon is asked for and no other tolerance is named."""
CUT_EDGE = 0.01
"""The proof lets a cut edge deviate this far from the drawing."""

_NUMBER = r"[-+]?(?:\d+\s+\d+/\d+|\d+/\d+|\d*\.?\d+(?:[eE][-+]?\d{1,3})?)"
_LENGTH = re.compile(rf"^\s*(?P<number>{_NUMBER})\s*(?P<unit>[a-zA-Z\"']*)\s*$")
_ALIAS = {'"': "in", "inch": "in", "inches": "in", "'": "ft", "thou": "mil"}


def clean(value: float, digits: int = 9) -> float:
    """A number as files and databases have it: float noise does not reach it, and 0 has no sign."""
    return round(value, digits) + 0.0


def parse_length(text: str | float, unit: str = "mm") -> float:
    """Length in mm of ``12.5``, ``"2.5mm"``, ``"1/8in"``, ``"1 1/2 in"``; a bare number is in `unit`.

    Raises ValueError when the text is no length or its unit is unknown.
    """
    if isinstance(text, int | float):
        return float(text) * MM_PER_UNIT[unit]
    match = _LENGTH.match(text)
    if not match:
        raise ValueError(f"{text!r} is not a length such as 12.5, '2.5mm' or '1/8in'")
    said = match["unit"].lower()
    said = _ALIAS.get(said, said) or unit
    if said not in MM_PER_UNIT:
        raise ValueError(f"{match['unit']!r} in {text!r} is not one of {', '.join(MM_PER_UNIT)}")
    try:
        return float(sum(Fraction(word) for word in match["number"].split()) * Fraction(str(MM_PER_UNIT[said])))
    except (ZeroDivisionError, OverflowError):
        raise ValueError(f"{text!r} is not a length that can be had") from None


def parse_size(text: str, unit: str = "mm") -> tuple[float, float]:
    """Length and width in mm of ``36x48in``, ``914 x 1219 mm``, ``3ft x 48in``; bare numbers are in `unit`.

    Raises ValueError when the text is no size.
    """
    words = re.split(r"[xX×]", text)
    if len(words) != 2:
        raise ValueError(f"{text!r} is not a size such as '36x48in' or '914x1219mm'")
    last = re.search(r"[a-zA-Z\"']*\s*$", words[1])
    own = re.search(r"[a-zA-Z\"']\s*$", words[0])
    first = words[0] if own or last is None else words[0] + last[0]
    return parse_length(first, unit), parse_length(words[1], unit)
