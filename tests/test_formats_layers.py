import math
from dataclasses import replace

import ezdxf
import numpy as np
import pytest
from curves import rounded
from jobs import job
from shop import PARTS, nest_of, setup

from camcore import drawing
from camcore import part as parts
from camcore.drawing.export import MARKING_LAYER, dxf
from camcore.findings import CamError
from camcore.formats.layers import LAYERS, sheet_dxf
from camcore.geometry import Curve
from camcore.geometry.distance import distance
from camcore.nesting.model import Placement
from camcore.ready import Budget
from camcore.run import run
from camcore.toolpath import plan
from camcore.toolpath.model import Role

PLACED = [Placement("plate", 100, 100, 30, True), Placement("washer", 250, 100, 0), Placement("gusset", 100, 250, 90)]


def read(text, tmp_path):
    path = tmp_path / "sheet.dxf"
    path.write_text(text)
    drawn = drawing.read(path)
    assert not [finding for finding in drawn.findings if finding.severity == "error"]
    return drawn


def planned(placements=PLACED, **overrides):
    return plan(nest_of(placements), setup("laser", **overrides))[0]


def layer(drawn, name):
    return [shape.curve for shape in drawn.shapes if shape.layer == name and shape.curve is not None]


def same(a, b):
    """Two closed curves that are one, whatever vertex they begin at."""
    return abs(abs(a.area) - abs(b.area)) < 1e-6 and abs(a.length - b.length) < 1e-6 and distance(a, b) < 1e-6


def test_contours_come_back_as_they_were(tmp_path):
    drawn = read(sheet_dxf(planned(), PARTS, "contours"), tmp_path)
    posed = [(PARTS[p.part], p.pose) for p in PLACED]
    inner = [hole.posed(pose) for made, pose in posed for hole in made.holes]
    outer = [made.outline.posed(pose) for made, pose in posed]
    for name, wanted in (("CUT_INNER", inner), ("CUT_OUTER", outer), ("SHEET", [Curve.rectangle(400, 400)])):
        got = layer(drawn, name)
        assert len(got) == len(wanted)
        for curve in wanted:
            (match,) = [other for other in got if same(curve, other)]
            bulges = sorted(np.abs(curve.vertices[:, 2])), sorted(np.abs(match.vertices[:, 2]))
            assert np.allclose(*bulges, atol=1e-9)
    assert len(layer(drawn, "MARK")) == 1
    assert len(layer(drawn, "DRILL")) == 2


def test_a_part_alone_is_the_part_again(tmp_path):
    text = dxf([("CUT_OUTER", PARTS["bobbin"].outline), *(("CUT_INNER", h) for h in PARTS["bobbin"].holes)], LAYERS)
    (found,) = parts.find(read(text, tmp_path)).parts
    assert found.area == pytest.approx(PARTS["bobbin"].area)
    assert len(found.holes) == len(PARTS["bobbin"].holes)


def test_paths_are_the_strokes_of_the_plan_with_kerf_leads_and_joints(tmp_path):
    result = planned(
        [Placement("disc", 50, 50, 0), Placement("washer", 150, 100, 0)], kerf=0.2, joints=2, joint_below=200
    )
    drawn = read(sheet_dxf(result, PARTS, "paths"), tmp_path)
    strokes = [s for cut in result.cuts for s in cut.strokes]
    lengths = [curve.length for name in ("CUT_INNER", "CUT_OUTER") for curve in layer(drawn, name)]
    assert sum(lengths) == pytest.approx(sum(s.curve.length for s in strokes), abs=1e-4)
    held = sum(len(cut.tabs) for cut in result.cuts)
    assert held == 2
    assert len(lengths) == len(result.cuts) + held
    assert any(s.role is Role.LEAD_IN for s in strokes)


@pytest.mark.parametrize("content", ["contours", "paths"])
def test_another_reader_finds_nothing_wrong(tmp_path, content):
    """ezdxf's audit, which looks at what AutoCAD would refuse; layers are there with their colours, units are mm."""
    placed = replace(nest_of(PLACED), parts=PARTS)
    sheet = replace(placed.sheets[0], remnant=Curve.rectangle(60, 400, 340, 0))
    (result,) = plan(replace(placed, sheets=(sheet,)), setup("laser", crop=True, joints=1, joint_below=1e5))
    path = tmp_path / "sheet.dxf"
    path.write_text(sheet_dxf(result, PARTS, content))
    document = ezdxf.readfile(path)
    audit = document.audit()
    assert not audit.errors
    assert not audit.fixes
    assert document.units == 4
    assert {name: document.layers.get(name).color for name in LAYERS} == LAYERS
    entities = list(document.modelspace())
    assert {entity.dxftype() for entity in entities} <= {"CIRCLE", "LWPOLYLINE", "POLYLINE", "LINE"}
    assert {entity.dxf.layer for entity in entities} == set(LAYERS)


def test_arcs_stay_arcs_and_circles_circles():
    text = dxf([("A", rounded(20, 10, 3)), ("A", Curve.circle(5, 6, math.pi))], {"A": 1})
    assert text.count("\nCIRCLE\n") == 1
    assert text.count("\n0.41421356237309") == 4
    assert "\nARC\n" not in text


def test_the_same_shapes_give_the_same_text():
    result = planned()
    assert sheet_dxf(result, PARTS, "contours") == sheet_dxf(result, PARTS, "contours")


@pytest.mark.parametrize("content", ["contours", "paths"])
def test_a_run_writes_it_where_the_job_says_so(tmp_path, content):
    outcome = run(job(tmp_path, more=f'[output]\ndxf = "{content}"\n'), tmp_path / "out", Budget())
    assert outcome.exit_code == 0
    drawn = drawing.read(tmp_path / "out" / "sheet-01.dxf")
    assert {shape.layer for shape in drawn.shapes} == {"SHEET", "CUT_INNER", "CUT_OUTER"}
    assert "sheet-01.dxf" in (tmp_path / "out" / "manifest.json").read_text()


def test_a_mills_paths_are_no_drawing(tmp_path):
    path = job(tmp_path, "generic-linuxcnc-mill", "fr4", 1.57, '[output]\ndxf = "paths"\n')
    with pytest.raises(CamError) as caught:
        run(path, tmp_path / "out", Budget())
    assert [(f.code, f.where["key"]) for f in caught.value.findings] == [("E333", "output.dxf")]


def test_a_marking_is_told_and_cut_by_nobody(tmp_path):
    plain, marked = (sheet_dxf(planned(), PARTS, "contours", words) for words in ("", "ITAR\n22 CFR 120-130"))
    assert marked.startswith("999\nITAR\n999\n22 CFR 120-130\n")
    assert len(read(marked, tmp_path).shapes) == len(read(plain, tmp_path).shapes)
    saved = ezdxf.readfile(tmp_path / "sheet.dxf")  # the plain one was read last
    assert MARKING_LAYER not in saved.layers
    (tmp_path / "sheet.dxf").write_text(marked)
    saved = ezdxf.readfile(tmp_path / "sheet.dxf")
    assert saved.layers.get(MARKING_LAYER).description == "ITAR 22 CFR 120-130"
    assert not [entity for entity in saved.modelspace() if entity.dxf.layer == MARKING_LAYER]
