"""What repeats, said once and called: the same moves as the plain text, in every dialect that has subprograms."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from called import milled, motion, program, wanting
from jobs import job
from posted import BEAMS, SPINDLES, _machine
from pydantic import ValidationError
from rs274 import difference, interpret, needs_rs274, ours

import postprocessors
from camcore import machine as machines
from camcore.findings import CamError
from camcore.machine import Machine
from camcore.moves import Arc, Comment, DrillHole, Line, Move, Rapid
from camcore.program.pen import drilled
from camcore.program.repeats import MOST, repeats
from camcore.ready import Budget, prepare
from camcore.run import run
from camcore.verify import subprograms as read_forms
from camcore.verify.reader import read
from postprocessors.subprograms import FORMS

HAVE = [name for name in machines.dialects() if machines.abilities(name).text.subprogram]
PAIRS = [(name, "mill") for name in HAVE if name in SPINDLES] + [(name, "laser") for name in HAVE if name in BEAMS]


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


def test_each_form_that_is_written_is_read():
    assert FORMS.keys() == read_forms.FORMS.keys()
