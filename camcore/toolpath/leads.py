"""Lead-ins: where a beam pierces in the scrap and how it comes onto the contour.

Each closed path (scrap on its left) gets a list of candidates, best first; those that come too near to the part itself
are struck out once, for all its copies. On the sheet each copy takes the first that keeps clear of its neighbours.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import between_segments
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track

_STARTS = 8
"""Places tried on a contour for each way of leading in."""
_SHORTER = (1.0, 0.5, 0.25, 0.12)
"""Parts of the wanted lead length that are tried."""
_CORNER = math.radians(30)
"""A contour that turns by this or more, away from the scrap, is a corner that one can start at."""
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
    corners = _corners(track) if on_corners else np.empty(0)
    found = []
    for share in _SHORTER:
        for places, shape in ((corners, _along), (middles, _curved), (middles, _square)):
            found += [(place, shape(track, place, share * length)) for place in places.tolist()]
    circle = path.as_circle()
    if circle and circle[2] <= length:
        centre = [(place, _square(track, place, circle[2])) for place in middles.tolist()]
        found = centre + found
    return Leads(np.array([place for place, _ in found]), np.array([row for _, row in found]))


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


def _frame(track: Track, place: float) -> tuple[float, float, float, float]:
    return (*track.point(place), *track.direction(place))


def _along(track: Track, place: float, length: float) -> list[float]:
    x, y, ux, uy = _frame(track, place)
    return [x - length * ux, y - length * uy, x, y, 0.0]


def _curved(track: Track, place: float, length: float) -> list[float]:
    """Quarter circle of that radius from the left, tangent to the path."""
    x, y, ux, uy = _frame(track, place)
    return [x - length * (uy + ux), y + length * (ux - uy), x, y, _QUARTER]


def _square(track: Track, place: float, length: float) -> list[float]:
    x, y, ux, uy = _frame(track, place)
    return [x - length * uy, y + length * ux, x, y, 0.0]


def clear_of(rows: Floats, index: SegmentIndex, clearance: float) -> Bools:
    """Which rows keep `clearance` mm from all indexed segments, give or take GIVE."""
    i, j = index.pairs(rows, clearance)
    clear = np.ones(len(rows), dtype=bool)
    near = between_segments(rows[i], index.segments[j]) < clearance - GIVE
    clear[i[near]] = False
    return clear
