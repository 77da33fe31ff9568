"""Lettering: words engraved on parts in a single-stroke font, where they are clear of every edge."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import shapely

from camcore.fonts import strokes
from camcore.geometry import Curve, Pose
from camcore.part import Part
from camcore.toolpath.setup import Setup

HEIGHT = 2.5
"""Capitals are so high, mm, where nothing is said: read at arm's length."""
LEAST = 1.2
"""No capital is lower than this, mm, nor than …"""
STROKES = 6.0
"""… so many widths of the line that the tool or the beam leaves: below that, an E fills up."""
CLEAR = 1.0
"""Lettering keeps so far from edges, pockets and other marks, mm, and half a line's width more."""
SMALLER = 0.8
"""Where letters do not fit they get smaller by this factor, again and again."""
LINES = 3
"""Words stand in so many lines at most."""
_GRID = 24
"""Places tried along either side of the part's box."""


class Block(NamedTuple):
    """Words in lines; size of the whole, how far the last line hangs below its foot, and height of capitals, mm."""

    lines: tuple[str, ...]
    width: float
    height: float
    hang: float
    capitals: float


def line_width(setup: Setup) -> float:
    """How wide the line is that marks leave, mm: of a kerf, of the finest end mill, or of a pointed tool of 90°."""
    if setup.laser:
        return setup.laser.kerf
    assert setup.mill
    tools = setup.mill.tools.values()
    if any(tool.kind == "v-bit" for tool in tools):
        return 2 * setup.mill.mark_depth
    return min(tool.diameter for tool in tools if tool.kind == "endmill")


def lettered(part: Part, words: str, height: float, line: float) -> Part | None:
    """The part with words among its marks; None where they have no room.

    height: of capitals, mm; 0 for HEIGHT, or less where that has no room; line: how wide the tool's line is, mm. In as
    few lines as fit, level or upright, as near to the middle as there is room.
    """
    room = _room(part, CLEAR + line / 2)
    if room.is_empty:
        return None
    level = part.box.width >= part.box.height
    for block in _blocks(words, height, line):
        for turn in (0.0, 90.0) if level else (90.0, 0.0):
            place = _place(room, block, turn, part)
            if place:
                return replace(part, marks=(*part.marks, *_written(block, Pose(*place, turn))))
    return None


def _blocks(words: str, height: float, line: float) -> Iterator[Block]:
    """Layouts, best first: large before small, few lines before many."""
    least = height or max(LEAST, STROKES * line)
    capitals = height or max(HEIGHT, least)
    while capitals >= least - 1e-9:
        yield from (_block(lines, capitals) for lines in _split(words))
        capitals = max(SMALLER * capitals, least) if capitals > least else 0.0


def _block(lines: tuple[str, ...], capitals: float) -> Block:
    font = strokes()
    hang = -min([0.0, *(curve.box.y0 for curve in font.written(lines[-1], capitals))])
    height = capitals + (len(lines) - 1) * font.line_spacing(capitals) + hang
    return Block(lines, max(font.width(line, capitals) for line in lines), height, hang, capitals)


def _split(words: str) -> Iterator[tuple[str, ...]]:
    """The words in one line, in two, …, each as even as can be."""
    single = words.split()
    for count in range(1, min(LINES, len(single)) + 1):
        yield min(_breaks(single, count), key=lambda lines: max(map(len, lines)))


def _breaks(single: Sequence[str], count: int) -> Iterator[tuple[str, ...]]:
    """All ways to write words in so many lines."""
    if count == 1:
        yield (" ".join(single),)
        return
    for k in range(1, len(single) - count + 2):
        yield from ((" ".join(single[:k]), *rest) for rest in _breaks(single[k:], count - 1))


def _room(part: Part, clear: float) -> shapely.Geometry:
    """Where lettering may be."""
    face = shapely.Polygon(part.outline.flattened(), [hole.flattened() for hole in part.holes])
    taken = [shapely.Polygon(pocket.curve.flattened()) for pocket in part.pockets]
    taken += [_line(mark) for mark in part.marks]
    taken += [shapely.Point(drill.x, drill.y).buffer(max(drill.diameter / 2, clear)) for drill in part.drills]
    return face.buffer(-clear).difference(shapely.union_all(taken).buffer(clear))


def _line(mark: Curve) -> shapely.Geometry:
    points = mark.flattened()
    return shapely.LineString(np.vstack([points, points[:1]]) if mark.closed else points)


def _place(room: shapely.Geometry, block: Block, turn: float, part: Part) -> tuple[float, float] | None:
    """Where the block's lower left corner is, before it is turned."""
    width, height = (block.width, block.height) if turn == 0 else (block.height, block.width)
    x0, y0, x1, y1 = room.bounds
    if x1 - x0 < width or y1 - y0 < height:
        return None
    x, y = (low + (high - low - size) * np.arange(_GRID + 1) / _GRID for low, high, size in
            ((x0, x1, width), (y0, y1, height)))  # fmt: skip
    left, low = (grid.ravel() for grid in np.meshgrid(x, y))
    shapely.prepare(room)
    fits = np.flatnonzero(shapely.contains(room, shapely.box(left, low, left + width, low + height)))
    if len(fits) == 0:
        return None
    middle = part.box.centre
    away = np.hypot(left[fits] + width / 2 - middle[0], low[fits] + height / 2 - middle[1])
    best = fits[np.round(away, 6).argmin()]
    return (float(left[best]), float(low[best])) if turn == 0 else (float(left[best] + width), float(low[best]))


def _written(block: Block, pose: Pose) -> Iterator[Curve]:
    """The strokes, each line in the middle of the block, at a pose."""
    font, step = strokes(), strokes().line_spacing(block.capitals)
    for k, line in enumerate(block.lines):
        x = (block.width - font.width(line, block.capitals)) / 2
        y = block.hang + (len(block.lines) - 1 - k) * step
        yield from (curve.moved(x, y).posed(pose) for curve in font.written(line, block.capitals))
