"""Check: declared tabs are there, and hold."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.verify.case import TAB_SLACK, Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature
from camcore.verify.model import Checked

_LEAST = 0.9
"""A tab of which less than this share of the declared width is left on the edge is not the one declared."""
_NECK = 0.25
"""A tab that holds by less than this, mm, holds nothing."""


def tabs(case: Case) -> Checked:
    """E758 for a declared tab where the edge is cut through, or where too little is left to hold.

    The declared width is that of the edge left uncut. What the tab holds by is its neck: that width less the disc's,
    as discs on both sides round it off. Uncut edge where no tab is declared is the `uncut` check's. Figures: how many,
    and the narrowest neck, mm.
    """
    found, necks = [], []
    for number, feature in enumerate(case.edges.features):
        width = 2 * case.tool_radius(feature)
        for tab in feature.tabs:
            left = _left(case, number, tab)
            necks.append(left - width)
            if left < _LEAST * tab[2] or left - width < _NECK:
                found.append(_finding(feature, tab, left - width))
    figures: dict[str, float | int] = {"tabs": len(necks)}
    if necks:
        figures["narrowest"] = min(necks)
    return Checked("tabs", figures, few(found))


def _left(case: Case, number: int, tab: tuple[float, float, float]) -> float:
    """Length of the edge left uncut at the tab, mm; 0 where it is cut off."""
    pieces, radius = case.coverage, case.tool_radius(case.edges.features[number])
    away = np.hypot(pieces.middle[:, 0] - tab[0], pieces.middle[:, 1] - tab[1])
    mine = (pieces.owner == number) & pieces.over & (away <= tab[2] / 2 + TAB_SLACK)
    return float(pieces.length[mine].sum() + 2 * _flank(radius, case.tolerance)) if mine.any() else 0.0


def _flank(radius: float, tolerance: float) -> float:
    """Length of edge beside a cut's end that counts as cut because it falls short by less than the tolerance, mm."""
    return float(((radius + tolerance) ** 2 - radius**2) ** 0.5)


def _finding(feature: Feature, tab: tuple[float, float, float], neck: float) -> Finding:
    x, y, width = tab
    where = {**feature.where, "x": x, "y": y, "size": neck, "limit": width}
    message = f"the tab of {width:.2f} mm on the {feature.name} holds by {max(neck, 0.0):.2f} mm"
    return Finding(
        "E758", message, "lift the tool, or switch the beam off, over the tab's width and its own", where=where
    )
