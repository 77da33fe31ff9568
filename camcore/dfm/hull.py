"""Sizes of a part whichever way it is turned, from its convex hull."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats

_SLACK = 1e-6
"""What fits within this, mm, fits."""


class Size(NamedTuple):
    """Shorter and longer side, mm."""

    short: float
    long: float


def hull(curve: Curve) -> Floats:
    """Points (n, 2), mm, of the convex hull, counter-clockwise."""
    import shapely

    ring = shapely.convex_hull(shapely.MultiPoint(curve.flattened()))
    return np.asarray(shapely.get_coordinates(ring.exterior if ring.geom_type == "Polygon" else ring)[:-1])


def widths(points: Floats, angles: Floats) -> Floats:
    """Extent (m,), mm, along each direction (m,), radians."""
    along = points @ np.stack([np.cos(angles), np.sin(angles)])
    return np.asarray(along.max(axis=0) - along.min(axis=0))


def narrowest(points: Floats) -> Size:
    """Rectangle around the points whose shorter side is least; one of its sides lies on an edge of the hull."""
    square = _edge_angles(points) + np.pi / 2
    across, along = widths(points, square), widths(points, square + np.pi / 2)
    k = int(np.minimum(across, along).argmin())
    return Size(*sorted((float(across[k]), float(along[k]))))


def smallest_rectangle(points: Floats) -> float:
    """Area, mm², of the smallest rectangle around the points (Freeman and Shapira, CACM 18, 1975)."""
    angles = _edge_angles(points)
    return float((widths(points, angles) * widths(points, angles + np.pi / 2)).min())


def fits(points: Floats, width: float, height: float, turned: bool) -> bool:
    """Whether the points fit into a rectangle; turned to any angle, else by quarter turns only.

    Between two edges of the hull the extent is D·cos(θ − φ); it can come to fit only at an edge or where it equals a
    side of the rectangle.
    """
    angles = np.array([0.0, np.pi / 2])
    if turned:
        edges = np.unique(np.concatenate([(_edge_angles(points) + k * np.pi / 2) % np.pi for k in (0, 1)]))
        middles = (edges + np.append(edges[1:], edges[0] + np.pi)) / 2
        equal = [_equal(points, middle, side) for middle in middles for side in (width, height)]
        angles = np.concatenate([angles, edges, *equal])
        angles = np.concatenate([angles, angles + np.pi / 2])
    across, along = widths(points, angles), widths(points, angles + np.pi / 2)
    return bool(((across <= width + _SLACK) & (along <= height + _SLACK)).any())


def _equal(points: Floats, angle: float, side: float) -> Floats:
    """Directions at which the two points farthest apart along `angle` are `side` mm apart."""
    along = points @ (np.cos(angle), np.sin(angle))
    dx, dy = points[along.argmax()] - points[along.argmin()]
    far = np.hypot(dx, dy)
    if side >= far:
        return np.empty(0)
    swing = np.arccos(side / far)
    return np.asarray(np.arctan2(dy, dx) + np.array([-swing, swing]))


def _edge_angles(points: Floats) -> Floats:
    way = np.roll(points, -1, axis=0) - points
    return np.asarray(np.arctan2(way[:, 1], way[:, 0]))
