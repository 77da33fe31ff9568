"""The compare command: exit codes, words, JSON against its schema, the picture, and what the drawings say."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drawn import MM, rectangle, save
from typer.testing import CliRunner

from camcore import comparing
from camcore.cli import app
from camcore.findings import CamError
from camcore.formats import schema


def drawn(path: Path, x: float = 0.0, hole: float = 5.0, note: str = "MATL FR4 1.57 THK", give: float = 0.1) -> Path:
    def draw(msp: Any) -> None:
        rectangle(msp, x, 0, 100, 60)
        msp.add_circle((x + 20, 20), hole)
        msp.add_circle((x + 80, 40), 4)
        msp.add_text(note, dxfattribs={"layer": "NOTES", "insert": (x, -30)})
        give_of = {"dimtol": 1, "dimtp": give, "dimtm": give}
        msp.add_linear_dim((x, -10), (x, 0), (x + 100, 0), dimstyle="Standard", override=give_of).render()

    return save(path, draw, MM)


def called(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["compare", *map(str, words)])
    return result.exit_code, result.stdout


def test_the_same_drawing_is_the_same(tmp_path):
    a, b = drawn(tmp_path / "a.dxf"), drawn(tmp_path / "b.dxf")
    assert called(a, b) == (0, "a → b: the same within 0.05 mm\n  100 × 60 mm\n  net area 58.7 cm²\n"
                               "  greatest deviation 0 mm\n  3 features as they were\n")  # fmt: skip


def test_what_changed_is_told_in_words_and_json(tmp_path):
    a, b = drawn(tmp_path / "a.dxf"), drawn(tmp_path / "b.dxf", hole=5.25)
    code, words = called(a, b)
    assert (code, "resized: Ø 10 mm → Ø 10.5 mm at (20, 20)" in words) == (1, True)
    code, text = called(a, b, "--json")
    document = json.loads(text)
    jsonschema.validate(document, schema("compare"))
    (change,) = document["parts"][0]["changes"]
    assert (code, change["what"], change["before"]["length"], change["after"]["length"]) == (1, "resized", 10, 10.5)
    assert document["parts"][0]["a_from_b"]["size"] == pytest.approx(0.25, abs=1e-4)
    assert called(a, b, "--tolerance", "0.3")[0] == 0


def test_words_and_tolerances_count_unless_only_shapes_do(tmp_path):
    a = drawn(tmp_path / "a.dxf")
    b = drawn(tmp_path / "b.dxf", note="MATL FR4 3.18 THK", give=0.05)
    code, words = called(a, b)
    assert code == 1
    assert "note: “MATL FR4 1.57 THK” → “MATL FR4 3.18 THK”" in words
    assert "dimension: “100” (+0.1 −0.1) → “100” (+0.05 −0.05)" in words
    assert called(a, b, "--shapes")[0] == 0


def test_a_part_that_lies_elsewhere_is_told_to_be_fitted(tmp_path):
    a, b = drawn(tmp_path / "a.dxf"), drawn(tmp_path / "b.dxf", x=7)
    outcome = comparing.compare_files(a, b, comparing.Order(shapes_only=True))
    assert (outcome.exit_code, [each.code for each in outcome.findings if each.code == "I992"]) == (1, ["I992"])
    assert called(a, b, "--fit")[0] == 0
    assert called(a, b, "--corner")[0] == 0
    assert called(a, b, "--fit", "--corner")[0] == 2


def test_parts_without_a_counterpart_are_named(tmp_path):
    def two(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        rectangle(msp, 200, 0, 30, 20)

    a = save(tmp_path / "a.dxf", two)
    b = save(tmp_path / "b.dxf", lambda msp: rectangle(msp, 0, 0, 100, 60))
    code, text = called(a, b, "--json")
    assert (code, json.loads(text)["only_in_a"]) == (1, ["a#2"])
    assert "only in" in called(b, a)[1]
    assert "a#2" in called(b, a)[1]


def test_the_picture_has_both_and_the_changes(tmp_path):
    a, b = drawn(tmp_path / "a.dxf"), drawn(tmp_path / "b.dxf", hole=5.25)
    called(a, b, "--picture", tmp_path / "c.svg")
    text = (tmp_path / "c.svg").read_text("utf-8")
    ET.fromstring(text)
    assert text.count('class="ring resized"') == 1
    called(a, b, "--picture", tmp_path / "c.svg")
    assert (tmp_path / "c.svg").read_text("utf-8") == text


def test_drawings_with_errors_are_never_called_the_same(tmp_path):
    def damaged(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        msp.add_lwpolyline([(10, 10), (20, 10), (20, 20)])

    path = save(tmp_path / "d.dxf", damaged)
    assert comparing.compare_files(path, path, comparing.Order()).exit_code == 1


def test_nothing_to_compare(tmp_path):
    a = drawn(tmp_path / "a.dxf")
    empty = save(tmp_path / "b.dxf", lambda msp: msp.add_line((0, 0), (10, 0)))
    with pytest.raises(CamError, match="E990"):
        comparing.compare_files(a, empty, comparing.Order())
    for wrong in ("nothing", "-1", "0"):
        with pytest.raises(CamError, match="E991"):
            comparing.compare_files(a, a, comparing.Order(tolerance=wrong))


def test_real_drawings_are_themselves(data):
    for name in ("josefprusa__Prusa3__mini-plate.dxf", "jpconstantineau__ErgoTravel__Bottom_Plate-Edge.Cuts.dxf"):
        path = data / "dxf" / name
        assert comparing.compare_files(path, path, comparing.Order(units="mm")).exit_code == 0
        assert comparing.compare_files(path, path, comparing.Order("fit", units="mm")).exit_code == 0
