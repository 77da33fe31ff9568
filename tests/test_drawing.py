from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import ezdxf
import numpy as np
import pytest
from drawn import INCH, codes, drawing, refused, save, the
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.drawing import Operation, read
from camcore.drawing.convert import CONVERTERS
from camcore.geometry import Curve, arcs
from camcore.geometry.distance import from_points


def curve(tmp_path: Path, draw: Any, **options: Any) -> Curve:
    shapes = drawing(tmp_path, draw, **options).shapes
    assert len(shapes) == 1
    assert shapes[0].curve is not None
    return shapes[0].curve


class TestEntities:
    def test_line(self, tmp_path: Path) -> None:
        line = curve(tmp_path, lambda msp: msp.add_line((1, 2), (4, 6)))
        assert not line.closed
        assert line.vertices.tolist() == [[1, 2, 0], [4, 6, 0]]

    def test_circle_is_exactly_a_circle(self, tmp_path: Path) -> None:
        assert curve(tmp_path, lambda msp: msp.add_circle((3, -2), 7)).as_circle() == (3, -2, 7)

    @pytest.mark.parametrize(("start", "end"), [(0, 90), (350, 20), (90, 0), (10, 9.9), (-45, 45), (180, 540 - 1)])
    def test_arc_ends_and_length(self, tmp_path: Path, start: float, end: float) -> None:
        arc = curve(tmp_path, lambda msp: msp.add_arc((1, 1), 5, start, end))
        sweep = (end - start) % 360
        assert arc.length == pytest.approx(5 * math.radians(sweep))
        for point, angle in ((arc.start, math.radians(start)), (arc.end, math.radians(end))):
            assert point == pytest.approx((1 + 5 * math.cos(angle), 1 + 5 * math.sin(angle)))
        assert (arc.segments[:, 4] <= 1 + 1e-12).all()

    def test_arc_that_ends_where_it_starts_is_a_circle(self, tmp_path: Path) -> None:
        assert curve(tmp_path, lambda msp: msp.add_arc((0, 0), 5, 30, 30)).as_circle() == (0, 0, 5)

    def test_lwpolyline_keeps_its_bulges(self, tmp_path: Path) -> None:
        points = [(0, 0, 0), (10, 0, 1), (10, 5, 0), (0, 5, -0.5)]
        line = curve(tmp_path, lambda msp: msp.add_lwpolyline(points, format="xyb", close=True))
        assert line.closed
        assert line.vertices.tolist() == [list(map(float, point)) for point in points]

    def test_repeated_vertices_vanish(self, tmp_path: Path) -> None:
        points = [(0, 0), (0, 0), (10, 0), (10, 5), (0, 0)]
        line = curve(tmp_path, lambda msp: msp.add_lwpolyline(points, close=True))
        assert len(line) == 3

    def test_a_width_is_told_and_left_out(self, tmp_path: Path) -> None:
        sheet = drawing(tmp_path, lambda msp: msp.add_lwpolyline([(0, 0, 0.3, 0.3), (10, 0, 0.3, 0.3)]))
        assert codes(sheet) == ["I117"]

    def test_old_polyline(self, tmp_path: Path) -> None:
        points = [(0, 0, 0.2), (10, 0, 0), (10, 5, -1)]
        old = curve(tmp_path, lambda msp: msp.add_polyline2d(points, format="xyb", close=True))
        assert old.vertices.tolist() == [list(map(float, point)) for point in points]

    def test_polyline_in_space_is_seen_from_above(self, tmp_path: Path) -> None:
        sheet = drawing(tmp_path, lambda msp: msp.add_polyline3d([(0, 0, 0), (10, 0, 3), (10, 5, 3)]))
        assert sheet.shapes[0].curve.vertices[:, :2].tolist() == [[0, 0], [10, 0], [10, 5]]
        assert the(sheet, "W114").where["size"] == 3

    def test_full_ellipse(self, tmp_path: Path) -> None:
        oval = curve(tmp_path, lambda msp: msp.add_ellipse((5, 5), (20, 0), 0.5))
        assert oval.closed
        assert oval.area == pytest.approx(math.pi * 200, rel=5e-5)
        assert oval.box == pytest.approx((-15, -5, 25, 15), abs=1e-9)

    def test_ellipse_arc_runs_counter_clockwise(self, tmp_path: Path) -> None:
        arc = curve(tmp_path, lambda msp: msp.add_ellipse((0, 0), (10, 0), 0.5, math.pi / 2, math.pi))
        assert arc.start == pytest.approx((0, 5))
        assert arc.end == pytest.approx((-10, 0))

    def test_round_ellipse_is_a_circle(self, tmp_path: Path) -> None:
        oval = curve(tmp_path, lambda msp: msp.add_ellipse((1, 2), (3, 4), 1))
        assert oval.as_circle(1e-9) == pytest.approx((1, 2, 5))

    def test_spline_through_control_points(self, tmp_path: Path) -> None:
        control = [(0, 0), (10, 30), (30, -20), (40, 10), (60, 0)]
        spline = curve(tmp_path, lambda msp: msp.add_open_spline(control))
        tool = ezdxf.math.BSpline(control, order=4)
        truth = np.array([tuple(p)[:2] for p in tool.approximate(2000)])
        assert from_points(truth, spline).max() <= 0.001
        assert len(spline) < 120

    def test_spline_through_fit_points(self, tmp_path: Path) -> None:
        fit = [(0, 0), (10, 12), (30, 8), (40, 20)]
        spline = curve(tmp_path, lambda msp: msp.add_spline(fit))
        assert from_points(np.array(fit, dtype=float), spline).max() < 0.01

    def test_spline_of_degree_one_keeps_its_corners(self, tmp_path: Path) -> None:
        corners = [(0, 0), (30, 0), (30, 20), (0, 20), (0, 0)]
        spline = curve(tmp_path, lambda msp: msp.add_open_spline(corners, degree=1))
        assert spline.closed
        assert spline.vertices.tolist() == [[0, 0, 0], [30, 0, 0], [30, 20, 0], [0, 20, 0]]

    def test_point(self, tmp_path: Path) -> None:
        (shape,) = drawing(tmp_path, lambda msp: msp.add_point((3, 4))).shapes
        assert (shape.operation, shape.rule, shape.point) == (Operation.DRILL, "points", (3.0, 4.0))

    def test_flat_mesh_is_read_by_its_rim(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            mesh = msp.add_polyface()
            mesh.append_faces([[(0, 0), (20, 0), (20, 10)], [(0, 0), (20, 10), (0, 10)]])

        sheet = drawing(tmp_path, draw)
        assert "W116" in codes(sheet)
        assert sorted(shape.curve.length for shape in sheet.shapes) == [10, 10, 20, 20]

    def test_every_converter_was_tried(self) -> None:
        tried = {"LINE", "CIRCLE", "ARC", "LWPOLYLINE", "POLYLINE", "ELLIPSE", "SPLINE", "HELIX", "POINT"}
        tried |= {"TEXT", "MTEXT", "ATTRIB", "HATCH"}  # in test_drawing_words.py
        tried |= {"MLINE"}  # in test_drawing_rules.py
        assert set(CONVERTERS) == tried


class TestOtherSides:
    """Extrusion (0, 0, −1): the entity is seen from behind, so x changes its sign."""

    def test_arc(self, tmp_path: Path) -> None:
        arc = curve(tmp_path, lambda msp: msp.add_arc((10, 0), 5, 0, 90, dxfattribs={"extrusion": (0, 0, -1)}))
        assert arc.start == pytest.approx((-15, 0))
        assert arc.end == pytest.approx((-10, 5))
        assert arc.segments[0, 4] < 0

    def test_circle_and_polyline(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.add_circle((10, 3), 2, dxfattribs={"extrusion": (0, 0, -1)})
            msp.add_lwpolyline([(1, 0, 0.5), (9, 0, 0)], format="xyb", dxfattribs={"extrusion": (0, 0, -1)})

        circle, line = drawing(tmp_path, draw).shapes
        assert circle.curve.as_circle() == (-10, 3, 2)
        assert line.curve.vertices.tolist() == [[-1, 0, -0.5], [-9, 0, 0]]

    def test_tilted_circle_is_an_ellipse_and_told(self, tmp_path: Path) -> None:
        tilt = {"extrusion": (0, math.sin(math.pi / 3), math.cos(math.pi / 3))}
        sheet = drawing(tmp_path, lambda msp: msp.add_circle((0, 0), 10, dxfattribs=tilt))
        assert sheet.shapes[0].curve.area == pytest.approx(math.pi * 100 * 0.5, rel=1e-4)
        assert "W114" in codes(sheet)

    def test_upright_circle_is_reported(self, tmp_path: Path) -> None:
        sheet = drawing(tmp_path, lambda msp: msp.add_circle((0, 0), 10, dxfattribs={"extrusion": (1, 0, 0)}))
        assert "upright" in the(sheet, "E108").message

    def test_height_is_dropped_and_told(self, tmp_path: Path) -> None:
        sheet = drawing(tmp_path, lambda msp: msp.add_circle((1, 2, 7), 3))
        assert sheet.shapes[0].curve.as_circle() == (1, 2, 3)
        assert the(sheet, "I115").where["size"] == 7


def block(msp: Any, name: str = "B") -> Any:
    content = msp.doc.blocks.new(name)
    content.add_lwpolyline([(0, 0, 0), (10, 0, 0.4), (10, 5, 0), (0, 5, 0)], format="xyb", close=True)
    return content


class TestBlocks:
    @pytest.mark.parametrize("scale", [(1, 1), (2, 2), (-1, 1), (1, -3), (-2, -2), (2, 0.5), (-1, 4)])
    @pytest.mark.parametrize("rotation", [0, 90, 33])
    def test_insert_is_what_ezdxf_makes_of_it(self, tmp_path: Path, scale: Any, rotation: float) -> None:
        def draw(msp: Any) -> None:
            block(msp)
            attributes = {"xscale": scale[0], "yscale": scale[1], "rotation": rotation}
            msp.add_blockref("B", (7, -3), dxfattribs=attributes)

        ours = curve(tmp_path, draw)
        document = ezdxf.readfile(tmp_path / "sheet.dxf")
        (insert,) = document.modelspace().query("INSERT")
        theirs = [ezdxf.path.make_path(entity) for entity in insert.virtual_entities()]
        points = np.array([tuple(p)[:2] for path in theirs for p in path.flattening(1e-4)])
        assert from_points(points, ours).max() <= 2e-3
        rows = Curve(points, closed=False).segments
        probes = arcs.points_at(np.repeat(ours.segments, 5, axis=0), np.tile(np.linspace(0, 1, 5), len(ours.segments)))
        assert from_points(probes, Curve.from_segments(rows, closed=False)).max() <= 2e-3

    def test_arcs_stay_arcs_under_equal_scales(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            block(msp)
            msp.add_blockref("B", (0, 0), dxfattribs={"xscale": -3, "yscale": 3, "rotation": 30})

        assert curve(tmp_path, draw).vertices[:, 2].tolist() == [0, -0.4, 0, 0]

    def test_z_scale_zero_counts_as_one(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            block(msp)
            msp.add_blockref("B", (0, 0), dxfattribs={"zscale": 0})

        assert curve(tmp_path, draw).box.width > 10

    def test_absurd_scales_are_reported(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            block(msp)
            msp.add_blockref("B", (0, 0), dxfattribs={"xscale": 1e308, "yscale": 1e308})

        assert "E108" in codes(drawing(tmp_path, draw))

    def test_nested_and_in_an_array(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            block(msp, "inner")
            outer = msp.doc.blocks.new("outer", base_point=(1, 1))
            outer.add_blockref("inner", (0, 0), dxfattribs={"xscale": 2, "yscale": 2})
            array = {"row_count": 2, "column_count": 3, "row_spacing": 50, "column_spacing": 40, "rotation": 90}
            msp.add_blockref("outer", (5, 5), dxfattribs=array)

        boxes = {tuple(round(v, 6) for v in shape.curve.box[:2]) for shape in drawing(tmp_path, draw).shapes}
        assert len(boxes) == 6
        left = [(6 - 10 - 50 * row, 4 + 40 * column) for row in range(2) for column in range(3)]
        assert boxes == set(left)

    def test_layer_zero_and_byblock_take_what_the_insert_has(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            content = msp.doc.blocks.new("B")
            content.add_line((0, 0), (1, 0), dxfattribs={"layer": "0", "color": 0})
            content.add_line((0, 0), (2, 0), dxfattribs={"layer": "ENGRAVE"})
            msp.add_blockref("B", (0, 0), dxfattribs={"layer": "SCORE", "color": 3})

        first, second = drawing(tmp_path, draw).shapes
        assert (first.layer, first.colour) == ("SCORE", 3)
        assert second.layer == "ENGRAVE"

    def test_missing_block(self, tmp_path: Path) -> None:
        sheet = drawing(tmp_path, lambda msp: msp.add_blockref("nowhere", (0, 0)))
        assert "nowhere" in the(sheet, "E109").message

    def test_block_in_another_file(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.doc.add_xref_def("other.dxf", "OTHER")
            msp.add_blockref("OTHER", (0, 0))

        assert "another file" in the(drawing(tmp_path, draw), "E109").message

    def test_block_that_holds_itself(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            content = msp.doc.blocks.new("B")
            content.add_line((0, 0), (50, 0))
            content.add_blockref("B", (1, 0))
            msp.add_blockref("B", (0, 0))

        assert "holds itself" in the(drawing(tmp_path, draw), "E109").message

    def test_array_that_runs_wild(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            block(msp)
            msp.add_blockref("B", (0, 0), dxfattribs={"row_count": 32000, "column_count": 32000})

        assert refused(save(tmp_path / "a.dxf", draw)).code == "E105"

    def test_empty_block_is_accounted_for(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.doc.blocks.new("B")
            msp.add_blockref("B", (0, 0))

        assert drawing(tmp_path, draw).tally == {Operation.IGNORE: 1}


def test_entities_that_make_no_sense_are_reported(tmp_path: Path) -> None:
    def draw(msp: Any) -> None:
        msp.add_lwpolyline([(0, 0)])
        msp.add_circle((1e9, 0), 5)
        msp.add_line((0, 0), (9, 9))

    sheet = drawing(tmp_path, draw)
    assert codes(sheet).count("E108") == 2
    assert sheet.tally == {Operation.REPORT: 2, Operation.CUT: 1}


def test_many_reports_are_shortened(tmp_path: Path) -> None:
    sheet = drawing(tmp_path, lambda msp: [msp.add_lwpolyline([(0, 0)]) for _ in range(100)])
    found = [finding for finding in sheet.findings if finding.code == "E108"]
    assert len(found) == 12
    assert "88 more" in found[-1].message


def test_solid_fills_and_words_are_kept_aside(tmp_path: Path) -> None:
    def draw(msp: Any) -> None:
        hatch = msp.add_hatch()
        hatch.paths.add_polyline_path([(0, 0), (10, 0), (10, 10)], is_closed=True)
        msp.add_text("REV B", height=3).set_placement((1, 2))
        msp.add_mtext("two\nlines").set_location((5, 6))
        msp.add_line((0, 0), (1, 1))

    sheet = drawing(tmp_path, draw, insunits=INCH)
    assert [fill.area for fill in sheet.fills] == pytest.approx([50 * 25.4**2])
    words = {text.words: (text.x, text.y, text.height) for text in sheet.texts}
    assert words["REV B"] == pytest.approx((25.4, 50.8, 76.2))
    assert "two\nlines" in words


def everything(msp: Any) -> None:
    """One of nearly each kind of entity that ezdxf can write."""
    block(msp)
    msp.add_blockref("B", (0, 0)).add_attrib("TAG", "value")
    for add in (
        lambda: msp.add_line((0, 0), (1, 1)),
        lambda: msp.add_point((0, 0)),
        lambda: msp.add_circle((0, 0), 1),
        lambda: msp.add_arc((0, 0), 1, 0, 90),
        lambda: msp.add_ellipse((0, 0), (2, 0), 0.5),
        lambda: msp.add_lwpolyline([(0, 0), (5, 5), (9, 0)]),
        lambda: msp.add_polyline2d([(0, 0), (5, 5)]),
        lambda: msp.add_polyline3d([(0, 0, 0), (5, 5, 5)]),
        lambda: msp.add_polymesh((3, 3)),
        lambda: msp.add_open_spline([(0, 0), (1, 1), (2, 0), (3, 1)]),
        lambda: msp.add_helix(2, 1, 3),
        lambda: msp.add_text("x"),
        lambda: msp.add_mtext("x"),
        lambda: msp.add_hatch(),
        lambda: msp.add_mpolygon(),
        lambda: msp.add_solid([(0, 0), (1, 0), (0, 1)]),
        lambda: msp.add_trace([(0, 0), (1, 0), (0, 1)]),
        lambda: msp.add_3dface([(0, 0), (1, 0), (0, 1)]),
        lambda: msp.add_mesh(),
        lambda: msp.add_mline([(0, 0), (5, 0)]),
        lambda: msp.add_ray((0, 0), (1, 0)),
        lambda: msp.add_xline((0, 0), (1, 0)),
        lambda: msp.add_leader([(0, 0), (5, 5)]),
        lambda: msp.add_linear_dim((0, 5), (0, 0), (10, 0)),
        lambda: msp.add_body(),
        lambda: msp.add_region(),
        lambda: msp.add_3dsolid(),
        lambda: msp.add_wipeout([(0, 0), (1, 1)]),
        lambda: msp.add_shape("x"),
    ):
        add()


def test_no_entity_disappears(tmp_path: Path) -> None:
    sheet = drawing(tmp_path, everything)
    model = read_again(tmp_path)
    inserted = 1 + 1  # the block's polyline and the attribute, instead of the INSERT
    assert sum(sheet.tally.values()) == len(model) - 1 + inserted
    assert sheet.tally[Operation.REPORT] == sum(
        int(finding.code in ("E107", "E108", "E109")) for finding in sheet.findings
    )
    ignored = sum(finding.where["size"] for finding in sheet.findings if finding.code == "I120")
    assert sheet.tally[Operation.IGNORE] == ignored
    assert all(shape.rule for shape in sheet.shapes if shape.operation is not Operation.REPORT)


def read_again(tmp_path: Path) -> list[Any]:
    return list(ezdxf.readfile(tmp_path / "sheet.dxf").modelspace())


LAYERS = st.sampled_from(["0", "BEND", "ENGRAVE", "POCKET", "DRILL_3", "HIDDEN", "off"])


@settings(max_examples=15)
@given(layers=st.lists(LAYERS, min_size=1, max_size=12))
def test_the_account_balances_whatever_the_layers(tmp_path_factory: pytest.TempPathFactory, layers: list[str]) -> None:
    def draw(msp: Any) -> None:
        msp.doc.layers.add("off").off()
        for k, layer in enumerate(layers):
            msp.add_circle((30 * k, 0), 10, dxfattribs={"layer": layer})

    sheet = drawing(tmp_path_factory.mktemp("layers"), draw)
    assert sum(sheet.tally.values()) == len(layers)


def test_speed_of_five_thousand_entities(tmp_path: Path) -> None:
    import time

    def draw(msp: Any) -> None:
        for k in range(5000):
            x, y = divmod(k, 70)
            msp.add_line((x, y), (x + 0.7, y))

    path = save(tmp_path / "a.dxf", draw)
    before = time.perf_counter()
    assert len(read(path).shapes) == 5000
    assert time.perf_counter() - before < 6.0
