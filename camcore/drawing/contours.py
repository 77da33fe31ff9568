"""Closed contours: which are sound, which lie inside which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from camcore.geometry import Curve
from camcore.units import CURVE_FIT, FLATTEN

THIN = 0.25
"""No part, and no rim of one, is narrower, mm: what is, is a drawn line (area = width × length of a side)."""
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
    """A closed curve that is a circle within CURVE_FIT as exactly that circle, else the curve itself."""
    circle = curve.as_circle(CURVE_FIT)
    if circle is None or abs(circle[2]) < 10 * CURVE_FIT:
        return curve
    return Curve.circle(*circle)


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
