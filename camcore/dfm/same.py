"""Parts that are one shape, however they lie."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camcore.dfm.model import Context, Look
from camcore.findings import Finding
from camcore.geometry import Curve, Pose
from camcore.geometry.arrays import Floats
from camcore.geometry.distance import from_points

_SAME = 1e-3
"""Edges that keep within this, mm, are the same."""


def same_shape(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """I808: a part that is congruent with an earlier one, turned or turned over."""
    kinds: dict[tuple[float, ...], list[Look]] = {}
    for part in context.others:
        kinds.setdefault(_measure(plain := Look.plain(part)), []).append(plain)
    for look in looks:
        here = kinds.setdefault(_measure(look), [])
        pair = next(((other, pose) for other in here if (pose := congruence(other, look)) is not None), None)
        if pair is None:
            here.append(look)
            continue
        other, pose = pair
        way = "turned over" if pose.mirror else "turned" if abs(pose.rotation % 360) > 1e-6 else "as it lies"
        x, y = look.part.box.centre
        yield look.finding(
            "I808",
            f"the same shape as {other.part.id}, {way}",
            "make them as one item, unless revision or face differs",
            x=x,
            y=y,
            mirror=pose.mirror,
        )


def _measure(look: Look) -> tuple[float, ...]:
    """What congruent parts share, rounded so that noise does not part them often."""
    return (len(look.curves), *(round(abs(curve.area), 1) for curve in look.curves[:1]), round(look.part.area, 1))


def congruence(first: Look, second: Look) -> Pose | None:
    """A pose that carries the first part onto the second, not mirrored if that will do; None where none does.

    Landmarks (corners of the outline, middles of the holes) at the greatest distance from the outline's centre are
    brought onto each other.
    """
    a, b = _landmarks(first), _landmarks(second)
    ca, cb = _centre(first.curves[0]), _centre(second.curves[0])
    far_a, far_b = np.hypot(*(a - ca).T), np.hypot(*(b - cb).T)
    reach = float(far_a.max(initial=0.0))
    if reach < _SAME:
        pose = Pose(float(cb[0] - ca[0]), float(cb[1] - ca[1]))
        return pose if _carries(pose, first, second) else None
    anchor = a[int(far_a.argmax())] - ca
    for mirror in (False, True):
        turned = np.array([-anchor[0], anchor[1]]) if mirror else anchor
        for target in b[np.abs(far_b - reach) < _SAME] - cb:
            angle = np.degrees(np.arctan2(target[1], target[0]) - np.arctan2(turned[1], turned[0]))
            turn = Pose(0.0, 0.0, float(np.round(angle, 9)), mirror)
            x, y = (cb - turn.points(ca[None])[0]).tolist()
            pose = Pose(x, y, turn.rotation, mirror)
            if _carries(pose, first, second):
                return pose
    return None


def _landmarks(look: Look) -> Floats:
    """Points (n, 2) that any congruence carries along; corners of a round outline mean nothing."""
    holes = [_centre(hole) for hole in look.curves[1:]]
    corners = [] if look.curves[0].as_circle(_SAME) else [*look.curves[0].vertices[:, :2]]
    return np.array([*corners, *holes]).reshape(-1, 2)


def _centre(curve: Curve) -> Floats:
    """Centre of gravity of the area, mm."""
    points = curve.flattened()
    x, y = (points - points[0]).T
    x1, y1 = np.roll(x, -1), np.roll(y, -1)
    cross = x * y1 - x1 * y
    area = cross.sum() / 2
    if abs(area) < 1e-12:
        return np.asarray(points.mean(axis=0))
    return np.asarray(points[0] + np.array([((x + x1) * cross).sum(), ((y + y1) * cross).sum()]) / (6 * area))


def _carries(pose: Pose, first: Look, second: Look) -> bool:
    """Whether every contour comes to lie on one of the other's."""
    free = list(second.curves)
    for curve in first.curves:
        moved = curve.posed(pose)
        twin = next((other for other in free if _lie_on(moved, other)), None)
        if twin is None:
            return False
        free.remove(twin)
    return True


def _lie_on(a: Curve, b: Curve) -> bool:
    if abs(abs(a.area) - abs(b.area)) > _SAME * max(a.length, 1.0):
        return False
    return bool(from_points(a.flattened(), b).max() <= 2 * _SAME and from_points(b.flattened(), a).max() <= 2 * _SAME)
