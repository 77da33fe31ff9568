"""Where balloons stand in the picture of a part: beside what they point at, off all edges, off each other.

Deterministic: balloons are placed from left to right and from below, each at the nearest free place of a fixed set of
rings about its point; its leader may cross edges but no balloon. Where one finds no place the part is shown in more
windows, each drawn larger, until all have one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from camcore.compare.features import edges
from camcore.geometry import Box, many
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.part import Part

RADIUS = 3.1
"""Radius of a balloon on paper, mm."""
CLEAR = 0.5
"""Balloons keep off edges and each other by so much, mm on paper."""
PAST = 0.9
"""A leader passes places that others point at by so much, mm on paper, where that can be had."""
RINGS = (1.6, 2.2, 3.0, 4.0, 5.5, 7.5, 10.0, 13.0, 17.0, 22.0, 28.0, 36.0, 46.0, 60.0, 80.0)
"""Distances from point to balloon that are tried, in radii."""
STEPS = 24
"""Directions that are tried on each ring."""
RIM = 4 * RADIUS
"""Room around the part on paper for balloons, mm."""
MOST_WINDOWS = 64
"""A part is shown in no more windows; what then has no place stands over edges."""
USUAL = 80
"""So many balloons find their places on a page as a rule."""
ENLARGED = 12.0
"""Small parts are drawn up to so many times their size."""

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Balloon:
    """A number at (x, y) that points at (to_x, to_y), mm on paper from the lower left corner of the picture."""

    number: int
    x: float
    y: float
    to_x: float
    to_y: float


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """A part of the part, mm, drawn on paper at `scale`; (x, y) of the part stands at scale · (x − window.x0) + left.

    crowded: numbers of balloons that found no free place
    """

    box: Box
    scale: float
    left: float
    low: float
    width: float
    height: float
    balloons: tuple[Balloon, ...]
    crowded: tuple[int, ...] = ()

    def at(self, x: float, y: float) -> Spot:
        """Place on paper, mm, of a place of the part."""
        return self.left + self.scale * (x - self.box.x0), self.low + self.scale * (y - self.box.y0)


class Point(NamedTuple):
    """What a balloon points at: its number and place, mm of the part."""

    number: int
    x: float
    y: float


def placed(part: Part, points: Sequence[Point], width: float, height: float) -> list[Window]:
    """Windows of `width` × `height` mm on paper with all balloons, the part divided no more than it has to be."""
    columns, rows = 1, 1
    while columns * rows * USUAL < len(points) and columns * rows < MOST_WINDOWS:
        columns, rows = _more(part.box, columns, rows, width / height)
    while True:
        fields = _grid(part.box, columns, rows)
        own = [[point for point in points if _field(point, part.box, columns, rows) == k] for k in range(len(fields))]
        windows = [_window(part, some, box, width, height) for box, some in zip(fields, own, strict=True)]
        windows = [window for window in windows if window.balloons or columns * rows == 1]
        if not any(window.crowded for window in windows) or columns * rows >= MOST_WINDOWS:
            return windows
        columns, rows = _more(part.box, columns, rows, width / height)


def _more(box: Box, columns: int, rows: int, shape: float) -> tuple[int, int]:
    """One more column or row, whichever makes the fields more like the page."""
    return (columns + 1, rows) if box.width / columns >= shape * box.height / rows else (columns, rows + 1)


def _grid(box: Box, columns: int, rows: int) -> list[Box]:
    """Fields of the part from the upper left one on, as one reads."""
    w, h = box.width / columns, box.height / rows
    return [
        Box(box.x0 + i * w, box.y0 + j * h, box.x0 + (i + 1) * w, box.y0 + (j + 1) * h)
        for j in reversed(range(rows))
        for i in range(columns)
    ]


def _field(point: Point, box: Box, columns: int, rows: int) -> int:
    """Number of the field in which a point stands; what lies beside the part is the nearest field's."""
    i = int((point.x - box.x0) / max(box.width, 1e-9) * columns)
    j = int((point.y - box.y0) / max(box.height, 1e-9) * rows)
    return (rows - 1 - min(max(j, 0), rows - 1)) * columns + min(max(i, 0), columns - 1)


def _window(part: Part, points: Sequence[Point], box: Box, width: float, height: float) -> Window:
    """One field with the balloons of its own points."""
    rim = min(RIM, width / 6, height / 6)
    scale = min((width - 2 * rim) / max(box.width, 1e-9), (height - 2 * rim) / max(box.height, 1e-9), ENLARGED)
    height = min(height, scale * box.height + 4 * rim)
    left, low = (width - scale * box.width) / 2, (height - scale * box.height) / 2
    bare = Window(box, scale, left, low, width, height, ())
    targets = [(point.number, *bare.at(point.x, point.y)) for point in points]
    balloons, crowded = _Page(part, bare).filled(targets)
    return Window(box, scale, left, low, width, height, balloons, crowded)


class _Page:
    """What stands on one page, and where there is room left. Mutable."""

    def __init__(self, part: Part, window: Window) -> None:
        rows, _ = many.rows_of([*edges(part), *part.marks, *(pocket.curve for pocket in part.pockets)])
        self.rows = rows * np.array([window.scale] * 4 + [1.0])
        self.rows[:, 0:4] += np.tile(window.at(0.0, 0.0), 2)
        self.window = window
        self.done: list[Balloon] = []

    def filled(self, targets: Sequence[tuple[int, float, float]]) -> tuple[tuple[Balloon, ...], tuple[int, ...]]:
        """The balloons of the targets, and the numbers of those without a free place."""
        order = sorted(targets, key=lambda target: (round(target[1], 3), round(target[2], 3), target[0]))
        offers = _offers(np.array([target[1:] for target in order]).reshape(-1, 2))
        free = self._off_edges(offers.reshape(-1, 2)).reshape(offers.shape[:2]) if order else np.empty((0, 0))
        points = np.array([target[1:] for target in order]).reshape(-1, 2)
        crowded = []
        for target, spots, good in zip(order, offers, free, strict=True):
            spot = self._spot(np.array(target[1:]), spots[good], points)
            if spot is None:
                crowded.append(target[0])
                spot = spots[0]
            self.done.append(Balloon(target[0], float(spot[0]), float(spot[1]), target[1], target[2]))
        return tuple(sorted(self.done, key=lambda balloon: balloon.number)), tuple(sorted(crowded))

    def _off_edges(self, spots: Floats) -> Bools:
        """Which places lie on the page and off all edges and marks."""
        room, edge = RADIUS + CLEAR, self.window
        inside = (spots >= room).all(axis=1) & (spots[:, 0] <= edge.width - room) & (spots[:, 1] <= edge.height - room)
        inside[inside] = from_points_to(spots[inside], SegmentIndex(self.rows)) >= room
        return np.asarray(inside)

    def _spot(self, to: Floats, spots: Floats, points: Floats) -> Floats | None:
        """The first place that keeps off balloons, leaders and all points; its own leader keeps off balloons."""
        if len(spots) == 0:
            return None
        clear = np.ones(len(spots), dtype=np.bool_)
        if self.done:
            there = np.array([(b.x, b.y, b.to_x, b.to_y) for b in self.done])
            clear &= (_apart(spots, there[:, 0:2]) >= 2 * RADIUS + CLEAR).all(axis=1)
            clear &= (_to_lines(spots, there[:, 0:2], there[:, 2:4]) >= RADIUS + CLEAR).all(axis=1)
            own = _to_lines(there[:, 0:2], spots, np.broadcast_to(to, spots.shape)).T
            clear &= (own >= RADIUS + CLEAR).all(axis=1)
        clear &= (_apart(spots, points) >= RADIUS + CLEAR).all(axis=1)
        others = points[np.hypot(*(points - to).T) > PAST]
        past = (_to_lines(others, spots, np.broadcast_to(to, spots.shape)) < PAST).any(axis=0)
        best = np.concatenate([np.flatnonzero(clear & ~past), np.flatnonzero(clear)])
        return spots[best[0]] if len(best) else None


def _offers(targets: Floats) -> Floats:
    """Places (n, m, 2) that each target is offered, nearest first; towards the upper right before other directions."""
    turn = math.pi / 4 + np.array([(k + 1) // 2 * (-1) ** k for k in range(STEPS)]) * 2 * math.pi / STEPS
    way = np.stack([np.cos(turn), np.sin(turn)], 1)
    around = np.concatenate([ring * RADIUS * way for ring in RINGS])
    return np.asarray(targets[:, None, :] + around[None, :, :])


def _apart(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1]))


def _to_lines(points: Floats, start: Floats, end: Floats) -> Floats:
    """Distance (n, m) of points (n, 2) from straight lines between places (m, 2)."""
    way = end - start
    square = np.maximum(np.einsum("ij,ij->i", way, way), 1e-12)
    to = points[:, None, :] - start[None, :, :]
    t = np.clip(np.einsum("nmk,mk->nm", to, way) / square, 0.0, 1.0)
    off = to - t[..., None] * way[None]
    return np.asarray(np.hypot(off[..., 0], off[..., 1]))
