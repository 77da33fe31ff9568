"""Clearing with constant engagement: what is cleared grows, pass by pass, by no more than the tool may take.

Where the tool's centre may be so far is a region N; the discs about it are what is cleared. The next N is all places
from which the tool reaches beyond what is cleared by s at most, N grown by r + s and shrunk by r, within the pocket; it
is opened by a disc of radius ρ, so that no pass bends more sharply. A pass is what is new of N's edge, with what is
cleared on its left. On an arc of radius ρ a tool of radius r that reaches out by s takes for each mm of its way

w = s (2 (ρ + r) − s) / (2 ρ)

off the rim of a disc of radius ρ + r (the area of the ring over the length of the path). s is chosen so that w is the
width asked for; where nothing more is won with wide arcs, narrower ones, with less s, go into corners and slots. The
walls are left with a little, which an exact pass of the usual kind takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely.ops import substring

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.geometry.recover import recovered
from camcore.geometry.track import Track
from camcore.toolpath.clearing import Down
from camcore.toolpath.model import Role, Stroke
from camcore.units import SAME_POINT

WALL = 0.3
"""Share of the width that is left at the walls for the last pass."""
_ARCS = (1.0, 0.5, 0.25, 0.1)
"""Radii of the passes' arcs, in radii of the tool, the widest first."""
_QUARTER = 16
"""Chords per quarter circle."""
_FINE = 0.001
"""Passes are thinned to this, mm."""
_PATH = 0.005
"""Chords of the way may be so far off, mm: no wall is made by them."""
_NEW = 0.02
"""What is nearer than this, mm, to the pass before is none."""
_LEAST = 0.05
"""Shorter stretches, mm, are left to the passes that follow."""
_BLEND = 6.0
"""A pass all around begins on the one before, and leaves it over so many radii of the tool."""
_STEP = 0.1
"""Places on that way, mm apart."""
_MOST = 2000
"""A region that takes more passes is left to the usual way of clearing."""
_MISSED = 0.005
"""So does one in which more than this stays, mm²."""


class Grown(NamedTuple):
    """The circle about (x, y) that the tool goes down along, and the passes after it in their order: where the centre
    may be before each, and its pieces, open curves."""

    start: tuple[float, float, float]
    passes: list[tuple[Any, list[shapely.LineString]]]


def reach(arc: float, radius: float, width: float) -> float:
    """How far a tool may reach into the stock on an arc so that it takes `width` for each mm of its way, mm."""
    rim = arc + radius
    square = rim * rim - 2 * arc * width
    return rim - math.sqrt(square) if square > 0 else radius


def grown(region: Any, radius: float, width: float) -> list[Grown] | None:
    """Passes that clear a region up to its walls; None where they would not clear all of it.

    region: what is between the walls. What stays along the walls, WALL × width, is an exact pass's.
    """
    free = _buffer(region, -(radius + WALL * width))
    found, centres = [], shapely.Polygon()
    for part in (part for part in shapely.get_parts(free) if part.area):
        made = _grown(part, radius, width)
        if made is None:
            return None
        found.append(made[0])
        centres = centres.union(made[1])
    edge = _buffer(region, -radius).boundary
    left = _buffer(_buffer(region, -radius), radius).difference(_buffer(edge, radius + _NEW))
    missed = shapely.get_parts(left.difference(_buffer(centres, radius + _NEW)))
    return found if max((piece.area for piece in missed), default=0.0) <= _MISSED else None


def _buffer(shape: Any, by: float) -> Any:
    return shape.buffer(by, quad_segs=_QUARTER)


def _grown(free: Any, radius: float, width: float) -> tuple[Grown, Any] | None:
    """Passes in one piece of where the centre may be, and where it has been."""
    spoke = shapely.maximum_inscribed_circle(free, _LEAST)
    (x, y), room = spoke.coords[0], 0.98 * spoke.length
    first = at = min(radius / 2, room)
    centres = shapely.Point(x, y).buffer(at, quad_segs=4 * _QUARTER)
    passes: list[tuple[Any, list[shapely.LineString]]] = []
    while at < (most := min(radius, room)):
        at = min(at + reach(at, radius, width), most)
        wider = shapely.Point(x, y).buffer(at, quad_segs=4 * _QUARTER)
        passes.append((centres, [_blended(shapely.geometry.polygon.orient(wider).exterior, centres, radius)]))
        centres = wider
    for arc in (share * radius for share in _ARCS):
        while lines := (step := _step(centres, free, radius, arc, reach(arc, radius, width)))[1]:
            passes.append((centres, lines))
            centres = step[0]
            if len(passes) > _MOST:
                return None
    return Grown((x, y, first), passes), centres


def _step(centres: Any, free: Any, radius: float, arc: float, by: float) -> tuple[Any, list[shapely.LineString]]:
    """Where the centre may be after one more pass, and the pass."""
    wider = _buffer(_buffer(_buffer(centres, radius), by), -radius).intersection(free)
    wider = _buffer(_buffer(wider, -arc), arc).intersection(free).union(centres)
    parts = [part for part in shapely.get_parts(wider) if part.area and part.intersects(centres)]
    near, lines = _buffer(centres, _NEW), []
    for part in map(shapely.geometry.polygon.orient, parts):
        for ring in (part.exterior, *part.interiors):
            lines += _fresh(ring, near, centres, radius)
    return shapely.simplify(shapely.union_all(parts), _FINE), lines


def _fresh(ring: Any, near: Any, centres: Any, radius: float) -> list[shapely.LineString]:
    """What of a ring is not near where the centre has been."""
    if not ring.intersects(near):
        return [_blended(ring, centres, radius)] if ring.length > _LEAST else []
    lines = shapely.get_parts(shapely.line_merge(ring.difference(near)))
    return [line for line in lines if line.length > _LEAST]


def _blended(ring: Any, centres: Any, radius: float) -> shapely.LineString:
    """Once around, coming from the edge of where the centre has been little by little."""
    length = min(_BLEND * radius, ring.length / 2)
    places = np.arange(0.0, length, _STEP)
    points = shapely.line_interpolate_point(ring, places)
    on = shapely.get_coordinates(points)
    nearest = shapely.get_coordinates(shapely.shortest_line(points, centres.boundary))[1::2]
    way = on + (1 - places / length)[:, None] * (nearest - on)
    rest, first = (shapely.get_coordinates(substring(ring, *ends)) for ends in ((length, ring.length), (0.0, length)))
    return shapely.LineString(np.vstack([way, rest, first[1:]]))


# -- strokes ----------------------------------------------------------------------------------------------------------


def strokes(made: Grown, down: Down) -> Iterator[Stroke]:
    """Down in a helix, then the passes, at each depth; between their pieces straight on where all is cleared, else the
    tool lifts."""
    x, y, radius = made.start
    helix = Track(Curve.circle(x, y, radius).ccw())
    z = 0.0
    for depth in down.depths:
        way = (z - depth) / down.slope
        around = helix.stretch(way, way + helix.length)
        yield Stroke(helix.stretch(0.0, way), Role.RAMP, down.feeds.at_slope(down.slope), z, depth)
        yield Stroke(around, Role.CUT, down.feeds.along, depth, depth)
        for curve, role in _linked(made, around.end):
            yield Stroke(curve, role, down.feeds.along, depth, depth)
        z = depth


def _linked(made: Grown, place: tuple[float, float]) -> Iterator[tuple[Curve, Role]]:
    """The pieces of the passes, of each the nearest first, with the ways between them."""
    for centres, lines in made.passes:
        cleared, left = _buffer(centres, 2 * _NEW), list(lines)
        shapely.prepare(cleared)
        while left:
            line = left.pop(int(np.argmin([math.dist(place, line.coords[0]) for line in left])))
            way = shapely.LineString([place, line.coords[0]])
            if way.length > SAME_POINT and cleared.covers(way):
                yield Curve(np.array(way.coords), closed=False), Role.LEAD_IN
            yield _curve(line), Role.CUT
            place = line.coords[-1]


def _curve(line: shapely.LineString) -> Curve:
    """A pass as lines and, where its chords are an arc's, arcs."""
    points: Floats = shapely.get_coordinates(shapely.simplify(line, _PATH))
    return recovered(Curve(np.column_stack([points, np.zeros(len(points))]), closed=False)).curve
