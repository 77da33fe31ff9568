"""What a disc of a given radius can cut at all: inner corners that are too sharp for it stay rounded, by how much."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.units import CUT_EDGE

_FINE = 0.0003
"""Curves become polygons within this distance, mm."""
_DIGITS = 9
"""Points that agree in so many decimals of mm are the same."""
_QUARTER = 96
"""Chords per quarter circle of an offset: 5 mm of radius are within 0.0002 mm."""


def leftover(curve: Curve, radius: float, outside: bool) -> Callable[[Floats], Floats]:
    """By how much, mm, a disc of `radius` must fall short of each point (n, 2) on a closed curve.

    The disc stays outside the curve (`outside`: an outline) or inside it (a hole). Its centre can be where the curve's
    region grown, or shrunk, by the radius ends (opening by a disc: Serra, Image Analysis and Mathematical Morphology,
    1982). A hole just as wide as the disc is reached all the same, from its middle; inf where it fits nowhere.
    """
    region = shapely.polygons(curve.flattened(_FINE))
    for r in (radius, radius - CUT_EDGE):
        centres = shapely.boundary(shapely.buffer(region, r if outside else -r, quad_segs=_QUARTER))
        if not shapely.is_empty(centres):
            break
    else:
        return lambda points: np.full(len(points), np.inf)
    index = SegmentIndex(_chords(centres))
    return lambda points: np.maximum(_once(points, index) - radius, 0.0)


def _once(points: Floats, index: SegmentIndex) -> Floats:
    """Distance of each point, mm; the same points of many copies of a part are measured once."""
    places, which = np.unique((points @ [1.0, 1j]).round(_DIGITS), return_inverse=True)
    distance: Floats = from_points_to(np.column_stack([places.real, places.imag]), index)[which]
    return distance


def _chords(lines: shapely.Geometry) -> Floats:
    """Rows (n, 5) of all straight pieces of lines."""
    points, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
    same = line[1:] == line[:-1]
    return np.asarray(np.column_stack([points[:-1], points[1:], np.zeros(len(same))])[same])
