"""Closed contours: which are sound, which lie inside which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Floats
from camcore.units import CURVE_FIT, FLATTEN

THIN = 0.25
"""No part, and no rim of one, is narrower, mm: what is, is a drawn line (area = width × length of a side)."""
ROUND = 0.005
"""A contour of arcs that keeps this near to a circle, mm, was meant to be that circle ..."""
_ROUND_SHARE = 0.001
"""... up to this share of its radius; four cubic splines miss a circle by 0.00027 of it."""
_FUZZ = 2 * FLATTEN
"""Flattened curves overlap by less than this, mm of width, where the true ones only touch."""


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A closed curve with the numbers of the shapes that it was made of."""

    curve: Curve
    members: tuple[int, ...]

    @property
    def width(self) -> float:
        """Mean width, mm: that of a long strip of the same area and perimeter."""
        return 2 * abs(self.curve.area) / self.curve.length


def rounded(curve: Curve) -> Curve:
    """A closed curve of arcs that keeps near a circle as exactly that circle, else the curve itself."""
    rows = curve.segments
    if not curve.closed or not arcs.is_arc(rows).all() or len(rows) < 2:
        return curve
    points = arcs.points_at(np.repeat(rows, 4, axis=0), np.tile([0.0, 0.25, 0.5, 0.75], len(rows)))
    x, y, radius = _circle_through(points)
    off = np.abs(np.hypot(points[:, 0] - x, points[:, 1] - y) - radius).max()
    once = abs(abs(arcs.centre_form(rows).sweep.sum()) - 2 * np.pi) < 1e-3
    near = max(CURVE_FIT, min(ROUND, radius * _ROUND_SHARE))
    return Curve.circle(x, y, radius) if once and off <= near < radius / 10 else curve


def _circle_through(points: Floats) -> tuple[float, float, float]:
    """Centre and radius of the circle nearest to points (n, 2).

    Linear least squares of x² + y² = 2 ax + 2 by + c (Kåsa: A circle fitting procedure and its error analysis, IEEE
    Trans. Instrum. Meas. 25, 1976).
    """
    middle = points.mean(axis=0)
    to = points - middle
    system = np.column_stack([2 * to, np.ones(len(to))])
    (a, b, c), *_ = np.linalg.lstsq(system, (to**2).sum(axis=1), rcond=None)
    return float(middle[0] + a), float(middle[1] + b), float(np.sqrt(max(c + a * a + b * b, 0.0)))


def polygons(curves: Sequence[Curve]) -> list[shapely.Polygon]:
    """The curves as polygons of chords, within FLATTEN."""
    return [shapely.Polygon(curve.flattened(FLATTEN)) for curve in curves]


def crossing_place(polygon: shapely.Polygon) -> tuple[float, float] | None:
    """Where a polygon's boundary crosses or touches itself; None where it is simple."""
    if shapely.is_valid(polygon):
        return None
    found = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(polygon))
    x, y = (float(found[1]), float(found[2])) if found else polygon.exterior.coords[0]
    return x, y


def conflicts(shapes: Sequence[shapely.Polygon]) -> list[tuple[int, int, float, float]]:
    """Pairs (greater, smaller) of polygons whose boundaries meet and whose insides overlap, with a place.

    Polygons side by side may touch.
    """
    rings = shapely.get_exterior_ring(list(shapes))
    i, j = shapely.STRtree(rings).query(rings, predicate="intersects")
    found = []
    for a, b in sorted(zip(i[i < j].tolist(), j[i < j].tolist(), strict=True)):
        big, small = (a, b) if shapes[a].area >= shapes[b].area else (b, a)
        if shapely.intersection(shapes[a], shapes[b]).area > _FUZZ * shapes[small].length:
            place = shapely.intersection(rings[a], rings[b]).representative_point()
            found.append((big, small, place.x, place.y))
    return found


def parents(shapes: Sequence[shapely.Polygon]) -> list[int]:
    """For each polygon the smallest one around it, -1 for none. They must not overlap in part."""
    if not shapes:
        return []
    area = shapely.area(list(shapes))
    inner, outer = shapely.STRtree(list(shapes)).query(shapely.point_on_surface(list(shapes)), predicate="within")
    real = area[outer] > area[inner]
    inner, outer = inner[real], outer[real]
    order = np.lexsort((outer, area[outer]))[::-1]
    parent = [-1] * len(shapes)
    for i, o in zip(inner[order].tolist(), outer[order].tolist(), strict=True):
        parent[i] = o
    return parent


def depths(parent: Sequence[int]) -> list[int]:
    """How many contours lie around each."""
    depth = []
    for i in range(len(parent)):
        steps, around = 0, parent[i]
        while around >= 0:
            steps, around = steps + 1, parent[around]
        depth.append(steps)
    return depth


def rims(contours: Sequence[Contour], parent: Sequence[int]) -> set[int]:
    """Contours that follow the one around them so closely that the two are the sides of a drawn line."""
    inner: set[int] = set()
    for i in sorted(range(len(parent)), key=depths(parent).__getitem__):
        if parent[i] >= 0 and parent[i] not in inner:
            a, b = contours[parent[i]].curve, contours[i].curve
            if 2 * (abs(a.area) - abs(b.area)) / (a.length + b.length) < THIN:
                inner.add(i)
    return inner
