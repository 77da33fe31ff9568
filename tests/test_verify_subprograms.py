"""Subprograms as they are read: what is wrong with them, and calls that repeat."""

import re

import pytest
from called import motion, program, wanting
from posted import _machine

import postprocessors
from camcore.moves import Line, Move
from camcore.verify.reader import read

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


def test_a_call_may_repeat():
    machine = _machine("fanuc", "mill")
    assert motion(read(MAIN.format("M98 P101 L3", BODY), machine))[-3:][0] == Line(3.0, 0.0, 5.0, 100.0)
