"""The finish pass: after roughing with stock to leave, once round at full depth, tangentially on and off the edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry import Curve, arcs
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath.model import Role, Stroke
from camcore.toolpath.passes import Feeds, round_at
from camcore.toolpath.tabs import TabShape

_ROOM = 2.0
"""A lead takes at most one part in so many of what lies to either side of its place on a segment."""


class Finish(NamedTuple):
    """How a contour is finished: the path, where on it the tool comes and goes, mm, the stock that roughing has left,
    the radius of the leads (0: none fits), and on which side of the path the scrap lies (1: left)."""

    track: Track
    at: float
    stock: float
    radius: float
    side: float


def finish(track: Track, stock: float, tool_radius: float, side: float) -> Finish:
    """In the middle of the longest segment; the leads' arcs begin and end a stock's width off the path.

    There the roughing's own middle line runs: the tool comes down in what is cleared, and touches nothing but the
    stock, neither the part nor a neighbour.
    """
    lengths = np.round(arcs.lengths(track.rows), 6)
    k = int(lengths.argmax())
    radius = max(tool_radius, 2 * stock)
    bend = _bend(track, k, side)
    if bend > 0:
        radius = min(radius, bend / 2)
    room = float(lengths[k]) / 2 / _ROOM
    fits = radius > stock and radius * math.sin(_turn(bend, stock, radius)) <= room
    return Finish(track, float(track.starts[k] + lengths[k] / 2), stock, radius if fits else 0.0, side)


def _bend(track: Track, k: int, side: float) -> float:
    """Radius of a segment, mm: below 0 where its centre lies on the side of the part; inf: straight."""
    row = track.rows[[k]]
    if not arcs.is_arc(row)[0]:
        return math.inf
    return float(arcs.centre_form(row).radius[0] * np.sign(row[0, 4])) * side


def _turn(bend: float, stock: float, radius: float) -> float:
    """Sweep, rad, of an arc of `radius` that touches a path of radius `bend` and begins `stock` mm beside it.

    With c = bend and the arc's centre c − ρ from the path's: (c − s)² = (c − ρ)² + ρ² + 2 ρ (c − ρ) cos θ; for a
    straight path s = ρ (1 − cos θ).
    """
    if math.isinf(bend):
        return math.acos(1 - stock / radius)
    away = bend - radius
    return math.acos(((bend - stock) ** 2 - away**2 - radius**2) / (2 * radius * away))


def strokes(made: Finish, depth: float, feeds: Feeds, tabs: Sequence[float], shape: TabShape) -> list[Stroke]:
    """Lead-in, once round at `depth` (z) over the tabs, lead-out."""
    around = round_at(made.track, made.at, depth, feeds, tuple(tabs), shape)
    if not made.radius:
        return around
    lead_in, lead_out = (_lead(made, sense) for sense in (-1.0, 1.0))
    return [
        Stroke(lead_in, Role.LEAD_IN, feeds.down, depth, depth),
        *around,
        Stroke(lead_out, Role.LEAD_OUT, feeds.along, depth, depth),
    ]


def _lead(made: Finish, sense: float) -> Curve:
    """The arc onto the path (sense −1) or off it (1)."""
    at, way = made.track.frames(np.array([made.at]))
    left = made.side * np.array([-way[0, 1], way[0, 0]])
    k, _ = made.track.locate(made.at)
    turn = _turn(_bend(made.track, k, made.side), made.stock, made.radius)
    centre = at[0] + made.radius * left
    away = centre - made.radius * left * math.cos(turn) + sense * made.radius * way[0] * math.sin(turn)
    bulge = made.side * math.tan(turn / 4)
    ends = (away, at[0]) if sense < 0 else (at[0], away)
    return Curve(np.array([[*ends[0], bulge], [*ends[1], 0.0]]), closed=False)


def matched(paths: Sequence[Curve], rough: Sequence[Curve]) -> list[Curve] | None:
    """For each finish path the roughing path beside it; None where they are not as many."""
    if len(paths) != len(rough):
        return None
    index = [SegmentIndex(curve.segments) for curve in rough]
    nearest = [int(np.argmin([_apart(path, own) for own in index])) for path in paths]
    return [rough[k] for k in nearest] if len(set(nearest)) == len(paths) else None


def _apart(path: Curve, index: SegmentIndex) -> float:
    return float(from_points_to(np.array([path.start]), index)[0])


def beside(places: Sequence[float], track: Track, rough: Track) -> tuple[float, ...]:
    """Positions on a roughing track beside places of the finish track."""
    if not places:
        return ()
    points = track.points(np.array(places))
    return tuple(rough.nearest(float(x), float(y))[0] for x, y in points)
