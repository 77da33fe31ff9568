"""Check: the beam does not stand in a cut, and nothing waits for minutes."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.findings import Finding
from camcore.moves import Arc, Dwell, Line, Rapid
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked, ReadMove

LONGEST = 10.0
"""A beam that stands longer, s, sets insulation on fire rather than pierce it: a rule of this proof."""
USUAL = 60.0
"""Nothing in a program takes longer to wait for, s: a time in other units than the control's."""


def dwells(case: Case) -> Checked:
    """E742 for a dwell under a constant beam in a cut, or for a longer one than LONGEST: only before the cut's first
    move does it pierce.

    W782 for any dwell longer than USUAL. A dynamic beam (GRBL's M4) is off while it stands. Figures: how many pierces,
    and the longest, s.
    """
    long = [_long(read) for read in case.moves if _seconds(read) > USUAL]
    if case.machine.process != "laser":
        return Checked("dwells", {}, few(long))
    waits = [(read, cutting) for read, cutting in _waits(case) if read.power > 0 and not read.dynamic]
    pierces = [_seconds(read) for read, cutting in waits if not cutting]
    found = [_finding(read) for read, cutting in waits if _seconds(read) > (0.0 if cutting else LONGEST)]
    figures: dict[str, float | int] = {"pierces": len(pierces)}
    if pierces:
        figures["longest_pierce"] = max(pierces)
    return Checked("dwells", figures, few([*found, *long]))


def _waits(case: Case) -> Iterator[tuple[ReadMove, bool]]:
    """Every dwell, and whether the last motion in XY before it had the beam on."""
    cutting = False
    for read in case.moves:
        if isinstance(read.move, Dwell):
            yield read, cutting
        elif _goes(read):
            cutting = read.power > 0


def _goes(read: ReadMove) -> bool:
    move = read.move
    straight = isinstance(move, Line | Rapid) and (move.x, move.y) != (read.x0, read.y0)
    return straight or isinstance(move, Arc)


def _seconds(read: ReadMove) -> float:
    return read.move.seconds if isinstance(read.move, Dwell) else 0.0


def _finding(read: ReadMove) -> Finding:
    where = {"line": read.line, "x": read.x0, "y": read.y0, "size": _seconds(read)}
    message = f"the beam stands for {_seconds(read):g} s and burns a hole there"
    return Finding(
        "E742", message, "switch the beam off (M5, S0, M63), or dwell before the cut's first move", where=where
    )


def _long(read: ReadMove) -> Finding:
    where = {"line": read.line, "size": _seconds(read), "limit": USUAL}
    return Finding("W782", f"the machine waits {_seconds(read):g} s", "check the unit of the dwell", where=where)
