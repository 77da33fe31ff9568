"""No-fit regions: where one shape may not lie relative to another.

The region of stances a and b is NFR(a, b) = B ⊕ (−A): the positions of A, relative to B, at which the two overlap. It
is the union of the Minkowski sums of their convex pieces. Its boundary is where they touch; its holes are where A lies
inside a hole or a notch of B. Regions are built once per pair of shapes and relative turn: with both stances turned
or mirrored together the region turns with them, and NFR(b, a) = −NFR(a, b).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from camcore.geometry import Pose
from camcore.geometry.arrays import Floats
from camcore.nesting.convex import Pieces
from camcore.nesting.shapes import Shape, Stance

CLEAN = 1e-6
"""Vertices of a region that stand off the line between their neighbours by less, mm, are left out."""


Name = tuple[int, int, float, bool]
"""A region: shapes a and b, rotation (degrees) and mirror of a as seen from b's own coordinates."""


@dataclass(slots=True)
class NoFit:
    """No-fit regions of a set of shapes, built when first asked for."""

    shapes: tuple[Shape, ...]
    clean: float = CLEAN
    _regions: dict[Name, Floats] = field(default_factory=dict)

    def region(self, a: Stance, b: Stance) -> Floats:
        """Boundary of NFR(a, b) as directed edges (n, 4) ``x0, y0, x1, y1``, mm, with the region on their left."""
        name, matrix = frame(a, b)
        return turned_edges(self.of(name), matrix)

    def of(self, name: Name) -> Floats:
        """Boundary of the region `name`, in its own frame."""
        if name not in self._regions:
            first, second, turn, mirror = name
            body = self.shapes[first].body.turned(Pose(0.0, 0.0, turn, mirror).matrix)
            self._regions[name] = region_edges(body, self.shapes[second].body, self.clean)
        return self._regions[name]


def frame(a: Stance, b: Stance) -> tuple[Name, Floats]:
    """Name of the region that NFR(a, b) is, and the 2 × 2 map from that region's frame to the sheet's directions."""
    if (a.shape, a.rotation, a.mirror) > (b.shape, b.rotation, b.mirror):
        name, matrix = frame(b, a)
        return name, -matrix
    turn = (a.rotation - b.rotation) * (-1.0 if b.mirror else 1.0)
    return (a.shape, b.shape, round(turn % 360.0, 9) % 360.0, a.mirror != b.mirror), b.matrix


def region_edges(a: Pieces, b: Pieces, clean: float = CLEAN) -> Floats:
    """Boundary edges of B ⊕ (−A), as `NoFit.region`."""
    return boundary_edges(minkowski_union(b, a.turned(-np.eye(2))).simplify(clean))


def minkowski_union(a: Pieces, b: Pieces) -> Any:
    """Shapely union of the sums of all convex pieces of a and b."""
    import shapely

    from camcore.kernels.minkowski import convex_sums

    points, first = convex_sums(a.points, a.first, b.points, b.first)
    polygons = shapely.from_ragged_array(shapely.GeometryType.POLYGON, points, (first, np.arange(len(first))))
    return shapely.union_all(polygons)


def boundary_edges(region: Any) -> Floats:
    """Edges (n, 4) ``x0, y0, x1, y1`` of a shapely polygon or several, inside on the left."""
    from shapely.geometry.polygon import orient

    rows = []
    for polygon in getattr(region, "geoms", [region]):
        oriented = orient(polygon)
        for ring in (oriented.exterior, *oriented.interiors):
            points = np.asarray(ring.coords)
            rows.append(np.hstack([points[:-1], points[1:]]))
    return np.ascontiguousarray(np.concatenate(rows))


def turned_edges(edges: Floats, matrix: Floats) -> Floats:
    """The edges under a 2 × 2 rotation or reflection, inside still on the left."""
    start, end = edges[:, 0:2] @ matrix.T, edges[:, 2:4] @ matrix.T
    return np.ascontiguousarray(np.hstack([start, end] if np.linalg.det(matrix) > 0 else [end, start]))
