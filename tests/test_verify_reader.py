"""The reader: what it takes from a text, what it refuses and where, and that no text brings it down."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from machines_for_proof import GRBL_LASER, GRBL_MILL, LINUXCNC_LASER, LINUXCNC_MILL, mill
from posted import POSTED, posted
from proof_cases import PROOFS

from camcore.findings import CamError
from camcore.machine import Machine
from camcore.moves import Air, Arc, Beam, Dwell, End, Line, Rapid, Spindle, ToolChange
from camcore.verify import inspect, read_program
from camcore.verify.controls import READERS
from camcore.verify.reader import read

CASES = [*PROOFS.values(), *(posted(dialect, process) for dialect, process in POSTED)]
MACHINES = [case.machine for case in CASES]


def codes(text: str, machine: Machine) -> list[tuple[str, int]]:
    return [(finding.code, finding.where["line"]) for finding in read(text, machine).findings]


def test_a_program_becomes_moves() -> None:
    text = "G21 G90\nM3 S500 ; on\nG1 X10 F600\nG2 X20 Y0 I5 J0 (half)\nM8\nG4 P0.5\nM5 M9\nG0 X0\nM2\n"
    moves = read_program(text, GRBL_LASER)
    assert [read.move for read in moves] == [
        Beam(0.5), Line(10, 0, 0, 600), Arc(20, 0, 0, 15, 0, True, 600), Air(True), Dwell(0.5), Beam(0.0), Air(False),
        Rapid(0, 0, 0), End(),
    ]  # fmt: skip
    assert [read.line for read in moves] == [2, 3, 4, 5, 6, 7, 7, 8, 9]
    assert [read.power for read in moves] == [0.5, 0.5, 0.5, 0.5, 0.5, 0.0, 0.0, 0.0, 0.0]
    assert (moves[2].x0, moves[2].y0) == (10.0, 0.0)


def test_inches_and_increments() -> None:
    moves = read_program("G20 G90\nG0 X1\nG91 G1 X1 Y-1 F10\nG90 Y0\nM2\n", GRBL_LASER)
    assert [read.move for read in moves[:3]] == [Rapid(25.4, 0, 0), Line(50.8, -25.4, 0, 254), Line(50.8, 0, 0, 254)]


@pytest.mark.parametrize(
    ("words", "blend"),
    [
        ("", float("inf")),
        ("G64", float("inf")),
        ("G64 P0.01", 0.01),
        ("G64 P0.01 Q0.2", 0.2),
        ("G64 P0.01\nG61", 0.0),
        ("G61.1", 0.0),
    ],
)
def test_path_blending_holds_from_block_to_block(words: str, blend: float) -> None:
    moves = read_program(f"G21 G90 {words}\nG0 X1\nG1 X2 F100\nM2\n", LINUXCNC_MILL)
    assert {read.blend for read in moves} == {blend}


def test_blending_is_in_the_units_of_the_program_and_grbl_does_none() -> None:
    assert read_program("G20 G90 G64 P0.001\nG0 X1\nM2\n", LINUXCNC_MILL)[0].blend == pytest.approx(0.0254)
    assert read_program("G21 G90\nG0 X1\nM2\n", GRBL_MILL)[0].blend == 0.0


def test_a_mill_has_a_spindle_and_tools() -> None:
    text = "G21 G90\nG0 Z20\nT1 M6\nG43 H1\nM3 S9000\nG0 X1\nM5\nM2\n"
    moves = read_program(text, LINUXCNC_MILL)
    assert [read.move for read in moves] == [
        Rapid(0, 0, 20), ToolChange(1, 0.0), Spindle(9000), Rapid(1, 0, 20), Spindle(0), End()
    ]  # fmt: skip
    assert [read.length for read in moves] == [None, None, 1, 1, 1, 1]


def test_synchronised_outputs_wait_for_motion() -> None:
    text = "G21 G90\nM3 S1000\nM65 P0\nG0 X1\nM62 P0\nG4 P1\nG1 X2 F100\nM63 P0\nG0 X3\nM64 P0\nG4 P1\nM5\nM2\n"
    moves = read_program(text, LINUXCNC_LASER)
    seen = [(type(read.move).__name__, read.power) for read in moves if not isinstance(read.move, Beam)]
    assert seen == [("Rapid", 0.0), ("Dwell", 0.0), ("Line", 1.0), ("Rapid", 0.0), ("Dwell", 1.0), ("End", 0.0)]


def test_a_synchronised_value_sets_the_power() -> None:
    moves = read_program("G21 G90\nM67 E0 Q250\nM3 S1\nG1 X1 F100\nM67 E0 Q500\nX2\nM5\nM2\n", LINUXCNC_LASER)
    assert [read.power for read in moves if isinstance(read.move, Line)] == [0.25, 0.5]


def test_a_length_called_without_a_tool_change_is_the_tools() -> None:
    moves = read_program("G21 G90\nG43 H2\nG0 Z20\nM2\n", LINUXCNC_MILL)
    assert (moves[0].tool, moves[0].length) == (2, 2)


def test_a_bad_block_changes_nothing_and_all_are_told() -> None:
    text = "G21 G90\nG1 X10 F100\nG1 X20 X30\nG99\nG1 Y5\nM2\n"
    reading = read(text, GRBL_LASER)
    assert codes(text, GRBL_LASER) == [("E707", 3), ("E705", 4)]
    assert [read.move for read in reading.moves[:2]] == [Line(10, 0, 0, 100), Line(10, 5, 0, 100)]
    with pytest.raises(CamError) as caught:
        read_program(text, GRBL_LASER)
    assert len(caught.value.findings) == 2


def test_percent_signs_bound_the_program() -> None:
    assert codes("%\nG21 G90\nM2\n%\n", LINUXCNC_MILL) == []
    assert codes("G21\n%\nG90\nM2\n%\n", LINUXCNC_MILL) == [("E715", 1)]
    assert ("E703", 1) in codes("%\nG21 G90\nM2\n%\n", GRBL_LASER)


@pytest.mark.parametrize(
    ("machine", "off", "refused"),
    [
        (GRBL_LASER, 0.004, False),
        (GRBL_LASER, 0.006, True),
        (LINUXCNC_LASER, 0.027, False),
        (LINUXCNC_LASER, 0.030, True),
    ],
)
def test_arcs_have_the_controls_own_tolerance(machine: Machine, off: float, refused: bool) -> None:
    text = f"G21 G90\nG3 X{10 + off:.4f} Y0 I5 J0 F100\nM2\n"
    assert (codes(text, machine) == [("E711", 2)]) == refused


def test_large_arcs_may_be_off_by_a_thousandth() -> None:
    assert codes("G21 G90\nG3 X200.09 Y0 I100 J0 F100\nM2\n", GRBL_LASER) == []
    assert codes("G21 G90\nG3 X200.3 Y0 I100 J0 F100\nM2\n", GRBL_LASER) == [("E711", 2)]


def test_a_tiny_arc_is_not_a_full_turn() -> None:
    assert codes("G21 G90\nG3 X0 Y-0.0001 I-500 J0 F100\nM2\n", GRBL_LASER) == [("E711", 2)]


@pytest.mark.parametrize("dialect", READERS)
def test_every_code_stands_in_one_table_only(dialect: str) -> None:
    control = READERS[dialect]
    assert not set(control.groups) & set(control.refused)
    assert set("GM").isdisjoint(control.letters)


def test_a_dialect_without_a_reader_is_a_finding() -> None:
    other = GRBL_LASER.model_copy(update={"dialect": "klingon"})
    assert [finding.code for finding in read("M2\n", other).findings] == ["E701"]


def test_long_and_empty_texts() -> None:
    assert [finding.code for finding in read("", GRBL_LASER).findings] == ["E701"]
    assert [finding.code for finding in read(" \n\n", GRBL_LASER).findings] == ["E701"]
    assert [finding.code for finding in read("\r" * 10 + "M2", GRBL_LASER).findings] == ["E701"]
    assert codes("G21 G90\r\nG0 X1\r\nM2\r\n", GRBL_LASER) == []
    assert len(read("G5\n" * 1000, GRBL_LASER).findings) == 50


def test_a_cycle_cannot_make_endless_pecks() -> None:
    assert ("E712", 2) in codes("G21 G90\nG98 G83 X0 Y0 Z-900 R1 Q0.00001 F50\nM2\n", LINUXCNC_MILL)


WORDS = st.builds(
    lambda letter, number, gap: f"{letter}{gap}{number}",
    st.sampled_from("GMXYZIJKRFSTPQHLNEOD"),
    st.one_of(
        st.integers(-3, 100).map(str),
        st.floats(-1e9, 1e9).map(str),
        st.sampled_from(["", "-", ".", "1.", "+.5", "1e5"]),
    ),
    st.sampled_from(["", " ", "  "]),
)
NOISE = st.sampled_from(
    [
        "L",
        "CC",
        "CP IPA+9",
        "SUPA",
        "CR=3",
        "I=AC(4)",
        "TOOL CALL 1 Z",
        "(",
        ")",
        ";",
        "%",
        "/",
        "#1=2",
        "[1+2]",
        "o100 sub",
        "$H",
        "\t",
        "é",
        "\x00",
        "\r",
    ]
)
LINES = st.lists(st.one_of(WORDS, WORDS, WORDS, NOISE), max_size=8).map(" ".join)
TEXTS = st.one_of(st.text(max_size=80), st.lists(LINES, max_size=25).map("\n".join))


@given(TEXTS, st.sampled_from(MACHINES))
def test_no_text_brings_the_reader_down(text: str, machine: Machine) -> None:
    verdict = inspect(f"G21 G90 F100\n{text}", machine)
    assert verdict.text.endswith(text)
    for finding in verdict.findings:
        assert finding.message


@given(st.data())
def test_no_damage_to_a_program_brings_the_proof_down(data: st.DataObject) -> None:
    proof = data.draw(st.sampled_from(CASES))
    text = proof.text
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = (
            text[:at]
            + data.draw(st.text("GMXYZLC0123456789.+- =\n(;%", max_size=3))
            + text[at + data.draw(st.integers(0, 4)) :]
        )
    inspect(text, proof.machine, proof.task)


def test_the_proof_needs_no_numba() -> None:
    code = "import sys, camcore.verify, camcore.formats.task, camcore.formats.verify; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_is_missing_at_the_start_is_told_once() -> None:
    findings = read("G1 X1 F100\nG1 X2 F100\nG1 X3 F100\nM2\n", LINUXCNC_MILL).findings
    assert [finding.code for finding in findings] == ["E716"]


def test_loops_are_refused_as_what_they_are() -> None:
    (finding,) = read("G21 G90\no100 while [#1 lt 2]\nM2\n", LINUXCNC_MILL).findings[:1]
    assert (finding.code, "a loop" in finding.message) == ("E703", True)


# -- programs of others -----------------------------------------------------------------------------------------------


def test_a_mark_at_the_end_alone_ends_the_program() -> None:
    reading = read("G21 G90\nG0 Z20\nM2\n%\n", LINUXCNC_MILL)
    assert (len(reading.moves), reading.findings) == (2, ())
    assert [finding.code for finding in read("G21 G90\n%\nG0 Z20\nM2\n", LINUXCNC_MILL).findings][-1:] == ["E715"]


def test_without_a_distance_mode_it_is_read_on_and_refused() -> None:
    reading = read("G21\nG0 Z5\nG1 X3 F100\nG3 X5 Y2 J2 F200\nM2\n", LINUXCNC_MILL)
    assert [(finding.code, finding.where["line"]) for finding in reading.findings] == [("E716", 2)]
    assert len(reading.moves) == 4


def test_without_units_nothing_else_is_blamed() -> None:
    found = read("G90\nG0 X1\nY2\nG1 X3 F100\nX5\nM2\n", LINUXCNC_MILL).findings
    assert [finding.code for finding in found] == ["E716"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\ufeffG21 G90\nM2\n", "byte order mark"),
        ("\xef\xbb\xbfG21 G90\nM2\n", "byte order mark"),
        ("G21 G90\rG0 X1\rM2\r", "CR alone"),
        ("G21 G90\nG0 X#1\nM2\n", "is a parameter"),
        ("G21 G90\nG0 X[1+2]\nM2\n", "is an expression"),
    ],
)
def test_what_editors_and_macros_leave_is_named(text: str, words: str) -> None:
    assert words in read(text, LINUXCNC_MILL).findings[0].message


def test_comments_do_not_count_in_grbls_lines() -> None:
    long = "(G-CODE GENERATED BY ANOTHER PROGRAM, WITH ITS VERSION, ITS DATE AND ITS ADDRESS, 2020/11/7)"
    assert read(f"{long}\nG21 G90 {long}\nM2\n", GRBL_MILL).findings == ()
    assert read("G0 X1 " + "N1" * 80 + "\nM2\n", GRBL_MILL).findings[0].code == "E702"


def test_cycles_with_very_many_pecks_are_not_read_to_their_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("camcore.verify.reader.MOST_MOVES", 5000)
    text = "G21 G90 G98\nG0 Z5\nF100\n" + "G83 X1 Y1 Z-10 R1 Q0.012\n" * 100 + "G80\nM2\n"
    reading = read(text, LINUXCNC_MILL)
    assert [finding.code for finding in reading.findings] == ["E703"]
    assert len(reading.moves) < 10_000


def test_a_sinumeriks_file_may_begin_with_its_name() -> None:
    text = "%_N_PLATE_MPF\n;$PATH=/_N_WKS_DIR/_N_PLATE_WPD\nG710 G90\nG0 Z5\nM30\n"
    assert read(text, mill("siemens")).findings == ()


def test_feed_moves_in_the_air_are_measured() -> None:
    text = "G21 G90\nG0 Z20\nM3 S9000\nG1 X10 F500\nZ-10\nX30\nG0 Z20\nM5\nM2\n"
    figures = {check.name: check.figures for check in inspect(text, GRBL_MILL).checks}["reading"]
    assert (figures["feed_length"], figures["air_length"]) == (60.0, 30.0)


@pytest.mark.parametrize(
    "cycle", ["G81\nX1 Y1 Z-1 R1", "G81\nG82 X1 Y1 Z-1 R1 P1", "G81 X1 Z3", "G83 X1 Z3 Q1\nX2", "G82 Z2"]
)
def test_a_cycle_that_lacks_its_words_is_no_fault_of_the_reader(cycle: str) -> None:
    found = read(f"G21 G90 G98\nG0 Z5\nF100\n{cycle}\nG80\nM2\n", LINUXCNC_MILL).findings
    assert {finding.code for finding in found} <= {"E705", "E708"}
