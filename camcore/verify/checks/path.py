"""Check: the control stays on the path that the text says."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from camcore.findings import Finding
from camcore.moves import Arc, Line
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.controls import READERS
from camcore.verify.model import Checked

_PATH_MODES = re.compile(r"(?<![A-Z0-9.])G6[14](?![0-9.])")


def path(case: Case) -> Checked:
    """E741 for feed moves under a path blending that is larger than the machine's `rates.blend`, or without a limit.

    W744 where the control rounds them by lag or setting, and the machine file does not say by how much, as measured.
    Half a step of the text is let pass, as the limit itself is rounded. Figure: the largest blending, mm.
    """
    limit, bound = case.machine.rates.blend, READERS[case.machine.dialect].bound
    first: dict[float, int] = {}
    for read in case.moves:
        if isinstance(read.move, Line | Arc):
            first.setdefault(read.blend, read.line)
    found = [*_lag(case)] if first else []
    found += [
        _finding(blend, line, limit, bound) for blend, line in first.items() if blend > limit + case.machine.step / 2
    ]
    bounded = [blend for blend in first if math.isfinite(blend)]
    return Checked("path", {"blending": max(bounded)} if bounded else {}, few(found))


def _lag(case: Case) -> Iterator[Finding]:
    """FANUC's cutting mode (G64) follows the path as far as the servos do; with G61 each block ends at its end."""
    machine = case.machine
    if not READERS[machine.dialect].lags or set(_PATH_MODES.findall(case.text)) == {"G61"}:
        return
    if machine.provenance("rates.blend").status != "machine-proven":
        message = f"corners are rounded by servos or a setting; {machine.rates.blend:g} mm are taken for granted"
        advice = "measure a corner and state rates.blend as machine-proven, or put G61 into the preamble"
        yield Finding("W744", message, advice)


def _finding(blend: float, line: int, limit: float, bound: str) -> Finding:
    how = f"by {blend:.4g} mm" if math.isfinite(blend) else "without a limit"
    return Finding(
        "E741",
        f"the control may leave the path {how}; the machine file says {limit:g} mm",
        f"state {bound}{limit:g} (mm), or what stops exactly",
        where={"line": line, "size": blend if math.isfinite(blend) else None, "limit": limit},
    )
