"""Check: a laser's head does not travel over parts that have come loose."""

from __future__ import annotations

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry.arrays import Floats
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature
from camcore.verify.model import Checked


def loose(case: Case) -> Checked:
    """E769 for a way with the beam off over a part whose outline is finished: it may stand up, and the head travels
    at cutting height.

    Mills travel above the stock; so do lasers whose machine file says rapid_height_safe. Parts that tabs hold lie
    still. What falls out of holes is not looked at: the beam ends over it. Figures: how many parts come loose, and how
    many rapids there are after the first has.
    """
    beam = case.machine.beam
    if beam is None or beam.rapid_height_safe:
        return Checked("loose", {})
    freed = [
        (feature, when)
        for feature, when in zip(case.finished.features, case.finished.when.tolist(), strict=True)
        if feature.kind == "outline" and not feature.tabs and np.isfinite(when)
    ]
    when = np.array([moment for _, moment in freed])
    track = case.track
    dark = track.rapid | (track.power <= 0)
    travels = np.flatnonzero(dark & ~track.still & (track.move > when.min(initial=np.inf)))
    lines = shapely.linestrings(track.rows[travels, :4].reshape(-1, 2, 2))
    line, part = shapely.STRtree([shapely.Polygon(feature.ring) for feature, _ in freed]).query(lines)
    later = track.move[travels[line]] > when[part]
    line, part = line[later], part[later]
    chosen, which = np.unique(part, return_inverse=True)
    inside = np.array([_inside(freed[k][0], case.tolerance) for k in chosen], dtype=object)
    over = shapely.intersects(inside[which], lines[line])
    found = [
        _finding(freed[p][0], int(track.line[t]), track.rows[t])
        for t, p in zip(travels[line[over]], part[over], strict=True)
    ]
    return Checked("loose", {"loose": len(freed), "rapids": len(travels)}, few(found))


def _inside(feature: Feature, slack: float) -> shapely.Geometry:
    return shapely.make_valid(shapely.Polygon(feature.ring)).buffer(-slack)


def _finding(feature: Feature, line: int, row: Floats) -> Finding:
    where = {"line": line, **feature.where, "x": float(row[2]), "y": float(row[3])}
    message = f"the head travels over {feature.part} (placement {feature.placement}), which has come loose"
    advice = "go round it, cut it later, or say rapid_height_safe in the machine file if the head clears it"
    return Finding("E769", message, advice, where=where)
