"""Parametric curves that drawings hold beside lines and arcs: rational B-splines and ellipses.

Both answer for many parameters at once and fall into smooth pieces, as `fit` needs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

import numpy as np

from camcore.geometry.arrays import Bools, Floats, Ints

SPAN_SAMPLES = 16
"""Parameters looked at in each span of a spline: a polynomial span of common degree has no feature between them."""
QUARTER_SAMPLES = 48
"""Parameters looked at in each quarter turn of an ellipse."""


class Smooth(Protocol):
    """Curve without corners inside; `grid` holds increasing parameters (k,) close enough to see its whole shape."""

    @property
    def grid(self) -> Floats:
        """Parameters (k,), from the start to the end."""

    def at(self, t: Floats) -> Floats:
        """Points (n, 2), mm, at parameters (n,)."""

    def velocity(self, t: Floats) -> Floats:
        """Derivatives (n, 2) by the parameter."""


@dataclass(frozen=True, slots=True, eq=False)
class Ellipse:
    """Arc of an ellipse: centre + cos t · major + sin t · minor for t from t0 to t1 (t1 < t0 runs clockwise); mm.

    `major` and `minor` may be any two conjugate half-diameters.
    """

    centre: tuple[float, float]
    major: tuple[float, float]
    minor: tuple[float, float]
    t0: float = 0.0
    t1: float = 2 * np.pi

    @property
    def grid(self) -> Floats:
        """Parameters, even in t: they crowd where the ellipse bends most."""
        count = int(np.ceil(abs(self.t1 - self.t0) / (np.pi / 2) * QUARTER_SAMPLES))
        return np.linspace(self.t0, self.t1, max(count, 8) + 1)

    def at(self, t: Floats) -> Floats:
        """Points (n, 2), mm."""
        points: Floats = np.array(self.centre) + np.outer(np.cos(t), self.major) + np.outer(np.sin(t), self.minor)
        return points

    def velocity(self, t: Floats) -> Floats:
        """Derivatives (n, 2) by t."""
        answer: Floats = np.outer(-np.sin(t), self.major) + np.outer(np.cos(t), self.minor)
        return answer

    def pieces(self) -> list[Ellipse]:
        """The arc cut at its vertices, where curvature is extreme, in principal half-axes (singular value split)."""
        axes, size, turn = np.linalg.svd(np.column_stack([self.major, self.minor]))
        sense = np.sign(np.linalg.det(turn)) or 1.0
        shift = np.arctan2(turn[1, 0], turn[0, 0])
        start, end = sense * self.t0 + shift, sense * self.t1 + shift
        low, high = min(start, end), max(start, end)
        quarters = np.arange(np.floor(low / (np.pi / 2)) + 1, np.ceil(high / (np.pi / 2))) * np.pi / 2
        inner = quarters[(quarters > low + 1e-9) & (quarters < high - 1e-9)]
        stops = np.concatenate([[low], inner, [high]])[:: 1 if start <= end else -1]
        major, minor = axes[:, 0] * size[0], axes[:, 1] * size[1]
        return [
            Ellipse(self.centre, tuple(major), tuple(minor), float(a), float(b))
            for a, b in pairwise(stops)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class Nurbs:
    """Rational B-spline: control points (n, 2) mm, weights (n,), knots (n + degree + 1,).

    Evaluated by de Boor's recurrence in homogeneous coordinates (Piegl, Tiller: The NURBS Book, 2nd ed. 1997, §4.2).
    Raises ValueError when counts do not fit or the knots decrease.
    """

    degree: int
    knots: Floats
    control: Floats
    weights: Floats

    def __post_init__(self) -> None:
        count = len(self.control)
        fits = self.degree >= 1 and count > self.degree and len(self.weights) == count
        if not fits or len(self.knots) != count + self.degree + 1:
            raise ValueError(f"{count} control points do not fit {len(self.knots)} knots of degree {self.degree}")
        numbers = np.concatenate([self.knots, self.control.ravel(), self.weights])
        if not np.isfinite(numbers).all() or (np.diff(self.knots) < 0).any() or (self.weights <= 0).any():
            raise ValueError("knots have to increase, weights to be positive, all to be finite")

    @property
    def stops(self) -> Floats:
        """Distinct knots of the domain."""
        inside: Floats = np.unique(self.knots[self.degree : len(self.control) + 1])
        return inside

    @property
    def grid(self) -> Floats:
        """Parameters, even within each span."""
        stops = self.stops
        inner = np.linspace(stops[:-1], stops[1:], SPAN_SAMPLES, endpoint=False, axis=1)
        return np.append(inner.ravel(), stops[-1])

    def at(self, t: Floats) -> Floats:
        """Points (n, 2), mm."""
        lifted = self._lifted(t)
        points: Floats = lifted[:, :2] / lifted[:, 2:]
        return points

    def velocity(self, t: Floats) -> Floats:
        """Derivatives (n, 2) by t: the quotient rule on the lifted curve and its hodograph."""
        lifted, slope = self._lifted(t), self._slope(t)
        points = lifted[:, :2] / lifted[:, 2:]
        answer: Floats = (slope[:, :2] - slope[:, 2:] * points) / lifted[:, 2:]
        return answer

    def pieces(self) -> list[Nurbs]:
        """The spline cut at its corners: knots of full multiplicity, and knots where it stands still."""
        stops = self.stops
        first = np.searchsorted(self.knots, stops, side="left")
        last = np.searchsorted(self.knots, stops, side="right") - 1
        corner = (last - first + 1 >= self.degree) | self._halts(stops)
        corner[[0, -1]] = True
        last[0] = self.degree
        ends = np.nonzero(corner)[0]
        return [self._between(int(last[a]), int(first[b])) for a, b in pairwise(ends)]

    def _between(self, a: int, b: int) -> Nurbs:
        """Part from knot number `a` to knot number `b`."""
        p = self.degree
        return Nurbs(p, self.knots[a - p : b + p + 1], self.control[a - p : b], self.weights[a - p : b])

    def _halts(self, t: Floats) -> Bools:
        speed = np.hypot(*self.velocity(t).T)
        size = np.ptp(self.control, axis=0).max() / (self.stops[-1] - self.stops[0])
        return np.asarray(speed <= 1e-7 * size)

    def _lifted(self, t: Floats) -> Floats:
        lifted = np.column_stack([self.control * self.weights[:, None], self.weights])
        return _de_boor(self.degree, self.knots, lifted, t)

    def _slope(self, t: Floats) -> Floats:
        p, u = self.degree, self.knots
        lifted = np.column_stack([self.control * self.weights[:, None], self.weights])
        width = u[p + 1 : -1] - u[1 : -p - 1]
        steps = np.diff(lifted, axis=0) * (p / np.where(width > 0, width, np.inf))[:, None]
        if p == 1:
            return np.asarray(steps[self._spans(t) - 1])
        return _de_boor(p - 1, u[1:-1], steps, t)

    def _spans(self, t: Floats) -> Ints:
        return _spans(self.degree, self.knots, len(self.control), t)


def _spans(degree: int, knots: Floats, count: int, t: Floats) -> Ints:
    """Number k of the span with knots[k] <= t < knots[k + 1]; the last one holds its own end."""
    last = int(np.searchsorted(knots, knots[count], side="left")) - 1
    found = np.searchsorted(knots, t, side="right") - 1
    answer: Ints = np.clip(found, degree, max(last, degree))
    return answer


def _de_boor(degree: int, knots: Floats, points: Floats, t: Floats) -> Floats:
    span = _spans(degree, knots, len(points), t)
    d = [points[span - degree + j] for j in range(degree + 1)]
    for r in range(1, degree + 1):
        for j in range(degree, r - 1, -1):
            low, high = knots[span - degree + j], knots[span + 1 + j - r]
            width = high - low
            share = ((t - low) / np.where(width > 0, width, 1.0))[:, None]
            d[j] = (1 - share) * d[j - 1] + share * d[j]
    return np.asarray(d[degree])
