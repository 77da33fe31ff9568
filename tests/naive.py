"""Slow, obvious twins of the kernels: what each of them ought to answer."""

from __future__ import annotations

import math
from itertools import pairwise, permutations

import numpy as np
import shapely
from shapely import MultiPoint, Point, Polygon

from camcore.geometry.arrays import Floats


def convex_sum(p: Floats, q: Floats) -> Polygon:
    """P ⊕ Q as the hull of all sums of vertices."""
    return MultiPoint((p[:, None] + q[None]).reshape(-1, 2)).convex_hull


def minkowski(p: Polygon, q: Polygon) -> Polygon:
    """P ⊕ Q as the union of the sums of their triangles."""
    triangles = [
        [np.asarray(face.exterior.coords)[:3] for face in shapely.constrained_delaunay_triangles(shape).geoms]
        for shape in (p, q)
    ]
    return shapely.union_all([convex_sum(a, b) for a in triangles[0] for b in triangles[1]])


def region(edges: Floats) -> Polygon:
    """Directed edges, inside on the left, as an area."""
    rings, rows = [], {tuple(row[:2]): tuple(row[2:]) for row in edges.tolist()}
    while rows:
        ring = [next(iter(rows))]
        while ring[-1] in rows:
            ring.append(rows.pop(ring[-1]))
        rings.append(Polygon(ring))
    area = shapely.union_all([r for r in rings if r.exterior.is_ccw])
    return area.difference(shapely.union_all([r for r in rings if not r.exterior.is_ccw]))


def deep_inside(area: Polygon, x: float, y: float, slack: float) -> bool:
    """Whether a point lies in an area, farther than `slack` from its boundary."""
    return bool(area.contains(Point(x, y)) and area.boundary.distance(Point(x, y)) > slack)


def touching(regions: list[Polygon], bounds: Floats, slack: float) -> Floats:
    """Corners of regions and bounds, and crossings of all their boundaries, that are in no region and in the bounds."""
    lines = [shapely.box(*bounds).exterior] + [area.boundary for area in regions]
    points = [np.asarray(line.coords)[:, :2] for part in lines for line in getattr(part, "geoms", [part])]
    for k, one in enumerate(lines):
        for other in lines[:k]:
            points += [shapely.get_coordinates(one.intersection(other))]
    found = np.unique(np.round(np.concatenate(points), 7), axis=0)
    low, high = bounds[:2] - slack, bounds[2:] + slack
    found = found[((found >= low) & (found <= high)).all(axis=1)]
    free = [p for p in found if not any(deep_inside(area, *p, slack) for area in regions)]
    return np.array(free).reshape(-1, 2)


def depth(area: Polygon, x: float, y: float) -> float:
    """Distance out of an area, 0 outside it."""
    return float(area.boundary.distance(Point(x, y))) if area.contains(Point(x, y)) else 0.0


def penalty(areas: list[Polygon], weights: list[float], x: float, y: float) -> float:
    """Sum of weighted depths in several areas."""
    return sum(weight * depth(area, x, y) for area, weight in zip(areas, weights, strict=True))


def nearest_away(place: tuple[float, float], points: list[tuple[float, float]], but: int) -> list[float]:
    """Distances of all points from a place, nearest first, without that of number `but`."""
    return sorted(math.dist(place, point) for k, point in enumerate(points) if k != but)


def keeps(order: list[int], pairs: list[tuple[int, int]]) -> bool:
    """Whether the first of each pair stands before the second."""
    return all(order.index(a) < order.index(b) for a, b in pairs)


def travel(points: Floats) -> float:
    """Length of the way through points (n, 2) in turn, not closed."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def shortest_tour(
    starts: list[tuple[float, float]], ends: list[tuple[float, float]], pairs: list[tuple[int, int]]
) -> float:
    """Least way from home, the last stop, through all others, of all orders that keep the pairs."""
    home = len(starts) - 1
    orders = (order for order in permutations(range(home)) if keeps(list(order), pairs))
    return min(sum(math.dist(ends[a], starts[b]) for a, b in pairwise((home, *order))) for order in orders)
