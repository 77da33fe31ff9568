from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from databases import url
from sqlalchemy import text
from stockroom_twin import REMNANT, SHEET, codes, rectangle

from camcore.findings import CamError
from camcore.geometry import Curve
from camcore.stockroom import Cut, Holder, Kind, Query, State, Stockroom, Use, open_room
from camcore.stockroom.arrival import rest
from camcore.stockroom.audit import disagreements
from camcore.stockroom.model import Arrival, Change
from camcore.stockroom.outline import Rule, placed, size_of

__all__ = ["url"]

CUT = Cut("sheet-01.nc", "a" * 64, "b" * 64)
MOVED_IN = 'INSERT INTO stock_movement (at, piece, change, before, after, "by") VALUES '
KIT = Holder("kit", "anna@planning")


@pytest.fixture
def room(url: str) -> Stockroom:
    return open_room(url, create=True)


# -- a piece's way --------------------------------------------------------------------------------------------------


def test_a_piece_comes_back_as_it_went_in(room):
    bent = ((0.0, 0.0, 0.0), (300.1, 0.0, 0.123456789012), (300.1, 200.2, 0.0), (0.0, 200.2, 0.0))
    what = replace(REMNANT, outline=bent, holes=(rectangle(10.0, 10.0),), grade="CE", manufacturer="Ω & Söhne",
                   certificate_sha256="c" * 64, received="2026-11-22")  # fmt: skip
    what = replace(what, holes=(tuple((x + 50.0, y + 50.0, b) for x, y, b in what.holes[0]),))
    sheet, remnant = room.add([SHEET, what], "me")
    assert (sheet.id, remnant.id) == ("S-000001", "R-000002")
    assert (sheet.what, remnant.what) == (SHEET, what)
    assert room.pieces() == (sheet, remnant)
    assert remnant.outline.box.width == pytest.approx(300.1 + 200.2 / 2 * 0.123456789012)
    assert len(remnant.holes) == 1


def test_a_sheet_goes_from_receipt_to_program_and_its_remnant_keeps_the_papers(room):
    (sheet,) = room.add([SHEET], "dock")
    run = Holder("kit", "anna", "host:/out")
    room.hold([sheet.id], run)
    room.keep(run.run, {sheet.id: CUT}, "anna")
    left = rest(room.piece(sheet.id), Curve.rectangle(400.0, 914.4, 819.2), (), Rule(), "B-3")
    assert isinstance(left, Arrival)
    (remnant,) = room.consume([Use(sheet.id, "kit", CUT, (left,))], "otto")
    assert (remnant.what.lot, remnant.what.certificate, remnant.what.parent) == ("L-77", "C-12", sheet.id)
    assert (remnant.what.kind, remnant.what.place, remnant.what.cost) == (Kind.REMNANT, "B-3", 27.89)
    told = [(m.change, m.before, m.after, m.by, m.job, m.program) for m in room.history(sheet.id)]
    assert told == [
        (Change.RECEIVED, None, State.AVAILABLE, "dock", None, None),
        (Change.RESERVED, State.AVAILABLE, State.RESERVED, "anna", "kit", None),
        (Change.PROGRAMMED, State.RESERVED, State.RESERVED, "anna", "kit", "sheet-01.nc"),
        (Change.CONSUMED, State.RESERVED, State.CONSUMED, "otto", "kit", "sheet-01.nc"),
    ]
    assert room.history(sheet.id)[-1].manifest_sha256 == "b" * 64
    assert [m.change for m in room.history(remnant.id)] == [Change.RETURNED]
    assert [piece.id for piece in room.family(remnant.id)] == [sheet.id, remnant.id]
    assert [piece.id for piece in room.family(sheet.id)] == [sheet.id, remnant.id]
    assert [piece.id for piece in room.pieces(Query(program_sha256="a" * 64))] == [sheet.id]


def test_all_are_reserved_or_none(room):
    a, b = (piece.id for piece in room.add([SHEET, REMNANT], "me"))
    room.reserve([b], KIT, "2999-12-31")
    with pytest.raises(CamError, match=r"R-000002 is reserved for kit by anna@planning until 2999-12-31"):
        room.reserve([a, b], Holder("other", "me"))
    assert room.piece(a).state is State.AVAILABLE
    assert room.release([b], "me")[0].holder is None


def test_a_reservation_ends_with_its_day(room):
    now = datetime(2026, 12, 1, 23, 59, tzinfo=UTC)
    room._clock = lambda: now
    (piece,) = room.add([SHEET], "me")
    room.reserve([piece.id], KIT, "2026-12-01")
    assert room.free(Query()) == ()
    assert codes(lambda: room.scrap([piece.id], "me")) == {"E925"}
    now = datetime(2026, 12, 2, tzinfo=UTC)
    assert [each.id for each in room.free(Query())] == [piece.id]
    room.reserve([piece.id], Holder("other", "me"), "2026-12-03")
    assert [m.change for m in room.history(piece.id)[-2:]] == [Change.LAPSED, Change.RESERVED]
    now = datetime(2026, 12, 4, tzinfo=UTC)
    assert [each.state for each in room.release_lapsed("me")] == [State.AVAILABLE]
    assert disagreements(*room.ledger()) == []


def test_a_run_takes_the_place_of_the_one_before_it_in_its_folder(room):
    a, b, c = (piece.id for piece in room.add([SHEET] * 3, "me"))
    first, second = Holder("kit", "anna", "host:/out"), Holder("kit again", "otto", "host:/out")
    room.hold([a, b], first)
    room.keep(first.run, {a: CUT}, "anna")
    assert room.piece(b).state is State.AVAILABLE
    assert [piece.id for piece in room.free(Query(), run="host:/out")] == [a, b, c]
    room.hold([b, c], second)
    assert {piece.id: piece.state for piece in room.pieces()} == {
        a: State.AVAILABLE,
        b: State.RESERVED,
        c: State.RESERVED,
    }
    assert codes(lambda: room.hold([b], Holder("kit", "anna", "host:/elsewhere"))) == {"E925"}
    room.release_run("host:/out", "otto")
    assert {piece.state for piece in room.pieces()} == {State.AVAILABLE}


def test_what_is_held_for_one_program_is_not_consumed_by_another(room):
    (piece,) = room.add([SHEET], "me")
    room.hold([piece.id], Holder("kit", "anna", "host:/out"))
    room.keep("host:/out", {piece.id: CUT}, "anna")
    assert codes(lambda: room.consume([Use(piece.id, "kit", replace(CUT, program_sha256="f" * 64))], "me")) == {"E925"}
    assert codes(lambda: room.consume([Use(piece.id, "other", CUT)], "me")) == {"E925"}
    room.consume([Use(piece.id, "kit", CUT)], "me")
    room.consume([Use(piece.id, "kit", CUT)], "me")
    assert len(room.history(piece.id)) == 4


def test_movements_that_a_state_does_not_allow_are_refused(room):
    a, b = (piece.id for piece in room.add([SHEET, SHEET], "me"))
    back = replace(REMNANT, parent=a)
    assert codes(lambda: room.release([a], "me")) == {"E926"}
    assert codes(lambda: room.give_back([back], "me")) == {"E926"}
    room.scrap([b], "me", "delaminated")
    assert codes(lambda: room.move([b], "B-3", "me")) == {"E926"}
    assert codes(lambda: room.reserve([b], KIT)) == {"E925"}
    assert codes(lambda: room.consume([Use(b, "kit", CUT)], "me")) == {"E925"}
    room.consume([Use(a, "kit", CUT)], "me")
    assert room.give_back([back], "me")[0].what.parent == a
    assert room.history(b)[-1].note == "delaminated"


def test_papers_that_come_later_are_noted_with_what_was_said_before(room):
    (piece,) = room.add([replace(SHEET, certificate=None)], "me")
    room.amend([piece.id], {"certificate": "C-13", "cost": 80.0}, "me")
    room.move([piece.id], "A-1", "me")
    now = room.piece(piece.id).what
    assert (now.certificate, now.cost, now.place) == ("C-13", 80.0, "A-1")
    assert room.history(piece.id)[1].note == "certificate: None → C-13; cost: 85.0 → 80.0"
    assert (room.history(piece.id)[2].place, disagreements(*room.ledger())) == ("A-1", [])


@pytest.mark.parametrize("name", ["S-999999", "S-1x", "17", "", "S-١٢", "R-9999999999"])
def test_an_id_of_no_piece_is_a_finding(room, name):
    assert codes(lambda: room.piece(name)) == {"E924"}
    assert codes(lambda: room.reserve([name], KIT)) == {"E924"}


def test_queries_ask_for_what_they_name(room):
    a, b, c = room.add([SHEET, replace(SHEET, material="g10", lot="L-1"), replace(REMNANT, thickness=3.175)], "me")
    room.reserve([a.id], KIT)
    asked = {
        Query(material="g10"): [b],
        Query(lot="L-77"): [a, c],
        Query(kind=Kind.REMNANT): [c],
        Query(thickness=(3.17, 3.18)): [c],
        Query(states=(State.RESERVED,)): [a],
        Query(job="kit"): [a],
        Query(place="B-3"): [c],
        Query(ids=(b.id, c.id)): [b, c],
        Query(certificate="C-12", material="fr4"): [a, c],
        Query(parent=a.id): [],
        Query(grade="x"): [],
    }
    for query, found in asked.items():
        assert [piece.id for piece in room.pieces(query)] == [piece.id for piece in found], query


# -- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"material": " "},
        {"material": "a\x00b"},
        {"thickness": 0.0},
        {"thickness": float("nan")},
        {"thickness": 1000.0},
        {"cost": -1.0},
        {"cost": float("inf")},
        {"lot": "two\nlines"},
        {"lot": "x" * 201},
        {"place": ""},
        {"received": "22.11.2026"},
        {"certificate_sha256": "abc"},
        {"grain": "z"},
    ],
)
def test_fields_that_make_no_sense_are_refused_and_nothing_comes_in(tmp_path, wrong):
    room = open_room(str(tmp_path / "stock.sqlite"), create=True)
    assert codes(lambda: room.add([SHEET, replace(SHEET, **wrong)], "me")) == {"E927"}
    assert room.pieces() == ()


@pytest.mark.parametrize(
    ("outline", "holes"),
    [
        (((0.0, 0.0, 0.0), (100.0, 100.0, 0.0), (100.0, 0.0, 0.0), (0.0, 100.0, 0.0)), ()),
        (((0.0, 0.0, 0.0), (100.0, 0.0, 0.0)), ()),
        (((0.0, 0.0, 0.0),), ()),
        (((5.0, 0.0, 0.0), (105.0, 0.0, 0.0), (105.0, 50.0, 0.0)), ()),
        (rectangle(30000.0, 100.0), ()),
        (rectangle(100.0, 100.0), (rectangle(50.0, 150.0),)),
        (rectangle(100.0, 100.0), (rectangle(100.0, 100.0),)),
    ],
)
def test_outlines_that_are_no_sheet_are_refused(tmp_path, outline, holes):
    room = open_room(str(tmp_path / "stock.sqlite"), create=True)
    assert codes(lambda: room.add([replace(SHEET, outline=outline, holes=holes)], "me")) == {"E928"}


def test_dates_and_values_that_make_no_sense_change_nothing(tmp_path):
    room = open_room(str(tmp_path / "stock.sqlite"), create=True)
    (piece,) = room.add([SHEET], "me")
    for until in ("2001-01-01", "soon", "2026-13-01"):
        assert codes(lambda until=until: room.reserve([piece.id], KIT, until)) == {"E927"}
    assert codes(lambda: room.amend([piece.id], {}, "me")) == {"E927"}
    assert codes(lambda: room.amend([piece.id], {"cost": -1.0}, "me")) == {"E927"}
    assert codes(lambda: room.move([piece.id], " ", "me")) == {"E927"}
    assert room.pieces() == (piece,)


# -- remnants -------------------------------------------------------------------------------------------------------


def test_the_size_rule_sees_narrow_legs_and_defects():
    rule = Rule(length=300.0, width=100.0, area=40_000.0)
    leg = (
        (0.0, 0.0, 0.0),
        (900.0, 0.0, 0.0),
        (900.0, 60.0, 0.0),
        (60.0, 60.0, 0.0),
        (60.0, 900.0, 0.0),
        (0.0, 900.0, 0.0),
    )
    assert rule.against(rectangle(400.0, 100.0)) is None
    assert rule.against(rectangle(400.0, 99.0)) == "width 99 of 100 mm, area 3.96e+04 of 4e+04 mm²"
    assert rule.against(rectangle(299.0, 299.0)) == "long side 299 of 300 mm"
    assert (rule.against(leg) or "").startswith("width 70.29 of 100 mm")
    hole = tuple((x + 150.0, y + 20.0, bulge) for x, y, bulge in rectangle(100.0, 60.0))
    assert rule.against(rectangle(400.0, 100.0), [hole]) == "area 3.4e+04 of 4e+04 mm²"
    disc = ((100.0, 0.0, 1.0), (-100.0, 0.0, 1.0))
    assert size_of(disc).disc == pytest.approx(200.0, abs=0.05)


def test_a_remnant_keeps_its_place_on_the_sheet_and_its_share_of_the_cost(tmp_path):
    room = open_room(str(tmp_path / "stock.sqlite"), create=True)
    (sheet,) = room.add([SHEET], "me")
    hole = Curve.circle(1000.0, 500.0, 20.0)
    left = rest(sheet, Curve.rectangle(609.6, 914.4, 609.6), [hole], Rule(worth=0.5))
    assert isinstance(left, Arrival)
    assert left.outline == rectangle(609.6, 914.4)
    assert left.holes[0][0] == pytest.approx((1020.0 - 609.6, 500.0, 1.0))
    assert left.cost == pytest.approx(85.0 / 4, abs=0.06)
    assert rest(sheet, Curve.rectangle(100.0, 914.4), (), Rule()) == "width 100 of 200 mm"
    assert rest(replace(sheet, what=replace(SHEET, cost=None)), Curve.rectangle(300.0, 914.4), (), Rule()).cost is None


def test_outlines_are_moved_to_the_origin_and_turned_counter_clockwise():
    outline, holes = placed(Curve.rectangle(100.0, 50.0, 7.0, 9.0).reversed(), [Curve.circle(30.0, 30.0, 5.0)])
    assert sorted(outline) == sorted(rectangle(100.0, 50.0))
    assert Curve(outline).area == pytest.approx(5000.0)
    assert holes[0][0] == (28.0, 21.0, 1.0)


# -- the ledger -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE stock_piece SET state = 'scrapped' WHERE number = 1",
        "UPDATE stock_piece SET job = 'other' WHERE number = 2",
        "UPDATE stock_piece SET program_sha256 = 'x', program = 'y' WHERE number = 2",
        "UPDATE stock_piece SET parent = 1 WHERE number = 3",
        MOVED_IN + "('', 1, 'consumed', 'reserved', 'consumed', '')",
        MOVED_IN + "('', 1, 'released', 'available', 'available', '')",
    ],
)  # fmt: skip
def test_the_audit_sees_what_the_ledger_does_not_tell(room, damage):
    room.add([SHEET, SHEET], "me")
    room.reserve(["S-000002"], KIT)
    room.consume([Use("S-000002", "kit", CUT, (replace(REMNANT, parent="S-000002"),))], "me")
    assert disagreements(*room.ledger()) == []
    with room._engine.begin() as connection:
        connection.execute(text(damage))
    assert {finding.code for finding in disagreements(*room.ledger())} == {"E931"}
