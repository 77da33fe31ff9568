"""The crop line: last of all, from edge to edge, on the parts' side of the remnant; proven with the rest."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from jobs import job
from shop import PARTS, nest_of, setup

import postprocessors
from camcore import machine, program
from camcore.formats.common import read_json
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.moves import Comment, Line
from camcore.nesting.model import NestedSheet, Placement, Stock
from camcore.ready import Budget
from camcore.run import run
from camcore.toolpath import plan
from camcore.toolpath.model import Role
from camcore.verify import inspect

MACHINES = {"laser": machine.load("generic-grbl-laser"), "mill": machine.load("generic-linuxcnc-mill")}
STRIP = Curve.rectangle(200, 300, 200, 0)
ELL = Curve.polygon([(400, 300), (60, 300), (60, 120), (200, 120), (200, 0), (400, 0)])
NOTCHED = Curve.polygon([(0, 0), (350, 0), (400, 50), (400, 300), (0, 300)])


def sheet_of(remnant, outline=None, gap=12.0):
    """Parts left of x = 200 and below y = 120, so far from both."""
    stock = Stock("stock", outline or Curve.rectangle(400, 300))
    box = PARTS["plate"].box
    at = [Placement("plate", 10, 10, 0), Placement("plate", 200 - gap - box.x1, 120 - gap - box.y1, 0)]
    return NestedSheet("sheet-1", stock, tuple(at), 1, 200.0, remnant)


def planned(process, remnant, outline=None, gap=12.0, **settings):
    made = replace(nest_of([], PARTS), sheets=(sheet_of(remnant, outline, gap),), parts=PARTS)
    (result,) = plan(made, setup(process, crop=True, **settings))
    return made, result


@pytest.mark.parametrize("process", MACHINES)
@pytest.mark.parametrize("remnant", [STRIP, ELL])
def test_the_remnant_is_free_and_as_large_as_the_nest_says(process, remnant):
    made, result = planned(process, remnant)
    width = result.kerf or result.tools[result.crop[0].tool].diameter
    cuts = [shapely.LineString(s.curve.flattened()) for cut in result.crop for s in cut.strokes if s.role is Role.CUT]
    swept = shapely.union_all([line.buffer(width / 2, cap_style="square", join_style="mitre") for line in cuts])
    pieces = shapely.get_parts(shapely.box(0, 0, 400, 300).difference(swept))
    assert len(pieces) == 2
    wanted = shapely.Polygon(remnant.flattened())
    assert max(piece.symmetric_difference(wanted).area for piece in pieces if piece.covers(wanted.centroid)) < 1e-6
    chosen = MACHINES[process]
    verdict = inspect(postprocessors.write(program.build(result, chosen), chosen), chosen, task_of(made, result))
    assert verdict.proven, [f.message for f in verdict.findings]


@pytest.mark.parametrize("process", MACHINES)
def test_it_comes_last_and_is_no_cut_of_a_part(process):
    _, result = planned(process, STRIP)
    assert result.crop
    assert not [cut for cut in result.cuts if cut.placement < 0]
    words = [move.text for move in program.build(result, MACHINES[process]).moves if isinstance(move, Comment)]
    assert words[-1] == "crop line: frees the remnant"


def test_a_slanted_sheet_is_cut_from_edge_to_edge():
    outline = NOTCHED
    _, result = planned("laser", Curve.polygon([(370, 20), (400, 50), (400, 300), (370, 300)]), outline)
    (cut,) = result.crop
    line = shapely.LineString(cut.strokes[0].curve.flattened())
    assert shapely.LinearRing(outline.flattened()).distance(shapely.points(line.coords)).max() < 0.2


def test_several_passes_and_levels_go_forth_and_back():
    _, beam = planned("laser", STRIP, passes=3)
    assert [s.role for s in beam.crop[0].strokes] == [Role.CUT, Role.AGAIN, Role.AGAIN]
    _, milled = planned("mill", STRIP, step_down=0.6)
    depths = [(s.z0, s.z1) for s in milled.crop[0].strokes]
    assert depths[0][0] == 0
    assert depths[-1][0] == depths[-1][1] < -1.5
    for before, after in zip(milled.crop[0].strokes, milled.crop[0].strokes[1:], strict=False):
        assert np.allclose(before.curve.end, after.curve.start)
        assert before.z1 == after.z0


def test_without_room_it_is_left_to_a_person_and_told():
    _, result = planned("mill", STRIP, gap=3.1)
    assert not result.crop
    (finding,) = [f for f in result.findings if f.code == "W512"]
    assert finding.where["sheet"] == "sheet-1"


@pytest.mark.parametrize("process", MACHINES)
def test_nobody_gets_one_who_did_not_ask_or_has_no_remnant(process):
    assert not planned(process, None)[1].crop
    made = replace(nest_of([], PARTS), sheets=(sheet_of(STRIP),), parts=PARTS)
    assert not plan(made, setup(process))[0].crop


@pytest.mark.parametrize(
    ("name", "material", "thickness"), [("generic-grbl-laser", "pet", 0.25), ("generic-linuxcnc-mill", "fr4", 1.57)]
)
def test_a_run_says_so_in_cut_json(tmp_path, name, material, thickness):
    path = job(tmp_path, name, material, thickness, "[process]\ncrop = true\n")
    outcome = run(path, tmp_path / "out", Budget())
    assert outcome.exit_code == 0, [f.message for f in outcome.findings]
    (line,) = read_json(tmp_path / "out" / "sheet-01.cut.json")["crop"]
    assert [y for _, y in line] in ([0.0, 200.0], [200.0, 0.0])


@pytest.mark.parametrize("process", MACHINES)
@pytest.mark.parametrize("remnant", [STRIP, ELL])
def test_a_crop_line_that_is_not_cut_is_found(process, remnant):
    made, result = planned(process, remnant)
    chosen, task = MACHINES[process], task_of(made, result)
    assert [len(line.vertices) for line in task.crop] == [len(cut.strokes[0].curve.vertices) for cut in result.crop]
    moves = program.build(result, chosen).moves
    first = next(k for k, m in enumerate(moves) if isinstance(m, Comment) and m.text.startswith("crop line"))
    last = max(k for k, m in enumerate(moves) if isinstance(m, Line))
    without = replace(program.build(result, chosen), moves=(*moves[:first], *moves[last + 1 :]))
    found = inspect(postprocessors.write(without, chosen), chosen, task).findings
    assert {f.code for f in found if f.code[0] == "E"} == {"E785"}
