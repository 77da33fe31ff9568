import json

from jobs import job
from jsonschema import validate

from camcore.folder import MANIFEST
from camcore.formats import schema
from camcore.ready import Budget
from camcore.run import run


def manifest_of(tmp_path, sheets: str) -> dict:
    path = job(tmp_path)
    path.write_text(path.read_text().replace("size = [300, 200]", f"size = [300, 200]\n{sheets}"))
    run(path, tmp_path / "out", Budget())
    said = json.loads((tmp_path / "out" / MANIFEST).read_text())
    validate(said, schema("manifest"))
    return said


def test_a_lot_that_the_job_names_is_told_with_its_sheet(tmp_path):
    said = manifest_of(tmp_path, 'lot = "L-77"\ncertificate = "C-12"')
    (row,) = said["stock"]
    assert {name: value for name, value in row.items() if value is not None} == {
        "sheet": "sheet-1",
        "material": "pet",
        "lot": "L-77",
        "certificate": "C-12",
        "thickness": 0.25,
    }


def test_without_a_lot_the_manifest_is_as_it_was(tmp_path):
    assert "stock" not in manifest_of(tmp_path, "")
