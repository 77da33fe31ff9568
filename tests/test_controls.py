"""Each control's own rules: what its reader takes from a text, and what it refuses, where."""

from __future__ import annotations

import re

import pytest
from machines_for_proof import laser, mill
from posted import POSTED, posted

from camcore.findings import errors
from camcore.machine import Machine
from camcore.moves import Arc, Beam, Dwell, Line, Rapid
from camcore.verify import inspect
from camcore.verify.controls import READERS
from camcore.verify.reader import read

MILL = {dialect: mill(dialect) for dialect in READERS}
LASER = {dialect: laser(dialect) for dialect in ("marlin", "smoothieware")}
ISO = "G21 G17 G90 G94 G54\n"


def codes(text: str, machine: Machine) -> list[str]:
    return [finding.code for finding in read(text, machine).findings]


def dwells(text: str, machine: Machine) -> list[float]:
    return [each.move.seconds for each in read(text, machine).moves if isinstance(each.move, Dwell)]


# -- what each control means by the same words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dialect", "words", "seconds"),
    [
        ("grbl", "G4 P2", 2.0),
        ("mach3", "G4 P2", 2.0),
        ("mach4", "G4 P2", 0.002),
        ("mach4", "G4 P2.0", 2.0),
        ("haas", "G4 P2", 0.002),
        ("haas", "G4 P2.", 2.0),
        ("fanuc", "G4 P2000", 2.0),
        ("fanuc", "G4 X1.5", 1.5),
        ("mazak", "G4 P500", 0.5),
        ("masso", "G4 P500", 0.5),
        ("centroid", "G4 P0.5", 0.5),
        ("okuma", "G4 F0.5", 0.5),
        ("siemens", "G4 F0.5", 0.5),
        ("fagor", "G4 K50", 0.5),
        ("marlin", "G4 P500", 0.5),
        ("marlin", "G4 S2", 2.0),
        ("smoothieware", "G4 S2", 2.0),
    ],
)
def test_dwells_are_in_the_controls_own_unit(dialect: str, words: str, seconds: float) -> None:
    assert dwells(f"{words}\n", MILL[dialect]) == [seconds]


def test_a_dwells_word_is_no_feed_and_no_power() -> None:
    text = "G710 G90\nG1 X1 F100\nG4 F2\nX2\nM30\n"
    assert [each.move.feed for each in read(text, MILL["siemens"]).moves if isinstance(each.move, Line)] == [100, 100]
    text = "G21 G90\nG1 X1 F100 S0.5\nG4 S0.9\nG1 X2\nM2\n"
    moves = read(text, LASER["smoothieware"]).moves
    assert {each.power for each in moves if isinstance(each.move, Line)} == {0.0005}


@pytest.mark.parametrize(
    ("dialect", "text", "x"),
    [
        ("fanuc", "G20 G90\nG0 X1.\nM30\n", 25.4),
        ("siemens", "G700 G90\nG0 X1\nM30\n", 25.4),
        ("siemens", "G710 G90\nG0 X=1\nM30\n", 1.0),
        ("fagor", "G70 G90\nG0 X1\nM30\n", 25.4),
        ("fagor", "G71 G90\nG0 X1\nM30\n", 1.0),
        ("heidenhain", "0 BEGIN PGM A INCH\n1 L X+1 R0 FMAX\n2 M30\n3 END PGM A INCH\n", 25.4),
    ],
)
def test_units_are_the_controls_own(dialect: str, text: str, x: float) -> None:
    reading = read(text, MILL[dialect])
    assert not reading.findings
    assert [each.move.x for each in reading.moves if isinstance(each.move, Rapid)] == [x]


@pytest.mark.parametrize("words", ["G2 X10 Y0 I5 J0", "G2 X10 Y0 CR=5", "G2 X10 Y0 I=AC(5) J=AC(0)", "G2 X10 I=IC(5)"])
def test_siemens_says_arcs_in_four_ways(words: str) -> None:
    reading = read(f"G710 G90\nG1 X0 Y0 F100\n{words}\nM30\n", MILL["siemens"])
    (arc,) = [each.move for each in reading.moves if isinstance(each.move, Arc)]
    assert not reading.findings
    assert (arc.x, arc.y, arc.cx, arc.cy, arc.clockwise) == (10.0, 0.0, 5.0, 0.0, True)


def test_nothing_is_nothing_without_a_point_too() -> None:
    assert codes(ISO + "G0 X0 Y0 Z5.\nG1 X1. F100\nM30\n", MILL["fanuc"]) == []


@pytest.mark.parametrize(
    ("dialect", "words"),
    [("fanuc", "G91 G28 Z0.\nG90"), ("haas", "G53 G0 Z0."), ("mazak", "G0 G53 Z0."), ("centroid", "M25"),
     ("siemens", "G0 SUPA Z0 D0")],
)  # fmt: skip
def test_z_goes_up_to_its_reference(dialect: str, words: str) -> None:
    units = "G710" if dialect == "siemens" else "G21"
    point = "" if dialect == "siemens" else "."
    reading = read(f"{units} G90\nG0 X7{point} Z5{point}\n{words}\nM30\n", MILL[dialect])
    assert not reading.findings
    assert [each.move for each in reading.moves if isinstance(each.move, Rapid)][-1] == Rapid(7.0, 0.0, 60.0)


def test_the_smoothieboards_beam_is_dark_in_rapids_and_at_rest() -> None:
    text = "G21 G90\nG0 X1\nG1 X2 F600 S500\nG0 X3\nG4 S1\nG1 X4\nM2\n"
    seen = [(type(each.move).__name__, each.power) for each in read(text, LASER["smoothieware"]).moves]
    assert seen == [
        ("Rapid", 0.0), ("Beam", 0.5), ("Line", 0.5), ("Beam", 0.0), ("Rapid", 0.0), ("Dwell", 0.0), ("Beam", 0.5),
        ("Line", 0.5), ("Beam", 0.0), ("End", 0.0),
    ]  # fmt: skip


def test_marlins_beam_stays_on_until_it_is_switched_off() -> None:
    text = "G21\nG90\nM3 S500\nG1 X1 F600\nG0 X2\nM5\nM77\n"
    verdict = inspect(text, LASER["marlin"])
    assert "E731" in [finding.code for finding in verdict.findings]
    assert next(each.move for each in verdict.moves) == Beam(0.5)


LIKE_FANUC = ("fanuc", "haas", "mazak", "mach3", "mach4")
SAFE_LINE = "G0 G17 G21 G40 G49 G80 G90 G94 G54\n"


@pytest.mark.parametrize("dialect", LIKE_FANUC)
def test_cycles_may_be_cancelled_in_the_line_that_makes_everything_safe(dialect: str) -> None:
    for head in (SAFE_LINE, SAFE_LINE.replace("G0 ", "").replace("G80", "G80 G0"), SAFE_LINE.replace("G0 ", "G00")):
        found = read(f"{head}X10. Y5.\nM30\n", MILL[dialect])
        assert not errors(found.findings), found.findings
        assert found.moves[0].move == Rapid(10, 5, 0)
    held = f"{SAFE_LINE}G0 Z5.\nG98 G81 X1. Y1. Z-1. R1. F100.\nG0 G80 X9.\nX7.\nM30\n"
    assert [each.move for each in read(held, MILL[dialect]).moves[-3:-1]] == [Rapid(9, 1, 5), Rapid(7, 1, 5)]


@pytest.mark.parametrize("dialect", LIKE_FANUC)
@pytest.mark.parametrize("words", ["G80 G81 X1. Y1. Z-1. R1. F100.", "G80 G80", "G0 G80 G1 X1. F100.", "G0 G1"])
def test_only_one_motion_stands_beside_a_cancelled_cycle(dialect: str, words: str) -> None:
    assert "E706" in codes(f"{ISO}{words}\nM30\n", MILL[dialect])


@pytest.mark.parametrize("dialect", ["grbl", "linuxcnc", "centroid", "okuma", "masso"])
def test_elsewhere_a_cancelled_cycle_stands_without_a_motion(dialect: str) -> None:
    """RS-274/NGC has G80 in the group of motion; for the others no document at hand says otherwise."""
    assert "E706" in codes("G0 G80\nM30\n", MILL[dialect])


# -- what each control refuses ----------------------------------------------------------------------------------------

REFUSED = [
    ("grblhal", ISO + "G43 H1\nM30\n", "E705", 2),
    ("grblhal", ISO + "F100 G0 Z5\nG81 X1 Y1 Z-1 R1\nM30\n", "E716", 3),
    ("fluidnc", ISO + "T1 M6\nM30\n", "E705", 2),
    ("mach3", ISO + "G43 H1 G0 Z5\nG41 D1\nM30\n", "E705", 3),
    ("mach3", ISO + "F100 G1 X0 Y0\nG3 X10.0025 Y0 I5 J0\nM30\n", "E711", 3),
    ("mach4", ISO + "G4\nM30\n", "E708", 2),
    ("masso", ISO + "G98 G81 X1 Y1 Z-1 R1 F100\nM30\n", "E705", 2),
    ("masso", ISO + "g0 x1\nM30\n", "E703", 2),
    ("masso", ISO + "(" + "X" * 80 + ")\nM30\n", "E702", 2),
    ("fanuc", ISO + "G0 X10\nM30\n", "E718", 2),
    ("fanuc", ISO + "G0 X10.0005\nM30\n", "E712", 2),
    ("grblhal", ISO + "(careful! hot)\nM30\n", "E703", 2),
    ("fluidnc", ISO + "; go on ~\nM30\n", "E703", 2),
    ("fanuc", ISO + "G4 P0.5\nM30\n", "E712", 2),
    ("mazak", ISO + "G98 G82 X1. Y1. Z-1. R1. P500. F100.\nM30\n", "E712", 2),
    ("fanuc", ISO + "G4 X2\nM30\n", "E718", 2),
    ("siemens", "G710 G90\nT1\nM6\nD2\nM30\n", "E713", 4),
    ("smoothieware", "G21 G90\nG1 X1 F600\nG2 X3 R1\nM2\n", "E704", 3),
    ("smoothieware", "G21 G90\nG0 X1 F600\nM2\n", "E709", 2),
    ("haas", ISO + "N101 M5\nM97 P101\nM30\nN101\nG0 Z5.\nM99\n", "E703", 2),
    ("mazak", ISO + "M98 Q101\nM30\nN0101\nG0 Z5.\nN101 M5\nM99\n", "E703", 6),
    ("haas", "G20 G90\nG0 X1.00005\nM30\n", "E712", 2),
    ("fanuc", ISO + "G28 X0. Y0.\nM30\n", "E705", 2),
    ("fanuc", ISO + "G28 Z0.\nM30\n", "E705", 2),
    ("fanuc", ISO + "G0 X1. ; end\nM30\n", "E703", 2),
    ("fanuc", ISO + "M98 P1000\nM30\n", "E705", 2),
    ("fanuc", "O1234\nO1235\n" + ISO + "M30\n", "E703", 2),
    ("fanuc", ISO + "T1 M6\nG43 H2 G0 Z5.\nM30\n", "E713", 3),
    ("haas", ISO + "G1 X1. F100.\nG53 G1 Z0.\nM30\n", "E705", 3),
    ("haas", ISO + "G53 G0 X0. Z0.\nM30\n", "E705", 2),
    ("mazak", ISO + "G54.1 P1\nM30\n", "E705", 2),
    ("centroid", ISO + "M25 Z5.\nM30\n", "E709", 2),
    ("okuma", "G21 G17 G90 G94\nG54\nM02\n", "E705", 2),
    ("okuma", "G21 G17 G90 G94\nG15\nM02\n", "E708", 2),
    ("okuma", "G21 G17 G90 G94\nT1 M6\nG56 H2\nM02\n", "E713", 3),
    ("okuma", "G21 G17 G90 G94\nCALL O100\nM02\n", "E703", 2),
    ("siemens", "G71 G90\nM30\n", "E705", 1),
    ("siemens", "G710 G90\nCIP X1 Y1\nM30\n", "E705", 2),
    ("siemens", "G710 G90\nG1 X0 F1\nG2 X1 R5\nM30\n", "E704", 3),
    ("siemens", "G710 G90\nG1 X0 F1\nG2 X1 CR=(5)\nM30\n", "E703", 3),
    ("siemens", "G710 G90\nT=\"MILL\"\nM30\n", "E703", 2),
    ("siemens", "G710 G90\nMCALL CYCLE81(1)\nM30\n", "E708", 2),
    ("siemens", "G710 G90\nG0 SUPA X0 Z0\nM30\n", "E705", 2),
    ("fagor", "G71 G90\nT1 D2\nM30\n", "E713", 2),
    ("fagor", "G71 G90\nG83 Z2 I-5\nM30\n", "E705", 2),
    ("marlin", "G21 G90\nM77\n", "E706", 1),
    ("marlin", "G21\nG90\nG1 F100 X1\nX2\nM77\n", "E709", 4),
    ("marlin", "G21\nG90\nG91.1\nM77\n", "E705", 3),
    ("marlin", "G21\nG90\nS0\nM77\n", "E709", 3),
    ("marlin", "G21\nG90\nM30\n", "E705", 3),
    ("marlin", "G21\nG90\nT1\nM77\n", "E704", 3),
    ("smoothieware", "G21 G90\nG91.1\nM2\n", "E705", 2),
    ("smoothieware", "G21 G90\nM30\nM2\n", "E705", 2),
    ("smoothieware", "G21 G90\nG4 P500\nM2\n", "E708", 2),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "text", "code", "line"), REFUSED)
def test_what_a_control_refuses_is_found_at_its_line(dialect: str, text: str, code: str, line: int) -> None:
    found = [(finding.code, finding.where["line"]) for finding in read(text, MILL[dialect]).findings]
    assert (code, line) in found, found


def test_every_control_refuses_something() -> None:
    own_tests = {"grbl", "linuxcnc", "heidenhain"}
    assert {dialect for dialect, *_ in REFUSED} == set(READERS) - own_tests


@pytest.mark.parametrize(("dialect", "process"), POSTED)
def test_a_program_cut_off_has_no_end(dialect: str, process: str) -> None:
    proof = posted(dialect, process)
    half = "\n".join(proof.text.splitlines()[: proof.text.count("\n") // 2]) + "\n"
    assert "E714" in codes(half, proof.machine)


@pytest.mark.parametrize(("dialect", "process"), POSTED)
def test_a_codes_meaning_is_asked_for_and_not_guessed(dialect: str, process: str) -> None:
    """A code that no control has, put into a right program, is refused."""
    proof = posted(dialect, process)
    lines = proof.text.splitlines()
    lines.insert(len(lines) // 2, "999 L M777" if dialect == "heidenhain" else "M777")
    assert "E705" in [finding.code for finding in errors(read("\n".join(lines) + "\n", proof.machine).findings)]


@pytest.mark.parametrize("dialect", [dialect for dialect, process in POSTED if process == "mill"])
def test_a_spindle_that_turns_at_the_tool_change_is_found(dialect: str) -> None:
    """LinuxCNC's M6 stops it; elsewhere that is up to each machine, and M5 has to stand there."""
    proof = posted(dialect, "mill")
    started = proof.text.index("M3")
    rest = re.sub(r"^(\d+ )?M5$", r"\1M9", proof.text[started:], count=1, flags=re.MULTILINE)
    text = proof.text[:started] + rest
    assert text != proof.text
    found = [finding.code for finding in inspect(text, proof.machine).findings]
    assert ("E740" in found) == (dialect != "linuxcnc")


@pytest.mark.parametrize("dialect", ["haas", "siemens", "heidenhain", "fagor"])
def test_a_control_that_rounds_corners_has_to_be_told_how_far(dialect: str) -> None:
    proof = posted(dialect, "mill")
    bounds = re.compile(r"G187.*|G641.*|\d+ CYCL DEF 32\.1 .*|(?<=G80) G50")
    text = bounds.sub("", proof.text)
    assert text != proof.text
    found = [finding for finding in inspect(text, proof.machine).findings if finding.code == "E741"]
    assert found
    assert READERS[dialect].bound in found[0].advice
