"""Which parts of an edge a round tool or beam can follow, and what it leaves standing."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.geometry.offset import Parallel, parallel
from camcore.toolpath.features import Feature
from camcore.toolpath.model import Kind
from camcore.units import CUT_EDGE

SNUG = 0.002
"""A slot just as wide as the tool is cut this much into either side, mm: a fifth of what the proof allows."""
CORNER_LEFT = 0.1
"""Less than this, mm, left in an inside corner is not worth a finding."""


class Reached(NamedTuple):
    """Paths with the finished part on the right, and what the tool cannot make."""

    paths: list[Curve]
    findings: list[Finding]
    complete: bool


def centre_paths(feature: Feature, radius: float, what: str) -> Reached:
    """Paths of the centre of a tool or beam of `radius` mm along a closed edge, on the scrap side.

    `what` names it in findings ("tool of 3.175 mm", "kerf of 0.2 mm"). E501: what cannot be made; W502: inside
    corners that keep the radius.
    """
    outline = feature.kind is Kind.OUTLINE
    edge = feature.curve.cw() if outline else feature.curve.ccw()
    sign = 1.0 if outline else -1.0
    found = parallel(edge, sign * radius)
    if not found.curves:
        found = parallel(edge, sign * (radius - SNUG))
    if not found.curves:
        return Reached([], [_vanished(feature, radius, what)], False)
    left = _left_standing(edge, found, radius)
    findings = [finding for finding in (_lost(feature, left, what), _corners(feature, left, what)) if finding]
    return Reached(found.curves, findings, not left.lost.any())


class _Left(NamedTuple):
    """Runs of segments without a share in the path: middle (n, 2), depth of what is left, and whether it is lost."""

    places: Floats
    depth: Floats
    lost: Ints


def _left_standing(edge: Curve, found: Parallel, radius: float) -> _Left:
    rows, kept = edge.segments, found.kept
    path = SegmentIndex(np.vstack([curve.segments for curve in found.curves]))
    runs = [*_sharp_corners(rows, kept, path, radius), *_gaps(kept)]
    places, depths, lost = [], [], []
    for first, last in runs:
        points = _spread(rows, first, last)
        away = from_points_to(points, path) - radius
        worst = int(away.argmax())
        depth = float(away[worst])
        if depth > CUT_EDGE / 2:
            places.append(points[worst])
            depths.append(depth)
            lost.append(depth > _corner_left(rows, first, last, radius) + CUT_EDGE)
    return _Left(np.array(places).reshape(-1, 2), np.array(depths), np.array(lost, dtype=np.int64))


def _gaps(kept: Bools) -> list[tuple[int, int]]:
    """Runs of segments that are not kept, as (segment before, segment after), counted round."""
    count = len(kept)
    starts = [k for k in range(count) if not kept[k] and kept[k - 1]]
    lengths = [next(step for step in range(1, count + 1) if kept[(start + step) % count]) for start in starts]
    return [(start - 1, start + length) for start, length in zip(starts, lengths, strict=True)]


def _sharp_corners(rows: Floats, kept: Bools, path: SegmentIndex, radius: float) -> list[tuple[int, int]]:
    """Neighbours that meet in a corner towards the scrap side and leave something there."""
    leave = arcs.directions_at(rows, np.ones(len(rows)))
    enter = np.roll(arcs.directions_at(rows, np.zeros(len(rows))), -1, axis=0)
    turns_in = leave[:, 0] * enter[:, 1] - leave[:, 1] * enter[:, 0] > 1e-4
    which = np.flatnonzero(turns_in & kept & np.roll(kept, -1))
    deep = from_points_to(rows[which, 2:4], path) - radius > CUT_EDGE / 2
    return [(k, k + 1) for k in which[deep].tolist()]


def _spread(rows: Floats, first: int, last: int) -> Floats:
    """The vertices after segment `first` up to `last`, and places between them."""
    between = [k % len(rows) for k in range(first + 1, last)]
    t = np.linspace(0.0, 1.0, 9)
    each = rows[np.repeat(np.array(between, dtype=np.int64), len(t))]
    end = rows[last % len(rows), 0:2][None]
    return np.vstack([arcs.points_at(each, np.tile(t, len(between))), end]) if between else end


def _corner_left(rows: Floats, first: int, last: int, radius: float) -> float:
    """What a round tool leaves where the two segments, prolonged, meet at an angle α: r (1 / sin(α / 2) − 1)."""
    leave = arcs.directions_at(rows[first : first + 1] if first >= 0 else rows[-1:], np.ones(1))[0]
    enter = arcs.directions_at(rows[last % len(rows)][None], np.zeros(1))[0]
    turn = math.atan2(leave[0] * enter[1] - leave[1] * enter[0], leave @ enter)
    if turn <= 0:
        return 0.0
    return radius * (1 / max(math.cos(turn / 2), 1e-9) - 1)


def _vanished(feature: Feature, radius: float, what: str) -> Finding:
    box = feature.curve.box
    size = min(box.width, box.height)
    return Finding(
        "E501",
        f"{feature.spoken} of {feature.part.id} is too narrow for the {what}: no path is left ({size:.3g} mm wide)",
        "take a smaller tool, or ask for a larger feature",
        feature.part.file,
        feature.where | {"size": round(size, 4), "limit": round(2 * radius, 4)},
    )


def _lost(feature: Feature, left: _Left, what: str) -> Finding | None:
    which = np.flatnonzero(left.lost)
    if len(which) == 0:
        return None
    worst = which[left.depth[which].argmax()]
    x, y = (round(float(v), 3) for v in left.places[worst])
    return Finding(
        "E501",
        f"{feature.spoken} of {feature.part.id} has {len(which)} place{'s' * (len(which) > 1)} where the {what} "
        f"does not get in; at ({x:g}, {y:g}) {left.depth[worst]:.3g} mm are left uncut",
        "take a smaller tool, or open the narrow place",
        feature.part.file,
        feature.where | {"x": x, "y": y, "size": round(float(left.depth[worst]), 4)},
    )


def _corners(feature: Feature, left: _Left, what: str) -> Finding | None:
    which = np.flatnonzero((left.lost == 0) & (left.depth > CORNER_LEFT))
    if len(which) == 0:
        return None
    worst = which[left.depth[which].argmax()]
    x, y = (round(float(v), 3) for v in left.places[worst])
    return Finding(
        "W502",
        f"{feature.spoken} of {feature.part.id}: {len(which)} inside corner{'s' * (len(which) > 1)} keep the radius of "
        f"the {what}; {left.depth[worst]:.3g} mm are left at ({x:g}, {y:g})",
        "agree on rounded corners, take a smaller tool, or file them out",
        feature.part.file,
        feature.where | {"x": x, "y": y, "size": round(float(left.depth[worst]), 4), "limit": CORNER_LEFT},
    )
