"""The densest lattices of one shape: repeated by two vectors, alone or in pairs with itself turned by 180 degrees.

A lattice touches: its first vector lies on the boundary of the region NFR(p, p), its second where that region's repeats
along the first cross, and the turned shape p' where the repeats of NFR(p', p) cross (for convex shapes: Mount and
Silverman, Packing and covering the plane with translates of a convex polygon, 1990; G. and W. Kuperberg, Double-lattice
packings of convex bodies in the plane, 1990). Regions keep their holes and notches, so shapes may hook into each other.
The first vector of the best double lattice of a convex shape touches too (Mount, The densest double-lattice packing of
a convex polygon, 1991); of others it need not, and what is found is a good one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.nesting.convex import Pieces
from camcore.nesting.frontier import TOUCH
from camcore.nesting.nofit import region_edges

SAMPLES = 160
"""First vectors that are tried, on half the boundary of the region."""
WORSE = 1.03
"""Lattices worse than the best by this factor are not followed."""
STARTS = 4
"""Best first vectors that are moved along the boundary until the cell is smallest."""
HALVINGS = 14
"""How often the step of that is halved: to a hundredth of a micrometre."""

TIE = 1e-9
"""Squares of lengths that differ by less, as a share, are equal."""

Vector = tuple[float, float]


class Lattice(NamedTuple):
    """Shapes at i u + j v and, unless `turned` is None, shapes turned by 180 degrees at turned + i u + j v; mm.

    area: of the cell, mm²; it holds one shape, or one of each kind
    """

    u: Vector
    v: Vector
    turned: Vector | None
    area: float

    @property
    def each(self) -> float:
        """Area of the plane that each shape takes, mm²."""
        return self.area if self.turned is None else self.area / 2.0


class Regions(NamedTuple):
    """What decides on lattices: NFR(p, p), NFR(p', p) (empty where p must not be turned), the area of p, mm²."""

    own: Floats
    pair: Floats
    area: float

    @staticmethod
    def of(body: Pieces, turned: bool) -> Regions:
        """Regions of a shape given by its convex pieces."""
        pair = region_edges(body.turned(-np.eye(2)), body) if turned else np.empty((0, 4))
        return Regions(region_edges(body, body), pair, _area(body))


def _area(body: Pieces) -> float:
    rings = [body.points[a:b] for a, b in zip(body.first[:-1], body.first[1:], strict=True)]
    return 0.5 * sum(float((r[:, 0] * np.roll(r[:, 1], -1) - np.roll(r[:, 0], -1) * r[:, 1]).sum()) for r in rings)


def lattices(regions: Regions, fine: Regions | None = None) -> list[Lattice]:
    """The best lattices of a shape, densest first: some single ones, and double ones where `regions` has a pair.

    With `fine` regions the search is done on `regions`, which may be coarse, and the best are brought to the fine ones.
    """
    found = []
    for pair in [regions.own[:0], regions.pair] if len(regions.pair) else [regions.own[:0]]:
        coarse = regions._replace(pair=pair)
        exact = coarse if fine is None else fine._replace(pair=fine.pair if len(pair) else pair)
        found += _best(coarse, exact)
    return sorted(found, key=lambda lattice: lattice.each)


def _best(coarse: Regions, exact: Regions) -> list[Lattice]:
    """The best lattices of one kind, each from another first vector."""
    at = Boundary(coarse.own)
    places = at.upper(SAMPLES)
    rows = _scan(coarse, at.points(places))
    seeds = _low_points(rows[:, 4])[:STARTS]
    if exact is not coarse:
        fine = Boundary(exact.own)
        places, at = fine.nearest(at.points(places[seeds])), fine
        seeds = list(range(len(seeds)))
    step = 0.5 * at.length / SAMPLES
    found = [lattice for k in seeds if (lattice := _refined(exact, at, places[k], step)) is not None]
    return sorted(found, key=lambda lattice: lattice.area)


def _low_points(areas: Floats) -> list[int]:
    """Indices of those values around a ring that no neighbour undercuts, least first."""
    low = np.isfinite(areas) & (areas <= np.roll(areas, 1)) & (areas <= np.roll(areas, -1))
    found = np.flatnonzero(low)
    return [int(k) for k in found[np.argsort(areas[found], kind="stable")]]


def _refined(regions: Regions, at: Boundary, place: float, step: float) -> Lattice | None:
    """The best lattice whose first vector lies near `place` on the boundary."""
    from camcore.kernels.lattice import refined

    start = (float(place), step, HALVINGS)
    ux, uy, vx, vy, x, y, area = refined(*_ground(regions), at.ends, start, _least(regions), WORSE, TOUCH).tolist()
    if area == np.inf:
        return None
    return _reduced((ux, uy), (vx, vy), (x, y) if len(regions.pair) else None, area)


def _scan(regions: Regions, firsts: Floats) -> Floats:
    """Best second vector, place of the turned shape and cell for each first vector: rows of `kernels.lattice.scan`."""
    from camcore.kernels.lattice import scan

    return scan(*_ground(regions), firsts, _least(regions), WORSE, TOUCH)


def _least(regions: Regions) -> float:
    """The area that no cell is smaller than, mm²."""
    return regions.area * (2.0 if len(regions.pair) else 1.0)


def _ground(regions: Regions) -> tuple[Floats, Floats, Floats, Floats]:
    """Both regions, each with its box."""
    return regions.own, _box(regions.own), regions.pair, _box(regions.pair)


def _box(edges: Floats) -> Floats:
    return np.concatenate([edges[:, 0:2].min(axis=0), edges[:, 0:2].max(axis=0)]) if len(edges) else np.zeros(4)


def _reduced(u: Vector, v: Vector, turned: Vector | None, area: float) -> Lattice:
    """The lattice by its shortest vectors (Lagrange and Gauss), so that few repeats describe any part of it."""
    while True:
        times = round((u[0] * v[0] + u[1] * v[1]) / (u[0] ** 2 + u[1] ** 2))
        v = (v[0] - times * u[0], v[1] - times * u[1])
        if v[0] ** 2 + v[1] ** 2 > (u[0] ** 2 + u[1] ** 2) * (1.0 - TIE):
            return Lattice(u, v, turned, area)
        u, v = v, (-u[0], -u[1])


class Boundary:
    """A region's boundary as one long way, ring after ring; a place on it is a length from its start, mm."""

    def __init__(self, edges: Floats) -> None:
        self.edges = edges
        self.ends = np.cumsum(np.hypot(*(edges[:, 2:4] - edges[:, 0:2]).T))
        self.length = float(self.ends[-1])

    def points(self, places: Floats) -> Floats:
        """Points (n, 2) at places (n,), which may run over the ends."""
        from camcore.kernels.lattice import along

        return along(self.edges, self.ends, places)

    def upper(self, count: int) -> Floats:
        """About `count` places on the upper half: all corners, and as many between them as keep the steps even."""
        size = np.diff(self.ends, prepend=0.0)
        pieces = np.maximum(1, np.ceil(size / (0.5 * self.length / count))).astype(int)
        starts = self.ends - size
        places = np.concatenate([a + s * np.arange(n) / n for a, s, n in zip(starts, size, pieces, strict=True)])
        points = self.points(places)
        return np.asarray(places[(points[:, 1] > 0) | ((points[:, 1] == 0) & (points[:, 0] > 0))])

    def nearest(self, points: Floats) -> Floats:
        """Places (n,) on the boundary nearest to points (n, 2)."""
        start, way = self.edges[:, 0:2], self.edges[:, 2:4] - self.edges[:, 0:2]
        size = np.hypot(way[:, 0], way[:, 1])
        away = points[:, None] - start
        share = np.clip((away * way).sum(axis=2) / size**2, 0.0, 1.0)
        square = ((away - way * share[:, :, None]) ** 2).sum(axis=2)
        k = square.argmin(axis=1)
        return np.asarray(self.ends[k] - size[k] * (1.0 - share[np.arange(len(points)), k]))
