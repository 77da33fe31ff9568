"""Check: every edge is cut through, everywhere that the tool or beam can reach, but for declared tabs."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import from_points_to
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature
from camcore.verify.model import Checked

_MISSING = 0.95
"""An edge of which this share is farther from every cut than the radius was not cut at all."""
WORTH_SAYING = 0.1
"""Corners that keep less than this, mm, are figures only."""


def uncut(case: Case) -> Checked:
    """E752 edge not cut at all, E766 cut but not through, E753 cut short, W754 corner too sharp for the radius.

    E766 too for an edge along which a laser goes less often than declared. Figures, mm: the largest distance of a
    reachable edge from what was cut, tabs left out; and of inner corners that are too sharp to reach.
    """
    pieces = case.coverage
    bad = pieces.excess > case.tolerance
    found = [_finding(case, int(number), bad) for number in np.unique(pieces.owner[bad])]
    found += [_thin(case, int(number)) for number in np.unique(case.thin.owner)]
    corners = _corners(case)
    sharp = corners & (pieces.short > WORTH_SAYING)
    fine = ~pieces.over & ~case.in_tabs(pieces.owner, pieces.middle)
    figures = {
        "largest_uncut": float(max(pieces.excess[fine].max(initial=0.0), _finite(pieces.excess[bad]))),
        "corner_leftover": float(pieces.short[corners].max(initial=0.0)),
        "limit": case.tolerance,
    }
    return Checked("uncut", figures, few([*found, *_corner_warnings(case, sharp)]))


def _finite(values: Floats) -> float:
    return float(values[np.isfinite(values)].max(initial=0.0))


def _corners(case: Case) -> Bools:
    """Pieces that the cut falls short of because its disc cannot get there."""
    pieces = case.coverage
    excused = pieces.over & (pieces.excess <= case.tolerance) & np.isfinite(pieces.short)
    answer: Bools = excused & ~case.in_tabs(pieces.owner, pieces.middle)
    return answer


def _corner_warnings(case: Case, corners: Bools) -> list[Finding]:
    pieces = case.coverage
    warned: dict[tuple[str, str, int], int] = {}
    for k in np.flatnonzero(corners)[pieces.short[corners].argsort()[::-1]]:
        feature = case.edges.features[pieces.owner[k]]
        warned.setdefault((feature.part, feature.kind, feature.index), int(k))
    return [_corner_warning(case, k) for k in warned.values()]


def _corner_warning(case: Case, k: int) -> Finding:
    pieces = case.coverage
    feature, size = case.edges.features[pieces.owner[k]], float(pieces.short[k])
    radius = case.tool_radius(feature)
    message = (
        f"inner corners of the {feature.name} keep {size:.3f} mm: they are sharper than the radius of {radius:.3f} mm"
    )
    return Finding(
        "W754",
        message,
        "take a smaller tool, or relieve the corner",
        where={**feature.where, **_at(case, k), "size": size},
    )


def _at(case: Case, k: int) -> dict[str, float]:
    x, y = case.coverage.middle[k]
    return {"x": float(x), "y": float(y)}


def _finding(case: Case, number: int, bad: Bools) -> Finding:
    pieces, feature = case.coverage, case.edges.features[number]
    mine = np.flatnonzero(bad & (pieces.owner == number))
    far = mine[pieces.short[mine] > case.tool_radius(feature)]
    if pieces.length[far].sum() >= _MISSING * feature.curve.length:
        return _missing(case, feature)
    worst = int(mine[pieces.excess[mine].argmax()])
    size, length = float(pieces.excess[worst]), float(pieces.length[mine].sum())
    by = f"by {size:.3f} mm" if np.isfinite(size) else "altogether"
    message = f"the cut falls short of the {feature.name} {by}, along {length:.2f} mm"
    where = {**feature.where, **_at(case, worst), "size": size if np.isfinite(size) else None, "limit": case.tolerance}
    return Finding("E753", message, "bring the path to a radius off the edge, all around", where=where)


def _thin(case: Case, number: int) -> Finding:
    """A laser's pass is missing, somewhere or all around."""
    thin, feature = case.thin, case.edges.features[number]
    mine = np.flatnonzero(thin.owner == number)
    (x, y), count = thin.points[mine[0]].tolist(), int(thin.times[mine].min())
    asked, length = case.declared_passes[feature.key], float(thin.length[mine].sum())
    message = f"the {feature.name} is passed {count} times of {asked} along {length:.1f} mm: it is not cut through"
    where = {**feature.where, "x": x, "y": y, "size": count, "limit": asked}
    return Finding("E766", message, "add the missing pass, or declare fewer", where=where)


def _missing(case: Case, feature: Feature) -> Finding:
    """No cut is near the edge at full depth; perhaps there is one at less depth."""
    x, y = feature.curve.start
    where = {**feature.where, "x": x, "y": y}
    cuts, points = case.cuts, feature.curve.segments[:, 0:2]
    near = len(cuts.radius) > 0 and from_points_to(points, cuts.index).max() <= 2 * case.tool_radius(feature)
    if near and case.task.process == "mill":
        message = f"the {feature.name} is not cut through to Z{case.task.bottom_z:.3f}"
        return Finding("E766", message, "let the last pass go through the stock", where=where)
    return Finding("E752", f"the {feature.name} is not cut", "add its cut", where=where)
