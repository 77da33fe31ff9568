"""Callouts of countersinks and counterbores as the ``[[parts.work]]`` tables that would make them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from camcore.dfm.model import Look
from camcore.drawing.callouts import in_line
from camcore.drawing.model import Text

_SINK = re.compile(r"\b(?:csk|c'?t?sink|counter-?\s?s(?:in|un)k)\b|⌵", re.IGNORECASE)
_BORE = re.compile(r"\b(?:c'?bore|counter-?\s?bored?)\b|⌴", re.IGNORECASE)
_ANGLE = re.compile(r"(?P<value>\d{2,3}(?:\.\d+)?)\s*(?:°|deg\w*|%%d)", re.IGNORECASE)
_DEPTH = re.compile(
    r"(?:[x×]|↧|\b(?:depth|deep|dp)\b)\s*(?P<value>\d*\.?\d+)(?!\s*(?:°|deg|%%d|[x×]))"
    r"|(?P<bare>\d*\.?\d+)\s*\b(?:depth|deep|dp)\b",
    re.IGNORECASE,
)
_SAME = 0.05
"""Holes whose diameters are this near, mm, are one size."""


def tables(texts: Sequence[Text], looks: Sequence[Look], scale: float) -> list[str]:
    """The tables that callouts stand for, each in one line; none for what can be read in several ways.

    The hole is the one that the callout gives the diameter of, or the only size of round holes that is narrower.
    Nothing where a part has such work already.
    """
    if any(look.part.bevels or look.part.pockets for look in looks):
        return []
    sizes = _sizes(looks)
    found = [_table(line, text, sizes, scale) for text in texts for line in text.words.splitlines()]
    return list(dict.fromkeys(table for table in found if table))


def _sizes(looks: Sequence[Look]) -> list[float]:
    """Diameters of round holes, mm, each once."""
    found: list[float] = []
    for diameter in sorted(
        2 * circle[2] for look in looks for curve in look.curves[1:] if (circle := curve.as_circle())
    ):
        if not found or diameter - found[-1] > _SAME:
            found.append(diameter)
    return found


def _table(line: str, text: Text, sizes: Sequence[float], scale: float) -> str | None:
    sinks, bores = list(_SINK.finditer(line)), list(_BORE.finditer(line))
    if len(sinks) + len(bores) != 1:
        return None
    at = (sinks + bores)[0].start()
    stated = [one.value for one in in_line(line[:at], text, scale) if one.kind == "diameter"]
    wide = [one.value for one in in_line(line[at:], text, scale) if one.kind == "diameter"]
    narrower = [size for size in sizes if len(wide) == 1 and size < wide[0] - _SAME]
    holes = [size for size in narrower if abs(size - stated[0]) <= _SAME] if len(stated) == 1 else narrower
    if len(holes) != 1 or len(stated) > 1:
        return None
    last = _angle(line[at:]) if sinks else _depth(line[at:], scale)
    kind = "countersink" if sinks else "counterbore"
    return last and f'{{do = "{kind}", holes = "{holes[0]:.5g} mm", diameter = "{wide[0]:.5g} mm", {last}}}'


def _angle(words: str) -> str | None:
    found = _ANGLE.findall(words)
    return f"angle = {float(found[0]):g}" if len(found) == 1 else None


def _depth(words: str, scale: float) -> str | None:
    found = [match["value"] or match["bare"] for match in _DEPTH.finditer(words)]
    return f'depth = "{float(found[0]) * scale:.5g} mm"' if len(found) == 1 else None
