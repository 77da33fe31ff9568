"""What repeats, said once and called: the same moves as the plain text, in every dialect that has subprograms."""

import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from jobs import job
from posted import BEAMS, SPINDLES, _machine
from pydantic import ValidationError
from rs274 import difference, interpret, needs_rs274, ours

import postprocessors
from camcore import machine as machines
from camcore.findings import CamError
from camcore.machine import Machine
from camcore.moves import Air, Arc, Beam, Comment, DrillHole, Dwell, End, Line, Move, Rapid, Spindle, ToolChange
from camcore.program import Program
from camcore.program.pen import drilled
from camcore.program.repeats import MOST, repeats
from camcore.ready import Budget, prepare
from camcore.run import run
from camcore.verify import subprograms as read_forms
from camcore.verify.reader import Reading, read
from postprocessors.subprograms import FORMS

HAVE = [name for name in machines.dialects() if machines.abilities(name).text.subprogram]
PAIRS = [(name, "mill") for name in HAVE if name in SPINDLES] + [(name, "laser") for name in HAVE if name in BEAMS]


def milled(x: float, y: float, size: float) -> list[Move]:
    """A bore down a helix and a square with a rounded corner, from travel to travel."""
    bore = [
        Rapid(x, y, 1.0),
        Line(x, y, 0.0, 300.0),
        Arc(x, y, -1.6, x + 2.0, y, False, 300.0),
        Arc(x, y, -1.6, x + 2.0, y, False, 600.0),
        Rapid(x, y, 5.0),
    ]
    left, low, high = x - size, y - size, y + size
    edge = [
        Rapid(left, low, 5.0),
        Rapid(left, low, 1.0),
        Line(left, low, -1.6, 300.0),
        Line(x + size, low, -1.6, 600.0),
        Arc(x + size + 1.0, low + 1.0, -1.6, x + size, low + 1.0, False, 600.0),
        Line(x + size + 1.0, high, -1.6, 600.0),
        Dwell(0.5),
        Line(left, low, -1.6, 600.0),
        Rapid(left, low, 5.0),
    ]
    return [*bore, *edge]


def burnt(x: float, y: float, size: float) -> list[Move]:
    """The same by a laser."""
    cut: list[Move] = [Beam(0.5), Dwell(0.2), Beam(0.8)]
    edge = [replace(m, z=0.0) for m in milled(x, y, size)[8:] if isinstance(m, Line | Arc)]
    return [
        *cut,
        Arc(x, y, 0.0, x + 2.0, y, False, 600.0),
        Beam(0.0),
        Rapid(x - size, y - size, 0.0),
        *cut,
        *edge,
        Beam(0.0),
    ]


def program(process: str, name: str = "sheet-7", count: int = 6) -> Program:
    """Two kinds of pieces where their places are no whole steps of any text."""
    rng, moves = random.Random(5), list[Move]()
    head = [ToolChange(1, 2.0), Spindle(12000.0)] if process == "mill" else []
    for number in range(count):
        x, y = 15 + 30 * number + rng.random(), 20 + rng.random()
        over = [Rapid(x, y, 25.0)] if process == "mill" and not number else []
        start = Rapid(x, y, 5.0 if process == "mill" else 0.0)
        body = milled(x, y, 6.0 + number % 2) if process == "mill" else burnt(x, y, 6.0 + number % 2)
        moves += [*over, Comment(f"piece {number}: part-{number % 2}"), start, *body]
    tail = [Rapid(x, y, 25.0), Spindle(0.0), End()] if process == "mill" else [End()]
    return Program(name, "m", "s", (Air(True), *head, *moves, Air(False), *tail))


def wanting(machine: Machine) -> Machine:
    return machine.model_copy(update={"format": machine.format.model_copy(update={"subprograms": True})})


def motion(reading: Reading) -> list[Move]:
    assert reading.findings == ()
    return [read.move for read in reading.moves]


def apart(first: Move, second: Move) -> float:
    """The largest difference of any length; inf for moves of other kinds."""
    if type(first) is not type(second):
        return float("inf")
    lengths = ("x", "y", "z", "cx", "cy")
    return max((abs(getattr(first, n, 0.0) - getattr(second, n, 0.0)) for n in lengths), default=0.0)


@pytest.mark.parametrize(("dialect", "process"), PAIRS)
def test_a_program_with_subprograms_makes_the_same_moves(dialect, process):
    machine, made = _machine(dialect, process), program(process)
    plain, short = postprocessors.write(made, machine), postprocessors.write(made, wanting(machine))
    assert len(short.splitlines()) < len(plain.splitlines()) - 20
    first, second = motion(read(plain, machine)), motion(read(short, machine))
    assert len(first) == len(second)
    assert max(apart(a, b) for a, b in zip(first, second, strict=True)) <= 2.5 * machine.step
    state = [(r.tool, r.rpm, r.power, r.air, r.length, r.blend, r.dynamic) for r in read(plain, machine).moves]
    assert state == [(r.tool, r.rpm, r.power, r.air, r.length, r.blend, r.dynamic) for r in read(short, machine).moves]


@needs_rs274
@pytest.mark.parametrize("process", ["mill", "laser"])
def test_linuxcnc_reads_its_subprograms_as_we_do(process, tmp_path):
    machine = wanting(_machine("linuxcnc", process))
    text = postprocessors.write(program(process), machine)
    theirs = interpret(text, tmp_path)
    assert theirs.error == ""
    assert difference(theirs.moves, ours(read(text, machine).moves)) is None


def test_programs_stay_plain_unless_a_machine_file_wants_otherwise():
    for dialect, process in PAIRS:
        machine = _machine(dialect, process)
        assert not machine.format.subprograms
        assert not re.search("M9[78]|CALL (LBL|O)|SUB", postprocessors.write(program(process), machine))


def test_dialects_without_subprograms_say_so():
    for dialect in machines.dialects():
        machine = _machine(dialect, "mill" if dialect in SPINDLES else "laser")
        assert machine.abilities.text.subprogram in {"", *FORMS}
        assert machine.abilities.provenance("text.subprogram").source
        if dialect not in HAVE:
            with pytest.raises(ValidationError, match="none that are known"):
                Machine.model_validate({**machine.model_dump(), "format": {"subprograms": True}})


@pytest.mark.parametrize("wanted", ["", "subprograms = true", "subprograms = false"])
def test_a_job_switches_them_on_and_its_programs_are_proven(tmp_path, wanted):
    path = job(tmp_path, "generic-linuxcnc-laser", more=f"[output]\n{wanted}\n")
    path.write_text(path.read_text().replace("quantity = 3", 'quantity = 12\nrotation = "fixed"'))
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.exit_code == 0
    assert ("CALL" in (tmp_path / "out" / "sheet-01.ngc").read_text()) is ("true" in wanted)


LOADED = map(machines.load, sorted(machines.shipped(), reverse=True))
ONE_OF_EACH = {m.dialect: m for m in LOADED if m.work_area.x[1] >= 300.0 and m.work_area.y[1] >= 200.0}
"""A machine of each control that takes the sheet of the little job."""


@pytest.mark.parametrize("dialect", [name for name in HAVE if name in ONE_OF_EACH])
def test_a_sheet_with_subprograms_is_proven_on_a_machine_of_each_control(tmp_path, dialect):
    path = job(tmp_path, ONE_OF_EACH[dialect].name, more="[output]\nsubprograms = true\n")
    path.write_text(path.read_text().replace("quantity = 3", 'quantity = 12\nrotation = "fixed"'))
    assert run(path, tmp_path / "out", Budget()).exit_code == 0
    text = (tmp_path / "out" / f"sheet-01.{ONE_OF_EACH[dialect].extension}").read_text()
    call = re.escape(FORMS[machines.abilities(dialect).text.subprogram].call.format("@")).replace("@", r"(\d+)")
    numbers = re.findall(rf"^(?:\d+ )?{call}$", text, re.M)
    assert len(numbers) > len(set(numbers)) > 0


def test_a_job_has_the_last_word_over_the_machine_file(tmp_path):
    shipped = Path(postprocessors.__file__).parent / "machines" / "generic-linuxcnc-laser.toml"
    own = shipped.read_text().replace("[beam]", "[format]\nsubprograms = true\n\n[beam]", 1)
    (tmp_path / "own.toml").write_text(own)
    for wanted, told in (("", True), ("subprograms = false", False)):
        path = job(tmp_path, "own.toml", more=f"[output]\n{wanted}\n")
        assert prepare(path, Budget()).machine.format.subprograms is told


@pytest.mark.parametrize("machine", ["generic-grbl-laser", "ender-3-laser"])
def test_a_job_cannot_have_them_where_the_control_has_none(tmp_path, machine):
    with pytest.raises(CamError) as caught:
        prepare(job(tmp_path, machine, more="[output]\nsubprograms = true\n"), Budget())
    (found,) = caught.value.findings
    assert (found.code, found.where["key"]) == ("E333", "output.subprograms")
    assert found.where["line"] > 0
    assert "none that are known" in found.message


def test_subprograms_and_line_numbers_exclude_each_other():
    machine = _machine("haas", "mill")
    with pytest.raises(ValidationError, match="block numbers"):
        Machine.model_validate({**machine.model_dump(), "format": {"subprograms": True, "line_numbers": True}})


@pytest.mark.parametrize(("dialect", "word"), [("fanuc", "^O0?"), ("fagor", r"^\(SUB ")])
def test_programs_of_their_own_have_numbers_that_no_other_sheet_has(dialect, word):
    machine = wanting(_machine(dialect, "mill"))
    numbers = {
        name: re.findall(rf"{word}(\d{{3}})\b", postprocessors.write(program("mill", name), machine), re.M)[-2:]
        for name in ("a-7", "a-8")
    }
    assert numbers == {"a-7": ["701", "702"], "a-8": ["801", "802"]}
    plain = postprocessors.write(program("mill", "sheet-80"), _machine(dialect, "mill"))
    assert postprocessors.write(program("mill", "sheet-80"), machine) == plain


def test_repeats_are_found_by_their_moves_alone():
    moves = program("mill").moves
    found = repeats(moves, 0.001)
    assert [len(runs) for runs in found] == [3, 3]
    odd = [replace(m, feed=601.0) if isinstance(m, Line) and m.feed == 600.0 and m.x < 30 else m for m in moves]
    assert sorted(len(runs) for runs in repeats(odd, 0.001)) == [2, 3]
    assert repeats(program("mill", count=2).moves, 0.001) == ()


def test_no_program_has_more_subprograms_than_numbers():
    moves: list[Move] = []
    for k in range(2 * (MOST + 20)):
        moves += [Comment(f"piece {k}: p"), Rapid(20.0 * k, 0, 5), *milled(20.0 * k, 0, 3 + k // 2 * 0.01)]
    assert len(repeats(moves, 0.001)) == MOST


MAIN = "%\nO0001\nG21 G17 G90 G94 G54 G40 G49 G80\nG91 G28 Z0.\nG90\nT1 M6\nG43 H1 G0 Z5.\nM3 S9000\n{}\nM5\nM30\n{}%\n"
BODY = "O0101\nG91\nG1 X1. F100.\nG90\nM99\n"
OTHER = BODY.replace("101", "102")
FAULTS = {
    "called beside other words": (MAIN.format("G0 X1. M98 P101\nM98 P101", BODY), "E705"),
    "a program that is not in the text": (MAIN.format("M98 P102\nM98 P101", BODY), "E705"),
    "not in the text at all": (MAIN.format("M98 P102", ""), "E705"),
    "called from within another": (MAIN.format("M98 P101", BODY.replace("G91\n", "M98 P102\n") + OTHER), "E705"),
    "never called": (MAIN.format("M98 P101", BODY + OTHER), "E715"),
    "no end": (MAIN.format("M98 P101", BODY.replace("M99\n", "")), "E714"),
    "stands before the end": (MAIN.format(f"{BODY}M98 P101", ""), "E703"),
    "called millions of times": (MAIN.format("M98 P101 L9999\n" * 70, BODY), "E703"),
    "more often than a call may say": (MAIN.format("M98 P101 L12345", BODY), "E705"),
    "called not once": (MAIN.format("M98 P101\nM98 P101 L0", BODY), "E705"),
    "called in small letters": (MAIN.format("M98 P101\nm98 p101", BODY), "E703"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_wrong_with_subprograms_is_told(fault):
    text, code = FAULTS[fault]
    assert code in {finding.code for finding in read(text, _machine("fanuc", "mill")).findings}


SPOILT = {
    "okuma: not in the text": ("okuma", "\nO8102\n", "\nO8103\n", "E705"),
    "okuma: another name for the same number": ("okuma", "CALL O8102", "CALL O08102", "E705"),
    "okuma: no program may have this name": ("okuma", "\nO8102\n", "\nO8X02\n", "E703"),
    "okuma: called with values": ("okuma", "CALL O8101", "CALL O8101 PX1=5", "E705"),
    "okuma: not once": ("okuma", "CALL O8101", "CALL O8101 Q0", "E705"),
    "okuma: no space": ("okuma", "CALL O8101", "CALLO8101", "E703"),
    "okuma: small letters": ("okuma", "CALL O8101", "call O8101", "E703"),
    "okuma: nested": ("okuma", "O8101\nG91", "O8101\nCALL O8102\nG91", "E705"),
    "okuma: for each block": ("okuma", "CALL O8101", "MODIN O8101", "E705"),
    "okuma: no end": ("okuma", "G90\nRTS\nO8102", "G90\nO8102", "E705"),
    "okuma: no end of the last": ("okuma", "G90\nRTS\n", "G90\n", "E714"),
    "okuma: as FANUC says it": ("okuma", "CALL O8101", "M98 P8101", "E705"),
    "okuma: before the end": ("okuma", "\nM02\n", "\n", "E703"),
    "mazak: not in the text": ("mazak", "\nN102\n", "\nN103\n", "E705"),
    "mazak: a program elsewhere": ("mazak", "M98 Q101", "M98 P7 Q101", "E705"),
    "mazak: the whole program": ("mazak", "M98 Q101", "M98", "E705"),
    "mazak: number out of range": ("mazak", "M98 Q101", "M98 Q100101", "E705"),
    "mazak: nested": ("mazak", "N101\nG91", "N101\nM98 Q102\nG91", "E705"),
    "mazak: no end": ("mazak", "G90\nM99\n", "G90\n", "E714"),
    "mazak: goes on elsewhere": ("mazak", "G90\nM99\nN102", "G90\nM99 P7\nN102", "E705"),
    "mazak: as Haas says it": ("mazak", "M98 Q101", "M97 P101", "E705"),
    "mazak: before the end": ("mazak", "\nM30\n", "\n", "E705"),
    "centroid: not in the text": ("centroid", "\nO9102\n", "\nO9103\n", "E705"),
    "centroid: number out of range": ("centroid", "9102", "9099", "E703"),
    "centroid: called before it stands there": ("centroid", "O9101\n", "M98 P9102\nO9101\n", "E705"),
    "centroid: nested": ("centroid", "O9101\nG91", "O9101\nM98 P9102\nG91", "E705"),
    "centroid: no end": ("centroid", "G90\nM99\n", "G90\n", "E714"),
    "centroid: never called": ("centroid", "M98 P9102\n", "", "E715"),
    "centroid: twice the same": ("centroid", "\nO9102\n", "\nO9101\n", "E703"),
    "centroid: a file": ("centroid", "M98 P9101", 'M98 "O9101.cnc"', "E703"),
    "siemens: not in the text": ("siemens", "\nUP102:", "\nUP103:", "E705"),
    "siemens: no end": ("siemens", "END101:\n", "", "E705"),
    "siemens: the end of another": ("siemens", "UP101 TO END101", "UP101 TO END102", "E705"),
    "siemens: backwards": ("siemens", "UP101 TO END101", "END101 TO UP101", "E705"),
    "siemens: a label twice": ("siemens", "\nUP102:", "\nUP101:", "E705"),
    "siemens: a label that nothing uses": ("siemens", "\nM30\n", "\nM30\nUP103:\n", "E715"),
    "siemens: never called": ("siemens", "CALL BLOCK UP102 TO END102\n", "", "E715"),
    "siemens: nested": ("siemens", "UP102:\n", "UP102:\nCALL BLOCK UP101 TO END101\n", "E705"),
    "siemens: itself": ("siemens", "UP101:\n", "UP101:\nREPEAT UP101 END101\n", "E705"),
    "siemens: before the end": ("siemens", "\nM30\n", "\n", "E714"),
    "siemens: comes back early": ("siemens", "G90\nEND101", "G90\nM17\nEND101", "E705"),
    "siemens: comes back early by name": ("siemens", "G90\nEND101", "G90\nRET\nEND101", "E705"),
    "siemens: of another program": ("siemens", "CALL BLOCK", 'CALL "OTHER" BLOCK', "E705"),
    "siemens: another program": ("siemens", "CALL BLOCK UP101 TO END101", 'CALL "UP101"', "E705"),
    "siemens: beside other words": ("siemens", "CALL BLOCK UP101", "G0 X1 CALL BLOCK UP101", "E705"),
    "siemens: words beside a label": ("siemens", "UP101:\nG91", "UP101: G91", "E705"),
    "siemens: one block": ("siemens", "CALL BLOCK UP101 TO END101", "REPEATB UP101", "E705"),
    "siemens: up to ENDLABEL": ("siemens", "CALL BLOCK UP101 TO END101", "REPEAT UP101", "E705"),
    "siemens: its end is ENDLABEL": ("siemens", "END101", "ENDLABEL", "E705"),
    "siemens: not once": ("siemens", "CALL BLOCK UP101 TO END101", "REPEAT UP101 END101 P=0", "E705"),
    "siemens: by a variable": ("siemens", "CALL BLOCK UP101 TO END101", "REPEAT UP101 END101 P=R1", "E705"),
    "siemens: the call that repeats": (
        "siemens",
        "CALL BLOCK UP101 TO END101",
        "CALL BLOCK UP101 TO END101 P=2",
        "E705",
    ),
    "siemens: a jump": ("siemens", "CALL BLOCK UP101 TO END101", "GOTOF UP101", "E705"),
    "siemens: a jump back": ("siemens", "CALL BLOCK UP101 TO END101", "GOTOB UP101", "E705"),
    "siemens: a jump anywhere": ("siemens", "CALL BLOCK UP101 TO END101", "GOTO UP101", "E705"),
    "siemens: too short a label": ("siemens", "UP101", "U101", "E705"),
    "fagor: not in the text": ("fagor", "\n(SUB 702)", "\n(SUB 703)", "E703"),
    "fagor: no end": ("fagor", "(RET)\n(SUB 702)", "(SUB 702)", "E703"),
    "fagor: no end of the last": ("fagor", "(RET)\n", "", "E714"),
    "fagor: never called": ("fagor", "(CALL 702)\n", "", "E715"),
    "fagor: twice the same": ("fagor", "(SUB 702)", "(SUB 701)", "E703"),
    "fagor: nested": ("fagor", "(SUB 702)\n", "(SUB 702)\n(CALL 701)\n", "E703"),
    "fagor: before the end": ("fagor", "\nM30\n", "\n", "E703"),
    "fagor: beside other words": ("fagor", "(CALL 701)", "G0 X1 (CALL 701)", "E703"),
    "fagor: by a parameter": ("fagor", "(CALL 701)", "(CALL P1)", "E703"),
    "fagor: for each block": ("fagor", "(CALL 701)", "(MCALL 701)", "E703"),
    "fagor: with values": ("fagor", "(CALL 701)", "(PCALL 701, A1)", "E703"),
    "fagor: a repetition": ("fagor", "(CALL 701)", "(RPT N1,N2)", "E703"),
    "fagor: number out of range": ("fagor", "701", "10701", "E703"),
}
"""Which dialect, what is written in place of what, and what is told."""


@pytest.mark.parametrize("fault", SPOILT)
def test_a_spoilt_program_with_subprograms_is_refused(fault):
    dialect, old, new, code = SPOILT[fault]
    machine = wanting(_machine(dialect, "mill"))
    text = postprocessors.write(program("mill"), machine)
    assert motion(read(text, machine))
    assert old in text
    assert code in {finding.code for finding in read(text.replace(old, new), machine).findings}


@pytest.mark.parametrize(("dialect", "often"), [("okuma", "Q3"), ("mazak", "L3"), ("centroid", "L3")])
def test_a_call_that_repeats_is_so_many_calls(dialect, often):
    machine = wanting(_machine(dialect, "mill"))
    text = postprocessors.write(program("mill"), machine)
    call = re.search(r"^.*(CALL O|M98 [PQ])\d+$", text, re.M)[0]
    thrice = text.replace(call, f"{call} {often}", 1)
    assert motion(read(thrice, machine)) == motion(read(text.replace(call, "\n".join(3 * [call]), 1), machine))


def passed(middle: str, after: str = "") -> list[Move]:
    """What a SINUMERIK does with `middle` in the program and `after` behind its end."""
    head = "G710 G17 G90 G94 G54 G40\nG641 ADIS=0.01\nT1\nM6\nD1\nM3 S9000\nG0 X0 Y0 Z5\nF100\n"
    return motion(read(f"{head}{middle}M5\nM30\n{after}", _machine("siemens", "mill")))


@pytest.mark.parametrize(
    ("call", "often"),
    [
        ("REPEAT UP_A END_A", 1),
        ("N10 REPEAT UP_A END_A P=3", 3),
        ("repeat up_a end_a p = 2 ; again", 2),
        ("CALL BLOCK UP_A TO END_A", 1),
        ("REPEAT UP_A END_A P=2\nCALL BLOCK UP_A TO END_A", 3),
    ],
)
def test_sinumerik_repeats_what_it_passed_and_what_stands_after_the_end(call, often):
    lines = "G91\nG1 X1\nG90\n"
    part = f"N20 UP_A:\n{lines}END_A: ; done\n"
    assert passed(f"{part}{call}\n") == passed(lines * (often + 1))
    assert passed(f"{call}\n{part}") == passed(lines * (often + 1))
    assert passed(f"{call}\n", part) == passed(lines * often)


def test_sections_from_label_to_label_may_follow_one_another():
    part = "UP_A:\nG1 X1\nUP_B:\nG1 X2\nUP_C:\n"
    assert passed(f"{part}REPEAT UP_B UP_C\nREPEAT UP_A UP_B\n") == passed("G1 X1\nX2\nX2\nX1\n")
    machine = _machine("siemens", "mill")
    found = read(f"G710 G90\n{part}REPEAT UP_A UP_C\nM30\n", machine).findings
    assert {"E705", "E715"} <= {one.code for one in found}


def test_a_call_that_repeats_for_ever_is_refused_before_it_is_written_out():
    part = "UP_A:\n" + "G91 G1 X1\n" * 2000 + "END_A:\n"
    for calls in ("REPEAT UP_A END_A P=9999\n", "REPEAT UP_A END_A\n" * 600):
        found = read(f"{calls}M30\n{part}", _machine("siemens", "mill"))
        assert (found.moves, [one.code for one in found.findings]) == ((), ["E703", "E714"])


@pytest.mark.parametrize("dialect", [name for name in HAVE if machines.abilities(name).cycles])
def test_no_drilling_cycle_is_in_force_where_a_subprogram_is_called(dialect):
    """A hole over which the next piece begins: nothing moves in between."""
    machine = wanting(_machine(dialect, "mill"))
    made = program("mill")
    first = next(k for k, move in enumerate(made.moves) if isinstance(move, Comment) and "piece 1" in move.text)
    start = made.moves[first + 1]
    hole = DrillHole(start.x, start.y, 1.0, -2.0, 200.0, travel=start.z)
    short = replace(made, moves=(*made.moves[:first], start, hole, *made.moves[first:]))
    plain = replace(short, moves=(*made.moves[:first], start, *drilled(hole, 500.0), *made.moves[first:]))
    ways = [
        [move for move in motion(read(postprocessors.write(some, machine), machine)) if isinstance(move, Line | Arc)]
        for some in (short, plain)
    ]
    assert len(ways[0]) == len(ways[1])
    assert max(apart(a, b) for a, b in zip(*ways, strict=True)) <= 2.5 * machine.step


def test_numbers_of_subprograms_are_none_of_programs():
    for dialect, first in (("okuma", "O8101"), ("centroid", "O9101")):
        machine = wanting(_machine(dialect, "mill"))
        for name in ("sheet-101", "sheet-8101", "sheet-9101"):
            lines = postprocessors.write(program("mill", name), machine).splitlines()
            assert lines.index(first) > 0
            assert len(set(re.findall(r"^O\d+$", "\n".join(lines), re.M))) == 3


def test_a_call_may_repeat():
    machine = _machine("fanuc", "mill")
    assert motion(read(MAIN.format("M98 P101 L3", BODY), machine))[-3:][0] == Line(3.0, 0.0, 5.0, 100.0)


def test_each_form_that_is_written_is_read():
    assert FORMS.keys() == read_forms.FORMS.keys()
