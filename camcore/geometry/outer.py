"""Polygons that contain what a closed curve encloses."""

from __future__ import annotations

import math

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.curve import Curve

Corner = tuple[float, float]


def outer_polygon(curve: Curve, tolerance: float) -> Floats:
    """Points (m, 2), mm, of a polygon around the material on the left of a closed curve, at most `tolerance` mm off.

    Arcs that bulge out of the material (positive bulge) become tangents, arcs that bulge into it become chords; so an
    outline that runs counter-clockwise is contained, and of a hole that runs clockwise the polygon takes no more than
    the hole. Straight stretches are kept as they are.
    """
    rows = curve.segments
    if not arcs.is_arc(rows).any():
        return np.ascontiguousarray(rows[:, 0:2])
    return np.concatenate([_followed(row[None], tolerance) for row in rows])


def _followed(row: Floats, tolerance: float) -> Floats:
    """Polygon points of one segment row (1, 5), without its end."""
    if row[0, 4] <= arcs.STRAIGHT:
        return arcs.flattened(row, tolerance)
    form = arcs.centre_form(row)
    radius, sweep = float(form.radius[0]), float(form.sweep[0])
    half_step = min(np.arccos(radius / (radius + tolerance)), np.pi / 4)
    count = int(np.ceil(sweep / (2.0 * half_step) - 1e-9))
    step = sweep / count
    angles = form.start[0] + step * (np.arange(count) + 0.5)
    reach = radius / np.cos(step / 2.0)
    corners = np.stack([form.cx[0] + reach * np.cos(angles), form.cy[0] + reach * np.sin(angles)], axis=1)
    return np.vstack([row[:, 0:2], corners])


def simplified_outward(points: Floats, tolerance: float, enough: int) -> Floats:
    """A ring (m, 2) with fewer vertices around the material on the left of ring `points` (n, 2).

    Takes out, the least first, reflex corners (a chord closes them) and edges between two convex corners (their
    neighbours are prolonged until they meet), each of which moves the boundary out by at most `tolerance` mm; stops at
    `enough` vertices. The ring may cross itself where material comes near itself: the caller has to look.
    """
    ring: list[Corner] = [(x, y) for x, y in points.tolist()]
    steps = [_step(ring, k) for k in range(len(ring))]
    moved = [step[0] for step in steps]
    while len(ring) > max(enough, 3):
        least = min(moved)
        if least > tolerance:
            break
        k = moved.index(least)
        corner = steps[k][1]
        gone = k if corner is None else (k + 1) % len(ring)
        ring[k] = corner or ring[k]
        del ring[gone], steps[gone], moved[gone]
        for near in {(k + offset) % len(ring) for offset in range(-3, 3)}:
            steps[near] = _step(ring, near)
            moved[near] = steps[near][0]
    return np.array(ring)


def _step(ring: list[Corner], k: int) -> tuple[float, Corner | None]:
    """How far the boundary moves when vertex k, if reflex, or the edge from k, if convex, goes; and the new corner.

    There is no corner for a vertex; the distance is inf where the step cannot be made.
    """
    n = len(ring)
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = ring[k - 1], ring[k], ring[(k + 1) % n], ring[(k + 2) % n]
    ux, uy, vx, vy, wx, wy = bx - ax, by - ay, cx - bx, cy - by, dx - cx, dy - cy
    if ux * vy - uy * vx <= 0.0:
        px, py = cx - ax, cy - ay
        return abs(px * uy - py * ux) / max(math.hypot(px, py), 1e-300), None
    turn, behind = ux * wy - uy * wx, vx * wy - vy * wx
    if behind <= 0.0 or turn <= 0.0:
        return math.inf, None
    x, y = bx + ux * (behind / turn), by + uy * (behind / turn)
    return (vx * (y - by) - vy * (x - bx)) / -math.hypot(vx, vy), (x, y)
