"""Remnants: what of a sheet is left to be used another time, as a rectangle or an L."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from camcore.geometry import Box, Curve
from camcore.geometry.arrays import Floats
from camcore.nesting.measure import beyond, is_rectangle
from camcore.nesting.model import Sides, Stock

LEAST = 1.0
"""A strip narrower than this, mm, is no remnant."""
LEG = 50.0
"""The legs of an L are at least so long and wide, mm: below that they are scrap."""
SHARE = 0.75
"""What an L, or a strip along the sheet, counts for its area: more cuts to part it, and harder to use."""


def remnant(stock: Stock, length: float, boxes: Floats, sides: Sides) -> Curve | None:
    """Outline of what is left beyond the crop line at x = `length`, or None; mm.

    Of a plain rectangle it is an L, or a strip along the sheet, where that has a third more area. Parts, whose boxes
    are (n, 4), keep their distance to the sides from it. Of other sheets it is the largest whole piece.
    """
    strip = _beyond(stock, length)
    if stock.holes or not is_rectangle(stock.outline):
        return strip
    others = list(_others(stock.outline.box, length, boxes, sides))
    best = max(others, key=lambda curve: curve.area, default=None)
    return best if best and best.area * SHARE > (strip.area if strip else 0.0) else strip


def _others(sheet: Box, length: float, boxes: Floats, sides: Sides) -> Iterator[Curve]:
    """Ls, or strips where nothing is left beyond the crop line, above all parts right of some x, or below them."""
    middle = sheet.y0 + sheet.y1
    for below, gap in ((False, sides.top), (True, sides.bottom)):
        tops = middle - boxes[:, 1] if below else boxes[:, 3]
        for x, y in _steps(sheet, boxes[:, 2] + sides.right, tops + gap):
            if min(length, sheet.x1) - x >= LEG and sheet.y1 - y >= LEG:
                corners = _corners(sheet, length, x, y)
                yield Curve.polygon([(a, middle - b) if below else (a, b) for a, b in corners]).ccw()


def _steps(sheet: Box, right: Floats, tops: Floats) -> Iterator[tuple[float, float]]:
    """Upper left free corners x, y: all that reaches further right than x stays below y."""
    order = np.argsort(-right, kind="stable")
    heights = np.maximum.accumulate(tops[order])
    walls = np.append(right[order][1:], sheet.x0)
    return zip(walls.tolist(), heights.tolist(), strict=True)


def _corners(sheet: Box, length: float, x: float, y: float) -> list[tuple[float, float]]:
    leg = [(sheet.x1, sheet.y1), (x, sheet.y1), (x, y)]
    if sheet.x1 - length < LEG:
        return [*leg, (sheet.x1, y)]
    return [*leg, (length, y), (length, sheet.y0), (sheet.x1, sheet.y0)]


def _beyond(stock: Stock, length: float) -> Curve | None:
    box = stock.outline.box
    if box.x1 - length < LEAST:
        return None
    if is_rectangle(stock.outline) and not stock.holes:
        return Curve.rectangle(box.x1 - length, box.height, length, box.y0)
    left = beyond(stock, length)
    whole: Any = max(getattr(left, "geoms", [left]), key=lambda polygon: polygon.area)
    ring = np.asarray(whole.exterior.coords)[:-1]
    return Curve.polygon(ring).ccw() if whole.area > LEAST * box.height else None
