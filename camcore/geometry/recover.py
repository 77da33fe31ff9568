"""Arcs that were drawn as chains of equal chords, read as arcs again.

Programs without arcs (OpenSCAD, mesh exports, plotter drivers) write a circle as a regular polygon with its vertices on
the circle. A chain is taken for an arc only where nothing else can be meant: LEAST equal chords in a row, turning by
equal small angles, all vertices on one circle. Polygons that are meant as such turn by more, or have fewer sides.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.curve import Curve

ON_CIRCLE = 0.002
"""Vertices of an arc's chords keep this near to its circle, mm: four decimals of an inch move a point by 0.0018 mm."""
LEAST = 8
"""Fewer chords are no arc: a corner of eight is rounded, a corner of three is a bevel."""
WIDEST_TURN = math.radians(12.1)
"""Chords of an arc turn by no more in the mean: 30 in a circle, OpenSCAD's default ($fa = 12)."""
LEAST_TURN = math.radians(10.0)
"""All chords of an arc together turn at least by this: what turns less may be a flat curve of any kind."""
MOST_SAGITTA = 0.25
"""Chords stand off their arc by no more, mm: a building with thirty walls is no circle."""
_STANDS_OFF = 10 * ON_CIRCLE
"""An arc stands off its whole chord by more than this, mm, so that a crooked line is none."""
_EQUAL = 0.05
"""Share by which equal chords may differ, beside what ON_CIRCLE makes of short ones."""
_ONE_ROW = 3.0
"""An arc that sweeps less, rad, is one segment; near half a turn and over it two keep the accuracy."""


class Recovered(NamedTuple):
    """A curve, how many arcs were found in it, and how many chords these replace."""

    curve: Curve
    arcs: int = 0
    chords: int = 0


class _Arc(NamedTuple):
    """An arc over the vertices `first` to `last` of a chain; sweep in rad, ccw positive."""

    first: int
    last: int
    x: float
    y: float
    radius: float
    sweep: float


def recovered(curve: Curve) -> Recovered:
    """The curve with chains of chords as arcs; a closed one that is a circle all around as exactly that circle.

    A closed curve may come out with another first vertex; vertices between arcs stay where they are.
    """
    if len(curve) <= LEAST or not (curve.vertices[:, 2] == 0.0).any():
        return Recovered(curve)
    seeds = _seeds(curve.vertices, curve.closed)
    if not seeds.any():
        return Recovered(curve)
    if curve.closed and seeds.all() and (circle := _whole_circle(curve)):
        return Recovered(circle, 1, len(curve))
    points = curve.vertices
    if curve.closed:
        shift = int(np.argmax(seeds & ~np.roll(seeds, 1))) - 1  # the chord before a first seed may belong to its arc
        points, seeds = np.roll(points, -shift, axis=0), np.roll(seeds, -shift)
        points = np.concatenate([points, points[:1]])
        seeds = seeds[: len(points) - LEAST]
    found = _arcs(points, seeds)
    if not found:
        return Recovered(curve)
    return Recovered(_bent(points, found, curve.closed), len(found), sum(arc.last - arc.first for arc in found))


def _seeds(vertices: Floats, closed: bool) -> Bools:
    """For each vertex whether the LEAST chords from it on are an arc's; closed curves go around."""
    around = np.concatenate([vertices, vertices[:LEAST]]) if closed else vertices
    points = around[:, :2]
    chord = np.diff(points, axis=0)
    length = np.hypot(*chord.T)
    turn = _turns(chord)
    straight = around[:-1, 2] == 0.0
    lengths, turns = sliding_window_view(length, LEAST), sliding_window_view(turn, LEAST - 1)
    most, mean = np.abs(turns).max(axis=1), np.abs(turns.mean(axis=1))
    equal = np.ptp(lengths, axis=1) <= np.maximum(2 * ON_CIRCLE, _EQUAL * lengths.mean(axis=1))
    same_sense = np.abs(np.sign(turns).sum(axis=1)) == LEAST - 1
    shallow = lengths.max(axis=1) * mean / 8 <= MOST_SAGITTA
    good = sliding_window_view(straight, LEAST).all(axis=1) & equal & same_sense & shallow
    good &= (mean <= WIDEST_TURN) & (most <= WIDEST_TURN + 2 * ON_CIRCLE / np.maximum(lengths.min(axis=1), ON_CIRCLE))
    where = np.flatnonzero(good)
    good[where] = _on_one_circle(points[where[:, None] + np.arange(LEAST + 1)])
    return np.asarray(good)


def _turns(chord: Floats) -> Floats:
    """Angle (n - 1,) from each chord to the next, rad."""
    a, b = chord[:-1], chord[1:]
    answer: Floats = np.arctan2(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0], np.einsum("ij,ij->i", a, b))
    return answer


def _on_one_circle(points: Floats) -> Bools:
    """Whether the points (n, k, 2) of each row lie on the circle through the first, the middle and the last."""
    middle = points.shape[1] // 2
    b, c = points[:, middle] - points[:, 0], points[:, -1] - points[:, 0]
    double = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    bb, cc = (b**2).sum(axis=1), (c**2).sum(axis=1)
    with np.errstate(all="ignore"):
        x, y = (c[:, 1] * bb - b[:, 1] * cc) / double, (b[:, 0] * cc - c[:, 0] * bb) / double
        to = points - points[:, :1] - np.stack([x, y], axis=1)[:, None, :]
        off = np.abs(np.hypot(to[..., 0], to[..., 1]) - np.hypot(x, y)[:, None]).max(axis=1)
    return np.asarray(off <= ON_CIRCLE)


def circle_through(points: Floats) -> tuple[float, float, float]:
    """Centre and radius, mm, of the circle nearest to points (n, 2).

    Linear least squares of x² + y² = 2 ax + 2 by + c (Kåsa: A circle fitting procedure and its error analysis, IEEE
    Trans. Instrum. Meas. 25, 1976).
    """
    middle = points.mean(axis=0)
    to = points - middle
    system = np.column_stack([2 * to, np.ones(len(to))])
    (a, b, c), *_ = np.linalg.lstsq(system, (to**2).sum(axis=1), rcond=None)
    return float(middle[0] + a), float(middle[1] + b), float(np.sqrt(max(c + a * a + b * b, 0.0)))


def _off(points: Floats, x: float, y: float, radius: float) -> Floats:
    """Distance (n,) of points to a circle, mm."""
    answer: Floats = np.abs(np.hypot(points[:, 0] - x, points[:, 1] - y) - radius)
    return answer


def _whole_circle(curve: Curve) -> Curve | None:
    """The circle all of whose chords the closed curve is, in its sense."""
    points = curve.vertices[:, :2]
    circle = circle_through(points)
    around = _turns(np.diff(np.concatenate([points, points[:2]]), axis=0)).sum()
    if abs(abs(around) - 2 * math.pi) > 1e-3 or _off(points, *circle).max() > ON_CIRCLE:
        return None
    whole = Curve.circle(*circle)
    return whole if around > 0 else whole.reversed()


def _arcs(points: Floats, seeds: Bools) -> list[_Arc]:
    """Arcs over open chains of vertices (n, 3), none over another; each starts where a seed does."""
    found: list[_Arc] = []
    starts = np.flatnonzero(seeds)
    at = 0
    while (k := int(np.searchsorted(starts, at))) < len(starts):
        first = int(starts[k])
        run = first + int(np.argmin(np.append(seeds[first:], False))) - 1 + LEAST
        arc = _longest(points, first, run, at)
        at = first + 1
        if arc is not None:
            found.append(arc)
            at = arc.last
    return found


def _longest(points: Floats, first: int, last: int, floor: int) -> _Arc | None:
    """The longest arc from vertex `first` on to `last` at most, and by one shorter chord at both ends."""
    low, high = first + LEAST - 1, last
    while low < high:
        middle = (low + high + 1) // 2
        ends = slice(first, middle + 1)
        good = _off(points[ends, :2], *circle_through(points[ends, :2])).max() <= ON_CIRCLE
        low, high = (middle, high) if good else (low, middle - 1)
    if low < first + LEAST:
        return None
    x, y, radius = circle_through(points[first : low + 1, :2])
    step = float(np.hypot(*(points[first + 1, :2] - points[first, :2])))
    sense = _sense(points[first : first + 3, :2])

    def belongs(a: int, b: int, corner: int) -> bool:
        """Whether the chord from vertex `a` to `b` goes on with the arc that ends in `corner`."""
        if not (floor <= a and b < len(points)) or points[a, 2] != 0.0:
            return False
        outer = points[a if corner == b else b, :2]
        around = points[[a, b, b + 1] if corner == b else [a - 1, a, b], :2]
        near = _off(outer[None], x, y, radius)[0] <= ON_CIRCLE
        return bool(near and math.dist(*points[[a, b], :2]) <= step * (1 + _EQUAL) and _sense(around) == sense)

    start = first - 1 if belongs(first - 1, first, first) else first
    end = low + 1 if belongs(low, low + 1, low) else low
    return _arc(points[:, :2], start, end, (x, y, radius), sense)


def _sense(three: Floats) -> int:
    """Whether three points turn left (1) or right (-1) as an arc's chords do; 0 where they do neither."""
    turn = float(_turns(np.diff(three, axis=0))[0])
    return 0 if abs(turn) > 2 * WIDEST_TURN else (turn > 0) - (turn < 0)


def _arc(points: Floats, first: int, last: int, circle: tuple[float, float, float], sense: int) -> _Arc | None:
    """The arc over these vertices, where it is bent enough to be one."""
    x, y, radius = circle
    angle = np.unwrap(np.arctan2(points[first : last + 1, 1] - y, points[first : last + 1, 0] - x))
    sweep = float(angle[-1] - angle[0])
    bent = radius * (1 - math.cos(min(abs(sweep), math.pi) / 2)) > _STANDS_OFF and abs(sweep) >= LEAST_TURN
    if not bent or sweep * sense <= 0 or abs(sweep) > 2 * math.pi - 1e-6:
        return None
    return _Arc(first, last, x, y, radius, sweep)


def _bent(points: Floats, found: list[_Arc], closed: bool) -> Curve:
    """The chain of vertices (n, 3) with the arcs in place of their chords; half a turn and more come as two."""
    rows, at = [], 0
    for arc in found:
        rows += [points[at : arc.first], _vertices(points, arc)]
        at = arc.last
    table = np.concatenate([*rows, points[at:]])
    return Curve(table[:-1] if closed else table, closed)


def _vertices(points: Floats, arc: _Arc) -> Floats:
    """Vertices that start the arc's one or two segments."""
    x, y, _ = points[arc.first]
    count = 1 if abs(arc.sweep) < _ONE_ROW else 2
    bulge = math.tan(arc.sweep / count / 4)
    if count == 1:
        return np.array([[x, y, bulge]])
    half = math.atan2(y - arc.y, x - arc.x) + arc.sweep / 2
    return np.array([[x, y, bulge], [arc.x + arc.radius * math.cos(half), arc.y + arc.radius * math.sin(half), bulge]])
