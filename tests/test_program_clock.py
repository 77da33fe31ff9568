"""How long programs take, against closed forms and a walk in small steps."""

import math

import naive
import numpy as np
import plans
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcore import machine as machines
from camcore.machine import Machine
from camcore.moves import Air, Arc, Comment, End, Line, Move, Rapid
from camcore.program import Program, build, duration
from camcore.program.track import expanded, shape, track

LASER = machines.load("generic-grbl-laser")
MILL = machines.load("generic-linuxcnc-mill")


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
