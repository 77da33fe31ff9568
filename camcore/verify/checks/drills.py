"""Check: drilled holes have their diameter, place and depth."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.geometry.arrays import Ints
from camcore.units import CUT_EDGE
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature
from camcore.verify.model import Checked


def drills(case: Case) -> Checked:
    """E759 for a drilled hole whose tool, centre or depth is wrong; a hole that is milled instead is the edge checks'.

    Figures: how many were drilled, and the largest error of diameter and of centre, mm.
    """
    plunges = np.flatnonzero(case.all_cuts.track.still & ~case.all_cuts.track.rapid)
    found: list[Finding] = []
    wrong: list[tuple[float, float]] = []
    for feature in case.edges.features:
        if feature.kind == "drill" and len(here := _plunges_in(case, feature, plunges)):
            errors = _errors(case, feature, here)
            wrong.append(errors)
            found += _findings(case, feature, here, errors)
    figures: dict[str, float | int] = {"drilled": len(wrong)}
    if wrong:
        figures |= {
            "diameter_error": max(error[0] for error in wrong),
            "centre_error": max(error[1] for error in wrong),
        }
    return Checked("drills", figures, few(found))


def _plunges_in(case: Case, feature: Feature, plunges: Ints) -> Ints:
    """Those plunges that go down within the hole, if the hole is made by plunging alone."""
    x, y, radius = _circle(feature)
    rows = case.all_cuts.track.rows
    around = np.hypot(rows[:, 2] - x, rows[:, 3] - y) <= radius
    moving = around & ~case.all_cuts.track.still
    return np.empty(0, dtype=np.int64) if moving.any() else plunges[around[plunges]]


def _circle(feature: Feature) -> tuple[float, float, float]:
    centre = feature.curve.vertices[:, :2].mean(axis=0)
    return float(centre[0]), float(centre[1]), float(np.hypot(*(feature.curve.vertices[0, :2] - centre)))


def _errors(case: Case, feature: Feature, here: Ints) -> tuple[float, float]:
    """Largest error of diameter and of centre, mm."""
    x, y, radius = _circle(feature)
    rows = case.all_cuts.track.rows[here]
    off = np.hypot(rows[:, 2] - x, rows[:, 3] - y)
    return 2 * float(np.abs(case.all_cuts.radius[here] - radius).max()), float(off.max())


def _findings(case: Case, feature: Feature, here: Ints, errors: tuple[float, float]) -> list[Finding]:
    cuts, found = case.all_cuts, []
    line, (diameter, centre) = int(cuts.track.line[here[0]]), errors
    depth = float(cuts.track.z1[here].min())
    if diameter > case.tolerance:
        made, wanted = 2 * float(cuts.radius[here].max()), 2 * _circle(feature)[2]
        found.append((f"is drilled with {made:.3f} mm instead of {wanted:.3f} mm", "take the right drill", diameter))
    if centre > case.tolerance:
        found.append((f"is drilled {centre:.3f} mm off its centre", "check its X and Y", centre))
    if depth > case.task.bottom_z + CUT_EDGE and case.task.process == "mill":
        found.append((f"is drilled to Z{depth:.3f} only", "drill through the stock", depth))
    return [
        Finding("E759", f"the {feature.name} {what}", advice, where={"line": line, **feature.where, "size": size})
        for what, advice, size in found
    ]
