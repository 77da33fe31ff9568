"""Holding tabs: where on a contour they may stand, and which places are taken."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.intersect import crossings
from camcore.geometry.track import Track
from camcore.toolpath.setup import MillSetup
from camcore.units import SAME_POINT

_STEP = 3.0
"""Places this far apart, mm, are looked at along a straight."""
SLOPE = 1.0
"""Sides of a tab rise at 45 degrees: mm up for each mm along."""
_LEAST_NECK = 0.75
"""On an arc the discs at a tab's ends come closer to each other; so much of the neck on a straight has to be left."""


class TabShape(NamedTuple):
    """A tab along the path of the tool's centre, mm: `flat` at height `top` (z), and `span` at the sheet's bottom.

    The flat is the tool's diameter longer than the tab is wide, for the tool's own radius eats into either end; so on
    a straight the neck that is left is `tab_width` wide, and `span` of the finished edge is not cut through. The sides
    rise by `slope` mm for each mm along. A triangle's flat is the tool's diameter alone: it ends in an edge, and is as
    wide as a tab at the bottom.
    """

    flat: float
    span: float
    top: float
    height: float
    slope: float = SLOPE


def shape(mill: MillSetup, tool: int, thickness: float) -> TabShape:
    """The tab that the set-up asks for."""
    diameter = mill.tools[tool].diameter
    if mill.tab_shape == "triangle":
        slope = 2 * mill.tab_height / mill.tab_width
        return TabShape(diameter, diameter + mill.tab_width, mill.tab_height - thickness, mill.tab_height, slope)
    flat = mill.tab_width + diameter
    return TabShape(flat, flat + 2 * mill.tab_height / SLOPE, mill.tab_height - thickness, mill.tab_height)


def wanted(mill: MillSetup, length: float) -> int:
    """How many tabs a contour of `length` mm gets."""
    if mill.tabs == 0:
        return 0
    return max(mill.tabs, math.ceil(length / mill.tab_every) if mill.tab_every else 0)


def stretches(track: Track, shape: TabShape, radius: float) -> Floats:
    """From where to where (n, 2), mm along the path, a tab's middle may stand: the tab is on one straight, the tool's
    `radius` clear of its ends.

    Where no straight is long enough, arcs are taken on which the tab keeps most of its neck.
    """
    rows, lengths = track.rows, arcs.lengths(track.rows)
    clear = shape.span / 2 + radius
    arc = arcs.is_arc(rows)
    fits = lengths >= 2 * clear
    which = np.flatnonzero(fits & ~arc)
    if len(which) == 0:
        which = np.flatnonzero(fits & arc)
        length = shape.flat if shape.flat > 2 * radius else shape.span
        necks = _chord(arcs.centre_form(rows[which]).radius, length) - 2 * radius
        which = which[necks >= _LEAST_NECK * (length - 2 * radius)]
    return np.stack([track.starts[which] + clear, track.starts[which] + lengths[which] - clear], axis=1)


def places(clear: Floats) -> Floats:
    """Middles, mm along the path, no more than `_STEP` apart on stretches (n, 2)."""
    found = [np.linspace(low, high, 1 + int((high - low) / _STEP)) for low, high in clear.tolist()]
    return np.concatenate(found) if found else np.empty(0)


def _chord(radius: Floats, length: float) -> Floats:
    """How far apart the ends of arcs of `length` mm are: 2 r sin(length / 2 r); at most the diameter."""
    return np.asarray(2 * radius * np.sin(np.minimum(length / radius, math.pi) / 2))


def edge_share(track: Track, place: float, right: float) -> float:
    """Length of finished edge, mm, for each mm of path at a position; the edge lies `right` mm to the path's right.

    On an arc both turn by the same angle, each about its own radius.
    """
    row = track.rows[[track.locate(place)[0]]]
    return 1.0 + right * float(np.sign(row[0, 4]) / arcs.centre_form(row).radius[0])


def faces_out(track: Track, allowed: Floats, side: float) -> Bools:
    """Whether looking away from the part (to the left where `side` is 1) from each place one does not see it again.

    One looks straight and 35 degrees to either side, so that the mouth of a bay is no way out.
    """
    box = track.curve.box
    far = box.width + box.height
    at, way = track.frames(allowed)
    left = side * np.stack([-way[:, 1], way[:, 0]], axis=1)
    looks = [left + aside * way for aside in (0.0, -0.7, 0.7)]
    rays = [np.column_stack([at + 1e-3 * look, at + far * look, np.zeros(len(at))]) for look in looks]
    rows = np.stack(rays, axis=1).reshape(-1, 5)
    i, j = np.indices((len(rows), len(track.rows))).reshape(2, -1)
    hit = np.isfinite(crossings(rows[i], track.rows[j])[:, :, 0]).any(axis=1)
    free = np.ones(len(rows), dtype=bool)
    free[i[hit]] = False
    return np.asarray(free.reshape(-1, 3).all(axis=1))


def choose(allowed: Floats, good: Bools, length: float, count: int, span: float) -> list[int]:
    """Indices of up to `count` places, spread evenly over the contour, two spans apart.

    None is other than good as long as another good one would have had room.
    """
    if count == 0 or len(allowed) == 0:
        return []
    first = float(allowed[good][0] if good.any() else allowed[0])
    even = [first + k * length / count for k in range(count)]
    chosen = _spread(allowed, good, even, length, span)
    if good[chosen].all():
        return chosen
    packed = _packed(allowed, np.flatnonzero(good), length, span)
    if int(good[chosen].sum()) >= min(count, len(packed)):
        return chosen
    taken = [packed[k * len(packed) // count] for k in range(count)] if len(packed) > count else packed
    return _spread(allowed, good, [*allowed[taken].tolist(), *even[len(taken) :]], length, span)


def _spread(allowed: Floats, good: Bools, wished: list[float], length: float, span: float) -> list[int]:
    """Indices of free places nearest to those wished for, two spans apart, good ones before any other."""
    chosen: list[int] = []
    free = np.ones(len(allowed), dtype=bool)
    for wish in wished:
        if free.any():
            # Nothing is farther than half the contour away: a good place goes before any other.
            apart = round_trip(allowed - wish, length) + np.where(good, 0.0, length)
            chosen.append(int(np.where(free, apart, np.inf).argmin()))
            free &= round_trip(allowed - allowed[chosen[-1]], length) >= 2 * span
    return sorted(chosen)


def _packed(allowed: Floats, which: Ints, length: float, span: float) -> list[int]:
    """As many of the places `which`, in rising order, as go two spans apart on the closed contour.

    The most has one within two spans of the first place, and from there on the next that is free is never worse.
    """
    at, step, best = allowed[which], 2 * span + SAME_POINT, list[int]()
    for first in np.flatnonzero(at < at[:1] + step).tolist():
        row = [first]
        while (k := int(np.searchsorted(at, at[row[-1]] + step))) < len(at) and length - (at[k] - at[first]) >= step:
            row.append(k)
        best = max(best, row, key=len)
    return which[best].tolist() if best else []


def round_trip(away: Floats, length: float) -> Floats:
    """Distance along a closed contour, the shorter way round."""
    ahead = np.abs(away) % length
    return np.minimum(ahead, length - ahead)
