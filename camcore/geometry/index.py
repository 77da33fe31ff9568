"""Spatial index of segments, so that thousands of them stay fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints

_OUTWARD = np.array([-1.0, -1.0, 1.0, 1.0])


class SegmentIndex:
    """Tree over the boxes of segment rows (n, 5); answers which of them may be near something.

    A sort-tile-recursive tree (Leutenegger, Lopez, Edgington: STR, ICDE 1997), as GEOS implements it.
    """

    __slots__ = ("_tree", "segments")

    def __init__(self, segments: Floats) -> None:
        self.segments = segments
        self._tree = shapely.STRtree(_diagonals(arcs.boxes(segments)))

    def pairs(self, segments: Floats, within: float = 0.0) -> tuple[Ints, Ints]:
        """Indices (m,), (m,) of `segments` and own rows whose boxes, grown by `within` mm, overlap; sorted."""
        return self._query(arcs.boxes(segments) + within * _OUTWARD)

    def own_pairs(self, within: float = 0.0) -> tuple[Ints, Ints]:
        """Pairs i < j of own rows whose boxes, grown by `within` mm, overlap."""
        i, j = self.pairs(self.segments, within)
        return i[i < j], j[i < j]

    def pairs_of_points(self, points: Floats, within: float | Floats) -> tuple[Ints, Ints]:
        """Indices of points (n, 2) and of rows whose boxes come within `within` mm, one or (n,), of them in x and y."""
        return self._query(np.hstack([points, points]) + np.reshape(within, (-1, 1)) * _OUTWARD)

    def nearest_boxes(self, points: Floats) -> Ints:
        """For each point (n, 2) a row whose box is nearest."""
        first, row = self._tree.query_nearest(shapely.points(points), all_matches=False)
        answer: Ints = row[first.argsort(kind="stable")]
        return answer

    def _query(self, boxes: Floats) -> tuple[Ints, Ints]:
        i, j = self._tree.query(_diagonals(boxes))
        order = (i * len(self.segments) + j).argsort(kind="stable")
        return i[order], j[order]


def _diagonals(boxes: Floats) -> Any:
    """Lines across boxes (n, 4). The tree looks at no more than what a shape spans, and lines take least to make."""
    return shapely.linestrings(boxes.reshape(-1, 2, 2))
