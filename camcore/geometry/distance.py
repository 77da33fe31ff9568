"""Exact distances between points, lines, circular arcs and curves.

Rows are ``x0, y0, x1, y1, bulge`` in mm, as in `arcs`. Functions on rows answer for each pair of rows; a radius up to
1e7 mm costs no digit that matters (1e-9 mm).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.curve import Curve
from camcore.geometry.index import SegmentIndex
from camcore.geometry.intersect import crossings, on_segment, past_start

_BATCH = 200_000
"""Pairs measured at once; bounds memory."""


class Nearest(NamedTuple):
    """Nearest place of segments to points: fraction of the segment's length, and distance in mm; each (n,)."""

    t: Floats
    distance: Floats


def nearest(points: Floats, segments: Floats) -> Nearest:
    """Place on row i of `segments` nearest to row i of `points` (n, 2), and its distance."""
    chord, to = segments[:, 2:4] - segments[:, 0:2], points - segments[:, 0:2]
    square = np.einsum("ij,ij->i", chord, chord)
    t = np.clip(np.einsum("ij,ij->i", chord, to) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    away = to - t[:, None] * chord
    distance: Floats = np.hypot(away[:, 0], away[:, 1])
    arc = arcs.is_arc(segments)
    if arc.any():
        t[arc], distance[arc] = _nearest_on_arcs(points[arc], segments[arc])
    return Nearest(t, distance)


def _nearest_on_arcs(points: Floats, segments: Floats) -> Nearest:
    past, sweep, radius = past_start(segments, points)
    form = arcs.centre_form(segments)
    to = points - segments[:, 0:2]
    # |p − c| − r = (|p − c|² − r²) / (|p − c| + r), with the squares taken from the start: no cancellation.
    power = np.einsum("ij,ij->i", to, to) + 2 * (
        to[:, 0] * (segments[:, 0] - form.cx) + to[:, 1] * (segments[:, 1] - form.cy)
    )
    to_circle = np.abs(power) / (np.hypot(points[:, 0] - form.cx, points[:, 1] - form.cy) + radius)
    to_start = np.hypot(to[:, 0], to[:, 1])
    to_end = np.hypot(points[:, 0] - segments[:, 2], points[:, 1] - segments[:, 3])
    inside = past <= sweep
    t = np.where(inside, past / sweep, np.where(to_start <= to_end, 0.0, 1.0))
    return Nearest(t, np.where(inside, to_circle, np.minimum(to_start, to_end)))


def between_segments(a: Floats, b: Floats) -> Floats:
    """Least distance (n,), mm, between row i of `a` and row i of `b`; 0 where they cross."""
    best: Floats = np.minimum.reduce(
        [
            nearest(a[:, 0:2], b).distance,
            nearest(a[:, 2:4], b).distance,
            nearest(b[:, 0:2], a).distance,
            nearest(b[:, 2:4], a).distance,
        ]
    )
    a_arc, b_arc = arcs.is_arc(a), arcs.is_arc(b)
    for first, second, which in ((a, b, a_arc), (b, a, b_arc & ~a_arc)):
        if which.any():
            best[which] = np.minimum(best[which], _facing(first[which], second[which]))
    crossed = np.isfinite(crossings(a, b)[:, :, 0]).any(axis=1)
    best[crossed] = 0.0
    return best


def _facing(arc: Floats, other: Floats) -> Floats:
    """Distance from the arc's points that face `other` squarely (on the normal through both); inf without one."""
    form, other_form = arcs.centre_form(arc), arcs.centre_form(other)
    chord = other[:, 2:4] - other[:, 0:2]
    across = np.stack([-chord[:, 1], chord[:, 0]], axis=1)
    between = np.stack([other_form.cx - form.cx, other_form.cy - form.cy], axis=1)
    way = np.where(arcs.is_arc(other)[:, None], between, across)
    size = np.hypot(way[:, 0], way[:, 1])
    step = way * (form.radius / np.where(size > 0, size, 1.0))[:, None]
    best = np.full(len(arc), np.inf)
    for sign in (-1.0, 1.0):
        point = np.stack([form.cx, form.cy], axis=1) + sign * step
        there = on_segment(arc, point) & (size > 0)
        best = np.where(there, np.minimum(best, nearest(point, other).distance), best)
    return best


def distance(a: Curve, b: Curve) -> float:
    """Least distance between two curves (their lines, not their insides), mm; 0 where they meet."""
    rows_a, rows_b = a.segments, b.segments
    if len(rows_a) * len(rows_b) <= 256:
        i, j = np.indices((len(rows_a), len(rows_b))).reshape(2, -1)
        return float(between_segments(rows_a[i], rows_b[j]).min())
    index = SegmentIndex(rows_b)
    bound = float(nearest(rows_a[:, 0:2], rows_b[index.nearest_boxes(rows_a[:, 0:2])]).distance.min())
    i, j = index.pairs(rows_a, bound)
    return min((float(between_segments(rows_a[p], rows_b[q]).min()) for p, q in _batches(i, j)), default=bound)


def from_points(points: Floats, curve: Curve) -> Floats:
    """Distance (n,), mm, of each point (n, 2) to the nearest place of the curve."""
    return from_points_to(points, SegmentIndex(curve.segments))


def from_points_to(points: Floats, index: SegmentIndex) -> Floats:
    """Distance (n,), mm, of each point (n, 2) to the nearest of the indexed segments."""
    return nearest_rows(points, index)[1]


def nearest_rows(points: Floats, index: SegmentIndex) -> tuple[Ints, Floats]:
    """Number (n,) of the indexed segment nearest to each point (n, 2), and its distance (n,), mm."""
    rows = index.segments
    if len(points) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0)
    which = index.nearest_boxes(points)
    best: Floats = nearest(points, rows[which]).distance
    reach = best * (1 + 1e-12)
    i, j = index.pairs_of_points(points, reach)
    for p, q in _batches(i, j):
        distance = nearest(points[p], rows[q]).distance
        np.minimum.at(best, p, distance)
        nearer = distance <= best[p]
        which[p[nearer]] = q[nearer]
    return which, best


def _batches(i: Ints, j: Ints) -> list[tuple[Ints, Ints]]:
    return [(i[k : k + _BATCH], j[k : k + _BATCH]) for k in range(0, len(i), _BATCH)]
