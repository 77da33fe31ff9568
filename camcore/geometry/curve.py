"""Curves: chains of lines and circular arcs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Points
from camcore.geometry.box import Box
from camcore.geometry.pose import Pose
from camcore.units import FLATTEN


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Chain of segments: vertices (n, 3) float64 ``x, y, bulge``, mm; `bulge` belongs to the segment that starts there.

    A closed curve does not repeat its first vertex; of an open one the last bulge means nothing and is 0.
    Raises ValueError when the vertices have another shape, are not finite, or are too few (2; open or with arcs 2).
    """

    vertices: Floats
    closed: bool = True

    def __post_init__(self) -> None:
        array = np.array(self.vertices, dtype=np.float64)
        if array.ndim == 2 and array.shape[1] == 2:
            array = np.column_stack([array, np.zeros(len(array))])
        if array.ndim != 2 or array.shape[1] != 3 or len(array) < 2 or not np.isfinite(array).all():
            raise ValueError(f"a curve has at least two finite vertices of x, y, bulge; got shape {array.shape}")
        if not self.closed:
            array[-1, 2] = 0.0
        array.flags.writeable = False
        object.__setattr__(self, "vertices", array)

    # -- making ---------------------------------------------------------------------------------------------------

    @staticmethod
    def polygon(points: Points) -> Curve:
        """Closed curve of straight lines through points (n, 2), mm."""
        return Curve(np.asarray(points, dtype=np.float64)[:, :2])

    @staticmethod
    def circle(x: float, y: float, radius: float) -> Curve:
        """Counter-clockwise circle of two half arcs that starts at angle 0; mm."""
        return Curve(np.array([[x + radius, y, 1.0], [x - radius, y, 1.0]]))

    @staticmethod
    def rectangle(width: float, height: float, x: float = 0.0, y: float = 0.0) -> Curve:
        """Counter-clockwise rectangle from its lower left corner (x, y); mm."""
        return Curve.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])

    @staticmethod
    def from_segments(rows: Iterable[Floats] | Floats, closed: bool) -> Curve:
        """Curve of consecutive segment rows ``x0, y0, x1, y1, bulge`` (each starts where the one before ends)."""
        table = np.array(list(rows), dtype=np.float64).reshape(-1, 5)
        vertices = table[:, [0, 1, 4]]
        return Curve(vertices if closed else np.vstack([vertices, [*table[-1, 2:4], 0.0]]), closed)

    # -- measuring ------------------------------------------------------------------------------------------------

    def __len__(self) -> int:
        """Count of vertices."""
        return len(self.vertices)

    @property
    def segments(self) -> Floats:
        """Rows (m, 5) ``x0, y0, x1, y1, bulge``, mm; m = n when closed, n − 1 when open."""
        v = self.vertices
        count = len(v) if self.closed else len(v) - 1
        rows = np.empty((count, 5))
        rows[:, 0:2], rows[:, 4] = v[:count, :2], v[:count, 2]
        rows[: len(v) - 1, 2:4] = v[1:, :2]
        if self.closed:
            rows[-1, 2:4] = v[0, :2]
        return rows

    @property
    def start(self) -> tuple[float, float]:
        """First vertex."""
        return float(self.vertices[0, 0]), float(self.vertices[0, 1])

    @property
    def end(self) -> tuple[float, float]:
        """Last point: the first vertex again when closed."""
        last = self.vertices[0 if self.closed else -1]
        return float(last[0]), float(last[1])

    @property
    def length(self) -> float:
        """Length along the curve, mm."""
        return float(arcs.lengths(self.segments).sum())

    @property
    def area(self) -> float:
        """Signed area of a closed curve, mm², counter-clockwise positive; arcs counted exactly."""
        rows = self.segments.copy()
        rows[:, 0:4] -= np.tile(self.vertices[0, :2], 2)
        return float(arcs.areas(rows).sum())

    @property
    def box(self) -> Box:
        """Smallest axis-parallel rectangle around the curve; exact for arcs."""
        points = arcs.extremes(self.segments)
        (x0, y0), (x1, y1) = points.min(axis=0), points.max(axis=0)
        return Box(float(x0), float(y0), float(x1), float(y1))

    def as_circle(self, tolerance: float = 1e-6) -> tuple[float, float, float] | None:
        """Centre and radius when the closed curve is a full circle within `tolerance` mm, else None."""
        rows = self.segments
        if not self.closed or not arcs.is_arc(rows).all():
            return None
        form = arcs.centre_form(rows)
        cx, cy, radius = float(form.cx.mean()), float(form.cy.mean()), float(form.radius.mean())
        spread = max(np.ptp(form.cx), np.ptp(form.cy), np.ptp(form.radius))
        full = abs(abs(float(form.sweep.sum())) - 2 * math.pi) < 1e-6
        return (cx, cy, radius) if spread <= tolerance and full else None

    # -- changing (each gives a new curve) ------------------------------------------------------------------------

    def reversed(self) -> Curve:
        """Same points, travelled the other way; a closed curve keeps its first vertex."""
        v = self.vertices
        back = v[::-1].copy()
        if self.closed:
            back[0, :2], back[1:, :2] = v[0, :2], v[:0:-1, :2]
            back[:, 2] = -v[::-1, 2]
        else:
            back[:-1, 2], back[-1, 2] = -v[-2::-1, 2], -v[-1, 2]
        return Curve(back, self.closed)

    def ccw(self) -> Curve:
        """The closed curve travelled counter-clockwise."""
        return self if self.area >= 0 else self.reversed()

    def cw(self) -> Curve:
        """The closed curve travelled clockwise."""
        return self.reversed() if self.area > 0 else self

    def posed(self, pose: Pose) -> Curve:
        """The curve carried to `pose`; a mirror turns the sense of every arc."""
        v = self.vertices
        bulge = -v[:, 2] if pose.mirror else v[:, 2]
        return Curve(np.column_stack([pose.points(v[:, :2]), bulge]), self.closed)

    def moved(self, dx: float, dy: float) -> Curve:
        """The curve moved by (dx, dy) mm."""
        return self.posed(Pose(dx, dy))

    def scaled(self, factor: float) -> Curve:
        """The curve scaled about the origin; `factor` > 0."""
        return Curve(self.vertices * (factor, factor, 1.0), self.closed)

    def opened_at(self, index: int) -> Curve:
        """Open curve that runs once around a closed one, from vertex `index` back to it."""
        v = np.roll(self.vertices, -index, axis=0)
        return Curve(np.vstack([v, [v[0, 0], v[0, 1], 0.0]]), closed=False)

    def flattened(self, tolerance: float = FLATTEN) -> Floats:
        """Points (m, 2), mm, of chords that follow the curve within `tolerance`; vertices lie on the curve.

        The first point is not repeated for a closed curve.
        """
        points = arcs.flattened(self.segments, tolerance)
        return points if self.closed else np.vstack([points, self.vertices[-1:, :2]])
