"""Any program held against its machine and, where there is one, its nest: what `camcore verify` does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from camcore import machine as machines
from camcore.findings import CamError, Finding
from camcore.formats.common import read_json, read_text
from camcore.formats.task import task
from camcore.formats.verify import ProgramModel, VerifyFile
from camcore.verify import inspect
from camcore.verify.model import Checked, Task, Verdict


def prove(
    program: Path, machine: str, nest: Path | None, sheet: str | None, process: Path | None
) -> tuple[VerifyFile, Verdict]:
    """The program's verdict, and verify.json's form of it.

    Raises CamError: E301 a file that cannot be read, E308 no JSON, E309 a nest without a process or the other way
    round, E310 unknown machine, E770 and E771 documents that are wrong or do not belong together. The verdict has W772
    where the process was planned for another machine.
    """
    known = machines.load(machine)
    wanted = _task(nest, sheet, process)
    if process and wanted and wanted.process != known.process:
        message = f"it is for a {wanted.process}, and {known.name} is a {known.process}"
        raise CamError(Finding("E771", message, "name the machine that it was planned for", process.name))
    verdict = inspect(read_text(program, "latin-1"), known, wanted)
    if process and (other := _other_machine(process, known.name)):
        verdict = replace(verdict, checks=(*verdict.checks, Checked("documents", {}, (other,))))
    proof = ProgramModel.of(verdict, program.name, known.name, wanted.sheet if wanted else None)
    return VerifyFile(programs=[proof]), verdict


def _other_machine(process: Path, name: str) -> Finding | None:
    """W772 where cut.json names another machine than the one whose rules the text is held against."""
    said = read_json(process).get("machine", name)
    if said in ("", name):
        return None
    message = f"it was planned for the machine {said!r}, and is held against {name!r}"
    return Finding("W772", message, f"is --machine {name} the one it runs on?", file=process.name)


def _task(nest: Path | None, sheet: str | None, process: Path | None) -> Task | None:
    if nest is None and process is None:
        return None
    if nest is None or process is None:
        message = "a proof against the parts takes both --nest and --process"
        raise CamError(Finding("E309", message, "give both, or neither for the machine's rules alone"))
    return task(read_json(nest), read_json(process), sheet, (nest.name, process.name))
