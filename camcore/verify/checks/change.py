"""Check: tools are changed with the spindle still and the tool clear."""

from __future__ import annotations

from camcore.findings import Finding
from camcore.moves import ToolChange
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked, ReadMove


def change(case: Case) -> Checked:
    """E740 for a tool change with the spindle running, or with the tool below the clearance height; figure: changes.

    The first call of a tool is no change. A control that changes the tool itself (M6) stops its spindle for it.
    """
    changes = [read for read in case.moves if isinstance(read.move, ToolChange)][1:]
    found = [
        Finding("E740", message, advice, where={"line": read.line})
        for read in changes
        for message, advice in _unsafe(case, read)
    ]
    return Checked("change", {"changes": len(changes)}, few(found))


def _unsafe(case: Case, read: ReadMove) -> list[tuple[str, str]]:
    heights, found = case.machine.heights, []
    if read.rpm > 0:
        found.append(("the tool is changed while the spindle turns", "stop the spindle (M5) first"))
    if heights and read.z0 < case.top_z + heights.clearance - SAME_POINT:
        found.append((f"the tool is changed at Z{read.z0:.3f}", "lift it to the safe height first"))
    return found
