"""Leads: where a beam pierces in the scrap, how it comes onto the contour, and how it leaves it again.

Each closed path (scrap on its left) gets a list of candidates, best first; those that come too near to the part itself
are struck out once, for all its copies. On the sheet each copy takes the first that keeps clear of its neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import between_segments, from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath.scene import Scene, posed_rows, turn_and_move

_STARTS = 8
"""Places tried on a contour for each way of leading in."""
_SHORTER = (1.0, 0.5, 0.25, 0.12)
"""Parts of the wanted lead length that are tried."""
_SHORTER_OUT = (1.0, 0.5)
"""The same for lead-outs: there is always the choice to have none."""
_CORNER = math.radians(30)
"""A contour that turns by this or more, away from the scrap, is a corner that one can start at."""
_Shape = Callable[[Floats, Floats, float], Floats]
"""Lead-ins (n, 5) of a length, from points (n, 2) on the path and its directions (n, 2) there."""
_QUARTER = math.tan(math.pi / 8)
"""Bulge of a quarter circle."""
GIVE = 1e-5
"""The start of the contour itself lies half a kerf from the edge; leads may come nearer by this, mm, for rounding."""


class Leads(NamedTuple):
    """Candidates, best first: position (n,) on the path, mm, and the lead-in (n, 5) that ends there."""

    position: Floats
    rows: Floats


def candidates(path: Curve, length: float, on_corners: bool) -> Leads:
    """Lead-ins onto a closed path, best first.

    With `on_corners` (outlines) first straight runs into a corner, along the edge that follows; then quarter circles
    and lines square to the contour, onto the middles of the longest segments; each also shorter.
    """
    track = Track(path)
    middles = _middles(track)
    shapes: list[tuple[Floats, _Shape]] = [(middles, _curved), (middles, _square)]
    if on_corners:
        shapes.insert(0, (_corners(track), _along))
    tries = [(places, shape, share * length) for share in _SHORTER for places, shape in shapes if len(places)]
    circle = path.as_circle()
    if circle and circle[2] <= length:
        tries.insert(0, (middles, _square, circle[2]))
    rows = [shape(*track.frames(places), size) for places, shape, size in tries]
    return Leads(np.concatenate([places for places, _, _ in tries]), np.vstack(rows))


def lead_outs(track: Track, position: float, length: float) -> Floats:
    """Lead-outs (n, 5) that leave a closed path at a position: quarter circles of that radius, or less, to the left."""
    at, way = track.frames(np.array([position]))
    ends = [at + share * length * (_left(way) + way) for share in _SHORTER_OUT]
    return np.vstack([np.column_stack([at, end, np.full(1, _QUARTER)]) for end in ends])


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
    return np.column_stack([at - length * way, at, np.zeros(len(at))])


def _curved(at: Floats, way: Floats, length: float) -> Floats:
    """Quarter circle of that radius from the left, tangent to the path."""
    return np.column_stack([at + length * (_left(way) - way), at, np.full(len(at), _QUARTER)])


def _square(at: Floats, way: Floats, length: float) -> Floats:
    """Straight from the left."""
    return np.column_stack([at + length * _left(way), at, np.zeros(len(at))])


def _left(way: Floats) -> Floats:
    return np.stack([-way[:, 1], way[:, 0]], axis=1)


def clear_of(rows: Floats, index: SegmentIndex, clearance: float) -> Bools:
    """Which rows keep `clearance` mm from all indexed segments, give or take GIVE."""
    i, j = index.pairs(rows, clearance)
    clear = np.ones(len(rows), dtype=bool)
    near = between_segments(rows[i], index.segments[j]) < clearance - GIVE
    clear[i[near]] = False
    return clear


def away_from(rows: Floats, index: SegmentIndex, clearance: float) -> Bools:
    """Which lead-ins start at least half their length farther than `clearance` mm from all indexed segments.

    One that runs along a gentle arc keeps clear of it, but pierces on the finished edge.
    """
    apart = np.hypot(*(rows[:, 2:4] - rows[:, 0:2]).T) / 2
    return np.asarray(from_points_to(rows[:, 0:2], index) >= clearance + apart - GIVE)


def choose(offers: Sequence[Floats], owners: Sequence[int], scene: Scene, clearance: float) -> list[int]:
    """For each offer, the first of its rows (n, 5) that fits on the sheet; n where none does.

    Rows are given in the coordinates of the part that `owners` names by its placement. They fit where they keep
    `clearance` mm from all other parts and from the sheet's edges.
    """
    choices = [0] * len(offers)
    poses = [turn_and_move(placement) for placement in scene.sheet.placements]
    open_ = [k for k, rows in enumerate(offers) if len(rows)]
    while open_:
        rows = np.vstack([posed_rows(offers[k][choices[k]][None], poses[owners[k]]) for k in open_])
        free = scene.clear(rows, np.array([owners[k] for k in open_]), clearance)
        refused = [k for k, fits in zip(open_, free.tolist(), strict=True) if not fits]
        for k in refused:
            choices[k] += 1
        open_ = [k for k in refused if choices[k] < len(offers[k])]
    return choices
