"""Check: what lies inside a contour is finished before the contour is, and all is cut in the declared order."""

from __future__ import annotations

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry.contain import within
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.features import Feature, Key, declared
from camcore.verify.finished import Finished
from camcore.verify.model import Checked, Task


def order(case: Case) -> Checked:
    """E756 for what is cut inside a contour that was finished before, E757 for an order other than declared, and for
    each cut that was not declared.

    When a contour is finished is worked out from the program: the first move that cuts through each point of its
    edge; the last of these moves frees what lies inside. What neither tabs nor a skin hold must not be cut again.
    """
    finished = case.finished
    found = [*_late(case, finished), *_otherwise(case, finished)]
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
