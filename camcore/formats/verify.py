"""verify.json: what the proof of each program checked, with every figure."""

from __future__ import annotations

from typing import Any, Literal

from camcore.formats.common import FileModel, FindingModel, MarkedFile
from camcore.verify.model import Checked, Verdict


class CheckModel(FileModel):
    """One check: whether it passed, what it measured (mm, mm/min, s), what it found."""

    name: str
    passed: bool
    figures: dict[str, Any]
    findings: list[FindingModel]

    @staticmethod
    def of(checked: Checked) -> CheckModel:
        """The check's file form; figures are rounded to 1e-6, far below what any control resolves."""
        figures = {name: _rounded(value) for name, value in checked.figures.items()}
        findings = [FindingModel.of(finding) for finding in checked.findings]
        return CheckModel(name=checked.name, passed=checked.passed, figures=figures, findings=findings)


class ProgramModel(FileModel):
    """One program, the machine whose control it was read for, and all checks."""

    program: str
    machine: str
    sheet: str | None
    proven: bool
    checks: list[CheckModel]

    @staticmethod
    def of(verdict: Verdict, program: str, machine: str, sheet: str | None = None) -> ProgramModel:
        """The verdict's file form; `sheet` is None where there was no task."""
        checks = [CheckModel.of(checked) for checked in verdict.checks]
        return ProgramModel(program=program, machine=machine, sheet=sheet, proven=verdict.proven, checks=checks)


class VerifyFile(MarkedFile):
    """verify.json, version 1: the programs in the order of the sheets."""

    version: Literal[1] = 1
    programs: list[ProgramModel]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6) + 0.0
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
