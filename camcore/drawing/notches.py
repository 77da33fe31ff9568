"""Open slots: closed contours that run over the edge of the part that they are cut into."""

from __future__ import annotations

import numpy as np
import shapely

from camcore.drawing.contours import Contour, conflicts, depths, gathered, parents
from camcore.drawing.findings import Notes
from camcore.geometry import Curve, arcs
from camcore.geometry.arrange import loops, split
from camcore.geometry.contain import contains
from camcore.units import SAME_POINT

OVER = 0.25
"""A slot runs over the edge with no more than this share of its area; what sticks out farther may be a tab."""


def notched(contours: list[Contour], notes: Notes) -> list[Contour]:
    """Slots that run over the edge of one outline by a little are cut out of it; others are left for `apart`."""
    slots = _slots(contours)
    result: dict[int, Contour] = dict(enumerate(contours))
    for small, big in slots.items():
        curve = _without(result[big].curve, contours[small].curve)
        if curve is None:
            continue
        members = (*result[big].members, *contours[small].members)
        over = contours[small].area - shapely.intersection(contours[small].polygon, result[big].polygon).area
        x, y = shapely.intersection(*_rings(contours[small], result[big])).representative_point().coords[0]
        where = notes.where(contours[small].members, (x, y), size=over, limit=OVER * contours[small].area)
        message = "a slot runs over the edge, by {size:.4g} mm²; cut out of it as an open slot"
        notes.tell("W226", message, "draw the outline with the slot in it", [where])
        (result[big],) = gathered([curve], [members])
        del result[small]
    return list(result.values())


def _slots(contours: list[Contour]) -> dict[int, int]:
    """Slot → its outline. A slot crosses one contour only, an outermost one, whose edge it crosses twice."""
    found = conflicts(contours)
    if not found:
        return {}
    depth = depths(parents(contours))
    slots = {}
    for conflict in found:
        big, small = conflict.greater, conflict.smaller
        alone = sum(small in (one.greater, one.smaller) for one in found) == 1
        if alone and not conflict.inside and depth[big] == 0 and _mostly_inside(contours[small], contours[big]):
            slots[small] = big
    return slots


def _mostly_inside(small: Contour, big: Contour) -> bool:
    inside = shapely.intersection(small.polygon, big.polygon).area
    twice = shapely.get_num_geometries(shapely.intersection(*_rings(small, big))) == 2
    return bool(twice and inside >= (1 - OVER) * small.area)


def _rings(small: Contour, big: Contour) -> tuple[shapely.LinearRing, shapely.LinearRing]:
    return small.polygon.exterior, big.polygon.exterior


def _without(outline: Curve, slot: Curve) -> Curve | None:
    """The outline less the slot, exact with its arcs; None where that is not one contour. Both counter-clockwise."""
    rows = np.concatenate([outline.segments, slot.reversed().segments])
    pieces = split(rows, SAME_POINT)
    of_slot = pieces.owner >= len(outline.segments)
    middle = arcs.points_at(pieces.rows, np.full(len(pieces.rows), 0.5))
    kept = pieces.where(np.where(of_slot, contains(outline, middle), ~contains(slot, middle)))
    found = loops(kept, SAME_POINT)
    if len(found) != 1:
        return None
    curve = Curve.from_segments(kept.rows[found[0]], closed=True)
    return curve if curve.area > 0 else None
