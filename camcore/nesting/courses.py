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
        """The couple with x and y exchanged."""
        own, pair = self.own[:, [1, 0, 3, 2]], self.pair[:, [1, 0, 3, 2]]
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
        rows, y = [], 0.0
        rise = {"fs": self.up, "sf": self.down, "ff": self.straight, "f": 0.0, "s": 0.0}
        for k, kind in enumerate(order):
            y += rise[order[k - 1 : k + 1] if k else kind]
            x = (self.shift if kind == "s" else 0.0) + _repeats(self.first if kind == "f" else self.second, self.pitch)
            rows.append(np.column_stack([np.full(len(x), float(kind == "s" and self.turned)), x, np.full(len(x), y)]))
        return np.concatenate(rows) if rows else np.empty((0, 3))


def _repeats(count: int, pitch: float) -> Floats:
    return np.asarray(np.arange(count) * pitch if count > 1 else np.zeros(count), np.float64)


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
    best: tuple[float, Courses] | None = None
    for turned in (False, True) if len(couple.pair) else (False,):
        for kind in _kinds(couple, max(0.0, across)):
            least = best[0] if best else -np.inf
            best = _best_shift(couple, (max(0.0, across), room), kind, turned, quantity, least) or best
    return best[1] if best else None


class _Kind(NamedTuple):
    """Rows of so many pieces; where `pitch` is None it follows from the shift, so that both rows fill the side."""

    first: int
    second: int
    pitch: float | None


def _kinds(couple: Couple, across: float) -> Iterator[_Kind]:
    least = couple.pitch
    most = int(across / least + EXACT) + 1
    for n in range(most, max(0, most - FEWER - 1), -1):
        yield _Kind(n, n, None)
        if n > 1:
            yield _Kind(n, n - 1, max(least, across / (n - 1)))
    if most > 1:
        yield _Kind(most, most - 1, least)


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


def _best_shift(
    couple: Couple, sides: tuple[float, float], kind: _Kind, turned: bool, quantity: int | None, least: float
) -> tuple[float, Courses] | None:
    """Value and courses of the best shift of the second row, where that is worth more than `least`."""
    across, room = sides
    shares = np.linspace(0.0, _greatest_share(couple, across, kind), SHIFTS)
    best: tuple[float, Courses] | None = None
    for _ in range(2):
        table = _table(couple, across, kind, turned, shares)
        values = _values(table, kind, room, quantity)
        k = int(values.argmax())
        if values[k] > (best[0] if best else least):
            pitch, shift, up, down, straight = table[:, k].tolist()
            best = float(values[k]), Courses(pitch, shift, kind.first, kind.second, up, down, straight, turned)
        elif quantity is None and values[k] + kind.first <= least:
            break
        shares = np.linspace(shares[max(0, k - 1)], shares[min(len(shares) - 1, k + 1)], SHIFTS)
    return best


def _greatest_share(couple: Couple, across: float, kind: _Kind) -> float:
    if kind.pitch is not None or kind.first == 1:
        return 1.0
    return min(1.0, max(0.0, across / couple.pitch - (kind.first - 1)))


def _table(couple: Couple, across: float, kind: _Kind, turned: bool, shares: Floats) -> Floats:
    """Columns pitch, shift, up, down, straight for each share of the pitch by which the second row is shifted."""
    from camcore.kernels.lattice import rises

    if kind.pitch is not None:
        pitches = np.full(len(shares), kind.pitch)
        shifts = shares * kind.pitch
    elif kind.first == 1:
        pitches, shifts = np.full(len(shares), np.inf), shares * across
    else:
        pitches = across / (kind.first - 1 + shares)
        shifts = pitches * shares
    pair = couple.pair if turned else couple.own
    return np.vstack([pitches, shifts, rises(couple.own, pair, -pair, pitches, shifts)])


def _values(table: Floats, kind: _Kind, room: float, quantity: int | None) -> Floats:
    """What each column is worth: pieces, and less than one for their height; or the height of `quantity` pieces."""
    from camcore.kernels.lattice import piled

    up, down = table[2], table[3]
    cycle, each = up + down, kind.first + kind.second
    if quantity is not None:
        whole, rest = divmod(quantity - 1, each)
        forward = whole * cycle + (up if rest >= kind.first else 0.0)
        backward = whole * cycle + (down if rest >= kind.second else 0.0)
        low = np.minimum(forward, backward)
        return np.where(low <= room + EXACT, -low, -np.inf)
    count = piled(table[2:], kind.first, kind.second, room + EXACT)
    return np.asarray(count - cycle / (1.0 + 4.0 * (room + cycle)))
