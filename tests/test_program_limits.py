"""What a machine cannot do: places it does not reach, speeds, tools, and plans that make no sense."""

import math
from dataclasses import replace

import numpy as np
import plans
import pytest
from plans import one_stroke, only

from camcore import machine as machines
from camcore.findings import CamError, Severity, errors
from camcore.geometry import Curve
from camcore.moves import Arc, Line, Spindle
from camcore.program import Program, build
from camcore.toolpath.model import Cut, Hole, Kind, Plan, Role, Stroke

LASER = machines.load("generic-grbl-laser")
ROUTER = machines.load("generic-grbl-router")
MILL = machines.load("generic-linuxcnc-mill")


def codes(program: Program) -> list[str]:
    return [finding.code for finding in program.findings]


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
