"""Jobs that take from the stock: which pieces, how they are held, and what the papers of a run say of them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from databases import url
from jobs import job
from stockroom_twin import REMNANT, SHEET, codes, rectangle

from camcore import run as runs
from camcore.consuming import book, by_hand, give_back, rule_of
from camcore.files import sha256
from camcore.folder import MANIFEST
from camcore.nesting.model import Nest
from camcore.ready import Budget, prepare
from camcore.run import nest_only, run
from camcore.stocked import _name
from camcore.stockroom import Holder, Query, State, Stockroom, open_room
from camcore.stockroom.audit import disagreements
from camcore.stockroom.model import Change
from camcore.stockroom.outline import Rule

__all__ = ["url"]

PET = replace(SHEET, material="pet", thickness=0.25, outline=rectangle(300.0, 200.0), cost=6.0)
LEFT = replace(REMNANT, material="pet", thickness=0.25, outline=rectangle(150.0, 120.0), cost=1.8)
TINY = replace(LEFT, outline=rectangle(50.0, 40.0), cost=0.2)
SMALL = Rule(length=50.0, width=50.0, area=100.0)


def stocked_job(folder: Path, table: str = "", quantity: int = 3, more: str = "") -> Path:
    """The little job with [stock] in the place of its sheets."""
    path = job(folder, more=f"\n[stock]\n{table}\n{more}")
    text = path.read_text().replace("[[sheets]]\nsize = [300, 200]\n", "", 1)
    path.write_text(text.replace("quantity = 3", f"quantity = {quantity}"))
    return path


def stock(url: str, *pieces) -> Stockroom:
    room = open_room(url, create=True)
    room.add(pieces, "me")
    return room


def manifest(out: Path) -> dict:
    return json.loads((out / MANIFEST).read_text())


@pytest.fixture
def file(tmp_path) -> str:
    return str(tmp_path / "stock.sqlite")


# -- which pieces ---------------------------------------------------------------------------------------------------


def supplied(path: Path, database: str) -> list[tuple[str, int]]:
    return [(stock.id, stock.quantity) for stock in prepare(path, Budget(stock=database)).intake.stocks]


def test_useful_remnants_come_first_the_smallest_before_all_then_sheets_that_are_alike_together(tmp_path, file):
    stock(
        file, PET, LEFT, replace(LEFT, outline=rectangle(130.0, 110.0)), TINY, PET, replace(PET, received="2026-01-01")
    )
    path = stocked_job(tmp_path)
    assert supplied(path, file) == [("R-000003", 1), ("R-000002", 1), ("S-000006, S-000001, S-000005", 3)]
    assert supplied(stocked_job(tmp_path, "remnants = 1"), file) == [
        ("R-000003", 1),
        ("S-000006, S-000001, S-000005", 3),
    ]
    assert supplied(stocked_job(tmp_path, "sheets = false"), file) == [("R-000003", 1), ("R-000002", 1)]
    assert supplied(stocked_job(tmp_path, 'ids = ["S-000005"]'), file) == [("S-000005", 1)]


def test_only_the_material_and_thickness_of_the_job_are_taken(tmp_path, file):
    thick = replace(PET, thickness=0.31)
    stock(file, replace(PET, material="kapton"), thick, replace(PET, lot="L-1"), replace(PET, grade="A"))
    assert supplied(stocked_job(tmp_path), file) == [("S-000003..S-000004", 2)]
    assert supplied(stocked_job(tmp_path, 'tolerance = "0.07mm"'), file) == [("S-000002..S-000004", 3)]
    assert supplied(stocked_job(tmp_path, 'lot = "L-1"'), file) == [("S-000003", 1)]
    assert supplied(stocked_job(tmp_path, 'grade = "A"'), file) == [("S-000004", 1)]


def test_parts_along_the_grain_want_pieces_of_which_it_is_known(tmp_path, file):
    stock(file, replace(PET, grain=None), replace(PET, grain="y"))
    path = stocked_job(tmp_path)
    assert len(supplied(path, file)) == 2
    path.write_text(path.read_text().replace("[[parts]]", '[[parts]]\nrotation = "grain"'))
    assert supplied(path, file) == [("S-000002", 1)]


def test_a_stock_with_nothing_for_the_job_is_told_and_the_jobs_own_sheets_are_there_still(tmp_path, file):
    stock(file, TINY)
    assert codes(lambda: prepare(stocked_job(tmp_path), Budget(stock=file))) == {"W933", "E401"}
    bought = stocked_job(tmp_path, more="[[sheets]]\nsize = [300, 200]\n")
    ready = prepare(bought, Budget(stock=file))
    assert [each.id for each in ready.intake.stocks] == ["300x200mm"]
    assert {finding.code for finding in ready.findings} >= {"W933"}


def test_a_job_with_no_sheets_and_no_stock_is_refused(tmp_path):
    path = stocked_job(tmp_path)
    path.write_text(path.read_text().replace("[stock]", ""))
    assert codes(lambda: prepare(path, Budget())) == {"E303"}
    locked = stocked_job(tmp_path, more='[[locked]]\npart = "plate"\nx = 20\ny = 20\n')
    assert codes(lambda: prepare(locked, Budget())) == {"E303"}


def test_names_of_many_sheets_are_short():
    assert _name(["S-000001"]) == "S-000001"
    assert (
        _name(["S-000001", "S-000002", "S-000003", "S-000007", "R-000008"]) == "S-000001..S-000003, S-000007, R-000008"
    )


# -- a run ----------------------------------------------------------------------------------------------------------


def test_a_run_holds_what_it_cuts_and_its_papers_name_it(tmp_path, url):
    room = stock(url, PET, LEFT, replace(PET, certificate_sha256="c" * 64))
    outcome = run(stocked_job(tmp_path), tmp_path / "out", Budget(stock=url))
    assert outcome.exit_code == 0
    assert "sheet-1 is R-000002 of the stock in B-3" in outcome.lines()
    (sheet,) = json.loads((tmp_path / "out" / "nest.json").read_text())["sheets"]
    (row,) = manifest(tmp_path / "out")["stock"]
    assert (sheet["stock"], row["id"], row["sheet"]) == ("R-000002", "R-000002", "sheet-1")
    assert (row["lot"], row["certificate"], row["thickness"], row["place"]) == ("L-77", "C-12", 0.25, "B-3")
    held = room.piece("R-000002")
    assert (held.state, held.holder.job if held.holder else "") == (State.RESERVED, "little")
    assert held.cut is not None
    assert held.cut.program_sha256 == sha256(tmp_path / "out" / held.cut.program)
    assert {piece.id for piece in room.free(Query())} == {"S-000001", "S-000003"}


def test_the_same_job_and_stock_give_the_same_bytes_and_a_run_is_its_own_successor(tmp_path, file):
    room, path, out = stock(file, LEFT, PET), stocked_job(tmp_path), tmp_path / "out"
    run(path, out, Budget(stock=file))
    first = {each.name: each.read_bytes() for each in out.iterdir()}
    run(path, out, Budget(stock=file))
    assert {each.name: each.read_bytes() for each in out.iterdir()} == first
    assert [m.change for m in room.history("R-000001")].count(Change.RELEASED) == 1
    run(path, tmp_path / "other", Budget(stock=file))
    assert manifest(tmp_path / "other")["stock"][0]["id"] == "S-000002"
    assert {piece.state for piece in room.pieces()} == {State.RESERVED}
    assert codes(lambda: run(path, tmp_path / "third", Budget(stock=file))) == {"W933", "E401"}
    assert {piece.state for piece in room.pieces()} == {State.RESERVED}


def test_sheets_that_are_cut_alike_are_named_one_by_one(tmp_path, file):
    stock(file, *[PET] * 4)
    path = stocked_job(tmp_path, quantity=54)
    run(path, tmp_path / "out", Budget(stock=file))
    nest = json.loads((tmp_path / "out" / "nest.json").read_text())
    rows = manifest(tmp_path / "out")["stock"]
    assert sum(sheet["repeat"] for sheet in nest["sheets"]) == len(rows) == len({row["id"] for row in rows})
    for sheet in nest["sheets"]:
        assert sheet["stock"] == _name([row["id"] for row in rows if row["sheet"] == sheet["id"]])
    assert any(sheet["repeat"] > 1 for sheet in nest["sheets"])


def test_a_nest_alone_names_pieces_and_holds_none(tmp_path, file):
    room = stock(file, LEFT)
    nest_only(stocked_job(tmp_path), tmp_path / "nest.json", Budget(stock=file))
    assert json.loads((tmp_path / "nest.json").read_text())["sheets"][0]["stock"] == "R-000001"
    assert room.piece("R-000001").state is State.AVAILABLE


def test_a_run_that_fails_lets_go_of_what_it_held(tmp_path, file, monkeypatch):
    room = stock(file, LEFT)

    def fails(*_: object) -> None:
        assert room.piece("R-000001").state is State.RESERVED
        raise KeyboardInterrupt

    monkeypatch.setattr(runs.toolpath, "plan", fails)
    with pytest.raises(KeyboardInterrupt):
        run(stocked_job(tmp_path), tmp_path / "out", Budget(stock=file))
    assert room.piece("R-000001").state is State.AVAILABLE
    assert disagreements(*room.ledger()) == []


def test_what_has_no_proven_program_is_let_go(tmp_path, file, monkeypatch):
    room = stock(file, LEFT)
    monkeypatch.setattr(runs, "_saved", lambda _: [])
    run(stocked_job(tmp_path), tmp_path / "out", Budget(stock=file))
    assert "stock" not in manifest(tmp_path / "out")
    assert room.piece("R-000001").state is State.AVAILABLE


def faster(room: Stockroom, times: int, monkeypatch) -> list[str]:
    """Somebody takes what the nest takes, just before the run holds it, so often."""
    nested, got = runs._nested, []

    def beaten(*given: object) -> Nest:
        found = nested(*given)
        if len(got) < times:
            got.append(found.sheets[0].stock.origins[0].id or "")
            room.reserve(got[-1:], Holder("other", "somebody"))
        return found

    monkeypatch.setattr(runs, "_nested", beaten)
    return got


def test_a_run_that_is_beaten_to_a_remnant_nests_again(tmp_path, file, monkeypatch):
    room = stock(file, LEFT, LEFT, PET)
    got = faster(room, 1, monkeypatch)
    run(stocked_job(tmp_path), tmp_path / "out", Budget(stock=file))
    mine = manifest(tmp_path / "out")["stock"][0]["id"]
    assert mine not in got
    assert {room.piece(each).holder.job for each in (*got, mine)} == {"other", "little"}


def test_a_run_that_is_beaten_again_and_again_gives_up(tmp_path, file, monkeypatch):
    room = stock(file, *[LEFT] * 5)
    got = faster(room, 5, monkeypatch)
    assert codes(lambda: run(stocked_job(tmp_path), tmp_path / "out", Budget(stock=file))) == {"E932"}
    assert "E932" in (tmp_path / "out" / "findings.json").read_text()
    assert {piece.holder.job for piece in room.pieces() if piece.holder} == {"other"}
    assert len(got) == 3


# -- booking --------------------------------------------------------------------------------------------------------


@pytest.fixture
def cut(tmp_path, file) -> tuple[Stockroom, Path]:
    """A run of two sheets with a remnant each, not booked yet."""
    room = stock(file, *[PET] * 3)
    run(stocked_job(tmp_path, quantity=30), tmp_path / "out", Budget(stock=file))
    assert len(manifest(tmp_path / "out")["stock"]) == 2
    return room, tmp_path / "out"


def test_a_run_is_booked_with_its_programs_and_remnants_and_once_only(cut):
    room, out = cut
    booked = book(room, out, "otto", SMALL, place="B-3")
    programs = {row["file"]: row["sha256"] for row in manifest(out)["outputs"]}
    assert len(booked.consumed) == 2
    for piece in booked.consumed:
        assert piece.state is State.CONSUMED
        assert piece.cut is not None
        assert piece.cut.program_sha256 == programs[piece.cut.program]
        assert piece.cut.manifest_sha256 == sha256(out / MANIFEST)
    nest = json.loads((out / "nest.json").read_text())
    left = [sheet["remnant"] for sheet in nest["sheets"] if sheet["remnant"]]
    assert len(booked.remnants) + len(booked.findings) == len(left) > 0
    for piece in booked.remnants:
        assert (piece.what.lot, piece.what.place, piece.id[0]) == ("L-77", "B-3", "R")
        assert piece.what.parent in {each.id for each in booked.consumed}
    again = book(room, out, "otto", SMALL, place="B-3")
    assert (again.consumed, again.remnants) == (booked.consumed, ())
    assert disagreements(*room.ledger()) == []


def test_one_sheet_of_a_run_is_booked_by_number_or_id(cut):
    room, out = cut
    first = book(room, out, "otto", SMALL, ["1"])
    assert len(first.consumed) < 3
    assert any(piece.state is State.RESERVED for piece in room.pieces()) == (len(first.consumed) == 1)
    book(room, out, "otto", SMALL, [row["sheet"] for row in manifest(out)["stock"]])
    assert not any(piece.state is State.RESERVED for piece in room.pieces())
    assert codes(lambda: book(room, out, "otto", SMALL, ["99"])) == {"E930"}


def test_a_rest_below_the_rule_is_scrap(cut):
    room, out = cut
    booked = book(room, out, "otto", Rule(1e4, 1e4, 1e9))
    assert booked.remnants == ()
    assert {finding.code for finding in booked.findings} == {"I935"}
    notes = [room.history(piece.id)[-1].note or "" for piece in booked.consumed]
    assert all("is not kept: long side" in note for note in notes)


def test_a_run_that_was_changed_since_is_not_booked(cut):
    room, out = cut
    nest = out / "nest.json"
    whole = nest.read_text()
    nest.write_text(whole.replace('"used_length"', '"used_length" '))
    assert codes(lambda: book(room, out, "otto", SMALL)) == {"E930"}
    nest.write_text(whole)
    program = next(out / row["file"] for row in manifest(out)["outputs"] if row["file"] == "sheet-01.nc")
    program.unlink()
    assert codes(lambda: book(room, out, "otto", SMALL)) == {"E930"}
    assert not any(piece.state is State.CONSUMED for piece in room.pieces())


def test_folders_that_are_no_run_of_the_stock_are_refused(tmp_path, cut):
    room, _ = cut
    path = job(tmp_path)
    run(path, tmp_path / "bought", Budget())
    assert codes(lambda: book(room, tmp_path / "bought", "otto", SMALL)) == {"E930"}
    assert codes(lambda: book(room, tmp_path / "nowhere", "otto", SMALL)) == {"E930"}
    (tmp_path / "bought" / MANIFEST).write_text('{"version": 1}')
    assert codes(lambda: book(room, tmp_path / "bought", "otto", SMALL)) == {"E930"}


def test_pieces_of_another_database_are_not_consumed(tmp_path, cut):
    _, out = cut
    other = stock(str(tmp_path / "other.sqlite"), *[SHEET] * 3)
    assert codes(lambda: book(other, out, "otto", SMALL)) == {"E930"}
    assert {piece.state for piece in other.pieces()} == {State.AVAILABLE}


def test_a_remnant_takes_the_defects_that_lie_in_it_along(tmp_path, file):
    hole = tuple((x + 250.0, y + 100.0, bulge) for x, y, bulge in rectangle(10.0, 10.0))
    near = tuple((x + 5.0, y + 5.0, bulge) for x, y, bulge in rectangle(10.0, 10.0))
    room = stock(file, replace(PET, holes=(hole, near)))
    run(stocked_job(tmp_path), tmp_path / "out", Budget(stock=file))
    (back,) = book(room, tmp_path / "out", "otto", SMALL).remnants
    (sheet,) = json.loads((tmp_path / "out" / "nest.json").read_text())["sheets"]
    edge = min(x for x, _, _ in sheet["remnant"])
    assert back.what.holes == (tuple((pytest.approx(x - edge), y, b) for x, y, b in hole),)


def test_cutting_by_hand_and_what_comes_back_of_it(tmp_path, file):
    room = stock(file, PET, PET)
    program = tmp_path / "by-hand.nc"
    program.write_text("M2\n")
    booked = by_hand(room, ["S-000001"], "otto", "repair", program)
    assert booked.consumed[0].cut is not None
    assert booked.consumed[0].cut.program_sha256 == sha256(program)
    back = give_back(room, "S-000001", (rectangle(100.0, 200.0), ()), SMALL, "otto", "B-1")
    assert (back.remnants[0].what.parent, back.remnants[0].what.cost) == ("S-000001", 2.0)
    small = give_back(room, "S-000001", (rectangle(10.0, 20.0), ()), SMALL, "otto", None)
    assert (small.remnants, small.findings[0].code) == ((), "I935")
    assert codes(lambda: give_back(room, "S-000002", (rectangle(100.0, 200.0), ()), SMALL, "otto", None)) == {"E926"}
    assert codes(lambda: by_hand(room, ["S-000002"], "otto", "repair", tmp_path / "none.nc")) == {"E301"}


def test_the_rule_of_a_shop_stands_in_its_toml_among_other_things(tmp_path):
    file = tmp_path / "shop.toml"
    file.write_text('[rates]\nlaser = 60\n\n[remnants]\nlength = "12in"\nwidth = 100\nworth = 0.6\n')
    assert rule_of(file) == Rule(304.8, 100.0, Rule().area, 0.6)
    assert rule_of(None) == Rule()
    file.write_text("[remnants]\nleast = 3\n")
    assert codes(lambda: rule_of(file)) == {"E303"}
