"""Curves measured along their length: points, directions and stretches at so many mm from the start."""

from __future__ import annotations

import math

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.curve import Curve
from camcore.geometry.distance import nearest
from camcore.units import SAME_POINT


class Track:
    """A curve with its length measured; positions of a closed curve run on past its start, round and round."""

    __slots__ = ("_circle", "_ends", "curve", "length", "rows")

    def __init__(self, curve: Curve) -> None:
        self.curve = curve
        self.rows = curve.segments
        self._ends = np.concatenate([[0.0], np.cumsum(arcs.lengths(self.rows))])
        self.length = float(self._ends[-1])
        self._circle = curve.as_circle()

    @property
    def starts(self) -> Floats:
        """Position of each segment's start, mm."""
        return self._ends[:-1]

    def _round(self, start: float, end: float) -> Curve:
        assert self._circle
        cx, cy, radius = self._circle
        sweep = (end - start) / radius * math.copysign(1.0, self.rows[0, 4])
        count = max(1, math.ceil(abs(sweep) / math.pi - 1e-9))
        x, y = self.point(start)
        first = math.atan2(y - cy, x - cx)
        angles = first + sweep * np.arange(count + 1) / count
        bulges = np.full(count + 1, math.tan(sweep / count / 4))
        return Curve(
            np.column_stack([cx + radius * np.cos(angles), cy + radius * np.sin(angles), bulges]), closed=False
        )

    def locate(self, position: float) -> tuple[int, float]:
        """Segment, and fraction of its length, at a position, mm; within `SAME_POINT` of a vertex it is the vertex."""
        along = position % self.length if self.curve.closed else min(max(position, 0.0), self.length)
        k = int(np.searchsorted(self._ends, along + SAME_POINT, side="right")) - 1
        if k >= len(self.rows):
            return (0, 0.0) if self.curve.closed else (len(self.rows) - 1, 1.0)
        step = float(self._ends[k + 1] - self._ends[k])
        inside = max(0.0, along - float(self._ends[k]))
        return (k, 0.0) if inside <= SAME_POINT else (k, inside / step)

    def frames(self, positions: Floats) -> tuple[Floats, Floats]:
        """Points (n, 2), mm, and unit tangents (n, 2) along the direction of travel at positions (n,).

        At a vertex the tangent is that of the later segment.
        """
        rows, t = self._located(positions)
        return arcs.points_at(rows, t), arcs.directions_at(rows, t)

    def points(self, positions: Floats) -> Floats:
        """Points (n, 2), mm, at positions (n,)."""
        return arcs.points_at(*self._located(positions))

    def _located(self, positions: Floats) -> tuple[Floats, Floats]:
        """Segments (n, 5) at positions (n,), and the fraction of their length."""
        found = [self.locate(position) for position in positions.tolist()]
        return self.rows[[k for k, _ in found]], np.array([t for _, t in found])

    def point(self, position: float) -> tuple[float, float]:
        """Point at a position."""
        x, y = self.points(np.array([position]))[0].tolist()
        return x, y

    def direction(self, position: float) -> tuple[float, float]:
        """Unit tangent at a position."""
        x, y = arcs.directions_at(*self._located(np.array([position])))[0].tolist()
        return x, y

    def nearest(self, x: float, y: float) -> tuple[float, float]:
        """Position nearest to a point, and how far off it is, mm."""
        found = nearest(np.repeat([[x, y]], len(self.rows), axis=0), self.rows)
        k = int(found.distance.argmin())
        at = self._ends[k] + found.t[k] * (self._ends[k + 1] - self._ends[k])
        return float(at), float(found.distance[k])

    def stretch(self, start: float, end: float) -> Curve:
        """Open curve from one position to a later one, at least `SAME_POINT` apart; may go round several times.

        A stretch of a full circle is as few arcs of up to half a turn as it takes, wherever it starts.
        """
        if self._circle:
            return self._round(start, end)
        k, t = self.locate(start)
        pieces: list[tuple[int, float, float]] = []
        left = end - start
        while left > SAME_POINT:
            span = float(self._ends[k + 1] - self._ends[k])
            room = span * (1.0 - t)
            pieces.append((k, t, t + left / span if left < room - SAME_POINT else 1.0))
            left -= room
            k, t = (k + 1) % len(self.rows), 0.0
            if k == 0 and not self.curve.closed:
                break
        which, t0, t1 = zip(*pieces, strict=True)
        return Curve.from_segments(arcs.cut_out(self.rows[list(which)], np.array(t0), np.array(t1)), closed=False)
