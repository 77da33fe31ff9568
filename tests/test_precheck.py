"""The review of manufacturability within a run: in findings.json and the report, beside what the cuts say, once."""

from __future__ import annotations

import json
from pathlib import Path

import ezdxf
import jobs

from camcore.findings import errors
from camcore.precheck import TOLD, of_job
from camcore.ready import Budget, prepare
from camcore.run import run


def near_holes(folder: Path, material: str = "fr4", thickness: float = 1.57, rotation: str = "") -> Path:
    """A job on the mill with two holes too near to each other, a close tolerance and a tapped hole in words."""
    path = jobs.job(folder, "generic-linuxcnc-mill", material, thickness)
    document = ezdxf.readfile(folder / "plate.dxf")
    document.modelspace().add_circle((26.2, 20), 3)
    document.modelspace().add_text("TAP M3 ±0.02", dxfattribs={"insert": (0, -20)})
    document.saveas(folder / "plate.dxf")
    if rotation:
        path.write_text(path.read_text().replace("quantity = 3", f'quantity = 3\nrotation = "{rotation}"'))
    return path


def test_a_run_tells_it_and_still_makes_the_parts(tmp_path):
    outcome = run(near_holes(tmp_path), tmp_path / "out", Budget())
    assert {"E817", "W830", "W833", "W806"} <= {finding.code for finding in outcome.review}
    assert errors(outcome.review)
    assert (outcome.exit_code, len(outcome.programs)) == (0, 1)
    written = json.loads((tmp_path / "out" / "findings.json").read_text())["findings"]
    assert {finding.code for finding in outcome.review} <= {row["code"] for row in written}
    assert "E817" in (tmp_path / "out" / "report.html").read_text()
    assert "E817" in {row["code"] for row in outcome.as_dict()["findings"]}


def test_findings_name_the_drawing_as_the_job_does(tmp_path):
    ready = prepare(near_holes(tmp_path), Budget())
    assert {finding.file for finding in of_job(ready, ())} == {"plate.dxf"}


def test_what_the_cuts_say_is_not_said_again(tmp_path):
    path = jobs.job(tmp_path, "generic-grbl-laser", "fr4", 0.5)
    outcome = run(path, tmp_path / "out", Budget())
    assert "W332" in {finding.code for finding in outcome.findings}
    assert not {finding.code for finding in outcome.review} & {"W822", "I807"}
    assert "W822" in {finding.code for finding in of_job(prepare(path, Budget()), ())}


def test_an_order_that_keeps_the_grain_has_stated_it(tmp_path):
    ready = prepare(near_holes(tmp_path, rotation="grain"), Budget())
    assert "W806" not in {finding.code for finding in of_job(ready, ())}


def test_the_table_names_codes_that_there_are():
    from camcore.codes import CODES

    assert {code for code, others in TOLD.items() for code in (code, *others)} <= set(CODES)
