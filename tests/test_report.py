"""Reports: well-formed, self-contained, escaped, and true to what happened."""

import base64
import hashlib
import re
from dataclasses import fields, replace
from itertools import pairwise

import pytest
from pages import Page
from records import EVIL, record

from camcore import report
from camcore.nesting import measure
from camcore.nesting.model import Nest, Rules
from camcore.report import JobRecord, State, figures, growth, process, sheet, tables
from camcore.toolpath import wear
from camcore.toolpath.setup import Holding, LaserSetup, MillSetup
from camcore.verify.checks import CHECKS


@pytest.fixture(scope="module", params=["laser", "mill"])
def page(request) -> str:
    return report.write(record(request.param, laps=1 if request.param == "laser" else 2))


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
