"""Check: drilled holes have their diameter, place and depth."""

from __future__ import annotations

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry.arrays import Ints
from camcore.units import CUT_EDGE
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Circle, Feature
from camcore.verify.model import Checked


def drills(case: Case) -> Checked:
    """E759 for a round hole made by plunging whose tool, centre or depth is wrong; others are the edge checks'.

    Figures: how many were drilled, and the largest error of diameter and of centre, mm.
    """
    found: list[Finding] = []
    wrong: list[tuple[float, float]] = []
    for hole, here in _drilled(case).items():
        feature, circle = case.round_holes[hole]
        errors = _errors(case, circle, here)
        wrong.append(errors)
        found += _findings(case, feature, circle, here, errors)
    figures: dict[str, float | int] = {"drilled": len(wrong)}
    if wrong:
        diameters, centres = zip(*wrong, strict=True)
        figures |= {"diameter_error": max(diameters), "centre_error": max(centres)}
    return Checked("drills", figures, few(found))


def _drilled(case: Case) -> dict[int, Ints]:
    """The plunges that end in each round hole in which nothing else does, but bored pockets and broken edges."""
    cuts = case.all_cuts.track
    if case.task.process != "mill" or not case.round_holes:
        return {}
    aside = case.pocketing | case.beveling
    milled, _ = _ends_in(case, np.flatnonzero(~cuts.still & ~case.beveling))
    holes, plunges = _ends_in(case, np.flatnonzero(cuts.still & ~cuts.rapid & ~aside))
    return {int(hole): plunges[holes == hole] for hole in np.setdiff1d(holes, milled)}


def _ends_in(case: Case, stretches: Ints) -> tuple[Ints, Ints]:
    """Pairs of a round hole and one of the stretches that ends within it."""
    circles = np.array([circle for _, circle in case.round_holes])
    ends = case.all_cuts.track.rows[stretches, 2:4]
    tree = shapely.STRtree(shapely.points(ends))
    hole, end = tree.query(shapely.points(circles[:, :2]), predicate="dwithin", distance=circles[:, 2])
    return hole, stretches[end]


def _errors(case: Case, circle: Circle, here: Ints) -> tuple[float, float]:
    """Largest error of diameter and of centre, mm."""
    x, y, radius = circle
    rows = case.all_cuts.track.rows[here]
    off = np.hypot(rows[:, 2] - x, rows[:, 3] - y)
    return 2 * float(np.abs(case.all_cuts.radius[here] - radius).max()), float(off.max())


def _findings(case: Case, feature: Feature, circle: Circle, here: Ints, errors: tuple[float, float]) -> list[Finding]:
    cuts, found = case.all_cuts, []
    line, (diameter, centre) = int(cuts.track.line[here[0]]), errors
    depth = float(cuts.track.z1[here].min())
    if diameter > case.tolerance:
        made, wanted = 2 * float(cuts.radius[here].max()), 2 * circle[2]
        found.append((f"is drilled with {made:.3f} mm instead of {wanted:.3f} mm", "take the right drill", diameter))
    if centre > case.tolerance:
        found.append((f"is drilled {centre:.3f} mm off its centre", "check its X and Y", centre))
    if depth > case.task.bottom_z + CUT_EDGE:
        found.append((f"is drilled to Z{depth:.3f} only", "drill through the stock", depth))
    return [
        Finding("E759", f"the {feature.name} {what}", advice, where={"line": line, **feature.where, "size": size})
        for what, advice, size in found
    ]
