"""Step-down: a closed path cut in several passes, each entered by a ramp along the contour, with tabs left standing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from camcore.geometry.track import Track
from camcore.toolpath.model import Role, Stroke
from camcore.toolpath.tabs import TabShape
from camcore.units import SAME_POINT

MOST_ROUNDS = 6
"""A helix goes round so often at most, unless passes must be shallower; in narrow holes it falls steeper instead."""


class Feeds(NamedTuple):
    """Feeds, mm/min: along the contour and straight down."""

    along: float
    down: float

    def at_slope(self, slope: float) -> float:
        """Feed on a path that falls `slope` mm for each mm: neither limit is passed."""
        return min(self.along, self.down * math.hypot(1.0, slope) / slope) if slope > 0 else self.along


class Descent(NamedTuple):
    """How to go down: from where on the path, to which depths (z, falling), the ramp's fall for each mm, feeds.

    top: above this, z, all is cut already.
    """

    start: float
    depths: list[float]
    slope: float
    feeds: Feeds
    top: float = 0.0


def depths(total: float, most: float) -> list[float]:
    """Z of equal passes, none deeper than `most` mm, that together go down `total` mm."""
    count = max(1, math.ceil(total / most - 1e-9))
    return [-total * k / count for k in range(1, count + 1)]


def descent(length: float, total: float, most: float, slope: float, steepens: bool = True) -> tuple[list[float], float]:
    """Depths of the passes, and the ramp's fall for each mm, on a contour of `length` mm.

    A contour so short that one round of ramp falls no deeper than a pass is gone down in one helix; where that would
    take many rounds it falls steeper, if the tool `steepens`.
    """
    levels = depths(total, most)
    if slope * length > most:
        return levels, slope
    rounds = total / (slope * length)
    if steepens:
        rounds = min(rounds, max(MOST_ROUNDS, len(levels)))
    return [-total], total / (rounds * length)


class _Leg(NamedTuple):
    """A stretch of the path with z going evenly, as it would be without tabs."""

    start: float
    end: float
    z0: float
    z1: float
    role: Role

    def z(self, position: float) -> float:
        return self.z0 + (self.z1 - self.z0) * (position - self.start) / (self.end - self.start)


def strokes(track: Track, descent: Descent, tabs: tuple[float, ...], shape: TabShape) -> list[Stroke]:
    """Strokes of a closed path: for each pass a ramp and a full round; tabs (positions) are left standing."""
    return [stroke for leg in _legs(track, descent) for stroke in _along(track, leg, descent.feeds, tabs, shape)]


def round_at(
    track: Track, start: float, depth: float, feeds: Feeds, tabs: tuple[float, ...], shape: TabShape
) -> list[Stroke]:
    """Strokes once round a closed path from `start` at one depth (z), over tabs."""
    return list(_along(track, _Leg(start, start + track.length, depth, depth, Role.CUT), feeds, tabs, shape))


def _along(track: Track, leg: _Leg, feeds: Feeds, tabs: tuple[float, ...], shape: TabShape) -> Iterator[Stroke]:
    for piece in _over_tabs(leg, tabs, shape, track.length) if tabs else [leg]:
        fall = (piece.z0 - piece.z1) / (piece.end - piece.start)
        yield Stroke(track.stretch(piece.start, piece.end), piece.role, feeds.at_slope(fall), piece.z0, piece.z1)


def landing(length: float, descent: Descent) -> float:
    """Where on a path of `length` mm the last pass ends, mm."""
    return (descent.start + (descent.top - descent.depths[-1]) / descent.slope) % length


def _legs(track: Track, descent: Descent) -> Iterator[_Leg]:
    place, z = descent.start, descent.top
    for depth in descent.depths:
        landing = place + (z - depth) / descent.slope
        yield _Leg(place, landing, z, depth, Role.RAMP)
        yield _Leg(landing, landing + track.length, depth, depth, Role.CUT)
        place, z = (landing + track.length) % track.length, depth


def _over_tabs(leg: _Leg, tabs: tuple[float, ...], shape: TabShape, length: float) -> Iterator[_Leg]:
    """The leg, raised where tabs stand: z is the greater of the leg's and the tabs', both piecewise even."""
    if min(leg.z0, leg.z1) >= shape.top:
        yield leg
        return
    middles = [tab + turn * length for tab in tabs for turn in _turns(tab, leg, shape, length)]
    knots = {leg.start, leg.end}
    for middle in middles:
        knots.update(_knots(leg, middle, shape))
    ends = [leg.start]
    for knot in sorted(knots):
        if ends[-1] + SAME_POINT < knot < leg.end - SAME_POINT:
            ends.append(knot)
    for a, b in pairwise([*ends, leg.end]):
        z0, z1 = (_raised(leg, place, middles, shape) for place in (a, b))
        centre = (a + b) / 2
        lifted = _raised(leg, centre, middles, shape) > leg.z(centre) + 1e-9
        yield _Leg(a, b, z0, z1, Role.TAB if lifted else leg.role)


def _turns(tab: float, leg: _Leg, shape: TabShape, length: float) -> range:
    """How many times round the path the tab is met while on the leg."""
    reach = shape.flat / 2 + (shape.top - min(leg.z0, leg.z1)) / shape.slope
    first = math.floor((leg.start - reach - tab) / length)
    return range(first, math.ceil((leg.end + reach - tab) / length) + 1)


def _knots(leg: _Leg, middle: float, shape: TabShape) -> list[float]:
    """Positions at which the raised leg may change its slope: the tab's shoulders, and where it leaves the leg."""
    a, b = middle - shape.flat / 2, middle + shape.flat / 2
    fall = (leg.z1 - leg.z0) / (leg.end - leg.start)
    base = leg.z0 - fall * leg.start
    rise = (base - shape.top + shape.slope * a) / (shape.slope - fall)
    down = (shape.top + shape.slope * b - base) / (shape.slope + fall)
    across = [(shape.top - base) / fall] if fall else []
    return [a, b, rise, down, *across]


def _raised(leg: _Leg, place: float, middles: list[float], shape: TabShape) -> float:
    tops = (shape.top - shape.slope * max(0.0, abs(place - middle) - shape.flat / 2) for middle in middles)
    return max(leg.z(place), *tops) if middles else leg.z(place)
