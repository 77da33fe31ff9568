"""Paths of a program: lines and arcs as the control takes them, and what is one block."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st
from plans import able, one_stroke, only

from camcore import machine as machines
from camcore.geometry import Curve
from camcore.machine import Machine
from camcore.moves import Arc, Line, Rapid
from camcore.program import build
from camcore.program.path import LEAST_CHORD, ways
from camcore.program.track import expanded, shape, track
from camcore.toolpath.model import Cut, Kind, Plan, Role

LASER = machines.load("generic-grbl-laser")
ROUTER = machines.load("generic-grbl-router")
MILL = machines.load("generic-linuxcnc-mill")


def arc(radius: float, sweep: float) -> Curve:
    ends = [(radius, 0.0, math.tan(sweep / 4)), (radius * math.cos(sweep), radius * math.sin(sweep), 0.0)]
    return Curve(np.array(ends), closed=False)


def test_arcs_are_split_to_half_turns() -> None:
    stroke = one_stroke(arc(10.0, 1.9 * math.pi))
    pieces = ways([stroke], LASER)[stroke]
    assert [piece.sweep for piece in pieces] == pytest.approx([0.95 * math.pi] * 2)
    assert sum(piece.length for piece in pieces) == pytest.approx(19.0 * math.pi)


def test_a_control_that_takes_quarter_turns_gets_them() -> None:
    stroke = one_stroke(arc(10.0, math.pi))
    assert len(ways([stroke], able(LASER, arc_sweep=90.0))[stroke]) == 2


def test_a_control_without_arcs_gets_chords_within_a_micrometre() -> None:
    stroke = one_stroke(arc(10.0, math.pi))
    pieces = ways([stroke], able(LASER, arcs=False))[stroke]
    assert all(piece.sweep == 0.0 for piece in pieces)
    middles = [((a.x + b.x) / 2, (a.y + b.y) / 2) for a, b in pairwise(pieces)]
    assert all(10.0 - math.hypot(*middle) <= 0.001 + 1e-9 for middle in middles)


@pytest.mark.parametrize(
    ("radius", "sweep"), [(0.004, math.pi), (20.0, 4e-4), (100.0, 5e-5), (0.009, 3.0), (2000.0, 0.1)]
)
def test_arcs_that_a_control_could_misread_become_lines(radius: float, sweep: float) -> None:
    stroke = one_stroke(arc(radius, sweep))
    pieces = ways([stroke], LASER)[stroke]
    assert all(piece.sweep == 0.0 for piece in pieces)
    assert (pieces[-1].x, pieces[-1].y) == stroke.curve.end


def chain(*curves: Curve, z: float = 0.0) -> Plan:
    strokes = tuple(replace(one_stroke(curve), z0=z, z1=z) for curve in curves)
    return Plan(plans.SHEET, "laser", (Cut("p", 0, Kind.MARK, strokes=strokes, power=0.5),), 1.0)


def line(*points: tuple[float, float]) -> Curve:
    return Curve(np.array(points), closed=False)


def test_what_goes_on_along_one_line_or_arc_is_one_block() -> None:
    along = chain(line((1, 1), (2, 2)), line((2, 2), (5, 5)), line((5, 5), (9, 9), (9, 12)))
    assert only(build(along, LASER).moves, Line) == [Line(9.0, 9.0, 0.0, 1000.0), Line(9.0, 12.0, 0.0, 1000.0)]
    third = arc(10.0, 1.0)
    (x, y), bulge = third.end, math.tan(0.5)
    end = (10 * math.cos(3.0), 10 * math.sin(3.0))
    (whole,) = only(build(chain(third, Curve([[x, y, bulge], [*end, 0]], closed=False)), LASER).moves, Arc)
    assert (whole.x, whole.y) == pytest.approx(end)


def test_half_turns_corners_ways_back_and_other_feeds_stay_blocks_of_their_own() -> None:
    back = chain(line((1, 1), (9, 1)), line((9, 1), (4, 1)))
    assert [move.x for move in only(build(back, LASER).moves, Line)] == [9.0, 4.0]
    bent = chain(line((1, 1), (5, 1), (9, 1.0001)))
    assert len(only(build(bent, LASER).moves, Line)) == 2
    circle = chain(Curve.circle(20, 20, 5).opened_at(0))
    assert len(only(build(circle, LASER).moves, Arc)) == 2
    first, second = chain(line((1, 1), (5, 1)), line((5, 1), (9, 1))).cuts[0].strokes
    cut = Cut("p", 0, Kind.MARK, strokes=(first, replace(second, feed=500.0)), power=0.5)
    assert len(only(build(Plan(plans.SHEET, "laser", (cut,), 1.0), LASER).moves, Line)) == 2


def test_a_ramp_of_one_slope_is_one_block_and_its_end_is_not_its_floor() -> None:
    table = Curve(np.array([[10.0, 10.0], [20.0, 10.0], [40.0, 10.0]]), closed=False)
    ramp = replace(one_stroke(table), role=Role.RAMP, z1=-1.5)
    flat = replace(one_stroke(line((40, 10), (60, 10))), z0=-1.5, z1=-1.5)
    cut = Cut("p", 0, Kind.HOLE, tool=1, strokes=(ramp, flat))
    lines = only(build(Plan(plans.SHEET, "mill", (cut,), 1.57, tools=plans.TOOLS, clearance=5.0), MILL).moves, Line)
    assert [(move.x, move.z) for move in lines][-2:] == [(40.0, -1.5), (60.0, -1.5)]
    assert len(lines) <= 3


def test_a_path_shorter_than_a_step_is_left_out() -> None:
    stroke = one_stroke(Curve(np.array([[1.0, 1.0], [1.0001, 1.0], [5.0, 1.0]]), closed=False))
    plan = Plan(plans.SHEET, "laser", (Cut("p", 0, Kind.MARK, strokes=(stroke,), power=0.5),), 1.0)
    assert only(build(plan, LASER).moves, Line) == [Line(5.0, 1.0, 0.0, 1000.0)]


@given(st.data(), st.sampled_from([LASER, ROUTER, MILL]))
def test_programs_follow_their_strokes(data: st.DataObject, machine: Machine) -> None:
    plan = data.draw(plans.plans_for(machine))
    moves = build(plan, machine).moves
    form = shape(track(expanded(moves, machine)))
    assert (np.abs(form.sweep) <= math.pi + 1e-9).all()
    for stroke, pieces in ways([s for cut in plan.cuts for s in cut.strokes], machine).items():
        assert sum(piece.length for piece in pieces) == pytest.approx(stroke.curve.length, abs=1e-3)
        assert (pieces[-1].x, pieces[-1].y, pieces[-1].z) == (*stroke.curve.end, stroke.z1)
        assert all(b.z <= a.z + 1e-9 for a, b in pairwise(pieces)) or stroke.z1 > stroke.z0


@given(plans.laser_plans())
def test_no_arc_of_a_program_has_ends_that_could_fall_together(plan: Plan) -> None:
    moves = only(build(plan, LASER).moves, Rapid, Line, Arc)
    for before, move in pairwise(moves):
        if isinstance(move, Arc):
            assert math.dist((before.x, before.y), (move.x, move.y)) >= (LEAST_CHORD - 2) * LASER.step
