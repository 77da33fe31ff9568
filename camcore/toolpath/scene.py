"""A sheet with its placed parts, as far as cuts must mind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from camcore.geometry import Curve, Pose, arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.contain import contains
from camcore.geometry.distance import between_segments, nearest
from camcore.geometry.facing import facing
from camcore.geometry.index import SegmentIndex
from camcore.nesting.model import NestedSheet, Placement
from camcore.part import Part, Pocket
from camcore.toolpath.model import Stroke

MIRROR = Pose(mirror=True)


def mirrored(part: Part) -> Part:
    """The part turned over about its y axis, outline and holes again in their own directions."""
    return Part(
        part.id,
        part.outline.posed(MIRROR).ccw(),
        tuple(hole.posed(MIRROR).cw() for hole in part.holes),
        tuple(mark.posed(MIRROR) for mark in part.marks),
        tuple(type(drill)(-drill.x, drill.y, drill.diameter) for drill in part.drills),
        part.file,
        pockets=tuple(_mirrored(pocket) for pocket in part.pockets),
        scores=part.scores,
        bevels=part.bevels,
    )


def _mirrored(pocket: Pocket) -> Pocket:
    holes = tuple(hole.posed(MIRROR).cw() for hole in pocket.holes)
    return Pocket(pocket.curve.posed(MIRROR).ccw(), holes, pocket.depth)


def turn_and_move(placement: Placement) -> Pose:
    """The placement's pose for a part that is already mirrored where it must be."""
    return Pose(placement.x, placement.y, placement.rotation)


def posed_rows(rows: Floats, pose: Pose) -> Floats:
    """Segment rows (n, 5) carried to a pose that does not mirror."""
    return np.column_stack([pose.points(rows[:, 0:2]), pose.points(rows[:, 2:4]), rows[:, 4]])


def posed(strokes: Iterable[Stroke], pose: Pose) -> tuple[Stroke, ...]:
    """Strokes carried to a pose that does not mirror."""
    return tuple(Stroke(s.curve.posed(pose), s.role, s.feed, s.z0, s.z1) for s in strokes)


class Scene:
    """Finished edges of all placed parts and of the sheet, with whose they are (−1: the sheet's)."""

    __slots__ = ("_boxes", "index", "owner", "sheet", "variants")

    def __init__(self, sheet: NestedSheet, parts: Mapping[str, Part]) -> None:
        self.sheet = sheet
        needed = {(placement.part, placement.mirror) for placement in sheet.placements}
        self.variants = {key: mirrored(parts[key[0]]) if key[1] else parts[key[0]] for key in sorted(needed)}
        edges = {key: _edges(part) for key, part in self.variants.items()}
        rows = [posed_rows(edges[p.part, p.mirror], turn_and_move(p)) for p in sheet.placements]
        own = [np.vstack([curve.segments for curve in (sheet.stock.outline, *sheet.stock.holes)])]
        self.index = SegmentIndex(np.vstack(rows + own))
        counts = [len(r) for r in rows + own]
        self.owner: Ints = np.repeat(np.array([*range(len(rows)), -1]), counts)
        self._boxes = np.array([[*b[:, 0:2].min(0), *b[:, 2:4].max(0)] for b in map(arcs.boxes, rows)]).reshape(-1, 4)

    def clear(self, rows: Floats, owners: Ints, clearance: float) -> Bools:
        """Which rows keep `clearance` mm from all edges but those of their own placement (n,)."""
        i, j = self.index.pairs(rows, clearance)
        foreign = self.owner[j] != owners[i]
        i, j = i[foreign], j[foreign]
        near = between_segments(rows[i], self.index.segments[j]) < clearance
        free = np.ones(len(rows), dtype=bool)
        free[i[near]] = False
        return free

    def outline(self, number: int) -> Curve:
        """The outline of a placement on the sheet."""
        placement = self.sheet.placements[number]
        return self.variants[placement.part, placement.mirror].outline.posed(turn_and_move(placement))

    def room(self, points: Floats, owner: int, limit: float) -> Floats:
        """Distance (n,), mm, of points to the nearest edge of a part other than placement `owner`; at most `limit`."""
        i, j = self.index.pairs_of_points(points, limit)
        foreign = (self.owner[j] != owner) & (self.owner[j] >= 0)
        i, j = i[foreign], j[foreign]
        best = np.full(len(points), limit)
        np.minimum.at(best, i, nearest(points[i], self.index.segments[j]).distance)
        return best

    def neighbours(self, points: Floats, owners: Ints, limit: float) -> Ints:
        """Placement (n,) whose edge is nearest to each point, other than the point's own; −1 beyond `limit` mm."""
        i, j = self.index.pairs_of_points(points, limit)
        foreign = (self.owner[j] != owners[i]) & (self.owner[j] >= 0)
        i, j = i[foreign], j[foreign]
        far_first = np.argsort(-nearest(points[i], self.index.segments[j]).distance, kind="stable")
        found: Ints = np.full(len(points), -1)
        found[i[far_first]] = self.owner[j[far_first]]
        return found

    def inside_holes(self) -> list[tuple[int, int, int]]:
        """(inner, outer, hole): placement `inner` lies within hole number `hole` of placement `outer`."""
        sizes = (self._boxes[:, 2:4] - self._boxes[:, 0:2]).min(axis=1)
        least = float(sizes.min(initial=np.inf))
        roomy = {
            key: [(k, hole) for k, hole in enumerate(part.holes) if min(hole.box.width, hole.box.height) > least]
            for key, part in self.variants.items()
        }
        return [
            (inner, outer, k)
            for outer, placement in enumerate(self.sheet.placements)
            for k, hole in roomy[placement.part, placement.mirror]
            for inner in self._within(hole.posed(turn_and_move(placement)), outer)
        ]

    def floors(self) -> list[tuple[int, int, int]]:
        """(placement, pocket, hole): that hole goes through the floor of that pocket, both of placement's part."""
        pairs = {key: _floors(part) for key, part in self.variants.items()}
        return [(k, *pair) for k, p in enumerate(self.sheet.placements) for pair in pairs[p.part, p.mirror]]

    def beside(self, apart: float) -> list[tuple[int, int]]:
        """Pairs of placements, either way round, whose straight edges face each other no more than `apart` mm off."""
        rows = self.index.segments
        i, j = self.index.own_pairs(apart)
        other = (self.owner[i] != self.owner[j]) & (self.owner[j] >= 0)
        i, j = i[other], j[other]
        low, high = facing(rows[i], rows[j], apart).T
        found = {(int(self.owner[a]), int(self.owner[b])) for a, b in zip(i[high > low], j[high > low], strict=True)}
        return sorted(found | {(b, a) for a, b in found})

    def _within(self, hole: Curve, outer: int) -> list[int]:
        box, b = hole.box, self._boxes
        fits = (b[:, 0] >= box.x0) & (b[:, 1] >= box.y0) & (b[:, 2] <= box.x1) & (b[:, 3] <= box.y1)
        fits[outer] = False
        return [k for k in np.flatnonzero(fits).tolist() if contains(hole, self._some_point(k))[0]]

    def _some_point(self, number: int) -> Floats:
        first = int(np.searchsorted(self.owner[self.owner >= 0], number))
        return self.index.segments[first : first + 1, 0:2]


def _floors(part: Part) -> list[tuple[int, int]]:
    """Pairs (pocket, hole) of a part: the hole lies in the pocket, and in none of its islands."""
    starts = np.array([hole.start for hole in part.holes]).reshape(-1, 2)
    found = []
    for k, pocket in enumerate(part.pockets):
        within = contains(pocket.curve, starts)
        for island in pocket.holes:
            within &= ~contains(island, starts)
        found += [(k, hole) for hole in np.flatnonzero(within).tolist()]
    return found


def _edges(part: Part) -> Floats:
    return np.vstack([curve.segments for curve in (part.outline, *part.holes)])
