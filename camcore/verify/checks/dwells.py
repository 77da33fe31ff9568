"""Check: the beam does not stand in a cut."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.findings import Finding
from camcore.moves import Arc, Dwell, Line, Rapid
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked, ReadMove


def dwells(case: Case) -> Checked:
    """E742 for a dwell under a constant beam in a cut: only before the cut's first move does it pierce.

    A dynamic beam (GRBL's M4) is off while it stands. Figures: how many pierces, and the longest, s.
    """
    if case.machine.process != "laser":
        return Checked("dwells", {})
    waits = [(read, cutting) for read, cutting in _waits(case) if read.power > 0 and not read.dynamic]
    pierces = [_seconds(read) for read, cutting in waits if not cutting]
    found = [_finding(read) for read, cutting in waits if cutting and _seconds(read) > 0]
    figures: dict[str, float | int] = {"pierces": len(pierces)}
    if pierces:
        figures["longest_pierce"] = max(pierces)
    return Checked("dwells", figures, few(found))


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
    message = f"the beam stands in a cut for {_seconds(read):g} s and burns a hole there"
    return Finding(
        "E742", message, "switch the beam off (M5, S0, M63), or dwell before the cut's first move", where=where
    )
