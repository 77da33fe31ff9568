"""Each program in rejects/ is wrong in one way; its first line says which code has to be found on which machine."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from posted import POSTED, posted
from proof_cases import DECLARED, PROOFS

from camcore.codes import CODES
from camcore.formats.verify import ProgramModel, VerifyFile
from camcore.verify import CHECKS, inspect
from camcore.verify.model import Verdict

REJECTS = sorted((Path(__file__).parent / "rejects").glob("*.nc"))
_HEAD = re.compile(r"[;(] ?(?P<code>[EW]7\d\d) (?P<proof>[A-Za-z0-9-]+): ")
CASES = {**{f"{dialect}-{process}": posted(dialect, process) for dialect, process in POSTED}, **PROOFS, **DECLARED}
ELSEWHERE = {"W743", "W744", "W754", "W767", "E770", "E771", "W772"}
"""Codes of the proof that other tests trigger, as the plate cannot."""


def verdict(path: Path) -> tuple[str, Verdict]:
    text = path.read_text("utf-8")
    head = _HEAD.match(text)
    assert head, f"{path.name} does not begin with '; E7xx machine: what'"
    proof = CASES[head["proof"].lower()]
    return head["code"], inspect(text, proof.machine, proof.task)


@pytest.mark.parametrize("path", REJECTS, ids=lambda path: path.stem)
def test_reject_is_found(path: Path) -> None:
    code, found = verdict(path)
    codes = [finding.code for finding in found.findings]
    assert code in codes, codes
    assert found.proven == (not any(word.startswith("E") for word in codes))
    if code.startswith("E"):
        assert not found.proven


@pytest.mark.parametrize("path", REJECTS, ids=lambda path: path.stem)
def test_finding_says_where_and_what_to_do(path: Path) -> None:
    code, found = verdict(path)
    finding = next(finding for finding in found.findings if finding.code == code)
    assert finding.message
    assert finding.advice
    assert finding.where
    assert json.loads(VerifyFile(programs=[ProgramModel.of(found, path.name, "test")]).text())


def test_every_check_and_code_has_a_reject() -> None:
    seen: dict[str, set[str]] = {}
    for path in REJECTS:
        code, found = verdict(path)
        for checked in found.checks:
            if any(finding.code == code for finding in checked.findings):
                seen.setdefault(checked.name, set()).add(code)
    assert set(seen) == {check.run.__name__ for check in CHECKS}
    proof_codes = {code for code in CODES if code[1] == "7"}
    assert set.union(*seen.values()) == proof_codes - ELSEWHERE


@pytest.mark.parametrize("name", PROOFS)
def test_right_programs_are_proven(name: str) -> None:
    proof = PROOFS[name]
    found = inspect(proof.text, proof.machine, proof.task)
    assert found.findings == ()
    assert found.proven
    figures = {checked.name: checked.figures for checked in found.checks}
    assert figures["edge"]["deviation"] < 0.003
