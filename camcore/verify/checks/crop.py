"""Check: the lines that free the remnant are cut."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked
from camcore.verify.passes import middles, visits


def crop(case: Case) -> Checked:
    """E785 for a declared crop line along which the tool's centre does not go through the stock.

    Figure: how long these lines are, mm.
    """
    found, total = list[Finding](), 0.0
    reach = np.full(len(case.through.radius), case.tolerance)
    for line in case.task.crop:
        points, _, length = middles(line.segments)
        missed = ~np.isin(np.arange(len(points)), visits(points, case.through, reach).point)
        total += float(length.sum())
        if missed.any():
            (x, y), size = points[missed][0].tolist(), float(length[missed].sum())
            message = f"a line that frees the remnant is not cut along {size:.1f} mm"
            advice = "cut it, last of all, or take it out of cut.json"
            found.append(Finding("E785", message, advice, where={"x": x, "y": y, "size": size}))
    return Checked("crop", {"length": total} if case.task.crop else {}, few(found))
