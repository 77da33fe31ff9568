"""Measures of many curves at once: a drawing holds thousands of short ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.curve import Curve
from camcore.units import FLATTEN


def rows_of(curves: Sequence[Curve]) -> tuple[Floats, Ints]:
    """All segments (m, 5) of the curves, one after the other, and the number (n,) of each curve's first."""
    if not curves:
        return np.empty((0, 5)), np.empty(0, dtype=np.int64)
    tables = [curve.vertices for curve in curves]
    count = np.array([len(table) for table in tables], dtype=np.int64)
    is_open = np.array([not curve.closed for curve in curves])
    vertices, end = np.concatenate(tables), np.cumsum(count)
    follow = np.arange(1, len(vertices) + 1)
    follow[end - 1] = end - count
    rows = np.column_stack([vertices[:, :2], vertices[follow, :2], vertices[:, 2]])
    count -= is_open
    return np.delete(rows, end[is_open] - 1, axis=0), np.cumsum(count) - count


def boxes(curves: Sequence[Curve]) -> Floats:
    """Box x0, y0, x1, y1 (n, 4) of each curve, mm; exact for arcs."""
    rows, first = rows_of(curves)
    if len(rows) == 0:
        return np.empty((0, 4))
    table = arcs.boxes(rows)
    low, high = np.minimum.reduceat(table[:, :2], first), np.maximum.reduceat(table[:, 2:], first)
    return np.concatenate([low, high], axis=1)


def lengths(curves: Sequence[Curve]) -> Floats:
    """Length (n,) of each curve, mm."""
    rows, first = rows_of(curves)
    return np.add.reduceat(arcs.lengths(rows), first) if len(rows) else np.empty(0)


def areas(curves: Sequence[Curve]) -> Floats:
    """Signed area (n,) of each closed curve, mm², counter-clockwise positive; taken about its own start."""
    rows, first = rows_of(curves)
    if len(rows) == 0:
        return np.empty(0)
    counts = np.diff([*first, len(rows)])
    starts = np.repeat(rows[first, 0:2], counts, axis=0)
    rows[:, 0:4] -= np.column_stack([starts, starts])
    return np.add.reduceat(arcs.areas(rows), first)


def flattened(curves: Sequence[Curve], tolerance: float = FLATTEN) -> tuple[Floats, Ints]:
    """Points (m, 2), mm, of the chords that follow closed curves, and for each point the number (m,) of its curve."""
    rows, first = rows_of(curves)
    if len(rows) == 0:
        return np.empty((0, 2)), np.empty(0, dtype=np.int64)
    counts = np.add.reduceat(arcs.chords_needed(rows, tolerance).astype(np.int64), first)
    return arcs.flattened(rows, tolerance), np.repeat(np.arange(len(curves)), counts)
