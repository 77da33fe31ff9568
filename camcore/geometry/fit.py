"""Arc recovery: smooth curves as few arcs and lines, with common tangents, within a tolerance.

A biarc is a pair of arcs that meets two points and two directions and has one tangent where the arcs join. Its distance
from a curve of length h is about |κ′| h³ / 324 (Meek, Walton: Approximating smooth planar curves by arc splines,
J. Comput. Appl. Math. 59, 1995), so pieces that are even in ∫ |κ′|^⅓ ds need the fewest arcs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.curve import Curve
from camcore.geometry.distance import nearest
from camcore.geometry.nurbs import Smooth
from camcore.units import CURVE_FIT, SAME_POINT

_PROBES = 16
"""Places of a piece where its distance to the biarc is measured; it has a few humps, so these see their tops."""
_STILL = 1e-6
"""A derivative that would carry over a stretch for less than this share of its chord gives no direction."""
_USED = 0.9
"""Share of the tolerance that is spent; the rest covers what lies between the probes."""
_TURN = 2.0
"""A biarc turns by no more, rad."""
_STRAIGHT = 1e-4
"""A piece that stands off its chord by less than this share of it is straight, if the tolerance also allows."""
_GUESSES = 6
"""Cuts tried, each better balanced than the one before, until only those stretches that stray are halved."""
_AIM = 0.8
"""Share of the tolerance that a better balanced cut aims at."""
_LEARN = (0.7, 3.0)
"""Least and greatest factor by which one measurement changes what is thought of a stretch."""
MAX_STRETCHES = 100_000
"""A piece that needs more biarcs is refused: its numbers cannot be meant."""
_HALVINGS = 24
"""A piece halved this often is shorter than any tolerance: a cusp, and goes as a line."""


def fit(pieces: Iterable[Smooth], closed: bool = False, tolerance: float = CURVE_FIT) -> Curve:
    """Curve of arcs and lines within `tolerance` mm of the pieces, which follow each other; corners between them stay.

    It comes out closed where the ends meet, or where `closed` asks for a last line between them.
    Raises ValueError when the pieces do not join, or all of them is one point.
    """
    rows = np.concatenate([fit_piece(piece, tolerance) for piece in pieces])
    if (np.hypot(*(rows[1:, 0:2] - rows[:-1, 2:4]).T) > tolerance).any():
        raise ValueError("the curve jumps")
    rows = rows[np.hypot(*(rows[:, 2:4] - rows[:, 0:2]).T) > SAME_POINT]
    if len(rows) == 0:
        raise ValueError("the curve is a single point")
    apart = math.dist(rows[0, 0:2], rows[-1, 2:4]) > SAME_POINT
    if closed and apart:
        rows = np.vstack([rows, [*rows[-1, 2:4], *rows[0, 0:2], 0.0]])
    return Curve.from_segments(rows, len(rows) > 1 and (closed or not apart))


def fit_piece(piece: Smooth, tolerance: float = CURVE_FIT) -> Floats:
    """Rows (n, 5) of arcs and lines within `tolerance` mm of one smooth piece, in its direction.

    Raises ValueError for a piece that needs more than MAX_STRETCHES.
    """
    seen = _Seen(piece.grid, *piece.trace(piece.grid))
    line = _as_line(seen.points, tolerance)
    if line is not None:
        return line
    load = _load(seen, tolerance)
    for guess in range(_GUESSES):
        stations = load.even() if guess or load.turn > _TURN else seen.grid[[0, -1]]
        rows, off = _biarcs(piece, stations[:-1], stations[1:])
        if off.max() <= _USED * tolerance:
            return rows.reshape(-1, 5)
        if len(off) > 1:
            load = load.learned(stations, np.cbrt(off / (_AIM * tolerance)))
    return _halved(piece, load.even(), tolerance)


def _halved(piece: Smooth, stations: Floats, tolerance: float) -> Floats:
    """Rows (n, 5) between `stations`, halving stretches until each is near enough."""
    a, b = stations[:-1], stations[1:]
    starts, found = [], []
    for step in range(_HALVINGS):
        rows, off = _biarcs(piece, a, b)
        good = (off <= _USED * tolerance) | (step == _HALVINGS - 1)
        starts.append(a[good])
        found.append(rows[good])
        a, b = a[~good], b[~good]
        if len(a) == 0:
            break
        if len(a) > MAX_STRETCHES:
            raise ValueError(f"it needs more than {MAX_STRETCHES} arcs")
        middle = (a + b) / 2
        a, b = np.concatenate([a, middle]), np.concatenate([middle, b])
    order = np.argsort(np.concatenate(starts) * _sense(piece), kind="stable")
    return np.concatenate(found)[order].reshape(-1, 5)


def _sense(piece: Smooth) -> float:
    return 1.0 if piece.grid[-1] >= piece.grid[0] else -1.0


def _as_line(points: Floats, tolerance: float) -> Floats | None:
    """One row, where the points lie straight and never turn back."""
    chord = points[-1] - points[0]
    length = float(np.hypot(*chord))
    if length <= SAME_POINT:
        return None
    to = points - points[0]
    off = np.abs(to[:, 0] * chord[1] - to[:, 1] * chord[0]).max() / length
    forward = (np.diff(to @ chord) >= 0).all()
    if off > min(_STRAIGHT * length, _USED * tolerance) or not forward:
        return None
    return np.array([[*points[0], *points[-1], 0.0]])


class _Seen(NamedTuple):
    """A piece as it looks at the parameters of its grid: points and derivatives (n, 2)."""

    grid: Floats
    points: Floats
    velocity: Floats


class _Load(NamedTuple):
    """How many biarcs the piece needs up to each parameter of its grid; how far it turns in all, rad."""

    grid: Floats
    reached: Floats
    turn: float

    def even(self) -> Floats:
        """Parameters that cut the piece into stretches of equal load, one biarc each."""
        count = max(1, math.ceil(self.reached[-1] - 1e-9))
        if count > MAX_STRETCHES:
            raise ValueError(f"it needs more than {MAX_STRETCHES} arcs")
        inner = np.interp(np.arange(1, count) * (self.reached[-1] / count), self.reached, self.grid)
        return np.concatenate([self.grid[:1], inner, self.grid[-1:]])

    def learned(self, stations: Floats, factor: Floats) -> _Load:
        """The load with that of each stretch between `stations` multiplied by what was measured there."""
        middle = (self.grid[1:] + self.grid[:-1]) / 2
        sense = 1.0 if self.grid[-1] >= self.grid[0] else -1.0
        stretch = np.searchsorted(sense * stations, sense * middle) - 1
        step = np.diff(self.reached) * len(factor) / self.reached[-1]
        wanted = step * np.clip(factor, *_LEARN)[np.clip(stretch, 0, len(factor) - 1)]
        return self._replace(reached=np.concatenate([[0.0], np.cumsum(wanted)]))


def _load(seen: _Seen, tolerance: float) -> _Load:
    grid, points, velocity = seen
    step = np.maximum(np.hypot(*np.diff(points, axis=0).T), 1e-12)
    turn = np.diff(np.unwrap(np.arctan2(velocity[:, 1], velocity[:, 0])))
    bend = turn / step
    change = np.abs(np.gradient(bend, np.cumsum(step))) if len(step) > 1 else np.zeros(1)
    wanted = np.maximum(np.cbrt(change / (324 * _USED * tolerance)) * step, np.abs(turn) / _TURN) + 1e-9
    return _Load(grid, np.concatenate([[0.0], np.cumsum(wanted)]), float(np.abs(turn).sum()))


def _biarcs(piece: Smooth, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """For each stretch from `a` to `b` its biarc (n, 2, 5) and how far the piece strays from it, mm (n,)."""
    points, along = piece.trace(np.concatenate([a, b]))
    along = _directions(piece, np.concatenate([a, b]), np.tile(b - a, 2), points, along)
    rows = _biarc(points[: len(a)], along[: len(a)], points[len(a) :], along[len(a) :])
    share = np.arange(1, _PROBES + 1) / (_PROBES + 1)
    probes = piece.at((a[:, None] + (b - a)[:, None] * share).ravel())
    each = np.repeat(rows, _PROBES, axis=0)
    off = np.minimum(nearest(probes, each[:, 0]).distance, nearest(probes, each[:, 1]).distance)
    return rows, off.reshape(-1, _PROBES).max(axis=1)


def _directions(piece: Smooth, t: Floats, step: Floats, points: Floats, velocity: Floats) -> Floats:
    """Unit tangents in travelling direction, the first half at the starts and the second at the ends of stretches.

    Where the piece stands still, the way to a place close by.
    """
    way = velocity * np.sign(step)[:, None]
    inward = np.where(np.arange(len(t)) < len(t) // 2, 1.0, -1.0)
    still = np.hypot(*(velocity * step[:, None]).T) <= _STILL * np.hypot(*(np.roll(points, len(t) // 2, 0) - points).T)
    if still.any():
        near = piece.at((t + inward * step * 1e-3)[still])
        way[still] = (near - points[still]) * inward[still, None]
    unit: Floats = way / np.maximum(np.hypot(*way.T), 1e-300)[:, None]
    return unit


def _biarc(p0: Floats, u0: Floats, p1: Floats, u1: Floats) -> Floats:
    """Biarcs (n, 2, 5) from points `p0` with directions `u0` to `p1`, `u1`, equal in both tangent lengths.

    The tangent length d solves |p1 − p0 − d (u0 + u1)| = 2 d; written so that parallel directions cancel nothing.
    """
    v, t = p1 - p0, u0 + u1
    vt, vv = np.einsum("ij,ij->i", v, t), np.einsum("ij,ij->i", v, v)
    apart = 1 - np.einsum("ij,ij->i", u0, u1)
    d = vv / np.maximum(vt + np.sqrt(np.maximum(vt**2 + 2 * apart * vv, 0.0)), 1e-300)
    joint = (p0 + p1 + d[:, None] * (u0 - u1)) / 2
    first, second = 2 * _angle(u0, joint - p0), 2 * _angle(p1 - joint, u1)
    rows = np.stack([_row(p0, joint, first), _row(joint, p1, second)], axis=1)
    return _one_where_equal(rows, first, second)


def _angle(u: Floats, v: Floats) -> Floats:
    """Signed angle from `u` to `v`, rad."""
    answer: Floats = np.arctan2(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0], np.einsum("ij,ij->i", u, v))
    return answer


def _row(start: Floats, end: Floats, sweep: Floats) -> Floats:
    sagitta = np.hypot(*(end - start).T) * np.abs(sweep) / 8
    return np.column_stack([start, end, np.where(sagitta > SAME_POINT / 10, np.tan(sweep / 4), 0.0)])


def _one_where_equal(rows: Floats, first: Floats, second: Floats) -> Floats:
    """The biarcs whose halves have one radius as one arc, followed by a row without length."""
    length = np.stack([arcs.lengths(rows[:, 0]), arcs.lengths(rows[:, 1])])
    safe = np.maximum(length, 1e-300)
    differ = np.abs(first / safe[0] - second / safe[1]) * length.sum(axis=0) ** 2 / 8
    same = (differ < SAME_POINT) & (np.abs(first + second) < np.pi)
    whole = _row(rows[same, 0, 0:2], rows[same, 1, 2:4], (first + second)[same])
    rows[same, 0] = whole
    rows[same, 1, 0:2] = rows[same, 1, 2:4]
    rows[same, 1, 4] = 0.0
    return rows
