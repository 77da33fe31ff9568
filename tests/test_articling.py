"""The article command: forms, pictures and article.json of drawings and jobs; same bytes again; bad calls."""

from __future__ import annotations

import io
import json
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pypdf
import pytest
from conftest import ROOT
from drawn import rectangle, save
from typer.testing import CliRunner

from camcore import articling
from camcore.cli import app
from camcore.findings import CamError
from camcore.formats import schema
from camcore.papers.forms import FORM_3_TITLES

FACTS = """
number = "4711-12"
name = "=SUM(1) Terminal board"
revision = "B"
organization = "A Shop & Sons"
purchase_order = "PO 8 line 2"
export_control = "Controlled by ITAR & EAR"
"""


def plate(path: Path) -> Path:
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        for x in (20, 50, 80):
            msp.add_circle((x, 30), 4)
        msp.add_linear_dim((0, -10), (0, 0), (100, 0), dimstyle="Standard").render()
        msp.add_text("BREAK EDGES", dxfattribs={"layer": "NOTES", "insert": (0, -30)})

    return save(path, draw)


def written(tmp_path: Path, name: str = "out", **ask: Any) -> Path:
    facts = tmp_path / "facts.toml"
    facts.write_text(FACTS, "utf-8")
    asked = articling.Ask(**{"thickness": "1.57mm", "general": "ISO 2768-m", "facts": facts, "material": "fr4", **ask})
    articling.write([plate(tmp_path / "plate.dxf")], tmp_path / name, asked)
    return tmp_path / name


def test_the_workbook_has_the_forms_with_results_left_blank(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path) / "plate.as9102.xlsx")
    rows = json.loads((tmp_path / "out" / "article.json").read_text("utf-8"))["articles"][0]["characteristics"]
    one, two, three = (book[f"Form {k}"] for k in (1, 2, 3))
    fields = {str(cell[0].value): cell[2].value for cell in one.iter_rows(min_row=4)}
    assert list(fields) == [str(k) for k in range(1, 27)]
    assert (fields["1"], fields["2"], fields["5"], fields["12"]) == (
        "4711-12",
        "=SUM(1) Terminal board",
        "B",
        "PO 8 line 2",
    )
    assert [fields[str(k)] for k in (14, 19, 20, 21, 22, 23)] == [None] * 6
    assert one["C5"].data_type == "s"
    assert "FR-4" in str(two["A8"].value) or two["A8"].value
    assert [three.cell(row, 1).value for row in range(8, 8 + len(rows))] == [row["number"] for row in rows]
    assert [three.cell(row, 4).value for row in range(8, 8 + len(rows))] == [row["requirement"] for row in rows]
    for row in range(8, 8 + len(rows)):
        assert three.cell(row, 5).value is None
        assert not three.cell(row, 5).protection.locked
        assert three.cell(row, 4).protection.locked
    assert len(FORM_3_TITLES) == 8
    assert three.protection.sheet
    assert (three.freeze_panes, three.print_title_rows, three.page_setup.orientation) == ("A8", "$1:$7", "landscape")
    assert "ITAR" in three["A2"].value
    checked = [row for row in range(8, 8 + len(rows)) if three.cell(row, 11).value]
    assert len(checked) == sum(row["lower"] is not None for row in rows) > 5


def test_the_papers_carry_the_marking_and_the_numbers(tmp_path):
    out = written(tmp_path)
    document = json.loads((out / "article.json").read_text("utf-8"))
    jsonschema.validate(document, schema("article"))
    assert document["export_control"] == "Controlled by ITAR & EAR"
    assert sorted(document["files"]) == sorted(path.name for path in out.iterdir() if path.name != "article.json")
    for name in ("plate.as9102.pdf", "plate.balloons.pdf"):
        for page in pypdf.PdfReader(out / name).pages:
            assert page.extract_text().count("Controlled by ITAR & EAR") == 2
    forms = "".join(page.extract_text() for page in pypdf.PdfReader(out / "plate.as9102.pdf").pages)
    for row in document["articles"][0]["characteristics"]:
        assert row["requirement"].split()[0] in forms
    assert (out / "plate.balloons.png").read_bytes().startswith(b"\x89PNG")
    svg = (out / "plate.balloons.svg").read_text("utf-8")
    root = ET.fromstring(svg)
    numbers = {int(each.text or "") for each in root.iter() if str(each.get("class")).startswith("n")}
    placed = {row["balloon"] for row in document["articles"][0]["characteristics"] if row["x"] is not None}
    assert numbers == placed
    assert svg.count("Controlled by ITAR &amp; EAR") == 2


def test_the_same_article_has_the_same_bytes(tmp_path):
    first = written(tmp_path, "one")
    time.sleep(2.1)  # the zip format counts by two seconds
    second = written(tmp_path, "two")
    for path in sorted(first.iterdir()):
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_a_job_says_number_revision_marking_and_lot(tmp_path):
    plate(tmp_path / "plate.dxf")
    job = tmp_path / "job.toml"
    job.write_text(
        'version = 1\nname = "kit"\nmachine = "generic-grbl-router"\nmaterial = "phenolic-xx"\nthickness = "1/8in"\n'
        '[[parts]]\ndrawing = "plate.dxf"\nnumber = "77-1"\nrevision = "C"\ntitle = "Barrier"\n'
        '[[sheets]]\nsize = [900, 600]\nlot = "L-9"\ncertificate = "CC-5"\n'
        '[papers]\ncompany = "Shop"\norder = "PO 1"\nexport_control = "EAR99"\n',
        "utf-8",
    )
    made = articling.write([job], tmp_path / "out", articling.Ask())
    (one,) = made.document.articles
    fields = {field.number: field.value for field in one.form_1}
    assert [fields[k] for k in ("1", "2", "5", "9", "10", "12")] == ["77-1", "Barrier", "C", "kit", "Shop", "PO 1"]
    material = {field.number: field.value for field in one.form_2[0]}
    assert (material["10"], material["13"]) == ("CC-5", "lot L-9")
    assert made.document.export_control == "EAR99"
    assert any(row.tolerance.by == "material" for row in one.characteristics)


def test_the_command(tmp_path):
    path = plate(tmp_path / "plate.dxf")
    runner = CliRunner()
    result = runner.invoke(app, ["article", str(path), "--out", str(tmp_path / "a"), "--thickness", "2", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["articles"][0]["part"] == "plate"
    result = runner.invoke(app, ["article", str(path), "--out", str(tmp_path / "b"), "--letter"])
    assert "plate: 10 characteristics" in result.stdout
    page = pypdf.PdfReader(io.BytesIO((tmp_path / "b" / "plate.balloons.pdf").read_bytes())).pages[0]
    assert (float(page.mediabox.width), float(page.mediabox.height)) == (612, 792)


def test_parts_of_one_shape_have_one_article(tmp_path):
    def three(msp: Any) -> None:
        for x in (0, 200, 400):
            rectangle(msp, x, 0, 100, 60)
        msp.add_circle((20, 20), 4)
        msp.add_circle((280, 40), 4)  # turned by 180°
        msp.add_circle((480, 20), 4)  # turned over

    path = save(tmp_path / "three.dxf", three)
    made = articling.write([path], tmp_path / "out", articling.Ask(thickness="1"))
    assert [one.part for one in made.document.articles] == ["three", "three#3"]


def test_drawings_with_errors_are_told(tmp_path):
    def damaged(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        msp.add_lwpolyline([(10, 10), (20, 10), (20, 20)])  # a hole that is not closed

    path = save(tmp_path / "d.dxf", damaged)
    made = articling.write([path], tmp_path / "out", articling.Ask(thickness="1"))
    assert [finding.code for finding in made.findings if finding.code[0] == "E"] == ["E201"]
    assert made.exit_code == 1


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        ({"general": "iso 9999"}, "E986"),
        ({"thickness": "thick"}, "E986"),
        ({"thickness": "-1"}, "E986"),
        ({"thickness": "3m"}, "E986"),
        ({"material": "wood"}, "E330"),
    ],
)
def test_calls_that_make_no_sense(tmp_path, ask, code):
    with pytest.raises(CamError, match=code):
        articling.write([plate(tmp_path / "plate.dxf")], tmp_path / "out", articling.Ask(**ask))


def test_a_job_stands_alone_and_a_drawing_has_a_part(tmp_path):
    job = ROOT / "samples" / "terminal-board" / "job.toml"
    with pytest.raises(CamError, match="E986"):
        articling.write([job, job], tmp_path / "out", articling.Ask())
    empty = save(tmp_path / "empty.dxf", lambda msp: msp.add_line((0, 0), (10, 0)))
    with pytest.raises(CamError, match="E985"):
        articling.write([empty], tmp_path / "out", articling.Ask())


def test_every_sample_and_some_real_drawings_have_articles(tmp_path, data):
    for job in sorted((ROOT / "samples").glob("*/job.toml"))[:2]:
        assert articling.write([job], tmp_path / job.parent.name, articling.Ask()).exit_code == 0
    for name in ("josefprusa__Prusa3__mini-plate.dxf", "skymakerolof__dxf__issue39.dxf"):
        made = articling.write([data / "dxf" / name], tmp_path / name, articling.Ask(units="mm", thickness="6"))
        assert made.document.articles
