"""Estimates against nests and plans, and the command that makes them."""

import json
import math

import pytest
from jobs import drawing as draw_plate
from jobs import job as little_job
from shop import disc, frame, gusset, terminal_strip, washer

from camcore import estimate, estimating, machine, material, program, toolpath
from camcore.estimate import Process
from camcore.findings import CamError
from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.measure import boxes, used_length
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Part
from camcore.program.piece import piece_time
from camcore.toolpath import resolve

SHEET = Stock.rectangle(600, 400)
TRIANGLE = Part("triangle", Curve.polygon([(0, 0), (60, 4), (20, 40)]))


def process(name="generic-grbl-laser", stuff="pet", thickness=0.25):
    tool = machine.load(name)
    setup = resolve(tool, material.load(stuff), thickness)
    return Process(tool, material.load(stuff), setup, Rules(setup.spacing, setup.margin))


def of(part, quantity, stock=SHEET, how=None):
    return estimate.of_part(Demand(part, 1), [quantity], stock, how or process())[0]


def equivalent(found):
    last = found.sheets[-1]
    return sum(sheet.repeat for sheet in found.sheets) - 1 + last.used_length / last.stock.outline.box.width


PARTS = {"washer": washer(), "gusset": gusset(), "frame": frame(), "disc": disc(), "triangle": TRIANGLE,
         "strip": terminal_strip()}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_an_estimate_is_near_the_nest(name):
    """Within 2 % of the sheets that a nest takes."""
    part, how = PARTS[name], process()
    found = nest([Demand(part, 700)], [SHEET], Rules(how.rules.spacing, how.rules.margin, 2000))
    got = of(part, 700)
    assert got.equivalent == pytest.approx(equivalent(found), rel=0.02)
    assert got.unplaced == {}


def test_the_range_holds_and_the_yields_are_ordered():
    for quantity in (1, 40, 3000):
        got = of(TRIANGLE, quantity)
        assert got.confidence.low <= got.equivalent <= got.confidence.high + 1e-9
        assert 0 < got.yield_ <= got.yield_bound <= 1
        assert got.count == math.ceil(quantity / got.per_sheet)


def test_more_pieces_take_no_fewer_sheets_nor_less_time():
    rows = estimate.of_part(Demand(TRIANGLE, 1), [1, 10, 100, 1000, 10000], SHEET, process())
    assert [row.equivalent for row in rows] == sorted(row.equivalent for row in rows)
    assert [row.seconds for row in rows] == sorted(row.seconds for row in rows)


def test_a_stock_that_runs_out_is_told():
    got = of(TRIANGLE, 1000, Stock("two", Curve.rectangle(600, 400), quantity=2))
    assert got.unplaced == {"triangle": 1000 - 2 * got.per_sheet}
    assert got.confidence.level == "rough"


def test_a_part_that_fits_nowhere_is_told():
    got = of(Part("long", Curve.rectangle(700, 20)), 3)
    assert (got.unplaced, got.sheets, got.per_sheet) == ({"long": 3}, {}, None)


def test_a_price_needs_a_cost():
    assert of(TRIANGLE, 500).price is None
    dear = Stock("dear", Curve.rectangle(600, 400), cost=85.0)
    got = of(TRIANGLE, 500, dear)
    assert got.price == 85.0 * got.count


def test_a_kit_is_nested_quickly():
    how = process()
    got = estimate.of_kit([Demand(TRIANGLE, 40), Demand(washer(), 30)], [SHEET], how)
    assert got.unplaced == {}
    assert got.confidence.low <= got.equivalent <= got.confidence.high + 1e-9
    assert got.seconds > 40 * piece_time(TRIANGLE, how.setup, how.machine).each


@pytest.mark.parametrize("name", ["generic-grbl-laser", "generic-linuxcnc-mill"])
@pytest.mark.parametrize("part", [washer(), gusset(), disc(), TRIANGLE], ids=lambda p: p.id)
def test_the_time_of_a_piece_is_near_that_of_its_program(name, part):
    """Against the planned, posted program of one piece; its tool changes come once for each sheet."""
    how = process(name, "g10" if "mill" in name else "pet", 3.2 if "mill" in name else 0.25)
    box = part.box
    stock = Stock.rectangle(box.width + 60, box.height + 60)
    placed = Placement(part.id, 30 - box.x0, 30 - box.y0, 0.0)
    sheet = NestedSheet("one", stock, (placed,), 1, used_length(boxes([placed], {part.id: part}), stock, 5.0))
    one = Nest((Demand(part, 1),), (sheet,), (), how.rules, "done", parts={part.id: part})
    times = program.duration(program.build(toolpath.plan(one, how.setup)[0], how.machine), how.machine)
    got = piece_time(part, how.setup, how.machine)
    once = times.tool_change + (times.dwell if how.setup.mill else 0.0)
    assert got.each == pytest.approx(times.total - once, rel=0.2)


# -- the command ------------------------------------------------------------------------------------------------------


def order(**words):
    return estimating.Order(**({"material": "pet", "thickness": "0.25", "sheet": "600x400mm"} | words))


def test_a_drawing_in_several_quantities(tmp_path):
    draw_plate(tmp_path / "plate.dxf")
    outcome = estimating.of_file(tmp_path / "plate.dxf", order(quantity="10,100, 1000", cost=50.0))
    tree = json.loads(outcome.document.text())
    assert [row["parts"] for row in tree["estimates"]] == [
        [{"id": "plate", "quantity": n, "unplaced": 0}] for n in (10, 100, 1000)
    ]
    assert tree["machine"] == "generic-grbl-laser"
    assert tree["spacing"] == pytest.approx(process().rules.spacing)
    assert all(row["price"] == 50.0 * row["sheets"] for row in tree["estimates"])
    assert outcome.exit_code == 0
    assert "100 × plate" in estimating.text(outcome)


def test_a_material_that_lasers_must_not_cut_is_milled(tmp_path):
    draw_plate(tmp_path / "plate.dxf")
    outcome = estimating.of_file(tmp_path / "plate.dxf", order(material="fr4", thickness="1.57mm", sheet=None))
    assert outcome.document.machine == "generic-grbl-router"


def test_a_job(tmp_path):
    outcome = estimating.of_file(little_job(tmp_path), estimating.Order())
    assert outcome.document.job == "little"
    assert outcome.estimates[0].quantities == {"plate": 3}


def test_a_job_of_several_parts_is_a_kit(tmp_path):
    draw_plate(tmp_path / "other.dxf", hole=5.0)
    path = little_job(tmp_path, more='[[parts]]\ndrawing = "other.dxf"\nquantity = 4\n')
    outcome = estimating.of_file(path, estimating.Order())
    assert outcome.estimates[0].quantities == {"plate": 3, "other": 4}
    assert outcome.estimates[0].per_sheet is None


def test_the_document_follows_its_schema(tmp_path):
    import jsonschema

    from camcore.formats import schema

    draw_plate(tmp_path / "plate.dxf")
    outcome = estimating.of_file(tmp_path / "plate.dxf", order(quantity="7"))
    jsonschema.validate(json.loads(outcome.document.text()), schema("estimate"))


@pytest.mark.parametrize(
    "words",
    [
        {"material": None},
        {"thickness": None},
        {"thickness": "thick"},
        {"thickness": "0"},
        {"quantity": "ten"},
        {"quantity": "0"},
        {"sheet": "wide"},
        {"sheet": "0x40in"},
        {"sheet": "300x200m"},
        {"sheet": "1e9x1e9"},
        {"sheet": "20000x20000.1mm"},
        {"thickness": "3m"},
        {"cost": 1e300},
        {"cost": -1.0},
        {"cost": float("nan")},
        {"thickness": "1e200in"},
        {"rotation": "any"},
    ],
)
def test_words_that_make_no_sense_are_e336(tmp_path, words):
    draw_plate(tmp_path / "plate.dxf")
    with pytest.raises(CamError) as caught:
        estimating.of_file(tmp_path / "plate.dxf", order(**words))
    assert {finding.code for finding in caught.value.findings} == {"E336"}
