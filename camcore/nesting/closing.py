"""Closing up: pieces of a finished nest slide together, so that straight edges lie exactly the spacing apart.

A nest is dense without that: its pieces lie a little farther apart than they must wherever another piece holds them
off. Where one cut is to part two pieces (common lines), a little is too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.facing import facing
from camcore.geometry.index import SegmentIndex
from camcore.geometry.offset import parallel
from camcore.nesting import measure
from camcore.nesting.check import sheet_faults
from camcore.nesting.model import Nest, NestedSheet
from camcore.nesting.remnants import remnant
from camcore.part import Part

WAYS = (("left", "down"), ("down", "left"), ("left", "up"), ("up", "left"))
"""Where pieces slide, in turns; the sequence that brings most edges together is taken."""
_TOWARDS = {"left": (-1.0, 0.0), "down": (0.0, -1.0), "up": (0.0, 1.0)}
ROUNDS = 6
"""Pieces slide so often each way at most."""
_FINE = 2e-4
"""Arcs become chords within this, mm: a fifth of what the check of a nest lets pass."""
_GRAZE = 1e-5
"""Edges that overlap by less than this across the way, mm, slide past each other."""
_BEHIND = 0.01
"""An edge that is passed by more than this, mm, is not in the way any more."""
TOGETHER, LEAST = 0.002, 1.0
"""Edges together are those that lie on one line within the first, mm, along at least the second."""


def closed(nest: Nest) -> Nest:
    """The nest with the pieces of each sheet slid together where that brings more of their straight edges together.

    Only on upright rectangles without holes, zones or locked pieces; others stay as they are. No sheet gets longer.
    """
    if nest.rules.zones or nest.rules.locked:
        return nest
    return replace(nest, sheets=tuple(_closed(sheet, nest) for sheet in nest.sheets))


def _closed(sheet: NestedSheet, nest: Nest) -> NestedSheet:
    if not measure.is_rectangle(sheet.stock.outline) or sheet.stock.holes or len(sheet.placements) < 2:
        return sheet
    best, most = sheet, together(_Bodies(sheet, nest))
    for ways in WAYS:
        bodies = _Bodies(sheet, nest)
        bodies.settle(ways)
        gained = together(bodies)
        if gained > most + LEAST:
            found = bodies.sheet()
            if not sheet_faults(found, nest):
                best, most = found, gained
    return best


def together(bodies: _Bodies) -> float:
    """Length of straight edges that lie exactly the spacing apart, mm."""
    rows = np.column_stack([bodies.rows, np.zeros(len(bodies.rows))])
    i, j = SegmentIndex(rows).own_pairs(TOGETHER)
    other = bodies.owner[i] != bodies.owner[j]
    low, high = facing(rows[i[other]], rows[j[other]], TOGETHER).T
    return float((high - low)[high - low >= LEAST].sum())


class _Bodies:
    """Edges of all pieces, moved out by half the spacing, in chords: rows (n, 4), each with its piece as `owner`.

    The body lies to the left of each. Mutable: pieces slide.
    """

    def __init__(self, sheet: NestedSheet, nest: Nest) -> None:
        self._nest, self._sheet = nest, sheet
        grown = {name: _grown(nest.parts[name], nest.rules.spacing / 2) for name in {p.part for p in sheet.placements}}
        tables = [_rows([ring.posed(p.pose) for ring in grown[p.part]], p.mirror) for p in sheet.placements]
        self.rows = np.vstack(tables)
        self.owner: Ints = np.repeat(np.arange(len(tables)), [len(table) for table in tables])
        self._boxes = measure.boxes(sheet.placements, nest.parts)
        self._moved = np.zeros((len(tables), 2))

    def settle(self, ways: Sequence[str]) -> None:
        """Slide all pieces in each direction in turns until nothing moves any more."""
        for _ in range(ROUNDS):
            if max(self._slide_all(way) for way in ways) < _FINE:
                return

    def sheet(self) -> NestedSheet:
        """The sheet as it is now."""
        shifts = zip(self._sheet.placements, self._moved.tolist(), strict=True)
        placements = tuple(replace(p, x=p.x + dx, y=p.y + dy) for p, (dx, dy) in shifts)
        boxes, sides, stock = measure.boxes(placements, self._nest.parts), self._nest.rules.sides, self._sheet.stock
        length = measure.used_length(boxes, stock, sides.right)
        left = remnant(stock, length, boxes, sides)
        return replace(self._sheet, placements=placements, used_length=length, remnant=left)

    def _slide_all(self, way: str) -> float:
        """Slide each piece as far as it goes, the foremost first; how far the most moved one went, mm."""
        towards = np.array(_TOWARDS[way])
        front = (self._boxes.reshape(-1, 2, 2) @ towards).max(axis=1)
        farthest = 0.0
        for k in np.argsort(-front, kind="stable").tolist():
            step = max(0.0, min(self._room(k, way), self._free(k, towards)))
            if step > 0:
                farthest = max(farthest, step)
                self._move(k, step * towards)
        return farthest

    def _move(self, number: int, shift: Floats) -> None:
        self.rows[self.owner == number] += np.tile(shift, 2)
        self._boxes[number] += np.tile(shift, 2)
        self._moved[number] += shift

    def _room(self, number: int, way: str) -> float:
        """How far a piece may slide before the sheet's margin ends it, mm."""
        sheet, sides, (x0, y0, _, y1) = self._sheet.stock.outline.box, self._nest.rules.sides, self._boxes[number]
        if way == "left":
            return float(x0 - sheet.x0 - sides.left)
        return float(y0 - sheet.y0 - sides.bottom if way == "down" else sheet.y1 - sides.top - y1)

    def _free(self, number: int, towards: Floats) -> float:
        """How far a piece slides before it touches another, mm; infinite where none is in its way."""
        u, v = self._across(towards)
        rise = v[:, 1] - v[:, 0]
        mine = (self.owner == number) & (rise * _turn(towards) > _GRAZE)
        low, high = np.minimum(v[:, 0], v[:, 1]), np.maximum(v[:, 0], v[:, 1])
        ahead = (self.owner != number) & (rise * _turn(towards) < -_GRAZE) & (u.max(axis=1) > u[mine].min() - _BEHIND)
        ahead &= (high > low[mine].min()) & (low < high[mine].max())
        a, b = np.flatnonzero(mine)[:, None], np.flatnonzero(ahead)[None, :]
        below, above = np.maximum(low[a], low[b]), np.minimum(high[a], high[b])
        slope = (u[:, 1] - u[:, 0]) / np.where(rise == 0, 1.0, rise)
        gaps = [u[b, 0] + (w - v[b, 0]) * slope[b] - u[a, 0] - (w - v[a, 0]) * slope[a] for w in (below, above)]
        meets = (above - below > _GRAZE) & (np.maximum(*gaps) > -_BEHIND)
        return float(np.minimum(*gaps)[meets].min(initial=np.inf))

    def _across(self, towards: Floats) -> tuple[Floats, Floats]:
        """Of the ends of all rows (n, 2): how far along the way, and how far across it, mm."""
        ends = self.rows.reshape(-1, 2, 2)
        return ends @ towards, ends @ np.array([abs(towards[1]), abs(towards[0])])


def _turn(towards: Floats) -> float:
    """1 where an edge that rises across the way has its body behind it, else −1."""
    return float(towards[0] - towards[1])


def _grown(part: Part, half: float) -> list[Curve]:
    """Edges of a part moved out, the body to the left."""
    outline = [curve.ccw() for curve in parallel(part.outline, half).curves]
    return [*outline, *(curve.cw() for hole in part.holes for curve in parallel(hole, -half).curves)]


def _rows(rings: Sequence[Curve], mirror: bool) -> Floats:
    points = [ring.flattened(_FINE) for ring in rings]
    points = [ring[::-1] for ring in points] if mirror else points
    return np.vstack([np.hstack([ring, np.roll(ring, -1, axis=0)]) for ring in points])
