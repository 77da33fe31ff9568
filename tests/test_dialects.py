"""Every dialect from drawings to proof; the interpreter of LinuxCNC as a witness for all it can read; a made-up one."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import plans
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from normalise import for_linuxcnc
from posted import POSTED, REPEATED, posted, repeated
from rs274 import difference, interpret, needs_rs274, ours
from sampled import ALL, SAMPLES, WAYS, machine_of, sampled

import postprocessors
from camcore import machine as machines
from camcore.findings import errors
from camcore.formats.task import task_of
from camcore.machine import Machine
from camcore.moves import Arc, Dwell, Line, ToolChange
from camcore.program import build
from camcore.units import CUT_EDGE
from camcore.verify import controls, inspect
from camcore.verify.controls import READERS
from camcore.verify.controls.fanuc import FANUC
from camcore.verify.reader import read
from postprocessors import DIALECTS, Dialect

ROOT = Path(__file__).resolve().parent.parent


def test_every_dialect_goes_the_whole_way_twice() -> None:
    assert {dialect for dialect, _, _ in WAYS} == set(machines.dialects()) == set(READERS)
    assert all(len(samples) >= 2 for samples in SAMPLES.values())


@pytest.mark.parametrize("dialect", machines.dialects())
def test_writer_and_reader_were_told_the_same_limits(dialect: str) -> None:
    """Stated twice, from the controls' documents; a writer that may do more than the reader takes is a slip."""
    can, control = machines.abilities(dialect), READERS[dialect]
    assert can.line_length < control.line_bytes
    assert can.radius_tolerance <= control.arc_slack + 1e-4
    assert can.radius_ratio <= control.arc_ratio
    by_word = control.changes_tool == "M6" and "M6" in control.groups
    assert can.tool_change == (by_word or control.grammar == "klartext")
    assert can.cycles == ("G81" in control.groups or control.grammar in ("sinumerik", "klartext"))
    assert can.text.dwell in control.dwell
    assert can.text.point == bool(control.points)
    assert can.text.upper == control.upper or not can.text.upper


@pytest.mark.parametrize(("dialect", "process", "sample"), WAYS)
def test_every_dialect_from_drawing_to_proof(dialect: str, process: str, sample: int) -> None:
    found, plan, built = sampled(dialect, process, sample)
    machine = machine_of(dialect, process)
    verdict = inspect(postprocessors.write(built, machine), machine, task_of(found, plan))
    assert [str(finding) for finding in (*errors(built.findings), *errors(verdict.findings))] == []
    figures = {check.name: check.figures for check in verdict.checks}
    assert figures["edge"]["deviation"] <= CUT_EDGE
    assert verdict.proven


def test_a_beam_that_is_off_at_rest_does_not_pierce_and_that_is_told() -> None:
    plan, board = plans.laser_plan(), machines.load("k40-smoothieboard")
    built = build(plan, board)
    assert "W605" in [finding.code for finding in built.findings]
    assert not any(isinstance(move, Dwell) for move in built.moves)
    assert "W605" not in [finding.code for finding in build(plan, machines.load("ender-3-laser")).findings]


@pytest.mark.parametrize(("dialect", "process"), POSTED)
def test_the_plate_is_proven_in_every_dialect(dialect: str, process: str) -> None:
    proof = posted(dialect, process)
    verdict = inspect(proof.text, proof.machine, proof.task)
    assert verdict.findings == ()
    assert verdict.proven


# -- LinuxCNC's interpreter reads what it can -------------------------------------------------------------------------

PRINTED = {"mm": 0.001, "in": 0.0023}
"""How near the two readings have to be, mm: 1 µm, but rs274 prints each inch number to 2.54 µm."""
JOBS = int(os.environ.get("CAMCORE_RS274_JOBS", "40"))
"""How many random jobs to compare; 1000 and more on demand."""


@needs_rs274
@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)
def test_linuxcnc_goes_where_our_reader_goes(machine: Machine, tmp_path: Path) -> None:
    for units, decimals in (("mm", machine.format.decimals), ("in", min(5, machine.abilities.text.decimals[1]))):
        text_format = machine.format.model_copy(update={"units": units, "decimals": decimals})
        variant = machine.model_copy(update={"format": text_format})
        text = postprocessors.write(build(plans.plan_for(variant), variant), variant)
        check_same(text, variant, tmp_path)


@needs_rs274
@pytest.mark.parametrize(("dialect", "process"), POSTED)
def test_linuxcnc_cuts_the_plate_of_every_dialect(dialect: str, process: str, tmp_path: Path) -> None:
    proof = posted(dialect, process)
    check_same(proof.text, proof.machine, tmp_path)


@needs_rs274
@pytest.mark.parametrize(("dialect", "process", "sample"), WAYS)
def test_linuxcnc_cuts_the_samples_of_every_dialect(dialect: str, process: str, sample: int, tmp_path: Path) -> None:
    machine, (_, _, built) = machine_of(dialect, process), sampled(dialect, process, sample)
    check_same(postprocessors.write(built, machine), machine, tmp_path)


@needs_rs274
@pytest.mark.parametrize(("dialect", "process"), REPEATED)
def test_linuxcnc_goes_where_subprograms_and_cycles_lead(dialect: str, process: str, tmp_path: Path) -> None:
    proof = repeated(dialect, process)
    check_same(proof.text, proof.machine, tmp_path)


def check_same(text: str, machine: Machine, folder: Path) -> None:
    theirs, mine = interpret(for_linuxcnc(text, machine), folder), read(text, machine)
    assert (theirs.error, errors(mine.findings)) == ("", [])
    assert len(theirs.moves) >= 1
    assert difference(theirs.moves, ours(mine.moves), PRINTED[machine.format.units]) is None


@needs_rs274
@settings(max_examples=JOBS)
@given(st.data(), st.sampled_from(ALL))
def test_linuxcnc_goes_where_our_reader_goes_on_random_jobs(data: st.DataObject, machine: Machine) -> None:
    text = postprocessors.write(build(data.draw(plans.plans_for(machine)), machine), machine)
    with tempfile.TemporaryDirectory() as folder:
        check_same(text, machine, Path(folder))


@needs_rs274
def test_linuxcnc_sees_what_differs(tmp_path: Path) -> None:
    proof = posted("fanuc", "mill")
    theirs = interpret(for_linuxcnc(proof.text, proof.machine), tmp_path).moves
    mine = ours(read(proof.text.replace("X47.", "X47.002", 1), proof.machine).moves)
    assert difference(theirs, mine) is not None


# -- a control that nobody has ----------------------------------------------------------------------------------------


class ByHand(Dialect):
    """Made up: tools come by hand and without M6."""

    def tool_change(self, move: ToolChange) -> None:
        self.block("M0")
        self.block(f"T{move.number}")
        self.forget()


NEW = {
    "iso": 'READERS["nowhere"] = FANUC.but(title="Nowhere", percent=False)',
    "by-hand": 'READERS["nowhere"] = FANUC.but(title="Nowhere", percent=False, changes_tool="T", length="")',
}
"""The line that the guide adds, by the words of the control."""


@pytest.mark.parametrize("words", NEW)
def test_a_new_control_is_one_file_and_one_line(words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guide = (ROOT / "docs" / "machines.md").read_text()
    folder = Path(postprocessors.__file__).parent
    shutil.copytree(folder / "dialects", tmp_path / "dialects")
    facts = next(block for block in guide.split("```toml\n") if 'title = "Nowhere"' in block).split("```")[0]
    (tmp_path / "dialects" / "nowhere.toml").write_text(facts.replace('"iso"', f'"{words}"'))
    mine = tmp_path / "mine.toml"
    mine.write_text((folder / "machines" / "generic-grbl-router.toml").read_text().replace('"grbl"', '"nowhere"'))
    monkeypatch.setattr(machines, "_folder", lambda name: tmp_path / name)
    monkeypatch.setattr(machines, "_names", lambda name: ["grbl", "linuxcnc", "nowhere"] if name == "dialects" else [])
    machines.abilities.cache_clear()
    monkeypatch.setitem(DIALECTS, "by-hand", ByHand)
    monkeypatch.setitem(READERS, "nowhere", FANUC)
    exec(NEW[words], dict(vars(controls)))
    machine = machines.load(mine)
    program = build(plans.mill_plan(), machine)
    text = postprocessors.write(program, machine)
    assert "G1 Z0. F600." in text
    assert text.endswith("M02\n")
    assert not re.search(r"\bG[23]\b", text)
    words_alone = re.sub(r"\(.*?\)|\b[GMNTSH]\d+|P\d+", "", text)
    assert words_alone.count(".") >= len(re.findall(r"[XYZF]-?\d", words_alone))
    reading = read(text, machine)
    assert [finding.code for finding in reading.findings] == []
    waits = [move.seconds for move in program.moves if isinstance(move, Dwell)]
    assert [each.move.seconds for each in reading.moves if isinstance(each.move, Dwell)][: len(waits)] == waits
    assert any(isinstance(each.move, Line) for each in reading.moves)
    assert not any(isinstance(each.move, Arc) for each in reading.moves)


def test_the_made_up_control_of_the_guide_is_the_one_that_is_tried() -> None:
    guide = (ROOT / "docs" / "machines.md").read_text()
    source = Path(__file__).read_text()
    shown = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    assert len(shown) == 1 + len(NEW)
    for code in shown:
        assert code.strip() in source
    assert "A dialect without a machine file" in guide
