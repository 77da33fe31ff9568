"""What LinuxCNC wants; its own interpreter, where it is there, reads the programs."""

import math
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import plans
import pytest
from written import inches, text_of

import postprocessors
from camcore import machine as machines
from camcore.machine import Machine
from camcore.moves import Air, Arc, Beam, DrillHole, Dwell, End, Line, Rapid, Spindle, ToolChange
from camcore.program import Program, build
from camcore.program.track import expanded

MILL = machines.load("generic-linuxcnc-mill")
LINUX_LASER = machines.load("generic-linuxcnc-laser")
ALL = [machines.load(name) for name in machines.shipped()]


def test_linuxcnc_drills_in_cycles_that_hold() -> None:
    holes = [DrillHole(x, 5, 1, -2, 200, travel=5) for x in (1, 2)]
    deep = [DrillHole(3, 5, 1, -2, 200, peck=0.8, travel=5), DrillHole(4, 5, 1, -2, 200, dwell=0.5, travel=5)]
    assert text_of(MILL, Rapid(0, 0, 5), *holes, *deep, Rapid(0, 0, 5)) == [
        "G0 Z5",
        "X0 Y0",
        "G98 G81 X1 Y5 Z-2 R1 F200",
        "X2",
        "G80",
        "G98 G83 X3 Z-2 R1 Q0.8",
        "G80",
        "G98 G82 X4 Z-2 R1 P0.5",
        "G80",
        "G0 X0 Y0",
    ]


def test_a_cycle_starts_at_its_height_and_drills_twice_where_it_is_told_to() -> None:
    hole = DrillHole(1, 5, 1, -2, 200, travel=5)
    assert text_of(MILL, Rapid(1, 5, 20), hole, hole)[2:] == ["Z5", "G98 G81 X1 Z-2 R1 F200", "X1"]


def test_linuxcnc_takes_the_tools_length() -> None:
    moves = (
        ToolChange(3, 1.0),
        Spindle(9000),
        Rapid(1, 1, 25),
        Spindle(0),
        ToolChange(4, 2.0),
        Spindle(9000),
        Rapid(1, 1, 25),
    )
    assert text_of(MILL, *moves) == [
        "T3 M6",
        "G43 H3",
        "M3 S9000",
        "G0 Z25",
        "X1 Y1",
        "M5",
        "T4 M6",
        "G43 H4",
        "M3 S9000",
        "G0 Z25",
        "X1 Y1",
    ]


def test_linuxcnc_takes_no_tool_where_the_machine_changes_none() -> None:
    machine = MILL.model_copy(update={"tool_change": "none"})
    assert text_of(machine, ToolChange(3, 1.0), Spindle(9000)) == ["M3 S9000"]


def test_linuxcnc_switches_the_beam_with_the_motion_and_pierces_at_once() -> None:
    moves = (
        Rapid(1, 0, 0),
        Beam(0.5),
        Line(2, 0, 0, 900),
        Beam(0.0),
        Rapid(5, 0, 0),
        Beam(0.8),
        Dwell(0.2),
        Line(6, 0, 0, 900),
    )
    assert text_of(LINUX_LASER, *moves, Beam(0.0), Air(False), End()) == [
        "G0 X1 Y0",
        "M67 E0 Q0.5",
        "M62 P0",
        "G1 X2 F900",
        "M63 P0",
        "G0 X5",
        "M68 E0 Q0.8",
        "M64 P0",
        "G4 P0.2",
        "G1 X6",
        "M68 E0 Q0",
        "M65 P0",
        "M9",
        "M5",
        "M2",
        "%",
    ]


RS274 = shutil.which("rs274")
needs_rs274 = pytest.mark.skipif(RS274 is None, reason="no rs274 here (Debian package linuxcnc-uspace)")


def canon(text: str, folder: Path) -> list[tuple[str, list[float]]]:
    """Canonical calls that LinuxCNC's interpreter makes of a text; it keeps files in its HOME."""
    path = folder / "program.ngc"
    path.write_text(text)
    env = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(
        [str(RS274), "-g", str(path)], capture_output=True, text=True, timeout=60, cwd=folder, env=env
    )
    assert done.returncode == 0, done.stderr
    calls = re.findall(r"N\S* +([A-Z_]+)\((.*?)\)$", done.stdout, re.MULTILINE)
    assert calls[-1][0] == "ON_RESET" or any(name == "PROGRAM_END" for name, _ in calls), done.stdout[-500:]
    return [(name, [float(word) for word in re.findall(r"-?\d+\.\d+|-?\d+", args)]) for name, args in calls]


@needs_rs274
@pytest.mark.parametrize("machine", [m for m in ALL if m.dialect == "linuxcnc"], ids=lambda machine: machine.name)
def test_rs274_takes_what_linuxcnc_gets(machine: Machine, tmp_path: Path) -> None:
    for variant in (machine, inches(machine)):
        calls = canon(postprocessors.write(build(plans.plan_for(variant), variant), variant), tmp_path)
        assert ("PROGRAM_END", []) in calls


@needs_rs274
@pytest.mark.parametrize("machine", [MILL, LINUX_LASER], ids=lambda machine: machine.name)
def test_rs274_goes_where_the_program_goes(machine: Machine, tmp_path: Path) -> None:
    program = build(plans.plan_for(machine), machine)
    undrilled = tuple(move for move in program.moves if not isinstance(move, DrillHole))
    calls = canon(postprocessors.write(replace(program, moves=undrilled), machine), tmp_path)
    there = []
    for name, values in calls:
        if name == "STRAIGHT_FEED":
            there.append((values[0], values[1], values[2]))
        elif name == "ARC_FEED":
            there.append((values[0], values[1], values[5]))
    meant = [(move.x, move.y, move.z) for move in undrilled if isinstance(move, Line | Arc)]
    assert len(there) == len(meant)
    assert all(math.dist(a, b) <= machine.step for a, b in zip(there, meant, strict=True))


@needs_rs274
def test_rs274_drills_as_the_expansion_does(tmp_path: Path) -> None:
    holes = tuple(DrillHole(x, 5.0, 1.0, -2.0, 200.0, peck, travel=5.0) for x, peck in ((1.0, 0.0), (2.0, 1.1)))
    moves = (ToolChange(2, 1.0), Spindle(9000.0), Rapid(0.0, 0.0, 5.0), *holes, End())
    calls = canon(postprocessors.write(Program("p", "m", "s", moves), MILL), tmp_path)
    feeds = [values[2] for name, values in calls if name == "STRAIGHT_FEED"]
    depths = [move.z for move in expanded(holes, MILL) if isinstance(move, Line) and move.feed == 200.0]
    assert feeds == pytest.approx(depths)


@needs_rs274
def test_rs274_would_refuse_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        canon("%\nG21 G90\nG0 X0 Y0\nF100\nG2 X2 Y0 I1.5 J0\nM2\n%\n", tmp_path)
