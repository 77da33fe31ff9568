"""Wear of tools: metres by tool, over sheets and their repeats."""

from __future__ import annotations

from dataclasses import replace

import pytest
from shop import PARTS, nest_of, setup

from camcore import material
from camcore.nesting.model import Nest, Placement
from camcore.toolpath import plan
from camcore.toolpath.wear import lengths


def two_sheets(repeat: int) -> Nest:
    nest = nest_of([Placement("frame", 100, 100, 0)])
    (sheet,) = nest.sheets
    return replace(nest, sheets=(sheet, replace(sheet, id="sheet-2", repeat=repeat)), parts=PARTS)


def test_every_pass_counts() -> None:
    (first, _) = plan(two_sheets(1), setup("mill", 6.0, step_down=2.0, tabs=0))
    (one, _) = plan(two_sheets(1), setup("mill", 1.5, step_down=2.0, tabs=0, breakthrough=0.1))
    (number,) = lengths(first)
    assert lengths(first)[number] == pytest.approx(sum(s.curve.length for s in first.cuts[0].strokes) / 1000)
    assert lengths(first)[number] > 3 * lengths(one)[number]


def test_a_worn_tool_is_told_on_the_sheet_on_which_it_is() -> None:
    (metres,) = lengths(plan(two_sheets(1), setup("mill", 3.0))[0]).values()
    first, second = plan(two_sheets(5), setup("mill", 3.0, tool_life=round(1.4 * metres, 6)))
    assert "I508" not in [finding.code for finding in first.findings]
    (told,) = [finding for finding in second.findings if finding.code == "I508"]
    assert told.where["size"] == pytest.approx(6 * metres, abs=1e-3)
    assert "4 changes" in told.message


def test_nothing_is_said_of_materials_that_do_not_wear_tools() -> None:
    assert setup("mill", 3.0).mill.tool_life == 30.0
    assert material.load("phenolic-xx").mill.tool_life is None
    plans = plan(two_sheets(100), setup("mill", 3.0, tool_life=0))
    assert not [finding for made in plans for finding in made.findings if finding.code == "I508"]
