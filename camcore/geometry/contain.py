"""What lies inside a closed curve, or inside regions."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.curve import Curve

_CELLS = 2_000_000
"""Point-segment pairs handled at once; bounds memory."""


def contains(curve: Curve, points: Floats) -> Bools:
    """Whether each point (n, 2) lies inside a closed curve, arcs exact; on the curve itself either answer may come.

    Parity of the polygon of chords, turned over once for each circular cap (between arc and chord) that holds the
    point. Points on a chord count as moved by an infinitesimal step to +x, then +y, in both tests alike.
    """
    rows = curve.segments
    step = max(1, _CELLS // len(rows))
    chunks = [_parity(rows, points[k : k + step]) for k in range(0, len(points), step)]
    return np.concatenate(chunks) if chunks else np.empty(0, dtype=np.bool_)


def within(points: Floats, regions: Any) -> tuple[Ints, Ints]:
    """Pairs of a point (n, 2) and one of the regions (polygons, m) inside of which it lies, not on its edge."""
    regions = np.asarray(regions, dtype=object)
    shapely.prepare(regions)
    point, region = shapely.STRtree(regions).query(shapely.points(points))
    inside = shapely.contains_xy(regions[region], *points[point].T)
    shapely.destroy_prepared(regions)
    return point[inside], region[inside]


def _parity(rows: Floats, points: Floats) -> Bools:
    x, y = points[:, 0:1], points[:, 1:2]
    x0, y0, x1, y1, bulge = rows.T
    side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
    tie = np.where(y1 != y0, y0 - y1, x1 - x0)
    side = np.where(side == 0.0, tie, side)
    up, down = (y0 <= y) & (y1 > y), (y1 <= y) & (y0 > y)
    inside = (up & (side > 0)) ^ (down & (side < 0))
    arc = arcs.is_arc(rows)
    if arc.any():
        form = arcs.centre_form(rows[arc])
        within = np.hypot(x - form.cx, y - form.cy) < form.radius
        inside[:, arc] ^= within & (side[:, arc] * bulge[arc] < 0)
    answer: Bools = np.logical_xor.reduce(inside, axis=1)
    return answer
