"""Klartext: what the reader takes from a block, and what it refuses."""

from __future__ import annotations

import pytest
from machines_for_proof import mill
from posted import posted

from camcore.moves import Air, Arc, Dwell, End, Line, Rapid, Spindle, ToolChange
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
