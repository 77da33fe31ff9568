"""Check: declared tabs are there, and hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.distance import nearest
from camcore.units import SAME_POINT
from camcore.verify.case import TAB_SLACK, Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature
from camcore.verify.model import Checked

_LEAST = 0.9
"""A tab of which less than this share of the declared width is left on the edge is not the one declared."""
_NECK = 0.25
"""A tab that holds by less than this, mm, holds nothing."""


def tabs(case: Case) -> Checked:
    """E758 for a declared tab that leaves less edge or height than declared, or too little of a neck to hold.

    The declared width is that of the edge left uncut, measured along it. What the tab holds by is its neck: how far
    the discs at the two ends of the cut are from each other. Uncut edge where no tab is declared is the `uncut`
    check's. Figures: how many, and the narrowest neck, mm.
    """
    found, necks = [*_low(case)], []
    for number, feature in enumerate(case.edges.features):
        for tab in feature.tabs:
            left, neck = _left(case, number, tab)
            necks.append(neck)
            if left < _LEAST * tab[2] or neck < _NECK:
                found.append(_finding(feature, tab, left, neck))
    figures: dict[str, float | int] = {"tabs": len(necks)}
    if held := [neck for neck in necks if np.isfinite(neck)]:
        figures["narrowest"] = min(held)
    return Checked("tabs", figures, few(found))


def _low(case: Case) -> Iterator[Finding]:
    """Tabs over whose middle some cut goes lower than declared."""
    cuts = case.cuts
    tabs = [(feature, tab) for feature in case.edges.features for tab in feature.tabs]
    wanted = case.task.tab_height
    if not tabs or not wanted or not len(cuts.radius):
        return
    middles = np.array([tab[:2] for _, tab in tabs])
    i, j = cuts.index.pairs_of_points(middles, float(cuts.radius.max()) + case.tolerance)
    at = nearest(middles[i], cuts.track.rows[j])
    over = at.distance <= cuts.radius[j] + case.tolerance
    i, j, t = i[over], j[over], at.t[over]
    height = cuts.track.z0[j] + (cuts.track.z1[j] - cuts.track.z0[j]) * t - case.task.bottom_z
    for k in np.unique(i).tolist():
        (feature, (x, y, _)), lowest = tabs[k], j[i == k][height[i == k].argmin()]
        left = max(0.0, float(height[i == k].min()))
        if left < wanted - case.tolerance:
            message = f"the tab on the {feature.name} is {left:.3f} mm high; {wanted:.3f} mm are declared"
            where = {"line": int(cuts.track.line[lowest]), **feature.where, "x": x, "y": y}
            yield Finding("E758", message, "lift the tool over it", where=where | {"size": left, "limit": wanted})


def _left(case: Case, number: int, tab: tuple[float, float, float]) -> tuple[float, float]:
    """The longest stretch of the edge left uncut at the tab, and its neck, mm; 0 and 0 where it is cut off."""
    pieces, radius = case.coverage, case.tool_radius(case.edges.features[number])
    away = np.hypot(pieces.middle[:, 0] - tab[0], pieces.middle[:, 1] - tab[1])
    mine = np.flatnonzero((pieces.owner == number) & pieces.over & (away <= tab[2] / 2 + TAB_SLACK))
    if len(mine) == 0:
        return 0.0, 0.0
    stretch = max(_stretches(case, mine), key=lambda run: pieces.length[run].sum())
    left = float(pieces.length[stretch].sum()) + 2 * _flank(radius, case.tolerance)
    return left, _neck(case, pieces.middle[stretch[[0, -1]]])


def _stretches(case: Case, pieces: Ints) -> list[Ints]:
    """Uncut pieces as stretches of the edge without a gap, each in order along it."""
    middle, length = case.coverage.middle[pieces], case.coverage.length[pieces]
    apart = np.hypot(*(middle[:, None] - middle[None, :]).transpose(2, 0, 1))
    beside = apart <= (length[:, None] + length[None, :]) / 2 + SAME_POINT
    np.fill_diagonal(beside, False)
    left = dict.fromkeys(np.argsort(beside.sum(axis=1), kind="stable").tolist())
    found = []
    while left:
        run = [next(iter(left))]
        while run[-1] in left:
            del left[run[-1]]
            run += [k for k in np.flatnonzero(beside[run[-1]]).tolist() if k in left][:1]
        found.append(pieces[run])
    return found


def _neck(case: Case, ends: Floats) -> float:
    """How far the discs of the cut beside the two ends (2, 2) of an uncut stretch are from each other, mm.

    Infinite where an end has no cut beside it, for there the stretch goes on.
    """
    radius = case.through.radius
    i, j = case.through.index.pairs_of_points(ends, float(radius.max(initial=0.0)) + TAB_SLACK)
    at = nearest(ends[i], case.through.track.rows[j])
    places = arcs.points_at(case.through.track.rows[j], at.t)
    discs = []
    for end in (0, 1):
        here = np.flatnonzero(i == end)
        if len(here) == 0:
            return float("inf")
        k = here[(at.distance[here] - radius[j[here]]).argmin()]
        discs.append((places[k], radius[j[k]]))
    (first, r0), (last, r1) = discs
    return max(0.0, float(np.hypot(*(last - first)) - r0 - r1))


def _flank(radius: float, tolerance: float) -> float:
    """Length of edge beside a cut's end that counts as cut because it falls short by less than the tolerance, mm.

    That of a straight; on an outer curve it is a little shorter.
    """
    return float(((radius + tolerance) ** 2 - radius**2) ** 0.5)


def _finding(feature: Feature, tab: tuple[float, float, float], left: float, neck: float) -> Finding:
    x, y, width = tab
    where = {**feature.where, "x": x, "y": y, "size": left, "limit": width}
    message = f"the tab of {width:.2f} mm on the {feature.name} leaves {left:.2f} mm of edge and holds by {neck:.2f} mm"
    return Finding(
        "E758", message, "lift the tool, or switch the beam off, over the tab's width and its own", where=where
    )
