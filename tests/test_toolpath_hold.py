"""How parts are held: tabs, an onion skin that is cut last or stays, vacuum; by the part's area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from shop import PARTS, nest_of, plan_of, setup

import postprocessors
from camcore import machine, program
from camcore.findings import CamError
from camcore.formats.cut import CutFile
from camcore.formats.task import task_of
from camcore.nesting.model import Demand, Nest, Placement, Rules
from camcore.part import Part
from camcore.toolpath import plan
from camcore.toolpath.model import Cut, Kind, Plan, Role
from camcore.toolpath.setup import Hold, Holding, Setup
from camcore.verify import inspect
from camcore.verify.model import Verdict

THICK = 3.0
SKIN = 0.1


def chosen(**more: float) -> Setup:
    return setup("mill", THICK, onion_skin=SKIN, **more)


def outlines(result: Plan) -> list[Cut]:
    return [cut for cut in result.cuts if cut.kind is Kind.OUTLINE]


def lowest(cut: Cut) -> float:
    return min(min(stroke.z0, stroke.z1) for stroke in cut.strokes)


def three(setup: Setup) -> Plan:
    """Two parts, and one within the ring's hole."""
    places = [Placement("washer", 60, 60, 0.0), Placement("disc", 60, 60, 0.0), Placement("frame", 200, 60, 0.0)]
    (made,) = plan(nest_of(places), setup)
    return made


def proof(result: Plan, name: str = "generic-linuxcnc-mill", known: Mapping[str, Part] = PARTS) -> Verdict:
    control = machine.load(name)
    text = postprocessors.write(program.build(result, control), control)
    parts = {each.part: known[each.part] for each in result.sheet.placements}
    demands = tuple(Demand(each, 1) for each in parts.values())
    nest = Nest(demands, (result.sheet,), (), Rules(4.0, 5.0), "done", parts=parts)
    return inspect(text, control, task_of(nest, result))


def test_each_outline_leaves_a_skin_that_is_cut_when_all_else_is() -> None:
    cuts = outlines(three(chosen()))
    rough, last = ([cut for cut in cuts if bool(cut.skin) is skin] for skin in (True, False))
    assert len(rough) == len(last) == 3
    assert {cut.part for cut in cuts[-2:]} == {"washer", "frame"}
    assert cuts[-2:] == last[-2:]
    for cut in rough:
        assert (lowest(cut), cut.skin) == (pytest.approx(SKIN - THICK), SKIN)
        assert cut.tabs == ()
    assert all(lowest(cut) == pytest.approx(-THICK - 0.3) and cut.skin == 0 for cut in last)
    all_cuts = three(chosen()).cuts
    # What lies in the ring's hole is freed before the hole is, and so before the other skins.
    order = [(cut.placement, cut.kind, cut.skin > 0) for cut in all_cuts]
    assert order.index((1, Kind.OUTLINE, False)) < order.index((0, Kind.HOLE, False))
    assert order.index((0, Kind.HOLE, False)) < order.index((0, Kind.OUTLINE, True))


def test_skins_are_cut_gently_and_take_no_more_than_the_skin() -> None:
    mill = chosen().mill
    assert mill
    cut = outlines(plan_of(PARTS["frame"], chosen()))[-1]
    feed = mill.feed[cut.tool] * 0.5
    assert [stroke.feed for stroke in cut.strokes if stroke.role is Role.CUT] == [pytest.approx(feed)]
    assert all(stroke.feed <= feed for stroke in cut.strokes)
    assert cut.strokes[0].z0 == pytest.approx(SKIN - THICK)


@pytest.mark.parametrize("finish", [0.0, 0.2])
@pytest.mark.parametrize("name", ["generic-linuxcnc-mill", "haas-vf-2", "generic-grbl-router"])
def test_the_whole_way_is_proven(name: str, finish: float) -> None:
    verdict = proof(three(chosen(finish=finish, tool=3.175)), name)
    assert [finding for finding in verdict.findings if finding.code != "W754"] == []


def test_a_skin_may_stay_and_the_proof_knows_it() -> None:
    """I509"""
    result = plan_of(PARTS["frame"], chosen(onion_skin_cut=0))
    assert [cut.skin for cut in outlines(result)] == [SKIN]
    assert [finding.code for finding in result.findings] == ["W502", "I509"]
    verdict = proof(result)
    assert {finding.code for finding in verdict.findings} == {"W754"}
    figures = next(checked.figures for checked in verdict.checks if checked.name == "skins")
    assert figures == {"skins": 1, "thinnest": pytest.approx(SKIN)}
    kept = CutFile.of(result, "", "").model_dump(mode="json")["cuts"]
    assert [cut["skin"] for cut in kept if cut["kind"] == "outline"] == [SKIN]


def test_a_skin_that_is_not_what_was_declared_is_found() -> None:
    """E776"""
    result = plan_of(PARTS["frame"], chosen(onion_skin_cut=0))
    (cut,) = result.cuts
    thicker = replace(result, cuts=(replace(cut, skin=0.2),))
    assert {finding.code for finding in proof(thicker).findings} >= {"E776"}
    thinner = replace(result, cuts=(replace(cut, skin=0.05),))
    assert {finding.code for finding in proof(thinner).findings} >= {"E766"}
    none = replace(result, cuts=(replace(cut, skin=0.0),))
    assert {finding.code for finding in proof(none).findings} >= {"E766"}


def test_area_says_what_holds() -> None:
    holding = Holding(onion_skin=0.1, onion_skin_area=500.0, vacuum_area=5000.0)
    assert [holding.by(area) for area in (499.0, 500.0, 5000.0)] == [Hold.TABS, Hold.SKIN, Hold.VACUUM]
    assert Holding().by(1e6) is Hold.TABS
    areas = sorted(PARTS[name].area for name in ("washer", "disc", "frame"))
    cuts = outlines(three(chosen(onion_skin_area=areas[1], vacuum_area=areas[2])))
    held = {(cut.part, bool(cut.tabs), cut.skin) for cut in cuts}
    by_area = sorted(("washer", "disc", "frame"), key=lambda name: PARTS[name].area)
    assert held == {
        (by_area[0], True, 0.0),
        (by_area[1], False, SKIN),
        (by_area[1], False, 0.0),
        (by_area[2], False, 0),
    }


@pytest.mark.parametrize("wrong", [{"onion_skin": 1.5}, {"onion_skin": 0.1, "onion_skin_feed": 0.0}])
def test_a_skin_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(CamError) as caught:
        setup("mill", THICK, **wrong)
    assert caught.value.findings[0].where["key"].startswith("process.onion_skin")
