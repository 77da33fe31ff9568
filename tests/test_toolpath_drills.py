"""Pecks by material and depth, cycles that stay in the hole, flat floors, ways back into a pecked hole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shop import PARTS, part, plan_of, setup
from test_toolpath_hold import proof

import postprocessors
from camcore import machine, material, program, toolpath
from camcore.geometry import Curve
from camcore.moves import DrillHole, Line, Rapid
from camcore.part import Part, Pocket
from camcore.program.pen import FEED_BACK, drilled
from camcore.program.track import expanded
from camcore.toolpath.model import Cut, Kind, Plan
from camcore.toolpath.setup import Setup

BOARD = part("board", Curve.rectangle(40, 30), Curve.circle(10, 15, 0.5), Curve.circle(25, 15, 1.25))
PARTS["board"] = BOARD


def holes(result: Plan) -> dict[int, Cut]:
    return {cut.index: cut for cut in result.cuts if cut.hole}


def drilled_in(stuff: str, thickness: float, **more: float) -> dict[int, float]:
    """Pecks of the holes of 1 and 2.5 mm."""
    chosen = toolpath.resolve(machine.load("generic-linuxcnc-mill"), material.load(stuff), thickness, more)
    return {index: cut.hole.peck for index, cut in holes(plan_of(BOARD, chosen)).items() if cut.hole}


def test_pecks_follow_material_and_depth() -> None:
    assert drilled_in("fr4", 1.5) == {0: 0.0, 1: 0.0}
    assert drilled_in("fr4", 4.0) == {0: 1.0, 1: 0.0}
    assert drilled_in("fr4", 7.0) == {0: 0.5, 1: 0.0}
    assert drilled_in("polycarbonate", 6.0) == {0: 0.375, 1: 1.875}
    assert drilled_in("fr4", 7.0, peck=0.8) == {0: 0.8, 1: 0.0}


def text_of(setup: Setup, name: str) -> tuple[str, Plan]:
    result = plan_of(BOARD, setup)
    control = machine.load(name)
    return postprocessors.write(program.build(result, control), control), result


@pytest.mark.parametrize("name", ["generic-linuxcnc-mill", "haas-vf-2", "robodrill-d21mib5", "tormach-pcnc-1100"])
def test_a_cycle_that_stays_in_the_hole_is_written_and_proven(name: str) -> None:
    text, result = text_of(setup("mill", 6.0, chip_break=1, tool=3.175), name)
    assert "G73" in text
    assert "G83" not in text
    verdict = proof(result, name)
    assert {finding.code for finding in verdict.findings} <= {"W744", "W754"}
    plain, _ = text_of(setup("mill", 6.0, tool=3.175), name)
    assert "G83" in plain


def test_where_there_are_no_cycles_chips_are_broken_by_moves() -> None:
    _, result = text_of(setup("mill", 6.0, chip_break=1, tool=3.175), "longmill-mk2-30x30")
    assert proof(result, "longmill-mk2-30x30").proven
    hole = DrillHole(0, 0, 1.0, -3.0, 100.0, peck=1.0, chip_break=True)
    heights = [move.z for move in drilled(hole, 3000.0) if isinstance(move, Rapid | Line)]
    assert heights == pytest.approx([1.0, 0.0, 0.25, -1.0, -0.75, -2.0, -1.75, -3.0, 1.0])


def test_back_into_a_hole_no_faster_than_a_few_times_the_drilling_feed() -> None:
    hole = DrillHole(0, 0, 1.0, -3.0, 100.0, peck=2.0)
    back = [move.feed for move in drilled(hole, 3000.0) if isinstance(move, Line) and move.feed != 100.0]
    assert back == [FEED_BACK * 100.0]
    slow = [move.feed for move in drilled(hole, 300.0) if isinstance(move, Line) and move.feed != 100.0]
    assert slow == [300.0]


def test_the_time_model_knows_that_a_cycle_comes_back_at_rapid() -> None:
    hole = DrillHole(0, 0, 1.0, -3.0, 100.0, peck=2.0)
    moves = expanded([hole], machine.load("generic-linuxcnc-mill"))
    assert [move.feed for move in moves if isinstance(move, Line)] == [100.0, 100.0]


@pytest.mark.parametrize("name", ["generic-linuxcnc-mill", "haas-vf-2", "okuma-genos-m560-v"])
def test_a_pocket_as_wide_as_an_end_mill_is_bored_with_a_dwell(name: str) -> None:
    """A counterbore: G82 where the control has it, and the proof holds it for the pocket that it is."""
    bore = Pocket(Curve.circle(25, 15, 3.175 / 2).ccw(), (), 1.0)
    made = Part("bored", BOARD.outline, (BOARD.holes[1],), pockets=(bore,))
    PARTS["bored"] = made
    result = plan_of(made, setup("mill", 3.0, tool=3.175))
    (cut,) = (cut for cut in result.cuts if cut.kind is Kind.POCKET)
    assert cut.hole
    assert cut.hole.depth == 1.0
    assert cut.hole.dwell > 0
    verdict = proof(result, name)
    assert {finding.code for finding in verdict.findings} <= {"W744"}
    assert ("G82" in verdict.text) == (name != "okuma-genos-m560-v")
    shallow = replace(result, cuts=tuple(replace(c, hole=replace(c.hole, depth=0.9)) if c is cut and c.hole else c
                                         for c in result.cuts))  # fmt: skip
    assert {finding.code for finding in proof(shallow, name).findings} - {"W744"} == {"E775"}
