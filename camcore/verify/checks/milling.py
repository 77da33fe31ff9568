"""Check: a mill goes along edges the way round that is declared, climb or conventional."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import nearest
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked

_LEAST = 0.5
"""What is followed for less than this in all, mm, is not told: ways in and out touch an edge as well."""


def milling(case: Case) -> Checked:
    """E786 for an edge that is followed the other way round than cut.json declares.

    With the spindle turning clockwise (M3), a tool that has the finished edge on its right climbs. What goes along an
    edge is asked in the middle of each stretch that is cut, at any depth. Where a stretch has edges on both sides, as
    in a slot as wide as its tool, one of them is cut each way, and nothing is said. Figures: mm climbed and mm cut
    conventionally.
    """
    if case.task.process == "laser" or not case.task.milling:
        return Checked("milling", {})
    stretch, owner, climbs = _followed(case)
    length = arcs.lengths(case.cuts.track.rows)[stretch]
    wrong = climbs != (case.task.milling == "climb")
    wrong &= ~np.isin(stretch, stretch[~wrong])
    bad = np.flatnonzero(np.bincount(owner[wrong], length[wrong], len(case.edges.features)) > _LEAST)
    found = [_finding(case, int(number), int(stretch[wrong & (owner == number)][0])) for number in bad]
    figures = {"climb": float(length[climbs].sum()), "conventional": float(length[~climbs].sum())}
    return Checked("milling", figures, few(found))


def _followed(case: Case) -> tuple[Ints, Ints, Bools]:
    """Stretches of `case.cuts` that touch an edge in their middle, the edge's number, and whether it is on their
    right."""
    cuts = case.cuts
    asked = np.flatnonzero(~cuts.track.still)
    rows, radius = cuts.track.rows[asked], cuts.radius[asked]
    half = np.full(len(rows), 0.5)
    middles, ahead = arcs.points_at(rows, half), arcs.directions_at(rows, half)
    i, j = case.edge_index.pairs_of_points(middles, float(radius.max(initial=0.0)) + case.tolerance)
    at = nearest(middles[i], case.edges.rows[j])
    touching = np.abs(at.distance - radius[i]) <= case.tolerance
    i, j, t = i[touching], j[touching], at.t[touching]
    aside = arcs.points_at(case.edges.rows[j], t) - middles[i]
    return asked[i], case.edges.owner[j], _right(ahead[i], aside)


def _right(ahead: Floats, aside: Floats) -> Bools:
    """Whether what lies aside is on the right of where it goes."""
    return ahead[:, 0] * aside[:, 1] - ahead[:, 1] * aside[:, 0] < 0


def _finding(case: Case, number: int, stretch: int) -> Finding:
    feature, track = case.edges.features[number], case.cuts.track
    ((x, y),) = arcs.points_at(track.rows[stretch : stretch + 1], np.array([0.5]))
    where = {"line": int(track.line[stretch]), **feature.where, "x": float(x), "y": float(y)}
    wanted, other = ("climb", "conventional") if case.task.milling == "climb" else ("conventional", "climb")
    message = f"the {feature.name} is cut by {other} milling; {wanted} is declared"
    return Finding("E786", message, "turn the direction of its path round", where=where)
