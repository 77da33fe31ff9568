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
