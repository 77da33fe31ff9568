"""Check: marks are where they should be, and do not go through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camcore.findings import Finding
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.coverage import coverage
from camcore.verify.features import Edges, declared
from camcore.verify.marks import MOST_ENERGY, energy, goes_through, mark_edges, most_energy, unknown
from camcore.verify.model import Checked
from camcore.verify.passes import edge_energy, middles, visits
from camcore.verify.sweep import Sweep


def mark(case: Case) -> Checked:
    """E760 for a mark that the path does not follow, or not as often or as deep as declared, E765 for one made by
    another tool than declared, E761 for one cut through, W767 for one whose curve is not known.

    Figures: how many marks, and the largest miss, mm.
    """
    wanted = mark_edges(case)
    marking = case.all_cuts.take(case.on_marks)
    centre_line = Sweep(marking.track, np.zeros(len(marking.radius)))
    pieces = coverage(wanted, centre_line, case.tolerance, lambda owner, points: np.zeros(len(points)))
    found = []
    for number in np.unique(pieces.owner[pieces.over]):
        feature, missed = wanted.features[number], float(pieces.length[pieces.over & (pieces.owner == number)].sum())
        message = f"the {feature.name} is not followed along {missed:.2f} mm"
        found.append(Finding("E760", message, "follow the marked curve", where={**feature.where, "size": missed}))
    for line in np.unique(case.all_cuts.track.line[case.on_marks & ~case.marking & goes_through(case)]):
        advice = "mark with less power, or less deep"
        found.append(Finding("E761", "a mark is cut through the part", advice, where={"line": int(line)}))
    found += _too_seldom(case, wanted, marking)
    found += _milled(case, wanted, marking)
    found += _burnt_through(case, wanted, marking)
    placements = {case.task.placements[number].part: number for number in reversed(unknown(case))}
    found += [_unknown(part, number) for part, number in placements.items()]
    fine = pieces.short[~pieces.over]
    return Checked("mark", {"marks": len(wanted.features), "largest_miss": float(fine.max(initial=0.0))}, few(found))


def _too_seldom(case: Case, wanted: Edges, marking: Sweep) -> Iterator[Finding]:
    """Marks that some pass goes along, but not as many as declared."""
    asked = np.array([case.declared_passes.get(feature.key, 1) for feature in wanted.features], dtype=np.int64)
    chosen = asked[wanted.owner] > 1
    points, which, length = middles(wanted.rows[chosen])
    owner = wanted.owner[chosen][which]
    seen = visits(points, marking, np.full(len(marking.radius), case.tolerance))
    count = np.bincount(seen.point, minlength=len(points))
    few_times = (count > 0) & (count < asked[owner])
    for number in np.unique(owner[few_times]):
        feature, mine = wanted.features[number], few_times & (owner == number)
        message = f"the {feature.name} is followed {count[mine].min()} times instead of {asked[number]}"
        where = {**feature.where, "size": float(length[mine].sum())}
        yield Finding("E760", message, "follow it as often as declared, or declare fewer passes", where=where)


def _milled(case: Case, wanted: Edges, marking: Sweep) -> Iterator[Finding]:
    """Marks of a mill that are as deep as declared nowhere, or deeper, or made by another tool."""
    cuts, wanted_depth = marking.track, case.task.mark_depth
    asked = {at: cut for at, cut in zip(declared(case.task), case.task.cuts, strict=True) if cut.kind != "pocket"}
    if case.task.process != "mill" or not len(cuts):
        return
    points, which, _ = middles(wanted.rows)
    owner = wanted.owner[which]
    seen = visits(points, marking, np.full(len(marking.radius), case.tolerance))
    low = np.minimum(cuts.z0, cuts.z1)
    for number, feature in enumerate(wanted.features):
        mine = np.unique(seen.stretch[owner[seen.point] == number])
        cut = asked.get(feature.key)
        if cut is None or not len(mine):
            continue
        k = int(mine[low[mine].argmin()])
        made, where = case.top_z - float(low[k]), {"line": int(cuts.line[k]), **feature.where}
        if wanted_depth and abs(made - wanted_depth) > case.tolerance:
            message = f"the {feature.name} is {made:.3f} mm deep; {wanted_depth:.3f} mm are declared"
            yield Finding("E760", message, "check Z there", where=where | {"size": made, "limit": wanted_depth})
        if cut.tool and (other := sorted(set(cuts.tool[mine].tolist()) - {cut.tool, 0})):
            message = f"the {feature.name} is made by tool {other[0]}; {cut.tool} is declared"
            yield Finding("E765", message, "call the declared tool before it", where=where)


def _burnt_through(case: Case, wanted: Edges, marking: Sweep) -> Iterator[Finding]:
    """Marks whose passes, each weak enough, together bring a laser's energy of a cut."""
    if case.task.process != "laser" or not len(wanted.rows):
        return
    weak = marking.take(energy(marking.track) <= most_energy(case))
    brought, owner = edge_energy(wanted, weak, energy(weak.track), case.tolerance)
    for number in np.unique(owner[brought > most_energy(case)]):
        feature, most = wanted.features[number], float(brought[owner == number].max())
        share = most / most_energy(case) * MOST_ENERGY
        message = f"the passes along the {feature.name} bring {share:.0%} of the energy of a cut"
        where = {**feature.where, "size": share, "limit": MOST_ENERGY}
        yield Finding("E761", message, "mark with less power, or fewer passes", where=where)


def _unknown(part: str, placement: int) -> Finding:
    message = f"marks, drill points or pockets are declared on {part}, but it is not known here where"
    advice = "nothing to do, if they look right: nest.json holds none"
    return Finding("W767", message, advice, where={"part": part, "placement": placement})
