"""Check: the control stays on the path that the text says."""

from __future__ import annotations

import math

from camcore.findings import Finding
from camcore.moves import Arc, Line
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.controls import READERS
from camcore.verify.model import Checked


def path(case: Case) -> Checked:
    """E741 for feed moves under a path blending that is larger than the machine's `rates.blend`, or without a limit.

    Half a step of the text is let pass, as the limit itself is rounded. Figure: the largest blending, mm.
    """
    limit, bound = case.machine.rates.blend, READERS[case.machine.dialect].bound
    first: dict[float, int] = {}
    for read in case.moves:
        if isinstance(read.move, Line | Arc):
            first.setdefault(read.blend, read.line)
    found = [
        _finding(blend, line, limit, bound) for blend, line in first.items() if blend > limit + case.machine.step / 2
    ]
    bounded = [blend for blend in first if math.isfinite(blend)]
    return Checked("path", {"blending": max(bounded)} if bounded else {}, few(found))


def _finding(blend: float, line: int, limit: float, bound: str) -> Finding:
    how = f"by {blend:.4g} mm" if math.isfinite(blend) else "without a limit"
    return Finding(
        "E741",
        f"the control may leave the path {how}; the machine file says {limit:g} mm",
        f"state {bound}{limit:g} (mm), or what stops exactly",
        where={"line": line, "size": blend if math.isfinite(blend) else None, "limit": limit},
    )
