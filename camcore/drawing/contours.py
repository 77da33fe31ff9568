"""Closed contours: which are sound, which lie inside which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely

from camcore.geometry import Curve, arcs, many
from camcore.geometry.recover import circle_through
from camcore.units import CURVE_FIT, FLATTEN, SAME_POINT

THIN = 0.25
"""No part, and no rim of one, is narrower, mm: what is, is a drawn line (area = width × length of a side)."""
ROUND = 0.005
"""A contour of arcs that keeps this near to a circle, mm, was meant to be that circle ..."""
_ROUND_SHARE = 0.001
"""... up to this share of its radius; four cubic splines miss a circle by 0.00027 of it."""
_ONCE = 1e-3
"""The arcs of a circle turn by a full turn within this, rad."""
_FUZZ = 2 * FLATTEN
"""Flattened curves overlap by less than this, mm of width, where the true ones only touch."""


@dataclass(frozen=True, slots=True, eq=False)
class Contour:
    """A closed curve, counter-clockwise, with the numbers of the shapes that it was made of.

    polygon: its chords, within FLATTEN, empty where it encloses nothing; area mm², positive; length mm
    """

    curve: Curve
    members: tuple[int, ...]
    polygon: shapely.Polygon
    area: float
    length: float

    @property
    def width(self) -> float:
        """Mean width, mm: that of a long strip of the same area and perimeter."""
        return 2 * self.area / self.length


def gathered(curves: Sequence[Curve], members: Sequence[tuple[int, ...]]) -> list[Contour]:
    """Contours of closed curves; near circles become circles."""
    true = _rounded(curves)
    areas = many.areas(true).tolist()
    true = [curve if area >= 0 else curve.reversed() for curve, area in zip(true, areas, strict=True)]
    table = zip(true, members, _polygons(true), areas, many.lengths(true).tolist(), strict=True)
    return [Contour(curve, made_of, polygon, abs(area), length) for curve, made_of, polygon, area, length in table]


def _polygons(curves: Sequence[Curve]) -> list[shapely.Polygon]:
    points, number = many.flattened(curves)
    corners = np.bincount(number, minlength=len(curves))
    enough = corners[number] > 2
    rank = np.cumsum(corners > 2) - 1
    rings = iter(shapely.polygons(shapely.linearrings(points[enough], indices=rank[number[enough]])))
    return [next(rings) if count > 2 else shapely.Polygon() for count in corners.tolist()]


def _rounded(curves: Sequence[Curve]) -> list[Curve]:
    """The curves, those meant to be circles as such; arcs that share centre and radius need no closer look."""
    if not curves:
        return []
    rows, first = many.rows_of(curves)
    form, count = arcs.centre_form(rows), np.diff([*first, len(rows)])
    bent = np.logical_and.reduceat(arcs.is_arc(rows), first)
    once = np.abs(np.abs(np.add.reduceat(form.sweep, first)) - 2 * np.pi) < _ONCE
    with np.errstate(invalid="ignore"):  # lines have no centre
        table = np.column_stack([form.cx, form.cy, form.radius])
        spread = (np.maximum.reduceat(table, first) - np.minimum.reduceat(table, first)).max(axis=1)
        middle = np.add.reduceat(table, first) / count[:, None]
    plain = bent & once & (spread <= SAME_POINT)
    result = list(curves)
    for k in np.flatnonzero(bent & ~(plain & (count == 2))).tolist():
        result[k] = Curve.circle(*middle[k].tolist()) if plain[k] else rounded(curves[k])
    return result


def rounded(curve: Curve) -> Curve:
    """A closed curve of arcs that keeps near a circle as exactly that circle, else the curve itself."""
    rows = curve.segments
    if not curve.closed or not arcs.is_arc(rows).all() or (len(rows) == 2 and curve.as_circle()):
        return curve
    points = arcs.points_at(np.repeat(rows, 4, axis=0), np.tile([0.0, 0.25, 0.5, 0.75], len(rows)))
    x, y, radius = circle_through(points)
    off = np.abs(np.hypot(points[:, 0] - x, points[:, 1] - y) - radius).max()
    once = abs(abs(arcs.centre_form(rows).sweep.sum()) - 2 * np.pi) < _ONCE
    near = max(CURVE_FIT, min(ROUND, radius * _ROUND_SHARE))
    return Curve.circle(x, y, radius) if once and off <= near < radius / 10 else curve


def crossing_place(contour: Contour) -> tuple[float, float] | None:
    """Where a contour crosses or touches itself; None where it is simple."""
    if shapely.is_valid(contour.polygon):
        return None
    found = re.search(r"\[(\S+) (\S+)\]", shapely.is_valid_reason(contour.polygon))
    return (float(found[1]), float(found[2])) if found else contour.curve.start


class Conflict(NamedTuple):
    """Two contours, by number, that meet at `place` (x, y); `inside`: the smaller one only touches from inside."""

    greater: int
    smaller: int
    place: tuple[float, float]
    inside: bool


def conflicts(contours: Sequence[Contour]) -> list[Conflict]:
    """Contours that meet and whose insides overlap; side by side they may touch."""
    if not contours:
        return []
    shapes = np.array([contour.polygon for contour in contours])
    rings = shapely.get_exterior_ring(shapes)
    i, j = shapely.STRtree(rings).query(rings, predicate="intersects")
    found = []
    for a, b in sorted(zip(i[i < j].tolist(), j[i < j].tolist(), strict=True)):
        big, small = (a, b) if contours[a].area >= contours[b].area else (b, a)
        common, fuzz = shapely.intersection(shapes[a], shapes[b]).area, _FUZZ * contours[small].length
        if common > fuzz:
            place = shapely.intersection(rings[a], rings[b]).representative_point()
            found.append(Conflict(big, small, (place.x, place.y), common >= contours[small].area - fuzz))
    return found


def parents(contours: Sequence[Contour]) -> list[int]:
    """For each contour the smallest one around it, -1 for none. They must not overlap in part."""
    if not contours:
        return []
    shapes = np.array([contour.polygon for contour in contours])
    area = np.array([contour.area for contour in contours])
    inner, outer = shapely.STRtree(shapes).query(shapely.point_on_surface(shapes), predicate="within")
    real = area[outer] > area[inner]
    inner, outer = inner[real], outer[real]
    order = np.lexsort((outer, area[outer]))[::-1]
    parent = [-1] * len(contours)
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
            a, b = contours[parent[i]], contours[i]
            if 2 * (a.area - b.area) / (a.length + b.length) < THIN:
                inner.add(i)
    return inner
