"""Polygons that contain what a closed curve encloses."""

from __future__ import annotations

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.curve import Curve


def outer_polygon(curve: Curve, tolerance: float) -> Floats:
    """Points (m, 2), mm, of a polygon around the material on the left of a closed curve, at most `tolerance` mm off.

    Arcs that bulge out of the material (positive bulge) become tangents, arcs that bulge into it become chords; so an
    outline that runs counter-clockwise is contained, and of a hole that runs clockwise the polygon takes no more than
    the hole. Straight stretches are kept as they are.
    """
    rows = curve.segments
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
    ring = points.copy()
    steps = np.array([_step(ring, k) for k in range(len(ring))])
    while len(ring) > max(enough, 3):
        k = int(steps[:, 0].argmin())
        if steps[k, 0] > tolerance:
            break
        after = (k + 1) % len(ring)
        if np.isnan(steps[k, 1]):
            gone = k
        else:
            ring[k], gone = steps[k, 1:3], after
        ring, steps = np.delete(ring, gone, axis=0), np.delete(steps, gone, axis=0)
        for near in range(k - 3, k + 3):
            steps[near % len(ring)] = _step(ring, near % len(ring))
    return ring


def _step(ring: Floats, k: int) -> tuple[float, float, float]:
    """How far the boundary moves when vertex k, if reflex, or the edge from k, if convex, goes; and the new corner.

    The corner is NaN for a vertex; the distance is inf where the step cannot be made.
    """
    a, b, c, d = ring[k - 1], ring[k], ring[(k + 1) % len(ring)], ring[(k + 2) % len(ring)]
    before, own, behind = b - a, c - b, d - c
    if _cross(before, own) <= 0.0:
        chord = c - a
        return float(abs(_cross(chord, before)) / max(np.hypot(*chord), 1e-300)), np.nan, np.nan
    turn = _cross(before, behind)
    if _cross(own, behind) <= 0.0 or turn <= 0.0:
        return np.inf, np.nan, np.nan
    corner = b + before * (_cross(own, behind) / turn)
    return float(_cross(own, corner - b) / -np.hypot(*own)), float(corner[0]), float(corner[1])


def _cross(u: Floats, v: Floats) -> float:
    return float(u[0] * v[1] - u[1] * v[0])
