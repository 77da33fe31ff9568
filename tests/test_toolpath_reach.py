"""What a tool does not get into: holes, necks, slots and corners."""

import math

import pytest
from curves import c_frame, dumbbell, obround, rounded
from shop import NARROW, PARTS, part, plan_of, setup, worst_gouge, worst_uncut

from camcore import machine, material
from camcore.findings import errors
from camcore.geometry import Curve
from camcore.toolpath import resolve, unmakeable
from camcore.toolpath.model import Kind

PROCESSES = ["laser", "mill"]


@pytest.mark.parametrize(
    ("process", "hole", "size"),
    [
        ("laser", Curve.circle(0, 0, 0.05), 0.1),
        ("mill", Curve.circle(0, 0, 0.4), 0.8),
        ("mill", Curve.rectangle(20, 0.9), 0.9),
        ("mill", obround(10, 0.95), 0.95),
    ],
)
def test_holes_narrower_than_kerf_or_tool_are_errors(process, hole, size):
    made = part("made", Curve.rectangle(60, 40, -20, -20), hole)
    result = plan_of(made, setup(process))
    (found,) = errors(result.findings)
    assert (found.code, found.where["index"]) == ("E501", 0)
    assert found.where["size"] == pytest.approx(size)
    assert unmakeable(made, setup(process)) == (found,)


@pytest.mark.parametrize("process", PROCESSES)
def test_parts_that_can_be_made_are_not_unmakeable(process):
    assert [name for name, made in PARTS.items() if unmakeable(made, setup(process))] == []


def _notched(width, depth):
    w = width / 2
    return Curve.polygon(
        [(0, 0), (30, 0), (30, 20), (15 + w, 20), (15 + w, 20 - depth), (15 - w, 20 - depth), (15 - w, 20), (0, 20)]
    )


def test_necks_and_slots_are_cut_with_the_largest_tool_that_gets_in():
    slotted, notched = part("slotted", c_frame(40, 10, 2.5)), part("notched", _notched(1.8, 0.6))
    for made, kind, diameter in ((NARROW, Kind.HOLE, 1.0), (slotted, Kind.OUTLINE, 2.0), (notched, Kind.OUTLINE, 1.0)):
        result = plan_of(made, setup("mill", tool=3.175))
        assert {result.tools[c.tool].diameter for c in result.cuts if c.kind is kind} == {diameter}
        assert not errors(result.findings)
        assert worst_gouge(result, {made.id: made}) < 1e-4
        told = [f for f in result.findings if f.code == "I506"]
        assert [f.where["size"] for f in told] == [diameter] * (kind is Kind.OUTLINE)


@pytest.mark.parametrize("made", [part("slotted", c_frame(40, 10, 2.5)), part("notched", _notched(1.8, 0.6))])
def test_slots_that_the_only_tool_does_not_enter_are_errors(made):
    single = machine.load("generic-linuxcnc-mill").model_copy(update={"tool_change": "none"})
    result = plan_of(made, resolve(single, material.load("fr4"), 1.5))
    assert [f.code for f in errors(result.findings)] == ["E501"]


def test_neck_too_narrow_for_every_tool_is_an_error_with_its_place():
    made = part("made", Curve.rectangle(60, 40), dumbbell(12, 0.8, 8).moved(8, 8))
    result = plan_of(made, setup("mill"))
    (found,) = errors(result.findings)
    assert found.code == "E501"
    assert 20 <= found.where["x"] <= 28
    assert len([cut for cut in result.cuts if cut.kind is Kind.HOLE]) == 2


def test_inside_corners_are_warned_of_with_what_is_left():
    result = plan_of(PARTS["frame"], setup("mill"))
    (found,) = result.findings
    assert found.code == "W502"
    assert found.where["size"] == pytest.approx(3.175 / 2 * (math.sqrt(2) - 1), abs=1e-3)


def test_fillets_smaller_than_the_tool_are_corners_too():
    for radius in (0.5, 1.0, 1.5):
        made = part("made", Curve.rectangle(60, 40), rounded(20, 12, radius).moved(10, 10))
        found = [f for f in plan_of(made, setup("mill")).findings if f.code == "W502"]
        left = (3.175 / 2 - radius) * (math.sqrt(2) - 1)
        assert [f.where["size"] for f in found] == [pytest.approx(left, abs=1e-3)] * (left > 0.1)


def test_equal_windows_are_one_finding():
    windows = [Curve.rectangle(6, 6, 10 * k, 5) for k in range(5)]
    (found,) = plan_of(part("made", Curve.rectangle(70, 20, -10, 0), *windows), setup("mill")).findings
    assert found.code == "W502"
    assert found.message.endswith("(and 4 more alike)")


def test_fillets_as_wide_as_the_tool_are_made():
    made = part("made", Curve.rectangle(60, 40), rounded(20, 12, 3.175 / 2).moved(10, 10))
    result = plan_of(made, setup("mill"))
    assert result.findings == ()
    assert worst_uncut(result, {"made": made}) < 0.02


def test_slot_as_wide_as_the_tool_is_cut():
    made = part("made", Curve.rectangle(60, 40), obround(20, 3.175).moved(30, 20))
    result = plan_of(made, setup("mill"))
    assert not errors(result.findings)
    assert worst_gouge(result, {"made": made}) < 0.003
