"""Pictures of sheets: as SVG and PNG, with their labels and findings."""

import io
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest
from PIL import Image
from records import plate, record, washer

from camcore import report
from camcore.geometry import Curve
from camcore.geometry.distance import from_points
from camcore.part import Part
from camcore.report import raster, sheet, spots


@pytest.mark.parametrize("kind", ["laser", "mill"])
def test_sheet_picture_stands_for_itself(kind):
    job = record(kind)
    root = ElementTree.fromstring(report.sheet_svg(job.sheets[0], job))
    space = "{http://www.w3.org/2000/svg}"
    assert root.tag == f"{space}svg"
    uses = [use for use in root.iter(f"{space}use") if use.get("class") is None]
    assert len(uses) == len(job.nest.sheets[0].placements)
    assert len(list(root.iter(f"{space}text"))) == len(uses) + 2
    assert len([path for path in root.iter(f"{space}path") if "place " in (path.get("class") or "")]) == 1


def test_findings_of_other_sheets_stay_off():
    job = record()
    away = [replace(finding, where=finding.where | {"sheet": "sheet-9"}) for finding in job.findings]
    bare = replace(job.sheets[0], verdict=None)
    assert sheet.places(bare, replace(job, findings=tuple(away))) == []
    assert len(sheet.places(bare, job)) == 1


@pytest.mark.parametrize(
    "part",
    [
        plate(),
        washer(),
        Part("c", Curve.polygon([(0, 0), (60, 0), (60, 5), (5, 5), (5, 40), (60, 40), (60, 45), (0, 45)])),
    ],
)
def test_labels_lie_inside_the_material(part):
    spot, room = spots.label_spot(part)
    assert min(from_points(spot, edge)[0] for edge in (part.outline, *part.holes)) == pytest.approx(room, abs=0.03)
    assert room > 1.4


def test_the_picture_carries_the_marking():
    job = replace(record("laser"), marking="ITAR & more")
    picture = report.sheet_svg(job.sheets[0], job)
    assert "ITAR &amp; more" in picture
    ElementTree.fromstring(picture)


@pytest.mark.parametrize("kind", ["laser", "mill"])
def test_pictures_of_sheets_as_png(kind):
    job = replace(record(kind), marking="ITAR")
    drawn = dict(report.pictures(job))
    assert list(drawn) == ["sheet-01.svg", "sheet-01.png"]
    assert drawn == dict(report.pictures(job))
    image = Image.open(io.BytesIO(drawn["sheet-01.png"]))
    box = job.sheets[0].sheet.stock.outline.box
    rim = 2 * raster.RIM
    assert max(image.size) == raster.PIXELS
    assert (image.width - rim) / (image.height - rim) == pytest.approx(box.width / box.height, rel=0.01)
    assert image.text["Export control"] == "ITAR"
    colours = {colour for _, colour in image.getcolors(maxcolors=image.width * image.height)}
    assert tuple(bytes.fromhex("dfe5ea")) in colours  # faces of parts
    assert tuple(bytes.fromhex("f4f3ef")) in colours  # stock
