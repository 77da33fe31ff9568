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

    def trace(self, t: Floats) -> tuple[Floats, Floats]:
        """Points (n, 2), mm, and derivatives (n, 2) by the parameter."""


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

    def trace(self, t: Floats) -> tuple[Floats, Floats]:
        """Points, mm, and derivatives by t, (n, 2) each."""
        velocity: Floats = np.outer(-np.sin(t), self.major) + np.outer(np.cos(t), self.minor)
        return self.at(t), velocity

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
        return [Ellipse(self.centre, tuple(major), tuple(minor), float(a), float(b)) for a, b in pairwise(stops)]


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
        return self.trace(t)[0]

    def trace(self, t: Floats) -> tuple[Floats, Floats]:
        """Points, mm, and derivatives by t, (n, 2) each: the quotient rule on the homogeneous curve."""
        lifted, slope = self._lifted(t)
        points = lifted[:, :2] / lifted[:, 2:]
        return points, (slope[:, :2] - slope[:, 2:] * points) / lifted[:, 2:]

    def pieces(self) -> list[Nurbs]:
        """The spline cut at its corners: knots of full multiplicity, and knots where it stands still."""
        stops = self.stops
        if len(stops) == 2:
            return [self]
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
        speed = np.hypot(*self.trace(t)[1].T)
        size = np.ptp(self.control, axis=0).max() / (self.stops[-1] - self.stops[0])
        return np.asarray(speed <= 1e-7 * size)

    def _lifted(self, t: Floats) -> tuple[Floats, Floats]:
        """Homogeneous points and derivatives (n, 3) by de Boor's recurrence, all its columns at once.

        The last step but one holds the two points whose difference is the derivative.
        """
        p, u, span = self.degree, self.knots, self._spans(t)
        lifted = np.column_stack([self.control * self.weights[:, None], self.weights])
        d = lifted[span[:, None] + np.arange(-p, 1)]
        near = u[span[:, None] + np.arange(1 - p, p + 1)]
        for r in range(1, p + 1):
            low, high = near[:, r - 1 : p], near[:, p : 2 * p - r + 1]
            width = np.where(high > low, high - low, 1.0)
            if r == p:
                slope = (d[:, 1] - d[:, 0]) * (p / width)
            share = ((t[:, None] - low) / width)[:, :, None]
            d = (1 - share) * d[:, :-1] + share * d[:, 1:]
        return d[:, 0], slope

    def _spans(self, t: Floats) -> Ints:
        """Number k of the span with knots[k] <= t < knots[k + 1]; the last one holds its own end."""
        end = len(self.control)
        last = int(np.searchsorted(self.knots, self.knots[end], side="left")) - 1
        found = np.searchsorted(self.knots, t, side="right") - 1
        spans: Ints = np.clip(found, self.degree, max(last, self.degree))
        return spans
