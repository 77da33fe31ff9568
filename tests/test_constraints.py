"""What a shop asks for beyond distances: each constraint is kept by the search, and its breach is seen by the check."""

from dataclasses import replace

import pytest

from camcore.findings import CamError
from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.check import faults
from camcore.nesting.model import Demand, Locked, Placement, Rules, Sides, Stock, Zone
from camcore.part import Part

SHEET = Stock("300x200", Curve.rectangle(300.0, 200.0))
LYING = (0.0, 180.0)


def plate(name, width, height):
    return Part(name, Curve.rectangle(width, height))


def ring(name, outer, inner):
    return Part(name, Curve.circle(0, 0, outer), (Curve.circle(0, 0, inner).cw(),))


def found(demands, stocks=(SHEET,), effort=400, **rules):
    nested = nest(demands, list(stocks), Rules(2.0, 5.0, effort, **rules))
    assert faults(nested) == []
    return nested


def on(sheet, part):
    return [p for p in sheet.placements if p.part == part]


def boxes(nested):
    return [nested.parts[p.part].outline.posed(p.pose).box for sheet in nested.sheets for p in sheet.placements]


def shifted(nested, dx, dy=0.0):
    """The nest with all pieces of its first sheet moved."""
    first, *rest = nested.sheets
    moved = tuple(replace(p, x=p.x + dx, y=p.y + dy) for p in first.placements)
    return replace(nested, sheets=(replace(first, placements=moved), *rest))


# -- sides ------------------------------------------------------------------------------------------------------------

SIDES = Sides(left=30.0, right=1.0, bottom=0.0, top=25.0)


def test_each_side_keeps_its_own_margin():
    nested = found([Demand(plate("a", 60, 50), 12)], margins=SIDES)
    assert min(box.x0 for box in boxes(nested)) >= 30.0 - 1e-3
    assert max(box.y1 for box in boxes(nested)) <= 175.0 + 1e-3
    assert min(box.y0 for box in boxes(nested)) < 5.0
    assert max(sheet.used_length for sheet in nested.sheets) == pytest.approx(max(b.x1 for b in boxes(nested)) + 1.0)


@pytest.mark.parametrize(
    ("move", "side"), [((-3, 0), "left"), ((0, -1), "bottom"), ((200, 0), "right"), ((0, 90), "top")]
)
def test_a_piece_too_near_a_side_is_seen(move, side):
    nested = found([Demand(plate("a", 60, 120), 1, (0.0,))], margins=SIDES)
    wrong = faults(shifted(nested, *move)) if side != "right" else faults(shifted(nested, 209.5))
    assert any(f"from the {side} side" in text for text in wrong)


def test_sloped_edges_keep_the_margin_beside_other_sides():
    stock = Stock("cut", Curve.polygon([(0, 0), (200, 0), (200, 60), (100, 160), (0, 160)]), quantity=1)
    nested = found([Demand(plate("a", 30, 20), 30)], [stock], margins=Sides(0.0, 0.0, 0.0, 0.0))
    for box in boxes(nested):
        assert box.x1 + box.y1 <= 260.0 - 5.0 * 2**0.5 + 2e-3


# -- clamps -----------------------------------------------------------------------------------------------------------

CLAMP = Zone(Curve.rectangle(60, 30, 100, 0), "clamp")


def test_nothing_lies_under_a_clamp():
    nested = found([Demand(plate("a", 40, 35), 40)], zones=(CLAMP,))
    for box in boxes(nested):
        assert box.x1 <= 98.0 + 1e-3 or box.x0 >= 162.0 - 1e-3 or box.y0 >= 32.0 - 1e-3


def test_a_piece_under_a_clamp_is_seen():
    nested = found([Demand(plate("a", 40, 35), 3)])
    wrong = faults(replace(nested, rules=replace(nested.rules, zones=(Zone(Curve.rectangle(10, 10, 10, 10), "peg"),))))
    assert any("lies in 'peg'" in text for text in wrong)


def test_a_zone_of_another_stock_is_no_matter():
    nested = found([Demand(plate("a", 280, 180), 1)], zones=(replace(CLAMP, stock="other"),))
    assert nested.unplaced == ()


# -- locked pieces ----------------------------------------------------------------------------------------------------


def test_locked_pieces_stay_and_the_others_lie_around_them():
    stay = Placement("a", 120.0, 61.0, 33.0)
    nested = found([Demand(plate("a", 60, 40), 12, (0.0, 33.0))], locked=(Locked("300x200", stay),))
    assert stay in nested.sheets[0].placements
    assert sum(sheet.repeat * len(sheet.placements) for sheet in nested.sheets) == 12
    assert len(nested.sheets[0].placements) > 8


def test_pieces_go_into_the_hole_of_a_locked_ring():
    sheet = Stock("small", Curve.rectangle(110, 110), quantity=1)
    stay = Locked("small", Placement("ring", 55.0, 55.0, 0.0))
    nested = found([Demand(ring("ring", 48, 40), 1), Demand(plate("a", 20, 20), 4)], [sheet], locked=(stay,))
    assert nested.unplaced == ()


def test_a_sheet_of_locked_pieces_alone_is_a_sheet():
    stay = Locked("300x200", Placement("a", 120.0, 61.0, 0.0))
    nested = found([Demand(plate("a", 60, 40), 1)], locked=(stay,))
    assert [sheet.placements for sheet in nested.sheets] == [(stay.placement,)]


def test_locked_sheets_count_as_sheets_of_their_stock():
    stock, stay = replace(SHEET, quantity=1), Locked("300x200", Placement("a", 20.0, 20.0, 0.0))
    nested = found([Demand(plate("a", 200, 150), 2)], [stock], locked=(stay,))
    assert [row.quantity for row in nested.unplaced] == [1]


def test_a_locked_piece_that_was_moved_is_seen():
    stay = Locked("300x200", Placement("a", 120.0, 61.0, 0.0))
    nested = found([Demand(plate("a", 60, 40), 3)], locked=(stay,))
    assert any("locked" in text for text in faults(shifted(nested, 0.01)))


def test_two_locked_sheets_are_two_sheets():
    stays = tuple(Locked("300x200", Placement("a", 20.0 * k, 20.0, 0.0), k) for k in (1, 2))
    nested = found([Demand(plate("a", 60, 40), 5, LYING)], locked=stays)
    assert [stay.placement in sheet.placements for stay, sheet in zip(stays, nested.sheets, strict=True)] == [
        True,
        True,
    ]


@pytest.mark.parametrize(
    ("locked", "word"),
    [
        (Locked("300x200", Placement("b", 20.0, 20.0, 0.0)), "no part 'b'"),
        (Locked("600x200", Placement("a", 20.0, 20.0, 0.0)), "no sheet '600x200'"),
        (Locked("300x200", Placement("a", 20.0, 20.0, 90.0)), "turned by 90"),
        (Locked("300x200", Placement("a", 4.0, 20.0, 0.0)), "less than 5"),
        (Locked("300x200", Placement("a", 20.0, 20.0, 0.0), 3), "sheet 3"),
    ],
)
def test_what_cannot_be_locked_is_a_finding(locked, word):
    with pytest.raises(CamError) as caught:
        nest([Demand(plate("a", 60, 40), 1, LYING)], [replace(SHEET, quantity=1)], Rules(2.0, 5.0, locked=(locked,)))
    assert {finding.code for finding in caught.value.findings} == {"E406"}
    assert word in caught.value.findings[0].message


def test_more_locked_pieces_than_are_demanded_are_a_finding():
    rows = tuple(Locked("300x200", Placement("a", 20.0 + 70.0 * k, 20.0, 0.0)) for k in range(2))
    with pytest.raises(CamError) as caught:
        nest([Demand(plate("a", 60, 40), 1)], [SHEET], Rules(2.0, 5.0, locked=rows))
    assert [finding.code for finding in caught.value.findings] == ["E406"]


# -- kits -------------------------------------------------------------------------------------------------------------


def kits():
    return [
        Demand(plate("big", 150, 90), 2, LYING, kit="one"),
        Demand(plate("small", 60, 40), 4, LYING, kit="one"),
        Demand(plate("wide", 170, 120), 1, LYING, kit="two"),
        Demand(plate("low", 100, 30), 3, LYING, kit="two"),
        Demand(plate("free", 40, 30), 9, LYING),
    ]


def test_a_kit_lies_on_one_sheet():
    nested = found(kits(), effort=3000)
    assert nested.unplaced == ()
    for kit in (("big", "small"), ("wide", "low")):
        assert len([sheet for sheet in nested.sheets if any(on(sheet, part) for part in kit)]) == 1


def test_a_kit_that_fits_on_no_sheet_is_left_whole_and_told():
    nested = found([Demand(plate("a", 140, 90), 5, LYING, kit="five"), Demand(plate("b", 50, 50), 3)])
    assert [(row.part, row.quantity, row.why) for row in nested.unplaced] == [
        ("a", 5, "no sheet has room for the whole kit 'five'")
    ]


def test_a_torn_kit_is_seen():
    nested = found([Demand(plate("a", 140, 90), 5, LYING)])
    torn = replace(nested, demands=(replace(nested.demands[0], kit="five"),))
    assert any("kit 'five' lies on 2 sheets" in text for text in faults(torn))


# -- sheets, grain, holes ---------------------------------------------------------------------------------------------


def test_no_more_sheets_than_allowed():
    nested = found([Demand(plate("a", 140, 90), 20, LYING)], most_sheets=2)
    assert sum(sheet.repeat for sheet in nested.sheets) == 2
    assert nested.unplaced[0].why == "no room left on 2 sheets, the most that are allowed"


def test_too_many_sheets_are_seen():
    nested = found([Demand(plate("a", 140, 90), 20, LYING)])
    assert any(
        "sheets are used" in text for text in faults(replace(nested, rules=replace(nested.rules, most_sheets=2)))
    )


def test_grain_parts_follow_the_grain_of_each_sheet():
    along, across = replace(SHEET, id="x", quantity=1), replace(SHEET, id="y", grain="y")
    nested = found([Demand(plate("a", 90, 20), 60, LYING, along_grain=True)], [along, across])
    turns = {sheet.stock.id: {p.rotation for p in sheet.placements} for sheet in nested.sheets}
    assert turns["x"] <= {0.0, 180.0}
    assert turns["y"] <= {90.0, 270.0}
    assert nested.unplaced == ()


def test_a_part_across_the_grain_is_seen():
    nested = found([Demand(plate("a", 90, 20), 3, LYING, along_grain=True)])
    sheets = tuple(replace(sheet, stock=replace(sheet.stock, grain="y")) for sheet in nested.sheets)
    assert any("is turned by" in text for text in faults(replace(nested, sheets=sheets)))


def test_a_part_with_closed_holes_holds_no_other():
    sheet = Stock("small", Curve.rectangle(112, 112), quantity=1)
    demands = [Demand(ring("ring", 50, 42), 1), Demand(plate("a", 25, 25), 1)]
    assert found(demands, [sheet]).unplaced == ()
    closed = found([replace(demands[0], into_holes=False), demands[1]], [sheet])
    assert [row.part for row in closed.unplaced] == ["a"]
    assert closed.parts["ring"].holes


def test_a_piece_in_a_closed_hole_is_seen():
    nested = found(
        [Demand(ring("ring", 50, 42), 1), Demand(plate("a", 25, 25), 1)],
        [Stock("small", Curve.rectangle(112, 112), quantity=1)],
    )
    closed = replace(nested, demands=(replace(nested.demands[0], into_holes=False), nested.demands[1]))
    assert any("lies in a hole of 'ring'" in text for text in faults(closed))
