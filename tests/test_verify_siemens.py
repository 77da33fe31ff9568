"""SINUMERIK's drilling cycles and arcs through a point, read as what they make the tool do."""

import pytest
from holes import check_same, cycles_left, written
from posted import posted

from camcore.moves import Arc, DrillHole, Dwell, End, Line, Move, Rapid, Spindle, ToolChange
from camcore.program.pen import drilled
from camcore.verify.reader import read

MACHINE = posted("siemens", "mill").machine
HEAD = "G710 G17 G90 G94 G54 G40\nG641 ADIS=0.01\nT1\nM6\nD1\nM3 S9000\nG0 X0 Y0 Z5\nG1 Z5 F100\n"


def moves(body: str) -> list[Move]:
    """What the body moves, after the heading."""
    reading = read(f"{HEAD}{body}\nM30\n", MACHINE)
    assert reading.findings == ()
    found = [one.move for one in reading.moves if isinstance(one.move, Rapid | Line | Arc | Dwell)]
    return found[2:]


def hole(x: float, y: float, dwell: float = 0.0) -> list[Move]:
    wait = [Dwell(dwell)] if dwell else []
    return [Rapid(x, y, 1.0), Line(x, y, -2.0, 100.0), *wait, Rapid(x, y, 5.0)]


def test_a_modal_cycle_drills_at_every_place_until_it_is_called_off():
    body = "N10 MCALL CYCLE81(5,0,1,-2)\nG0 X10 Y0\nX20 ; second\nY10\nMCALL\nX0"
    assert moves(body) == [
        Rapid(10, 0, 5), *hole(10, 0), Rapid(20, 0, 5), *hole(20, 0), Rapid(20, 10, 5), *hole(20, 10), Rapid(0, 10, 5)
    ]  # fmt: skip


def test_a_cycle_drills_once_with_its_dwell():
    assert moves("CYCLE82(5, 0, 1, , 2, 0.5)") == hole(0, 0, 0.5)
    assert moves("CYCLE82(5, 0, 1, -2)") == hole(0, 0)


def test_lengths_of_cycles_are_in_the_programs_units():
    text = HEAD.replace("G710", "G700").replace("Z5", "Z1")
    inch = read(f"{text}CYCLE81(1,0,0.1,-0.5)\nM30\n", MACHINE)
    assert inch.findings == ()
    assert min(one.move.z for one in inch.moves if isinstance(one.move, Line)) == pytest.approx(-12.7)


@pytest.mark.parametrize(("through", "clockwise"), [("I1=5 J1=5", True), ("I1=5 J1=-5", False)])
def test_an_arc_goes_through_its_point(through, clockwise):
    (arc,) = moves(f"CIP X10 Y0 {through} F200")
    assert isinstance(arc, Arc)
    assert (arc.x, arc.y, arc.clockwise, arc.feed) == (10.0, 0.0, clockwise, 200.0)
    assert (arc.cx, arc.cy) == pytest.approx((5.0, 0.0))


HOLES = [DrillHole(x, y, 1.0, -2.0, 200.0, dwell=wait, travel=5.0)
         for x, y, wait in [(10, 0, 0), (20, 0, 0), (20, 9, 0.5), (30, 9, 0.5), (30, 9, 0)]]  # fmt: skip
HOLES.append(DrillHole(30.0, 9.0, 1.0, -1.0, 150.0, travel=8.0))


@pytest.mark.parametrize("units", ["mm", "in"])
@pytest.mark.parametrize("first", [0.0, 10.0])
def test_holes_are_written_as_cycles_that_move_as_the_plain_blocks(units, first):
    """Also the hole over which the tool already is, another cycle, another height, and the pause between tools."""
    form = MACHINE.format.model_copy(update={"units": units, "decimals": 3 if units == "mm" else 5})
    machine = MACHINE.model_copy(update={"format": form})
    head = [ToolChange(1, 1.0), Spindle(9000.0), Rapid(first, 0.0, 5.0)]
    tail = [Rapid(0.0, 0.0, 20.0), Spindle(0.0), End()]
    plain = [move for hole in HOLES for move in drilled(hole, 500.0)]
    told = []
    for middle in (HOLES, plain):
        text, rows = written([*head, *middle, *tail], machine)
        told.append(rows)
        assert (text.count("MCALL CYCLE8"), text.count("MCALL\n")) == ((4, 4) if middle is HOLES else (0, 0))
    check_same(*told)


def test_pecked_holes_are_taken_apart_before_they_are_written():
    assert (cycles_left(MACHINE, 2.0), cycles_left(MACHINE, 0.0)) == (0, 1)


FAULTS = {
    "MCALL CYCLE83(5,0,1,-2,,,,,,,,1)": "E705",
    "MCALL CYCLE81(5,0,1)": "E712",
    "CYCLE81(5,0,1,2)": "E712",
    "CYCLE81(0,0,1,-2)": "E712",
    "CYCLE81(5,,1,-2)": "E708",
    "CYCLE81(5,0,1,-2,,7)": "E708",
    "G1 Z0\nCYCLE81(5,0,1,-2)": "E705",
    "CIP X10 Y0 I1=5 J1=0": "E711",
    "G91\nCIP X10 Y0 I1=5 J1=5": "E705",
    "CIP X10 Y0 Z-1 I1=5 J1=5": "E705",
    "MCALL L100": "E705",
    "MCALL CYCLE81(5,0,1,-2)\nG0 X1\nZ9\nMCALL": "E705",
    "MCALL CYCLE81(5,0,1,-2)\nG1 X1 Z4": "E705",
    "CYCLE82(5,0,1,-2,,0.5,1)": "E708",
}


@pytest.mark.parametrize("body", FAULTS)
def test_what_is_not_read_or_wrong_is_refused(body):
    findings = read(f"{HEAD}{body}\nM30\n", MACHINE).findings
    assert findings, body
    assert findings[0].code == FAULTS[body]


def test_no_cycle_starts_before_units_are_stated():
    assert "E708" in {finding.code for finding in read("CYCLE81(5,0,1,-2)\nM30\n", MACHINE).findings}
