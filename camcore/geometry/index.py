"""Spatial index of segments, so that thousands of them stay fast."""

from __future__ import annotations

import shapely

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints


class SegmentIndex:
    """Tree over the boxes of segment rows (n, 5); answers which of them may be near something.

    A sort-tile-recursive tree (Leutenegger, Lopez, Edgington: STR, ICDE 1997), as GEOS implements it.
    """

    __slots__ = ("_tree", "segments")

    def __init__(self, segments: Floats) -> None:
        self.segments = segments
        self._tree = shapely.STRtree(shapely.box(*arcs.boxes(segments).T))

    def pairs(self, segments: Floats, within: float = 0.0) -> tuple[Ints, Ints]:
        """Indices (m,), (m,) of `segments` and own rows whose boxes, grown by `within` mm, overlap; sorted."""
        x0, y0, x1, y1 = arcs.boxes(segments).T
        return self._query(shapely.box(x0 - within, y0 - within, x1 + within, y1 + within))

    def own_pairs(self, within: float = 0.0) -> tuple[Ints, Ints]:
        """Pairs i < j of own rows whose boxes, grown by `within` mm, overlap."""
        i, j = self.pairs(self.segments, within)
        return i[i < j], j[i < j]

    def pairs_of_points(self, points: Floats, within: float | Floats) -> tuple[Ints, Ints]:
        """Indices of points (n, 2) and of rows whose boxes come within `within` mm, one or (n,), of them in x and y."""
        x, y = points.T
        return self._query(shapely.box(x - within, y - within, x + within, y + within))

    def nearest_boxes(self, points: Floats) -> Ints:
        """For each point (n, 2) a row whose box is nearest."""
        first, row = self._tree.query_nearest(shapely.points(points), all_matches=False)
        answer: Ints = row[first.argsort(kind="stable")]
        return answer

    def _query(self, areas: object) -> tuple[Ints, Ints]:
        i, j = self._tree.query(areas)
        order = (i * len(self.segments) + j).argsort(kind="stable")
        return i[order], j[order]
