"""Fagor's drilling cycle, read as what it makes the tool do, and written as what the plain blocks say."""

import pytest
from holes import check_same, cycles_left, written
from posted import posted

import postprocessors
from camcore.moves import Arc, DrillHole, Dwell, End, Line, Move, Rapid, Spindle, ToolChange
from camcore.program import Program
from camcore.program.pen import drilled
from camcore.verify.reader import read

MACHINE = posted("fagor", "mill").machine
HEAD = "G71 G17 G90 G94 G54 G40 G50\nT1 D1\nM6\nM3 S9000\nG43 G0 X0 Y0 Z5\n"


def moves(body: str) -> list[Move]:
    """What the body moves, after the heading."""
    reading = read(f"{HEAD}{body}\nG80\nM5\nM30\n", MACHINE)
    assert reading.findings == ()
    return [one.move for one in reading.moves if isinstance(one.move, Rapid | Line | Arc | Dwell)][1:]


def hole(x: float, y: float, dwell: float = 0.0, back: float = 5.0) -> list[Move]:
    wait = [Dwell(dwell)] if dwell else []
    return [Rapid(x, y, 1.0), Line(x, y, -2.0, 100.0), *wait, Rapid(x, y, back)]


def test_a_cycle_drills_at_every_place_until_it_is_called_off():
    body = "G81 G98 X10 Y0 Z1 I-2 F100\nX20 ; second\nN9 Y10\nM8\nG80\nX0"
    assert moves(body) == [
        Rapid(10, 0, 5), *hole(10, 0), Rapid(20, 0, 5), *hole(20, 0), Rapid(20, 10, 5), *hole(20, 10), Rapid(0, 10, 5)
    ]  # fmt: skip


def test_it_waits_in_hundredths_and_goes_back_to_either_plane():
    assert moves("G98 G81 Z1 I-2 K50 F100") == hole(0, 0, 0.5)
    assert moves("G81 G99 X10 Z1 I-2 K0 F100\nX20") == [
        Rapid(10, 0, 5), *hole(10, 0, back=1.0), Rapid(20, 0, 1), *hole(20, 0, back=1.0)
    ]  # fmt: skip


def test_without_a_reference_plane_it_starts_where_the_tool_is():
    assert moves("Z1\nG81 G98 X10 I-2 F100")[1:] == [Rapid(10, 0, 1), *hole(10, 0, back=1.0)]


HOLES = [DrillHole(x, y, 1.0, -2.0, feed, dwell=wait, travel=5.0)
         for x, y, wait, feed in [(10, 0, 0, 200), (20, 0, 0, 200), (20, 9, 0.5, 200), (30, 9, 0.5, 200),
                                  (30, 9, 0, 200), (30, 9, 0, 200), (40, 9, 0, 150)]]  # fmt: skip
HOLES.append(DrillHole(40.0, 9.0, 1.0, -1.0, 150.0, travel=8.0))


@pytest.mark.parametrize("units", ["mm", "in"])
@pytest.mark.parametrize("first", [0.0, 10.0])
def test_holes_are_written_as_cycles_that_move_as_the_plain_blocks(units, first):
    """Also the hole over which the tool already is, twice the same, another depth, feed and height, and the end."""
    form = MACHINE.format.model_copy(update={"units": units, "decimals": 3 if units == "mm" else 5})
    machine = MACHINE.model_copy(update={"format": form})
    head = [ToolChange(1, 1.0), Spindle(9000.0), Rapid(first, 0.0, 5.0)]
    tail = [Spindle(0.0), ToolChange(2, 1.0), Spindle(9000.0), Rapid(40.0, 9.0, 20.0), HOLES[-1], Spindle(0.0), End()]
    plain, last = [[move for hole in some for move in drilled(hole, 500.0)] for some in (HOLES, HOLES[-1:])]
    told = []
    for middle, end in ((HOLES, tail), (plain, [*tail[:4], *last, *tail[5:]])):
        text, rows = written([*head, *middle, *end], machine)
        told.append(rows)
        assert (text.count("\nG81 G98 X"), text.count("\nG80\n")) == ((7, 7) if middle is HOLES else (0, 0))
    check_same(*told)


def test_pecked_holes_are_taken_apart_before_they_are_written():
    assert (cycles_left(MACHINE, 2.0), cycles_left(MACHINE, 0.0)) == (0, 1)


CYCLE = "G81 G98 X10 Y0 Z1 I-2 F100"
FAULTS = {
    "G83 G98 Z1 I-1 J3 F100": "E705",
    "G82 G98 Z1 I-2 K50 F100": "E705",
    "G69 G98 Z1 I-2 B1 F100": "E705",
    "G81 Z1 I-2 F100": "E716",
    "G81 G98 Z1 F100": "E708",
    "G81 G98 Z1 I-2": "E710",
    "G81 G98 Z1 I2 F100": "E712",
    "G81 G98 Z7 I-2 F100": "E712",
    "G81 G98 Z1 I1 F100": "E712",
    "G81 G98 Z1 I-2 K0.5 F100": "E712",
    "G81 G98 Z1 I-2 K-1 F100": "E712",
    "G81 G98 Z1 I-2 J3 F100": "E709",
    "G81 G98 Z1 R-2 F100": "E709",
    "G1 Z4 F100\nG81 G98 Z1 I-2": "E705",
    "G81 G98 G1 X1 Z1 I-2 F100": "E705",
    "G91\nG81 G98 Z1 I-2 F100": "E705",
    "G81 G98 G99 Z1 I-2 F100": "E706",
    "G81 G80 Z1 I-2 F100": "E706",
    f"{CYCLE}\nG81 G98 X20 Z1 I-3": "E705",
    f"{CYCLE}\nG0 Z20": "E705",
    f"{CYCLE}\nX20 Z20": "E705",
    f"{CYCLE}\nX20 I-3": "E709",
    f"{CYCLE}\nX20 F50": "E705",
    f"{CYCLE}\nG1 X20": "E705",
    f"{CYCLE}\nG99 X20": "E705",
    f"{CYCLE}\nG4 K50": "E705",
    f"{CYCLE}\nG91\nX1": "E705",
    f"{CYCLE}\nT2 D2\nM6": "E705",
    f"{CYCLE}\nM5\nM30": "E705",
    f"{CYCLE}\nG53": "E705",
}


@pytest.mark.parametrize("body", FAULTS)
def test_what_is_not_read_or_wrong_is_refused(body):
    findings = read(f"{HEAD}{body}\nG80\nM5\nM30\n", MACHINE).findings
    assert findings, body
    assert findings[0].code == FAULTS[body]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\nG80\n", "\n"),
        (" I-2", " I2"),
        (" Z1 I", " Z8 I"),
        (" I-2", ""),
        ("G81", "G85"),
        ("G98 ", ""),
        ("\nX20\n", "\nX20 Z3\n"),
        ("K50", "K-50"),
    ],
)
def test_a_planted_fault_in_a_cycle_is_refused(old, new):
    head = [ToolChange(1, 1.0), Spindle(9000.0), Rapid(0.0, 0.0, 5.0)]
    text = postprocessors.write(Program("p", "m", "s", (*head, *HOLES, Spindle(0.0), End())), MACHINE)
    assert read(text, MACHINE).findings == ()
    assert old in text
    assert read(text.replace(old, new, 1), MACHINE).findings


@pytest.mark.parametrize(
    ("old", "new"),
    [(" I-2", " I-3"), (" Z1 I", " Z2 I"), ("K50", "K5"), ("F200", "F20"), ("\nX20\n", "\nX21\n"), ("G98", "G99")],
)
def test_a_changed_word_of_a_cycle_is_seen(old, new):
    body = "G81 G98 X10 Y0 Z1 I-2 K50 F200\nX20\nY5"
    assert old in f"{body}\n"
    assert moves(f"{body}\n".replace(old, new)) != moves(body)
