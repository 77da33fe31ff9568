"""Check: the program ends with the beam or spindle off and the tool clear."""

from __future__ import annotations

from camcore.findings import Finding
from camcore.moves import End
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.model import Checked, ReadMove


def end(case: Case) -> Checked:
    """E738 when something still runs, or the tool is below the clearance height, where the program ends."""
    last = next((read for read in case.moves if isinstance(read.move, End)), None)
    if last is None:
        return Checked("end", {"ends": False})
    found = [Finding("E738", message, advice, where={"line": last.line}) for message, advice in _left_on(case, last)]
    return Checked("end", {"ends": True, "z": last.z0}, tuple(found))


def _left_on(case: Case, last: ReadMove) -> list[tuple[str, str]]:
    heights, found = case.machine.heights, []
    if last.power > 0:
        found.append(("the beam is on at the program's end", "switch it off (M5) before the end"))
    if last.rpm > 0:
        found.append(("the spindle turns at the program's end", "stop it (M5) before the end"))
    if last.air:
        found.append(("air or coolant is on at the program's end", "switch it off (M9) before the end"))
    if heights and last.z0 < case.top_z + heights.clearance - SAME_POINT:
        found.append((f"the tool is at Z{last.z0:.3f} at the program's end", "lift it to the safe height first"))
    return found
