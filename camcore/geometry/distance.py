"""Exact distances between points, lines, circular arcs and curves.

Rows are ``x0, y0, x1, y1, bulge`` in mm, as in `arcs`. Functions on rows answer for each pair of rows; a radius up to
1e7 mm costs no digit that matters (1e-9 mm).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.curve import Curve
from camcore.geometry.index import SegmentIndex
from camcore.geometry.intersect import crossings, on_segment, past_start

BATCH = 8192
"""Pairs measured at once; what they need stays near the processor."""
_CLEAR = 1e-6
"""Segments that are farther apart than this, mm, do not cross, however their numbers are rounded."""


class Nearest(NamedTuple):
    """Nearest place of segments to points: fraction of the segment's length, and distance in mm; each (n,)."""

    t: Floats
    distance: Floats


def nearest(points: Floats, segments: Floats) -> Nearest:
    """Place on row i of `segments` nearest to row i of `points` (n, 2), and its distance."""
    t, distance, arc = np.empty(len(segments)), np.empty(len(segments)), arcs.is_arc(segments)
    for which, measured in ((~arc, _nearest_on_lines), (arc, _nearest_on_arcs)):
        t[which], distance[which] = measured(points[which], segments[which])
    return Nearest(t, distance)


def _nearest_on_lines(points: Floats, segments: Floats) -> Nearest:
    chord, to = segments[:, 2:4] - segments[:, 0:2], points - segments[:, 0:2]
    square = np.einsum("ij,ij->i", chord, chord)
    t = np.clip(np.einsum("ij,ij->i", chord, to) / np.where(square > 0, square, 1.0), 0.0, 1.0)
    away = to - t[:, None] * chord
    return Nearest(t, np.hypot(away[:, 0], away[:, 1]))


def _nearest_on_arcs(points: Floats, segments: Floats) -> Nearest:
    (x, y), (x0, y0, x1, y1, _) = points.T, segments.T
    circles, sweep = arcs.circles(segments), np.abs(arcs.sweeps(segments))
    cx, cy, radius = circles
    past, to_x, to_y = past_start(segments, circles, points), x - x0, y - y0
    # |p − c| − r = (|p − c|² − r²) / (|p − c| + r), with the squares taken from the start: no cancellation.
    power = to_x**2 + to_y**2 + 2 * (to_x * (x0 - cx) + to_y * (y0 - cy))
    to_circle = np.abs(power) / (np.hypot(x - cx, y - cy) + radius)
    to_start, to_end = np.hypot(to_x, to_y), np.hypot(x - x1, y - y1)
    inside = past <= sweep
    t = np.where(inside, past / sweep, np.where(to_start <= to_end, 0.0, 1.0))
    return Nearest(t, np.where(inside, to_circle, np.minimum(to_start, to_end)))


def between_segments(a: Floats, b: Floats) -> Floats:
    """Least distance (n,), mm, between row i of `a` and row i of `b`; 0 where they cross."""
    best = np.empty(len(a))
    for k in range(0, len(a), BATCH):
        best[k : k + BATCH] = _between(a[k : k + BATCH], b[k : k + BATCH])
    return best


def _between(a: Floats, b: Floats) -> Floats:
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
        best[which] = np.minimum(best[which], _facing(first[which], second[which]))
    close = np.flatnonzero(~_beside(a, b))
    crossed = np.isfinite(crossings(a[close], b[close])[:, :, 0]).any(axis=1)
    best[close[crossed]] = 0.0
    return best


def _beside(a: Floats, b: Floats) -> Bools:
    """Whether row i of `b` lies on one side of row i of `a`: each keeps within its sagitta of its chord."""
    chord, rise = a[:, 2:4] - a[:, 0:2], -a[:, 4] / 2
    length = np.hypot(chord[:, 0], chord[:, 1])
    off = np.stack([chord[:, 0] * (b[:, k + 1] - a[:, 1]) - chord[:, 1] * (b[:, k] - a[:, 0]) for k in (0, 2)])
    room = np.abs(b[:, 4]) / 2 * np.hypot(b[:, 2] - b[:, 0], b[:, 3] - b[:, 1]) + _CLEAR
    top, bottom = np.maximum(rise, 0.0) * length**2, np.minimum(rise, 0.0) * length**2
    answer: Bools = (off.min(axis=0) > top + room * length) | (off.max(axis=0) < bottom - room * length)
    return answer


def _facing(arc: Floats, other: Floats) -> Floats:
    """Distance from the arc's points that face `other` squarely (on the normal through both); inf without one."""
    circle, other_circle = arcs.circles(arc), arcs.circles(other)
    centre = np.column_stack([circle.cx, circle.cy])
    chord = other[:, 2:4] - other[:, 0:2]
    across = np.stack([-chord[:, 1], chord[:, 0]], axis=1)
    between = np.column_stack([other_circle.cx, other_circle.cy]) - centre
    way = np.where(arcs.is_arc(other)[:, None], between, across)
    size = np.hypot(way[:, 0], way[:, 1])
    step = way * (circle.radius / np.where(size > 0, size, 1.0))[:, None]
    best = np.full(len(arc), np.inf)
    for point in (centre - step, centre + step):
        there = np.flatnonzero(on_segment(arc, point) & (size > 0))
        best[there] = np.minimum(best[there], nearest(point[there], other[there]).distance)
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
    return [(i[k : k + BATCH], j[k : k + BATCH]) for k in range(0, len(i), BATCH)]
