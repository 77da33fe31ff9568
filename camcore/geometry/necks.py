"""Necks: where what closed curves bound, or what they leave free, is narrowest.

A neck is a circle that touches the boundary on two sides and holds no boundary inside: a least radius along the
medial axis (H. Blum, A transformation for extracting new descriptors of shape, 1967). Candidates are the common
normals of every two segments, which are exact for lines and arcs; where two straight sides taper, the smallest circle
between them that nothing else cuts. Nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs, many
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.curve import Curve
from camcore.geometry.distance import from_points_to, nearest
from camcore.geometry.index import SegmentIndex

_FREE = 1e-7
"""Boundary may reach this far, mm, into a circle that is called empty."""
_LEAST = 1e-4
"""Narrower than this, mm, is contact and no neck."""
_TAPER = np.radians(30.0)
"""Widest angle between straight sides that are measured as a taper."""
_PARALLEL = 1e-9
"""Sides that come nearer by less, mm for each mm along, are parallel."""
_END = 1e-9
"""A contact this near to a segment's end, in shares of its length, is at the vertex."""
_ROUND_A_TIP = 2.5
"""The way around a tip is at most this many widths of it (a square end: 2)."""


@dataclass(frozen=True, slots=True)
class Neck:
    """Circle of diameter `width` about (x, y), mm, that touches the curves numbered `first` <= `second`.

    solid: on the left of the curves (material), else on their right; angle: between the two sides, degrees, 0 where
    the circle touches at opposite points.
    """

    x: float
    y: float
    width: float
    first: int
    second: int
    solid: bool
    angle: float = 0.0


class Facing(NamedTuple):
    """Circles that touch two lines (n,): those about ``foot + s · way`` for s from `low` to `high`, radius linear in s.

    The ends are those of the stretch in which both points of contact lie on the segments; low > high where none does.
    `angle` (n,) in radians; `side` 1 where the circles lie to the left of both lines, -1 to the right.
    """

    foot: Floats
    way: Floats
    low: Floats
    high: Floats
    radius_at_0: Floats
    slope: Floats
    angle: Floats
    side: Floats

    def radius(self, s: Floats) -> Floats:
        """Radius at positions s (n,)."""
        return self.radius_at_0 + self.slope * s

    def centre(self, s: Floats) -> Floats:
        """Centre (n, 2) at positions s (n,)."""
        return self.foot + s[:, None] * self.way


class _Circles(NamedTuple):
    """Candidates: centre (n, 2), radius (n,), the two segments (n,), angle between the sides (n,), radians."""

    centre: Floats
    radius: Floats
    i: Ints
    j: Ints
    angle: Floats

    def where(self, which: Bools | Ints) -> _Circles:
        return _Circles(self.centre[which], self.radius[which], self.i[which], self.j[which], self.angle[which])


def necks(curves: Sequence[Curve], within: float) -> list[Neck]:
    """Necks up to `within` mm between and within closed curves that do not cross, narrowest first.

    Material lies on the left: outlines run counter-clockwise, holes clockwise.
    """
    rows, owner = _quarters(curves)
    index = SegmentIndex(rows)
    i, j = index.own_pairs(within)
    follows = _next(owner)
    apart = (follows[i] != j) & (follows[j] != i) & _long_way_round(rows, owner, i, j)
    i, j = i[apart], j[apart]
    found = _joined(_tapers(rows, owner, index, i, j), _normals(rows, i, j))
    found = found.where((2 * found.radius <= within) & (2 * found.radius > _LEAST))
    found = found.where(_empty(index, found.centre, found.radius))
    found = found.where(found.radius.round(6).argsort(kind="stable"))
    return _distinct(found, _told(found, owner, _solid(rows, follows, found)), follows)


def _quarters(curves: Sequence[Curve]) -> tuple[Floats, Ints]:
    """Rows (n, 5) of all curves, arcs cut into quarter turns at most, and the curve (n,) of each row."""
    rows, first = many.rows_of(curves)
    owner = np.searchsorted(first, np.arange(len(rows)), side="right") - 1
    sweep = np.abs(arcs.centre_form(rows).sweep)
    counts = np.maximum(1, np.ceil(sweep / (np.pi / 2) - 1e-9)).astype(np.int64)
    which = np.repeat(np.arange(len(rows)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    share = counts[which].astype(np.float64)
    return arcs.cut_out(rows[which], step / share, (step + 1) / share), owner[which]


def _next(owner: Ints) -> Ints:
    """The row that follows each one on its curve, round and round."""
    first = np.searchsorted(owner, owner)
    last = np.searchsorted(owner, owner, side="right") - 1
    row = np.arange(len(owner))
    return np.asarray(np.where(row == last, first, row + 1))


def _normals(rows: Floats, i: Ints, j: Ints) -> _Circles:
    """Circles over the shortest connections of each pair: from ends, along common normals, between concentric arcs."""
    a, b = rows[i], rows[j]
    starts = [(a[:, 0:2], b), (a[:, 2:4], b), (b[:, 0:2], a), (b[:, 2:4], a)]
    starts += [(point, b) for point in _towards(a, b)] + [(point, a) for point in _towards(b, a)]
    t = (nearest(b[:, 0:2], a).t + nearest(b[:, 2:4], a).t) / 2
    starts.append((arcs.points_at(a, t), b))
    p = np.concatenate([point for point, _ in starts])
    q = np.concatenate([arcs.points_at(other, nearest(point, other).t) for point, other in starts])
    count = len(starts)
    radius = np.hypot(*(p - q).T) / 2
    return _Circles((p + q) / 2, radius, np.tile(i, count), np.tile(j, count), np.zeros(len(p)))


def _towards(arc: Floats, other: Floats) -> list[Floats]:
    """Points (n, 2) of each arc's circle on the normal through the other's centre, or square to the other line.

    Points that lie on no segment give circles that are not empty, or that lie elsewhere on the boundary.
    """
    form, other_form = arcs.centre_form(arc), arcs.centre_form(other)
    chord = other[:, 2:4] - other[:, 0:2]
    between = np.stack([other_form.cx - form.cx, other_form.cy - form.cy], axis=1)
    way = np.where(arcs.is_arc(other)[:, None], between, np.stack([-chord[:, 1], chord[:, 0]], axis=1))
    size = np.hypot(way[:, 0], way[:, 1])
    radius = np.where(arcs.is_arc(arc), form.radius, 0.0)
    step = way * (radius / np.where(size > 0, size, 1.0))[:, None]
    centre = np.stack([form.cx, form.cy], axis=1)
    points = [np.where(arcs.is_arc(arc)[:, None], centre + sign * step, arc[:, 0:2]) for sign in (-1.0, 1.0)]
    return [arcs.points_at(arc, nearest(point, arc).t) for point in points]


def facing(a: Floats, b: Floats) -> Facing:
    """Circles between lines that run against each other: row i of `a` and of `b`, both straight.

    Their centres lie where the signed distances n·(c − a₀) and m·(c − b₀) from both lines are equal.
    """
    u, v = _unit(a), _unit(b)
    n, m = np.stack([-u[:, 1], u[:, 0]], 1), np.stack([-v[:, 1], v[:, 0]], 1)
    size = np.maximum(np.hypot(*(u - v).T), 1e-12)
    way, across = (u - v) / size[:, None], (n - m) / size[:, None]
    middle = (a[:, 0:2] + b[:, 0:2]) / 2
    to_a, to_b = a[:, 0:2] - middle, b[:, 0:2] - middle
    foot = across * ((_dot(n, to_a) - _dot(m, to_b)) / size)[:, None]
    distance, slope = _dot(n, foot - to_a), _dot(n, way)
    ends = []
    for line, unit, origin in ((a, u, to_a), (b, v, to_b)):
        at, rate = _dot(unit, foot - origin), _dot(unit, way)
        rate = np.where(np.abs(rate) > 1e-9, rate, 1e-9)
        length = np.hypot(line[:, 2] - line[:, 0], line[:, 3] - line[:, 1])
        ends.append(np.sort(np.stack([-at / rate, (length - at) / rate]), axis=0))
    low, high = np.maximum(ends[0][0], ends[1][0]), np.minimum(ends[0][1], ends[1][1])
    side = np.sign(distance + slope * (low + high) / 2)
    turn = np.arcsin(np.clip(np.abs(u[:, 0] * v[:, 1] - u[:, 1] * v[:, 0]), 0.0, 1.0))
    angle = np.where(_dot(u, v) < 0, turn, np.pi)
    return Facing(foot + middle, way, low, high, side * distance, side * slope, angle, side)


def _tapers(rows: Floats, owner: Ints, index: SegmentIndex, i: Ints, j: Ints) -> _Circles:
    """Circles between two straight sides that face each other: in the middle of parallels, at the tip of a taper.

    At a tip it is the smallest circle between the sides that the tip does not cut. Elsewhere a taper goes on between
    other segments, whose normals tell where it is narrowest.
    """
    straight = ~arcs.is_arc(rows)
    both = straight[i] & straight[j]
    i, j = i[both], j[both]
    between = facing(rows[i], rows[j])
    good = (between.low < between.high) & (between.angle <= _TAPER) & (between.side != 0)
    middle = (between.low + between.high) / 2
    good[good] = _empty(index, between.centre(middle)[good], between.radius(middle)[good])
    between = Facing(*(field[good] for field in between))
    i, j, middle = i[good], j[good], middle[good]
    parallel = np.abs(between.slope) < _PARALLEL
    at = np.where(parallel, middle, _narrowest(between, index))
    found = _Circles(between.centre(at), between.radius(at), i, j, np.where(parallel, 0.0, between.angle))
    return found.where(parallel | _at_tip(rows, owner, found))


def _narrowest(between: Facing, index: SegmentIndex) -> Floats:
    """Position of the smallest empty circle between each two lines, found from the middle, which is empty."""
    wide, narrow = (between.low + between.high) / 2, np.where(between.slope > 0, between.low, between.high)
    free = _empty(index, between.centre(narrow), between.radius(narrow))
    wide = np.where(free, narrow, wide)
    while (np.abs(wide - narrow) > _FREE).any():
        middle = (wide + narrow) / 2
        free = _empty(index, between.centre(middle), between.radius(middle))
        wide, narrow = np.where(free, middle, wide), np.where(free, narrow, middle)
    return wide


def _at_tip(rows: Floats, owner: Ints, found: _Circles) -> Bools:
    """Whether the curve goes from one contact to the other by a short way, around a tip no wider than the circle."""
    lengths = arcs.lengths(rows)
    end = np.cumsum(lengths)
    at = [end[k] - lengths[k] + _dot(found.centre - rows[k, 0:2], _unit(rows[k])) for k in (found.i, found.j)]
    away = np.abs(at[1] - at[0])
    around = np.bincount(owner, lengths)[owner[found.i]]
    short = np.minimum(away, around - away) <= _ROUND_A_TIP * 2 * found.radius
    return np.asarray(short & (owner[found.i] == owner[found.j]))


def _unit(rows: Floats) -> Floats:
    chord = rows[:, 2:4] - rows[:, 0:2]
    return np.asarray(chord / np.maximum(np.hypot(chord[:, 0], chord[:, 1]), 1e-300)[:, None])


def _dot(a: Floats, b: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", a, b))


def _joined(a: _Circles, b: _Circles) -> _Circles:
    return _Circles(*(np.concatenate(fields) for fields in zip(a, b, strict=True)))


def _long_way_round(rows: Floats, owner: Ints, i: Ints, j: Ints) -> Bools:
    """Which pairs i < j may have a circle between them: boundary goes around it, so it is at least half as long.

    From the far ends of both segments along the curve, against the gap between their boxes.
    """
    lengths = arcs.lengths(rows)
    end = np.cumsum(lengths)
    total = np.bincount(owner, lengths)[owner[i]]
    reach = end[j] - (end[i] - lengths[i])
    back = total - reach + lengths[i] + lengths[j]
    boxes = arcs.boxes(rows)
    gap = np.maximum(np.maximum(boxes[i, 0:2] - boxes[j, 2:4], boxes[j, 0:2] - boxes[i, 2:4]), 0.0)
    wide = np.hypot(gap[:, 0], gap[:, 1])
    return np.asarray((owner[i] != owner[j]) | (np.minimum(reach, back) >= np.pi / 2 * wide * (1 - 1e-9)))


def _empty(index: SegmentIndex, centre: Floats, radius: Floats) -> Bools:
    """Which circles hold no boundary."""
    return np.asarray(from_points_to(centre, index) >= radius - _FREE)


def _distinct(found: _Circles, told: list[Neck], follows: Ints) -> list[Neck]:
    """Necks without those that are the same as an earlier one, or lie along the same two sides.

    Of equally wide ones the earlier are those along two sides, which stand in the middle.
    """
    kept: dict[tuple[int, int, bool], list[int]] = {}
    for k, neck in enumerate(told):
        here = kept.setdefault((neck.first, neck.second, neck.solid), [])
        if not _same(found.where(np.array(here, dtype=np.int64)), found.where(np.array([k])), follows).any():
            here.append(k)
    return [told[k] for k in sorted(k for here in kept.values() for k in here)]


def _same(kept: _Circles, one: _Circles, follows: Ints) -> Bools:
    """Which circles overlap the one, or are as wide as it between the same or the next segments."""

    def near(a: Ints, b: Ints) -> Bools:
        return np.asarray((a == b) | (follows[a] == b) | (follows[b] == a))

    gap = np.hypot(*(kept.centre - one.centre).T)
    along = (near(kept.i, one.i) & near(kept.j, one.j)) | (near(kept.i, one.j) & near(kept.j, one.i))
    return np.asarray((gap < (kept.radius + one.radius) * (1 - 1e-6)) | (along & (one.radius - kept.radius < _FREE)))


def _solid(rows: Floats, follows: Ints, found: _Circles) -> Bools:
    """Which circles lie to the left of the first curve that they touch: nothing of it is nearer than the contact.

    At a vertex the sum of both sides' normals decides (Bærentzen and Aanæs, IEEE TVCG 11, 2005).
    """
    before = np.empty_like(follows)
    before[follows] = np.arange(len(follows))
    own = rows[found.i]
    t = nearest(found.centre, own).t
    way = arcs.directions_at(own, t)
    other = np.where(t < _END, before[found.i], np.where(t > 1 - _END, follows[found.i], found.i))
    way = way + arcs.directions_at(rows[other], np.where(t < _END, 1.0, np.where(t > 1 - _END, 0.0, t)))
    to = found.centre - arcs.points_at(own, t)
    return np.asarray(way[:, 0] * to[:, 1] - way[:, 1] * to[:, 0] > 0)


def _told(found: _Circles, owner: Ints, solid: Bools) -> list[Neck]:
    pairs = np.sort(np.stack([owner[found.i], owner[found.j]], axis=1), axis=1)
    return [
        Neck(x, y, 2 * r, a, b, left, angle)
        for (x, y), r, (a, b), left, angle in zip(
            found.centre.tolist(),
            found.radius.tolist(),
            pairs.tolist(),
            solid.tolist(),
            np.degrees(found.angle).tolist(),
            strict=True,
        )
    ]
