"""Frames, title blocks and words beside the part; plates that only look like frames; strips, hatches, doubles."""

from __future__ import annotations

from typing import Any

import pytest
from drawn import codes, drawing, parts, rectangle, the

from camcore.drawing import rules
from camcore.part import find


def three_plates(msp: Any) -> None:
    for x in (30, 150, 270):
        rectangle(msp, x, 80, 80, 60)
        msp.add_circle((x + 20, 100), 5)


def words(msp: Any, *places: tuple[float, float]) -> None:
    for place in places:
        msp.add_text("TITLE: BRACKET", height=4, dxfattribs={"insert": place})


def title_block(msp: Any) -> None:
    rectangle(msp, 230, 10, 180, 40)
    msp.add_line((230, 30), (410, 30))
    msp.add_line((300, 10), (300, 50))
    words(msp, (235, 35), (305, 15))


def test_a_frame_with_its_title_block_is_left_out(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 10, 10, 400, 277)
        title_block(msp)
        three_plates(msp)

    found = parts(tmp_path, draw)
    assert [len(part.holes) for part in found.parts] == [1, 1, 1]
    told = the(found, "W231")
    assert (told.where["width"], told.where["height"], told.where["size"]) == (400, 277, 10)
    assert not [code for code in codes(found) if code[0] == "E"]


def test_two_frames_in_each_other_are_left_out_where_there_are_words(tmp_path):
    def draw(msp: Any) -> None:
        msp.add_lwpolyline([(0, 0), (420, 0), (420, 297), (0, 297)], close=True)
        rectangle(msp, 10, 10, 400, 277)
        three_plates(msp)
        words(msp, (305, 15))

    found = parts(tmp_path, draw)
    assert len(found.parts) == 3
    assert codes(found).count("W231") == 2


def plate(msp: Any) -> None:
    """A plate of the size of a sheet of paper, with holes."""
    rectangle(msp, 0, 0, 420, 297)
    for x in (50, 100, 150):
        msp.add_circle((x, 100), 8)


def test_a_plate_of_that_size_stays(tmp_path):
    (part,) = parts(tmp_path, plate).parts
    assert len(part.holes) == 3


def test_a_plate_with_words_is_asked_about(tmp_path):
    found = parts(tmp_path, lambda msp: [plate(msp), words(msp, (200, 200))])
    assert len(found.parts[0].holes) == 3
    assert the(found, "W221").where["part"] == found.parts[0].id


def test_a_gasket_of_that_size_stays(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 297, 210)
        rectangle(msp, 10, 10, 277, 190)
        words(msp, (310, 100), (20, 20))

    (part,) = parts(tmp_path, draw).parts
    assert len(part.holes) == 1


def test_a_frame_with_nothing_to_cut_inside_stays(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 10, 10, 400, 277)
        title_block(msp)

    assert "W231" not in codes(parts(tmp_path, draw))


def test_blocks_named_after_title_blocks_are_ignored(tmp_path):
    def draw(msp: Any) -> None:
        block = msp.doc.blocks.new("COMPANY TITLE BLOCK")
        rectangle(block, 0, 0, 500, 300)
        msp.doc.blocks.new("SHEET").add_blockref("COMPANY TITLE BLOCK", (0, 0))
        msp.add_blockref("SHEET", (-50, -50))
        rectangle(msp, 30, 30, 80, 60)

    found = parts(tmp_path, draw)
    assert [part.box.width for part in found.parts] == [80]
    assert "'title blocks'" in the(found, "I120").message


@pytest.mark.parametrize(
    ("block", "ignored"),
    [
        ("TITLEBLOCK", True),
        ("A3_TITLE_BLOCK", True),
        ("Schriftfeld", True),
        ("SHEET/DRAWING FRAME", True),
        ("ISO A3 FRAME", True),
        ("A4", True),
        ("FRAME", False),
        ("BRACKET A4", False),
        ("BLOCK_1", False),
        ("", False),
    ],
)
def test_names_of_title_blocks(block, ignored):
    said = rules.shipped().decide("0", "CONTINUOUS", 7, "LINE", "mm", block)
    assert (said.operation == "ignore") is ignored


def test_words_on_a_layer_that_is_cut_are_told(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        msp.add_text("PN 4711", height=5, dxfattribs={"insert": (20, 20)})

    told = the(parts(tmp_path, draw), "W232")
    assert (told.where["part"], told.where["x"], told.where["layer"]) == ("sheet", 20, "0")


@pytest.mark.parametrize(
    ("layer", "place"), [("NOTES", (20, 20)), ("0", (20, -20)), ("0", (50, 30)), ("ENGRAVE", (20, 20))]
)
def test_words_elsewhere_are_not(layer, place, tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        msp.add_circle((50, 30), 8)
        msp.add_text("PN 4711", height=2, dxfattribs={"insert": place, "layer": layer})

    assert "W232" not in codes(parts(tmp_path, draw))


def test_words_on_engraving_layers_are_marked(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 60)
        msp.add_text("HL", height=6, dxfattribs={"insert": (20, 20), "layer": "ENGRAVE"})
        msp.add_text("LABEL NOTE", height=6, dxfattribs={"insert": (20, 20), "layer": "LABELS"})

    (part,) = parts(tmp_path, draw).parts
    assert 3 <= len(part.marks) <= 5
    assert max(mark.box.y1 for mark in part.marks) == pytest.approx(26)


def hatched(msp: Any, layer: str = "0") -> None:
    hatch = msp.add_hatch(dxfattribs={"layer": layer})
    hatch.paths.add_polyline_path([(0, 0), (50, 0), (50, 30), (0, 30)], is_closed=True, flags=1)
    hatch.paths.add_polyline_path([(10, 10, 1), (20, 10, 1)], is_closed=True)


def test_where_nothing_but_hatches_is_drawn_their_edges_are_cut(tmp_path):
    found = parts(tmp_path, hatched)
    assert [(part.box.width, len(part.holes)) for part in found.parts] == [(50, 1)]
    assert the(found, "W124").where["size"] == 1


def test_hatches_beside_lines_or_on_ignored_layers_are_not(tmp_path):
    assert "W124" not in codes(parts(tmp_path, lambda msp: [hatched(msp), rectangle(msp, 0, 0, 50, 30)]))
    assert "E106" in codes(drawing(tmp_path, lambda msp: hatched(msp, "TITLE")))


def test_an_arc_on_a_circle_is_drawn_twice(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 50)
        msp.add_circle((50, 25), 5)
        msp.add_arc((50, 25), 5, 0, 120)
        msp.add_lwpolyline([(60, 0), (100, 0), (100, 20)])

    found = parts(tmp_path, draw)
    assert [len(part.holes) for part in found.parts] == [1]
    assert {round(f.where["size"], 2) for f in found.findings if f.code == "W224"} == {10.47, 60.0}
    assert not [code for code in codes(found) if code[0] == "E"]


def test_an_arc_beside_a_circle_is_open(tmp_path):
    def draw(msp: Any) -> None:
        msp.add_circle((50, 25), 5)
        msp.add_arc((50, 25), 4.99, 0, 120)

    assert "E201" in codes(parts(tmp_path, draw))


STRIPS = rules.LayerRules(
    version=1,
    rules=(rules.Rule(name="strips", operation="cut", type=("LWPOLYLINE", "POLYLINE"), width="outline"),),
)


def strips(tmp_path: Any, points: Any, closed: bool = False, **more: Any) -> Any:
    def draw(msp: Any) -> None:
        msp.add_lwpolyline(points, close=closed, **more)

    return drawing(tmp_path, draw, rules=STRIPS)


def test_a_strip_is_the_outline_of_its_stroke(tmp_path):
    (part,) = find(strips(tmp_path, [(0, 0), (50, 0), (50, 30)], dxfattribs={"const_width": 6})).parts
    corners = {(round(x), round(y)) for x, y, _ in part.outline.vertices.tolist()}
    assert corners == {(0, 3), (0, -3), (53, -3), (53, 30), (47, 30), (47, 3)}


def test_a_closed_strip_is_a_ring(tmp_path):
    points = [(0, 0), (50, 0), (50, 30), (0, 30)]
    (part,) = find(strips(tmp_path, points, True, dxfattribs={"const_width": 6})).parts
    assert (part.box.width, part.area) == (56, pytest.approx(56 * 36 - 44 * 24))


def test_a_strip_may_bend(tmp_path):
    points = [(0, 0, 4, 4, 0), (50, 0, 4, 4, 1), (50, 30, 4, 4, 0), (0, 30, 4, 4, 0)]
    (part,) = find(strips(tmp_path, points, format="xyseb")).parts
    assert part.area == pytest.approx(4 * (100 + 15 * 3.14159265), rel=1e-6)
    assert part.box.x1 == pytest.approx(67)


def test_old_polylines_have_a_width_too(tmp_path):
    def draw(msp: Any) -> None:
        msp.add_polyline2d([(0, 0), (50, 0)], dxfattribs={"default_start_width": 5.0, "default_end_width": 5.0})

    (part,) = find(drawing(tmp_path, draw, rules=STRIPS)).parts
    assert part.area == pytest.approx(250)


def test_strips_that_cannot_be_had_are_told(tmp_path):
    assert "E108" in codes(strips(tmp_path, [(0, 0, 4, 2), (50, 0, 2, 4)], format="xyse"))
    assert "E108" in codes(strips(tmp_path, [(0, 0, 6, 6, 1), (4, 0, 6, 6, 0)], format="xyseb"))


def test_without_a_rule_they_run_in_the_middle_and_are_told(tmp_path):
    sheet = drawing(tmp_path, lambda msp: msp.add_lwpolyline([(0, 0), (50, 0)], dxfattribs={"const_width": 6}))
    assert "width" in the(sheet, "I117").advice
