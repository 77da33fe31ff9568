"""Check: an onion skin that is declared to stay is there, and holds the part."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked


def skins(case: Case) -> Checked:
    """E776 for a cut along an outline that goes deeper than the skin it is declared to keep.

    A cut that does not go down to the skin is the `uncut` check's. Figures: how many outlines keep one, and the
    thinnest that is left, mm.
    """
    kept = np.array([feature.skin for feature in case.edges.features])
    figures: dict[str, float | int] = {"skins": int((kept > 0).sum())}
    if not kept.any():
        return Checked("skins", figures)
    cuts, (i, j, distance) = case.cuts, case.near_edges
    owner = case.edges.owner[j]
    along = (kept[owner] > 0) & (distance <= cuts.radius[i] + case.tolerance)
    stretch, owner = i[along], owner[along]
    left = np.minimum(cuts.track.z0, cuts.track.z1)[stretch] - case.task.bottom_z
    figures["thinnest"] = float(left.min(initial=np.inf))
    deep = left < kept[owner] - case.tolerance
    worst = {int(owner[k]): int(k) for k in np.flatnonzero(deep)[np.argsort(-left[deep])]}
    found = [_finding(case, number, int(stretch[k]), float(left[k])) for number, k in sorted(worst.items())]
    return Checked("skins", figures, few(found))


def _finding(case: Case, number: int, stretch: int, left: float) -> Finding:
    feature, track = case.edges.features[number], case.cuts.track
    x, y = track.rows[stretch, 2:4].tolist()
    where = {"line": int(track.line[stretch]), **feature.where, "x": x, "y": y, "size": left, "limit": feature.skin}
    message = f"the {feature.name} is to keep a skin of {feature.skin:.3f} mm, and {left:.3f} mm are left"
    return Finding("E776", message, "check the depth, or declare that the skin is cut", where=where)
