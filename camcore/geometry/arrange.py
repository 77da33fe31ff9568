"""Arrangements: directed pieces cut where they meet, and joined again to closed curves."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

import numpy as np
import shapely

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import nearest
from camcore.geometry.index import SegmentIndex
from camcore.geometry.intersect import crossings


class Pieces(NamedTuple):
    """Parts of segment rows: rows (n, 5), the row (n,) each comes from, and its fractions of that row's length."""

    rows: Floats
    owner: Ints
    t0: Floats
    t1: Floats

    def where(self, chosen: Bools | Ints | list[int]) -> Pieces:
        """The chosen ones."""
        return Pieces(self.rows[chosen], self.owner[chosen], self.t0[chosen], self.t1[chosen])


def split(rows: Floats, snap: float) -> Pieces:
    """The rows cut at all points where they cross, touch or begin to overlap; no piece is shorter than `snap` mm."""
    i, j = SegmentIndex(rows).own_pairs(snap)
    points = crossings(rows[i], rows[j], snap).reshape(-1, 2)
    twice_i, twice_j = np.repeat(i, 2), np.repeat(j, 2)
    owner = np.concatenate([twice_i, twice_j, j, j, i, i])
    point = np.concatenate([points, points, rows[i, 0:2], rows[i, 2:4], rows[j, 0:2], rows[j, 2:4]])
    known = np.isfinite(point[:, 0])
    owner, point = owner[known], point[known]
    place = nearest(point, rows[owner])
    length = arcs.lengths(rows)
    along = place.t * length[owner]
    inner = (place.distance <= snap) & (along > snap) & (along < length[owner] - snap)
    return _cut(rows, owner[inner], place.t[inner], snap / length)


def _cut(rows: Floats, owner: Ints, t: Floats, least: Floats) -> Pieces:
    every = np.arange(len(rows))
    owner = np.concatenate([every, owner, every])
    t = np.concatenate([np.zeros(len(rows)), t, np.ones(len(rows))])
    order = np.lexsort((t, owner))
    owner, t = owner[order], t[order]
    fresh = np.ones(len(t), dtype=bool)
    fresh[1:] = (owner[1:] != owner[:-1]) | (t[1:] - t[:-1] > least[owner[1:]]) | (t[1:] == 1.0)
    owner, t = owner[fresh], t[fresh]
    same = owner[1:] == owner[:-1]
    owner, t0, t1 = owner[:-1][same], t[:-1][same], t[1:][same]
    return Pieces(arcs.cut_out(rows[owner], t0, t1), owner, t0, t1)


def loops(pieces: Pieces, snap: float) -> list[list[int]]:
    """Closed walks over the pieces in their directions, as lists of their indices; loose ends are left out.

    Ends within `snap` mm are one node. Where several pieces leave a node the walk turns as far left as it can, so that
    the regions to the left of the walks stay apart where they only touch. Pieces that run back on one another
    cancel; of pieces that lie on each other one is used.
    """
    count = len(pieces.rows)
    label = _clusters(np.concatenate([pieces.rows[:, 0:2], pieces.rows[:, 2:4]]), snap)
    tail, head = label[:count], label[count:]
    short = (tail == head) & (arcs.lengths(pieces.rows) <= 10 * snap)
    alive = _without_doubles(pieces.rows, tail, head, ~short, snap)
    _prune(tail, head, alive)
    return _walks(pieces.rows, tail, head, alive)


def _clusters(points: Floats, snap: float) -> Ints:
    spots = shapely.points(points)
    i, j = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=snap)
    label = np.arange(len(points))
    while True:
        lower = label.copy()
        np.minimum.at(lower, i, label[j])
        if (lower == label).all():
            return label
        label = lower


def _without_doubles(rows: Floats, tail: Ints, head: Ints, alive: Bools, snap: float) -> Bools:
    middle = arcs.points_at(rows, np.full(len(rows), 0.5))
    by_nodes: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k in np.flatnonzero(alive).tolist():
        a, b = int(tail[k]), int(head[k])
        near = [q for q in by_nodes[min(a, b), max(a, b)] if np.hypot(*(middle[k] - middle[q])) <= 10 * snap]
        twin = next((q for q in near if alive[q]), None)
        if twin is None:
            by_nodes[min(a, b), max(a, b)].append(k)
        else:
            alive[k] = False
            alive[twin] = tail[twin] == a
    return alive


def _prune(tail: Ints, head: Ints, alive: Bools) -> None:
    """Take out pieces that lead nowhere or come from nowhere, until none is left."""
    while True:
        size = max(int(tail.max(initial=0)), int(head.max(initial=0))) + 1
        leaving = np.bincount(tail[alive], minlength=size)
        coming = np.bincount(head[alive], minlength=size)
        loose = alive & ((leaving[head] == 0) | (coming[tail] == 0))
        if not loose.any():
            return
        alive &= ~loose


def _walks(rows: Floats, tail: Ints, head: Ints, alive: Bools) -> list[list[int]]:
    leaving: dict[int, list[int]] = defaultdict(list)
    for k in np.flatnonzero(alive).tolist():
        leaving[int(tail[k])].append(k)
    zero = np.zeros(len(rows))
    heading_out = np.arctan2(*arcs.directions_at(rows, zero).T[::-1])
    heading_in = np.arctan2(*arcs.directions_at(rows, zero + 1).T[::-1])
    found, used = [], ~alive
    for first in np.flatnonzero(alive).tolist():
        walk: list[int] = []
        step: int | None = None if used[first] else first
        while step is not None and not (walk and step == first):
            walk.append(step)
            used[step] = True
            ways = [k for k in leaving[int(head[step])] if not used[k] or k == first]
            came = heading_in[step]
            step = max(ways, key=lambda k: _left_turn(heading_out[k] - came), default=None)
        if walk and step == first:
            found.append(walk)
    return found


def _left_turn(angle: float) -> float:
    """The turn in [−π, π); straight back counts as the farthest right."""
    turn = (angle + np.pi) % (2 * np.pi) - np.pi
    return float(-np.pi if turn > np.pi - 1e-6 else turn)
