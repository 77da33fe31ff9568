"""Check: what lies inside a contour is finished before the contour is, and all is cut in the declared order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Ints
from camcore.geometry.contain import within
from camcore.geometry.distance import nearest
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature, Key, declared
from camcore.verify.finished import Finished
from camcore.verify.model import Checked, Task
from camcore.verify.passes import middles, visits
from camcore.verify.sweep import Sweep

AGAIN = 2.0
"""Less of an edge that is cut once more, mm, is a neighbour's corner."""


def order(case: Case) -> Checked:
    """E756 for what is cut inside a contour that was finished before, E757 for an order other than declared, and for
    each cut that was not declared.

    When a contour is finished is worked out from the program: the first move that cuts through each point of its
    edge; the last of these moves frees what lies inside. What neither tabs nor a skin hold must not be cut again.
    """
    finished = case.finished
    found = [*_late(case, finished), *_again(case, finished), *_otherwise(case, finished)]
    done = int(np.isfinite(finished.when).sum())
    return Checked("order", {"finished": done, "features": len(finished.features)}, few(found))


def _late(case: Case, finished: Finished) -> list[Finding]:
    found = []
    for inner, outer in _inside(finished.features):
        freed, late = finished.features[outer], finished.features[inner]
        first, last = finished.when[outer], (finished.when if freed.held else finished.last)[inner]
        if np.isfinite(first) and np.isfinite(last) and last > first:
            line = case.moves[int(last)].line
            message = f"the {late.name} is cut after the {freed.name} around it has come loose"
            found.append(Finding("E756", message, "cut from the inside out", where={"line": line, **late.where}))
    return found


def _again(case: Case, finished: Finished) -> Iterator[Finding]:
    """Outlines that nothing holds and that are cut along AGAIN mm or more when a way has led off since they were
    finished, by what is not a neighbour's cut too."""
    rapids = case.track.move[case.track.rapid]
    for number, feature in enumerate(case.edges.features):
        when, last = finished.when[number], finished.last[number]
        left = np.searchsorted(rapids, when)
        if feature.kind != "outline" or feature.held or not np.isfinite(when) or np.searchsorted(rapids, last) == left:
            continue
        later = case.through.take(case.through.track.move > rapids[left])
        points, _, length = middles(feature.curve.segments)
        seen = visits(points, later, later.radius + case.tolerance)
        own = ~np.isin(seen.stretch, _beside(case, later, np.unique(seen.stretch), number))
        if length[np.unique(seen.point[own])].sum() >= AGAIN:
            line = int(later.track.line[seen.stretch[own].min()])
            message = f"the {feature.name} is cut again when the part has come loose"
            yield Finding("E756", message, "cut it once, or hold the part", where={"line": line, **feature.where})


def _beside(case: Case, cuts: Sweep, which: Ints, number: int) -> Ints:
    """Those stretches in whose middle another edge than this one is cut too."""
    middle = arcs.points_at(cuts.track.rows[which], np.full(len(which), 0.5))
    reach = cuts.radius[which] + case.tolerance
    i, j = case.edge_index.pairs_of_points(middle, float(reach.max(initial=0.0)))
    near = nearest(middle[i], case.edges.rows[j]).distance <= reach[i]
    return np.asarray(which[np.unique(i[near & (case.edges.owner[j] != number)])])


def _inside(features: tuple[Feature, ...]) -> list[tuple[int, int]]:
    """Pairs (inner, outer) of features whose first point lies within an outline or hole."""
    outer = [k for k, feature in enumerate(features) if feature.kind in ("outline", "hole")]
    regions = shapely.make_valid([shapely.Polygon(features[k].ring) for k in outer])
    inner, which = within(np.array([feature.curve.start for feature in features]).reshape(-1, 2), regions)
    return [(int(i), outer[k]) for i, k in zip(inner, which, strict=True) if i != outer[k]]


def _otherwise(case: Case, finished: Finished) -> list[Finding]:
    """Features that were not declared, and the first that the program finishes at another turn than declared."""
    turns = _turns(case.task)
    known = set(turns)
    when = {f.key: t for f, t in zip(finished.features, finished.when, strict=True)}
    names = {f.key: f.name for f in finished.features}
    undeclared = [at for at, t in when.items() if np.isfinite(t) and at not in known]
    found = [_undeclared(case, names[at], int(when[at])) for at in undeclared]
    last = {f.key: t for f, t in zip(finished.features, finished.last, strict=True)}
    said, time = None, -np.inf
    for at in (at for at in turns if np.isfinite(when.get(at, np.inf))):
        # An edge that others share may be finished before its own cut, which goes on to the last of it.
        if said is not None and last[at] < time:
            message = f"the {names[at]} is finished where the {names[said]} was declared"
            where = {"line": case.moves[int(when[at])].line}
            return [*found, Finding("E757", message, "declare the order that the program cuts in", where=where)]
        if when[at] > time:
            said, time = at, when[at]
    return found


def _turns(task: Task) -> list[Key]:
    """The declared features, each at the turn of its last cut."""
    return list(dict.fromkeys(reversed(declared(task))))[::-1]


def _undeclared(case: Case, name: str, move: int) -> Finding:
    where = {"line": case.moves[move].line}
    return Finding("E757", f"the {name} is cut, but not declared", "declare every cut", where=where)
