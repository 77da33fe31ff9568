"""Rules on inside corners and radii, which a round tool cannot make smaller than itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from camcore.dfm.model import Context, Look
from camcore.findings import Finding
from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.distance import nearest
from camcore.toolpath.reach import CORNER_LEFT, reach
from camcore.units import CUT_EDGE

_AT_CORNER = 0.01
"""What is left stands at a sharp corner when it is this near to it, mm."""


class Left(NamedTuple):
    """What the tool leaves in an inside corner: place, depth mm, drawn radius (0: sharp), and reliefs that free it."""

    x: float
    y: float
    depth: float
    radius: float
    dogbone: list[float]
    tbone: list[float]


def inside_corner(look: Look, context: Context) -> Iterator[Finding]:
    """E810, W811: a drawn inside radius, or a sharp inside corner, in which the tool leaves more than a little.

    Remedies are told with the centres of the relief cuts, of the tool's radius R, that free the worst corner: a
    dogbone R along the bisector, a T-bone R along the longer edge.
    """
    if context.process != "mill":
        return
    round_ = {spot.number for spot in look.rounds}
    left = [
        (corner, look.name(number))
        for number, curve in enumerate(look.curves)
        if number not in round_
        for corner in _left(curve, context.width / 2, number == 0)
    ]
    left.sort(key=lambda each: (-round(each[0].depth, 6), each[0].x, each[0].y))
    for code, drawn in (("E810", True), ("W811", False)):
        chosen = [(corner, name) for corner, name in left if bool(corner.radius) is drawn]
        if chosen:
            yield _finding(look, context, code, chosen[0][1], [corner for corner, _ in chosen])


def _left(curve: Curve, radius: float, outside: bool) -> list[Left]:
    """Corners in which more than CORNER_LEFT is left; `curve` has the material on its left."""
    found = reach(curve, radius, outside)
    rows = curve.segments
    which = ~found.lost & (found.depth > CORNER_LEFT)
    return [
        _corner(rows, place[None], float(depth), radius)
        for place, depth in zip(found.places[which], found.depth[which], strict=True)
    ]


def _corner(rows: Floats, place: Floats, depth: float, radius: float) -> Left:
    x, y = map(float, place[0])
    gap = np.hypot(rows[:, 2] - x, rows[:, 3] - y)
    k = int(gap.argmin())
    away = nearest(np.repeat(place, len(rows), axis=0), rows).distance
    drawn = arcs.centre_form(rows).radius[(rows[:, 4] < 0) & (away < CUT_EDGE)]
    if gap[k] > _AT_CORNER or _smooth(rows, k):
        return Left(x, y, depth, float(drawn.min()) if len(drawn) else 0.0, [], [])
    after = (k + 1) % len(rows)
    back, ahead = -_way(rows, k, 1.0), _way(rows, after, 0.0)
    middle = back + ahead
    middle /= max(float(np.hypot(*middle)), 1e-12)
    longer = back if arcs.lengths(rows)[k] >= arcs.lengths(rows)[after] else ahead
    corner = rows[k, 2:4]
    return Left(x, y, depth, 0.0, _spot(corner + radius * middle), _spot(corner + radius * longer))


def _smooth(rows: Floats, k: int) -> bool:
    """Whether the curve goes on without a corner after row k."""
    a, b = _way(rows, k, 1.0), _way(rows, (k + 1) % len(rows), 0.0)
    return bool(abs(a[0] * b[1] - a[1] * b[0]) < 1e-3 and a @ b > 0)


def _way(rows: Floats, k: int, t: float) -> Floats:
    return np.asarray(arcs.directions_at(rows[k : k + 1], np.array([t]))[0])


def _spot(point: Floats) -> list[float]:
    return [round(float(value), 3) for value in point]


def _finding(look: Look, context: Context, code: str, name: str, corners: list[Left]) -> Finding:
    worst, count = corners[0], len(corners)
    what = f"an inside radius of {worst.radius:.3g} mm" if worst.radius else "a sharp inside corner"
    more = f"; {count} such corners" if count > 1 else ""
    advice = f"agree on a radius of {context.width / 2:.4g} mm"
    where: dict[str, object] = {"size": worst.radius, "limit": context.width / 2, "left": worst.depth}
    if worst.radius:
        advice += f", or pay for a tool of {2 * worst.radius:.3g} mm"
    if worst.dogbone:
        spots = " or ".join(
            f"a {kind} at ({x:g}, {y:g})" for kind, (x, y) in (("dogbone", worst.dogbone), ("T-bone", worst.tbone))
        )
        advice += f"; if a square corner must go in, cut {spots}, or file it"
        where |= {"dogbone": worst.dogbone, "tbone": worst.tbone}
    return look.finding(
        code,
        f"{name} has {what}: the {context.tool} leaves {worst.depth:.3g} mm{more}",
        advice,
        x=worst.x,
        y=worst.y,
        **where,
        places=[[round(corner.x, 3), round(corner.y, 3)] for corner in corners],
    )
