"""Clearing a region: parallel passes from the inside out, and what a larger tool has left in corners.

The passes are the curves at r, r + s, r + 2 s … from the walls (r the tool's radius, s the step-over). With s ≤ r they
leave nothing that the tool could reach: a point that a disc clear of the walls covers lies within r of one of them, as
the way from it to the wall, or to that disc's centre, meets a pass within s or r (M. Held, On the Computational
Geometry of Pocket Machining, LNCS 500, 1991, treats larger steps, which need extra cuts in corners).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import shapely

from camcore.geometry import Curve
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.contain import contains
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.geometry.offset import inside
from camcore.geometry.track import Track
from camcore.toolpath.entry import enters
from camcore.toolpath.model import Role, Stroke, Tool
from camcore.toolpath.passes import Feeds
from camcore.units import SAME_POINT

FINE = 0.0005
"""Curves become polygons within this distance, mm, for questions of area."""
QUARTER = 64
"""Chords per quarter circle of a polygon grown by a radius."""
_ROUNDS = 6
"""A ramp goes round a pass so often at most; then it falls steeper, if the tool may."""
_LEAST_RAMP = 0.5
"""Passes shorter than this share of the tool's circumference are no place to go down at, if a longer one is beside."""
_CLEARED = 0.002
"""What a larger tool has left of less height, mm, is not cleared again: a fifth of what the proof allows."""
_SAMPLE = 0.05
"""Passes are looked at in places so far apart, mm, for what is left; long ones coarser."""
_MOST_SAMPLES = 20_000


@dataclass(frozen=True, slots=True)
class Down:
    """How a tool goes down: to which depths (z, falling), the ramp's fall for each mm, its feeds."""

    depths: tuple[float, ...]
    slope: float
    feeds: Feeds
    tool: Tool

    @property
    def radius(self) -> float:
        """The tool's radius, mm."""
        return self.tool.diameter / 2


class Link(NamedTuple):
    """A pass, where on it the tool comes and goes, mm along it, and that place."""

    track: Track
    at: float
    place: tuple[float, float]


Chain = list[Link]
"""Passes one inside the other, the innermost first, each entered from the place before."""


def passes(walls: Sequence[Curve], radius: float, step: float) -> list[list[Curve]]:
    """The passes at each distance, the outermost first; none where the tool does not fit in.

    walls: curves with the region on their left. Raises ValueError for a step-over above the radius.
    """
    if not 0 < step <= radius:
        raise ValueError(f"a step-over of {step:g} mm is not above 0 and up to the radius of {radius:g} mm")
    found: list[list[Curve]] = []
    away = radius
    while loops := _needed(walls, inside(walls, away), away - step + radius if found else 0.0):
        found.append(loops)
        away += step
    return found


def _needed(walls: Sequence[Curve], loops: Sequence[Curve], cleared: float) -> list[Curve]:
    """The loops in which something lies farther than `cleared` mm from the walls, where the pass before has not been.

    Loops around islands stay with the one that holds them.
    """
    if not cleared:
        return list(loops)
    left = [*(loop for loop in loops if loop.area < 0), *inside(walls, cleared)]
    if not left:
        return []
    places = np.array([loop.start for loop in left])
    return [loop for loop in loops if loop.area < 0 or contains(loop, places).any()]


def reached(region: shapely.Geometry, radius: float) -> shapely.Geometry:
    """What of a region a round tool can clear without leaving it: its opening by a disc."""
    return region.buffer(-radius, quad_segs=QUARTER).buffer(radius, quad_segs=QUARTER)


def region_of(walls: Sequence[Curve]) -> shapely.Geometry:
    """The region on the left of an outline, first, and of its islands."""
    outline, *islands = (wall.flattened(FINE) for wall in walls)
    return shapely.make_valid(shapely.Polygon(outline, islands))


# -- from the inside out ----------------------------------------------------------------------------------------------


def chains(levels: Sequence[Sequence[Curve]]) -> list[Chain]:
    """The passes in the order in which they are cut: every pass after all those within it.

    A pass that holds several goes on from the last; the others end in chains of their own.
    """
    open_chains: list[Chain] = []
    done: list[Chain] = []
    for loops in reversed(levels):
        tracks = [Track(loop) for loop in loops]
        comes: dict[int, list[tuple[Chain, float]]] = {}
        for chain in open_chains:
            number, at = _beside(chain[-1].place, tracks)
            comes.setdefault(number, []).append((chain, at))
        open_chains = []
        for number, track in enumerate(tracks):
            *ended, (last, at) = comes.get(number, [([], _longest(track))])
            done += [chain for chain, _ in ended]
            open_chains.append([*last, Link(track, at, track.point(at))])
    return done + open_chains


def _beside(place: tuple[float, float], tracks: Sequence[Track]) -> tuple[int, float]:
    """The track nearest to a place, and where on it."""
    found = [track.nearest(*place) for track in tracks]
    number = min(range(len(found)), key=lambda k: round(found[k][1], 9))
    return number, found[number][0]


def _longest(track: Track) -> float:
    """The middle of the longest segment."""
    ends = np.append(track.starts, track.length)
    k = int(np.round(np.diff(ends), 6).argmax())
    return float((ends[k] + ends[k + 1]) / 2)


def cleared(chain: Chain, down: Down) -> Iterator[Stroke]:
    """Strokes of a chain at each depth: down on a ramp along the first pass that is long enough for it, in to the
    innermost, and out again."""
    entry = _entry(chain, down.tool)
    z = 0.0
    for depth in down.depths:
        yield from _ramp(chain[entry], z, depth, down)
        for a, b in zip(chain[entry:0:-1], chain[entry - 1 :: -1] if entry else [], strict=True):
            yield _straight(a.place, b.place, depth, down)
        for number, link in enumerate(chain):
            if number and math.dist(chain[number - 1].place, link.place) > SAME_POINT:
                yield _straight(chain[number - 1].place, link.place, depth, down)
            curve = link.track.stretch(link.at, link.at + link.track.length)
            yield Stroke(curve, Role.CUT, down.feeds.along, depth, depth)
        z = depth


def _entry(chain: Chain, tool: Tool) -> int:
    """Number of the first pass that is long and wide enough to go down at, else of the longest."""
    lengths = [link.track.length for link in chain]
    least = _LEAST_RAMP * math.pi * tool.diameter
    enough = (k for k, link in enumerate(chain) if lengths[k] >= least and enters(tool, link.track.curve))
    return next(enough, int(np.argmax(lengths)))


def _ramp(link: Link, z0: float, z1: float, down: Down) -> Iterator[Stroke]:
    """Along the pass, round and round where it is short, to its place."""
    length = (z0 - z1) / down.slope
    if down.tool.plunges:
        length = min(length, _ROUNDS * link.track.length)
    feed = down.feeds.at_slope((z0 - z1) / length)
    begin = (link.at - length) % link.track.length
    yield Stroke(link.track.stretch(begin, begin + length), Role.RAMP, feed, z0, z1)


def _straight(a: tuple[float, float], b: tuple[float, float], z: float, down: Down) -> Stroke:
    return Stroke(Curve(np.array([a, b]), closed=False), Role.LEAD_IN, down.feeds.along, z, z)


# -- what a larger tool has left --------------------------------------------------------------------------------------


def rest(levels: Sequence[Sequence[Curve]], before: Sequence[Curve], radius: float, larger: float) -> list[Curve]:
    """Those stretches of a smaller tool's passes, the inner first, on which it meets what a larger one has left.

    before: outermost passes of the larger tool. Open stretches begin and end where all is cleared; closed ones are
    passes that stay in what is left all the way round.
    """
    centres = shapely.Polygon()
    for loop in sorted(before, key=lambda loop: -loop.area):
        ring = shapely.make_valid(shapely.Polygon(loop.flattened(FINE)))
        centres = centres.union(ring) if loop.area > 0 else centres.difference(ring)
    index = SegmentIndex(np.vstack([loop.segments for loop in before]))
    shapely.prepare(centres)
    found = []
    for loop in (loop for loops in reversed(levels) for loop in loops):
        track = Track(loop)
        positions = np.linspace(0.0, track.length, _samples(track.length), endpoint=False)
        points = track.points(positions)
        outside = ~shapely.contains_xy(centres, points[:, 0], points[:, 1])
        meets = outside & (from_points_to(points, index) > larger - radius + _CLEARED)
        found += _stretches(track, meets, radius)
    return found


def _samples(length: float) -> int:
    return max(16, min(_MOST_SAMPLES, math.ceil(length / _SAMPLE)))


def _stretches(track: Track, meets: Bools, radius: float) -> list[Curve]:
    """Runs of a closed track on which `meets`, at even places, is true, a little longer at either end."""
    if meets.all():
        return [track.curve]
    step, count = track.length / len(meets), len(meets)
    wider = math.ceil(max(radius / 2, 2 * step) / step)
    grown = np.convolve(np.tile(meets, 3), np.ones(2 * wider + 1), mode="same")[count : 2 * count] > 0
    if grown.all():
        return [track.curve]
    begins = np.flatnonzero(grown & ~np.roll(grown, 1))
    found = []
    for begin in begins.tolist():
        length = int(np.argmin(np.roll(grown, -begin)))
        found.append(track.stretch(begin * step, (begin + length) * step))
    return found


def cleared_rest(stretch: Curve, down: Down) -> Iterator[Stroke]:
    """Strokes of one stretch: down where all is cleared, then along; a closed one is entered on a ramp."""
    if stretch.closed:
        track = Track(stretch)
        yield from cleared([Link(track, at := _longest(track), track.point(at))], down)
        return
    track = Track(stretch)
    air = min(down.radius, track.length) / 4
    for depth in down.depths:
        yield Stroke(track.stretch(0.0, air), Role.LEAD_IN, down.feeds.down, depth, depth)
        yield Stroke(track.stretch(air, track.length), Role.CUT, down.feeds.along, depth, depth)


def left(region: shapely.Geometry, radius: float) -> list[tuple[Floats, float, bool]]:
    """What a tool of `radius` mm leaves of a region: the deepest place (2,) of each piece, how deep, mm, and whether
    it is more than a corner that keeps the radius.

    A piece that parts what the tool reaches, or that is deeper than the tool is wide, is more.
    """
    made = reached(region, radius)
    pieces = shapely.get_parts(region.difference(made.buffer(FINE)))
    found = []
    for piece in (piece for piece in pieces if not piece.is_empty):
        points = shapely.get_coordinates(piece)
        away = shapely.distance(shapely.points(points), made)
        k = int(away.argmax())
        touching = shapely.get_parts(shapely.line_merge(piece.boundary.intersection(made.buffer(4 * FINE))))
        sides = sum(1 for line in touching if line.length > 4 * FINE)
        found.append((points[k], float(away[k]), bool(sides > 1 or away[k] > max(2 * radius, 1.0))))
    return found
