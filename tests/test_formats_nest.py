import json
from dataclasses import replace

import jsonschema
import pytest
from pydantic import ValidationError

from camcore.formats import schema
from camcore.formats.nest import NestFile
from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.model import Demand, Rules, Sides, Stock
from camcore.part import Part


@pytest.fixture(scope="module")
def found():
    """Two kinds, one of them with a hole and arcs, some of which find no room."""
    ring = Part("ring", Curve.circle(40, 40, 40), (Curve.circle(40, 40, 25).cw(),))
    bar = Part("bar", Curve.rectangle(60.0, 9.0))
    stock = Stock("100x300", Curve.rectangle(300.0, 100.0), quantity=1)
    return nest([Demand(ring, 5), Demand(bar, 4)], [stock], Rules(2.0, 5.0, 100, seed=3), job="kit")


def test_keys_are_those_of_the_contract(found):
    tree = json.loads(NestFile.of(found).text())
    assert list(tree) == [
        *("version", "units", "job", "seed", "stopped_by", "spacing", "margin"),
        *("parts", "sheets", "unplaced", "summary"),
    ]
    assert list(tree["parts"][0]) == ["id", "quantity", "outline", "holes"]
    assert list(tree["sheets"][0]) == [
        *("id", "stock", "repeat", "outline", "holes", "placements", "yield", "used_length", "remnant"),
    ]
    assert list(tree["sheets"][0]["placements"][0]) == ["part", "x", "y", "rotation", "mirror"]
    assert list(tree["unplaced"][0]) == ["part", "quantity", "why"]
    assert list(tree["summary"]) == [
        "sheets",
        "yield",
        "yield_to_crop_line",
        "yield_bound",
        "least_sheets",
        "least_sheets_reason",
        "seconds",
    ]
    assert (tree["job"], tree["seed"], tree["units"]) == ("kit", 3, "mm")


def test_text_read_back_gives_the_same_text(found):
    text = NestFile.of(found).text()
    assert NestFile.of(NestFile.model_validate_json(text).nest()).text() == text


def test_arcs_stay_arcs(found):
    again = NestFile.model_validate_json(NestFile.of(found).text()).nest()
    assert again.parts["ring"].outline.as_circle() == pytest.approx((40, 40, 40))
    assert again.parts["ring"].area == pytest.approx(found.parts["ring"].area)


def test_file_fits_its_schema(found):
    jsonschema.validate(json.loads(NestFile.of(found).text()), schema("nest"))


def test_unknown_keys_and_versions_are_refused(found):
    tree = json.loads(NestFile.of(found).text())
    for change in ({"extra": 1}, {"version": 2}, {"stopped_by": "boredom"}):
        with pytest.raises(ValidationError):
            NestFile.model_validate({**tree, **change})


def test_placement_of_an_unknown_part_is_refused(found):
    tree = json.loads(NestFile.of(found).text())
    tree["sheets"][0]["placements"][0]["part"] = "ghost"
    with pytest.raises(KeyError, match="ghost"):
        NestFile.model_validate(tree).nest()


def test_margins_by_side_stand_in_the_file_only_where_they_are():
    part = Part("a", Curve.rectangle(60, 40))
    sides = Sides(30.0, 5.0, 5.0, 5.0)
    found = nest([Demand(part, 1)], [Stock.rectangle(300, 200)], Rules(2.0, 5.0, 1, margins=sides))
    file = NestFile.model_validate_json(NestFile.of(found).text())
    assert file.nest().rules.margins == sides
    assert "margins" not in json.loads(NestFile.of(replace(found, rules=Rules(2.0, 5.0))).text())
