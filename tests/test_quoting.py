"""Quotes of drawings and jobs, and the command that makes them."""

import json
import re
from dataclasses import replace
from decimal import Decimal

import jsonschema
import pytest
from jobs import drawing as draw_plate
from jobs import job as little_job
from test_pricing import rates
from typer.testing import CliRunner

from camcore import estimating, quoting
from camcore.cli import app
from camcore.findings import CamError
from camcore.formats import schema
from camcore.pricing.page import page
from camcore.pricing.tell import text

ORDER = estimating.Order(material="pet", thickness="0.25", sheet="600x400mm")
FEW = quoting.Wish((1, 10, 100))


@pytest.fixture
def plate(tmp_path):
    draw_plate(tmp_path / "plate.dxf")
    return tmp_path / "plate.dxf"


def test_a_drawing_in_the_usual_breaks(plate):
    outcome = quoting.of_file(plate, ORDER, quoting.Wish())
    assert [price.quantity for price in outcome.prices] == [1, 10, 25, 50, 100, 250, 500, 1000]
    units = [price.unit for price in outcome.prices]
    assert units == sorted(units, reverse=True)
    assert outcome.exit_code == 0
    assert "W900" in [finding.code for finding in outcome.findings]


def test_each_break_is_an_estimate_of_its_own(plate):
    outcome = quoting.of_file(plate, ORDER, FEW)
    for price in outcome.prices:
        (own,) = estimating.of_file(plate, replace(ORDER, quantity=str(sum(price.made.values())))).estimates
        assert price.estimate == own


def test_the_document_follows_its_schema_and_adds_up(plate):
    outcome = quoting.of_file(plate, ORDER, FEW)
    tree = json.loads(outcome.document.text())
    jsonschema.validate(tree, schema("quote"))
    for row in tree["breaks"]:
        assert sum(Decimal(line["amount"]) for line in row["lines"]) == Decimal(row["total"])
        assert all(each["origin"]["status"] for line in row["lines"] for each in line["inputs"])
    lines = {origin["line"] for row in tree["breaks"] for line in row["lines"] for each in line["inputs"]
             if (origin := each["origin"])["kind"] == "rates"}  # fmt: skip
    assert all(line > 1 for line in lines)


def test_a_jobs_quantities_are_a_set(tmp_path):
    outcome = quoting.of_file(little_job(tmp_path), estimating.Order(), quoting.Wish((1, 4)))
    assert outcome.document.each == "set"
    assert [price.made for price in outcome.prices] == [{"plate": 3}, {"plate": 13}]


def test_a_job_of_several_parts(tmp_path):
    draw_plate(tmp_path / "other.dxf", hole=5.0)
    path = little_job(tmp_path, more='[[parts]]\ndrawing = "other.dxf"\nquantity = 4\n')
    outcome = quoting.of_file(path, estimating.Order(), quoting.Wish((1, 20)))
    assert [dict(price.made) for price in outcome.prices] == [{"plate": 3, "other": 4}, {"plate": 62, "other": 82}]
    assert outcome.prices[1].unit < outcome.prices[0].unit


def test_fillers_are_not_promised(tmp_path):
    draw_plate(tmp_path / "other.dxf", hole=5.0)
    path = little_job(tmp_path, more='[[parts]]\ndrawing = "other.dxf"\nfill = true\n')
    outcome = quoting.of_file(path, estimating.Order(), quoting.Wish((1,)))
    assert [dict(price.made) for price in outcome.prices] == [{"plate": 3}]


def test_what_goes_on_no_sheet_has_no_price(plate):
    outcome = quoting.of_file(plate, replace(ORDER, sheet="50x50mm"), FEW)
    assert outcome.prices == ()
    assert [finding.code for finding in outcome.findings if finding.code == "E905"] == ["E905"] * 3
    assert outcome.exit_code == 1
    assert "quantity" in text(outcome.document)


def test_a_stock_that_runs_out_leaves_the_smaller_breaks(tmp_path):
    path = little_job(tmp_path, more="").read_text().replace("size = [300, 200]", "size = [300, 200]\nquantity = 1")
    (tmp_path / "job.toml").write_text(path)
    outcome = quoting.of_file(tmp_path / "job.toml", estimating.Order(), quoting.Wish((1, 500)))
    assert [price.quantity for price in outcome.prices] == [1]
    assert [finding.where["size"] for finding in outcome.findings if finding.code == "E905"] == [500]


def test_quantities_that_make_no_sense(plate):
    with pytest.raises(CamError) as caught:
        quoting.wish("ten")
    assert caught.value.findings[0].code == "E336"
    with pytest.raises(CamError) as caught:
        quoting.of_file(plate, ORDER, quoting.Wish((10**7,)))
    assert caught.value.findings[0].code == "E905"


def test_a_rise_is_told(plate, tmp_path):
    words = {'charge = "share"': 'charge = "sheets"', "credit = 0.5 ": "credit = 0 ", "cost = 10.0 ": "cost = 9000 "}
    path = rates(tmp_path, *words.items())
    (full,) = {each.per_sheet for each in estimating.of_file(plate, ORDER).estimates}
    outcome = quoting.of_file(plate, ORDER, quoting.Wish((full - 5, full + 1), path))
    assert "I906" in [finding.code for finding in outcome.findings]
    assert outcome.document.breaks[1].why
    assert "each costs more" in text(outcome.document)


# -- the command ------------------------------------------------------------------------------------------------------


def call(*words):
    return CliRunner().invoke(app, ["quote", *map(str, words)])


def test_the_command_prints_a_table_and_opens_lines(plate):
    words = (plate, "--material", "pet", "--thickness", "0.25", "--quantity", "1,10")
    told = call(*words)
    assert told.exit_code == 0
    assert "EXAMPLE RATES" in told.stdout
    opened = call(*words, "--explain").stdout
    assert "= seconds × (1 + allowance) / 3600 × machine rate" in opened
    assert "generic-grbl-laser.toml, rates.rapid_xy" in opened


def test_the_command_in_json_and_html(plate, tmp_path):
    out = tmp_path / "quote.html"
    told = call(plate, "--material", "pet", "--thickness", "0.25", "--quantity", "5", "--json", "--html", out)
    assert json.loads(told.stdout)["breaks"][0]["quantity"] == 5
    written = out.read_text("utf-8")
    assert not re.search(r"(src|@import|url\()", written)
    assert "<details>" in written
    assert "Example rates." in written


def test_a_page_escapes_what_it_tells(plate):
    document = quoting.of_file(plate, ORDER, FEW).document.model_copy(update={"name": "<script>"})
    assert "<script>" not in page(document)


def test_asked_operations_reach_the_quote(plate):
    told = call(
        plate, "--material", "pet", "--thickness", "0.25", "--quantity", "5", "--with", "wash, marking", "--json"
    )
    names = [line["name"] for line in json.loads(told.stdout)["breaks"][0]["lines"]]
    assert {"wash", "marking"} <= set(names)


def test_an_estimate_with_rates_has_the_whole_price(plate):
    words = ["estimate", plate, "--material", "pet", "--thickness", "0.25", "--quantity", "100,10", "--json"]
    plain, whole = (CliRunner().invoke(app, [*map(str, words), *more]) for more in ([], ["--rates", "example"]))
    priced = json.loads(call(*words[1:-1], "--json").stdout)
    assert all(row["quote"] is None for row in json.loads(plain.stdout)["estimates"])
    tree = json.loads(whole.stdout)
    jsonschema.validate(tree, schema("estimate"))
    assert [row["quote"]["total"] for row in tree["estimates"]] == [row["total"] for row in priced["breaks"][::-1]]
    assert tree["estimates"][0]["quote"]["currency"] == priced["currency"]
    assert "W900" in [finding["code"] for finding in tree["findings"]]
