"""Polylines with a width as the outline of their stroke: square ends, mitred corners, as CAD programs show them."""

from __future__ import annotations

from typing import Any

import numpy as np

from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Floats

_TANGENT = 1e-6
"""Neighbours that turn by less, rad, need no corner."""


def width(entity: Any) -> float:
    """Width of a polyline, in its own units; 0 where it has none. Raises ValueError where it changes along the way."""
    if not getattr(entity, "has_width", False):
        return 0.0
    if entity.dxftype() == "LWPOLYLINE":
        own = {value for row in entity.get_points("se") for value in row}
        found = {entity.dxf.const_width} if entity.dxf.hasattr("const_width") and own <= {0.0} else own
    else:
        ends = ((v.dxf.start_width, v.dxf.end_width) for v in entity.vertices)
        found = {value for pair in ends for value in pair}
        default = {entity.dxf.default_start_width, entity.dxf.default_end_width}
        found = default if found <= {0.0} else found
    if len(found) != 1:
        raise ValueError("its width changes along the way")
    return float(found.pop())


def outlined(curve: Curve, wide: float) -> list[Curve]:
    """Closed curves around a stroke of `wide` along the curve: one around an open one, two beside a closed one.

    Raises ValueError where an arc is too tight for the width.
    """
    rows = curve.segments
    left, right = (_side(rows, shift, curve.closed) for shift in (wide / 2, -wide / 2))
    if curve.closed:
        return [Curve.from_segments(side, closed=True) for side in (left, right)]
    back = np.column_stack([right[::-1, 2:4], right[::-1, 0:2], -right[::-1, 4]])
    caps = [[*left[-1, 2:4], *back[0, 0:2], 0.0], [*back[-1, 2:4], *left[0, 0:2], 0.0]]
    return [Curve.from_segments(np.vstack([left, caps[:1], back, caps[1:]]), closed=True)]


def _side(rows: Floats, shift: float, closed: bool) -> Floats:
    """The rows moved by `shift` to their left and joined: lines where they meet, others straight across."""
    count = len(rows)
    ways = [arcs.directions_at(rows, np.full(count, t)) for t in (0.0, 1.0)]
    ends = [rows[:, 2 * k : 2 * k + 2] + shift * np.column_stack([-way[:, 1], way[:, 0]]) for k, way in enumerate(ways)]
    radius = arcs.centre_form(rows).radius - np.sign(rows[:, 4]) * shift
    if (arcs.is_arc(rows) & (radius <= 0)).any():
        raise ValueError("an arc is tighter than half its width")
    moved = np.column_stack([*ends, rows[:, 4]])
    across: list[Floats] = []
    for k in range(count):
        across.append(moved[k : k + 1])
        after = (k + 1) % count
        if not (closed or after):
            continue
        turn = float(ways[1][k][0] * ways[0][after][1] - ways[1][k][1] * ways[0][after][0])
        if abs(turn) > _TANGENT:
            corner = rows[k, 2:4] + _mitre(ways[1][k], ways[0][after], shift)
            if not arcs.is_arc(moved[[k, after]]).any():
                moved[k, 2:4] = moved[after, 0:2] = corner
            else:
                across.append(np.array([[*moved[k, 2:4], *moved[after, 0:2], 0.0]]))
    return np.concatenate(across)


def _mitre(before: Floats, after: Floats, shift: float) -> Floats:
    """From a corner to where the two sides meet that run `shift` to the left of it."""
    middle = np.array([-(before[1] + after[1]), before[0] + after[0]])
    return np.asarray(shift * 2 * middle / (middle @ middle))
