"""The review as a whole: its context, a shop's own limits, the command, its JSON and pictures, its documentation."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import drawn
import jsonschema
import numpy as np
import pytest
from conftest import DATA, ROOT
from curves import stars
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore import dfm, part
from camcore.codes import CODES
from camcore.dfm import RULES, hull, limits
from camcore.drawing import read
from camcore.findings import CamError, errors
from camcore.formats import schema
from camcore.geometry import Curve
from camcore.material import drills, names
from camcore.part import Part, Parts
from camcore.report.marked import marked_svg

DRAWINGS = sorted((DATA / "dxf").glob("*.dxf")) if DATA.is_dir() else []
SAMPLES = sorted((ROOT / "samples").glob("*/*.dxf"))
DOCS = (ROOT / "docs" / "dfm.md").read_text("utf-8")
FR4 = dfm.context("fr4", 1.57, "mill")
THIN = Part(
    "thin", Curve.rectangle(80, 60), (Curve.circle(20, 20, 4).cw(), Curve.circle(29, 20, 4).cw()), file="thin.dxf"
)


def bad_and_good(msp: Any) -> None:
    """A plate with two holes too near to each other, and a word."""
    drawn.rectangle(msp, 0, 0, 80, 60)
    msp.add_circle((20, 20), 4)
    msp.add_circle((28.2, 20), 4)
    msp.add_text("TAP M4", dxfattribs={"insert": (5, 70), "layer": "NOTES"})


def command(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "camcore", "dfm", *map(str, words)], capture_output=True, text=True, check=False
    )


ORDER = ("--material", "fr4", "--thickness", "1.57", "--process", "mill")


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return drawn.save(tmp_path_factory.mktemp("dfm") / "plate.dxf", bad_and_good)


# -- review -----------------------------------------------------------------------------------------------------------


def test_what_parts_bring_along_is_passed_on(tmp_path):
    found = drawn.parts(tmp_path, lambda msp: [drawn.rectangle(msp, x, 0, 80, 60) for x in (0, 100)])
    assert dfm.review(found, FR4)[: len(found.findings)] == found.findings


def test_one_part_or_several_or_none():
    assert dfm.review(THIN, FR4) == dfm.review([THIN], FR4) == dfm.review(Parts((THIN,)), FR4)
    assert dfm.review([], FR4) == ()


def test_every_finding_of_a_rule_names_the_file():
    assert {finding.file for finding in dfm.review(THIN, FR4)} == {"thin.dxf"}


def test_words_and_unit_come_from_the_drawing(sheet):
    context = dfm.of_drawing(FR4, read(sheet))
    assert "W833" in {finding.code for finding in dfm.review(part.find(read(sheet)), context)}


def test_parts_of_earlier_drawings_count_as_seen():
    again = replace(THIN, id="again")
    seen = replace(FR4, others=(THIN,))
    assert "I808" in {finding.code for finding in dfm.review(again, seen)}


@pytest.mark.parametrize("material", names())
@pytest.mark.parametrize("process", ["laser", "mill"])
def test_every_material_can_be_reviewed(material, process):
    for thickness in (0.05, 1.57, 12.7):
        dfm.review(THIN, dfm.context(material, thickness, process))


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("fr5", 1.0, "mill"), "E330"),
        (("fr4", 0.0, "mill"), "E333"),
        (("fr4", 1.0, "mill", -1.0), "E333"),
        (("fr4", 1.0, "laser", 3.0), "E333"),
    ],
)
def test_a_context_that_makes_no_sense_is_refused(words, code):
    with pytest.raises(CamError) as caught:
        dfm.context(*words)
    assert caught.value.findings[0].code == code


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_can_be_made(path):
    """None of camcore's own samples has an error in the material of its job."""
    job = (path.parent / "job.toml").read_text("utf-8")
    material, thickness = re.search(r'material = "(.+?)"', job), re.search(r'thickness = "?([\d.]+)(mil)?', job)
    assert material
    assert thickness
    mm = float(thickness[1]) * (0.0254 if thickness[2] else 1.0)
    process = "laser" if "laser" in job.split("material")[0] else "mill"
    sheet_ = read(path, "mm" if "remnant" in str(path) else None)
    found = dfm.review(part.find(sheet_).parts, dfm.of_drawing(dfm.context(material[1], mm, process), sheet_))
    assert [str(finding) for finding in errors(found)] == []


@pytest.mark.parametrize("path", DRAWINGS, ids=lambda path: path.stem)
def test_real_drawings_are_reviewed_without_a_stumble(path):
    try:
        sheet_ = read(path)
    except CamError:
        pytest.skip("it cannot be read")
    found = dfm.review(part.find(sheet_), dfm.of_drawing(FR4, sheet_))
    json.dumps([finding.as_dict() for finding in found], allow_nan=False)


# -- sizes whichever way a part is turned -----------------------------------------------------------------------------


@settings(max_examples=25)
@given(stars(), st.floats(20, 60), st.floats(20, 60))
def test_fitting_agrees_with_trying_all_angles(curve, width, height):
    """Slow twin: every tenth of a degree."""
    points, angles = hull.hull(curve), np.radians(np.arange(0, 180, 0.1))
    across, along = hull.widths(points, angles), hull.widths(points, angles + np.pi / 2)
    tried = ((across <= width) & (along <= height)).any()
    assert hull.fits(points, width, height, turned=True) >= tried
    assert (
        not hull.fits(points, width, height, turned=True) or ((across <= width + 0.2) & (along <= height + 0.2)).any()
    )


def test_a_long_strip_fits_across_the_corner():
    strip = hull.hull(Curve.rectangle(1.0, 135.0))
    assert not hull.fits(strip, 100.0, 100.0, turned=False)
    assert hull.fits(strip, 100.0, 100.0, turned=True)
    assert not hull.fits(hull.hull(Curve.rectangle(1.0, 141.0)), 100.0, 100.0, turned=True)


def test_the_narrowest_rectangle_of_a_turned_one_is_itself():
    from camcore.geometry import Pose

    turned = hull.hull(Curve.rectangle(80, 20).posed(Pose(rotation=31.0)))
    assert hull.narrowest(turned) == pytest.approx((20, 80))
    assert hull.smallest_rectangle(turned) == pytest.approx(1600)


# -- limits -----------------------------------------------------------------------------------------------------------


def test_a_shop_may_set_its_own_limits(tmp_path):
    own = tmp_path / "own.toml"
    own.write_text(
        'version = 1\n[sources]\ntrials = "ours"\n[limits]\n'
        'web = [{ process = "mill", families = ["fr4"], least = 0.9, status = "shop-calibrated", source = "trials" }]\n'
    )
    assert "W816" in {finding.code for finding in dfm.review(THIN, FR4)}
    assert "W816" not in {
        finding.code for finding in dfm.review(THIN, dfm.context("fr4", 1.57, "mill", None, dfm.Own(own)))
    }
    assert dfm.context("g10", 1.57, "mill", None, dfm.Own(own)).limit("web") == pytest.approx(1.57)


@pytest.mark.parametrize(
    "line",
    [
        'wep = [{ least = 1.0, status = "shop-calibrated", source = "practice" }]',
        'web = [{ least = 1.0, status = "shop-calibrated", source = "nowhere" }]',
        'web = [{ leest = 1.0, status = "shop-calibrated", source = "practice" }]',
    ],
)
def test_limits_that_are_wrong_are_refused(tmp_path, line):
    own = tmp_path / "own.toml"
    own.write_text(f"version = 1\n[limits]\n{line}\n")
    with pytest.raises(CamError) as caught:
        limits.load(own)
    assert caught.value.findings[0].code == "E303"


def test_every_limit_is_used_by_a_rule_and_every_rule_says_what_it_rests_on():
    used = {name for rule in RULES for name in rule.limits}
    assert used == set(limits.shipped().limits)
    assert all(rule.limits or rule.source for rule in RULES)
    assert all(bool(rule.part) is not bool(rule.whole) for rule in RULES)


@pytest.mark.parametrize(
    ("name", "size"),
    [("#7", 0.201), ("#80", 0.0135), ("F", 0.257), ("Z", 0.413), ("1/8 in", 0.125), ("2.5 mm", 2.5 / 25.4)],
)
def test_standard_drills(name, size):
    known = {drill.name: drill.size for drill in drills.drills()}
    assert known[name] == pytest.approx(25.4 * size)


# -- documentation ----------------------------------------------------------------------------------------------------


def test_the_documentation_lists_every_rule_as_it_is():
    for rule in RULES:
        limits_ = ", ".join(f"`{name}`" for name in rule.limits) or "–"
        titles = "; ".join(CODES[code] for code in rule.codes)
        row = f"| {', '.join(rule.codes)} | {titles} | {rule.measures} | {limits_} | {rule.source or 'limits.toml'} |"
        assert row in DOCS
    assert len(re.findall(r"^\| [EWI]8", DOCS, re.MULTILINE)) == len(RULES)


def test_the_check_list_has_all_points_and_all_rules():
    rows = re.findall(r"^\| (\d+) [^|]*\| ([^|]*) \|$", DOCS, re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 37))
    named = {code for _, text in rows for code in re.findall(r"[EWI]\d{3}", text)}
    assert all(re.search(r"[EWI]\d{3}", text) for number, text in rows if number != "34")
    assert {code for rule in RULES for code in rule.codes} - named == {"W805"}
    assert named <= set(CODES)


def test_the_documentation_lists_every_limit_as_it_is():
    for name, limit in limits.shipped().limits.items():
        (row,) = re.findall(rf"^\| `{name}` \| (.+) \|$", DOCS, re.MULTILINE)
        says, cases, sources = row.split(" | ")
        assert says == limit.says
        assert sources.split("<br>") == [f"{case.status}: {case.source}" for case in limit.cases]
        for text, case in zip(cases.split("<br>"), limit.cases, strict=True):
            numbers = [f"{number:g}" for number in (case.least, case.share) if number]
            assert re.findall(r"(?<![\w.-])\d+(?:\.\d+)?(?![\w-])", text.split(": ")[-1]) == numbers


# -- command, JSON, picture -------------------------------------------------------------------------------------------


def test_the_command_in_json(sheet):
    result = command(sheet, *ORDER, "--tool", "1/8in", "--json")
    document = json.loads(result.stdout)
    jsonschema.validate(document, schema("dfm"))
    assert result.returncode == 1
    assert document["width"] == 3.175
    assert document["drawings"][0]["parts"][0]["id"] == "plate"
    assert "E817" in {finding["code"] for finding in document["drawings"][0]["findings"]}
    assert document["limits"]["web"]["value"] == 1.57


def test_the_command_in_words_tells_errors_first(sheet):
    told = command(sheet, *ORDER).stdout
    assert told.index("1 error") < told.index("E817") < told.index("warnings") < told.index("W833")


def test_the_command_exits_0_without_errors_and_2_for_what_it_cannot_read(sheet, tmp_path):
    plain = drawn.save(tmp_path / "plain.dxf", lambda msp: drawn.rectangle(msp, 0, 0, 80, 60))
    assert command(plain, *ORDER, "--grain").returncode == 0
    broken = tmp_path / "broken.dxf"
    broken.write_text("no drawing")
    result = command(broken, plain, *ORDER, "--json")
    assert result.returncode == 2
    assert [each["readable"] for each in json.loads(result.stdout)["drawings"]] == [False, True]


@pytest.mark.parametrize(
    "wrong", [("--process", "saw"), ("--thickness", "thick"), ("--thickness", "3m"), ("--tool", "0")]
)
def test_the_command_refuses_words_that_make_no_sense(sheet, wrong):
    result = command(sheet, *ORDER, *wrong)
    assert result.returncode == 2
    assert "E333" in result.stderr
    assert "Traceback" not in result.stderr


def test_the_command_draws_each_part(sheet, tmp_path):
    assert command(sheet, *ORDER, "--picture", tmp_path / "pictures", "--quiet").returncode == 1
    (picture,) = (tmp_path / "pictures").iterdir()
    assert picture.name == "plate.svg"
    assert "E817" in picture.read_text("utf-8")


def test_the_picture_marks_places_in_the_right_spot():
    findings = dfm.review(THIN, FR4)
    (web,) = [finding for finding in findings if finding.code == "W816"]
    root = ET.fromstring(marked_svg(THIN, findings))
    name = "{http://www.w3.org/2000/svg}"
    group = next(g for g in root.iter(f"{name}g") if "matrix" in g.get("transform", ""))
    a, _, _, d, e, f = map(float, re.findall(r"-?[\d.]+", group.get("transform", "")))
    circles = [(float(c.get("cx", 0)), float(c.get("cy", 0))) for c in root.iter(f"{name}circle")]
    spot = (a * web.where["x"] + e, d * web.where["y"] + f)
    assert min(np.hypot(x - spot[0], y - spot[1]) for x, y in circles) < 0.01


def test_the_picture_escapes_what_drawings_say():
    nasty = replace(THIN, id="<script>&")
    text = marked_svg(nasty, dfm.review(nasty, FR4))
    ET.fromstring(text)
    assert "<script>" not in text
