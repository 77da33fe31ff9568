"""Several passes of a beam, from the setting to the proof; scores and engravings."""

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from curves import rounded
from shop import PARTS, nest_of, part, setup, worst_gouge, worst_uncut

import postprocessors
from camcore import machine, material, program
from camcore.findings import CamError
from camcore.formats.cut import CutFile
from camcore.formats.layers import sheet_dxf
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.machinetables import WorkArea
from camcore.material.model import Figure
from camcore.moves import Beam, Rapid
from camcore.nesting.model import Placement
from camcore.toolpath import plan, resolve
from camcore.toolpath.model import Kind, Role
from camcore.verify import inspect

LASER = machine.load("generic-grbl-laser")
DEEP = LASER.model_copy(update={"work_area": WorkArea(x=(0, 1300), y=(0, 2600), z=(-5, 5))})
SMALL = part("small", rounded(7, 6, 1))
BOARD = part("board", Curve.rectangle(40, 30), Curve.circle(10, 10, 4))


def planned(made, chosen, *places):
    nest = nest_of([Placement(made.id, x, y, 0) for x, y in places or [(50, 50)]], {made.id: made})
    nest = replace(nest, parts={made.id: made})
    (result,) = plan(nest, chosen)
    return nest, result


def text_of(result, chosen=LASER):
    return postprocessors.write(program.build(result, chosen), chosen)


def errors(nest, result, text, chosen=LASER):
    return [f.code for f in inspect(text, chosen, task_of(nest, result)).findings if f.severity == "error"]


def lit(result, chosen=LASER):
    """How often the beam comes on, and how long the way is on which it is."""
    moves = program.build(result, chosen).moves
    beams = [move.power > 0 for move in moves if isinstance(move, Beam)]
    return sum(not a and b for a, b in pairwise([False, *beams]))


@pytest.mark.parametrize("passes", [2, 3, 5])
def test_a_closed_contour_goes_round_and_round_under_one_beam(passes):
    nest, result = planned(BOARD, setup("laser", passes=passes))
    _, once = planned(BOARD, setup("laser"))
    for cut, single in zip(result.cuts, once.cuts, strict=True):
        rounds = [s.curve.length for s in cut.strokes if s.role in (Role.CUT, Role.AGAIN)]
        (alone,) = [s.curve.length for s in single.strokes if s.role is Role.CUT]
        assert rounds == pytest.approx([alone] * passes)
        assert (cut.start, cut.end) == (single.start, single.end)
    assert lit(result) == 2
    assert errors(nest, result, text_of(result)) == []
    assert worst_gouge(result, {"board": BOARD}) < 1e-4


@pytest.mark.parametrize("passes", [2, 3])
@pytest.mark.parametrize(("name", "common"), [("board", True), ("gusset", True), ("small", False), ("washer", False)])
def test_passes_are_proven_with_joints_and_common_lines(passes, name, common):
    made = {"small": SMALL, "board": BOARD, **PARTS}[name]
    width, kerf = made.outline.box.width, 0.2
    chosen = setup("laser", passes=passes, common_cut=common, joints=0 if common else 2, kerf=kerf)
    nest, result = planned(made, chosen, *[(80 + k * (width + (kerf if common else 3.0)), 80) for k in range(3)])
    assert errors(nest, result, text_of(result)) == []
    assert worst_uncut(result, {made.id: made}) < 0.05


def test_what_has_gaps_goes_back_and_forth_and_travels_over_the_joints_alone():
    nest, result = planned(SMALL, setup("laser", passes=2, joints=2))
    (cut,) = result.cuts
    assert cut.end == cut.start
    moves = program.build(result, LASER).moves
    places = [(move.x, move.y) for move in moves if isinstance(move, Rapid)]
    assert max(math.dist(a, b) for a, b in pairwise(places[1:])) > 0
    assert errors(nest, result, text_of(result)) == []


def test_a_pass_too_few_is_not_cut_through():
    nest, result = planned(BOARD, setup("laser", passes=3))
    short = replace(result, cuts=tuple(_fewer(cut) for cut in result.cuts))
    verdict = inspect(text_of(short), LASER, task_of(nest, result))
    found = [f for f in verdict.findings if f.code == "E766"]
    assert [(f.where["kind"], f.where["size"], f.where["limit"]) for f in found] == [("hole", 2, 3), ("outline", 2, 3)]
    (loose,) = (check for check in verdict.checks if check.name == "loose")
    assert loose.figures["loose"] == 0


def _fewer(cut):
    k = next(k for k, stroke in enumerate(cut.strokes) if stroke.role is Role.AGAIN)
    return replace(cut, strokes=(*cut.strokes[:k], *cut.strokes[k + 1 :]))


def test_a_part_of_a_pass_too_few_is_found_where_it_is():
    """The last round of the outline loses one of its four sides: the beam goes off over it."""
    nest, result = planned(BOARD, setup("laser", passes=2))
    *rest, outline = result.cuts
    k = max(i for i, s in enumerate(outline.strokes) if s.role is Role.AGAIN)
    rows = outline.strokes[k].curve.segments
    side = int(np.argmax(rows[:, 2] - rows[:, 0]))
    parts = [rows[:side], rows[side + 1 :]]
    strokes = tuple(
        replace(outline.strokes[k], curve=Curve.from_segments(part, closed=False)) for part in parts if len(part)
    )
    cut = replace(outline, strokes=(*outline.strokes[:k], *strokes, *outline.strokes[k + 1 :]))
    broken = replace(result, cuts=(*rest, cut))
    found = [f for f in inspect(text_of(broken), LASER, task_of(nest, result)).findings if f.code == "E766"]
    assert [f.where["kind"] for f in found] == ["outline"]


def test_loose_only_after_the_last_pass():
    """A hole that is cut between the first and the last pass of the outline around it is in time."""
    nest, result = planned(BOARD, setup("laser", passes=2, lead=0.0, lead_out=0.0, overcut=0.0))
    hole, outline = result.cuts
    first = replace(outline, strokes=tuple(s for s in outline.strokes if s.role is not Role.AGAIN))
    last = replace(outline, strokes=tuple(s for s in outline.strokes if s.role is Role.AGAIN))
    early = replace(result, cuts=(first, hole, last))
    assert errors(nest, result, text_of(early)) == []
    late = replace(result, cuts=(first, last, hole))
    assert "E756" in errors(nest, result, text_of(late))


def test_the_focus_goes_down_with_each_pass_and_up_at_the_end():
    chosen = resolve(DEEP, material.load("pet"), 1.5, {"passes": 3, "focus_step": 0.5})
    nest, result = planned(BOARD, chosen)
    levels = {cut.kind: sorted({stroke.z0 for stroke in cut.strokes}) for cut in result.cuts}
    assert levels == {Kind.HOLE: [-1.0, -0.5, 0.0], Kind.OUTLINE: [-1.0, -0.5, 0.0]}
    moves = program.build(result, DEEP).moves
    assert [move.z for move in moves if isinstance(move, Rapid)][-1] == 0.0
    assert not any(isinstance(a, Beam) and a.power and isinstance(b, Rapid) for a, b in pairwise(moves))
    assert errors(nest, result, text_of(result, DEEP), DEEP) == []


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"passes": 0}, "passes"),
        ({"passes": 1.5}, "passes"),
        ({"passes": 51}, "passes"),
        ({"mark_passes": 0}, "mark_passes"),
        ({"passes": 2, "focus_step": 0.1}, "focus_step"),
        ({"mark_power": 1.0, "mark_feed": 10}, "mark_power"),
        ({"mark_power": 0.0}, "mark_power"),
        ({"score_passes": 3}, "score_power"),
        ({"score_feed": 0}, "score_power"),
    ],
)
def test_passes_that_make_no_sense_are_refused(said, key):
    with pytest.raises(CamError) as caught:
        setup("laser", **said)
    assert [(f.code, f.where["key"]) for f in caught.value.findings] == [("E333", f"process.{key}")]


def test_passes_share_the_energy_and_the_library_may_ask_for_them():
    one, two = (setup("laser", thickness=6.0, passes=n).laser for n in (1, 2))
    assert two.power / two.feed == pytest.approx(one.power / one.feed / 2)
    stuff = material.load("pet")
    family = stuff.laser.model_copy(
        update={"pass_depth": Figure[float](value=2.0, status="shop-calibrated", source="practice")}
    )
    thick = resolve(LASER, stuff.model_copy(update={"laser": family}), 5.0)
    assert thick.laser.passes == 3
    assert thick.sources["passes"].startswith("shop-calibrated")
    assert setup("laser").sources["passes"].startswith("uncalibrated default")


def test_files_say_the_passes_where_there_are_several():
    for passes, said in ((1, [None, None]), (2, [2, 2])):
        _, result = planned(BOARD, setup("laser", passes=passes))
        cuts = CutFile.of(result, "sheet-01.nc", "m").model_dump(mode="json")["cuts"]
        assert [cut.get("passes") for cut in cuts] == said


def test_the_dxf_has_each_path_once():
    drawn = []
    for passes in (1, 3):
        _, result = planned(BOARD, setup("laser", passes=passes))
        drawn.append(Counter(sheet_dxf(result, {"board": BOARD}, "paths").splitlines())["LWPOLYLINE"])
    assert drawn[0] == drawn[1]


def test_an_estimate_counts_the_passes():
    one, two = (program_time(setup("laser", passes=n, feed=1000, power=0.5)) for n in (1, 2))
    assert two.cut_length == pytest.approx(2 * one.cut_length, rel=0.1)
    assert 1.7 < two.each / one.each < 2.1


def program_time(chosen):
    from camcore.program.piece import piece_time

    return piece_time(BOARD, chosen, LASER)


# -- scores and engravings --------------------------------------------------------------------------------------------


def drawn(tmp_path):
    """A board with a line to fold along and another one to be seen."""
    import ezdxf

    from camcore import drawing
    from camcore.part import find

    document = ezdxf.new("R2000", units=4)
    sheet = document.modelspace()
    sheet.add_lwpolyline([(0, 0), (40, 0), (40, 30), (0, 30)], close=True, dxfattribs={"layer": "CUT"})
    sheet.add_line((5, 25), (15, 25), dxfattribs={"layer": "ENGRAVE"})
    sheet.add_line((20, 5), (20, 25), dxfattribs={"layer": "SCORE"})
    document.saveas(tmp_path / "card.dxf")
    (found,) = find(drawing.read(tmp_path / "card.dxf")).parts
    return found


@pytest.mark.parametrize("mirror", [False, True])
def test_layers_say_what_is_scored_and_what_is_engraved(tmp_path, mirror):
    card = drawn(tmp_path)
    assert (card.scores, len(card.marks)) == (1, 2)
    assert card.marks[0].length == pytest.approx(20)
    nest = replace(nest_of([Placement("card", 100, 50, 0, mirror)], {"card": card}), parts={"card": card})
    chosen = setup("laser", score_passes=2, score_power=0.2, score_feed=2500, mark_power=0.1, mark_feed=4000)
    (result,) = plan(nest, chosen)
    made = {cut.index: cut for cut in result.cuts if cut.kind is Kind.MARK}
    assert [cut.kind for cut in result.cuts] == [Kind.MARK, Kind.MARK, Kind.OUTLINE]
    assert [(made[k].power, made[k].strokes[0].feed, made[k].passes) for k in (0, 1)] == [
        (0.2, 2500, 2),
        (0.1, 4000, 1),
    ]
    assert sum(stroke.curve.length for stroke in made[0].strokes) == pytest.approx(40)
    assert errors(nest, result, text_of(result)) == []


def test_marks_whose_passes_together_would_go_through_are_found():
    line = Curve([(5, 25), (35, 25)], closed=False)
    made = replace(BOARD, marks=(line,))
    nest, result = planned(made, setup("laser", power=0.8, feed=1000, mark_power=0.3, mark_feed=1000))
    assert errors(nest, result, text_of(result)) == []
    mark, *rest = result.cuts
    for passes, codes in ((1, []), (2, ["E761"])):
        burnt = replace(mark, strokes=mark.strokes * passes)
        assert errors(nest, result, text_of(replace(result, cuts=(burnt, *rest)))) == codes


def test_marks_that_are_followed_less_often_than_declared_are_found():
    line = Curve([(5, 25), (35, 25)], closed=False)
    made = replace(BOARD, marks=(line,))
    nest, result = planned(made, setup("laser", power=0.8, feed=1000, mark_power=0.1, mark_feed=1000, mark_passes=3))
    assert errors(nest, result, text_of(result)) == []
    mark, *rest = result.cuts
    for kept, found in ((2, ["E760"]), (1, ["E760"])):
        weak = replace(mark, strokes=mark.strokes[:kept])
        assert errors(nest, result, text_of(replace(result, cuts=(weak, *rest)))) == found


@pytest.mark.parametrize(
    ("settings", "keys"),
    [
        ({"mark_power": 0.01, "mark_feed": 2000}, ["process.mark_power"]),
        ({"mark_power": 0.01, "mark_feed": 2000, "mark_passes": 2}, []),
        ({"score_power": 0.1, "score_feed": 2000}, ["process.score_power"]),
        ({"score_power": 0.1, "score_feed": 2000, "score_passes": 3}, []),
    ],
)
def test_marks_and_scores_too_weak_for_the_material_are_told(settings, keys):
    found = setup("laser", power=0.8, feed=1000, **settings).findings
    assert [finding.where["key"] for finding in found if finding.code == "W511"] == keys


def test_by_default_a_score_takes_a_share_of_the_energy_of_a_cut():
    for passes in (1, 3):
        laser = setup("laser", passes=passes).laser
        share = laser.score_power / laser.score_feed / (passes * laser.power / laser.feed)
        assert share == pytest.approx(0.3)
