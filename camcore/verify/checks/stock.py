"""Check: cuts stay on the sheet, and no deeper than breaking through needs."""

from __future__ import annotations

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked
from camcore.verify.track import Track

BREAKTHROUGH = 1.0
"""How far below the stock a tool may cut into the board that backs it, mm; a rule of this proof."""
POINT = 0.3
"""Length of a drill's point in diameters: 118 degrees gives 0.5 / tan 59°."""
UNEVEN = 0.1
"""How much deeper than it usually goes through the stock a tool may go anywhere, mm."""


def stock(case: Case) -> Checked:
    """E762 for a cut too far below the stock, E763 for a path that leaves the sheet by over a radius.

    Too far is deeper than BREAKTHROUGH, or by UNEVEN deeper than the same tool's through cuts usually are. Of the pecks
    of a hole the deepest counts. Figures,
    mm: how deep below the stock, and how far off the sheet.
    """
    cuts, task = case.all_cuts.track, case.task
    found = _too_deep(case) if task.process == "mill" else []
    outside = _outside(case)
    for k in np.flatnonzero(outside > case.all_cuts.radius + case.tolerance):
        where = {"line": int(cuts.line[k]), "size": float(outside[k])}
        advice = "check the work zero and the nest"
        found.append(Finding("E763", f"cuts {outside[k]:.3f} mm off the sheet", advice, where=where))
    below = float(task.bottom_z - np.minimum(cuts.z0, cuts.z1).min(initial=task.bottom_z))
    figures = {"below_stock": below if task.process == "mill" else 0.0, "off_sheet": float(outside.max(initial=0.0))}
    return Checked("stock", figures, few(found))


def _too_deep(case: Case) -> list[Finding]:
    cuts = case.all_cuts.track
    lowest = _lowest(cuts)
    point = np.where(cuts.still, POINT * 2 * case.all_cuts.radius, 0.0)
    limit = case.task.bottom_z - BREAKTHROUGH - point - SAME_POINT
    for tool in np.unique(cuts.tool):
        through = (cuts.tool == tool) & (lowest <= case.task.bottom_z)
        if through.any():
            usual = float(np.median(lowest[through]))
            limit[cuts.tool == tool] = np.maximum(limit[cuts.tool == tool], usual - UNEVEN)
    return [
        Finding(
            "E762",
            f"cuts to Z{lowest[k]:.3f}, deep below the stock",
            "check the depth",
            where={"line": int(cuts.line[k]), "z": float(lowest[k]), "limit": float(limit[k])},
        )
        for k in np.flatnonzero(lowest < limit)
    ]


def _lowest(cuts: Track) -> Floats:
    """Height of the deepest point of each cut, mm; of plunges in one place that of the deepest."""
    lowest, still = np.minimum(cuts.z0, cuts.z1), np.flatnonzero(cuts.still)
    places = np.column_stack([cuts.rows[still, 2:4].round(3), cuts.tool[still]])
    _, place = np.unique(places, axis=0, return_inverse=True)
    deepest = np.full(len(still), np.inf)
    np.minimum.at(deepest, place.ravel(), lowest[still])
    lowest[still] = deepest[place.ravel()]
    return lowest


def _outside(case: Case) -> Floats:
    """How far each cut's ends and middle lie outside the sheet, mm."""
    sheet = shapely.Polygon(case.task.outline.flattened())
    shapely.prepare(sheet)
    rows = case.all_cuts.track.rows
    away = np.zeros(len(rows))
    for t in (0.0, 0.5, 1.0):
        points = arcs.points_at(rows, np.full(len(rows), t))
        out = np.flatnonzero(~shapely.contains_xy(sheet, points))
        away[out] = np.maximum(away[out], shapely.distance(shapely.points(points[out]), sheet))
    return away
