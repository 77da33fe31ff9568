"""Arithmetic of segments that are lines or circular arcs, given as rows ``x0, y0, x1, y1, bulge``.

`bulge` = tan(sweep / 4), counter-clockwise positive, as DXF's group code 42 defines it (AutoCAD DXF Reference,
LWPOLYLINE). All functions take arrays of rows (n, 5) in mm and answer for each row; angles in radians.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Bools, Floats

STRAIGHT = 1e-12
"""A bulge smaller than this is a straight line: at a chord of 10 m its arc stands off by less than 1e-8 mm."""


WIDEST = math.pi / 2
"""No chord spans more than this, so that a small circle stays a contour however coarse the tolerance."""


class Circles(NamedTuple):
    """Circles of arcs; lines have radius inf. Each field has shape (n,)."""

    cx: Floats
    cy: Floats
    radius: Floats


class ArcForm(NamedTuple):
    """Centre form of arcs; lines have radius inf and sweep 0. Each field has shape (n,)."""

    cx: Floats
    cy: Floats
    radius: Floats
    start: Floats
    sweep: Floats


def is_arc(segments: Floats) -> Bools:
    """Which rows are arcs."""
    answer: Bools = np.abs(segments[:, 4]) > STRAIGHT
    return answer


def circles(segments: Floats) -> Circles:
    """Centre and radius.

    Centre = middle of the chord + left normal × (1 − b²) / 4b; radius = chord × (1 + b²) / 4|b|.
    """
    x0, y0, x1, y1, bulge = segments.T
    arc = is_arc(segments)
    b = np.where(arc, bulge, 1.0)
    dx, dy = x1 - x0, y1 - y0
    lift = (1.0 - b * b) / (4.0 * b)
    cx, cy = (x0 + x1) / 2 - dy * lift, (y0 + y1) / 2 + dx * lift
    radius = np.hypot(dx, dy) * (1.0 + b * b) / (4.0 * np.abs(b))
    return Circles(cx, cy, np.where(arc, radius, np.inf))


def sweeps(segments: Floats) -> Floats:
    """Signed sweep of each segment: 4 atan(b), 0 for lines."""
    return np.where(is_arc(segments), 4.0 * np.arctan(segments[:, 4]), 0.0)


def centre_form(segments: Floats) -> ArcForm:
    """Centre, radius, start angle and signed sweep."""
    cx, cy, radius = circles(segments)
    return ArcForm(cx, cy, radius, np.arctan2(segments[:, 1] - cy, segments[:, 0] - cx), sweeps(segments))


def lengths(segments: Floats) -> Floats:
    """Length of each segment, mm: chord × (1 + b²) × atan(b) / b."""
    chord = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    b = segments[:, 4]
    safe = np.where(is_arc(segments), b, 1.0)
    factor = np.where(is_arc(segments), (1.0 + b * b) * np.arctan(safe) / safe, 1.0)
    return np.asarray(chord * factor)


def areas(segments: Floats) -> Floats:
    """Signed area, mm², between each segment and the origin; summed over a closed curve its area, ccw positive."""
    x0, y0, x1, y1, _ = segments.T
    radius, sweep = np.where(is_arc(segments), circles(segments).radius, 0.0), sweeps(segments)
    return np.asarray((x0 * y1 - x1 * y0) / 2 + radius**2 / 2 * (sweep - np.sin(sweep)))


_AXES = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])


def _reached(form: ArcForm) -> Bools:
    """Which (4, n) of each circle's points farthest right, up, left, down are on the arc."""
    angle = np.arange(4)[:, None] * np.pi / 2
    past = np.sign(form.sweep) * (angle - form.start) % (2 * np.pi)
    answer: Bools = past < np.abs(form.sweep)
    return answer


def extremes(segments: Floats) -> Floats:
    """Points (m, 2), mm, between which everything lies: ends of all segments and the axis extremes of the arcs."""
    form = centre_form(segments)
    axis, arc = np.nonzero(_reached(form))
    points = np.column_stack([form.cx[arc], form.cy[arc]]) + form.radius[arc, None] * _AXES[axis]
    return np.concatenate([segments[:, 0:2], segments[:, 2:4], points])


def boxes(segments: Floats) -> Floats:
    """Axis-parallel boxes (n, 4) ``x0, y0, x1, y1`` around each segment, mm; exact for arcs."""
    x0, y0, x1, y1, _ = segments.T
    form = centre_form(segments)
    right, up, left, down = _reached(form)
    return np.column_stack([
        np.minimum(np.where(left, form.cx - form.radius, x0), np.minimum(x0, x1)),
        np.minimum(np.where(down, form.cy - form.radius, y0), np.minimum(y0, y1)),
        np.maximum(np.where(right, form.cx + form.radius, x0), np.maximum(x0, x1)),
        np.maximum(np.where(up, form.cy + form.radius, y0), np.maximum(y0, y1)),
    ])  # fmt: skip


def points_at(segments: Floats, t: Floats) -> Floats:
    """Point (n, 2) at fraction `t` (n,) of each segment's length."""
    form = centre_form(segments)
    straight = segments[:, 0:2] + (segments[:, 2:4] - segments[:, 0:2]) * t[:, None]
    angle = form.start + form.sweep * t
    with np.errstate(invalid="ignore"):
        round_ = np.stack([form.cx + form.radius * np.cos(angle), form.cy + form.radius * np.sin(angle)], 1)
    return np.where(is_arc(segments)[:, None], round_, straight)


def directions_at(segments: Floats, t: Floats) -> Floats:
    """Unit tangent (n, 2) at fraction `t` (n,) of each segment's length, along the direction of travel."""
    chord = segments[:, 2:4] - segments[:, 0:2]
    heading = np.arctan2(chord[:, 1], chord[:, 0]) + sweeps(segments) * (t - 0.5)
    return np.stack([np.cos(heading), np.sin(heading)], 1)


def cut_out(segments: Floats, t0: Floats, t1: Floats) -> Floats:
    """The rows (n, 5) between fractions `t0` and `t1` (n,) of each segment's length."""
    first, last = points_at(segments, t0), points_at(segments, t1)
    first = np.where((t0 == 0)[:, None], segments[:, 0:2], first)
    last = np.where((t1 == 1)[:, None], segments[:, 2:4], last)
    bulge = np.where(is_arc(segments), np.tan(np.arctan(segments[:, 4]) * (t1 - t0)), 0.0)
    return np.column_stack([first, last, bulge])


def chords_needed(segments: Floats, tolerance: float) -> Floats:
    """How many chords keep each segment within `tolerance` mm: sweep / 2·acos(1 − tolerance / radius), 1 for lines."""
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.clip(1.0 - tolerance / circles(segments).radius, math.cos(WIDEST / 2), 1.0)
    step = np.maximum(2.0 * np.arccos(ratio), 1e-4)
    return np.where(is_arc(segments), np.maximum(1.0, np.ceil(np.abs(sweeps(segments)) / step - 1e-9)), 1.0)


def flattened(segments: Floats, tolerance: float) -> Floats:
    """Start points (m, 2) of the chords that follow the segments within `tolerance` mm; the last end is left out."""
    counts = chords_needed(segments, tolerance).astype(np.int64)
    rows = np.repeat(np.arange(len(segments)), counts)
    first = np.repeat(np.cumsum(counts) - counts, counts)
    t = (np.arange(len(rows)) - first) / np.repeat(counts, counts)
    points = points_at(segments[rows], t)
    return np.where((t == 0.0)[:, None], segments[rows, 0:2], points)
