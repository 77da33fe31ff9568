"""The proof: a program's text read back as the control reads it, and held against the parts that it should make."""

from __future__ import annotations

from camcore.findings import CamError, errors
from camcore.machine import Machine
from camcore.verify.case import Case
from camcore.verify.checks import CHECKS
from camcore.verify.model import Task, Verdict, Verified
from camcore.verify.pause import uncollected
from camcore.verify.reader import read, read_program

__all__ = ["CHECKS", "inspect", "read_program", "verify"]


def verify(text: str, machine: Machine, task: Task) -> Verified:
    """The program as a proven one, which alone can be saved. Raises CamError with all error findings if it is not."""
    verdict = inspect(text, machine, task)
    if not verdict.proven:
        raise CamError(errors(verdict.findings))
    return Verified(verdict)


def inspect(text: str, machine: Machine, task: Task | None = None) -> Verdict:
    """All checks that apply, whatever they find; nothing is raised for a bad program.

    Without a task only what the text and the machine say is checked. A text that cannot be read whole is not held
    against its task: what is missing would look like faults of the cut.
    """
    with uncollected():
        case = Case(text, read(text, machine), machine, task)
        whole = task is not None and not errors(case.reading.findings)
        checks = tuple(case.once(check.run) for check in CHECKS if whole or not check.needs_task)
    return Verdict(text, case.moves, checks)
