"""Tools that do not cut to their centre: they go down on ramps and helices, or somebody hears of it."""

from __future__ import annotations

import math

import pytest
from pydantic import ValidationError
from shop import PARTS, part, plan_of
from test_toolpath_hold import proof

from camcore import machine, material, toolpath
from camcore.geometry import Curve
from camcore.machine import Machine
from camcore.part import Part, Pocket
from camcore.tooling import ToolSpec
from camcore.toolpath.model import Kind, Plan, Role
from camcore.toolpath.setup import Setup

BLUNT = ToolSpec(diameter=3.175, plunges=False)
MILL = machine.load("generic-linuxcnc-mill")


def with_tools(**tools: float | ToolSpec) -> Machine:
    return Machine.model_validate({**MILL.model_dump(), "tools": tools})


def chosen(thickness: float = 3.0, **tools: float | ToolSpec) -> Setup:
    return toolpath.resolve(with_tools(**tools), material.load("fr4"), thickness)


def planned(made: Part, setup: Setup) -> Plan:
    PARTS[made.id] = made
    return plan_of(made, setup)


def codes(result: Plan) -> list[str]:
    return [finding.code for finding in result.findings]


def test_a_hole_as_wide_as_the_tool_is_drilled_only_by_one_that_plunges() -> None:
    made = part("bore", Curve.rectangle(40, 30), Curve.circle(20, 15, 3.175 / 2))
    (hole, _) = planned(made, chosen(burr=3.175)).cuts
    assert hole.hole
    (hole, _) = planned(made, chosen(burr=BLUNT, fine=1.5)).cuts
    assert (hole.hole, hole.tool) == (None, 2)
    assert codes(planned(made, chosen(burr=BLUNT))) == ["E521"]


def test_small_holes_are_gone_down_in_the_helix_that_was_asked_for() -> None:
    made = part("bore", Curve.rectangle(40, 30), Curve.circle(20, 15, 2.5))
    for burr, steep in ((BLUNT, False), (3.175, True)):
        result = planned(made, chosen(6.0, burr=burr))
        (hole, _) = result.cuts
        ramps = [stroke for stroke in hole.strokes if stroke.role is Role.RAMP]
        falls = [(stroke.z0 - stroke.z1) / stroke.curve.length for stroke in ramps]
        assert (max(falls) > math.tan(math.radians(3)) + 1e-9) == steep
        assert {finding.code for finding in proof(result).findings} == set()


def test_where_no_helix_fits_a_smaller_tool_is_taken_or_somebody_hears_of_it() -> None:
    """E521"""
    made = part("bore", Curve.rectangle(40, 30), Curve.circle(20, 15, 2.0))
    (hole, _) = planned(made, chosen(burr=BLUNT, fine=2.0)).cuts
    assert hole.tool == 2
    told = planned(made, chosen(burr=BLUNT)).findings
    assert [finding.code for finding in told] == ["E521"]
    assert told[0].where["index"] == 0


@pytest.mark.parametrize("size", [4.5, 12.0])
def test_pockets_are_ramped_into_or_left_to_another_tool(size: float) -> None:
    pocket = Pocket(Curve.rectangle(size, size, 10, 8).ccw(), (), 2.0)
    made = Part("well", Curve.rectangle(60, 30), pockets=(pocket,))
    result = planned(made, chosen(burr=BLUNT))
    if size < 5:
        assert codes(result) == ["E521"]
        return
    (cut, _) = result.cuts
    for stroke in cut.strokes:
        assert (stroke.z0 - stroke.z1) / stroke.curve.length <= math.tan(math.radians(3)) + 1e-9
    assert cut.kind is Kind.POCKET
    assert {finding.code for finding in proof(result).findings} == set()


@pytest.mark.parametrize(
    ("tool", "why"),
    [
        ({"diameter": 6.0, "kind": "countersink"}, "angle"),
        ({"diameter": 6.0, "angle": 90.0, "tip": 6.0}, "tip"),
        ({"diameter": 6.0, "colour": "red"}, "colour"),
    ],
)
def test_entries_of_tools_are_checked(tool: dict[str, float | str], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        with_tools(cutter=tool)  # type: ignore[arg-type]


def test_kinds_of_tools_are_known_by_name_unless_they_are_stated() -> None:
    named = {"drill 2": 2.0, "burr": 3.0, "sink": ToolSpec(diameter=6, angle=90)}
    named["odd drill"] = ToolSpec(diameter=2.5, kind="endmill")
    box = with_tools(**named).toolbox
    assert [tool.called(name) for name, tool in box.items()] == ["drill", "endmill", "countersink", "endmill"]
