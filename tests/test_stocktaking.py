"""Words, drawings and lists as pieces of the stock; and the commands that take them."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import ezdxf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate
from stockroom_twin import REMNANT, SHEET, rectangle
from test_stocked import stocked_job
from typer.testing import CliRunner

from camcore.cli import app
from camcore.files import sha256
from camcore.findings import CamError
from camcore.formats import schema
from camcore.stockroom import Cut, Kind, Use, open_room
from camcore.stocktaking import COLUMNS, arrivals, outline_of, read_list, write_list
from camcore.units import parse_size

WORDS = {"material": "fr4", "thickness": "1.57", "size": "36x48in"}


def codes(work) -> list[str]:
    with pytest.raises(CamError) as caught:
        work()
    return [finding.code for finding in caught.value.findings]


# -- words ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("36x48in", (914.4, 1219.2)),
        ("914x1219mm", (914.0, 1219.0)),
        ("3ft x 48in", (914.4, 1219.2)),
        ("300 × 200", (300.0, 200.0)),
        ("1/2x3/4in", (12.7, 19.05)),
        ('36"X48"', (914.4, 1219.2)),
    ],
)
def test_sizes_as_people_write_them(text, size):
    assert parse_size(text) == pytest.approx(size)


@pytest.mark.parametrize("text", ["36", "36x", "x48", "1x2x3", "axb", "36x48parsec", ""])
def test_what_is_no_size_is_refused(text):
    with pytest.raises(ValueError, match="is not"):
        parse_size(text)


def test_words_become_pieces(tmp_path):
    (tmp_path / "c.pdf").write_bytes(b"certificate")
    more = {"count": "2", "grain": "X", "lot": " L-7 ", "cost": "12.5", "certificate_file": "c.pdf", "grade": ""}
    one, two = arrivals({**WORDS, **more}, tmp_path)
    assert one == two
    assert (one.kind, one.thickness, one.grain, one.lot, one.cost, one.grade) == (
        Kind.SHEET,
        1.57,
        "x",
        "L-7",
        12.5,
        None,
    )
    assert one.outline == rectangle(914.4, 1219.2)
    assert one.certificate_sha256 == sha256(tmp_path / "c.pdf")
    assert arrivals({**WORDS, "units": "in", "thickness": "0.062", "size": "10x20"}, tmp_path)[0].outline == rectangle(
        254.0, 508.0
    )


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"material": "unobtainium"}, "E330"),
        ({"material": ""}, "E927"),
        ({"thickness": "thick"}, "E927"),
        ({"thickness": "-1"}, "E927"),
        ({"size": "36"}, "E927"),
        ({"size": "0x5"}, "E927"),
        ({"size": ""}, "E927"),
        ({"drawing": "a.dxf"}, "E927"),
        ({"count": "0"}, "E927"),
        ({"count": "9999"}, "E927"),
        ({"cost": "much"}, "E927"),
        ({"cost": "nan"}, "E927"),
        ({"kind": "board"}, "E927"),
        ({"grain": "north"}, "E927"),
        ({"units": "parsec"}, "E927"),
        ({"received": "yesterday"}, "E927"),
        ({"parent": "seven"}, "E924"),
        ({"holes": "{"}, "E927"),
        ({"holes": "5"}, "E927"),
        ({"holes": "[[[1]]]"}, "E927"),
        ({"holes": "[[[0,0,0],[5000,0,0],[5000,9,0]]]"}, "E928"),
        ({"certificate_file": "none.pdf"}, "E301"),
        ({"size": "", "outline": "[[0,0]]"}, "E927"),
        ({"size": "", "outline": '"abc"'}, "E927"),
        ({"size": "", "drawing": "none.dxf"}, "E101"),
    ],
)
def test_words_that_make_no_sense_are_findings(tmp_path, more, code):
    def work() -> None:
        open_room(str(tmp_path / "stock.sqlite"), create=True).add(arrivals({**WORDS, **more}, tmp_path), "me")

    assert codes(work) == [code]


@given(st.dictionaries(st.sampled_from([*COLUMNS, "count", "units"]), st.text(max_size=12)))
def test_no_words_bring_a_traceback(words):
    with suppress(CamError):
        arrivals(words, Path("/nowhere"))


def test_a_drawing_of_one_outline_with_defects_is_a_piece(tmp_path):
    document = ezdxf.new("R2010", units=4)
    space = document.modelspace()
    space.add_lwpolyline([(10, 10), (310, 10), (310, 210), (10, 210)], close=True)
    space.add_circle((100, 100), 20)
    document.saveas(tmp_path / "left.dxf")
    outline, holes = outline_of(tmp_path / "left.dxf")
    assert sorted(outline) == sorted(rectangle(300.0, 200.0))
    assert len(holes) == 1
    space.add_circle((500, 100), 20)
    document.saveas(tmp_path / "two.dxf")
    assert codes(lambda: outline_of(tmp_path / "two.dxf")) == ["E323"]


# -- lists ----------------------------------------------------------------------------------------------------------


def test_what_goes_out_comes_in_again(tmp_path):
    bent = ((0.0, 0.0, 0.0), (300.0, 0.0, 0.25), (300.0, 200.0, 0.0), (0.0, 200.0, 0.0))
    hole = tuple((x + 50.0, y + 50.0, bulge) for x, y, bulge in rectangle(10.0, 10.0))
    room = open_room(str(tmp_path / "a.sqlite"), create=True)
    odd = replace(REMNANT, outline=bent, holes=(hole,), lot='L "7", new; é', received="2026-11-22", grain=None)
    there = room.add([SHEET, REMNANT, odd], "me")
    (tmp_path / "list.csv").write_text(write_list(there))
    assert read_list(tmp_path / "list.csv") == [piece.what for piece in there]


@pytest.mark.parametrize("between", [",", ";", "\t"])
def test_lists_as_spreadsheets_write_them(tmp_path, between):
    rows = [["material", "thickness", "size", "count", "lot"], ["fr4", "1.57", "36x48in", "2", "L-1"], [""] * 5,
            ["g10", "1/16in", "600x400mm", "", "L-2"]]  # fmt: skip
    text = "\r\n".join(between.join(row) for row in rows)
    (tmp_path / "list.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    found = read_list(tmp_path / "list.csv")
    assert [(each.material, each.lot) for each in found] == [("fr4", "L-1"), ("fr4", "L-1"), ("g10", "L-2")]
    assert found[2].thickness == pytest.approx(1.5875)


def test_every_wrong_row_is_named_by_its_line(tmp_path):
    rows = ["fr4,1.57,36x48in,", "fr4,thick,36x48in,", "wood,1,1x1,", "fr4,1,5x5,consumed", "fr4,1,5x5,,9"]
    (tmp_path / "list.csv").write_text("\n".join(["material,thickness,size,state", *rows]))
    with pytest.raises(CamError) as caught:
        read_list(tmp_path / "list.csv")
    assert [(f.code, f.where["line"]) for f in caught.value.findings] == [
        ("E929", 3),
        ("E929", 4),
        ("E929", 5),
        ("E929", 6),
    ]


@pytest.mark.parametrize("text", ["", "stuff,size\n1,2\n", '"a\n', "material\n\x00\n", "a" * 200_000])
def test_what_is_no_list_is_a_finding(tmp_path, text):
    (tmp_path / "list.csv").write_text(text)
    assert set(codes(lambda: read_list(tmp_path / "list.csv"))) == {"E929"}


# -- commands -------------------------------------------------------------------------------------------------------


class Call:
    """The commands of one stock."""

    def __init__(self, folder: Path) -> None:
        self.database = str(folder / "stock.sqlite")

    def __call__(self, *words: str, exit_code: int = 0) -> str:
        result = CliRunner().invoke(app, ["stock", *words, "--db", self.database])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result.stdout

    def json(self, *words: str) -> dict:
        document = json.loads(self(*words, "--json"))
        validate(document, schema("stock"))
        return document


@pytest.fixture
def call(tmp_path) -> Call:
    made = Call(tmp_path)
    made("add", "--material", "pet", "--thickness", "0.25", "--size", "300x200", "--count", "3", "--lot", "L-77",
         "--certificate", "C-12", "--cost", "6", "--place", "A-1")  # fmt: skip
    return made


def test_the_commands_lead_a_piece_from_receipt_to_scrap(call, tmp_path):
    (tmp_path / "by-hand.nc").write_text("M2\n")
    call("reserve", "S-000001", "--job", "kit", "--until", "2999-01-01")
    assert "for kit by otto" not in call("list")
    call("release", "--job", "kit")
    call("move", "S-000001", "--place", "B-2", "--by", "otto")
    call("amend", "S-000001", "--certificate", "C-13")
    call("consume", "S-000001", "--job", "kit", "--program", str(tmp_path / "by-hand.nc"))
    (back,) = call.json("return", "S-000001", "--size", "280x200", "--place", "B-3")["pieces"]
    assert (back["id"], back["parent"], back["certificate"], back["cost"]) == ("R-000004", "S-000001", "C-13", 5.6)
    call("scrap", back["id"], "--why", "bent")
    changes = [row["change"] for row in call.json("history", "S-000001")["movements"]]
    assert changes == ["received", "reserved", "released", "moved", "amended", "consumed"]
    assert "by-hand.nc" in call("trace", "R-000004")
    assert [piece["id"] for piece in call.json("trace", "--lot", "L-77")["pieces"]][-1] == "R-000004"
    assert "S-000001" in call("trace", "--program", str(tmp_path / "by-hand.nc"))
    assert "S-000001" not in call("list")
    assert "S-000001" in call("list", "--all", "--material", "pet", "--thickness", "0.25", "--kind", "sheet")
    assert call.json("audit") == {"version": 1, "pieces": [], "movements": [], "findings": []}
    (shown,) = call.json("show", "R-000004")["pieces"]
    assert (shown["length"], shown["width"], shown["area"], shown["disc"]) == (280, 200, 56000, 200)


def test_lists_go_out_and_in_by_command(call, tmp_path):
    out = tmp_path / "list.csv"
    call("export", str(out))
    assert [row["id"] for row in csv.DictReader(io.StringIO(call("export")))] == ["S-000001", "S-000002", "S-000003"]
    assert len(call.json("export")["pieces"]) == 3
    found = call.json("import", str(out))["pieces"]
    assert [piece["id"] for piece in found] == ["S-000004", "S-000005", "S-000006"]


def test_a_job_is_cut_of_the_stock_and_booked_by_command(call, tmp_path):
    path = stocked_job(tmp_path)
    result = CliRunner().invoke(app, ["run", str(path), "--out", str(tmp_path / "out"), "--db", call.database])
    assert result.exit_code == 0, result.output
    pieces = call.json("consume", "--run", str(tmp_path / "out"), "--sheet", "1")["pieces"]
    assert [(piece["id"], piece["state"]) for piece in pieces] == [("S-000001", "consumed"), ("R-000004", "available")]


@pytest.mark.parametrize(
    "words",
    [
        ["release"],
        ["release", "S-000001", "--job", "kit"],
        ["consume"],
        ["consume", "S-000001", "--job", "kit"],
        ["consume", "S-000001", "--run", "out"],
        ["trace"],
        ["trace", "S-000001", "--lot", "L"],
    ],
)
def test_calls_that_say_too_little_or_too_much_are_refused(call, words):
    call(*words, exit_code=2)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["list", "--kind", "board"], "E927"),
        (["list", "--thickness", "thick"], "E927"),
        (["show", "S-000099"], "E924"),
        (["amend", "S-000001"], "E927"),
        (["release", "S-000001"], "E926"),
        (["return", "S-000001", "--size", "280x200"], "E926"),
        (["import", "none.csv"], "E301"),
        (["consume", "--run", "none"], "E930"),
    ],
)
def test_errors_of_the_commands_are_findings(call, words, code):
    with pytest.raises(CamError) as caught:
        call(*words)
    assert [finding.code for finding in caught.value.findings] == [code]


def test_an_audit_that_finds_something_exits_with_1(call):
    import sqlite3

    with sqlite3.connect(call.database) as connection:
        connection.execute("UPDATE stock_piece SET state = 'scrapped' WHERE number = 1")
    assert "E931" in call("audit", "--json", exit_code=1)


def test_material_without_papers_is_told(tmp_path):
    room = open_room(str(tmp_path / "stock.sqlite"), create=True)
    (piece,) = room.add([SHEET], "me")
    room.consume([Use(piece.id, "kit", Cut("a.nc", "0" * 64))], "me")
    said = Call(tmp_path).json("add", "--material", "fr4", "--thickness", "1", "--size", "300x300")
    assert [finding["code"] for finding in said["findings"]] == ["W934"]
