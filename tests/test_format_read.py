from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from drawn import UNITLESS, rectangle, save

from camcore.formats import schema
from camcore.formats.read import ReadFile, read_drawings


def plate(msp: Any) -> None:
    rectangle(msp, 0, 0, 100, 80)
    msp.add_circle((50, 40), 10)
    msp.add_line((10, 10), (90, 10), dxfattribs={"layer": "SCORE"})
    msp.add_circle((20, 60), 5, dxfattribs={"layer": "ENGRAVE"})
    msp.add_point((80, 60), dxfattribs={"layer": "DRILL_3.2"})


def document(*paths: Path, units: str | None = None) -> dict[str, Any]:
    file, _ = read_drawings(paths, units)
    value = json.loads(file.text())
    jsonschema.validate(value, schema("read"))
    return value


def test_what_the_contract_says(tmp_path: Path) -> None:
    (drawing,) = document(save(tmp_path / "plate.dxf", plate))["drawings"]
    assert set(drawing) == {"file", "units", "parts", "findings"}
    assert (drawing["file"], drawing["units"], drawing["findings"]) == (str(tmp_path / "plate.dxf"), "mm", [])
    (part,) = drawing["parts"]
    assert set(part) == {"id", "outline", "holes", "marks", "drills"}
    assert part["id"] == "plate"
    assert sorted(part["outline"]) == [[0, 0, 0], [0, 80, 0], [100, 0, 0], [100, 80, 0]]
    assert part["holes"] == [[[60, 40, -1], [40, 40, -1]]]
    assert part["drills"] == [{"x": 80, "y": 60, "diameter": 3.2}]


def test_open_and_closed_marks_can_be_told(tmp_path: Path) -> None:
    (drawing,) = document(save(tmp_path / "plate.dxf", plate))["drawings"]
    line, ring = drawing["parts"][0]["marks"]
    assert line == [[10, 10, 0], [90, 10, 0]]
    assert ring[0][:2] == ring[-1][:2]


def test_unknown_units_are_null(tmp_path: Path) -> None:
    path = save(tmp_path / "plate.dxf", plate, UNITLESS)
    (drawing,) = document(path)["drawings"]
    assert drawing["units"] is None
    assert [finding["code"] for finding in drawing["findings"]] == ["E103"]
    (drawing,) = document(path, units="in")["drawings"]
    assert drawing["units"] == "in"
    assert max(drawing["parts"][0]["outline"])[:2] == [2540, 2032]


def test_an_unreadable_drawing_keeps_its_place(tmp_path: Path) -> None:
    paths = [tmp_path / "none.dxf", save(tmp_path / "plate.dxf", plate)]
    file, findings = read_drawings(paths)
    assert [len(drawing.parts) for drawing in file.drawings] == [0, 1]
    assert [finding.code for finding in findings] == ["E101"]


def test_same_drawing_same_bytes(tmp_path: Path) -> None:
    path = save(tmp_path / "plate.dxf", plate)
    assert read_drawings([path])[0].text() == read_drawings([path])[0].text()


def test_text_reads_back(tmp_path: Path) -> None:
    file, _ = read_drawings([save(tmp_path / "plate.dxf", plate)])
    assert ReadFile.model_validate_json(file.text()) == file


@pytest.mark.parametrize("key", ["file", "units", "parts", "findings"])
def test_the_schema_asks_for_every_key(tmp_path: Path, key: str) -> None:
    value = document(save(tmp_path / "plate.dxf", plate))
    del value["drawings"][0][key]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(value, schema("read"))
