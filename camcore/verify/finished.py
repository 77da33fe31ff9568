"""When each feature is finished, worked out from the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import nearest
from camcore.verify.features import Edges, Feature, edges
from camcore.verify.passes import count_asked
from camcore.verify.reach import smallest
from camcore.verify.sweep import Sweep

if TYPE_CHECKING:
    from camcore.verify.case import Case

_SPACING = 2.0
"""Edges are looked at in points this far apart, mm: enough to know which move finished a contour."""


class Finished(NamedTuple):
    """When each feature is finished: index of the move that first cuts its last point, of several passes with the
    last; inf when none does.

    last: index of the last move that cuts anything of it; it may be later where cuts are made twice, or where edges
    share a cut.
    """

    features: tuple[Feature, ...]
    when: Floats
    last: Floats


def finished(case: Case) -> Finished:
    """Edges by the cuts that go through, marks by those that do not."""
    others = [feature for feature in case.features if feature.is_mark]
    marks = edges(others)
    asked = count_asked(case)
    each = [_cut_times(rows, deep, case.tolerance, asked=asked) for rows, deep in case.storeys]
    on_edges = tuple(np.min(times, axis=0) for times in zip(*each, strict=True))
    on_edges[0][np.unique(case.thin.owner)] = np.inf
    on_marks = _cut_times(marks, case.all_cuts.take(case.marking), case.tolerance, radius=False)
    when, last = (np.concatenate(times) for times in zip(on_edges, on_marks, strict=True))
    return Finished((*case.edges.features, *others), when, last)


def _cut_times(
    wanted: Edges, sweep: Sweep, tolerance: float, radius: bool = True, asked: Ints | None = None
) -> tuple[Floats, Floats]:
    count = len(wanted.features)
    if count == 0 or len(sweep.radius) == 0:
        return np.full(count, np.inf), np.full(count, np.inf)
    points, owner = _samples(wanted)
    reach = sweep.radius * radius + tolerance
    i, j = sweep.index.pairs_of_points(points, float(reach.max()))
    at = nearest(points[i], sweep.track.rows[j])
    cut = at.distance <= reach[j]
    moves = sweep.track.move[j[cut]].astype(np.float64)
    first = smallest(moves, i[cut], len(points))
    if asked is not None and asked.max() > 1:
        first = _last_pass(first, moves, _Pass(i[cut], at.t[cut] < 1.0), asked[owner])
    reached = np.isfinite(first)
    when, last = np.full(count, -np.inf), np.full(count, -np.inf)
    np.maximum.at(when, owner[reached], first[reached])
    np.maximum.at(last, owner[i[cut]], moves)
    return np.where(np.isinf(when), np.inf, when), np.where(np.isinf(last), np.inf, last)


class _Pass(NamedTuple):
    """Which point each stretch cuts, and whether it goes on past it."""

    point: Ints
    passes: Bools


def _last_pass(first: Floats, moves: Floats, seen: _Pass, asked: Ints) -> Floats:
    """For each point the move that cuts it for the last time asked, where it is asked to be cut more than once.

    inf where it is never cut so often.
    """
    several = (asked[seen.point] > 1) & seen.passes
    point, move = seen.point[several], moves[several]
    order = np.lexsort((move, point))
    point, move = point[order], move[order]
    turn = np.arange(len(point)) - np.searchsorted(point, point)
    found = np.where(asked > 1, np.inf, first)
    last = turn == asked[point] - 1
    found[point[last]] = move[last]
    return found


def _samples(wanted: Edges) -> tuple[Floats, np.ndarray]:
    counts = np.maximum(2, np.ceil(arcs.lengths(wanted.rows) / _SPACING)).astype(np.int64)
    which = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return arcs.points_at(wanted.rows[which], step / counts[which]), wanted.owner[which]
