"""Which way round a mill goes along edges, held against what cut.json declares."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Literal

import pytest
from jobs import job
from proof_cases import DECLARED, PROOFS
from typer.testing import CliRunner

from camcore.cli import app
from camcore.codes import CODES
from camcore.geometry import Curve
from camcore.verify import inspect
from camcore.verify.model import Checked, Task, Verdict

MILL = DECLARED["linuxcnc-mill-declared"]
LAST_TURN = "G2 X32.5 Y22 I-2.5 J0 F800"


def proof(task: Task = MILL.task, text: str = MILL.text) -> Verdict:
    return inspect(text, MILL.machine, task)


def milled(verdict: Verdict) -> Checked:
    return next(check for check in verdict.checks if check.name == "milling")


def test_edges_cut_as_declared_are_proven() -> None:
    """The plate's program goes round clockwise in its hole and the other way outside: conventional both."""
    verdict = proof()
    assert verdict.proven
    figures = milled(verdict).figures
    assert figures["climb"] == 0
    assert figures["conventional"] > 2 * 116


def test_each_edge_that_goes_the_other_way_is_told_with_its_place() -> None:
    found = milled(proof(replace(MILL.task, milling="climb"))).findings
    assert [(f.code, f.where["kind"]) for f in found] == [("E786", "hole"), ("E786", "outline")]
    assert all({"line", "x", "y"} <= f.where.keys() for f in found)
    assert CODES["E786"]


def test_where_nothing_is_declared_nothing_is_asked() -> None:
    assert milled(proof(replace(MILL.task, milling=""))) == Checked("milling", {})


@pytest.mark.parametrize("turn", ["G3 X32.5 Y22 I-2.5 J0 F800", "G3 X27.5 Y22 I-2.5 J0 F800\nG3 X32.5 Y22 I2.5 J0"])
def test_one_turn_of_several_the_other_way_is_found(turn: str) -> None:
    assert LAST_TURN in MILL.text
    found = proof(text=MILL.text.replace(LAST_TURN, turn)).findings
    assert [(f.code, f.where["kind"]) for f in found] == [("E786", "hole")]


def test_a_slot_as_wide_as_its_tool_is_cut_both_ways() -> None:
    slot = Curve([(14, 10.5, 0), (26, 10.5, 1), (26, 13.5, 0), (14, 13.5, 1)]).cw()
    part = replace(MILL.task.parts["plate"], holes=(slot,))
    begins = MILL.text.index("G0 X32.5 Y22")
    way = "G0 X24 Y22\nG0 Z1\nG1 Z0 F200\nG1 X36 Z-0.9 F500\nG1 X24 Z-1.8\nG1 X36 F800\n"
    text = MILL.text[:begins] + way + MILL.text[MILL.text.index("G0 Z5\n(outline)") :]
    for milling in ("climb", "conventional"):
        checked = milled(proof(replace(MILL.task, parts={"plate": part}, milling=milling), text))
        assert [f for f in checked.findings if f.where["kind"] == "hole"] == []
        assert checked.figures["climb"] > 2 * 11


@pytest.mark.parametrize("climb", [True, False])
def test_a_job_declares_it_and_its_program_keeps_it(tmp_path, climb: bool) -> None:
    path = job(tmp_path, "generic-linuxcnc-mill", "fr4", 1.5, f"[process]\nclimb = {str(climb).lower()}\n")
    done = CliRunner().invoke(app, ["run", str(path), "--out", str(tmp_path / "out"), "--quiet"])
    assert done.exit_code == 0, done.output
    declared = json.loads((tmp_path / "out" / "sheet-01.cut.json").read_text())
    assert declared["milling"] == ("climb" if climb else "conventional")
    (program,) = json.loads((tmp_path / "out" / "verify.json").read_text())["programs"]
    (figures,) = [check["figures"] for check in program["checks"] if check["name"] == "milling"]
    assert figures["conventional" if climb else "climb"] == 0
    assert figures["climb" if climb else "conventional"] > 0


@pytest.mark.parametrize("milling", ["climb", "conventional"])
def test_a_beam_has_no_way_round(milling: Literal["climb", "conventional"]) -> None:
    beam = PROOFS["grbl-laser"]
    assert inspect(beam.text, beam.machine, replace(beam.task, milling=milling)).proven
