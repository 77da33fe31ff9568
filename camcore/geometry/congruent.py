"""Whether one set of closed curves is another one moved, turned or turned over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from camcore.geometry import arcs, many
from camcore.geometry.arrays import Floats
from camcore.geometry.curve import Curve
from camcore.geometry.distance import nearest
from camcore.geometry.pose import Pose
from camcore.units import CUT_EDGE

Spots = NDArray[np.complex128]

MOST_TRIES = 64
"""Poses tried for one pair; a regular polygon of more corners may be taken for another than its copy."""
_CELLS = 4_000_000
"""Pairs of points and segments compared at once; larger curves are compared in their vertices only."""


def pose_of_copy(a: Sequence[Curve], b: Sequence[Curve], tolerance: float = CUT_EDGE) -> Pose | None:
    """The pose that carries `a` onto `b`, contour by contour within `tolerance` mm, not turned over if that will do.

    The first curve of each is its outline, around the others; all are closed. None where they are not congruent.
    """
    if len(a) != len(b) or not _alike(a, b, tolerance):
        return None
    for mirror in (False, True):
        mine = [curve.posed(Pose(mirror=True)).ccw() for curve in a] if mirror else [curve.ccw() for curve in a]
        theirs = [curve.ccw() for curve in b]
        for tried, (turn, dx, dy) in enumerate(_motions(mine, theirs, tolerance)):
            pose = Pose(dx, dy, math.degrees(turn) % 360.0, mirror)
            if _covers(a, b, pose, tolerance):
                return pose
            if tried >= MOST_TRIES:
                break
    return None


def _alike(a: Sequence[Curve], b: Sequence[Curve], tolerance: float) -> bool:
    """Whether sorted areas and lengths are the same, as far as the tolerance lets them differ."""
    length_a, length_b = np.sort(many.lengths(a)), np.sort(many.lengths(b))
    area_a, area_b = np.sort(np.abs(many.areas(a))), np.sort(np.abs(many.areas(b)))
    return bool(
        (np.abs(length_a - length_b) <= 8 * tolerance).all() and (np.abs(area_a - area_b) <= tolerance * length_a).all()
    )


def _motions(a: Sequence[Curve], b: Sequence[Curve], tolerance: float) -> Iterator[tuple[float, float, float]]:
    """Turns, rad, and moves that may carry `a` onto `b`: those that carry vertices of the outline onto vertices."""
    if a[0].as_circle(tolerance):
        yield from _motions_of_circles(a, b, tolerance)
        return
    mine, theirs = a[0], b[0]
    if len(mine) != len(theirs):
        return
    steps, others = _steps(mine), _steps(theirs)
    at = mine.vertices[:, 0] + 1j * mine.vertices[:, 1]
    for shift in np.flatnonzero((np.abs(others - steps[0]) <= (4 * tolerance, 0.01)).all(axis=1)).tolist():
        if (np.abs(np.roll(others, -shift, axis=0) - steps) <= (4 * tolerance, 0.01)).all():
            to = np.roll(theirs.vertices, -shift, axis=0)
            yield _motion(at, to[:, 0] + 1j * to[:, 1])


def _steps(curve: Curve) -> Floats:
    """Chord and bulge of each segment (n, 2)."""
    rows = curve.segments
    return np.column_stack([np.hypot(*(rows[:, 2:4] - rows[:, 0:2]).T), rows[:, 4]])


def _motion(at: Spots, to: Spots) -> tuple[float, float, float]:
    """Turn and move that carry complex points nearest to others (least squares)."""
    turn = float(np.angle((np.conj(at - at.mean()) * (to - to.mean())).sum()))
    move = to.mean() - at.mean() * np.exp(1j * turn)
    return turn, float(move.real), float(move.imag)


def _motions_of_circles(
    a: Sequence[Curve], b: Sequence[Curve], tolerance: float
) -> Iterator[tuple[float, float, float]]:
    """Round parts: the contour farthest from the middle is carried onto each that lies as far out."""
    circle, other = a[0].as_circle(tolerance), b[0].as_circle(tolerance)
    if circle is None or other is None:
        return
    mine, theirs = _middles(a) - complex(*circle[:2]), _middles(b) - complex(*other[:2])
    far = mine[int(np.argmax(np.abs(mine)))]
    concentric = abs(far) <= tolerance
    for spot in [far] if concentric else theirs[np.abs(np.abs(theirs) - abs(far)) < tolerance].tolist():
        turn = 0.0 if concentric else float(np.angle(spot / far))
        move = complex(*other[:2]) - complex(*circle[:2]) * np.exp(1j * turn)
        yield turn, float(move.real), float(move.imag)


def _middles(curves: Sequence[Curve]) -> Spots:
    """Mean of each curve's points (n,), complex, weighted by length: it goes along with any motion."""
    found = []
    for curve in curves:
        rows = curve.segments
        weight = arcs.lengths(rows)
        middle = sum(arcs.points_at(rows, np.full(len(rows), t)) for t in (0.125, 0.375, 0.625, 0.875)) / 4
        x, y = (middle * weight[:, None]).sum(axis=0) / weight.sum()
        found.append(complex(x, y))
    return np.array(found)


def _covers(a: Sequence[Curve], b: Sequence[Curve], pose: Pose, tolerance: float) -> bool:
    """Whether vertices and middles of `a`, carried along, lie on `b`, and those of `b` on `a`."""
    moved, _ = many.rows_of([curve.posed(pose) for curve in a])
    rows, _ = many.rows_of(b)
    return _on(moved, rows, tolerance) and _on(rows, moved, tolerance)


def _on(mine: Floats, rows: Floats, tolerance: float) -> bool:
    probes = np.concatenate([mine[:, 0:2], arcs.points_at(mine, np.full(len(mine), 0.5))])
    step = max(1, _CELLS // len(rows))
    for k in range(0, len(probes), step):
        some = probes[k : k + step]
        off = nearest(np.repeat(some, len(rows), axis=0), np.tile(rows, (len(some), 1))).distance
        if off.reshape(len(some), -1).min(axis=1).max() > tolerance:
            return False
    return True
