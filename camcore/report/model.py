"""What a report tells of. Value types only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from camcore.findings import Finding
from camcore.machine import Machine
from camcore.nesting.model import Nest, NestedSheet
from camcore.program import Times
from camcore.toolpath.model import Plan
from camcore.toolpath.setup import Setup
from camcore.verify.model import Verdict


@dataclass(frozen=True, slots=True, eq=False)
class SheetRecord:
    """How far one sheet came: plan, proof and times are None where the work stopped before them.

    program: name of the file that was saved; empty when none was
    """

    sheet: NestedSheet
    plan: Plan | None = None
    verdict: Verdict | None = None
    times: Times | None = None
    program: str = ""


class State(NamedTuple):
    """The best nest after so many moves of the search; `used_length`: crop line of the last sheet, mm."""

    moves: int
    sheets: int
    unplaced: int
    used_length: float


@dataclass(frozen=True, slots=True, eq=False)
class JobRecord:
    """All that a report tells of one job.

    material: its title, as the library has it; units: in which lengths are shown; sheets: one for each of the nest's
    findings: all of the job, those of the proofs among them; marking: export-control marking of the job
    history: the nest as it grew better
    """

    nest: Nest
    machine: Machine
    setup: Setup
    material: str
    sheets: tuple[SheetRecord, ...]
    findings: tuple[Finding, ...] = ()
    units: Literal["mm", "in"] = "mm"
    marking: str = ""
    history: tuple[State, ...] = ()
