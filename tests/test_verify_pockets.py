"""The proof of pockets, on programs that were planned and posted."""

from __future__ import annotations

from dataclasses import replace

import pytest
from curves import rounded
from shop import part, plan_of, setup

import postprocessors
from camcore import machine, program
from camcore.findings import CamError
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.nesting.model import Demand, Nest, Rules
from camcore.part import Part, Pocket
from camcore.toolpath.model import Kind, Plan
from camcore.verify import inspect
from camcore.verify.model import Verdict

POCKETS = (
    Pocket(rounded(24, 20, 2.5).moved(5, 5).ccw(), (Curve.circle(17, 15, 3.5).cw(),), 1.0),
    Pocket(Curve.circle(45, 15, 7), (), 0.6),
)
"""One with an island, and one around a hole."""
MADE = replace(part("made", Curve.rectangle(60, 30), Curve.circle(45, 15, 3)), pockets=POCKETS)


def proven(plan: Plan, name: str = "generic-linuxcnc-mill", known: Part = MADE) -> Verdict:
    control, parts = machine.load(name), {"made": known}
    text = postprocessors.write(program.build(plan, control), control)
    nest = Nest((Demand(known, 1),), (plan.sheet,), (), Rules(4.0, 5.0), "done", parts=parts)
    return inspect(text, control, task_of(nest, plan))


@pytest.mark.parametrize("name", ["generic-linuxcnc-mill", "haas-vf-2", "dmg-cmx-800-v"])
@pytest.mark.parametrize("mirror", [False, True])
def test_planned_pockets_are_proven(name: str, mirror: bool) -> None:
    verdict = proven(plan_of(MADE, setup("mill", 3.0), rotation=35.0, mirror=mirror), name)
    assert [finding for finding in verdict.findings if finding.code != "W754"] == []
    (figures,) = [checked.figures for checked in verdict.checks if checked.name == "pockets"]
    assert figures["pockets"] == 2
    assert figures["largest_left"] <= 0.01


def test_a_pocket_in_a_loose_part_is_found() -> None:
    plan = plan_of(MADE, setup("mill", 3.0, tabs=0))
    late = replace(plan, cuts=tuple(sorted(plan.cuts, key=lambda cut: cut.kind is Kind.POCKET)))
    codes = [(checked.name, finding.code) for checked in proven(late).checks for finding in checked.findings]
    assert ("pockets", "E756") in codes


def test_a_pocket_that_is_not_made_is_found() -> None:
    plan = plan_of(MADE, setup("mill", 3.0))
    without = replace(plan, cuts=tuple(cut for cut in plan.cuts if cut.kind is not Kind.POCKET))
    found = [finding for finding in proven(without).findings if finding.code == "E775"]
    assert [finding.where["index"] for finding in found] == [0, 1]


@pytest.mark.parametrize(
    "drawn", [replace(POCKETS[1], depth=0.5), replace(POCKETS[1], curve=Curve.circle(45, 15, 6.9))]
)
def test_a_pocket_deeper_or_wider_than_drawn_is_found(drawn: Pocket) -> None:
    plain = replace(MADE, pockets=(POCKETS[0], drawn))
    codes = {finding.code for finding in proven(plan_of(MADE, setup("mill", 3.0)), known=plain).findings}
    assert codes & {"E750", "E751"}
    assert ("E774" in codes) == (drawn.depth == 0.5)


def test_a_cut_of_a_pocket_that_the_part_has_not_fits_no_nest() -> None:
    with pytest.raises(CamError) as caught:
        proven(plan_of(MADE, setup("mill", 3.0)), known=replace(MADE, pockets=POCKETS[:1]))
    assert caught.value.findings[0].code == "E771"
