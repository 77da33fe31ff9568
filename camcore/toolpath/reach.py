"""Which parts of an edge a round tool or beam can follow, and what it leaves standing."""

from __future__ import annotations

from functools import lru_cache
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
NOTCH = 1.0
"""A corner so sharp that more than the tool's diameter, and more than this, mm, is left is a notch it cannot make."""


class Reach(NamedTuple):
    """Paths of the centre (scrap on their left), and what stays standing: places (n, 2), depths in mm, which are lost.

    What is lost is more than a corner that keeps the tool's radius: the tool does not get in.
    """

    paths: tuple[Curve, ...]
    places: Floats
    depth: Floats
    lost: Bools


class Reached(NamedTuple):
    """Paths with the finished part on the right, findings, and whether all of the edge is made but for corners."""

    paths: tuple[Curve, ...]
    findings: list[Finding]
    complete: bool


def centre_paths(feature: Feature, radius: float, what: str) -> Reached:
    """Paths of the centre of a tool or beam of `radius` mm along a feature's closed edge, on the scrap side.

    `what` names it in findings ("tool of 3.175 mm", "kerf of 0.2 mm"). E501: what cannot be made; W502: inside
    corners that keep the radius.
    """
    found = reach(feature.curve, radius, feature.kind is Kind.OUTLINE)
    if not found.paths:
        return Reached((), [vanished(feature, radius, what)], False)
    return Reached(found.paths, standing(feature, found, what), not found.lost.any())


def standing(feature: Feature, found: Reach, what: str) -> list[Finding]:
    """E501 and W502 for what stays standing."""
    return [finding for finding in (_lost(feature, found, what), _corners(feature, found, what)) if finding]


def reach(edge: Curve, radius: float, outside: bool) -> Reach:
    """How far a round tool of `radius` mm follows a closed edge from outside or inside.

    Equal edges, wherever they lie, are worked out once.
    """
    turned = edge.cw() if outside else edge.ccw()
    x, y = turned.start
    shape = np.column_stack([np.round(turned.vertices[:, :2] - (x, y), 9), np.round(turned.vertices[:, 2], 12)])
    found = _reach(shape.tobytes(), radius, outside)
    paths = tuple(path.moved(x, y) for path in found.paths)
    return found._replace(paths=paths, places=found.places + np.array([x, y]))


@lru_cache(maxsize=1024)
def _reach(vertices: bytes, radius: float, outside: bool) -> Reach:
    edge = Curve(np.frombuffer(vertices).reshape(-1, 3))
    sign = 1.0 if outside else -1.0
    found = parallel(edge, sign * radius)
    if not found.curves:
        found = parallel(edge, sign * (radius - SNUG))
    nothing = np.empty(0)
    if not found.curves:
        return Reach((), np.empty((0, 2)), nothing, nothing.astype(bool))
    return Reach(tuple(found.curves), *_left_standing(edge.segments, found, radius))


def _left_standing(rows: Floats, found: Parallel, radius: float) -> tuple[Floats, Floats, Bools]:
    """Deepest places (n, 2) of what is left in corners and gaps of the path, depths, and which are lost."""
    path = SegmentIndex(np.vstack([curve.segments for curve in found.curves]))
    runs = _sharp_corners(rows, found.kept) + _gaps(found.kept)
    spread = [_spread(rows, first, last) for first, last in runs]
    if not runs:
        return np.empty((0, 2)), np.empty(0), np.empty(0, dtype=bool)
    points = np.vstack(spread)
    run = np.repeat(np.arange(len(runs)), [len(each) for each in spread])
    depth = from_points_to(points, path) - radius
    order = np.lexsort((depth, run))
    deepest = order[np.append(np.flatnonzero(np.diff(run)), len(run) - 1)]
    corner = _corner_left(rows, np.array(runs), radius)
    most = np.where(_plain_corners(rows, np.array(runs)), np.maximum(depth[deepest], corner), depth[deepest])
    lost = most > np.minimum(corner + CUT_EDGE, max(2 * radius, NOTCH))
    left = most > CUT_EDGE / 2
    return points[deepest][left], most[left], lost[left]


def _plain_corners(rows: Floats, runs: Ints) -> Bools:
    """Which runs (m, 2) are corners of two straight lines, both followed: what they keep is known without measuring.

    Measured from the corner, the path on the other side of a thin part might be nearer.
    """
    arc = arcs.is_arc(rows)
    first, last = runs[:, 0] % len(rows), runs[:, 1] % len(rows)
    return np.asarray((runs[:, 1] - runs[:, 0] == 1) & ~arc[first] & ~arc[last])


def _gaps(kept: Bools) -> list[tuple[int, int]]:
    """Runs of segments that are not kept, as (segment before, segment after), counted round."""
    count = len(kept)
    starts = [k for k in range(count) if not kept[k] and kept[k - 1]]
    lengths = [next(step for step in range(1, count + 1) if kept[(start + step) % count]) for start in starts]
    return [(start - 1, start + length) for start, length in zip(starts, lengths, strict=True)]


def _sharp_corners(rows: Floats, kept: Bools) -> list[tuple[int, int]]:
    """Neighbours, both followed by the path, that meet in a corner towards the scrap side."""
    before = np.arange(len(rows))
    turn = _turns(rows, np.stack([before, before + 1], axis=1))
    return [(k, k + 1) for k in np.flatnonzero((turn > 1e-4) & kept & np.roll(kept, -1)).tolist()]


def _turns(rows: Floats, runs: Ints) -> Floats:
    """Turn (m,) to the left from the end of one segment to the start of another, rad, for pairs (m, 2) of segments."""
    count = len(rows)
    leave = arcs.directions_at(rows, np.ones(count))[runs[:, 0] % count]
    enter = arcs.directions_at(rows, np.zeros(count))[runs[:, 1] % count]
    cross = leave[:, 0] * enter[:, 1] - leave[:, 1] * enter[:, 0]
    return np.asarray(np.arctan2(cross, np.einsum("ij,ij->i", leave, enter)))


def _spread(rows: Floats, first: int, last: int) -> Floats:
    """The vertices after segment `first` up to `last`, and places between them."""
    end = rows[last % len(rows), 0:2][None]
    between = np.arange(first + 1, last) % len(rows)
    if len(between) == 0:
        return end
    t = np.linspace(0.0, 1.0, 9)
    return np.vstack([arcs.points_at(rows[np.repeat(between, len(t))], np.tile(t, len(between))), end])


def _corner_left(rows: Floats, runs: Ints, radius: float) -> Floats:
    """What a round tool leaves where two segments, prolonged, meet at an angle α: r (1 / sin(α / 2) − 1)."""
    turn = np.maximum(_turns(rows, runs), 0.0)
    return radius * (1 / np.maximum(np.cos(turn / 2), 1e-9) - 1)


def vanished(feature: Feature, radius: float, what: str) -> Finding:
    """E501 for a feature of which nothing can be made."""
    box = feature.curve.box
    size = min(box.width, box.height)
    return Finding(
        "E501",
        f"{feature.spoken} of {feature.part.id} is too narrow for the {what}: no path is left ({size:.3g} mm wide)",
        "take a smaller tool, or ask for a larger feature",
        feature.part.file,
        feature.where | {"size": round(size, 4), "limit": round(2 * radius, 4)},
    )


def _deepest(left: Reach, which: Ints) -> tuple[float, float, float]:
    """Place of the most that is left, mm to three decimals, and how much it is."""
    worst = which[left.depth[which].argmax()]
    x, y = (round(float(v), 3) for v in left.places[worst])
    return x, y, float(left.depth[worst])


def _lost(feature: Feature, left: Reach, what: str) -> Finding | None:
    which = np.flatnonzero(left.lost)
    if len(which) == 0:
        return None
    x, y, depth = _deepest(left, which)
    return Finding(
        "E501",
        f"{feature.spoken} of {feature.part.id} has {len(which)} place{'s' * (len(which) > 1)} where the {what} "
        f"does not get in; at ({x:g}, {y:g}) {depth:.3g} mm are left uncut",
        "take a smaller tool, or open the narrow place",
        feature.part.file,
        feature.where | {"x": x, "y": y, "size": round(depth, 4)},
    )


def _corners(feature: Feature, left: Reach, what: str) -> Finding | None:
    which = np.flatnonzero(~left.lost & (left.depth > CORNER_LEFT))
    if len(which) == 0:
        return None
    x, y, depth = _deepest(left, which)
    return Finding(
        "W502",
        f"{feature.spoken} of {feature.part.id}: {len(which)} inside corner{'s' * (len(which) > 1)} keep the radius of "
        f"the {what}; {depth:.3g} mm are left at ({x:g}, {y:g})",
        "agree on rounded corners, take a smaller tool, or file them out",
        feature.part.file,
        feature.where | {"x": x, "y": y, "size": round(depth, 4), "limit": CORNER_LEFT},
    )
