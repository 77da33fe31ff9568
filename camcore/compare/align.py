"""How to lay one part on another that is nearly the same: moved, turned, turned over.

Poses come from boxes, from principal axes, and from pairs of rare landmarks that are as far apart in both; the best
of them are refined by least squares over the landmarks that fit, so that features which were changed do not pull.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import shapely

from camcore.compare.features import edges
from camcore.compare.landmarks import Landmarks, landmarks
from camcore.geometry import Pose, arcs, many
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.congruent import Spots
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.part import Part

SLACK = 0.002
"""Two pairs of landmarks match when their distances differ by less than this share of the diagonal, or 4 tolerances."""
CAP = 0.02
"""What lies farther off than this share of the diagonal counts no more than that."""
BASES, SPOTS, MATCHES = 6, 8, 64
"""Pairs of landmarks tried, chosen among so many, and most matches of each."""
PROBES, COARSE = 200, 60
"""Places of the edges, and landmarks, by which a pose is judged."""
FINAL = 12
"""So many of the best poses are refined."""
ROUNDS = 6
"""Rounds of least squares."""


class _Motions(NamedTuple):
    """Poses as complex numbers (n,): z → factor · (mirrored z) + move."""

    factor: Spots
    move: Spots
    mirror: Ints

    def carry(self, at: Spots) -> Spots:
        """Places (n, m) to which each motion carries the places (m,)."""
        over = np.where(self.mirror[:, None] > 0, -np.conj(at)[None, :], at[None, :])
        return np.asarray(self.factor[:, None] * over + self.move[:, None])


def fitted(a: Part, b: Part, tolerance: float) -> Pose:
    """The pose that lays `b` on `a` best; of equally good ones not turned over, then the least turned, then moved."""
    judge = _Judge(a, b)
    mine, theirs = landmarks(a), landmarks(b)
    slack = max(4 * tolerance, SLACK * judge.diagonal)
    motions = _joined(_of_boxes(a, b), _of_axes(a, b), _of_pairs(mine, theirs, slack))
    chosen = [_refined(_one(motions, k), mine, theirs, judge.cap) for k in _best(motions, mine, theirs, judge.cap)]
    return min((_pose(one) for one in dict.fromkeys(chosen)), key=lambda pose: _rank(judge.cost(pose), pose))


def _best(motions: _Motions, a: Landmarks, b: Landmarks, cap: float) -> list[int]:
    """Numbers of the best motions, of those that are nearly the same the best one."""
    turn = np.degrees(np.angle(motions.factor)).round() % 360
    place = (motions.move / cap).round()
    key = zip(turn.tolist(), place.tolist(), motions.mirror.tolist(), strict=True)
    order = _coarse(motions, a, b, cap).round(4).argsort(kind="stable").tolist()
    keys = list(key)
    return list({keys[k]: k for k in reversed(order)}.values())[::-1][:FINAL]


def _rank(cost: float, pose: Pose) -> tuple[float, bool, float, float]:
    turn = min(pose.rotation, 360.0 - pose.rotation)
    return round(cost, 5), pose.mirror, round(turn, 3), round(math.hypot(pose.x, pose.y), 3)


class _Judge:
    """Says how far two parts lie off each other on the average, as a share of `cap` mm."""

    def __init__(self, a: Part, b: Part) -> None:
        self.diagonal = max(math.hypot(part.box.width, part.box.height) for part in (a, b))
        self.cap = CAP * self.diagonal
        layers = [(edges(a), edges(b))] + ([(list(a.marks), list(b.marks))] if a.marks and b.marks else [])
        self._layers = [tuple(many.rows_of(curves)[0] for curves in pair) for pair in layers]
        self._indices = [tuple(SegmentIndex(rows) for rows in pair) for pair in self._layers]

    def cost(self, pose: Pose) -> float:
        """0 where all places lie on the other part, 1 where none is near."""
        total = 0.0
        for rows, indices in zip(self._layers, self._indices, strict=True):
            mine, theirs = (_probes(each) for each in rows)
            back = (mine - (pose.x, pose.y)) @ pose.matrix
            for points, index in ((pose.points(theirs), indices[0]), (back, indices[1])):
                total += float(np.minimum(from_points_to(points, index) / self.cap, 1.0).mean())
        return total


def _probes(rows: Floats) -> Floats:
    some = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), PROBES)).round().astype(np.int64))]
    return np.concatenate([some[:, 0:2], arcs.points_at(some, np.full(len(some), 0.5))])


# -- motions to try -----------------------------------------------------------------------------------------------


def _of_boxes(a: Part, b: Part) -> _Motions:
    """Quarter turns, turned over or not, with the boxes' middles or one of their corners on each other; and none."""
    box = a.box
    goals = np.array([complex(*box.centre), *(complex(x, y) for x in (box.x0, box.x1) for y in (box.y0, box.y1))])
    found = [_Motions(np.ones(1, dtype=complex), np.zeros(1, dtype=complex), np.zeros(1, dtype=np.int64))]
    for mirror in (False, True):
        for quarter in range(4):
            turned = b.outline.posed(Pose(rotation=90.0 * quarter, mirror=mirror)).box
            corners = [complex(x, y) for x in (turned.x0, turned.x1) for y in (turned.y0, turned.y1)]
            own = np.array([complex(*turned.centre), *corners])
            found.append(_Motions(np.full(5, 1j**quarter), goals - own, np.full(5, int(mirror))))
    return _joined(*found)


def _of_axes(a: Part, b: Part) -> _Motions:
    """Centres of gravity and principal axes of the outlines on each other, both ways round."""
    (middle_a, axis_a), (middle_b, axis_b) = (_moments(part) for part in (a, b))
    found = []
    for mirror in (0, 1):
        middle, axis = (-np.conj(middle_b), -np.conj(axis_b)) if mirror else (middle_b, axis_b)
        factor = np.array([axis_a / axis, -axis_a / axis])
        found.append(_Motions(factor, middle_a - factor * middle, np.full(2, mirror)))
    return _joined(*found)


def _moments(part: Part) -> tuple[complex, complex]:
    """Centre of gravity of the outline's inside, and the direction of its longer principal axis."""
    points = part.outline.flattened(0.01)
    z = points[:, 0] + 1j * points[:, 1]
    origin = z.mean()
    z = z - origin
    follow = np.roll(z, -1)
    cross = (np.conj(z) * follow).imag
    area = cross.sum() / 2
    middle = ((z + follow) * cross).sum() / (6 * area)
    # ∫ z² dA over each triangle from the origin: cross / 12 · (z² + zw + w²); its argument is twice the axis' angle.
    square = ((z**2 + z * follow + follow**2) * cross).sum() / 12 / area - middle**2
    axis = np.exp(0.5j * np.angle(square)) if abs(square) > 1e-9 * (np.abs(z) ** 2).max() else 1.0 + 0j
    return complex(middle + origin), complex(axis)


def _of_pairs(a: Landmarks, b: Landmarks, slack: float) -> _Motions:
    """Motions that carry two landmarks of `b` onto two of `a` of their kinds, as far apart within `slack` mm."""
    top = min(SPOTS, len(a))
    bases = [(abs(a.at[j] - a.at[i]), i, j) for j in range(top) for i in range(j) if abs(a.at[j] - a.at[i]) > slack]
    bases.sort(key=lambda base: (-round(float(base[0]), 3), base[1:]))
    found = [_of_pair(a, b, i, j, slack) for _, i, j in bases[:BASES]]
    return _joined(*found) if found else _none()


def _of_pair(a: Landmarks, b: Landmarks, i: int, j: int, slack: float) -> _Motions:
    first, second = (np.flatnonzero((b.kind == a.kind[k]) & (np.abs(b.size - a.size[k]) <= slack)) for k in (i, j))
    way = a.at[j] - a.at[i]
    off = np.abs(np.abs(b.at[second][None, :] - b.at[first][:, None]) - abs(way))
    p, q = np.nonzero(off <= slack)
    best = np.argsort(off[p, q].round(6), kind="stable")[:MATCHES]
    start, end = b.at[first[p[best]]], b.at[second[q[best]]]
    found = []
    for mirror in (0, 1):
        s, e = (-np.conj(start), -np.conj(end)) if mirror else (start, end)
        factor = np.exp(1j * (np.angle(way) - np.angle(e - s)))
        found.append(_Motions(factor, (a.at[i] + a.at[j] - factor * (s + e)) / 2, np.full(len(s), mirror)))
    return _joined(*found)


def _none() -> _Motions:
    return _Motions(np.empty(0, dtype=complex), np.empty(0, dtype=complex), np.empty(0, dtype=np.int64))


def _joined(*some: _Motions) -> _Motions:
    factor, move, mirror = (np.concatenate(fields) for fields in zip(*some, strict=True))
    return _Motions(factor, move, mirror)


def _one(motions: _Motions, k: int) -> _Motions:
    return _Motions(motions.factor[k : k + 1], motions.move[k : k + 1], motions.mirror[k : k + 1])


# -- judging and refining -----------------------------------------------------------------------------------------


def _coarse(motions: _Motions, a: Landmarks, b: Landmarks, cap: float) -> Floats:
    """How far the rarest landmarks of `b` come to lie off their like in `a`, as shares of `cap`; mean (n,)."""
    if len(a) == 0 or len(b) == 0:
        return np.zeros(len(motions.factor))
    some = Landmarks(b.at[:COARSE], b.kind[:COARSE], b.size[:COARSE])
    _, off = _nearest(motions.carry(some.at), some, a)
    return np.asarray(np.minimum(off / cap, 1.0).mean(axis=1))


def _nearest(spots: Spots, own: Landmarks, a: Landmarks) -> tuple[Ints, Floats]:
    """Landmark of `a` nearest to each of the places (n, m), and how far off it is in place and size."""
    tree = shapely.STRtree(shapely.points(a.at.real, a.at.imag))
    flat = spots.ravel()
    asked, answer = tree.query_nearest(shapely.points(flat.real, flat.imag), all_matches=False)
    which = answer[np.argsort(asked, kind="stable")]
    other = np.where(np.tile(own.kind, len(spots)) == a.kind[which], 0.0, np.inf)
    off = np.abs(flat - a.at[which]) + np.abs(np.tile(own.size, len(spots)) - a.size[which]) + other
    return which.reshape(spots.shape), off.reshape(spots.shape)


def _refined(motion: _Motions, a: Landmarks, b: Landmarks, cap: float) -> tuple[complex, complex, int]:
    """The motion after least squares over the landmarks that fit, which become fewer as the fit gets better."""
    factor, move, mirror = complex(motion.factor[0]), complex(motion.move[0]), int(motion.mirror[0])
    reach = cap
    for _ in range(ROUNDS if len(a) and len(b) else 0):
        now = _Motions(np.array([factor]), np.array([move]), np.array([mirror]))
        which, off = (rows[0] for rows in _nearest(now.carry(b.at), b, a))
        good = off <= reach
        if good.sum() < 2:
            break
        at = -np.conj(b.at[good]) if mirror else b.at[good]
        to = a.at[which[good]]
        turn = (np.conj(at - at.mean()) * (to - to.mean())).sum()
        factor = complex(turn / abs(turn)) if abs(turn) > 0 else factor
        move = complex(to.mean() - factor * at.mean())
        reach = max(1e-6, 2.5 * float(np.median(np.abs(factor * at + move - to))))
    return (
        complex(round(factor.real, 12), round(factor.imag, 12)),
        complex(round(move.real, 9), round(move.imag, 9)),
        mirror,
    )


def _pose(motion: tuple[complex, complex, int]) -> Pose:
    """The motion as a pose; quarter turns are exact."""
    factor, move, mirror = motion
    turn = math.degrees(math.atan2(factor.imag, factor.real)) % 360.0
    quarter = 90.0 * round(turn / 90.0)
    return Pose(move.real + 0.0, move.imag + 0.0, quarter % 360.0 if abs(turn - quarter) < 1e-7 else turn, bool(mirror))
