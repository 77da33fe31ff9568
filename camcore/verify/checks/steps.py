"""Check: no pass of a mill goes deeper at once than declared."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.distance import nearest
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked

_BESIDE = 0.5
"""What was cut along a path this share of the radius beside counts as cleared: finish passes run beside roughing."""
_SLACK = 0.02
"""A pass may be deeper by this share, besides the tolerance: depths are rounded."""


def steps(case: Case) -> Checked:
    """E783 for a pass that takes more than the declared depth at once, as where a pass before it is lost.

    Looked at in the middle of each stretch: how far it is below the lowest that was cut there before. Holes straight
    down, cones and marks are left out. Figure: the deepest such pass, mm.
    """
    most = _most(case)
    cuts = case.all_cuts.track
    low = case.top_z - (cuts.z0 + cuts.z1) / 2
    deep = low > most * (1 + _SLACK) + case.tolerance
    asked = np.flatnonzero(deep & ~cuts.still & ~case.beveling & ~case.on_marks)
    if not len(asked):
        return Checked("steps", {})
    depth = low[asked] - _cleared(case, asked)
    figures = {"deepest": float(depth.max())}
    bad = depth > most[asked] * (1 + _SLACK) + case.tolerance
    _, first = np.unique(cuts.line[asked[bad]], return_index=True)
    found = [_finding(case, int(asked[bad][k]), float(depth[bad][k]), float(most[asked][bad][k])) for k in first]
    return Checked("steps", figures, few(found))


def _most(case: Case) -> Floats:
    """What each stretch may take at once, mm; inf where nothing is declared."""
    found = np.full(len(case.all_cuts.radius), np.inf)
    for name, declared in case.task.running.items():
        if declared.step and case.task.process == "mill":
            found[case.all_cuts.track.tool == int(name)] = declared.step
    return found


def _cleared(case: Case, asked: Ints) -> Floats:
    """How deep it is cleared, mm, in the middle of these stretches before they are cut."""
    cuts, radius = case.all_cuts.track, case.all_cuts.radius
    middles = arcs.points_at(cuts.rows[asked], np.full(len(asked), 0.5))
    reach = _BESIDE * radius[asked]
    i, j = case.all_cuts.index.pairs_of_points(middles, float(radius.max() + reach.max()))
    before = j < asked[i]
    i, j = i[before], j[before]
    at = nearest(middles[i], cuts.rows[j])
    over = at.distance <= np.maximum(radius[j] - radius[asked[i]], 0.0) + reach[i]
    depth = case.top_z - (cuts.z0[j] + (cuts.z1[j] - cuts.z0[j]) * at.t)
    found = np.zeros(len(asked))
    np.maximum.at(found, i[over], depth[over])
    return found


def _finding(case: Case, k: int, depth: float, most: float) -> Finding:
    cuts = case.all_cuts.track
    message = f"tool {cuts.tool[k]} takes {depth:.3f} mm at once; {most:.3f} mm are declared"
    where = {"line": int(cuts.line[k]), "size": depth, "limit": most}
    return Finding("E783", message, "is a pass before it missing?", where=where)
