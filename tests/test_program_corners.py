"""Corners of a beam of constant power: power and feed go down together where the machine has to slow down."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import laser_plans
from shop import PARTS, nest_of, part

import postprocessors
from camcore import machine, material
from camcore.findings import CamError
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.moves import Arc, Beam, Line
from camcore.nesting.model import Placement
from camcore.program import build, duration
from camcore.program.corners import LEAST, STEPS
from camcore.program.track import shape, track
from camcore.toolpath import plan, resolve
from camcore.toolpath.model import Cut, Kind, Plan, Role, Stroke
from camcore.verify import inspect

LINUX = machine.load("generic-linuxcnc-laser")
BOARD = part("board", Curve.rectangle(40, 30), Curve.circle(10, 10, 4))


def corner(feed=6000.0, power=0.8, length=50.0, turn=90.0):
    """One cut round a corner."""
    a = math.radians(turn)
    far = 20 + length
    bend = Curve([(20, 20), (far, 20), (far + length * math.cos(a), 20 + length * math.sin(a))], closed=False)
    cut = Cut("p", 0, Kind.HOLE, strokes=(Stroke(bend, Role.CUT, feed),), power=power)
    (sheet,) = nest_of([Placement("disc", 50, 50, 0)]).sheets
    return Plan(sheet, "laser", (cut,), 1.0, kerf=0.2, corner_power=0.25)


def burnt(program):
    """Length, power and feed of all that is cut."""
    found, power = [], 0.0
    way = track(program.moves, live=True)
    lengths, number = shape(way).length, -1
    for move in program.moves:
        if isinstance(move, Beam):
            power = move.power
        elif hasattr(move, "x"):
            number += 1
            if isinstance(move, Line | Arc):
                found.append((float(lengths[number]), power, move.feed))
    return np.array(found).reshape(-1, 3)


def test_power_and_feed_go_down_into_the_corner_and_up_out_of_it():
    rows = burnt(build(corner(), LINUX))
    feeds = rows[:, 2].tolist()
    low = int(np.argmin(feeds))
    assert feeds[0] == feeds[-1] == 6000
    assert feeds[: low + 1] == sorted(feeds[: low + 1], reverse=True)
    assert feeds[low:] == sorted(feeds[low:])
    assert min(feeds) < 3000
    assert rows[:, 1] / rows[:, 2] == pytest.approx(0.8 / 6000)
    assert 3 < rows[0, 0] < 50
    assert len(rows) <= 2 * (STEPS + 1)


def test_steps_follow_v_squared_is_2_a_s():
    """The slow stretches are as long as the machine takes to brake: (v² − v₀²) / 2a on either side."""
    rows = burnt(build(corner(turn=180.0 - 1e-6), LINUX))
    slowed = rows[rows[:, 2] < 6000][:, 0].sum()
    assert slowed == pytest.approx(2 * 100.0**2 / (2 * LINUX.rates.acceleration_xy), rel=0.25)


def test_gentle_bends_slow_cuts_and_dynamic_beams_stay_as_they_are():
    for chosen, made in (
        (corner(turn=0.5), LINUX),
        (corner(feed=100), LINUX),
        (replace(corner(), corner_power=1.0), LINUX),
        (corner(), machine.load("generic-grbl-laser")),
        (corner(), machine.load("ender-3-laser")),
    ):
        assert len({feed for _, _, feed in burnt(build(chosen, made))}) == 1


@settings(max_examples=30)
@given(laser_plans(), st.sampled_from([0.1, 0.25, 0.5]))
def test_the_way_the_energy_and_the_bounds_hold_for_any_plan(wanted, least):
    wanted = replace(wanted, cuts=tuple(replace(cut, pierce=0.0) for cut in wanted.cuts))
    plain, eased = (build(replace(wanted, corner_power=share), LINUX) for share in (1.0, least))
    before, after = burnt(plain), burnt(eased)
    assert after[:, 0].sum() == pytest.approx(before[:, 0].sum(), rel=1e-6, abs=1e-6)
    assert np.dot(after[:, 0], after[:, 1] / after[:, 2]) == pytest.approx(
        np.dot(before[:, 0], before[:, 1] / before[:, 2]), rel=1e-5
    )
    assert (after[:, 1] >= least * before[:, 1].min(initial=1.0) - 1e-9).all()
    assert len(after) <= (2 * STEPS + 1) * len(before)
    assert len(after) <= len(before) + before[:, 0].sum() / LEAST
    ends = [(m.x, m.y) for m in plain.moves if hasattr(m, "x")]
    kept = {(m.x, m.y) for m in eased.moves if hasattr(m, "x")}
    assert set(ends) <= kept


def test_arcs_are_cut_up_on_their_own_circle():
    quarter = Curve([(20, 20, 0), (70, 20, -math.tan(math.pi / 8)), (90, 0, 0)], closed=False)
    there = corner()
    cut = replace(
        there.cuts[0],
        strokes=(
            Stroke(quarter, Role.CUT, 12000.0),
            Stroke(Curve([(90, 0), (120, 0)], closed=False), Role.CUT, 12000.0),
        ),
    )
    moves = build(replace(there, cuts=(cut,)), LINUX).moves
    places = [(m, a) for a, m in pairwise([m for m in moves if hasattr(m, "x")]) if isinstance(m, Arc)]
    assert len(places) > 1
    for arc, before in places:
        assert math.dist((arc.x, arc.y), (arc.cx, arc.cy)) == pytest.approx(20)
        assert math.dist((before.x, before.y), (arc.cx, arc.cy)) == pytest.approx(20)


@pytest.mark.parametrize("name", ["board", "gusset", "barrier", "frame", "plate"])
def test_programs_with_ramps_are_proven_and_hardly_slower(name):
    made = {"board": BOARD, **PARTS}[name]
    nest = nest_of([Placement(made.id, 80, 80, 30)], {made.id: made})
    nest = replace(nest, parts={made.id: made})
    times, blocks = [], []
    for share in (1.0, 0.25):
        chosen = resolve(LINUX, material.load("pet"), 0.35, {"corner_power": share})
        (result,) = plan(nest, chosen)
        program = build(result, LINUX)
        text = postprocessors.write(program, LINUX)
        verdict = inspect(text, LINUX, task_of(nest, result))
        assert verdict.proven, verdict.findings
        times.append(duration(program, LINUX).total)
        blocks.append(sum(isinstance(move, Line | Arc) for move in program.moves))
    assert 0.99 * times[0] <= times[1] < 1.25 * times[0]
    assert blocks[0] < blocks[1] <= 5 * blocks[0]


@pytest.mark.parametrize(
    ("name", "share"),
    [
        ("generic-grbl-laser", 0.5),
        ("ender-3-laser", 0.5),
        ("generic-linuxcnc-laser", 0.0),
        ("generic-linuxcnc-laser", 1.5),
    ],
)
def test_ramps_are_refused_where_they_do_nothing(name, share):
    with pytest.raises(CamError) as caught:
        resolve(machine.load(name), material.load("pet"), 0.35, {"corner_power": share})
    assert [(f.code, f.where["key"]) for f in caught.value.findings] == [("E333", "process.corner_power")]


def test_by_default_only_beams_of_constant_power_that_can_change_it_have_ramps():
    shares = {
        name: resolve(machine.load(name), material.load("pet"), 0.35).laser.corner_power
        for name in ("generic-grbl-laser", "ender-3-laser", "k40-smoothieboard", "generic-linuxcnc-laser")
    }
    assert shares == {
        "generic-grbl-laser": 1.0, "ender-3-laser": 1.0, "k40-smoothieboard": 1.0, "generic-linuxcnc-laser": 0.25
    }  # fmt: skip
