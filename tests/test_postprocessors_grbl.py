"""What GRBL wants: power and pierces without a stop, pauses for tools."""

import re

import plans
from written import text_of

import postprocessors
from camcore import machine as machines
from camcore.moves import Air, Beam, Dwell, End, Line, Rapid
from camcore.program import build

LASER = machines.load("generic-grbl-laser")
ROUTER = machines.load("generic-grbl-router")


def test_grbl_pierces_with_m3_under_g1_and_cuts_with_m4() -> None:
    moves = (
        Rapid(1, 0, 0),
        Beam(0.5),
        Dwell(0.3),
        Beam(0.5, dynamic=True),
        Line(2, 0, 0, 900),
        Beam(0.0),
        Rapid(5, 0, 0),
    )
    assert text_of(LASER, *moves) == [
        "G0 X1 Y0",
        "M3 S500",
        "G1 F6000",
        "G4 P0.3",
        "M4 S500",
        "X2 F900",
        "G0 X5 S0",
    ]


def test_grbl_changes_power_without_a_stop() -> None:
    """S in a line of its own makes it wait until all motion has ended (gcode.c)."""
    cut = (
        Beam(0.5, dynamic=True),
        Line(2, 0, 0, 900),
        Beam(0.0),
        Rapid(5, 0, 0),
        Beam(0.25, dynamic=True),
        Line(6, 0, 0, 900),
    )
    assert text_of(LASER, Rapid(1, 0, 0), *cut)[1:] == ["M4 S500", "G1 X2 F900", "G0 X5 S0", "G1 X6 S250"]


def test_grbl_switches_the_beam_off_before_anything_but_motion() -> None:
    for last in (Dwell(0.5), Air(False), End()):
        lines = text_of(LASER, Air(True), Rapid(1, 0, 0), Beam(0.5, dynamic=True), Line(2, 0, 0, 900), Beam(0.0), last)
        assert lines[lines.index("G1 X2 F900") + 1] == "S0"


def test_grbl_pauses_for_the_second_tool_and_has_no_m6() -> None:
    text = postprocessors.write(build(plans.mill_plan(), ROUTER), ROUTER)
    assert not re.search(r"\b(M6|G43|G8\d|G64|G98)\b", text)
    before, after = text.split("M0\n")
    assert before.splitlines()[-3:] == [
        "M5",
        "(change to T1 3.175 mm: carbide burr)",
        "(same length as before - then resume)",
    ]
    assert after.splitlines()[:4] == ["T1", "M3 S18000", "G4 P3", "G0 Z25"]
