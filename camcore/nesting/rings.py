"""Polygons as rings that do not turn around holes: a hole is joined to its outline by a bridge there and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.kernels.convolution import Rings

Corner = tuple[int, int]
"""Number of a ring, and of a vertex on it."""
Point = tuple[float, float]


def rings_of(region: Any) -> Rings:
    """Rings of a shapely polygon or several, holes allowed."""
    from shapely.geometry.polygon import orient

    return ringed([_bridged(orient(polygon)) for polygon in getattr(region, "geoms", [region])])


def ringed(rings: Sequence[Floats]) -> Rings:
    """Counter-clockwise rings (n, 2) that do not repeat their first point."""
    first = np.cumsum([0, *map(len, rings)])
    numbers = [np.arange(a, b) for a, b in pairwise(first.tolist())]
    before, after = ([np.roll(ring, step) for ring in numbers] for step in (1, -1))
    return Rings(np.ascontiguousarray(np.concatenate(rings)), np.concatenate(before), np.concatenate(after))


def turned(rings: Rings, matrix: Floats) -> Rings:
    """The rings under a 2 × 2 map, which may mirror; they stay counter-clockwise."""
    points = np.ascontiguousarray(rings.points @ matrix.T)
    if np.linalg.det(matrix) > 0:
        return Rings(points, rings.before, rings.after)
    return Rings(points, rings.after, rings.before)


def area(rings: Rings) -> float:
    """Area that the rings enclose, mm²."""
    (x, y), (to_x, to_y) = rings.points.T, rings.points[rings.after].T
    return 0.5 * float((x * to_y - to_x * y).sum())


def _bridged(polygon: Any) -> Floats:
    """The ring around an oriented polygon and its holes.

    Bridges are edges of a triangulation, so they cross nothing.
    """
    import shapely

    rings = [np.asarray(ring.coords)[:-1, :2] for ring in (polygon.exterior, *polygon.interiors)]
    if len(rings) == 1:
        return _without_repeats(rings[0])
    edges = [
        (a[:2], b[:2])
        for triangle in shapely.constrained_delaunay_triangles(polygon).geoms
        for a, b in pairwise(triangle.exterior.coords)
    ]
    path = _path([len(ring) for ring in rings], sorted(_bridges(rings, edges)))
    return _without_repeats(np.array([rings[k][i] for k, i in path]))


def _bridges(rings: Sequence[Floats], edges: Sequence[tuple[Point, Point]]) -> Iterator[tuple[float, Corner, Corner]]:
    """Square of the length, and corners, of all ways over edges between corners, both ways; rings may touch."""
    at: dict[Point, list[Corner]] = {}
    for k, ring in enumerate(rings):
        for i, (x, y) in enumerate(ring.tolist()):
            at.setdefault((x, y), []).append((k, i))
    for a, b in {*edges, *((point, point) for point in at)}:
        for one, two in product(at[a], at[b]):
            length = (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
            yield from ((length, one, two), (length, two, one))


def _without_repeats(ring: Floats) -> Floats:
    """The ring (n, 2) without corners that stand where the one before them does."""
    kept: Floats = ring[(ring != np.roll(ring, 1, axis=0)).any(axis=1)]
    return kept


def _path(counts: Sequence[int], bridges: Sequence[tuple[float, Corner, Corner]]) -> list[Corner]:
    """Corners of ring 0 in turn, with a way over a bridge, around a hole and back for each other ring.

    The first bridge that leads from a ring that is joined to one that is not is taken each time.
    """
    path, joined = [(0, i) for i in range(counts[0])], {0}
    while len(joined) < len(counts):
        here, (k, i) = next((a, b) for _, a, b in bridges if a[0] in joined and b[0] not in joined)
        around = [(k, (i + step) % counts[k]) for step in range(counts[k] + 1)]
        place = path.index(here) + 1
        path[place:place] = [*around, here]
        joined.add(k)
    return path
