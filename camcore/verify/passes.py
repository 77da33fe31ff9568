"""Several passes of a beam: how often the program goes along each edge, against how often that was declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import nearest
from camcore.verify.features import Edges
from camcore.verify.sweep import Sweep

if TYPE_CHECKING:
    from camcore.verify.case import Case

SPACING = 1.0
"""Edges are looked at in points this far apart, mm."""


class Thin(NamedTuple):
    """Points (n, 2) of edges that are cut, but not so often as declared: the edge, how often, and the length, mm."""

    points: Floats
    owner: Ints
    times: Ints
    length: Floats


class Visits(NamedTuple):
    """Pairs (m,) of a point and a stretch that passes by it."""

    point: Ints
    stretch: Ints


def count_asked(case: Case) -> Ints:
    """How many passes each of the case's edges asks for."""
    asked = case.declared_passes
    return np.array([asked.get(feature.key, 1) for feature in case.edges.features], dtype=np.int64)


def thin(case: Case) -> Thin:
    """Where edges are passed less often than declared, tabs left out. What no pass comes near is left to `coverage`."""
    asked = count_asked(case)
    several = np.flatnonzero(asked > 1)
    chosen = np.isin(case.edges.owner, several)
    rows, owner = case.edges.rows[chosen], case.edges.owner[chosen]
    points, which, length = middles(rows)
    owner = owner[which]
    seen = visits(points, case.through, case.through.radius + case.tolerance)
    count = np.bincount(seen.point, minlength=len(points))
    few: Bools = (count > 0) & (count < asked[owner]) & ~case.in_tabs(owner, points)
    return Thin(points[few], owner[few], count[few], length[few])


def middles(rows: Floats) -> tuple[Floats, Ints, Floats]:
    """Middles of equal pieces of segments: places (n, 2), the number of the row, and the piece's length, mm."""
    lengths = arcs.lengths(rows)
    counts = np.maximum(2, np.ceil(lengths / SPACING)).astype(np.int64)
    which = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    return arcs.points_at(rows[which], (step + 0.5) / counts[which]), which, (lengths / counts)[which]


def visits(points: Floats, sweep: Sweep, reach: Floats) -> Visits:
    """Which stretches pass by which points within their reach (n,), mm.

    A stretch that only ends there does not count, so that two that meet count as one.
    """
    if len(points) == 0 or len(sweep.radius) == 0:
        return Visits(np.empty(0, np.int64), np.empty(0, np.int64))
    i, j = sweep.index.pairs_of_points(points, float(reach.max()))
    at = nearest(points[i], sweep.track.rows[j])
    passing = (at.distance <= reach[j]) & (at.t < 1.0) & ~sweep.track.still[j]
    return Visits(i[passing], j[passing])


def edge_energy(wanted: Edges, sweep: Sweep, energy: Floats, tolerance: float) -> tuple[Floats, Ints]:
    """Energy that all passes along lines together bring: at points (n,) of them, and the lines (n,)."""
    points, which, _ = middles(wanted.rows)
    seen = visits(points, sweep, np.full(len(sweep.radius), tolerance))
    total = np.bincount(seen.point, energy[seen.stretch], minlength=len(points)).astype(np.float64)
    return total, wanted.owner[which]
