"""Polygons as nesting needs them: in convex pieces, and as the outline around these."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels.convolution import Rings
from camcore.nesting.rings import ringed, rings_of, turned


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Convex counter-clockwise polygons end to end: piece k is ``points[first[k]:first[k + 1]]``; points (n, 2), mm.

    `outline` are the rings around all of them together; None where nobody knows better than each piece by itself.
    """

    points: Floats
    first: Ints
    outline: Rings | None = None

    @property
    def rings(self) -> Rings:
        """What is around the pieces."""
        each = [self.points[a:b] for a, b in pairwise(self.first.tolist())]
        return ringed(each) if self.outline is None else self.outline

    def turned(self, matrix: Floats) -> Pieces:
        """The pieces under a 2 × 2 map, which may mirror; they stay counter-clockwise."""
        points, outline = self.points @ matrix.T, None if self.outline is None else turned(self.outline, matrix)
        if np.linalg.det(matrix) > 0:
            return Pieces(points, self.first, outline)
        rings = [points[a:b][::-1] for a, b in pairwise(self.first.tolist())]
        return Pieces(np.concatenate(rings), self.first, outline)


def pack(rings: list[Floats], outline: Rings | None = None) -> Pieces:
    """Pieces from a list of rings (n, 2) that do not repeat their first point."""
    first = np.cumsum([0, *(len(ring) for ring in rings)])
    return Pieces(np.ascontiguousarray(np.concatenate(rings)), first.astype(np.int64), outline)


def convex_pieces(polygon: Any) -> Pieces:
    """Convex pieces that are the shapely `polygon` or several (holes allowed): at most four times the least number.

    Constrained Delaunay triangles, joined across every diagonal whose ends stay convex without it (Hertel and Mehlhorn,
    Fast triangulation of simple polygons, 1983).
    """
    import shapely

    triangles = shapely.constrained_delaunay_triangles(polygon).geoms
    corners, where = np.unique(
        np.concatenate([np.asarray(t.exterior.coords)[:3] for t in triangles]), axis=0, return_inverse=True
    )
    faces = [_ccw(corners, list(map(int, face))) for face in where.reshape(-1, 3)]
    return pack([corners[face] for face in _joined(corners, faces)], rings_of(polygon))


def _ccw(corners: Floats, face: list[int]) -> list[int]:
    a, b, c = corners[face]
    return face if _turn(a, b, c) > 0 else face[::-1]


def _turn(a: Floats, b: Floats, c: Floats) -> float:
    """Twice the signed area of a triangle: positive where a → b → c turns left."""
    return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))


def _joined(corners: Floats, faces: list[list[int]]) -> list[list[int]]:
    """Faces joined across needless diagonals, longest first, so that the pieces come out fat."""
    owner = {(face[k - 1], face[k]): index for index, face in enumerate(faces) for k in range(3)}
    diagonals = [(a, b) for a, b in owner if a < b and (b, a) in owner]
    length = {pair: float(((corners[pair[0]] - corners[pair[1]]) ** 2).sum()) for pair in diagonals}
    alive: list[list[int] | None] = list(faces)
    for a, b in sorted(diagonals, key=lambda pair: (-length[pair], pair)):
        one, two = owner[a, b], owner[b, a]
        left, right = alive[one], alive[two]
        if one == two or left is None or right is None:
            continue
        joined = _spliced(left, right, a, b)
        if _convex_at(corners, joined, a) and _convex_at(corners, joined, b):
            alive[one], alive[two] = joined, None
            for k in range(len(right)):
                owner[right[k - 1], right[k]] = one
    return [face for face in alive if face is not None]


def _spliced(left: list[int], right: list[int], a: int, b: int) -> list[int]:
    """One ring of two that share the edge a → b of `left`, b → a of `right`."""
    i, j = left.index(b), right.index(a)
    around = left[i:] + left[:i]
    other = right[j:] + right[:j]
    return around + other[1:-1]


def _convex_at(corners: Floats, ring: list[int], corner: int) -> bool:
    k = ring.index(corner)
    return _turn(corners[ring[k - 1]], corners[corner], corners[ring[(k + 1) % len(ring)]]) >= 0.0
