"""Frontiers: the free positions of a stance at which it touches what lies on a sheet."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.kernels import touching

TOUCH = 1e-6
"""A position less deep in a region, mm, counts as touching: above the noise of a crossing, far below the slack."""
TIE = 1e-5
"""Positions whose measure differs by less, mm, are equally good; the lower one is taken."""


class RegionTable:
    """No-fit regions of one stance against others, end to end as the kernels want them; grows by need.

    Threads may share it: arrays are replaced, never changed, and a row is known only when all of it is there.
    """

    __slots__ = ("_lock", "boxes", "edges", "first", "rows")

    def __init__(self) -> None:
        self._lock = Lock()
        self.rows: dict[int, int] = {}
        self.edges = np.empty((0, 4))
        self.first = np.zeros(1, np.int64)
        self.boxes = np.empty((0, 4))

    def add(self, name: int, edges: Floats) -> None:
        """Know one more region by `name`."""
        low, high = edges[:, 0:2].min(axis=0), edges[:, 0:2].max(axis=0)
        with self._lock:
            if name in self.rows:
                return
            self.edges = np.concatenate([self.edges, edges])
            self.first = np.append(self.first, len(self.edges))
            self.boxes = np.vstack([self.boxes, [*low, *high]])
            self.rows[name] = len(self.boxes) - 1


class Frontier:
    """Candidate positions of one stance on one sheet; brought up to date when asked, one placed piece at a time."""

    __slots__ = ("_count", "_placed", "bounds", "candidates", "table")

    def __init__(self, table: RegionTable, bounds: Floats) -> None:
        self.table = table
        self.bounds = bounds
        x0, y0, x1, y1 = bounds
        self.candidates = np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)])
        self._placed = np.empty((16, 3))
        self._count = 0

    @property
    def seen(self) -> int:
        """How many placed pieces it knows."""
        return self._count

    def add(self, pieces: Sequence[tuple[int, float, float]], mute: int = 0) -> None:
        """More pieces lie at (x, y), whose regions the table knows by these names: rows name, x, y.

        The first `mute` of them bring no positions of their own.
        """
        if not pieces:
            return
        rows = np.array([(self.table.rows[name], x, y) for name, x, y in pieces])
        count = self._count + len(rows)
        if count > len(self._placed):
            self._placed = np.concatenate([self._placed, np.empty((max(count, len(self._placed)), 3))])
        self._placed[self._count : count] = rows
        known = (self.table.edges, self.table.first, self.table.boxes)
        self.candidates = touching.settled(
            *known, self._placed[:count], self._count, mute, self.candidates, self.bounds, TOUCH
        )
        self._count = count

    def best(self, wx: float, wy: float) -> tuple[float, float] | None:
        """The candidate of least wx·x + wy·y, or None."""
        index = touching.first_by(self.candidates, wx, wy, TIE)
        return None if index < 0 else (float(self.candidates[index, 0]), float(self.candidates[index, 1]))
