"""Leads: where a beam pierces in the scrap, how it comes onto the contour, and how it leaves it again.

Each closed path (scrap on its left) gets groups of candidates, best group first; those that come too near to the part
itself are struck out once, for all its copies. On the sheet each copy takes the first group of which any keeps clear
of its neighbours; which of that group, the order of cuts decides.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import between_segments, from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath.scene import Scene, posed_rows, turn_and_move

SHAPES = ("auto", "line", "arc", "hook")
"""How a beam comes onto the contour; "auto": along the edge into a corner, else a quarter circle, else a line."""
SPOTS = ("auto", "corner", "straight")
"""Where it does."""
_STARTS = 8
"""Places tried on a contour for each way of leading in."""
SHORTER = (1.0, 0.5, 0.25, 0.12)
"""Parts of the wanted lead length that are tried, one after the other."""
_SHORTER_OUT = (1.0, 0.5)
"""The same for lead-outs: there is always the choice to have none."""
_CORNER = math.radians(30)
"""A contour that turns by this or more, away from the scrap, is a corner that one can start at."""
_HOOK = 0.6
"""The arc of a hook has this share of its length; the rest is the straight before it."""
_Shape = Callable[[Floats, Floats, float], Floats]
"""Leads (n, m, 5) of m segments and of a length, at points (n, 2) on the path with its directions (n, 2) there."""
_QUARTER = math.tan(math.pi / 8)
"""Bulge of a quarter circle."""
GIVE = 1e-5
"""The start of the contour itself lies half a kerf from the edge; leads may come nearer by this, mm, for rounding."""


class Wish(NamedTuple):
    """Leads as they are wanted: their length, mm, and one each of SHAPES and SPOTS."""

    length: float
    shape: str = "auto"
    spot: str = "auto"


class Group(NamedTuple):
    """Leads of one shape and size, as good as each other: position (n,) on the path, mm; segments (n, m, 5)."""

    position: Floats
    rows: Floats

    def only(self, which: Bools) -> Group:
        """Those that `which` selects."""
        return Group(self.position[which], self.rows[which])


def candidates(track: Track, wish: Wish, on_corners: bool, turn: int) -> list[Group]:
    """Lead-ins onto a closed path of the length that is tried in this turn (SHORTER), best group first.

    At corners only with `on_corners` (outlines); after the wanted shape come all others.
    """
    spots = {"corner": _corners(track) if on_corners else np.empty(0), "straight": _middles(track)}
    ways = [
        *_ways(wish.shape, wish.spot),
        *(_ways("auto", "auto") if wish.shape != "auto" or wish.spot != "auto" else ()),
    ]
    tries = [(spot, shape, SHORTER[turn] * wish.length) for spot, shape in ways]
    circle = track.curve.as_circle()
    if turn == 0 and circle and circle[2] <= wish.length:
        tries.insert(0, ("straight", _square, circle[2]))
    frames = {spot: track.frames(places) for spot, places in spots.items() if len(places)}
    return [Group(spots[spot], shape(*frames[spot], size)) for spot, shape, size in tries if spot in frames]


def _ways(shape: str, spot: str) -> Iterator[tuple[str, _Shape]]:
    """Spots and shapes in the order in which they are wanted."""
    if shape == "auto":
        yield from (("corner", _along),) if spot != "straight" else ()
        yield from (("straight", _curved), ("straight", _square)) if spot != "corner" else ()
        return
    at = {"line": (_along, _square), "arc": (_curved, _curved), "hook": (_hooked, _hooked)}[shape]
    first = ("corner", "straight") if spot == "corner" or shape == "line" else ("straight", "corner")
    for name in first if spot != "straight" else ("straight",):
        yield name, at[name == "straight"]


def lead_outs(track: Track, position: float, wish: Wish) -> list[Group]:
    """Ways to leave a closed path at a position, to the left: quarter circles, or lines where those are wanted."""
    at, way = track.frames(np.array([position]))
    shape = _off if wish.shape == "line" else _rounded_off
    return [Group(np.array([position]), shape(at, way, share * wish.length)) for share in _SHORTER_OUT]


def _middles(track: Track) -> Floats:
    """Middles of the longest segments; of a contour with few segments several places on each."""
    lengths = arcs.lengths(track.rows)
    order = np.argsort(-np.round(lengths, 6), kind="stable")[:_STARTS]
    parts = max(1, _STARTS // len(order))
    shares = (np.arange(parts) + 0.5) / parts
    return (track.starts[order][:, None] + shares * lengths[order][:, None]).T.ravel()


def _corners(track: Track) -> Floats:
    """Starts of lines that follow a turn to the right: of a sharp corner, or of an arc about it; widest apart first."""
    rows = track.rows
    enter = arcs.directions_at(rows, np.zeros(len(rows)))
    before = np.roll(rows, 1, axis=0)
    leave = arcs.directions_at(before, np.ones(len(rows)))
    turn = np.arctan2(leave[:, 0] * enter[:, 1] - leave[:, 1] * enter[:, 0], np.einsum("ij,ij->i", leave, enter))
    turn += np.minimum(arcs.centre_form(before).sweep, 0.0)
    which = np.flatnonzero((turn <= -_CORNER) & ~arcs.is_arc(rows))
    return track.starts[which][:: max(1, len(which) // _STARTS)][:_STARTS]


def _along(at: Floats, way: Floats, length: float) -> Floats:
    """Straight, in the direction of the path that follows."""
    return _segments(at - length * way, at, 0.0)


def _curved(at: Floats, way: Floats, length: float) -> Floats:
    """Quarter circle of that radius from the left, tangent to the path."""
    return _segments(at + length * (_left(way) - way), at, _QUARTER)


def _square(at: Floats, way: Floats, length: float) -> Floats:
    """Straight from the left."""
    return _segments(at + length * _left(way), at, 0.0)


def _hooked(at: Floats, way: Floats, length: float) -> Floats:
    """Straight down from the left, then a quarter circle, tangent to both."""
    curve = _curved(at, way, _HOOK * length)
    foot = curve[:, 0, 0:2]
    straight = _segments(foot + (1 - _HOOK) * length * _left(way), foot, 0.0)
    return np.concatenate([straight, curve], axis=1)


def _rounded_off(at: Floats, way: Floats, length: float) -> Floats:
    """Quarter circle away to the left."""
    return _segments(at, at + length * (_left(way) + way), _QUARTER)


def _off(at: Floats, way: Floats, length: float) -> Floats:
    """Straight away, half to the left."""
    return _segments(at, at + length * (_left(way) + way) / math.sqrt(2.0), 0.0)


def _segments(start: Floats, end: Floats, bulge: float) -> Floats:
    return np.column_stack([start, end, np.full(len(start), bulge)])[:, None, :]


def _left(way: Floats) -> Floats:
    return np.stack([-way[:, 1], way[:, 0]], axis=1)


def clear_of(groups: Sequence[Group], index: SegmentIndex, clearance: float) -> list[Bools]:
    """Which leads of each group keep `clearance` mm from all indexed segments, give or take GIVE."""
    rows = _flat(groups)
    i, j = index.pairs(rows, clearance)
    clear = np.ones(len(rows), dtype=bool)
    near = between_segments(rows[i], index.segments[j]) < clearance - GIVE
    clear[i[near]] = False
    return _by_lead(clear, groups)


def away_from(groups: Sequence[Group], index: SegmentIndex, clearance: float) -> list[Bools]:
    """Which lead-ins start at least half their length farther than `clearance` mm from all indexed segments.

    One that runs along a gentle arc keeps clear of it, but pierces on the finished edge.
    """
    first = np.vstack([np.empty((0, 2)), *(group.rows[:, 0, 0:2] for group in groups)])
    last = np.vstack([np.empty((0, 2)), *(group.rows[:, -1, 2:4] for group in groups)])
    apart = np.hypot(*(last - first).T) / 2
    off = from_points_to(first, index) >= clearance + apart - GIVE if len(first) else np.empty(0, dtype=bool)
    return np.split(off, np.cumsum([len(group.position) for group in groups], dtype=int))[:-1]


def _flat(groups: Sequence[Group]) -> Floats:
    return np.vstack([np.empty((0, 5)), *(group.rows.reshape(-1, 5) for group in groups)])


def _by_lead(clear: Bools, groups: Sequence[Group]) -> list[Bools]:
    """Of what holds for each segment of all leads, whether it holds for all segments of each lead."""
    shapes = [group.rows.shape[:2] for group in groups]
    runs = np.split(clear, np.cumsum([count * size for count, size in shapes], dtype=int))[:-1]
    return [np.asarray(run.reshape(shape).all(axis=1)) for run, shape in zip(runs, shapes, strict=True)]


class Fitting(NamedTuple):
    """Of a list of groups, the number of the first of which any lead fits on the sheet, and which (n,) of it do."""

    group: int
    which: Ints


More = Callable[[Sequence[int]], bool]
"""Adds groups to offers (n,) that have run out; whether there were any left to look at."""


def _no_more(short: Sequence[int]) -> bool:
    return False


def choose(
    offers: Sequence[Sequence[Group]], owners: Sequence[int], scene: Scene, clearance: float, more: More = _no_more
) -> list[Fitting | None]:
    """For each offer the leads that fit on the sheet; None where none does.

    They are given in the coordinates of the part that `owners` names by its placement. They fit where they keep
    `clearance` mm from all other parts and from the sheet's edges.
    """
    found: list[Fitting | None] = [None] * len(offers)
    poses = [turn_and_move(placement) for placement in scene.sheet.placements]
    turn, open_ = 0, list(range(len(offers)))
    while open_ := _at_turn(offers, open_, turn, more):
        groups = [offers[k][turn] for k in open_]
        tables = [posed_rows(_flat([group]), poses[owners[k]]) for k, group in zip(open_, groups, strict=True)]
        whose = np.repeat([owners[k] for k in open_], [len(table) for table in tables])
        free = _by_lead(scene.clear(np.vstack(tables), whose, clearance), groups)
        for k, clear in zip(open_, free, strict=True):
            if clear.any():
                found[k] = Fitting(turn, np.flatnonzero(clear))
        turn += 1
        open_ = [k for k in open_ if found[k] is None]
    return found


def _at_turn(offers: Sequence[Sequence[Group]], open_: Sequence[int], turn: int, more: More) -> list[int]:
    """Those of the open offers that have a group for this turn, after `more` where there is any."""
    while (short := [k for k in open_ if turn >= len(offers[k])]) and more(short):
        pass
    return [k for k in open_ if turn < len(offers[k])]
