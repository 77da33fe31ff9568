"""Courses: rows of exact repeats along one side of a rectangle, each shifted against the one below, as bricks are laid.

A row's pitch may be stretched until the row fills the side: the next row then sinks deeper between its pieces. Rows of
turned shapes may stand between rows of the others. How near a row comes to the one below, at any shift, is the upper
envelope of the repeated no-fit region; so all rows, not only neighbours, are clear of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from camcore.geometry import Box
from camcore.geometry.arrays import Floats
from camcore.nesting.frontier import TOUCH

SHIFTS = 33
"""Shifts of the second row that are tried at first; then as many between the neighbours of the best."""
FEWER = 2
"""Rows may hold so many pieces less than could stand in them."""
EXACT = 1e-7
"""A row that sticks out by less, mm, still fits."""


class Couple(NamedTuple):
    """A shape as it stands on the sheet, and turned by 180 degrees; both boxes are `width` × `height`, mm.

    own: NFR of the shape against itself; pair: of the turned shape against it, both from box corner to box corner;
    `pair` is empty where the shape must not be turned, or a turn changes nothing
    pitch: least x by which the shape may be repeated without end, mm
    """

    own: Floats
    pair: Floats
    width: float
    height: float
    pitch: float

    @staticmethod
    def of(own: Floats, pair: Floats, box: Box, turned: Box) -> Couple:
        """From regions between the parts' origins, and the boxes of both stances about them."""
        shift = np.array([turned.x0 - box.x0, turned.y0 - box.y0] * 2)
        return Couple(own, pair + shift if len(pair) else pair, box.width, box.height, least_pitch(own))

    def swapped(self) -> Couple:
        """The couple with x and y exchanged; the edges run the other way, so that the region stays on their left."""
        own, pair = self.own[:, [3, 2, 1, 0]], self.pair[:, [3, 2, 1, 0]]
        return Couple(own, pair, self.height, self.width, least_pitch(own))


class Courses(NamedTuple):
    """Rows of `first` pieces from x = 0 and of `second` pieces from x = `shift` in turn, both repeated by `pitch`; mm.

    up, down: how much higher a second row lies than the first row below it, and a first than a second
    straight: how much higher a first row lies than a first row right below it; turned: second rows are turned shapes
    """

    pitch: float
    shift: float
    first: int
    second: int
    up: float
    down: float
    straight: float
    turned: bool

    def filled(self, room: float) -> Floats:
        """Pieces (n, 3) turned (0 or 1), x, y of the most rows whose corners lie within 0 … `room`."""
        return self._laid(self._best_order(room)[1])

    def count(self, room: float) -> int:
        """How many pieces `filled` gives."""
        return self._best_order(room)[0]

    def _best_order(self, room: float) -> tuple[int, str]:
        """Count, and the rows from below as letters: f first, s second."""
        best = (0, "")
        for straight in range(int(max(0.0, room + EXACT) / self.straight) + 1 if self.second < self.first else 1):
            for order in _orders(room - straight * self.straight, self.up, self.down):
                if straight == 0 or order[0] == "f":
                    rows = "f" * straight + order
                    best = max(best, (rows.count("f") * self.first + rows.count("s") * self.second, rows))
        return best

    def fewest(self, quantity: int, room: float) -> Floats | None:
        """Pieces, `quantity` of them, that reach least high; None where they do not fit."""
        cycle = self.first + self.second
        count = 2 * (quantity // cycle + 1)
        found = []
        for start in (0, 1):
            order = ("fs" * count)[start : start + count]
            rows = self._laid(order)[:quantity]
            if len(rows) == quantity and rows[-1, 2] <= room + EXACT:
                found.append((float(rows[-1, 2]), start, rows))
        return min(found)[2] if found else None

    def _laid(self, order: str) -> Floats:
        rise = {"fs": self.up, "sf": self.down, "ff": self.straight, "f": 0.0, "s": 0.0}
        heights = np.cumsum([rise[order[max(0, k - 1) : k + 1]] for k in range(len(order))])
        second = np.array([kind == "s" for kind in order], bool)
        sizes = np.where(second, self.second, self.first)
        row = np.repeat(np.arange(len(order)), sizes)
        place = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        x = np.where(second[row], self.shift, 0.0) + (place * self.pitch if self.first > 1 else 0.0)
        return np.column_stack([second[row] & self.turned, x, heights[row]]).astype(np.float64)


def _orders(room: float, up: float, down: float) -> Iterator[str]:
    """The longest alternations that begin with either row."""
    if room < -EXACT:
        return
    cycles = int((room + EXACT) / (up + down))
    rest = room + EXACT - cycles * (up + down)
    yield "f" + "sf" * cycles + "s" * (rest >= up)
    yield "s" + "fs" * cycles + "f" * (rest >= down)


def courses(couple: Couple, width: float, height: float, quantity: int | None = None) -> Courses | None:
    """The courses along x that put most pieces into a rectangle, or `quantity` pieces least high; None where none fits.

    Of equal ones those that reach least high.
    """
    across, room = width - couple.width, height - couple.height
    if across < -EXACT or room < -EXACT:
        return None
    from camcore.kernels.courses import best_courses

    sides, tried = (max(0.0, across), room), (FEWER, SHIFTS, EXACT)
    found = best_courses(couple.own, couple.pair, couple.pitch, sides, quantity or 0, tried).tolist()
    if found[0] == -np.inf:
        return None
    pitch, shift, up, down, straight, first, second, turned = found[1:]
    return Courses(pitch, shift, int(first), int(second), up, down, straight, bool(turned))


def least_pitch(own: Floats) -> float:
    """Least x by which a shape may be repeated without end."""
    low, high = np.minimum(own[:, 1], own[:, 3]), np.maximum(own[:, 1], own[:, 3])
    rows = own[(low <= 0.0) & (high >= 0.0)]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(rows[:, 3] == rows[:, 1], 0.0, -rows[:, 1] / (rows[:, 3] - rows[:, 1]))
    places = np.unique(np.concatenate([rows[:, 0] + share * (rows[:, 2] - rows[:, 0]), rows[:, 0], rows[:, 2]]))
    right = float(own[:, [0, 2]].max())
    from camcore.kernels.touching import deep_inside

    for x in places[places > TOUCH].tolist():
        if not any(deep_inside(own, k * x, 0.0, TOUCH) for k in range(1, int(right / x) + 1)):
            return float(x)
    return right
