"""No-fit regions: where one shape may not lie relative to another.

The region of stances a and b is NFR(a, b) = B ⊕ (−A): the positions of A, relative to B, at which the two overlap. Its
boundary is where they touch; its holes are where A lies inside a hole or a notch of B. Regions are built once per pair
of shapes and relative turn: with both stances turned or mirrored together the region turns with them, and
NFR(b, a) = −NFR(a, b).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from camcore.geometry import Pose
from camcore.geometry.arrays import Floats, Ints
from camcore.kernels.convolution import Rings
from camcore.nesting.convex import Pieces
from camcore.nesting.shapes import Shape, Stance
from camcore.nesting.work import spread

GAP = 1e-6
"""Slits of a region narrower than this, mm, are closed; vertices that stand off a line by less are left out."""
BATCH = 50
"""Regions that a thread builds at a time: some milliseconds."""

Name = tuple[int, int, float, bool]
"""A region: shapes a and b, rotation (degrees) and mirror of a as seen from b's own coordinates."""


class Frames(NamedTuple):
    """Which region each pair of stances has.

    names: the different regions
    number: (K, K) place of the pair's region among the names
    matrix: (K, K, 2, 2) map from that region's frame to the sheet's directions
    """

    names: list[Name]
    number: Ints
    matrix: Floats


@dataclass(slots=True)
class NoFit:
    """No-fit regions of a set of shapes, built when first asked for."""

    shapes: tuple[Shape, ...]
    gap: float = GAP
    _regions: dict[Name, Floats] = field(default_factory=dict)

    def region(self, a: Stance, b: Stance) -> Floats:
        """Boundary of NFR(a, b) as directed edges (n, 4) ``x0, y0, x1, y1``, mm, with the region on their left."""
        name, matrix = frame(a, b)
        return turned_edges(self.of(name), matrix)

    def of(self, name: Name) -> Floats:
        """Boundary of the region `name`, in its own frame; edges follow each other around rings."""
        if name not in self._regions:
            first, second, turn, mirror = name
            body = self.shapes[first].body.turned(Pose(0.0, 0.0, turn, mirror).matrix)
            self._regions[name] = region_edges(body, self.shapes[second].body, self.gap)
        return self._regions[name]

    def prepare(self, names: Sequence[Name], threads: int, tick: Callable[[], None]) -> None:
        """Build regions now; `tick` is called now and then and may raise to stop."""
        from camcore.kernels.convolution import sum_boundaries

        wanted = [name for name in names if name not in self._regions]
        table, first = _table([shape.body.rings for shape in self.shapes])

        def build(batch: Sequence[Name]) -> None:
            pairs = np.array([name[:2] for name in batch])
            maps = np.array([-Pose(0.0, 0.0, *name[2:]).matrix for name in batch])
            edges, counts = sum_boundaries(table, first, pairs, maps, self.gap)
            stops = np.cumsum(np.maximum(counts, 0))
            for name, count, stop in zip(batch, counts.tolist(), stops.tolist(), strict=True):
                if count >= 0:
                    self._regions[name] = edges[stop - count : stop]

        spread(build, [wanted[k : k + BATCH] for k in range(0, len(wanted), BATCH)], threads, tick)


def _table(bodies: Sequence[Rings]) -> tuple[Rings, Ints]:
    """Rings of all bodies end to end, each with its neighbours numbered from 0, and where each starts."""
    first = np.cumsum([0, *(len(body.points) for body in bodies)])
    columns = [np.concatenate(column) for column in zip(*bodies, strict=True)]
    return Rings(*columns), first


def frame(a: Stance, b: Stance) -> tuple[Name, Floats]:
    """Name of the region that NFR(a, b) is, and the 2 × 2 map from that region's frame to the sheet's directions."""
    if (a.shape, a.rotation, a.mirror) > (b.shape, b.rotation, b.mirror):
        name, matrix = frame(b, a)
        return name, -matrix
    turn = (a.rotation - b.rotation) * (-1.0 if b.mirror else 1.0)
    return (a.shape, b.shape, round(turn % 360.0, 9) % 360.0, a.mirror != b.mirror), b.matrix


def frames(stances: Sequence[Stance]) -> Frames:
    """`frame` of all pairs of stances at once."""
    shape = np.array([stance.shape for stance in stances])
    turns = np.array([stance.rotation for stance in stances])
    mirror = np.array([stance.mirror for stance in stances])
    rank = np.argsort(np.lexsort((mirror, turns, shape)))
    matrices = np.array([stance.matrix for stance in stances])
    one, two = np.indices((len(stances), len(stances)))
    swapped = rank[one] > rank[two]
    a, b = np.where(swapped, two, one), np.where(swapped, one, two)
    turn = np.round((turns[a] - turns[b]) * np.where(mirror[b], -1.0, 1.0) % 360.0, 9) % 360.0
    angles, angle = np.unique(turn, return_inverse=True)
    key = ((shape[a] * (shape.max() + 1) + shape[b]) * len(angles) + angle.reshape(a.shape)) * 2 + (
        mirror[a] != mirror[b]
    )
    _, places, number = np.unique(key, return_index=True, return_inverse=True)
    at = np.unravel_index(places, a.shape)
    columns = (shape[a[at]], shape[b[at]], turn[at], mirror[a[at]] != mirror[b[at]])
    names = list(zip(*(column.tolist() for column in columns), strict=True))
    matrix = matrices[b] * np.where(swapped, -1.0, 1.0)[:, :, None, None]
    return Frames(names, number.reshape(a.shape), matrix)


def region_edges(a: Pieces, b: Pieces, gap: float = GAP) -> Floats:
    """Boundary edges of B ⊕ (−A), as `NoFit.of`."""
    from camcore.kernels.convolution import sum_boundary

    lying, moving = b.rings, a.turned(-np.eye(2)).rings
    edges, closed = sum_boundary(lying, moving, gap)
    return edges if closed else _by_faces(lying, moving, gap)


def _by_faces(p: Rings, q: Rings, gap: float) -> Floats:
    """Boundary edges of P ⊕ Q from all faces of the convolution: slow, for when rounding keeps its edges apart."""
    import shapely

    from camcore.kernels.convolution import convolution, winding

    lines = convolution(p, q)
    noded = shapely.union_all(shapely.linestrings(lines[:, :4].reshape(-1, 2, 2)))
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inner = [face for face in faces if winding(lines, *face.representative_point().coords[0]) > 0]
    return boundary_edges(shapely.union_all(inner).simplify(gap))


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
    turned: Floats = (edges.reshape(-1, 2) @ matrix.T).reshape(-1, 4)
    (a, b), (c, d) = matrix.tolist()
    return turned if a * d > b * c else np.ascontiguousarray(turned[:, [2, 3, 0, 1]])
