import math
from dataclasses import replace
from itertools import pairwise

import plans
import pytest
from plans import able, only

from camcore import machine as machines
from camcore.machine import Machine
from camcore.moves import Air, Arc, Beam, Comment, DrillHole, Dwell, End, Line, Rapid, Spindle, ToolChange
from camcore.program import build, duration, move_seconds
from camcore.program.pen import drilled
from camcore.program.track import expanded
from camcore.toolpath.model import Cut, Kind, Role

LASER = machines.load("generic-grbl-laser")
LINUX_LASER = machines.load("generic-linuxcnc-laser")
ROUTER = machines.load("generic-grbl-router")
MILL = machines.load("generic-linuxcnc-mill")
ALL = [machines.load(name) for name in machines.shipped()]


# -- lasers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", [m for m in ALL if m.process == "laser"], ids=lambda m: m.name)
def test_the_beam_is_off_in_every_rapid_and_on_in_every_cut(machine: Machine) -> None:
    power = 0.0
    for move in build(plans.laser_plan(), machine).moves:
        if isinstance(move, Beam):
            power = move.power
        elif isinstance(move, Rapid | End):
            assert power == 0.0
        elif isinstance(move, Line | Arc):
            assert power > 0.0


def test_a_laser_pierces_at_constant_power_and_then_cuts_at_dynamic_power() -> None:
    moves = only(build(plans.laser_plan(), LASER).moves, Beam, Dwell)
    assert moves[-4:] == [Beam(0.8), Dwell(0.3), Beam(0.8, dynamic=True), Beam(0.0)]


def test_a_constant_beam_is_switched_on_once_a_cut() -> None:
    moves = only(build(plans.laser_plan(), LINUX_LASER).moves, Beam, Dwell)
    assert moves[-3:] == [Beam(0.8), Dwell(0.3), Beam(0.0)]


def test_a_gap_between_strokes_is_jumped_with_the_beam_off() -> None:
    moves = build(plans.laser_plan(), LASER).moves
    first = next(index for index, move in enumerate(moves) if move == Line(70.0, 50.0, 0.0, 3000.0))
    assert moves[first + 1 : first + 3] == (Beam(0.0), Rapid(60.0, 45.0, 0.0))


def test_air_is_on_around_all_cuts() -> None:
    moves = build(plans.laser_plan(), LASER).moves
    assert only(moves, Air) == [Air(True), Air(False)]
    cuts = [index for index, move in enumerate(moves) if isinstance(move, Line | Arc)]
    assert moves.index(Air(True)) < min(cuts)
    assert moves.index(Air(False)) > max(cuts)


def test_air_that_is_not_there_is_said() -> None:
    machine = machines.load("ortur-laser-master-2")
    program = build(plans.laser_plan(), machine)
    assert [finding.code for finding in program.findings] == ["W603"]
    assert not only(program.moves, Air)


def test_a_laser_never_moves_in_z() -> None:
    assert {move.z for move in only(build(plans.laser_plan(), LASER).moves, Rapid, Line, Arc)} == {0.0}


# -- mills ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("machine", [m for m in ALL if m.process == "mill"], ids=lambda m: m.name)
def test_a_mill_travels_clear_and_cuts_with_the_spindle_on(machine: Machine) -> None:
    rpm, z = 0.0, math.inf
    at: tuple[float, float] | None = None
    for move in expanded(build(plans.mill_plan(), machine).moves, machine):
        if isinstance(move, Spindle):
            rpm = move.rpm
        elif isinstance(move, ToolChange | End):
            assert rpm == 0.0
        elif isinstance(move, Rapid):
            assert move.z > 0 or z > 0 or (move.x, move.y) == at
            if at is not None and (move.x, move.y) != at:
                assert min(move.z, z) >= 4.0
        elif isinstance(move, Line | Arc):
            assert rpm > 0.0
        if isinstance(move, Rapid | Line | Arc):
            at, z = (move.x, move.y), move.z


def test_tools_are_changed_when_the_cuts_ask_for_another() -> None:
    moves = build(plans.mill_plan(), MILL).moves
    assert only(moves, ToolChange) == [ToolChange(2, 1.0, "drill"), ToolChange(1, 3.175, "carbide burr")]
    assert only(moves, Spindle) == [Spindle(12000.0), Spindle(0.0), Spindle(18000.0), Spindle(0.0)]
    change = moves.index(ToolChange(1, 3.175, "carbide burr"))
    assert moves[change - 3 : change] == (Rapid(45.0, 60.0, 25.0), Spindle(0.0), Air(False))
    assert moves[change + 1 : change + 4] == (Spindle(18000.0), Dwell(3.0), Air(True))


def test_the_first_way_of_a_tool_goes_at_safe_height() -> None:
    for machine in (ROUTER, MILL):
        moves = build(plans.mill_plan(), machine).moves
        for index, move in enumerate(moves):
            if isinstance(move, ToolChange):
                assert next(m for m in moves[index:] if isinstance(m, Rapid)).z == 25.0


def test_a_gap_between_strokes_is_crossed_at_clearance() -> None:
    strokes = [replace(plans.straight(x, 10.0, x, 20.0, Role.CUT, 500.0), z0=-1.0, z1=-1.0) for x in (10.0, 30.0)]
    plan = replace(plans.mill_plan(), cuts=(Cut("p", 0, Kind.HOLE, tool=1, strokes=tuple(strokes)),))
    moves = build(plan, ROUTER).moves
    first = moves.index(Line(10.0, 20.0, -1.0, 500.0))
    assert moves[first + 1 : first + 5] == (
        Rapid(10.0, 20.0, 4.0),
        Rapid(30.0, 10.0, 4.0),
        Rapid(30.0, 10.0, 1.0),
        Line(30.0, 10.0, -1.0, 500.0),
    )


def test_a_helix_goes_down_evenly() -> None:
    moves = build(plans.mill_plan(), ROUTER).moves
    heights = [move.z for move in only(moves, Arc) if move.cx == move.cy == 40.0]
    assert heights == pytest.approx([-0.4, -0.8, -1.2, -1.6, -1.6, -1.6])


def test_a_tab_is_lifted_and_fed_down_again_in_place() -> None:
    moves = only(build(plans.mill_plan(), ROUTER).moves, Line, Arc)
    steps = [(a, b) for a, b in pairwise(moves) if (a.x, a.y) == (b.x, b.y) and a.z != b.z]
    assert [b.z for _, b in steps][-2:] == [-1.0, -1.6]


def test_holes_are_cycles_where_the_control_has_them() -> None:
    holes = only(build(plans.mill_plan(), MILL).moves, DrillHole)
    assert [hole.x for hole in holes] == [30.0, 35.0, 40.0, 45.0]
    assert holes[0] == DrillHole(30.0, 60.0, 1.0, -2.0, 200.0, travel=4.0)


def test_cycles_become_moves_where_there_are_none() -> None:
    program = build(plans.mill_plan(), ROUTER)
    assert not only(program.moves, DrillHole)
    assert Dwell(0.25) in program.moves
    cycles = build(plans.mill_plan(), able(ROUTER, cycles=True))
    # A control goes back into a pecked hole at rapid; moves are fed there.
    assert duration(cycles, ROUTER).total < duration(program, ROUTER).total
    assert duration(cycles, ROUTER).total == pytest.approx(duration(program, ROUTER).total, abs=0.02)


@pytest.mark.parametrize("machine", [MILL, ROUTER])
def test_times_of_the_moves_are_the_time_of_the_program(machine: machines.Machine) -> None:
    built = build(plans.mill_plan(), machine)
    spent = move_seconds(built.moves, machine)
    assert len(spent) == len(built.moves)
    assert sum(spent) == pytest.approx(duration(built, machine).total)


def test_the_marking_stands_first() -> None:
    built = build(plans.mill_plan(), MILL, "ITAR controlled")
    assert built.moves[0] == Comment("ITAR controlled")
    assert built.moves[1:] == build(plans.mill_plan(), MILL).moves


def test_a_peck_retracts_to_clear_and_is_fed_back() -> None:
    assert drilled(DrillHole(1.0, 2.0, 1.0, -2.0, 200.0, peck=1.1, dwell=0.5, travel=4.0), 900.0) == [
        Rapid(1.0, 2.0, 4.0),
        Rapid(1.0, 2.0, 1.0),
        Line(1.0, 2.0, pytest.approx(-0.1), 200.0),
        Rapid(1.0, 2.0, 1.0),
        Line(1.0, 2.0, pytest.approx(0.15), 900.0),
        Line(1.0, 2.0, pytest.approx(-1.2), 200.0),
        Rapid(1.0, 2.0, 1.0),
        Line(1.0, 2.0, pytest.approx(-0.95), 900.0),
        Line(1.0, 2.0, -2.0, 200.0),
        Dwell(0.5),
        Rapid(1.0, 2.0, 4.0),
    ]


def test_the_last_peck_is_not_one_of_nothing() -> None:
    depths = [move.z for move in drilled(DrillHole(0, 0, 1.0, -2.0, 100.0, peck=1.0), 900.0) if isinstance(move, Line)]
    assert depths == [0.0, 0.25, -1.0, -0.75, -2.0]


def test_the_heading_tells_the_person_what_to_set_up() -> None:
    words = [move.text for move in only(build(plans.mill_plan(), ROUTER).moves, Comment)]
    assert words[0] == "stock 250 x 170 x 1.57 mm"
    assert "T1 3.175 mm: carbide burr" in words
    assert "control setting $32 = 0" in words
    assert words.count("piece 0: plate") == 1
