"""Ways round parts that have come loose: a laser's head travels at cutting height, and a loose part may stand up."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeAlias

import numpy as np
import shapely
from shapely import LinearRing, LineString, Point
from shapely.ops import substring

from camcore.geometry.arrays import Bools, Floats
from camcore.toolpath.offer import Offer
from camcore.toolpath.scene import Scene

_SHELL, _CORE, _FINE = 0.4, 0.3, 0.05
"""The head goes round a part at least this share of the kerf, and never comes nearer than that share, both less the
third, within which outlines become polygons.

Paths and leads keep half a kerf from every part and any two parts are at least a kerf apart, so that shells never meet
and no cut begins or ends in one: there is always a way.
"""
_ROOMY, _WIDEST = 0.4, 1.0
"""Round a part that lies farther than a kerf from others, the head first tries to go at this share of the gap, and at
most so many mm off: an outline there needs few corners, and each corner is a block."""
Place = tuple[float, float]
Polygons: TypeAlias = "np.ndarray[tuple[int], np.dtype[np.object_]]"
"""Shapely's polygons (n,)."""


def ways_round(offers: Sequence[Offer], freed: Sequence[int], scene: Scene, kerf: float) -> list[tuple[Place, ...]]:
    """For each offer, in cutting order and with one place each, the places by which the head travels to it, mm.

    freed: the number of the offer after which the piece of each that frees one is loose.
    None for most; the first offer is reached before anything is loose.
    """
    if not any(offer.frees for offer in offers):
        return [()] * len(offers)
    loose = _Loose(offers, freed, scene, kerf)
    travels = [(_place(a.ends[0]), _place(b.starts[0])) for a, b in pairwise(offers)]
    blocked = loose.blocked(travels, list(range(len(travels))))
    found = [loose.way_round(*travels[k], k) if stop else () for k, stop in enumerate(blocked.tolist())]
    return [(), *found]


def _place(point: Floats) -> Place:
    x, y = point.tolist()
    return x, y


class _Loose:
    """The outlines of parts that come loose, and when: after the offer of that number."""

    def __init__(self, offers: Sequence[Offer], freed: Sequence[int], scene: Scene, kerf: float) -> None:
        loose = {offer.placement: k for k, offer in zip(freed, offers, strict=True) if offer.frees}
        rings = [scene.outline(placement).flattened(_FINE * kerf) for placement in loose]
        polygons = shapely.polygons([shapely.linearrings(ring) for ring in rings])
        self.when = np.array(list(loose.values()), dtype=np.int64)
        self.cores = shapely.buffer(polygons, _CORE * kerf, join_style="bevel")
        shapely.prepare(self.cores)
        self.tree = shapely.STRtree(self.cores)
        narrow = shapely.buffer(polygons, _SHELL * kerf, join_style="bevel")
        off = np.clip(_ROOMY * _gaps(polygons), _SHELL * kerf, _WIDEST)
        wide = shapely.simplify(shapely.buffer(polygons, off, join_style="bevel"), (off - _CORE * kerf) / 2)
        self.shells = (wide, narrow)

    def blocked(self, travels: Sequence[tuple[Place, Place]], after: Sequence[int]) -> Bools:
        """Which straight travels cross a part that is loose after the offer of the given number."""
        stop = np.zeros(len(travels), dtype=bool)
        if len(travels):
            lines = shapely.linestrings(np.array(travels))
            travel, part = self.tree.query(lines)
            loose = self.when[part] <= np.array(after)[travel]
            travel, part = travel[loose], part[loose]
            stop[travel[shapely.intersects(self.cores[part], lines[travel])]] = True
        return stop

    def way_round(self, start: Place, end: Place, after: int) -> tuple[Place, ...]:
        """Places between, such that nothing loose after that offer is crossed: along the outlines that stand in the
        straight way, each on the shorter side, and then pulled tight; wide outlines first, then those that are sure."""
        wide, narrow = self.shells
        places = self._tight(self._led(start, end, after, wide), after)
        if self.blocked(list(pairwise(places)), [after] * (len(places) - 1)).any():
            places = self._tight(self._led(start, end, after, narrow), after)
        return tuple(places[1:-1])

    def _led(self, start: Place, end: Place, after: int, shells: Polygons) -> list[Place]:
        """From start to end along the shells in the straight way."""
        line, places = LineString([start, end]), [start]
        portions = sorted(self._portions(line, after, shells))
        last = {shell: leave for _, leave, shell in portions}
        there = -1.0
        for enter, _, shell in portions:
            if enter > there:
                there = last[shell]
                places += _along(shells[shell].exterior, line.interpolate(enter), line.interpolate(there))
        return [*places, end]

    def _portions(self, line: LineString, after: int, shells: Polygons) -> list[tuple[float, float, int]]:
        """Where a straight way runs through shells: from and to, mm from its start, and the shell's number."""
        found = []
        for number in self.tree.query(line).tolist():
            if self.when[number] <= after:
                for piece in shapely.get_parts(shells[number].intersection(line)):
                    if piece.length > 0:
                        a, b = sorted(line.project(Point(xy)) for xy in piece.coords)
                        found.append((a, b, number))
        return found

    def _tight(self, places: list[Place], after: int) -> list[Place]:
        """The places that are left when each is followed by the farthest that the head gets to straight."""
        kept = [places[0]]
        here = 0
        while here < len(places) - 1:
            ahead = places[here + 1 :]
            free = ~self.blocked([(places[here], place) for place in ahead], [after] * len(ahead))
            here += 1 + int(np.flatnonzero(free).max(initial=0))
            kept.append(places[here])
        return kept


def _gaps(polygons: Polygons) -> Floats:
    """Distance (n,) of each polygon's edge to the nearest of the others, mm; infinite where it is alone."""
    if len(polygons) < 2:
        return np.full(len(polygons), np.inf)
    edges = shapely.get_exterior_ring(polygons)
    found = shapely.STRtree(edges).query_nearest(edges, exclusive=True, return_distance=True, all_matches=False)
    return np.asarray(found[1])


def _along(ring: LinearRing, enter: Point, leave: Point) -> list[Place]:
    """The corners of a ring on the shorter way from one place on it to another, with both."""
    a, b = ring.project(enter), ring.project(leave)
    (low, high), length = sorted((a, b)), ring.length
    forth = substring(ring, low, high).coords[:]
    back = [*substring(ring, high, length).coords, *substring(ring, 0.0, low).coords[1:]][::-1]
    way = forth if high - low <= length / 2 else back
    return [(x, y) for x, y in (way if a <= b else way[::-1])]
