from __future__ import annotations

import math
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import codes, parts, rectangle, the
from sheets import line, loose, sheet

from camcore.drawing import Drawing, Operation, Shape
from camcore.geometry import Curve
from camcore.part import Drill, find

SQUARE = Curve.rectangle(100, 80)
HOLE = Curve.circle(50, 40, 9)


class TestParity:
    def test_outline_and_holes_run_opposite_ways(self) -> None:
        (part,) = find(sheet(SQUARE.reversed(), Curve.circle(20, 20, 5), Curve.circle(60, 40, 9).reversed())).parts
        assert part.id == "plate"
        assert part.outline.area == 8000
        assert [hole.area for hole in part.holes] == pytest.approx([-25 * math.pi, -81 * math.pi])
        assert part.file == "plate.dxf"

    def test_what_lies_in_a_hole_is_a_part_again(self) -> None:
        rings = [Curve.circle(0, 0, radius) for radius in (50, 40, 30, 20, 10)]
        found = find(sheet(*rings)).parts
        assert [(part.id, part.outline.as_circle()[2], len(part.holes)) for part in found] == [
            ("plate", 50, 1),
            ("plate#2", 30, 1),
            ("plate#3", 10, 0),
        ]

    def test_order_of_parts_does_not_depend_on_the_order_of_drawing(self) -> None:
        squares = [Curve.rectangle(10, 10, x, y) for x in (0, 20, 40) for y in (0, 20)]
        squares.append(Curve.rectangle(30, 9, 60, 0))
        first = [(part.id, part.box) for part in find(sheet(*squares)).parts]
        assert first == [(part.id, part.box) for part in find(sheet(*reversed(squares))).parts]
        assert first[0][1].x0 == 60
        assert [box.x0 for _, box in first[1:]] == [0, 0, 20, 20, 40, 40]

    def test_several_parts_are_told(self) -> None:
        assert the(find(sheet(SQUARE, SQUARE.moved(200, 0))), "I218").where["size"] == 2

    def test_the_drawings_findings_come_along(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.add_circle((0, 0), 10)
            msp.add_text("x", dxfattribs={"insert": (20, 0)})

        assert codes(parts(tmp_path, draw)) == ["I120"]


class TestRepetitions:
    @pytest.mark.parametrize(
        "twice",
        [
            line((0, 0), (100, 0)),
            line((100, 0), (0, 0)),
            line((0, 0.0004), (100, 0)),
        ],
    )
    def test_a_line_drawn_twice(self, twice: Curve) -> None:
        found = find(sheet(*loose(SQUARE), twice))
        assert codes(found) == ["W211"]
        assert found.parts[0].outline.area == pytest.approx(8000, abs=0.1)

    def test_everything_drawn_twice_is_one_finding(self) -> None:
        found = find(sheet(*loose(SQUARE), *loose(SQUARE)))
        assert codes(found) == ["W211"]
        assert the(found, "W211").where["size"] == 4

    @pytest.mark.parametrize(
        "twice", [HOLE, HOLE.reversed(), HOLE.moved(0.03, 0), Curve(np.roll(HOLE.vertices, 1, axis=0))]
    )
    def test_a_circle_drawn_twice(self, twice: Curve) -> None:
        found = find(sheet(SQUARE, HOLE, twice))
        assert codes(found) == ["W211"]
        assert len(found.parts[0].holes) == 1

    def test_a_polyline_on_loose_lines(self) -> None:
        found = find(sheet(*loose(SQUARE), SQUARE))
        assert codes(found) == ["W211"]
        assert len(found.parts) == 1

    def test_a_mirrored_shape_in_the_same_box_is_another(self) -> None:
        notched = Curve.polygon([(0, 0), (9, 0), (9, 3), (4, 3), (4, 9), (0, 9)])
        mirrored = Curve.polygon([(9, 9), (0, 9), (0, 6), (5, 6), (5, 0), (9, 0)])
        assert "W211" not in codes(find(sheet(notched, mirrored)))

    def test_many_copies_cost_little(self) -> None:
        before = time.perf_counter()
        found = find(sheet(*[Curve.circle(0, 0, 5)] * 3000))
        assert len(found.parts) == 1
        assert time.perf_counter() - before < 5

    def test_points_and_contours_that_enclose_nothing(self) -> None:
        found = find(sheet(SQUARE, line((5, 5), (5, 5)), Curve.polygon([(9, 9), (20, 20)])))
        assert codes(found) == ["W210", "W219"]


class TestUnsound:
    def test_a_bow_tie_is_an_error_at_the_crossing(self) -> None:
        found = find(sheet(Curve.polygon([(0, 0), (10, 10), (10, 0), (0, 10)])))
        finding = the(found, "E203")
        assert (finding.where["x"], finding.where["y"]) == (5, 5)
        assert found.parts == ()

    @pytest.mark.parametrize("slot", [Curve.rectangle(20, 10, 90, 30), HOLE.moved(50, 0)])
    def test_a_hole_that_runs_out_of_the_edge_is_an_error(self, slot: Curve) -> None:
        found = find(sheet(SQUARE, slot))
        assert the(found, "E204").where["x"] == pytest.approx(100)
        assert [len(part.holes) for part in found.parts] == [0]

    @pytest.mark.parametrize("slot", [Curve.rectangle(20, 10, 80, 30), HOLE.moved(41, 0)])
    def test_a_hole_that_touches_the_edge_is_an_error(self, slot: Curve) -> None:
        found = find(sheet(SQUARE, slot))
        assert the(found, "E206").where["x"] == pytest.approx(100, abs=0.001)
        assert [len(part.holes) for part in found.parts] == [1]

    def test_a_hole_close_to_the_edge_is_none(self) -> None:
        assert codes(find(sheet(SQUARE, HOLE.moved(40.99, 0)))) == []

    def test_a_hole_that_touches_in_a_node(self) -> None:
        kite = Curve.polygon([(100, 80), (80, 70), (70, 60), (90, 60)])
        found = find(sheet(*loose(SQUARE), *loose(kite)))
        assert codes(found) == ["E206"]
        assert [len(part.holes) for part in found.parts] == [1]

    def test_holes_that_touch_in_a_node_are_two(self) -> None:
        pair = [*loose(Curve.rectangle(10, 10, 20, 20)), *loose(Curve.rectangle(10, 10, 30, 30))]
        (part,) = find(sheet(SQUARE, *pair)).parts
        assert len(part.holes) == 2

    def test_parts_side_by_side_may_touch(self) -> None:
        assert codes(find(sheet(SQUARE, Curve.rectangle(50, 80, 100, 0), Curve.circle(200, 40, 50)))) == ["I218"]

    def test_no_contour_at_all(self) -> None:
        marks = [Shape(Operation.MARK, "m", "0", "LINE", 0, line((0, 0), (5, 5)))]
        assert codes(find(Drawing("x.dxf", "mm", 1.0, tuple(marks)))) == ["W217", "E205"]


class TestDrawnLines:
    def test_the_two_sides_of_a_pen_stroke(self) -> None:
        found = find(sheet(SQUARE, Curve.rectangle(99.7, 79.7, 0.15, 0.15), Curve.circle(50, 40, 5)))
        assert codes(found) == ["W215"]
        assert [len(part.holes) for part in found.parts] == [1]
        assert found.parts[0].box.width == 100

    def test_a_hole_in_pen_strokes_too(self) -> None:
        frame = [SQUARE, Curve.rectangle(99.7, 79.7, 0.15, 0.15)]
        hole = [Curve.circle(50, 40, 5), Curve.circle(50, 40, 4.85)]
        found = find(sheet(*frame, *hole))
        assert codes(found) == ["W215", "W215"]
        assert [hole.as_circle()[2] for hole in found.parts[0].holes] == [5]

    def test_a_thin_strip_is_no_part(self) -> None:
        found = find(sheet(SQUARE, Curve.rectangle(0.2, 80, 110, 0)))
        assert codes(found) == ["W214"]

    def test_a_thin_slit_stays_a_hole(self) -> None:
        found = find(sheet(SQUARE, Curve.rectangle(0.2, 40, 50, 20)))
        assert codes(found) == []
        assert len(found.parts[0].holes) == 1

    def test_a_thin_ring_that_can_be_made(self) -> None:
        assert len(find(sheet(Curve.circle(0, 0, 20), Curve.circle(0, 0, 19.5))).parts[0].holes) == 1

    @pytest.mark.parametrize(
        ("width", "height", "told"), [(420, 297, True), (267, 190, True), (390, 277, True), (400, 290, False)]
    )
    def test_a_drawing_frame_is_told(self, tmp_path: Path, width: float, height: float, told: bool) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, width, height)
            rectangle(msp, 50, 50, 80, 60)
            msp.add_text("Drawn by").set_placement((150, 10))

        assert ("W221" in codes(parts(tmp_path, draw))) == told

    def test_letters_beside_a_part_are_told(self) -> None:
        letters = [Curve.rectangle(2, 4, 110 + 3 * k, 0) for k in range(6)]
        assert the(find(sheet(SQUARE, *letters)), "W220").where["size"] == 6
        assert "W220" not in codes(find(sheet(*letters)))


class TestArtwork:
    def test_filled_contours_are_marked(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, 100, 80)
            for x in (30, 50):
                msp.add_lwpolyline([(x, 30), (x + 8, 30), (x + 8, 50)], close=True)
                msp.add_hatch().paths.add_polyline_path([(x, 30), (x + 8, 30), (x + 8, 50)], is_closed=True)
            msp.add_circle((80, 40), 5)

        found = parts(tmp_path, draw)
        assert the(found, "W216").where["size"] == 2
        assert (len(found.parts[0].marks), len(found.parts[0].holes)) == (2, 1)

    def test_a_coloured_part_is_still_a_part(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, 100, 80)
            msp.add_hatch().paths.add_polyline_path([(0, 0), (100, 0), (100, 80), (0, 80)], is_closed=True)
            msp.add_circle((80, 40), 5)

        found = parts(tmp_path, draw)
        assert codes(found) == ["I120"]
        assert len(found.parts) == 1

    def test_a_pattern_says_nothing(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, 100, 80)
            rectangle(msp, 20, 20, 9, 9)
            hatch = msp.add_hatch()
            hatch.set_pattern_fill("ANSI31")
            hatch.paths.add_polyline_path([(20, 20), (29, 20), (29, 29), (20, 29)], is_closed=True)

        assert len(parts(tmp_path, draw).parts[0].holes) == 1


class TestMarksAndDrills:
    def test_each_part_gets_its_own(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            for x in (0, 200):
                rectangle(msp, x, 0, 100, 80)
                msp.add_circle((x + 50, 40), 20)
                msp.add_line((x, 10), (x + 100, 10), dxfattribs={"layer": "SCORE"})
                msp.add_circle((x + 10, 70), 1.6, dxfattribs={"layer": "DRILL"})
                msp.add_point((x + 90, 70), dxfattribs={"layer": "DRILL_3.2"})
            msp.add_line((50, 40), (51, 40), dxfattribs={"layer": "SCORE"})
            msp.add_point((150, 40), dxfattribs={"layer": "DRILL_3.2"})

        found = parts(tmp_path, draw)
        assert the(found, "W217").where["size"] == 2
        for part, x in zip(found.parts, (0, 200), strict=True):
            assert len(part.marks) == 1
            assert set(part.drills) == {Drill(x + 10, 70, 3.2), Drill(x + 90, 70, 3.2)}
            assert len(part.holes) == 1

    def test_slots_on_a_drill_layer_are_cut(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, 100, 80)
            slot = [(20, 20, 0), (30, 20, 1), (30, 26, 0), (20, 26, 1)]
            msp.add_lwpolyline(slot, format="xyb", close=True, dxfattribs={"layer": "DRILL"})

        (part,) = parts(tmp_path, draw).parts
        assert (len(part.holes), part.drills) == (1, ())

    def test_letters_of_strokes_are_chained(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, 100, 80)
            for a, b in pairwise([(10, 10), (10, 20), (15, 15), (20, 20), (20, 10)]):
                msp.add_line(a, b, dxfattribs={"layer": "NAME"})

        (part,) = parts(tmp_path, draw).parts
        assert [len(mark) for mark in part.marks] == [5]
        assert not part.marks[0].closed


def test_area_is_net() -> None:
    (part,) = find(sheet(SQUARE, Curve.circle(50, 40, 10))).parts
    assert part.area == pytest.approx(8000 - 100 * math.pi)
