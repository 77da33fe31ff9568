"""Check: how far the cut edge is from the drawing, both ways, in one figure."""

from __future__ import annotations

from camcore.findings import Finding
from camcore.verify.case import Case
from camcore.verify.checks.gouge import gouge
from camcore.verify.checks.uncut import uncut
from camcore.verify.model import Checked


def edge(case: Case) -> Checked:
    """E755 when the cut edge deviates by more than CUT_EDGE and rounding; figure: the largest deviation, mm.

    Material that is missing (gouge) and material that stands (uncut) are the two directions of the Hausdorff distance
    between cut and drawn edge; declared tabs and corners that the radius cannot reach are left out.
    """
    deviation = max(case.once(gouge).figures["largest_gouge"], case.once(uncut).figures["largest_uncut"])
    figures = {"deviation": deviation, "limit": case.tolerance, "edges": len(case.edges.features)}
    if deviation <= case.tolerance:
        return Checked("edge", figures)
    message = f"the cut edge is up to {deviation:.3f} mm off the drawing; {case.tolerance:.3f} mm is allowed"
    return Checked(
        "edge", figures, (Finding("E755", message, "see the gouges and uncut edges", where={"size": deviation}),)
    )
