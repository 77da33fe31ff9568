"""Klartext: what the reader takes from a block, and what it refuses."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest
from holes import cycles_left
from hypothesis import given
from hypothesis import strategies as st
from machines_for_proof import mill
from naive_proof import danger
from posted import Posted, posted

import postprocessors
from camcore.moves import Air, Arc, DrillHole, Dwell, End, Line, Move, Rapid, Spindle, ToolChange
from camcore.program import Program
from camcore.program.pen import drilled
from camcore.verify import inspect
from camcore.verify.model import ReadMove
from camcore.verify.reader import read

TNC = mill("heidenhain")


def program(*blocks: str, units: str = "MM") -> str:
    """Numbered blocks between BEGIN and END."""
    body = [f"BEGIN PGM A {units}", *blocks, "M30", f"END PGM A {units}"]
    return "\n".join(f"{number} {block}" for number, block in enumerate(body)) + "\n"


def found(*blocks: str) -> list[tuple[str, int]]:
    return [(finding.code, finding.where["line"]) for finding in read(program(*blocks), TNC).findings]


def test_blocks_become_moves() -> None:
    text = program(
        "TOOL CALL 1 Z S12000", "L Z+20 R0 FMAX M3", "L X+10 Y+0 R0 FMAX M8", "CYCL DEF 9.0 DWELL TIME",
        "CYCL DEF 9.1 DWELL 2", "L Z-1 F200", "CC X+0 Y+0", "C X-10 Y+0 DR+ F500", "CP IPA-180 IZ-0.5 DR-",
        "L IX+5 Y+2 ; words", "L Z+20 R0 FMAX M9", "M5",
    )  # fmt: skip
    reading = read(text, TNC)
    assert not reading.findings
    moves = [each.move for each in reading.moves]
    assert moves[:9] == [
        ToolChange(1, 0.0), Spindle(12000.0), Rapid(0, 0, 20), Air(True), Rapid(10, 0, 20), Dwell(2.0),
        Line(10, 0, -1, 200), Arc(-10, 0, -1, 0, 0, False, 500), moves[8],
    ]  # fmt: skip
    helix = moves[8]
    assert isinstance(helix, Arc)
    assert (helix.x, helix.y, helix.z, helix.clockwise) == (pytest.approx(10), pytest.approx(0), -1.5, True)
    assert moves[9] == Line(pytest.approx(15), 2, -1.5, 500)
    assert moves[10:] == [Rapid(pytest.approx(15), 2, 20), Air(False), Spindle(0.0), End()]
    assert {each.length for each in reading.moves[1:]} == {1}


def test_what_others_write_is_read_too() -> None:
    text = program("BLK FORM 0.1 Z X+0 Y+0 Z-20", "BLK FORM 0.2 X+100 Y+100 Z+0", "TOOL CALL 5 Z S2500", "L Z+50 FMAX",
                   "L X+10 R0 FMAX M13", "CC X+0 Y+0", "CP IPA+360 Z+49 DR+ F100", "L Z+50 R0 FMAX M5 M9")  # fmt: skip
    reading = read(text, TNC)
    assert not reading.findings
    arc = next(each for each in reading.moves if isinstance(each.move, Arc))
    assert (arc.move.x, arc.move.z, arc.rpm, arc.air) == (10.0, 49.0, 2500.0, True)


@pytest.mark.parametrize(("units", "feed"), [("MM", 350.0), ("INCH", 350.0 * 2.54)])
def test_the_feed_of_a_tool_call_holds_until_another_is_stated(units: str, feed: float) -> None:
    more = ("TOOL CALL 2 Z S9000", "L X+3", "TOOL CALL 3 Z F350", "L X+4")
    text = program("TOOL CALL 1 Z S9000 F350", "L X+1", "L X+2 F100", *more, units=units)
    feeds = [each.move.feed for each in read(text, TNC).moves if isinstance(each.move, Line)]
    assert feeds == pytest.approx([feed, feed / 3.5, feed / 3.5, feed])


def test_headings_are_passed_over_and_a_tolerance_without_a_value_is_none() -> None:
    unbounded = ("CYCL DEF 32.0 TOLERANCE", "CYCL DEF 32.1", "L X+2")
    text = program("* - first", "CYCL DEF 32.0 TOLERANCE", "CYCL DEF 32.1 T0.1", "L X+1 F100", *unbounded)
    reading = read(text.replace("PGM A ", "PGM spot-m7 "), TNC)
    assert not reading.findings
    assert [each.blend for each in reading.moves[:2]] == [0.1, math.inf]


def test_inch_programs_have_tenths_of_an_inch_in_their_feed() -> None:
    reading = read(program("L X+1 F100", units="INCH"), TNC)
    assert reading.moves[0].move == Line(25.4, 0, 0, pytest.approx(254))


@pytest.mark.parametrize(
    ("block", "code"),
    [
        ("APPR LT X+1 Y+1 LEN5 RL F100", "E705"),
        ("DEP LT LEN5", "E705"),
        ("L X+1 RL F100", "E705"),
        ("L X+Q1 F100", "E705"),
        ("L X+1 F100 M91", "E705"),
        ("LBL 1", "E705"),
        ("CALL LBL 1 REP5", "E705"),
        ("CYCL DEF 200 DRILLING", "E705"),
        ("RND R2", "E705"),
        ("TOOL CALL 1 Z S9000 DL+0.1", "E705"),
        ("CR X+1 Y+1 R+5 DR+", "E705"),
        ("FN 0: Q1 = +5", "E705"),
        ("L X+1", "E710"),
        ("C X+1 Y+1 DR+ F100", "E708"),
        ("CP IPA+90 IZ-1 DR+ F100", "E708"),
        ("M4", "E705"),
        ("BEGIN PGM B MM", "E705"),
        ("END PGM B MM", "E715"),
        ("CYCL DEF 9.1 DWELL 1", "E708"),
        ("CYCL DEF 32.1 T0.01", "E708"),
        ("L  X 1 F100", "E705"),
        ("x", "E705"),
    ],
)
def test_what_is_not_read_is_refused_at_its_line(block: str, code: str) -> None:
    assert (code, 2) in found(block)


@pytest.mark.parametrize(
    ("arc", "code"),
    [
        ("C X+10.015 Y+0 DR+ F100", None),
        ("C X+10.02 Y+0 DR+ F100", "E711"),
        ("C X+0 Y+10 DR+ FMAX", "E705"),
        ("CP IPA+90 IZ-1 DR- F100", "E712"),
        ("CP IPA+400 IZ-1 DR+ F100", "E712"),
    ],
)
def test_arcs_have_the_controls_own_tolerance(arc: str, code: str | None) -> None:
    codes = [each for each, _ in found("L X-10 Y+0 F100", "CC X+0 Y+0", arc)]
    assert codes == ([code] if code else [])


def test_numbers_and_frame() -> None:
    assert [each.code for each in read("L X+1 F100\n", TNC).findings][:1] == ["E703"]
    assert [each.code for each in read("0 L X+1 F100\n", TNC).findings][:1] == ["E716"]
    skipped = program("L X+1 F100").replace("\n2 ", "\n3 ")
    assert ("E703", 3) in [(each.code, each.where["line"]) for each in read(skipped, TNC).findings]
    after = program("L X+1 F100") + "4 L X+2\n"
    assert "E715" in [each.code for each in read(after, TNC).findings]
    assert [each.code for each in read(program("L X+1 F100 ; " + "x" * 300), TNC).findings] == ["E702"]


def test_a_lost_block_is_seen_by_its_number() -> None:
    proof = posted("heidenhain", "mill")
    lines = proof.text.splitlines()
    assert all(
        read("\n".join(lines[:k] + lines[k + 1 :]) + "\n", proof.machine).findings for k in range(len(lines) - 1)
    )


# -- drilling ---------------------------------------------------------------------------------------------------------

PARAMETERS = {200: 1.0, 201: -3.0, 206: 200.0, 202: 3.0, 210: 0.0, 203: 0.0, 204: 5.0, 211: 0.0}


def definition(**other: float | None) -> str:
    """Cycle 200 as its lines stand in a program; a parameter that is None is left out."""
    said = {**PARAMETERS, **{int(name[1:]): value for name, value in other.items()}}
    values = [f"    Q{number}={value:+g} ;MEANING" for number, value in said.items() if value is not None]
    return " ~\n".join(["CYCL DEF 200 DRILLING", *values])


HEAD = ("TOOL CALL 1 Z S9000", "M3", "L X+0 Y+0 Z+5 R0 FMAX")


def holes(*blocks: str, units: str = "MM") -> list[Move]:
    """What the blocks move, after the heading."""
    reading = read(program(*HEAD, *blocks, units=units), TNC)
    assert reading.findings == ()
    return [each.move for each in reading.moves[3:-1]]


def hole(x: float, y: float, *waits: Move) -> list[Move]:
    return [Rapid(x, y, 1.0), Line(x, y, -3.0, 200.0), *waits, Rapid(x, y, 5.0)]


@pytest.mark.parametrize(
    ("calls", "places"),
    [
        (["L X+10 R0 FMAX M99", "L Y+10 FMAX", "L X+20 R0 FMAX M99"], [(10, 0, 1), (10, 10, 0), (20, 10, 1)]),
        (["L X+9 FMAX M89", "L IX+5 FMAX", "L Y+9 FMAX M99", "L X+0 FMAX"],
         [(9, 0, 1), (14, 0, 1), (14, 9, 1), (0, 9, 0)]),
        (["CYCL CALL", "L X+9 FMAX", "L FMAX M99", "CYCL CALL M8"], [(0, 0, 2), (9, 0, 0), (9, 0, 2), (9, 0, 2)]),
    ],
)  # fmt: skip
def test_a_cycle_drills_where_it_is_called(calls: list[str], places: list[tuple[float, float, int]]) -> None:
    """A place has 0 no hole, 1 a way to it and a hole, 2 a hole where the tool is."""
    expected: list[Move] = []
    for x, y, kind in places:
        expected += ([] if kind == 2 else [Rapid(x, y, 5.0)]) + (hole(x, y) if kind else [])
    assert [move for move in holes(definition(), *calls) if not isinstance(move, Air)] == expected


def test_pecks_count_from_the_surface_and_come_back_to_a_fifth_of_a_millimetre() -> None:
    made = holes(definition(q202=1.4, q210=0.5, q211=0.3, q203=-1.0), "CYCL CALL")
    back = [Rapid(0, 0, 0.0), Dwell(0.5)]
    assert made == [
        Rapid(0, 0, 0.0), Line(0, 0, pytest.approx(-2.4), 200.0), *back, Rapid(0, 0, pytest.approx(-2.2)),
        Line(0, 0, pytest.approx(-3.8), 200.0), *back, Rapid(0, 0, pytest.approx(-3.6)),
        Line(0, 0, -4.0, 200.0), Dwell(0.3), Rapid(0, 0, 4.0),
    ]  # fmt: skip


def test_lengths_and_feeds_of_the_cycle_are_in_the_programs_units() -> None:
    inch = holes(definition(q204=2.0), "CYCL CALL", units="INCH")
    assert inch[:2] == [Rapid(0, 0, 25.4), Line(0, 0, pytest.approx(-76.2), pytest.approx(508.0))]


FAULTS: list[tuple[list[str], str]] = [
    ([definition(q201=3.0)], "E712"),
    ([definition(q201=0.0)], "E712"),
    ([definition(q202=0.0)], "E712"),
    ([definition(q202=0.0001)], "E712"),
    ([definition(q206=0.0)], "E712"),
    ([definition(q211=-1.0)], "E712"),
    ([definition(q200=-1.0)], "E712"),
    ([definition(q204=0.5)], "E712"),
    ([definition(q395=1.0)], "E712"),
    ([definition(q206=None)], "E708"),
    ([definition(q203=None)], "E708"),
    ([definition(q208=500.0)], "E709"),
    ([definition().replace("Q210", "Q211")], "E707"),
    ([definition().replace("Q206=+200", "Q206=Q2")], "E705"),
    ([definition().replace("Q206=+200", "Q206=MAX")], "E705"),
    ([definition().replace("200 DRILLING", "203 UNIVERSAL DRILLING")], "E705"),
    ([definition().replace(" ~", "", 1)], "E703"),
    ([definition() + " ~", "CYCL CALL"], "E703"),
    ([definition(q203=8.0), "CYCL CALL"], "E705"),
    ([definition(), "L X+1 FMAX M89", "L Z+9 FMAX"], "E705"),
    ([definition(), "CC X+0 Y+1", "C X+0 Y+2 DR+ F100 M99"], "E705"),
    ([definition(), "CYCL DEF 9.0 DWELL TIME", "CYCL DEF 9.1 DWELL 1", "CYCL CALL"], "E708"),
    (["L X+1 FMAX M99"], "E708"),
    (["CYCL CALL"], "E708"),
    (["Q200=+1"], "E705"),
    (["L X+1 FMAX ~"], "E705"),
]


@pytest.mark.parametrize(("blocks", "code"), FAULTS)
def test_a_cycle_that_is_wrong_or_not_read_is_refused(blocks: list[str], code: str) -> None:
    assert code in {each.code for each in read(program(*HEAD, *blocks), TNC).findings}


def test_a_definition_that_goes_on_at_the_end_of_the_file_is_refused() -> None:
    text = program(*HEAD).split("M30")[0] + definition() + " ~\n"
    assert ("E703", 13) in [(each.code, each.where["line"]) for each in read(text, TNC).findings]
    assert "E714" in [each.code for each in read(text, TNC).findings]


def test_lines_of_a_definition_have_no_block_numbers() -> None:
    right = program(*HEAD, definition(), "CYCL CALL")
    assert read(right, TNC).findings == ()
    assert "E703" in {each.code for each in read(right.replace("    Q201", "6 Q201"), TNC).findings}
    long = right.replace("MEANING", "X" * 300, 1)
    assert "E703" in {each.code for each in read(long, TNC).findings}


HOLES = [DrillHole(x, y, 1.0, -2.0, 200.0, dwell=wait, travel=5.0)
         for x, y, wait in [(10, 0, 0), (20, 0, 0), (20, 9, 0.5), (30, 9, 0.5), (30, 9, 0)]]  # fmt: skip
HOLES.append(DrillHole(30.0, 9.0, 1.0, -1.0, 150.0, travel=8.0))


@pytest.mark.parametrize("units", ["mm", "in"])
@pytest.mark.parametrize("first", [0.0, 10.0])
def test_holes_are_written_as_cycles_that_move_as_the_plain_blocks(units: str, first: float) -> None:
    """Also the hole over which the tool already is, another cycle, another height, and the path after it."""
    assert told(HOLES, units, first) == told([move for each in HOLES for move in drilled(each, 500.0)], units, first)


@given(
    st.lists(
        st.builds(
            DrillHole, st.floats(0, 99), st.floats(0, 99), st.floats(0.5, 2.0), st.floats(-9.0, -0.1),
            st.floats(10, 900), st.just(0.0), st.sampled_from([0.0, 0.35]), st.just(5.0),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_any_holes_are_written_as_cycles_that_move_as_the_plain_blocks(made: list[DrillHole]) -> None:
    assert told(made, "mm", 0.0) == told([move for each in made for move in drilled(each, 500.0)], "mm", 0.0)


def told(middle: list[DrillHole] | list[Move], units: str, first: float) -> list[object]:
    """What the text of a program that does this between two ways is read as; a path with a feed follows."""
    form = TNC.format.model_copy(update={"units": units, "decimals": 3 if units == "mm" else 5})
    machine = TNC.model_copy(update={"format": form})
    head = [ToolChange(1, 1.0), Spindle(9000.0), Rapid(first, -1.0, 5.0), Line(first, 0.0, 5.0, 200.0)]
    tail = [Rapid(50.0, 50.0, 9.0), Line(50.0, 51.0, 9.0, 200.0), Rapid(0.0, 0.0, 20.0), Spindle(0.0), End()]
    text = postprocessors.write(Program("p", "m", "s", (*head, *middle, *tail)), machine)
    drills = [each for each in middle if isinstance(each, DrillHole)]
    assert text.count("M99") == len(drills)
    reading = read(text, machine)
    assert reading.findings == ()
    kept = [each for each in reading.moves if not _still(each)]
    return [(type(each.move).__name__, each.rpm, each.tool, _lengths(each.move)) for each in kept]


def _still(each: ReadMove) -> bool:
    """Whether it is a way to where the tool already is."""
    move = each.move
    return isinstance(move, Rapid | Line) and (move.x, move.y, move.z) == (each.x0, each.y0, each.z0)


def _lengths(move: Move) -> tuple[float, ...]:
    return tuple(round(getattr(move, name, 0.0), 9) for name in ("x", "y", "z", "feed", "seconds"))


def test_a_cycle_is_said_once_for_all_holes_that_are_alike_and_again_after_another_one() -> None:
    wait = [Dwell(1.0)]
    moves = [ToolChange(1, 1.0), Spindle(9000.0), Rapid(0, 0, 5.0), *HOLES[:2], *wait, HOLES[1], *HOLES[2:4], End()]
    text = postprocessors.write(Program("p", "m", "s", tuple(moves)), TNC)
    assert (text.count("CYCL DEF 200"), text.count("M99"), text.count("Q211=+0.5")) == (3, 5, 1)
    numbers = [int(line.split()[0]) for line in text.splitlines() if not line.startswith("    ")]
    assert numbers == list(range(len(numbers)))


def test_pecked_holes_are_taken_apart_before_they_are_written() -> None:
    assert (cycles_left(TNC, 2.0), cycles_left(TNC, 0.0)) == (0, 1)


def test_the_hole_of_a_cycle_is_held_against_the_part_like_any_cut() -> None:
    proof = posted("heidenhain", "mill")
    blocks = [line.split(" ", 1)[1] for line in proof.text.splitlines()]
    place = len(blocks) - 1 - blocks[::-1].index("M5")
    blocks[place:place] = [definition(q201=-1.8, q202=1.8, q204=20.0), "L X+18 Y+13 R0 FMAX M99"]
    text = "".join(f"{number} {each}\n" for number, each in enumerate(blocks))
    found = inspect(text, proof.machine, proof.task).findings
    assert ("E750", place + 10, 4.5) in [(each.code, each.where.get("line"), each.where.get("size")) for each in found]


def drilled_plate() -> Posted:
    """The plate with its drilled hole made by cycle 200."""
    proof = posted("heidenhain", "mill")
    blocks = [line.split(" ", 1)[1] for line in proof.text.splitlines()]
    first = next(k for k, each in enumerate(blocks) if each.startswith("L X+20 Y+16"))
    last = next(k for k, each in enumerate(blocks) if k > first and each == "M5") - 1
    cycle = definition(q201=-2.0, q202=2.0, q204=5.0)
    blocks[first:last] = ["L X+20 Y+16 R0 FMAX", "L Z+5 R0 FMAX", cycle, "L X+20 R0 FMAX M99"]
    blocks[blocks.index("L Z+0")] = "L Z+0 F200"
    return replace(proof, name="heidenhain-cycle", written=counted(blocks))


def counted(blocks: list[str]) -> str:
    return "".join(f"{number} {each}\n" for number, each in enumerate(blocks))


def faulty(text: str) -> list[str]:
    """The text with each parameter changed in several ways, and its call and its lines lost or moved."""
    found = []
    for match in re.finditer(r"(Q\d+=)([-+][\d.]+)", text):
        value = float(match[2])
        for other in {
            -value,
            value * 10,
            value / 10,
            value + 0.3,
            value - 0.3,
            value + 3.0,
            value - 3.0,
            value + 12.0,
        } - {value}:
            found.append(f"{text[: match.start(2)]}{other:+g}{text[match.end(2) :]}")
        found.append(text.replace(f"    {match[0]} ;MEANING ~\n", ""))
    blocks = [re.sub(r"^\d+ ", "", each) for each in re.split(r"\n(?! )", text.rstrip())]
    call = next(k for k, each in enumerate(blocks) if "M99" in each)
    for change in (
        "L X+20 R0 FMAX",
        "L X+21 R0 FMAX M99",
        "L Y+12 R0 FMAX M99",
        "L X+20 R0 FMAX M89",
        "L Z+0 R0 FMAX M99",
        "M99",
    ):
        found.append(counted([*blocks[:call], change, *blocks[call + 1 :]]))
    for gone in range(call - 6, call + 5):
        found += [
            counted([*blocks[:gone], *blocks[gone + 1 :]]),
            counted([*blocks[:gone], blocks[gone], *blocks[gone:]]),
        ]
    return found


def test_every_dangerous_fault_in_a_cycle_is_caught() -> None:
    proof = drilled_plate()
    assert inspect(proof.text, proof.machine, proof.task).proven
    dangerous, survivors = 0, []
    for text in faulty(proof.text):
        verdict = inspect(text, proof.machine, proof.task)
        if read(text, proof.machine).findings or not (why := danger(verdict.moves, proof)):
            continue
        dangerous += 1
        survivors += [(why, text)] if verdict.proven else []
    assert dangerous >= 12
    assert survivors == []
