"""How far one set of curves departs from another at most: the directed Hausdorff distance, with its place.

A segment is halved until it cannot hold a place farther off than the farthest found by more than `WITHIN`. Bounds of
a piece are exact for lines over lines, and for lines and arcs over arcs that face them; elsewhere that distances
change no faster than one moves (Lipschitz) bounds the rest. Nothing is sampled: a place between two probes cannot be
missed by more than `WITHIN`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs, many
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.curve import Curve
from camcore.geometry.distance import nearest, nearest_rows
from camcore.geometry.index import SegmentIndex

WITHIN = 1e-4
"""The greatest deviation is known to within this, mm."""
_QUARTER = np.pi / 2


class Deviation(NamedTuple):
    """The place (x, y) of a curve that lies farthest from another, `size` mm, and the other's place (to_x, to_y)."""

    size: float
    x: float
    y: float
    to_x: float
    to_y: float


class Target:
    """Curves to which distances are taken, made ready once."""

    def __init__(self, curves: Sequence[Curve]) -> None:
        rows, first = many.rows_of(curves)
        whole = np.array([curve.as_circle() is not None for curve in curves])
        counts = np.diff([*first, len(rows)])
        short, of = _short(rows)
        self.index = SegmentIndex(short)
        self.whole: Bools = np.repeat(whole, counts)[of]
        """Which rows belong to full circles, that every place faces."""


def greatest(of: Sequence[Curve], off: Target, known: Deviation | None = None) -> Deviation:
    """The place of the curves `of` farthest from `off`, or `known` where no place is farther by more than `WITHIN`."""
    pieces = _short(many.rows_of(of)[0])[0]
    best, spot = (known.size, np.array([known.x, known.y])) if known else (-1.0, np.zeros(2))
    while len(pieces):
        middle = arcs.points_at(pieces, np.full(len(pieces), 0.5))
        probes = np.concatenate([middle, pieces[:, 0:2], pieces[:, 2:4]])
        rows, distance = nearest_rows(probes, off.index)
        far = int(np.argmax(distance))
        if distance[far] > best:
            best, spot = float(distance[far]), probes[far]
        most = _bounds(pieces, off, rows.reshape(3, -1), distance[: len(pieces)])
        pieces = _halves(pieces[most > best + WITHIN])
    row, _ = nearest_rows(spot[None], off.index)
    other = off.index.segments[row]
    (to,) = arcs.points_at(other, nearest(spot[None], other).t)
    return Deviation(best, float(spot[0]), float(spot[1]), float(to[0]), float(to[1]))


def _short(rows: Floats) -> tuple[Floats, Ints]:
    """The rows with arcs cut into quarter turns at most, and the number of the row that each was cut from."""
    turns = np.abs(arcs.centre_form(rows).sweep) / _QUARTER
    counts = np.maximum(1, np.ceil(turns - 1e-9)).astype(np.int64)
    which = np.repeat(np.arange(len(rows)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = counts[which].astype(np.float64)
    return arcs.cut_out(rows[which], step / share, (step + 1) / share), which


def _halves(pieces: Floats) -> Floats:
    none, half, whole = (np.full(len(pieces), t) for t in (0.0, 0.5, 1.0))
    return np.concatenate([arcs.cut_out(pieces, none, half), arcs.cut_out(pieces, half, whole)])


def _bounds(pieces: Floats, off: Target, rows: Ints, middle: Floats) -> Floats:
    """No place of a piece is farther off than this, mm: the least of the bounds over a few segments near it."""
    most = middle + arcs.lengths(pieces) / 2
    for near in rows:
        most = np.minimum(most, _farthest(pieces, off.index.segments[near], off.whole[near]))
    return np.asarray(most)


def _farthest(pieces: Floats, others: Floats, whole: Bools) -> Floats:
    """Bound (n,), mm, of the distance of any place on row i of `pieces` from row i of `others`.

    The distance from a line is convex, so that its greatest over a chord is at an end; an arc departs from its chord
    by its sagitta. The least and the greatest distance from an end of the other, and from its circle's middle, are
    exact.
    """
    bent, other_bent = arcs.is_arc(pieces), arcs.is_arc(others)
    chord = np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])
    sagitta = np.where(bent, np.abs(pieces[:, 4]) * chord / 2, 0.0)
    ends = np.maximum(nearest(pieces[:, 0:2], others).distance, nearest(pieces[:, 2:4], others).distance)
    straight = ends + sagitta
    tips = np.minimum(*(_reach(pieces, others[:, k : k + 2])[1] for k in (0, 2)))
    form = arcs.centre_form(others)
    low, high = _reach(pieces, np.stack([form.cx, form.cy], 1))
    facing = np.where(whole | _faces(pieces, others), np.maximum(high - form.radius, form.radius - low), np.inf)
    return np.minimum(tips, np.where(other_bent, facing, straight))


def _reach(pieces: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Least and greatest distance (n,), mm, of row i of `pieces` from row i of `points`."""
    least = nearest(points, pieces).distance
    most = np.maximum(np.hypot(*(pieces[:, 0:2] - points).T), np.hypot(*(pieces[:, 2:4] - points).T))
    bent = arcs.is_arc(pieces)
    form = arcs.centre_form(pieces)
    centre = np.stack([form.cx, form.cy], 1)
    away = np.hypot(*(points - centre).T)
    beyond = centre + (centre - points)  # on the far side of the centre, as seen from the point
    opposite = bent & (away > 0) & (_past(pieces, beyond) <= np.abs(form.sweep))
    return least, np.where(opposite, away + form.radius, most)


def _past(rows: Floats, points: Floats) -> Floats:
    """Angle [0, 2π) by which points lie past the start of each arc, about its centre and in its direction."""
    form = arcs.centre_form(rows)
    angle = np.arctan2(points[:, 1] - form.cy, points[:, 0] - form.cx)
    return np.asarray((np.sign(form.sweep) * (angle - form.start)) % (2 * np.pi))


def _faces(pieces: Floats, others: Floats) -> Bools:
    """Whether all of a piece lies in the sector of the other's arc, which is no wider than a quarter turn.

    Such a sector is convex: a piece lies in it when its ends and, of an arc, the tip of its tangents do.
    """
    form = arcs.centre_form(pieces)
    middle = (pieces[:, 0:2] + pieces[:, 2:4]) / 2
    chord = pieces[:, 2:4] - pieces[:, 0:2]
    # Tangents at both ends meet half a chord times tan(sweep / 2) off the chord's middle, on the arc's side.
    lift = np.where(arcs.is_arc(pieces), np.tan(form.sweep / 2) / 2, 0.0)
    tip = middle + lift[:, None] * np.stack([chord[:, 1], -chord[:, 0]], 1)
    sweep = np.abs(arcs.centre_form(others).sweep)
    inside = [_past(others, points) <= sweep for points in (pieces[:, 0:2], pieces[:, 2:4], tip)]
    return np.asarray(np.logical_and.reduce(inside))
