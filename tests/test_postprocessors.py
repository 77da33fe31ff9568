import math
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import inches, text_of

import postprocessors
from camcore import machine as machines
from camcore.findings import CamError
from camcore.machine import Machine
from camcore.moves import Arc, Comment, DrillHole, End, Line, Rapid
from camcore.program import Program, build
from camcore.program.track import expanded
from camcore.verify.reader import read
from postprocessors import DIALECTS
from postprocessors.dialect import decimal

LASER = machines.load("generic-grbl-laser")
ROUTER = machines.load("generic-grbl-router")
MILL = machines.load("generic-linuxcnc-mill")
LINUX_LASER = machines.load("generic-linuxcnc-laser")
ALL = [machines.load(name) for name in machines.shipped()]
ARC_LIMITS = {
    **dict.fromkeys(("grbl", "grblhal", "fluidnc"), (0.005, 0.001)),
    **dict.fromkeys(("mach4", "masso", "marlin", "smoothieware", "centroid"), (0.005, 0.0)),
    **dict.fromkeys(("fanuc", "haas", "mazak", "okuma", "fagor"), (0.01, 0.0)),
    "linuxcnc": (2 * 0.01 * math.sqrt(2), 0.001),
    "mach3": (0.002, 0.0),
    "siemens": (0.01, 0.001),
    "heidenhain": (0.016, 0.0),
}
"""How far an arc's two radii may differ, mm and share of the radius: stated here once more, from the controls."""
WORDY = [machine for machine in ALL if machine.dialect != "heidenhain"]
"""Machines whose programs are words of RS-274."""


@dataclass
class Step:
    """One motion as the text says it, mm: where from and to; an arc's centre; its feed and spindle words."""

    motion: str
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    centre: tuple[float, float]
    feed: float


def steps(text: str) -> Iterator[Step]:
    """Motions of a text without cycles, read the plainest way."""
    unit = 25.4 if re.search(r"\bG(20|70|700)\b", text) else 1.0
    held = {"X": 0.0, "Y": 0.0, "Z": 0.0, "F": 0.0}
    motion = ""
    for line in text.splitlines():
        if re.match(r"G4 |G53 |G91 |G0 SUPA|[;%O]", line):
            continue
        words = re.findall(r"([A-Z])(-?[\d.]+)", re.sub(r"\(.*?\)", "", line))
        motion = next((f"G{v}" for letter, v in words if letter == "G" and v in ("0", "1", "2", "3")), motion)
        before = tuple(held[axis] * unit for axis in "XYZ")
        said = {letter: float(value) for letter, value in words if letter in "XYZIJF"}
        held.update({letter: value for letter, value in said.items() if letter in held})
        if said.keys() & set("XYZ"):
            centre = (before[0] + said.get("I", 0.0) * unit, before[1] + said.get("J", 0.0) * unit)
            after = tuple(held[axis] * unit for axis in "XYZ")
            yield Step(motion, before, after, centre, held["F"] * unit)  # type: ignore[arg-type]


# -- all dialects -----------------------------------------------------------------------------------------------------


def test_each_dialect_has_a_class() -> None:
    assert {machines.abilities(name).words for name in machines.dialects()} == set(DIALECTS)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)
def test_same_program_same_bytes(machine: Machine) -> None:
    program = build(plans.plan_for(machine), machine)
    assert postprocessors.write(program, machine) == postprocessors.write(program, machine)


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)
def test_a_program_ends_with_everything_off(machine: Machine) -> None:
    words = postprocessors.write(build(plans.plan_for(machine), machine), machine).split()
    on, off = machine.abilities.text.air
    codes = ("M3", "M4", "M5", on, off)
    last = {code: len(words) - words[::-1].index(code) for code in codes if code in words}
    assert last["M5"] > max(last.get("M3", 0), last.get("M4", 0))
    assert last.get(off, 1) > last.get(on, 0)
    tail = ["%"] if machine.abilities.text.percent else words[-5:] if machine.dialect == "heidenhain" else []
    assert words[len(words) - len(tail) - 1] == machine.abilities.text.last
    assert words[len(words) - len(tail) :] == tail


_WORDS = r"[A-Z]-?\d+(\.\d*[1-9]|\.)?( [A-Z]-?\d+(\.\d*[1-9]|\.)?)*"
_LINE = {
    ("(", ")"): rf"%|O\d+|\([^()]*\)|{_WORDS}",
    ("; ", ""): rf"%[A-Z0-9-]+,MX--,|; .*|G641 ADIS=\S+|G0 SUPA Z0 D0|MCALL( CYCLE8[12]\([-\d.,]*\))?|{_WORDS}",
}


def check_text(text: str, machine: Machine) -> None:
    """Rules that every text keeps, as its control states them."""
    limit, style = machine.abilities.line_length, machine.abilities.text
    tolerance, share = ARC_LIMITS[machine.dialect]
    assert text.isascii()
    assert text.endswith("\n")
    for line in text.splitlines():
        assert len(line) <= limit
        assert "-0 " not in f"{line} "
        assert re.fullmatch(_LINE[style.comment], line), line
        assert not style.upper or line == line.upper()
        if style.point and line[0] in "GXYZ" and not line.startswith("G4 "):
            assert all("." in number for number in re.findall(r"[XYZIJRQF](-?[\d.]+)", line))
    for step in steps(text):
        if step.motion in ("G2", "G3"):
            first, second = math.dist(step.centre, step.start[:2]), math.dist(step.centre, step.end[:2])
            assert abs(first - second) <= max(tolerance, share * first)
            assert step.start[:2] != step.end[:2]


@given(st.data(), st.sampled_from([*WORDY, *map(inches, WORDY)]))
def test_texts_keep_the_rules_of_their_control(data: st.DataObject, machine: Machine) -> None:
    program = build(data.draw(plans.plans_for(machine)), machine)
    check_text(postprocessors.write(program, machine), machine)


@given(st.data(), st.sampled_from([LASER, ROUTER, LINUX_LASER, inches(ROUTER)]))
def test_texts_say_the_program_to_half_a_step(data: st.DataObject, machine: Machine) -> None:
    program = build(data.draw(plans.plans_for(machine)), machine)
    text = postprocessors.write(program, machine)
    read = [step for step in steps(text) if step.motion != "G0"]
    meant = [move for move in program.moves if isinstance(move, Line | Arc)]
    at = iter(read)
    step = next(at, None)
    for move in meant:
        if step is None or math.dist(step.end, (move.x, move.y, move.z)) > machine.step:
            assert not isinstance(move, Arc)
            continue
        assert step.motion == ("G1" if isinstance(move, Line) else "G2" if move.clockwise else "G3")
        assert step.feed == pytest.approx(move.feed, abs=50 * machine.step + 1e-6)
        if isinstance(move, Arc):
            assert math.dist(step.centre, (move.cx, move.cy)) <= machine.step
        step = next(at, None)
    assert step is None


@given(st.integers(-(10**7), 10**7), st.integers(0, 6), st.booleans())
def test_decimals_are_exact_and_short(value: int, places: int, point: bool) -> None:
    text = decimal(value, places, point)
    assert float(text) == pytest.approx(value / 10**places, rel=1e-12)
    assert text != "-0"
    assert not re.search(r"\.\d*0$", text)
    assert point == ("." in text) or (not point and value % 10**places != 0)


@pytest.mark.parametrize(
    ("said", "lines"),
    [
        ("plain words", ["(plain words)"]),
        ("a (nested) comment; G0", ["(a  nested  comment  G0)"]),
        ("Fräser Ø 3 × 2", ["(Fraser  3 x 2)"]),
        ("feed hold ! status ? resume ~", ["(feed hold   status   resume)"]),
        ("print,x", ["(print x)"]),
        ("two\nlines", ["(two lines)"]),
    ],
)
def test_comments_hold_nothing_that_a_control_acts_on(said: str, lines: list[str]) -> None:
    assert text_of(MILL, Comment(said)) == lines


@given(st.text(min_size=1, max_size=300))
def test_any_words_become_comments(words: str) -> None:
    for line in text_of(LASER, Comment(words)):
        assert re.fullmatch(r"\([^()]*\)", line)
        assert len(line) <= 79


@pytest.mark.parametrize("machine", ALL, ids=lambda machine: machine.name)
def test_an_odd_name_of_a_program_harms_nothing(machine: Machine) -> None:
    """An odd name, with what controls act on."""
    text = postprocessors.write(Program("Bügel (2) %; G0 Z-5,x", "m", "s", (End(),)), machine)
    reading = read(text, machine)
    assert [finding.code for finding in reading.findings] == []
    top = Rapid(0.0, 0.0, machine.work_area.z[1])
    assert all(each.move == top for each in reading.moves if isinstance(each.move, Rapid | Line | Arc))


def test_only_what_changes_is_said() -> None:
    lines = text_of(
        LASER, Rapid(1, 2, 0), Line(3, 2, 0, 600), Line(3, 5, 0, 600), Line(4, 5, 0, 500), Line(4, 5, 0, 400)
    )
    assert lines == ["G0 X1 Y2", "G1 X3 F600", "Y5", "X4 F500"]


def test_an_arc_says_both_ends_and_a_centre_from_the_rounded_start() -> None:
    assert text_of(LASER, Rapid(0.0004, 0, 0), Arc(2.0004, 0, 0, 1.0004, 0, False, 600)) == [
        "G0 X0 Y0",
        "G3 X2 Y0 I1 J0 F600",
    ]


def test_a_full_turn_is_said() -> None:
    lines = text_of(LASER, Rapid(2, 0, 0), Arc(2, 0, 0, 1, 0, True, 600))
    assert lines == ["G0 X2 Y0", "G2 X2 Y0 I-1 J0 F600"]


def test_from_an_unknown_place_the_tool_goes_up_first() -> None:
    assert text_of(ROUTER, Rapid(10, 20, 25), Rapid(10, 20, 5)) == ["G0 Z25", "X10 Y20", "Z5"]


def test_inches_have_five_decimals_and_their_feed_three() -> None:
    lines = text_of(inches(LASER), Rapid(25.4, 12.7001, 0), Line(0.1, 0, 0, 1000))
    assert lines == ["G0 X1 Y0.5", "G1 X0.00394 Y0 F39.37"]


def test_blocks_are_numbered_when_the_machine_wants_it() -> None:
    machine = MILL.model_copy(update={"format": MILL.format.model_copy(update={"line_numbers": True})})
    lines = postprocessors.write(build(plans.mill_plan(), machine), machine).splitlines()
    assert lines[0] == lines[-1] == "%"
    assert [line.split()[0] for line in lines[1:-1]] == [f"N{number}" for number in range(2, len(lines))]


def test_the_machine_adds_its_own_lines() -> None:
    machine = LASER.model_copy(update={"preamble": ("M7",), "postamble": ("G0 X0 Y0",)})
    lines = postprocessors.write(Program("p", "m", "s", (End(),)), machine).splitlines()
    assert lines == ["(p for m)", "G21 G17 G90 G94 G54", "M5 M9", "M7", "G0 X0 Y0", "M30"]


# -- what cannot be said ----------------------------------------------------------------------------------------------


def test_an_arc_out_of_round_is_refused_with_its_place() -> None:
    with pytest.raises(CamError) as caught:
        text_of(LASER, Rapid(0, 0, 0), Arc(2.2, 0, 0, 1, 0, False, 600))
    (finding,) = caught.value.findings
    assert finding.code == "E606"
    assert finding.where["x"] == 2.2


def test_an_arc_that_starts_nowhere_is_refused() -> None:
    with pytest.raises(CamError) as caught:
        text_of(LASER, Arc(2, 0, 0, 1, 0, False, 600))
    assert caught.value.findings[0].code == "E606"


def test_a_line_too_long_is_refused() -> None:
    machine = LASER.model_copy(update={"preamble": ("X" * 100,)})
    with pytest.raises(CamError) as caught:
        postprocessors.write(Program("p", "m", "s", ()), machine)
    assert caught.value.findings[0].code == "E607"


# -- the second witness -----------------------------------------------------------------------------------------------


@given(st.data(), st.sampled_from([*ALL, *map(inches, ALL)]))
def test_the_reader_finds_what_the_program_meant(data: st.DataObject, machine: Machine) -> None:
    program = build(data.draw(plans.plans_for(machine)), machine)
    reading = read(postprocessors.write(program, machine), machine)
    assert not reading.findings
    near = machine.step * (4 if machine.dialect == "heidenhain" else 1)  # its helices end where their radius leads
    ends = [(r.move.x, r.move.y, r.move.z) for r in reading.moves if isinstance(r.move, Line | Arc)]
    meant = [(m.x, m.y, m.z) for m in expanded(program.moves, machine) if isinstance(m, Line | Arc)]
    if not any(isinstance(move, DrillHole) and move.peck for move in program.moves):
        assert all(min(math.dist(end, place) for place in meant) <= near for end in ends)
        assert sum(isinstance(r.move, Arc) for r in reading.moves) == sum(isinstance(m, Arc) for m in program.moves)
    assert reading.moves[-1].power == reading.moves[-1].rpm == 0.0


# -- lightness --------------------------------------------------------------------------------------------------------


def test_posting_imports_no_numba() -> None:
    code = "import sys, postprocessors; sys.exit('numba' in sys.modules or 'ezdxf' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
