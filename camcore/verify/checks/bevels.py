"""Check: broken edges and countersinks are as wide as declared, and no other edge is broken."""

from __future__ import annotations

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.part import Bevel
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature, Key
from camcore.verify.model import Checked, Cone, IntendedCut
from camcore.verify.reachable import leftover
from camcore.verify.sweep import Sweep

_APART = 0.25
"""Edges are looked at in places so far apart, mm."""
_ANGLE = 0.5
"""A cone whose angle is off by more, degrees, makes another bevel."""

_NO_CONE = Cone(0.0)


def bevels(case: Case) -> Checked:
    """E777 for a bevel that is narrower or wider than declared, at another angle, or on an edge that keeps its own.

    How wide a cone is at the stock's top follows from its depth; that less its distance from the edge is what it takes.
    Inside corners keep what its axis cannot reach. Figures: how many bevels, how far the widths are off at most, mm.
    """
    wanted = {_key(cut): cut for cut in case.task.cuts if cut.bevel}
    cones = case.all_cuts.take(case.beveling)
    figures: dict[str, float | int] = {"bevels": len(wanted)}
    if not wanted and not len(cones.radius):
        return Checked("bevels", figures)
    found, off = [], [0.0]
    for feature in case.edges.features:
        cut = wanted.get(feature.key)
        bevel = cut.bevel if cut else None
        near = _near(cones, feature)
        if bevel is None and not len(near.radius):
            continue
        least, most = _widths(near, feature, bevel)
        most = max(most, _inside(case, near, feature))
        width = bevel.width if bevel else 0.0
        off.append(max(width - least, most - width) if bevel else max(most, 0.0))
        if off[-1] > case.tolerance:
            found.append(_finding(feature, width, least, most))
        if cut and bevel and abs(case.task.cones.get(cut.tool, _NO_CONE).angle - bevel.angle) > _ANGLE:
            found.append(_slanted(feature, bevel))
    return Checked("bevels", figures | {"width_error": max(off)}, few(found))


def _key(cut: IntendedCut) -> Key:
    assert cut.bevel
    return cut.placement, cut.bevel.kind, cut.bevel.index


def _near(cones: Sweep, feature: Feature) -> Sweep:
    """The stretches of cones that may touch an edge."""
    boxes, (x, y) = arcs.boxes(cones.track.rows), feature.ring.T
    r = cones.radius
    apart = (boxes[:, 0] - r > x.max()) | (boxes[:, 2] + r < x.min())
    apart |= (boxes[:, 1] - r > y.max()) | (boxes[:, 3] + r < y.min())
    return cones.take(~apart)


def _widths(cones: Sweep, feature: Feature, bevel: Bevel | None) -> tuple[float, float]:
    """The least and the greatest width that is taken along an edge, mm; the least is not asked for without a bevel."""
    rows = feature.curve.segments
    counts = np.maximum(2, np.ceil(arcs.lengths(rows) / _APART)).astype(np.int64)
    which = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = arcs.points_at(rows[which], step / counts[which])
    least = -np.inf
    if bevel:
        outside = feature.kind == "outline"
        for r in np.unique(cones.radius[cones.radius >= bevel.width]).tolist():
            taken = -cones.take(cones.radius == r).shortfall(places)
            least = max(least, float((taken + leftover(feature.curve, r - bevel.width, outside)(places)).min()))
    most = float((-cones.shortfall(places)).max())
    return least, most


def _inside(case: Case, cones: Sweep, feature: Feature) -> float:
    """Radius of the widest cone whose axis is within a part, mm: what it takes is no bevel. Told with the outline."""
    if feature.kind != "outline":
        return -np.inf
    x, y = arcs.points_at(cones.track.rows, np.full(len(cones.radius), 0.5)).T
    return float(cones.radius[shapely.contains_xy(case.regions[feature.placement], x, y)].max(initial=-np.inf))


def _finding(feature: Feature, width: float, least: float, most: float) -> Finding:
    asked = f"a bevel of {width:.3f} mm" if width else "no bevel"
    message = f"the {feature.name} is to have {asked}, and is cut {max(least, 0.0):.3f} to {max(most, 0.0):.3f} mm wide"
    x, y = feature.curve.start
    where: dict[str, Floats | float | str] = {**feature.where, "x": x, "y": y, "size": most, "limit": width}
    return Finding("E777", message, "check depth and path of the countersink", where=where)


def _slanted(feature: Feature, bevel: Bevel) -> Finding:
    message = f"the bevel of the {feature.name} is to stand at {bevel.angle:g} degrees; its tool has another angle"
    return Finding("E777", message, "take a countersink of that angle", where={**feature.where, "limit": bevel.angle})
