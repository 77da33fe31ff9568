"""TEXT, ATTRIB and MTEXT as strokes of the single-stroke font, for words that a rule wants marked."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from ezdxf.tools.text import plain_mtext

from camcore.fonts import strokes
from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.geometry.pose import exact_cos_sin

WORDS = ("TEXT", "ATTRIB", "MTEXT")
"""Kinds that are written with the font; they can be marked or ignored, never cut."""
NOTES = ("MULTILEADER", "MLEADER")
"""Words with an arrow: never marked."""

_DESCENT = 1 / 3
"""How far letters reach below the baseline, in heights of a capital."""
_MIDDLE, _ALIGNED, _FIT = 4, 3, 5
"""TEXT group code 72 (AutoCAD DXF Reference); 0, 1, 2 are left, centre, right. Aligned and fit reach between points."""
_BACKWARD, _UPSIDE_DOWN = 2, 4
"""Bits of TEXT group code 71."""


class Line(NamedTuple):
    """One line of words: its strokes from the origin to the right, and where that is, as a matrix (4, 4)."""

    strokes: list[Curve]
    matrix: Floats


def plain(entity: Any) -> str:
    """The words, without what formats them; lines of an MTEXT are parted by line feeds."""
    return str(entity.plain_text())


def note(entity: Any) -> str:
    """The words of a MULTILEADER. Raises ValueError where it has none."""
    words = str(plain_mtext(entity.get_mtext_content()))
    if not words.strip():
        raise ValueError("a leader without words")
    return words


def lines(entity: Any) -> list[Line]:
    """The entity's lines in its own coordinates."""
    return _many(entity) if entity.dxftype() == "MTEXT" else [_one(entity)]


def _one(entity: Any) -> Line:
    dxf, words = entity.dxf, plain(entity)
    height, factor, turn = dxf.height, dxf.get("width", 1.0), dxf.get("rotation", 0.0)
    across, up = dxf.get("halign", 0), dxf.get("valign", 0)
    width = strokes().width(words, 1.0) * factor
    place, other = dxf.insert, dxf.get("align_point", dxf.insert)
    if across in (_ALIGNED, _FIT):
        way = other - place
        turn = math.degrees(math.atan2(way.y, way.x))
        height, factor = _stretched(math.hypot(way.x, way.y), width, height, factor, across)
    elif across or up:
        place = other
    x = {1: -0.5, 2: -1.0, _MIDDLE: -0.5}.get(across, 0.0) * width * height
    y = (-0.5 if across == _MIDDLE else (0.0, _DESCENT, -0.5, -1.0)[up]) * height
    flags = dxf.get("text_generation_flag", 0)
    shape = np.eye(4)
    shape[0, 0] = factor * (-1 if flags & _BACKWARD else 1)
    shape[0, 1] = math.tan(math.radians(dxf.get("oblique", 0.0)))
    shape[1, 1] = -1 if flags & _UPSIDE_DOWN else 1
    matrix = _placed(place, turn) @ _placed((x, y, 0.0), 0.0) @ shape
    return Line(strokes().written(words, height), matrix)


def _stretched(reach: float, width: float, height: float, factor: float, across: int) -> tuple[float, float]:
    """Height and width factor with which words, `width` wide at height 1, reach between their two points."""
    if reach <= 0 or width <= 0:
        return height, factor
    return (reach / width, factor) if across == _ALIGNED else (height, factor * reach / (width * height))


def _many(entity: Any) -> list[Line]:
    dxf, font = entity.dxf, strokes()
    said = wrapped(entity.plain_text(split=True), dxf.get("width", 0.0) / dxf.char_height)
    height, step = dxf.char_height, font.line_spacing(dxf.char_height) * dxf.get("line_spacing_factor", 1.0)
    turn = dxf.get("rotation", 0.0)
    if dxf.hasattr("text_direction"):
        turn = math.degrees(math.atan2(dxf.text_direction.y, dxf.text_direction.x))
    row, column = divmod(dxf.get("attachment_point", 1) - 1, 3)
    tall = height + step * (len(said) - 1)
    top = (0.0, tall / 2, tall)[row] - height
    place = _placed(dxf.insert, turn)
    return [
        Line(
            font.written(words, height),
            place @ _placed((-column / 2 * font.width(words, height), top - k * step, 0.0), 0.0),
        )
        for k, words in enumerate(said)
    ]


def wrapped(said: list[str], room: float) -> list[str]:
    """Lines broken between words where they are wider than `room` heights of a capital; 0 is as wide as need be.

    Words that are wider by themselves stay whole.
    """
    if not room > 0:
        return said
    lines: list[str] = []
    for line in said:
        held = ""
        for word in line.split(" "):
            longer = f"{held} {word}" if held else word
            if held and strokes().width(longer, 1.0) > room:
                lines.append(held)
                held = word
            else:
                held = longer
        lines.append(held)
    return lines


def _placed(point: Any, turn: float) -> Floats:
    """Matrix (4, 4) that turns by `turn` degrees about the origin, then moves to `point`."""
    c, s = exact_cos_sin(turn)
    x, y, z = point
    return np.array([[c, -s, 0, x], [s, c, 0, y], [0, 0, 1, z], [0, 0, 0, 1]])
