"""How tools and beams run, held against what cut.json declares: feed, plunge, speed, power, pierce, air, heights."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from jobs import job
from machines_for_proof import LINUXCNC_MILL
from proof_cases import DECLARED, LASER, MARK, PROOFS, Proof
from typer.testing import CliRunner

from camcore.cli import app
from camcore.nesting.model import Placement
from camcore.verify import inspect
from camcore.verify.model import IntendedCut, Running, Task, Verdict

MILL, BEAM = DECLARED["linuxcnc-mill-declared"], DECLARED["grbl-laser-declared"]


def codes(verdict: Verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


@pytest.mark.parametrize("proof", [MILL, BEAM], ids=["mill", "laser"])
def test_a_program_that_runs_as_declared_is_proven(proof: Proof) -> None:
    verdict = inspect(proof.text, proof.machine, proof.task)
    assert codes(verdict) == []


def test_the_shares_of_feed_and_plunge_are_figures() -> None:
    (check,) = [each for each in inspect(MILL.text, MILL.machine, MILL.task).checks if each.name == "running"]
    assert check.figures == pytest.approx({"feed": 1.0, "plunge": 1.0}, abs=0.01)


def test_what_the_machine_cannot_do_is_not_asked_for() -> None:
    """A spindle that ends at 24000 rpm runs so where more is declared."""
    fast = {"1": Running(800.0, 200.0, 30000.0), "2": Running(200.0, 200.0, 30000.0)}
    text = re.sub(r"M3 S\d+", "M3 S24000", MILL.text)
    assert codes(inspect(text, MILL.machine, replace(MILL.task, running=fast))) == []
    assert "E778" in codes(inspect(MILL.text, MILL.machine, replace(MILL.task, running=fast)))


def test_the_way_back_into_a_hole_may_be_fast() -> None:
    drill = "G98 G83 X20 Y16 Z-2 R1 Q1.2 F200\nN90 G80\n"
    assert drill in MILL.text
    pecks = "G0 X20 Y16\nG0 Z1\nG1 Z-1 F200\nG0 Z1\nG1 Z-0.9 F{}\nG1 Z-2 F200\nG0 Z5\n"
    assert codes(inspect(MILL.text.replace(drill, pecks.format(700)), MILL.machine, MILL.task)) == []
    deeper = pecks.replace("Z-0.9", "Z-1.1").format(700)
    assert "E778" in codes(inspect(MILL.text.replace(drill, deeper), MILL.machine, MILL.task))


def test_a_mark_may_be_weak_but_as_declared() -> None:
    assert codes(inspect(BEAM.text.replace("S150", "S120"), BEAM.machine, BEAM.task)) == ["E778"]
    weak = {**BEAM.task.running, "score": Running(3000.0, power=0.12)}
    assert codes(inspect(BEAM.text.replace("S150", "S120"), BEAM.machine, replace(BEAM.task, running=weak))) == []


def test_power_goes_down_only_with_the_feed() -> None:
    """As about corners, where the beam's power is lowered in steps: the feed is lowered with it, on any control."""
    proof = PROOFS["linuxcnc-laser"]
    task = replace(proof.task, running=BEAM.task.running)
    hole, lines = "M68 E0 Q800\nG4 P0.2\nG1 X33.9 Y22 F{}\n", proof.text
    assert hole.format(1200) in lines
    weak = "M68 E0 Q800\nG4 P0.2\nM67 E0 Q440\nG1 X33.9 Y22 F{}\n"
    back = "M67 E0 Q0\n(outline)", "M67 E0 Q0\n(outline)\nF1200"
    slow = lines.replace(hole.format(1200), weak.format(660)).replace(*back)
    assert codes(inspect(slow, proof.machine, task)) == []
    assert "E778" in codes(inspect(lines.replace(hole.format(1200), weak.format(1200)), proof.machine, task))


def test_a_cut_from_the_sheets_edge_needs_no_pierce() -> None:
    first = BEAM.text.rindex("M3 S800\nG4 P0.2\n")
    moved = BEAM.text[:first].replace("G0 X30 Y8\n", "G0 X30 Y0\n") + "M3 S800\n" + BEAM.text[first + 16 :]
    assert codes(inspect(moved, BEAM.machine, BEAM.task)) == []
    unpierced = BEAM.text[:first] + "M3 S800\n" + BEAM.text[first + 16 :]
    assert "E778" in codes(inspect(unpierced, BEAM.machine, BEAM.task))


# -- marks of mills ---------------------------------------------------------------------------------------------------

MARKED = """G21 G17 G90 G94 G54 G64 P0.01
T{tool} M6
G43 H{tool}
M3 S12000
G0 Z20
X15 Y28
Z1
G1 Z0 F200
X22 Z-0.1
X15 Z{z}
X22
G0 Z20
M5
M2
"""


def marked(tool: int, z: float) -> list[tuple[str, str]]:
    part = replace(LASER.parts["plate"], marks=(MARK,))
    cut = IntendedCut("plate", 0, "mark", 0, 2)
    tools = {1: 3.0, 2: 0.5}
    where = (Placement("plate", 10.0, 10.0, 0.0),)
    task = Task("s", LASER.outline, where, {"plate": part}, "mill", (cut,), tools=tools, bottom_z=-1.6, mark_depth=0.2)
    found = inspect(MARKED.format(tool=tool, z=z), LINUXCNC_MILL, task).findings
    return [(each.code, each.message) for each in found if each.code in ("E760", "E761", "E765")]


def test_a_mark_has_its_depth_and_its_tool() -> None:
    assert marked(2, -0.2) == []
    assert marked(2, -0.24) == [("E760", "the mark 0 of plate (placement 0) is 0.240 mm deep; 0.200 mm are declared")]
    assert [code for code, _ in marked(2, -0.1)] == ["E760"]
    assert marked(1, -0.2) == [("E765", "the mark 0 of plate (placement 0) is made by tool 1; 2 is declared")]


# -- the whole way ----------------------------------------------------------------------------------------------------


def test_a_saved_program_with_another_feed_is_refused_by_the_command(tmp_path: Path) -> None:
    path = job(tmp_path, "generic-linuxcnc-mill", "fr4", 1.6)
    out = tmp_path / "out"
    call = CliRunner()
    assert call.invoke(app, ["run", str(path), "--out", str(out), "--quiet"]).exit_code == 0
    told = json.loads((out / "sheet-01.cut.json").read_text())
    assert {"feed", "plunge", "rpm"} <= next(iter(told["feeds"].values())).keys()
    assert told["air"] is True
    assert told["tab_height"] > 0
    program = out / "sheet-01.ngc"
    args = ["verify", str(program), "--machine", "generic-linuxcnc-mill", "--nest", str(out / "nest.json"), "--json"]
    args += ["--sheet", "1", "--process", str(out / "sheet-01.cut.json")]
    assert call.invoke(app, args).exit_code == 0
    feeds = sorted({float(word) for word in re.findall(r"F(\d+\.?\d*)", program.read_text())})
    program.write_text(re.sub(rf"F{feeds[0]:g}\b", f"F{feeds[-1]:g}", program.read_text()))
    done = call.invoke(app, args)
    assert done.exit_code == 1
    assert "E778" in done.stdout
