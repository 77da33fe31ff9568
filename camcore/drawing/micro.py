"""Micro segments: steps in a contour that no machine follows and no eye sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camcore.drawing.findings import Notes
from camcore.geometry import Curve, arcs, many

MICRO = 0.002
"""Segments shorter than this, mm, are left out of contours and marks: a fifth of what the proof allows an edge."""


def without_micro(curves: Sequence[Curve], notes: Notes) -> list[Curve]:
    """The curves without segments shorter than MICRO, told in one finding; vertices before and after them stay."""
    rows, first = many.rows_of(curves)
    short = np.flatnonzero(arcs.lengths(rows) < MICRO)
    result, dropped = list(curves), 0
    for i in np.unique(np.searchsorted(first, short, side="right") - 1).tolist():
        result[i] = _stepped_over(curves[i])
        dropped += len(curves[i]) - len(result[i])
    if dropped:
        x, y = rows[short[0], 0:2].tolist()
        message = f"{dropped} segments are shorter than {MICRO} mm; left out"
        notes.tell("I225", message, "", [notes.where((), (x, y), size=dropped, limit=MICRO)])
    return result


def _stepped_over(curve: Curve) -> Curve:
    """The curve without vertices nearer to the one kept before them; itself where too few would be left."""
    length = arcs.lengths(curve.segments).tolist()
    table = curve.vertices.copy()
    kept, way = [0], 0.0
    for k in range(1, len(table)):
        way += length[k - 1]
        if way >= MICRO:
            kept.append(k)
            way = 0.0
        else:
            table[kept[-1], 2] = table[k, 2]
    if curve.closed and len(length) == len(table) and way + length[-1] < MICRO:
        kept.pop()
    elif not curve.closed and kept[-1] != len(table) - 1:
        kept[-1] = len(table) - 1
    return Curve(table[kept], curve.closed) if len(kept) > 2 else curve
