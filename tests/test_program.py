import math
from dataclasses import replace
from itertools import pairwise

import naive
import numpy as np
import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcore import machine as machines
from camcore.findings import CamError, Severity, errors
from camcore.geometry import Curve
from camcore.machine import Abilities, Machine
from camcore.moves import (
    Air,
    Arc,
    Beam,
    Comment,
    DrillHole,
    Dwell,
    End,
    Line,
    Move,
    Rapid,
    Spindle,
    ToolChange,
)
from camcore.program import Program, build, duration, move_seconds
from camcore.program.path import LEAST_CHORD, ways
from camcore.program.pen import drilled
from camcore.program.track import expanded, shape, track
from camcore.toolpath.model import Cut, Hole, Kind, Plan, Role, Stroke

LASER = machines.load("generic-grbl-laser")
LINUX_LASER = machines.load("generic-linuxcnc-laser")
ROUTER = machines.load("generic-grbl-router")
MILL = machines.load("generic-linuxcnc-mill")
ALL = [machines.load(name) for name in machines.shipped()]


def only(moves: tuple[Move, ...], *kinds: type) -> list[Move]:
    return [move for move in moves if isinstance(move, kinds)]


def codes(program: Program) -> list[str]:
    return [finding.code for finding in program.findings]


def one_stroke(curve: Curve, z0: float = 0.0, z1: float = 0.0, feed: float = 1000.0) -> Stroke:
    return Stroke(curve, Role.CUT, feed, z0, z1)


def arc(radius: float, sweep: float) -> Curve:
    ends = [(radius, 0.0, math.tan(sweep / 4)), (radius * math.cos(sweep), radius * math.sin(sweep), 0.0)]
    return Curve(np.array(ends), closed=False)


def able(machine: Machine, **changes: object) -> Machine:
    """The machine with other abilities of its control."""

    class Other(Machine):
        @property
        def abilities(self) -> Abilities:
            return machines.abilities(self.dialect).model_copy(update=changes)

    return Other.model_validate(machine.model_dump())


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
    assert codes(program) == ["W603"]
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


# -- paths ------------------------------------------------------------------------------------------------------------


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


# -- limits -----------------------------------------------------------------------------------------------------------


def test_what_leaves_the_work_area_is_found_with_place_and_limit() -> None:
    plan = plans.scaled(plans.laser_plan(), 14.0)
    findings = errors(build(plan, LASER).findings)
    assert [finding.code for finding in findings] == ["E601"]
    assert findings[0].where["size"] == pytest.approx(1400.0)
    assert findings[0].where["limit"] == 1300.0


def test_the_bulge_of_an_arc_counts() -> None:
    curve = Curve(np.array([[10.0, 0.0, 1.0], [30.0, 0.0, 0.0]]), closed=False)
    plan = Plan(plans.SHEET, "laser", (Cut("p", 0, Kind.MARK, strokes=(one_stroke(curve),), power=0.5),), 1.0)
    (finding,) = build(plan, LASER).findings
    assert finding.code == "E601"
    assert (finding.where["x"], finding.where["y"]) == pytest.approx((20.0, -10.0))


def test_a_hole_deeper_than_z_reaches_is_found() -> None:
    plan = replace(plans.mill_plan(), cuts=(Cut("p", 0, Kind.DRILL, tool=2, hole=Hole(9.0, 9.0, 70.0, 100.0)),))
    (finding,) = errors(build(plan, MILL).findings)
    assert (finding.where["size"], finding.where["limit"]) == (-70.0, -60.0)


def test_a_feed_beyond_the_machine_is_cut_down_and_said_once() -> None:
    plan = plans.laser_plan()
    fast = tuple(replace(cut, strokes=tuple(replace(s, feed=9000.0) for s in cut.strokes)) for cut in plan.cuts)
    program = build(replace(plan, cuts=fast), LASER)
    assert codes(program) == ["W601"]
    assert program.findings[0].severity is Severity.WARNING
    assert {move.feed for move in only(program.moves, Line, Arc)} == {6000.0}


def test_a_ramp_is_no_faster_than_z() -> None:
    ramp = Stroke(Curve(np.array([[10.0, 10.0], [11.0, 10.0]]), closed=False), Role.RAMP, 4000.0, 0.0, -1.0)
    plan = replace(plans.mill_plan(), cuts=(Cut("p", 0, Kind.HOLE, tool=1, strokes=(ramp,)),), air=False)
    program = build(plan, ROUTER)
    assert codes(program) == ["W601"]
    assert only(program.moves, Line)[-1].feed == pytest.approx(1500.0 * math.sqrt(2.0))


def test_a_spindle_speed_out_of_range_is_brought_in() -> None:
    program = build(plans.mill_plan(), machines.load("tormach-pcnc-1100"))
    assert "W602" in codes(program)
    assert {move.rpm for move in only(program.moves, Spindle)} == {5140.0, 0.0}


def test_a_tool_other_than_the_machine_has_is_said() -> None:
    program = build(plans.mill_plan(), MILL.model_copy(update={"tools": {"1": 6.0, "2": 1.0}}))
    assert codes(program) == ["W604"]
    assert program.findings[0].where == {"size": 3.175, "limit": 6.0}


def without_feed(cut: Cut) -> Cut:
    return replace(cut, strokes=tuple(replace(stroke, feed=0.0) for stroke in cut.strokes))


REFUSED = [
    ("E605", lambda plan: replace(plan, process="laser")),
    ("E602", lambda plan: replace(plan, tools={1: plan.tools[1]})),
    ("E604", lambda plan: replace(plan, cuts=(replace(plan.cuts[4], strokes=()),))),
    ("E604", lambda plan: replace(plan, cuts=(without_feed(plan.cuts[4]),))),
    ("E604", lambda plan: replace(plan, tools={number: replace(tool, rpm=0.0) for number, tool in plan.tools.items()})),
]


@pytest.mark.parametrize(("code", "spoil"), REFUSED)
def test_plans_that_cannot_be_carried_out_are_refused(code: str, spoil: object) -> None:
    with pytest.raises(CamError) as caught:
        build(spoil(plans.mill_plan()), MILL)  # type: ignore[operator]
    assert {finding.code for finding in caught.value.findings} == {code}


def test_several_tools_on_a_machine_that_changes_none_are_refused() -> None:
    with pytest.raises(CamError) as caught:
        build(plans.mill_plan(), ROUTER.model_copy(update={"tool_change": "none"}))
    assert [finding.code for finding in caught.value.findings] == ["E603"]


@pytest.mark.parametrize("power", [0.0, 1.5])
def test_a_beam_without_sensible_power_is_refused(power: float) -> None:
    plan = plans.laser_plan()
    with pytest.raises(CamError) as caught:
        build(replace(plan, cuts=(replace(plan.cuts[0], power=power),)), LASER)
    assert [finding.code for finding in caught.value.findings] == ["E604"]


def test_a_laser_does_not_drill() -> None:
    cut = Cut("p", 0, Kind.DRILL, hole=Hole(1.0, 1.0, 1.0, 100.0), power=0.5)
    with pytest.raises(CamError) as caught:
        build(replace(plans.laser_plan(), cuts=(cut,)), LASER)
    assert [finding.code for finding in caught.value.findings] == ["E604"]


# -- time -------------------------------------------------------------------------------------------------------------


def program(*moves: Move) -> Program:
    return Program("p", "m", "s", moves)


def machine_with(**rates: float) -> Machine:
    return LASER.model_copy(update={"rates": LASER.rates.model_copy(update=rates)})


def test_a_long_line_takes_its_length_and_one_ramp() -> None:
    machine = machine_with(acceleration_xy=100.0, rapid_xy=6000.0)
    times = duration(program(Rapid(0, 0, 0), Line(1000.0, 0, 0, 6000.0)), machine)
    assert times.cutting == pytest.approx(1000.0 / 100.0 + 100.0 / 100.0)
    assert times.cut_length == 1000.0


def test_a_short_line_never_reaches_its_feed() -> None:
    machine = machine_with(acceleration_xy=100.0)
    total = duration(program(Rapid(0, 0, 0), Line(1.0, 0, 0, 6000.0)), machine).total
    assert total == pytest.approx(2 * math.sqrt(0.01))


def test_a_line_in_pieces_takes_no_longer() -> None:
    whole = duration(program(Rapid(0, 0, 0), Line(100.0, 0, 0, 3000.0)), LASER)
    pieces = duration(program(Rapid(0, 0, 0), *(Line(float(x), 0, 0, 3000.0) for x in range(1, 101))), LASER)
    assert pieces.total == pytest.approx(whole.total)


def test_a_comment_does_not_stop_the_machine_and_a_switch_does() -> None:
    before, after = Line(50.0, 0, 0, 3000.0), Line(100.0, 0, 0, 3000.0)
    spoken = duration(program(Rapid(0, 0, 0), before, Comment("x"), after), LASER).total
    switched = duration(program(Rapid(0, 0, 0), before, Air(True), after), LASER).total
    assert spoken == pytest.approx(duration(program(Rapid(0, 0, 0), before, after), LASER).total)
    assert switched > spoken


def test_a_corner_is_as_slow_as_its_junction_deviation_says() -> None:
    machine = machine_with(acceleration_xy=500.0, junction=0.01)
    legs = [Rapid(0, 0, 0), Line(100.0, 0, 0, 6000.0), Line(100.0, 100.0, 0, 6000.0)]
    half = math.sqrt(0.5)
    # Both axes change their speed there, each with its own acceleration.
    corner = math.sqrt(500.0 / half * 0.01 * half / (1 - half))
    top, ramp = 100.0, 100.0 / 500.0
    way = (top**2 + top**2 - corner**2) / (2 * 500.0)
    leg = ramp + (top - corner) / 500.0 + (100.0 - way) / top
    assert duration(program(*legs), machine).total == pytest.approx(2 * leg)


def test_a_small_circle_is_as_slow_as_its_radius_says_where_arcs_stay_arcs() -> None:
    machine = machines.load("generic-linuxcnc-laser")
    rates = machine.rates.model_copy(update={"acceleration_xy": 500.0, "rapid_xy": 60000.0})
    machine = machine.model_copy(update={"rates": rates})
    halves = [Rapid(1.0, 0, 0)] + [Arc(x, 0, 0, 0, 0, False, 60000.0) for x in (-1.0, 1.0)] * 50
    speed = math.sqrt(500.0 * 1.0)
    assert duration(program(*halves), machine).cutting == pytest.approx(50 * 2 * math.pi / speed, rel=0.02)


@pytest.mark.parametrize("name", ["generic-grbl-laser", "generic-grbl-router"])
def test_times_are_those_of_a_simulation_step_by_step(name: str) -> None:
    """Plans of lines, arcs, helices and tabs against GRBL's planner followed in steps of 0.1 ms: within 1 %."""
    machine = machines.load(name)
    built = build(plans.plan_for(machine), machine)
    runs = naive.blocks(expanded(built.moves, machine), machine.rates, machine.abilities.arc_chord)
    held = machine.abilities.planner_blocks - 1
    there = sum(naive.motion_seconds(run, machine.rates, held) for run in runs)
    times = duration(built, machine)
    assert times.cutting + times.rapid == pytest.approx(there, rel=0.01)


def test_the_slowest_axis_limits_a_slanted_rapid() -> None:
    times = duration(program(Rapid(0, 0, 0), Rapid(1000.0, 0, 0), Rapid(2000.0, 1000.0, 0)), LASER)
    straight = duration(program(Rapid(0, 0, 0), Rapid(1000.0, 0, 0)), LASER)
    assert times.rapid < 2.2 * straight.rapid


def test_times_are_sorted_by_what_the_machine_does() -> None:
    laser = duration(build(plans.laser_plan(), LASER), LASER)
    assert (laser.dwell, laser.pierces, laser.tool_change) == (0.6, 2, 0.0)
    mill = duration(build(plans.mill_plan(), MILL), MILL)
    assert mill.dwell == pytest.approx(2 * 3.0 + 0.25)
    assert (mill.tool_change, mill.pierces) == (60.0, 0)
    assert mill.total == mill.cutting + mill.rapid + mill.dwell + mill.tool_change


def test_a_program_without_moves_takes_no_time() -> None:
    assert duration(program(Comment("x"), End()), LASER).total == 0.0


def brute_force(moves: tuple[Move, ...], machine: Machine) -> float:
    """Time of a program in the plane by walking it in small steps of even length, speed limited there and back."""
    way = track(list(moves))
    form = shape(way)
    limit, ds, accel = [0.0], [], []
    for row in range(len(way.end)):
        length = float(form.length[row])
        count = max(1, math.ceil(length / 0.002))
        share = np.abs(form.entry[row, :2])
        if way.sense[row]:
            share = np.array([1.0, 1.0])
        a = min(machine.rates.acceleration_xy / s for s in share if s > 1e-12) if length else 1.0
        v = min(machine.rates.rapid_xy / s for s in share if s > 1e-12) if length else 60.0
        v = (min(v, way.feed[row]) if way.feed[row] else v) / 60.0
        v = min(v, math.sqrt(a * form.radius[row]))
        limit[-1] = min(limit[-1], v)
        limit += [v] * count
        ds += [length / count] * count
        accel += [a] * count
        if row + 1 < len(way.end):
            limit[-1] = min(v, corner(way, form, row, machine))
    limit[0] = limit[-1] = 0.0
    for i in range(len(ds) - 1, -1, -1):
        limit[i] = min(limit[i], math.sqrt(limit[i + 1] ** 2 + 2 * accel[i] * ds[i]))
    for i in range(len(ds)):
        limit[i + 1] = min(limit[i + 1], math.sqrt(limit[i] ** 2 + 2 * accel[i] * ds[i]))
    return sum(2 * step / (u + v) for step, u, v in zip(ds, limit[:-1], limit[1:], strict=True) if step)


def corner(way: object, form: object, row: int, machine: Machine) -> float:
    if way.stands[row + 1]:  # type: ignore[attr-defined]
        return 0.0
    turn = math.acos(max(-1.0, min(1.0, float(form.exit[row] @ form.entry[row + 1]))))  # type: ignore[attr-defined]
    half = math.cos(turn / 2)
    change = form.entry[row + 1, :2] - form.exit[row, :2]  # type: ignore[attr-defined]
    accel = machine.rates.acceleration_xy / max(np.abs(change).max() / max(np.hypot(*change), 1e-12), 1e-12)
    return math.inf if half > 1 - 1e-12 else math.sqrt(accel * machine.rates.junction * half / (1 - half))


PLACES = st.tuples(st.floats(0, 20), st.floats(0, 20), st.sampled_from([600.0, 3000.0, 0.0]))


@given(st.lists(PLACES, min_size=2, max_size=6))
def test_the_time_model_agrees_with_a_walk_in_small_steps(places: list[tuple[float, float, float]]) -> None:
    moves: list[Move] = [Rapid(0.0, 0.0, 0.0)]
    for x, y, feed in places:
        if math.dist((x, y), (moves[-1].x, moves[-1].y)) > 0.1:  # type: ignore[union-attr]
            moves.append(Line(x, y, 0.0, feed) if feed else Rapid(x, y, 0.0))
    moves.append(Arc(moves[-1].x, moves[-1].y + 6.0, 0.0, moves[-1].x, moves[-1].y + 3.0, False, 3000.0))  # type: ignore[union-attr]
    machine = machines.load("generic-linuxcnc-laser")  # it keeps arcs, and its planner has no end
    total = duration(program(*moves), machine).total
    assert total == pytest.approx(brute_force(tuple(moves), machine), rel=0.01)
