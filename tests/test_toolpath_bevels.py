"""Countersinks and broken edges: a cone takes the width that was asked for, and the proof measures it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import ezdxf
import pytest
from shop import PARTS, part, plan_of, setup
from test_toolpath_hold import proof

from camcore import machine, material, ready, toolpath
from camcore.findings import CamError
from camcore.formats.cut import CutFile
from camcore.geometry import Curve
from camcore.machine import Machine
from camcore.part import Bevel, Part
from camcore.tooling import ToolSpec
from camcore.toolpath.model import Cut, Kind, Plan
from camcore.toolpath.setup import Setup
from camcore.verify.checks import CHECKS

MILL = machine.load("generic-linuxcnc-mill")
THICK = 3.0
SINK = Bevel("hole", 0, 0.5, 82.0)
ROUND = Bevel("outline", 0, 0.3)
PLATE = part("sunk", Curve([[0, 0, 0], [50, 0, 0], [50, 20, 0], [30, 20, 0], [30, 30, 0], [0, 30, 0]]),
             Curve.circle(12, 15, 2.1), Curve.circle(38, 10, 4.0), Curve.rectangle(8, 6, 18, 4))  # fmt: skip


def bevelled(*bevels: Bevel, chosen: Setup | None = None, rotation: float = 0.0) -> Plan:
    PARTS["sunk"] = replace(PLATE, bevels=bevels)
    return plan_of(PARTS["sunk"], chosen or setup("mill", THICK, tool=3.175), rotation)


def broken(result: Plan) -> list[Cut]:
    return [cut for cut in result.cuts if cut.bevel]


def codes(result: Plan, name: str = "generic-linuxcnc-mill") -> set[str]:
    return {finding.code for finding in proof(result, name).findings if finding.code != "W754"}


def test_a_countersink_comes_down_in_the_middle_of_its_hole() -> None:
    (cut,) = broken(bevelled(SINK))
    assert cut.hole
    wide = 0.1 + cut.hole.depth * math.tan(math.radians(41))
    assert wide == pytest.approx(2.1 + 0.5)
    assert cut.hole.dwell > 0
    assert bevelled(SINK).tools[cut.tool].angle == 82


def test_an_edge_is_broken_around_it_before_all_else() -> None:
    result = bevelled(ROUND, Bevel("hole", 2, 0.3))
    assert [bool(cut.bevel) for cut in result.cuts] == [True, True] + [False] * (len(result.cuts) - 2)
    for cut in broken(result):
        depth = -cut.strokes[-1].z1
        assert 0.1 + depth * math.tan(math.radians(45)) == pytest.approx(0.2 + 0.3)
        assert cut.kind is Kind.MARK


@pytest.mark.parametrize("name", ["generic-linuxcnc-mill", "haas-vf-2", "generic-grbl-router"])
def test_the_whole_way_is_proven(name: str) -> None:
    result = bevelled(SINK, ROUND, *(Bevel("hole", k, 0.25) for k in (1, 2)), rotation=30.0)
    assert codes(result, name) == set()
    figures = next(checked.figures for checked in proof(result, name).checks if checked.name == "bevels")
    assert figures["bevels"] == 4
    assert figures["width_error"] < 0.003


def changed(result: Plan, **more: object) -> Plan:
    """The plan with its first bevel declared otherwise than it is made."""
    first = broken(result)[0]
    assert first.bevel
    told = replace(first, bevel=replace(first.bevel, **more))  # type: ignore[arg-type]
    return replace(result, cuts=tuple(told if cut is first else cut for cut in result.cuts))


@pytest.mark.parametrize("bevel", [SINK, ROUND, Bevel("hole", 2, 0.25)])
@pytest.mark.parametrize("more", [{"width": 0.33}, {"width": 0.27}, {"angle": 100.0}, {"kind": "hole", "index": 1}])
def test_what_is_not_as_declared_is_found(bevel: Bevel, more: dict[str, object]) -> None:
    """E777"""
    assert codes(changed(bevelled(bevel), **more)) == {"E777"}


def test_a_bevel_that_is_cut_half_way_is_found() -> None:
    result = bevelled(ROUND)
    cut = broken(result)[0]
    short = replace(cut, strokes=cut.strokes[:1])
    assert codes(replace(result, cuts=(short, *result.cuts[1:]))) == {"E777"}
    undeclared = replace(result, cuts=(replace(cut, bevel=None), *result.cuts[1:]))
    assert "E777" in codes(undeclared)


def test_cut_json_says_what_is_broken_and_by_what() -> None:
    told = CutFile.of(bevelled(SINK), "", "").model_dump(mode="json")
    assert [cut["bevel"] for cut in told["cuts"] if "bevel" in cut] == [
        {"kind": "hole", "index": 0, "width": 0.5, "angle": 82.0}
    ]
    assert list(told["cones"].values()) == [{"angle": 82.0, "tip": 0.2}]
    assert "cones" not in CutFile.of(bevelled(), "", "").model_dump(mode="json")


def with_tools(**tools: float | ToolSpec) -> Setup:
    own = Machine.model_validate({**MILL.model_dump(), "tools": tools})
    return toolpath.resolve(own, material.load("fr4"), THICK)


def test_without_the_cone_it_is_told() -> None:
    """E522"""
    small = ToolSpec(diameter=1.0, angle=90.0, tip=0.1)
    for chosen in (with_tools(burr=3.175), with_tools(burr=3.175, sink=small)):
        result = bevelled(Bevel("hole", 1, 1.0), chosen=chosen)
        assert broken(result) == []
        assert [finding.code for finding in result.findings if finding.code != "W502"] == ["E522"]


def test_a_smaller_cone_goes_round_where_it_is_too_small_to_come_down() -> None:
    chosen = with_tools(burr=3.175, sink=ToolSpec(diameter=4.0, angle=90.0, tip=0.1))
    result = bevelled(Bevel("hole", 1, 1.0), chosen=chosen)
    assert broken(result)[0].strokes
    assert codes(result) == set()


def test_a_laser_breaks_no_edges_and_says_so() -> None:
    """W523"""
    PARTS["sunk"] = replace(PLATE, bevels=(ROUND,))
    told = plan_of(PARTS["sunk"], setup("laser")).findings
    assert "W523" in [finding.code for finding in told]


def test_mirrored_parts_keep_their_bevels() -> None:
    PARTS["sunk"] = replace(PLATE, bevels=(SINK, ROUND))
    assert codes(plan_of(PARTS["sunk"], setup("mill", THICK, tool=3.175), 15.0, mirror=True)) == set()


JOB = """
version = 1
name = "sunk"
machine = "generic-linuxcnc-mill"
material = "fr4"
thickness = 3.0

[[parts]]
drawing = "plate.dxf"
mirror = true
{work}

[[sheets]]
size = [200, 150]
"""


def job(folder: Path, *work: str, name: str = "generic-linuxcnc-mill") -> tuple[Part, list[str]]:
    drawing = ezdxf.new(units=4)  # type: ignore[attr-defined]
    drawing.modelspace().add_lwpolyline([(0, 0), (50, 0), (50, 30), (0, 30)], close=True)
    for x in (10, 40):
        drawing.modelspace().add_circle((x, 15), 2.1)
    drawing.saveas(folder / "plate.dxf")
    tables = "\n".join(f"[[parts.work]]\n{table}" for table in work)
    (folder / "job.toml").write_text(JOB.format(work=tables).replace("generic-linuxcnc-mill", name))
    made = ready.prepare(folder / "job.toml", ready.Budget())
    return made.intake.demands[0].part, [finding.code for finding in made.findings]


def test_a_job_asks_for_work_on_holes_and_edges(tmp_path: Path) -> None:
    made, told = job(
        tmp_path,
        'do = "countersink"\nholes = 4.2\ndiameter = 8.2\nangle = 82',
        'do = "break"\nedges = "outline"\nwidth = "0.010in"',
    )
    assert made.bevels == (
        Bevel("hole", 0, pytest.approx(2.0), 82.0), Bevel("hole", 1, pytest.approx(2.0), 82.0),
        Bevel("outline", 0, pytest.approx(0.254), 90.0),
    )  # fmt: skip
    assert "W327" in told


def test_counterbores_are_pockets_about_their_holes(tmp_path: Path) -> None:
    made, _ = job(tmp_path, 'do = "counterbore"\nholes = 4.2\ndiameter = 9.5\ndepth = 1.5')
    assert [(pocket.curve.as_circle()[2], pocket.depth) for pocket in made.pockets] == [  # type: ignore[index]
        (pytest.approx(4.75), 1.5)
    ] * 2
    result = plan_of(replace(made, id="sunk"), setup("mill", THICK, tool=3.175))
    PARTS["sunk"] = replace(made, id="sunk")
    assert codes(result) == set()


def test_a_laser_makes_no_counterbores_and_says_so(tmp_path: Path) -> None:
    work = 'do = "counterbore"\nholes = 4.2\ndiameter = 9.5\ndepth = 1.5'
    assert "W123" in job(tmp_path, work, name="generic-grbl-laser")[1]
    assert "W123" not in job(tmp_path, work)[1]


def test_work_that_finds_no_hole_is_told(tmp_path: Path) -> None:
    """E524"""
    _, told = job(tmp_path, 'do = "countersink"\nholes = 5\ndiameter = 8')
    assert "E524" in told


def test_work_without_its_sizes_is_told(tmp_path: Path) -> None:
    with pytest.raises(CamError) as caught:
        job(tmp_path, 'do = "counterbore"\nholes = 5\ndiameter = 8')
    assert "depth" in caught.value.findings[0].message


def test_the_check_is_in_the_list() -> None:
    assert "bevels" in [check.run.__name__ for check in CHECKS]
