"""How far each edge stays from what was cut: the largest distance over the whole edge, bounded from both sides.

An edge point q is short of the cut by f(q) = min over stretches s of dist(q, s) − radius(s). Its largest value over
an edge is found by halving: a piece is done when an upper bound of f on it meets the larger value at its ends. The
bound follows from the convexity of the distance to a line, and for arcs from the circles' centres; both close in
quadratically, so an edge that runs along its cut is done at once, and only breaks are looked at closely.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arcs import Circles
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import BATCH, nearest
from camcore.geometry.index import SegmentIndex
from camcore.geometry.intersect import on_segment, past_start
from camcore.verify.features import Edges
from camcore.verify.reach import smallest
from camcore.verify.sweep import Sweep

_SETTLED = 0.0005
"""Pieces are halved until bound and value differ by no more, mm."""
_CLEAN = 0.001
"""A piece whose bound is below this needs no closer look, mm."""
_LONGEST = 20.0
"""Pieces start no longer than this, mm, so that boxes stay small."""
_COARSE = 1.0
"""Length, mm, to which an edge that is not cut and has no excuse is divided, …"""
_ROUGH = 0.02
"""… and how well its shortfall is then known, mm."""
_NEAR = 0.25
"""Cuts farther from an edge than their radius and this are looked at only where an excuse reaches so far, mm."""
_MOST_PIECES = 400_000

Excuse = Callable[[Ints, Floats], Floats]
"""For features (n,) and points (n, 2) on them: by how much the cut may fall short there, mm."""


class Pieces(NamedTuple):
    """Finished pieces of edges: the middle, the length, the feature, the shortfall f at the worse end, and how much of
    it has no excuse (`excess`); mm. `over`: f is beyond the tolerance."""

    middle: Floats
    length: Floats
    owner: Ints
    short: Floats
    excess: Floats
    over: Bools


@dataclass(frozen=True, slots=True)
class _Open:
    rows: Floats
    owner: Ints


def coverage(edges: Edges, sweep: Sweep, tolerance: float, excuse: Excuse) -> Pieces:
    """Every edge in pieces, each with its shortfall; see the module's text."""
    counts = np.maximum(1, np.ceil(arcs.lengths(edges.rows) / _LONGEST)).astype(np.int64)
    todo = _Open(*_divided(edges.rows, edges.owner, counts))
    index = sweep.index if len(sweep.radius) else None
    leaf = np.clip((sweep.radius.max() if index else 0.0) / 8, 0.02, 0.25)
    done: list[Pieces] = []
    while len(todo.rows):
        found = _measure(todo, sweep, index, tolerance, excuse)
        finished, pieces = _sort(todo, found, tolerance, float(leaf))
        done.append(pieces)
        keep = ~finished
        todo = _Open(*_divided(todo.rows[keep], todo.owner[keep], np.full(int(keep.sum()), 2)))
    return Pieces(*(np.concatenate(column) for column in zip(*done, strict=True))) if done else _none()


def _none() -> Pieces:
    empty = np.empty(0)
    return Pieces(np.empty((0, 2)), empty, np.empty(0, np.int64), empty, empty, np.empty(0, np.bool_))


def _divided(rows: Floats, owner: Ints, counts: Ints) -> tuple[Floats, Ints]:
    which = np.repeat(np.arange(len(rows)), counts)
    step = (np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)) / np.repeat(counts, counts)
    share = 1.0 / np.repeat(counts, counts)
    last = np.where(step + share > 1 - 1e-12, 1.0, step + share)
    return arcs.cut_out(rows[which], step, last), owner[which]


class _Found(NamedTuple):
    """Shortfall at both ends, upper bound on the piece, and the ends' shortfall beyond their excuse."""

    start: Floats
    end: Floats
    bound: Floats
    excess: Floats


def _measure(todo: _Open, sweep: Sweep, index: SegmentIndex | None, tolerance: float, excuse: Excuse) -> _Found:
    count = len(todo.rows)
    start, end, bound = (np.full(count, np.inf) for _ in range(3))
    if index is not None:
        i, j = index.pairs(todo.rows, float(sweep.radius.max()) + _NEAR)
        for k in range(0, len(i), BATCH):
            p, q = i[k : k + BATCH], j[k : k + BATCH]
            found = _shortfalls(todo.rows[p], index.segments[q], sweep.radius[q])
            for least, values in zip((start, end, bound), found, strict=True):
                np.minimum.at(least, p, values)
    left = [
        _left(values, points, todo.owner, excuse, (sweep, index))
        for values, points in ((start, todo.rows[:, 0:2]), (end, todo.rows[:, 2:4]))
    ]
    bound = np.minimum(bound, (start + end + arcs.lengths(todo.rows)) / 2)
    return _Found(start, end, bound, np.maximum(*left))


def _left(
    short: Floats, points: Floats, owner: Ints, excuse: Excuse, cuts: tuple[Sweep, SegmentIndex | None]
) -> Floats:
    """The shortfall, less what is excused; `short` is made exact where an excuse reaches to cuts farther off."""
    left = short.copy()
    over = np.flatnonzero(short > _CLEAN)
    if len(over):
        allowed = excuse(owner[over], points[over])
        far = (short[over] > _NEAR) & (allowed > 0) & np.isfinite(allowed)
        short[over[far]] = _far_off(points[over[far]], allowed[far] + _NEAR, *cuts)
        with np.errstate(invalid="ignore"):
            left[over] = np.where(np.isinf(allowed), 0.0, short[over] - allowed)
    return left


def _far_off(points: Floats, reach: Floats, sweep: Sweep, index: SegmentIndex | None) -> Floats:
    """Shortfall of points, of most of which it is known to be less than their `reach`, mm."""
    if index is None or not len(points):
        return np.full(len(points), np.inf)
    i, j = index.pairs_of_points(points, reach + sweep.radius.max())
    short = smallest(nearest(points[i], index.segments[j]).distance - sweep.radius[j], i, len(points))
    beyond = short > reach
    short[beyond] = sweep.shortfall(points[beyond])
    return short


def _shortfalls(rows: Floats, cuts: Floats, radius: Floats) -> tuple[Floats, Floats, Floats]:
    """For pairs of an edge piece and a cutting stretch: shortfall at the piece's ends, and a bound on all of it."""
    first, last = nearest(rows[:, 0:2], cuts), nearest(rows[:, 2:4], cuts)
    length = arcs.lengths(rows)
    longer = np.maximum(first.distance, last.distance)
    bound = (first.distance + last.distance + length) / 2
    straight = ~arcs.is_arc(cuts)
    sagitta = length**2 / (8 * arcs.circles(rows).radius)
    bound = np.where(straight, np.minimum(bound, longer + sagitta), bound)
    if not straight.all():
        which = ~straight
        closer = _bound_on_arcs(rows[which], cuts[which])
        bound[which] = np.minimum(bound[which], closer)
    return first.distance - radius, last.distance - radius, bound - radius


def _bound_on_arcs(rows: Floats, cuts: Floats) -> Floats:
    """Largest distance of an edge piece from a cut arc, where the piece faces the arc or nearly so; else inf.

    With c the cut's centre, r its radius and g = |q − c|, a point q that lies past an end of the arc by the angle a is
    √((g − r)² + 4 g r sin²(a / 2)) off. Along a line, and an arc round c, the angle about c runs one way, so that a is
    greatest at the piece's ends; g is greatest or least there, or in line with c and the edge's own centre.
    """
    cut, edge = arcs.circles(cuts), arcs.circles(rows)
    past = np.maximum(*(_past_ends(cuts, cut, rows[:, k : k + 2]) for k in (0, 2)))
    least, most = _range(rows, edge, np.column_stack([cut.cx, cut.cy]))
    round_it = ~arcs.is_arc(rows)
    round_it |= np.hypot(edge.cx - cut.cx, edge.cy - cut.cy) < edge.radius
    off = np.maximum(np.abs(least - cut.radius), np.abs(most - cut.radius))
    bound = np.hypot(off, 2 * np.sqrt(most * cut.radius) * np.sin(past / 2))
    return np.where(round_it & (past < np.pi / 4), bound, np.inf)


def _past_ends(cuts: Floats, circles: Circles, points: Floats) -> Floats:
    """By what angle points lie past the nearer end of arcs; 0 for those that face them."""
    past, sweep = past_start(cuts, circles, points), np.abs(arcs.sweeps(cuts))
    return np.where(past <= sweep, 0.0, np.minimum(past - sweep, 2 * np.pi - past))


def _range(rows: Floats, edge: Circles, centre: Floats) -> tuple[Floats, Floats]:
    """Least and greatest distance of edge pieces from a point each; of arcs from one within their circle, `edge`."""
    away = [np.hypot(*(rows[:, k : k + 2] - centre).T) for k in (0, 2)]
    least, most = np.minimum(nearest(centre, rows).distance, np.minimum(*away)), np.maximum(*away)
    own = np.column_stack([edge.cx, edge.cy])
    apart = np.hypot(*(centre - own).T)
    with np.errstate(divide="ignore", invalid="ignore"):
        farthest = own - (centre - own) * (edge.radius / apart)[:, None]
        there = arcs.is_arc(rows) & (apart > 0) & on_segment(rows, farthest)
    return least, np.where(there, edge.radius + apart, most)


def _sort(todo: _Open, found: _Found, tolerance: float, leaf: float) -> tuple[Bools, Pieces]:
    """Which pieces are finished, and those as `Pieces`."""
    length = arcs.lengths(todo.rows)
    short = np.maximum(found.start, found.end)
    over, bad = short > tolerance, found.excess > tolerance
    with np.errstate(invalid="ignore"):
        settled = (found.bound - short <= _SETTLED) | (found.bound <= _CLEAN)
        measured = np.isinf(short) | (found.bound - short <= _ROUGH)
    finished = np.where(bad, (length <= _COARSE) & measured, np.where(over, length <= leaf, settled))
    if len(todo.rows) > _MOST_PIECES:
        finished[:] = True
    with np.errstate(invalid="ignore"):
        doubt = np.where(over | np.isinf(found.bound), 0.0, np.maximum(found.bound - short, 0.0))
    rows = todo.rows[finished]
    middle = arcs.points_at(rows, np.full(len(rows), 0.5))
    short, excess = (short + doubt)[finished], (found.excess + doubt)[finished]
    return finished, Pieces(middle, length[finished], todo.owner[finished], short, excess, over[finished])
