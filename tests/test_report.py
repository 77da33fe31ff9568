"""Reports: well-formed, self-contained, escaped, true to the geometry, and alive in a browser."""

import base64
import hashlib
import io
import math
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from dataclasses import fields, replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from records import EVIL, plate, record, washer

from camcore import machine, report
from camcore.geometry import Curve, Pose, arcs
from camcore.geometry.distance import from_points
from camcore.moves import Arc, DrillHole, Line, Rapid
from camcore.nesting import measure
from camcore.nesting.model import Nest, Rules
from camcore.part import Part
from camcore.program import move_seconds
from camcore.report import JobRecord, State, figures, growth, process, raster, sheet, spots, tables
from camcore.report.markup import VOID, Markup, tag
from camcore.report.motion import cut_of_each, legs
from camcore.report.svg import matrix, path_data
from camcore.toolpath import wear
from camcore.toolpath.setup import Holding, LaserSetup, MillSetup
from camcore.verify.checks import CHECKS
from camcore.verify.model import ReadMove

MILL = machine.load("generic-linuxcnc-mill")
SIDES = st.floats(-100, 100).map(lambda value: round(value, 3))
BULGES = st.one_of(st.just(0.0), st.floats(-3, 3).map(lambda value: round(value, 4)))


class Page(HTMLParser):
    """A page's elements; complains when they are not nested as they should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len({key for key, _ in attrs}) == len(attrs)
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == name]


@pytest.fixture(scope="module", params=["laser", "mill"])
def page(request) -> str:
    return report.write(record(request.param, laps=1 if request.param == "laser" else 2))


# -- paths ------------------------------------------------------------------------------------------------------------


def svg_points(data: str) -> np.ndarray:
    """Points along a path, worked out from SVG 2's appendix B.2.4: centre from the end points, radius and flags."""
    found, at, first = [], (0.0, 0.0), (0.0, 0.0)
    for letter, words in re.findall(r"([MLAZh])([^MLAZh]*)", data):
        values = [float(word) for word in words.split()]
        if letter == "A":
            found += arc_points(at, tuple(values[5:]), values[0], values[3] == 1, values[4] == 1)
            at = tuple(values[5:])
        elif letter in "ML":
            at = tuple(values)
            first = at if letter == "M" else first
        found.append(first if letter == "Z" else at)
    return np.array(found)


def arc_points(start, end, radius, large, positive) -> list[tuple[float, float]]:
    (x1, y1), (x2, y2) = start, end
    half = math.dist(start, end) / 2
    radius = max(radius, half)
    lift = math.sqrt(max(0.0, radius**2 - half**2)) * (-1 if large == positive else 1)
    ux, uy = (x2 - x1) / (2 * half), (y2 - y1) / (2 * half)
    cx, cy = (x1 + x2) / 2 - uy * lift, (y1 + y2) / 2 + ux * lift
    a1, a2 = math.atan2(y1 - cy, x1 - cx), math.atan2(y2 - cy, x2 - cx)
    sweep = (a2 - a1) % math.tau if positive else -((a1 - a2) % math.tau)
    return [
        (cx + radius * math.cos(a1 + sweep * k / 16), cy + radius * math.sin(a1 + sweep * k / 16)) for k in range(17)
    ]


@given(st.lists(st.tuples(SIDES, SIDES, BULGES), min_size=2, max_size=6), st.booleans())
def test_path_data_follows_the_curve(rows, closed):
    curve = Curve(np.array(rows), closed)
    chords = np.hypot(*(curve.segments[:, 2:4] - curve.segments[:, 0:2]).T)
    if chords.min() < 1.0:
        return
    drawn = svg_points(path_data([curve]))
    assert from_points(drawn, curve).max() < 0.01
    along = arcs.points_at(np.repeat(curve.segments, 9, axis=0), np.tile(np.linspace(0, 1, 9), len(curve.segments)))
    polyline = Curve(np.vstack([drawn, drawn[:1]]) if closed else drawn, closed=False)
    radii = arcs.centre_form(curve.segments).radius
    sagitta = 0.02 * max(radii[radii < 1e6], default=0.0)  # 16 chords of a half circle stand off by r (1 − cos(π / 32))
    assert from_points(along, polyline).max() < sagitta + 0.01


def test_arcs_turn_the_right_way():
    left, right = (path_data([Curve([[0, 0, sense], [10, 0, 0]], closed=False)]) for sense in (0.2, -0.2))
    assert left == "M0 0A13 13 0 0 1 10 0"
    assert right == "M0 0A13 13 0 0 0 10 0"


@given(SIDES, SIDES, st.floats(0, 360), st.booleans())
def test_matrix_carries_points_as_the_pose_does(x, y, rotation, mirror):
    pose = Pose(x, y, rotation, mirror)
    a, b, c, d, e, f = (float(word) for word in matrix(pose)[7:-1].split())
    px, py = 12.0, -34.0
    ((qx, qy),) = pose.points(np.array([[px, py]])).tolist()
    assert (a * px + c * py + e, b * px + d * py + f) == pytest.approx((qx, qy), abs=0.002)


# -- markup -----------------------------------------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_text_and_attributes_come_back_as_they_were(words, value):
    found = Page(tag("p", words, title=value))
    assert "".join(found.words) == words
    assert found.found == [("p", {"title": value})]


def test_control_characters_cannot_reach_a_page():
    assert tag("p", "a\x00\x1b\ud800b") == "<p>a���b</p>"


def test_markup_is_not_escaped_again():
    assert tag("p", tag("b", "<"), Markup("<i></i>"), None, ["x", 1]) == "<p><b>&lt;</b><i></i>x1</p>"


# -- the page ---------------------------------------------------------------------------------------------------------


def test_page_is_well_formed_and_needs_nothing_beside_it(page):
    found = Page(page)
    assert not {"link", "img", "iframe", "object", "embed"} & {name for name, _ in found.found}
    for name, attributes in found.found:
        for key in ("src", "href", "action"):
            assert (attributes.get(key) or "#").startswith("#"), (name, attributes)
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert "https://" not in page


def test_ids_are_unique_and_references_hit(page):
    found = Page(page)
    ids = [attributes["id"] for _, attributes in found.found if "id" in attributes]
    assert len(ids) == len(set(ids))
    wanted = {attributes["href"][1:] for attributes in found.named("use")}
    wanted |= {name for _, attributes in found.found for name in (attributes.get("aria-labelledby") or "").split()}
    wanted |= {attributes["data-for"] for _, attributes in found.found if "data-for" in attributes}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", page))
    assert wanted <= set(ids)


def test_names_from_drawings_are_escaped(page):
    found = Page(page)
    assert EVIL in "".join(found.words)
    assert page.count("<script") == len(found.named("script")) == 1
    assert "<b>left" not in page
    assert "kit &lt;4711&gt;" in page


def test_only_the_page_own_script_may_run(page):
    (policy,) = [m["content"] for m in Page(page).named("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    script = re.search(r"<script>(.*?)</script>", page, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_same_record_same_bytes():
    assert report.write(record("mill")) == report.write(record("mill"))


def test_page_says_what_happened(page):
    words = " ".join(" ".join(Page(page).words).split())
    for expected in ("Not complete", "1 sheet without a proven program", "1 piece not placed", "no room <b>left</b>"):
        assert expected in words
    for expected in ("Every edge is cut, all the way through", "✕ failed", "0.0012", "E753", "8 of 9 wanted"):
        assert expected in words


def test_complete_job_says_so():
    job = record()
    verdict = replace(job.sheets[0].verdict, checks=job.sheets[0].verdict.checks[:1])
    job = replace(
        job, sheets=(replace(job.sheets[0], verdict=verdict),), findings=(), nest=replace(job.nest, unplaced=())
    )
    text = report.write(job)
    assert "✓ Complete" in text
    assert "Findings</h2>" not in text


def test_inch_jobs_read_in_inches():
    words = " ".join(Page(report.write(record("mill", units="in"))).words)
    assert "0.0618 in" in words
    assert "in/min" in words


def test_work_that_stopped_early_is_still_reported():
    job = record()
    bare = replace(job, sheets=(report.SheetRecord(job.nest.sheets[0]),))
    text = report.write(bare)
    Page(text)
    assert "none saved" in text
    assert '<div class="player"' not in text


def test_job_without_sheets_is_still_reported():
    job = record()
    empty = Nest(job.nest.demands, (), job.nest.unplaced, Rules(2, 2), "done", parts=job.nest.parts)
    Page(report.write(replace(job, nest=empty, sheets=())))


def test_large_sheets_stay_small():
    text = report.write(record("mill", count=500, laps=3))
    assert text.count("<use") > 500
    assert len(text.encode()) < 1_500_000


def test_layers_have_a_switch_a_rule_and_a_swatch(page):
    switches = {attributes["value"] for attributes in Page(page).named("input") if attributes.get("type") == "checkbox"}
    assert switches <= set(sheet.LAYERS)
    assert {"parts", "labels", "cuts", "rapids", "leads", "crop", "swath", "marks"} <= switches
    assert ("tabs" in switches) == ("linuxcnc" in page)
    for name in sheet.LAYERS:
        assert f".no-{name} " in page
        assert f".swatch.{name}" in page


def test_many_findings_of_one_code_are_folded(page):
    assert "2 more of I120" in page
    assert page.index("E753") < page.index("W505</span>") < page.index("I120</span>")


# -- registries -------------------------------------------------------------------------------------------------------


def test_mills_say_where_speeds_and_feeds_come_from():
    rows = {row[0].split(":")[0]: row[2] for row in process.process_rows(record("mill"))}
    assert all("SGS" in rows[name] for name in ("Speed", "Feed"))
    assert "uncalibrated" in rows["Plunge feed"]
    assert not [row for row in process.process_rows(record("laser")) if row[1] == "by tool"]


@pytest.mark.parametrize("kind", [LaserSetup, MillSetup, Holding])
def test_every_process_parameter_has_a_label(kind):
    assert {field.name for field in fields(kind)} - set(process.LABELS) <= set(process.APART)


def test_every_check_has_its_promise():
    assert {check.run.__name__ for check in CHECKS} <= set(tables.PROMISES)


# -- sheets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["laser", "mill"])
def test_sheet_picture_stands_for_itself(kind):
    job = record(kind)
    root = ElementTree.fromstring(report.sheet_svg(job.sheets[0], job))
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    uses = [use for use in root.iter(f"{space}use") if use.get("class") is None]
    assert len(uses) == len(job.nest.sheets[0].placements)
    assert len(list(root.iter(f"{space}text"))) == len(uses) + 2
    assert len([path for path in root.iter(f"{space}path") if "place " in (path.get("class") or "")]) == 1


def test_findings_of_other_sheets_stay_off():
    job = record()
    away = [replace(finding, where=finding.where | {"sheet": "sheet-9"}) for finding in job.findings]
    bare = replace(job.sheets[0], verdict=None)
    assert sheet.places(bare, replace(job, findings=tuple(away))) == []
    assert len(sheet.places(bare, job)) == 1


@pytest.mark.parametrize(
    "part",
    [
        plate(),
        washer(),
        Part("c", Curve.polygon([(0, 0), (60, 0), (60, 5), (5, 5), (5, 40), (60, 40), (60, 45), (0, 45)])),
    ],
)
def test_labels_lie_inside_the_material(part):
    spot, room = spots.label_spot(part)
    assert min(from_points(spot, edge)[0] for edge in (part.outline, *part.holes)) == pytest.approx(room, abs=0.03)
    assert room > 1.4


# -- motion -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["laser", "mill"])
def test_each_cut_is_a_leg_and_each_way_between_a_rapid(kind):
    job = record(kind, laps=1 if kind == "laser" else 3)
    (one,) = job.sheets
    found = legs(one.verdict.moves, job.machine)
    cutting = [leg for leg in found if leg.cuts]
    assert [index for index in cut_of_each(found, one.plan.cuts) if index is not None] == list(
        range(len(one.plan.cuts))
    )
    assert len(cutting) == len(one.plan.cuts)
    for leg, cut in zip(cutting, one.plan.cuts, strict=True):
        drawn = svg_points(leg.data)
        assert np.min([from_points(drawn, stroke.curve) for stroke in cut.strokes], axis=0).max() < 0.01
        assert leg.lines[0] <= leg.lines[1]
    assert all(first.lines[1] < second.lines[0] for first, second in pairwise(found))


def test_laps_are_drawn_once():
    one, three = (
        [len(leg.data) for leg in legs(record("mill", laps=laps).sheets[0].verdict.moves, MILL) if leg.cuts]
        for laps in (1, 3)
    )
    assert max(b - a for a, b in zip(one, three, strict=True)) < 200


def test_a_helix_with_rounded_coordinates_is_one_circle():
    moves, x, y = [], 3.0, 0.0
    for lap in range(40):
        angle = (lap + 1) * 3.1
        x1, y1 = round(3 * math.cos(angle), 3), round(3 * math.sin(angle), 3)
        moves.append(ReadMove(Arc(x1, y1, -0.1 * lap, 0.0, 0.0, False, 100.0), lap, x, y, -0.1 * lap))
        x, y = x1, y1
    (leg,) = legs(moves, MILL)
    assert len(leg.data) < 400
    assert leg.seconds == pytest.approx(60 * math.hypot(40 * 3.1 * 3, 0) / 100, rel=0.03)


def test_drilled_holes_are_dots_and_times_add_up():
    moves = [
        ReadMove(Rapid(10.0, 0.0, 5.0), 1, 0.0, 0.0, 5.0),
        ReadMove(DrillHole(10.0, 0.0, 5.0, -1.0, 60.0), 2, 10.0, 0.0, 5.0),
        ReadMove(DrillHole(20.0, 0.0, 5.0, -1.0, 60.0), 3, 10.0, 0.0, 5.0),
        ReadMove(Line(20.0, 6.0, 5.0, 60.0), 4, 20.0, 0.0, 5.0),
    ]
    found = legs(moves, MILL)
    assert [leg.data for leg in found] == ["M0 0L10 0", "M10 0h0", "M20 0h0", "M20 0L20 6"]
    assert [leg.seconds for leg in found] == pytest.approx([0.0, 6.0, 6.0, 6.0], rel=0.1)
    assert sum(leg.seconds for leg in found) == pytest.approx(sum(move_seconds([read.move for read in moves], MILL)))


# -- figures ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0 s"), (3.21, "3.2 s"), (48.4, "48 s"), (725, "12 min 05 s"), (7620, "2 h 07 min")]
)
def test_durations(seconds, words):
    assert figures.duration(seconds) == words


def test_lengths_in_both_units():
    metric, inch = figures.Figures("mm"), figures.Figures("in")
    assert (metric.length(914.4), inch.length(914.4)) == ("914.4 mm", "36 in")
    assert (metric.length(-0.0001), inch.length(3.175)) == ("0 mm", "0.125 in")
    assert (metric.feed(1500), inch.feed(100)) == ("1,500 mm/min", "3.94 in/min")
    assert (metric.travel(12345), inch.area(645.16)) == ("12.3 m", "1.00 in²")


# -- in a browser -----------------------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--enable-logging=stderr"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

TRY_OUT = """
const told = document.documentElement.dataset, picture = document.querySelector("svg.sheet");
document.querySelector("input[value=rapids]").click();
told.rapids = picture.classList.contains("no-rapids") && getComputedStyle(picture.querySelector(".rapid")).stroke;
const whole = picture.getAttribute("viewBox");
document.querySelector(".view").dispatchEvent(new KeyboardEvent("keydown", { key: "+" }));
told.zoomed = picture.getAttribute("viewBox") !== whole;
document.querySelector(".zoom button:last-child").click();
told.fitted = picture.getAttribute("viewBox").split(" ").map(Number).join() === whole.split(" ").map(Number).join();
const slider = document.querySelector(".player input");
slider.value = 500;
slider.dispatchEvent(new Event("input"));
told.hidden = document.querySelectorAll(".todo").length;
told.words = document.querySelector(".player output").textContent;
document.querySelector(".next").click();
told.later = document.querySelectorAll(".todo").length;
slider.value = 1000;
slider.dispatchEvent(new Event("input"));
told.left = document.querySelectorAll(".todo").length;
"""


def browse(path: Path, *, folder: Path) -> tuple[dict[str, str | None], str]:
    """Attributes of the root element after the page's scripts ran, and what the browser complained of."""
    command = [CHROMIUM, *QUIET, f"--user-data-dir={folder}", "--dump-dom", path.as_uri()]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    complaints = [line for line in ran.stderr.splitlines() if "CONSOLE" in line]
    return Page(ran.stdout.replace("<!DOCTYPE html>", "")).found[0][1], "\n".join(complaints)


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to open the report in")
def test_the_page_lives_in_a_browser(tmp_path):
    text = report.write(record("mill"))
    page, tried = tmp_path / "report.html", tmp_path / "tried.html"
    page.write_text(text, "utf-8")
    root, complaints = browse(page, folder=tmp_path / "profile")
    assert (root.get("data-ready"), complaints) == ("true", "")

    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    tried.write_text(free.replace("</body>", f"<script>{TRY_OUT}</script></body>"), "utf-8")
    told, complaints = browse(tried, folder=tmp_path / "profile")
    assert complaints == ""
    assert (told["data-rapids"], told["data-zoomed"], told["data-fitted"]) == ("none", "true", "true")
    assert int(told["data-hidden"]) > int(told["data-later"]) > 0 == int(told["data-left"])
    assert re.search(r"cut \d+ of 11, lines \d+–\d+|^rapid, lines", told["data-words"])


# -- growth of the nest -----------------------------------------------------------------------------------------------


def grown(*states: State) -> JobRecord:
    job = record("laser")
    return replace(job, nest=replace(job.nest, unplaced=()), history=states)


def test_growth_ends_at_the_yield_of_the_nest_and_never_falls():
    job = grown(State(5, 2, 0, 100.0), State(9, 1, 3, 50.0), State(20, 1, 0, 300.0), State(90, 1, 0, 250.0))
    points = growth.yields(job)
    assert [moves for moves, _ in points] == [5, 20, 90]
    assert points[-1][1] == pytest.approx(measure.summary(job.nest).yield_to_crop_line)
    assert all(first[1] < second[1] for first, second in pairwise(points))
    assert "growth" in report.write(job)


def test_no_growth_is_shown_where_there_is_none():
    assert growth.growth(grown()) is None
    assert growth.growth(grown(State(5, 1, 0, 100.0))) is None
    assert growth.growth(replace(record("laser"), history=(State(5, 2, 0, 1.0), State(9, 1, 0, 1.0)))) is None


def test_the_marking_stands_above_below_and_on_every_printed_page():
    text = report.write(replace(record("laser"), marking="ITAR <controlled>"))
    assert text.count("ITAR &lt;controlled&gt;") == 2
    letters = "".join(f"\\{ord(letter):06x}" for letter in "ITAR <controlled>")
    assert text.count(letters) == 2
    assert "marking" not in report.write(record("laser")).split("</style>")[1]


def test_the_picture_carries_the_marking():
    job = replace(record("laser"), marking="ITAR & more")
    picture = report.sheet_svg(job.sheets[0], job)
    assert "ITAR &amp; more" in picture
    ElementTree.fromstring(picture)


@pytest.mark.parametrize("kind", ["laser", "mill"])
def test_pictures_of_sheets_as_png(kind):
    job = replace(record(kind), marking="ITAR")
    drawn = dict(report.pictures(job))
    assert list(drawn) == ["sheet-01.svg", "sheet-01.png"]
    assert drawn == dict(report.pictures(job))
    image = Image.open(io.BytesIO(drawn["sheet-01.png"]))
    box = job.sheets[0].sheet.stock.outline.box
    rim = 2 * raster.RIM
    assert max(image.size) == raster.PIXELS
    assert (image.width - rim) / (image.height - rim) == pytest.approx(box.width / box.height, rel=0.01)
    assert image.text["Export control"] == "ITAR"
    colours = {colour for _, colour in image.getcolors(maxcolors=image.width * image.height)}
    assert tuple(bytes.fromhex("dfe5ea")) in colours  # faces of parts
    assert tuple(bytes.fromhex("f4f3ef")) in colours  # stock


def test_tools_tell_how_much_of_their_life_is_used():
    job = record("mill")
    (row,) = process.tool_rows(job)
    metres = sum(wear.lengths(job.sheets[0].plan).values()) * job.sheets[0].sheet.repeat
    assert row[7] == f"{metres:,.1f} m"
    assert row[8] == figures.percent(metres / job.setup.mill.tool_life) + f" of {job.setup.mill.tool_life:g} m"


def test_cost_of_sheets_is_told_where_it_is_known():
    job = record("laser")
    free, told = (
        report.write(replace(job, nest=replace(job.nest, sheets=tuple(sheets))))
        for sheets in (
            [replace(sheet, stock=replace(sheet.stock, cost=cost)) for sheet in job.nest.sheets]
            for cost in (None, 85.0)
        )
    )
    sheets = job.nest.sheets
    assert "Cost of sheets" not in free
    count = sum(sheet.repeat for sheet in sheets)
    pieces = sum(sheet.repeat * len(sheet.placements) for sheet in sheets)
    assert f"{85.0 * count:,.2f}" in told
    assert f"{85.0 * count / pieces:,.2f} a piece" in told
