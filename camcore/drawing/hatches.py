"""Boundaries of hatches: as contours where a rule makes something of them, as polygons where they only tell fills."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.geometry.fit import fit
from camcore.geometry.nurbs import Ellipse, Nurbs


class Bent(NamedTuple):
    """Vertices (n, 3) ``x, y, bulge`` in the hatch's own plane."""

    vertices: Floats
    closed: bool


def boundaries(hatch: Any, tolerance: float) -> list[Bent]:
    """All boundaries of a HATCH, curved ones within `tolerance` in its own units; edges come singly."""
    found: list[Bent] = []
    for path in hatch.paths:
        if hasattr(path, "edges"):
            found += [_edge(edge, tolerance) for edge in path.edges]
        elif len(path.vertices) > 1:
            found.append(Bent(np.array([tuple(vertex)[:3] for vertex in path.vertices]), closed=True))
    return found


def _edge(edge: Any, tolerance: float) -> Bent:
    """One edge; sense does not matter, so arcs run counter-clockwise. Raises ValueError for an unknown kind."""
    kind = type(edge).__name__
    if kind == "LineEdge":
        return Bent(np.array([(*edge.start, 0.0), (*edge.end, 0.0)]), closed=False)
    if kind == "ArcEdge":
        return _arc(edge)
    if kind == "EllipseEdge":
        return _bent(_ellipse(edge, tolerance))
    if kind == "SplineEdge":
        tool = edge.construction_tool()
        control = np.array([tuple(point)[:2] for point in tool.control_points])
        weights = np.array(tool.weights() or np.ones(len(control)), dtype=np.float64)
        return _bent(fit(Nurbs(tool.degree, np.array(tool.knots()), control, weights).pieces(), tolerance=tolerance))
    raise ValueError(f"an edge of the kind {kind} is not known")


def _arc(edge: Any) -> Bent:
    sweep = math.radians((edge.end_angle - edge.start_angle) % 360.0) or 2 * math.pi
    (x, y), start = edge.center, math.radians(edge.start_angle)
    angles = start + sweep * np.array([0.0, 0.5, 1.0])
    bulge = np.full(3, math.tan(sweep / 8))
    table = np.column_stack([x + edge.radius * np.cos(angles), y + edge.radius * np.sin(angles), bulge])
    whole = sweep > 2 * math.pi - 1e-9
    return Bent(table[:2] if whole else table, closed=whole)


def _ellipse(edge: Any, tolerance: float) -> Curve:
    x, y = edge.major_axis
    span = (edge.end_param - edge.start_param) % (2 * math.pi) or 2 * math.pi
    minor = (-y * edge.ratio, x * edge.ratio)
    arc = Ellipse(tuple(edge.center), (x, y), minor, edge.start_param, edge.start_param + span)
    return fit(arc.pieces(), closed=span > 2 * math.pi - 1e-9, tolerance=tolerance)


def _bent(curve: Curve) -> Bent:
    return Bent(curve.vertices, curve.closed)
