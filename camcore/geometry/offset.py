"""Parallel curves: lines stay lines, arcs stay arcs, and all points keep their distance.

Method: shift every segment sideways, put an arc about each corner that opens, cut all these pieces where they meet,
keep those that are nowhere nearer to the source than the distance asked for, and join them to loops. What a piece
crosses decides nothing, only the measured distance does; so necks may close, curves may split into several or vanish.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrange import Pieces, loops, split
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.curve import Curve
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.units import SAME_POINT

_TOO_NEAR = 1e-7
"""A piece whose middle is nearer to the source by more than this, mm, is no part of the parallel curve."""
_WELD = 5e-8
"""Ends of neighbours that meet almost tangentially are made one point if it lies within this, mm, of both."""
_WIDEST_SNAP = 1e-4
"""Ends are never taken for one node when farther apart than this, mm."""
_CUSP = 0.1
"""A turn straight back but for this, rad, gets a corner arc on either side; the distance decides whether it stays.

Rounding can make the two segments at a tip of no angle cross, so the sign of such a turn says nothing."""
_FLAT = 1e-9
"""Arcs that stand off their chord by less, mm, are lines."""


class Parallel(NamedTuple):
    """A parallel curve, largest loop first, and which (n,) of the source's segments have a share in it."""

    curves: list[Curve]
    kept: Bools


def offset(curve: Curve, distance: float) -> list[Curve]:
    """Closed curves `distance` mm outside (inside, where negative) of what the closed `curve` encloses.

    They travel as the source does; loops that bound what is left of an enclosed bay travel the other way. Largest
    first; none when nothing is that far inside. `curve` must not cross itself.
    """
    return parallel(curve, distance).curves


def parallel(curve: Curve, distance: float) -> Parallel:
    """As `offset`, and says which segments of the source are followed."""
    if distance == 0.0:
        return Parallel([curve], np.ones(len(curve), dtype=bool))
    turned = (curve.area > 0) == (distance > 0)
    source = curve.reversed() if turned else curve
    curves, kept = _left_of([source.segments], abs(distance))
    if turned:
        # Segment k of the reversed curve is segment n − 1 − k of the source.
        return Parallel([loop.reversed() for loop in curves], kept[::-1])
    return Parallel(curves, kept)


def inside(curves: Sequence[Curve], distance: float) -> list[Curve]:
    """Closed curves `distance` mm inside the region on the left of all `curves`: outlines counter-clockwise, islands
    clockwise.

    They bound what lies at least so far from every curve, and have it on their left. Largest first. The curves must not
    cross themselves or each other.
    """
    return _left_of([curve.segments for curve in curves], distance)[0]


def around(curve: Curve, distance: float) -> list[Curve]:
    """Closed curves `distance` mm away from an open curve on all sides, counter-clockwise outside: a slot's outline."""
    both = np.vstack([curve.segments, curve.reversed().segments])
    return [loop.reversed() for loop in _left_of([both], distance)[0]]


def _left_of(chains: Sequence[Floats], distance: float) -> tuple[list[Curve], Bools]:
    """Loops at `distance` to the left of closed chains of rows."""
    rows = np.vstack(chains)
    middle = np.tile((rows[:, 0:2].min(axis=0) + rows[:, 0:2].max(axis=0)) / 2, 2)
    source = rows.copy()
    source[:, 0:4] -= middle
    chord = np.hypot(source[:, 2] - source[:, 0], source[:, 3] - source[:, 1])
    source[:, 4] = np.where(chord * np.abs(source[:, 4]) < 2 * _FLAT, 0.0, source[:, 4])
    chain = np.repeat(np.arange(len(chains)), [len(each) for each in chains])
    index = np.flatnonzero(chord > _FLAT)
    pieces, owner = _raw_all(source[index], chain[index], distance)
    kept = np.zeros(len(rows), dtype=bool)
    if len(pieces) == 0:
        return [], kept
    curves, used = _assemble(pieces, source[index], distance, len(owner))
    kept[index[owner[used[used < len(owner)]]]] = True
    moved = [curve.moved(float(middle[0]), float(middle[1])) for curve in curves]
    return sorted(moved, key=lambda loop: -abs(loop.area)), kept


def _raw_all(source: Floats, chain: Ints, distance: float) -> tuple[Floats, Ints]:
    """As `_raw`, of several chains: `chain` (n,) says to which each row belongs."""
    shifted, corners, owner = [np.empty((0, 5))], [np.empty((0, 5))], [np.empty(0, dtype=np.int64)]
    for number in np.unique(chain):
        mine = np.flatnonzero(chain == number)
        rows, alive = _raw(source[mine], distance)
        shifted.append(rows[: len(alive)])
        corners.append(rows[len(alive) :])
        owner.append(mine[alive])
    return np.vstack([*shifted, *corners]), np.concatenate(owner)


def _raw(source: Floats, distance: float) -> tuple[Floats, Ints]:
    """Shifted segments, then corner arcs (m, 5), and of which source row (k,) each of the former comes."""
    count = len(source)
    shifted, alive = _shifted(source, distance)
    leave = arcs.directions_at(source, np.ones(count))
    enter = np.roll(arcs.directions_at(source, np.zeros(count)), -1, axis=0)
    turn = np.arctan2(leave[:, 0] * enter[:, 1] - leave[:, 1] * enter[:, 0], np.einsum("ij,ij->i", leave, enter))
    turn = np.where(turn > np.pi - _CUSP, turn - 2 * np.pi, turn)
    following = np.roll(np.arange(count), -1)
    # Ends that are g apart have their middle g² / 4d off either curve.
    weld = (np.abs(turn) <= math.sqrt(4 * _WELD / distance)) & alive & alive[following]
    shifted = _welded(shifted, weld, following)
    opens = (turn < 0) & ~weld
    corner = np.column_stack(
        [
            source[:, 2:4] + distance * _left(leave),
            source[:, 2:4] + distance * _left(enter),
            np.tan(turn / 4),
        ]
    )
    rows = np.vstack([shifted[alive], corner[opens]])
    return rows, np.flatnonzero(alive)


def _left(direction: Floats) -> Floats:
    return np.stack([-direction[:, 1], direction[:, 0]], axis=1)


def _shifted(source: Floats, distance: float) -> tuple[Floats, Bools]:
    """Each segment moved to its left, and which are still there: an arc about a centre on that side shrinks."""
    ends = [
        source[:, 2 * k : 2 * k + 2] + distance * _left(arcs.directions_at(source, np.full(len(source), float(k))))
        for k in (0, 1)
    ]
    radius = arcs.centre_form(source).radius - np.sign(source[:, 4]) * distance
    gone = arcs.is_arc(source) & (radius <= SAME_POINT)
    return np.column_stack([*ends, source[:, 4]]), ~gone


def _welded(rows: Floats, weld: Bools, following: Ints) -> Floats:
    """Rows whose ends are drawn together where `weld`; arcs keep their centre."""
    middle = (rows[:, 2:4] + rows[following, 0:2]) / 2
    start, end = rows[:, 0:2].copy(), rows[:, 2:4].copy()
    end[weld] = middle[weld]
    start[following[weld]] = middle[weld]
    return with_ends(rows, start, end)


def with_ends(rows: Floats, start: Floats, end: Floats) -> Floats:
    """Rows with their ends moved a little; the sweep of arcs follows, so that centre and radius stay."""
    form = arcs.centre_form(rows)
    arc = arcs.is_arc(rows) & (form.radius > 0)
    radius = np.where(arc, form.radius, 1.0)
    zero = np.zeros(len(rows))
    ahead_start = np.einsum("ij,ij->i", start - rows[:, 0:2], arcs.directions_at(rows, zero))
    ahead_end = np.einsum("ij,ij->i", end - rows[:, 2:4], arcs.directions_at(rows, zero + 1))
    sweep = form.sweep + np.sign(form.sweep) * (ahead_end - ahead_start) / radius
    return np.column_stack([start, end, np.where(arc, np.tan(sweep / 4), 0.0)])


def _assemble(rows: Floats, source: Floats, distance: float, shifted: int) -> tuple[list[Curve], Ints]:
    """Loops of those parts of the raw rows that keep the distance, and the raw rows in use.

    Long loose ends among the first `shifted` rows say that nodes were missed: ends are then snapped wider.
    """
    snap = SAME_POINT
    # Past a crossing at the smallest angle a piece may seem far enough for about this long.
    tail = 4 * math.sqrt(distance * _TOO_NEAR)
    while True:
        pieces = split(rows, snap)
        middle = arcs.points_at(pieces.rows, np.full(len(pieces.rows), 0.5))
        far = from_points_to(middle, SegmentIndex(source)) >= distance - _TOO_NEAR
        pieces = pieces.where(far)
        walks = loops(pieces, snap) if far.any() else []
        used = sorted({k for walk in walks for k in walk})
        loose = np.delete(np.where(pieces.owner < shifted, arcs.lengths(pieces.rows), 0.0), used)
        if loose.max(initial=0.0) < max(100 * snap, tail) or snap >= _WIDEST_SNAP:
            break
        snap *= 10
    return [curve for walk in walks if (curve := _loop(pieces.where(walk)))], pieces.owner[used]


def _loop(walk: Pieces) -> Curve | None:
    """One closed curve; neighbours cut from the same raw row become one segment again."""
    goes_on = (np.roll(walk.owner, 1) == walk.owner) & (np.roll(walk.t1, 1) == walk.t0)
    heads = np.flatnonzero(~goes_on)
    if len(heads) == 0:
        heads = np.array([0])
    last = np.roll(heads, -1) - 1
    rows = walk.rows[heads].copy()
    rows[:, 2:4] = walk.rows[last, 2:4]
    whole = np.arctan(walk.rows[:, 4])
    rows[:, 4] = np.tan(np.add.reduceat(np.roll(whole, -heads[0]), heads - heads[0]))
    rows = with_ends(rows, rows[:, 0:2], np.roll(rows[:, 0:2], -1, axis=0))
    return Curve.from_segments(rows, closed=True) if len(rows) > 1 else None
