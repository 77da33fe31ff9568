"""Check: a laser cuts every edge with about the same power per length, so that none is left half cut or burnt."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.marks import MOST_ENERGY
from camcore.verify.marks import energy as energy_of
from camcore.verify.model import Checked


def energy(case: Case) -> Checked:
    """E768 for a stretch along an edge whose power per feed is less than MOST_ENERGY of the usual, or as much more.

    How much a material needs is the material library's; what is known here is that one sheet needs about the same
    everywhere. Figures: the least and the largest share of the usual.
    """
    if case.task.process != "laser":
        return Checked("energy", {})
    i, _, distance = case.near_edges
    along = np.unique(i[distance <= case.cuts.radius[i] + case.tolerance])
    share = energy_of(case.cuts.track)[along] / case.usual_energy
    figures = {"least_share": float(share.min(initial=1.0)), "largest_share": float(share.max(initial=1.0))}
    found = [
        Finding(
            "E768",
            f"an edge is cut with {part:.0%} of the usual power per feed",
            "check power and feed there",
            where={"line": int(case.cuts.track.line[k]), "size": float(part), "limit": MOST_ENERGY},
        )
        for k, part in zip(along, share, strict=True)
        if not MOST_ENERGY <= part <= 1 / MOST_ENERGY
    ]
    return Checked("energy", figures, few(found))
