"""Check: each cut is made by a tool that the task knows."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked


def tools(case: Case) -> Checked:
    """E765 for a cut with a tool that is not declared, or not called; figures: the tools that cut, by number."""
    if case.task.process == "laser":
        return Checked("tools", {"kerf": case.task.kerf})
    cuts = case.all_cuts
    unknown = cuts.radius <= 0
    found = []
    for number in np.unique(cuts.track.tool[unknown]):
        line = int(cuts.track.line[unknown & (cuts.track.tool == number)][0])
        known = ", ".join(f"{k} ({d:g} mm)" for k, d in case.task.tools.items())
        message = f"tool {number} cuts, but is not one of the task's tools: {known}" if number else "no tool was called"
        found.append(Finding("E765", message, "call a declared tool (T)", where={"line": line}))
    return Checked("tools", {"tools": sorted(int(k) for k in np.unique(cuts.track.tool))}, few(found))
