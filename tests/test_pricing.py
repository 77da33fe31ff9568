"""Rates, formulas and the lines of a price."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from importlib import resources
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore import estimate, machine, material, pricing
from camcore.estimate import Process
from camcore.findings import CamError
from camcore.geometry import Curve
from camcore.nesting.model import Demand, Rules, Stock
from camcore.part import Part
from camcore.pricing import formula
from camcore.pricing.model import Group, Work
from camcore.toolpath import resolve

SHIPPED = (resources.files("camcore.pricing") / "rates.toml").read_text("utf-8")
PLATE = Part("plate", Curve.rectangle(60, 40), (Curve.circle(20, 20, 4).cw(),))
SHEET = Stock.rectangle(600, 400)


def process(name="generic-grbl-router", stuff="fr4", thickness=1.57):
    tool = machine.load(name)
    setup = resolve(tool, material.load(stuff), thickness)
    return Process(tool, material.load(stuff), setup, Rules(setup.spacing, setup.margin))


MILLED, BURNT = process(), process("generic-grbl-laser", "pet", 0.25)


def rates(tmp_path, *changes, text=SHIPPED):
    """The shipped rates with words put in the place of others."""
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "shop.toml"
    path.write_text(text, "utf-8")
    return path


def work(stock=SHEET, how=MILLED, operations=(), quantity=1):
    return Work((Demand(PLATE, quantity),), (stock,), how, operations)


def priced(quantities, book, given=None):
    """Prices, as a quote makes them."""
    given = given or work()
    terms = pricing.terms(given, book)
    made = [pricing.made(terms, quantity) for quantity in quantities]
    found = estimate.of_part(given.demands[0], [each["plate"] for each in made], given.stocks[0], given.process)
    return [pricing.price(terms, *row) for row in zip(quantities, made, found, strict=True)]


def of(group, price):
    return [line for line in price.lines if line.group is group]


# -- formulas ---------------------------------------------------------------------------------------------------------


def test_a_formula_is_worked_out_by_name():
    figures = {"rate": Decimal(40), "machine rate": Decimal(60), "m² per sheet": Decimal("0.5")}
    assert formula.value("rate × (1 + machine rate) / 2 − −m² per sheet", figures) == Decimal("1220.5")


@pytest.mark.parametrize("text", ["rate ** 2", "open", "rate.real", "[rate]", "1.5"])
def test_anything_else_is_no_formula(text):
    with pytest.raises(ValueError, match="no part of a formula"):
        formula.value(text, {"rate": Decimal(1)})


def python_value(line):
    """The slow obvious twin: the formula as Python's own, with fractions of whole numbers."""
    text = line.formula.replace("×", "*").replace("−", "-")
    for k, each in enumerate(sorted(line.inputs, key=lambda each: -len(each.name))):
        text = text.replace(each.name, f"v[{k}]")
    values = [Fraction(each.value) for each in sorted(line.inputs, key=lambda each: -len(each.name))]
    return eval(text, {"v": values})


# -- rates ------------------------------------------------------------------------------------------------------------


def test_the_shipped_rates_are_examples_and_say_so():
    book = pricing.load()
    assert [finding.code for finding in book.findings] == ["W900"]
    numbers = [row for row in SHIPPED.splitlines() if "=" in row.split("#")[0]]
    plain = ("version", "shop", "kind", "name", "only", "diameter", "asked", "per", "pieces = 0", "batch_charge")
    assert all("example" in row or row.startswith(plain) for row in numbers)


def test_rates_are_those_that_the_call_or_the_environment_names(tmp_path, monkeypatch):
    path = rates(tmp_path, ("example = true ", "example = false"), ('shop = "example"', 'shop = "Miller"'))
    assert pricing.load(path).findings == ()
    monkeypatch.setenv("CAMCORE_RATES", str(path))
    book = pricing.load()
    assert pricing.load(Path("example")).rates.example
    origin = book.origin("setup", "rate")
    assert (origin.status, origin.file, origin.key) == ("rate of Miller", "shop.toml", "setup.rate")
    assert SHIPPED.splitlines()[origin.line - 1].startswith("rate = 40.0")


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("markup = 0.25 ", "markup = 0.25\nmargin = 0.2", "price"),
        ("markup = 0.25 ", "", "price"),
        ("minimum = 50.0", "minimum = -1", "price.minimum"),
        ("programming_minutes = 10", 'programming_minutes = "ten"', "setup.programming_minutes"),
        ('charge = "share"', 'charge = "some"', "material.charge"),
        ('per = "kg"', 'per = "stone"', "material.costs[0].per"),
        ("handling = 0.1 ", "handlng = 0.1 ", "material.handlng"),
        ('name = "wash"', 'name = "deburr"', ""),
    ],
)
def test_wrong_rates_are_told_at_line_and_key(tmp_path, old, new, key):
    with pytest.raises(CamError) as caught:
        pricing.load(rates(tmp_path, (old, new)))
    finding = caught.value.findings[0]
    assert finding.code == "E303"
    assert finding.where["key"] == key
    assert finding.where["line"] >= 1


# -- what holds -------------------------------------------------------------------------------------------------------


def codes(found):
    return [finding.code for finding in found.value.findings]


def test_a_machine_without_a_rate_is_e901(tmp_path):
    with pytest.raises(CamError) as caught:
        pricing.terms(work(), pricing.load(rates(tmp_path, ("[machines.mill]", "[machines.other]"))))
    assert codes(caught) == ["E901"]


def test_a_machines_own_table_goes_before_that_of_its_kind(tmp_path):
    table = "[machines.generic-grbl-router]\nrate = 90\nsetup_minutes = 1\nsheet_minutes = 1\n\n[machines.mill]"
    (price,) = priced([1], pricing.load(rates(tmp_path, ("[machines.mill]", table))))
    (run,) = of(Group.RUN, price)
    assert {each.name: each.value for each in run.inputs}["machine rate"] == 90


def test_a_material_without_a_cost_is_e902_unless_the_sheet_has_one(tmp_path):
    path = rates(tmp_path, ("[[material.costs]] ", '[[material.costs]]\nmaterial = "g10"'))
    with pytest.raises(CamError) as caught:
        pricing.terms(work(), pricing.load(path))
    assert codes(caught) == ["E902"]
    (price,) = priced([1], pricing.load(path), work(replace(SHEET, cost=85.0)))
    assert "cost per sheet" in of(Group.MATERIAL, price)[0].formula


@pytest.mark.parametrize(
    ("per", "size"),
    [("m2", 0.24), ("ft2", 2.583339), ("kg", 0.24 * 1.57 * 1.85), ("lb", 0.24 * 1.57 * 1.85 / 0.45359237)],
)
def test_material_costs_by_area_and_by_weight(tmp_path, per, size):
    book = pricing.load(rates(tmp_path, ('per = "kg"', f'per = "{per}"')))
    (price,) = priced([1], book)
    assert float(of(Group.MATERIAL, price)[0].inputs[1].value) == pytest.approx(size, rel=1e-5)


def test_thickness_picks_the_cost(tmp_path):
    costs = '[[material.costs]]\nthickness = "1/8in"\ncost = 99\n\n[[material.costs]]\nthickness = "0.062in"'
    book = pricing.load(rates(tmp_path, ("[[material.costs]] ", costs)))
    (price,) = priced([1], book)
    assert of(Group.MATERIAL, price)[0].inputs[2].value == 10


def test_a_tool_without_a_price_is_w903(tmp_path):
    book = pricing.load(
        rates(tmp_path, ("diameter = 3.175", "diameter = 9"), ('kind = "endmill"\nprice', 'kind = "v-bit"\nprice'))
    )
    terms = pricing.terms(work(), book)
    found = estimate.of_part(Demand(PLATE, 1), [1], SHEET, MILLED)
    assert [finding.code for finding in terms.unpriced(found)] == ["W903"]
    assert pricing.terms(work(), pricing.load()).unpriced(found) == []


def test_an_unknown_operation_is_e904():
    with pytest.raises(CamError) as caught:
        pricing.terms(work(operations=("washing",)), pricing.load())
    assert codes(caught) == ["E904"]
    assert "wash" in caught.value.findings[0].advice


def test_operations_are_done_where_they_suit_or_are_asked_for():
    def names(given):
        return [line.name for line in of(Group.OPERATIONS, priced([40], pricing.load(), given)[0])]

    assert names(work()) == ["deburr", "inspection", "packing"]
    assert names(work(how=BURNT)) == ["inspection", "packing"]
    assert names(work(operations=("wash", "marking")))[3:] == ["wash", "marking"]


def test_inspection_looks_at_some_pieces():
    one, many = priced([1, 1000], pricing.load())
    looked = [{each.name: each.value for each in of(Group.OPERATIONS, price)[1].inputs} for price in (one, many)]
    assert [each["pieces"] for each in looked] == [1, 51]


# -- amounts ----------------------------------------------------------------------------------------------------------


def test_scrap_is_made_and_nested_too():
    few, many = priced([9, 100], pricing.load())
    assert (few.made, many.made) == ({"plate": 9}, {"plate": 102})
    assert sum(many.estimate.quantities.values()) == 102
    assert [rule.origin.key for rule in many.scrap] == ["scrap[1].pieces", "scrap[1].share"]


def test_a_rest_worth_keeping_is_not_charged_or_credited(tmp_path):
    whole_sheets = rates(tmp_path, ('charge = "share"', 'charge = "sheets"'))
    shared, whole = (priced([2], pricing.load(path))[0] for path in (None, whole_sheets))
    (share,), (sheet, credit) = of(Group.MATERIAL, shared), of(Group.MATERIAL, whole)
    used = Decimal(str(round(shared.estimate.last_share, 4)))
    assert share.inputs[0].value == used < sheet.inputs[0].value == 1
    kilo = sheet.inputs[1].value
    assert credit.amount == -round((1 - used) * kilo * 10 / 2, 2)


def test_a_rest_too_small_is_charged(tmp_path):
    book = pricing.load(rates(tmp_path, ("keep = [300, 150]", "keep = [700, 150]")))
    (price,) = priced([2], book)
    assert of(Group.MATERIAL, price)[0].inputs[0].value == 1


def test_wear_is_metres_over_life(tmp_path):
    (price,) = priced([50], pricing.load())
    (tool,) = of(Group.TOOLS, price)
    figures = {each.name: each for each in tool.inputs}
    assert figures["life"].origin.kind == "material"
    assert figures["metres"].value == pytest.approx(Decimal(sum(price.estimate.wear.values())), rel=Decimal("1e-3"))
    assert of(Group.TOOLS, priced([50], pricing.load(), work(how=BURNT))[0]) == []


def test_the_machines_facts_have_file_and_status():
    (run,) = of(Group.RUN, priced([1], pricing.load())[0])
    about = {each.name: each.origin for each in run.about}
    assert about["rapid_xy"].file == "generic-grbl-router.toml"
    assert about["rapid_xy"].key == "rates.rapid_xy"
    assert about["rapid_xy"].status


def test_margin_is_a_share_of_the_price(tmp_path):
    book = pricing.load(rates(tmp_path, ("markup = 0.25 ", "margin = 0.2 "), ("minimum = 50.0", "minimum = 0")))
    (price,) = priced([100], book)
    (margin,) = of(Group.MARGIN, price)
    before = sum(line.amount for line in price.lines if line.group not in (Group.MARGIN, Group.ROUNDING))
    assert margin.amount == pytest.approx((before + margin.amount) * Decimal("0.2"), abs=Decimal("0.01"))


WORDS = st.fixed_dictionaries(
    {
        "markup = 0.25 ": st.decimals(0, 2, places=2).map(lambda v: f"markup = {v}"),
        "minimum = 50.0": st.integers(0, 3000).map(lambda v: f"minimum = {v}"),
        "share = 0.02 ": st.decimals(0, 1, places=3).map(lambda v: f"share = {v} "),
        'charge = "share"': st.sampled_from(['charge = "share"', 'charge = "sheets"']),
        "[price]\n": st.sampled_from(
            ["[price]\nunit_decimals = 4\n", "[price]\ndecimals = 0\nunit_decimals = 0\n", "[price]\n"]
        ),
        "cost = 10.0 ": st.integers(0, 5000).map(lambda v: f"cost = {v} "),
    }
)


@settings(max_examples=25)
@given(words=WORDS, quantities=st.sets(st.integers(1, 3000), min_size=2, max_size=5))
def test_prices_add_up_whatever_the_rates(tmp_path_factory, words, quantities):
    """Every line is its formula; the sum of the lines is the total, never below the minimum; margin stands once; each
    costs no more in a larger quantity without a reason."""
    book = pricing.load(rates(tmp_path_factory.mktemp("rates"), *words.items()))
    prices = priced(sorted(quantities), book)
    table = book.rates.price
    for price in prices:
        assert sum(line.amount for line in price.lines) == price.total
        assert abs(price.unit * price.quantity - price.total) <= Decimal("0.5").scaleb(-table.decimals)
        assert price.total >= table.minimum
        (margin,) = of(Group.MARGIN, price)
        before = sum(line.amount for line in price.lines[: price.lines.index(margin)])
        assert margin.amount == (before * table.markup).quantize(book.money, "ROUND_HALF_UP")
        for line in price.lines:
            assert abs(python_value(line) - Fraction(line.amount)) <= Fraction("0.5") / 10**table.decimals
            assert all(each.origin.status for each in line.inputs)
    for before, after in pairwise(prices):
        assert bool(pricing.rise(before, after)) == (after.unit > before.unit)


def test_a_rise_names_the_line_and_the_sheets(tmp_path):
    """Whole sheets without credit: one piece more than fills a sheet takes another."""
    words = {'charge = "share"': 'charge = "sheets"', "credit = 0.5 ": "credit = 0 ", "cost = 10.0 ": "cost = 5000 "}
    book = pricing.load(rates(tmp_path, *words.items(), ("share = 0.02 ", "share = 0 ")))
    full = estimate.of_part(Demand(PLATE, 1), [1], SHEET, MILLED)[0].per_sheet
    before, after = priced([full - 3, full + 1], book)
    why = pricing.rise(before, after)
    assert "material" in why
    assert f"2 sheets for {full + 1}, 1 for {full - 3}" in why
