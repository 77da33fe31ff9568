"""The keys of job.toml for what a shop asks for, from the file to the rules and demands of the nest."""

from pathlib import Path

import pytest

from camcore import job as jobs
from camcore.findings import CamError
from camcore.nesting.model import Locked, Placement, Sides
from camcore.ready import Budget, prepare

SAMPLE = Path(__file__).resolve().parent.parent / "samples" / "pet-washers"
HEAD = """version = 1
name = "shop"
units = "mm"
machine = "generic-grbl-laser"
material = "pet"
thickness = 0.25
"""
PART = '[[parts]]\ndrawing = "rings.dxf"\nquantity = 5\n'
SHEET = "[[sheets]]\nsize = [600, 400]\n"


def written(folder, text):
    for drawing in SAMPLE.glob("*.dxf"):
        (folder / drawing.name).write_bytes(drawing.read_bytes())
    path = folder / "job.toml"
    path.write_text(HEAD + text, "utf-8")
    return path


def ready(folder, text):
    return prepare(written(folder, text), Budget())


def test_each_side_has_its_margin(tmp_path):
    text = PART + SHEET + '[nesting]\nmargin = { left = 30, right = "1/8in", bottom = 0, top = 5 }\n'
    rules = ready(tmp_path, text).rules
    assert rules.margins == Sides(30.0, 3.175, 0.0, 5.0)
    assert rules.margin > 0.0


def test_zones_are_boxes_or_outlines(tmp_path):
    text = (
        PART
        + SHEET
        + (
            "[nesting]\nmost_sheets = 3\n"
            '[[nesting.zones]]\nbox = [0, 0, 50, 20]\nname = "clamp"\n'
            '[[nesting.zones]]\noutline = [[100, 100], [120, 100], [110, 130]]\nsheet = "600x400mm"\n'
        )
    )
    rules = ready(tmp_path, text).rules
    assert [(zone.name, zone.stock, zone.outline.area) for zone in rules.zones] == [
        ("clamp", None, 1000.0),
        ("zone", "600x400mm", 300.0),
    ]
    assert rules.most_sheets == 3


def test_kits_grain_and_holes_reach_the_demands(tmp_path):
    text = PART + 'rotation = "grain"\nkit = "A"\npart_in_part = false\n' + SHEET + 'grain = "y"\n'
    made = ready(tmp_path, text)
    demand = made.intake.demands[0]
    assert (demand.along_grain, demand.kit, demand.into_holes) == (True, "A", False)
    assert demand.turns_on(made.intake.stocks[0]) == (90.0, 270.0)


def test_part_in_part_of_the_job_is_that_of_its_parts(tmp_path):
    made = ready(tmp_path, PART + SHEET + "[nesting]\npart_in_part = false\n")
    assert not any(demand.into_holes for demand in made.intake.demands)


def test_locked_pieces_lie_on_the_first_sheet(tmp_path):
    text = PART + SHEET + '[[locked]]\npart = "rings"\nx = 100\ny = "2in"\nrotation = 450\n'
    assert ready(tmp_path, text).rules.locked == (Locked("600x400mm", Placement("rings", 100.0, 50.8, 90.0), 1),)


@pytest.mark.parametrize(
    "text",
    [
        PART + SHEET + "[nesting]\nmargin = { left = 3 }\n",
        PART + SHEET + "[nesting]\nmost_sheets = 0\n",
        PART + SHEET + "[[nesting.zones]]\nbox = [5, 5, 1, 9]\n",
        PART + SHEET + '[[nesting.zones]]\nname = "nothing"\n',
        PART + SHEET + 'grain = "z"\n',
        PART + SHEET + '[[locked]]\npart = "rings"\n',
    ],
)
def test_a_wrong_key_is_a_finding_with_its_line(tmp_path, text):
    with pytest.raises(CamError) as caught:
        jobs.load(written(tmp_path, text))
    assert {finding.code for finding in caught.value.findings} == {"E303"}
    assert all(finding.where["line"] > 6 for finding in caught.value.findings)
