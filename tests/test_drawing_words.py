from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from drawn import INCH, MM, codes, drawing, rectangle, save, the

from camcore.drawing import Drawing, Operation, read, rules
from camcore.geometry import Box, many
from camcore.part import Parts, find

MARKED = """version = 1
then = "shipped"
quantities = ['(?:qty|quantity)[ .:=]*(?P<count>\\d+)', '^\\s*(?P<count>\\d+)\\s*(?:off|x|pcs)\\s*$']
[[rules]]
name = "words to be marked"
type = ["TEXT", "MTEXT", "ATTRIB"]
layer = "ENGRAVE"
operation = "mark"
[[rules]]
name = "hatches are pockets of light"
type = ["HATCH"]
layer = "WINDOW"
operation = "cut"
"""


def marked(tmp_path: Path, draw: Any, insunits: int = MM, toml: str = MARKED) -> Drawing:
    path = tmp_path / "rules.toml"
    path.write_text(toml)
    return drawing(tmp_path, draw, insunits, rules=rules.load(path))


def box(sheet: Drawing) -> Box:
    shapes = many.boxes([shape.curve for shape in sheet.of(Operation.MARK) if shape.curve])
    return Box(*shapes[:, :2].min(axis=0).tolist(), *shapes[:, 2:].max(axis=0).tolist())


ENGRAVE = {"layer": "ENGRAVE"}


def text(words: str = "HH", **more: Any) -> Any:
    return lambda msp: msp.add_text(words, height=6, dxfattribs={**ENGRAVE, **more})


WIDE = 4 + 1.5 + 4
"""Width of HH, 6 high."""


class TestText:
    def test_it_stands_on_its_insertion_point(self, tmp_path: Path) -> None:
        sheet = marked(tmp_path, text(insert=(10, 20)))
        assert box(sheet) == pytest.approx((10, 20, 10 + WIDE, 26))
        assert {shape.rule for shape in sheet.shapes} == {"words to be marked"}
        assert [word.words for word in sheet.texts] == ["HH"]

    def test_inches(self, tmp_path: Path) -> None:
        assert box(marked(tmp_path, text(insert=(1, 0)), INCH)) == pytest.approx(
            (25.4, 0, 25.4 + 25.4 * WIDE, 6 * 25.4)
        )

    @pytest.mark.parametrize(
        ("halign", "valign", "left", "low"),
        [(1, 0, -WIDE / 2, 0), (2, 0, -WIDE, 0), (4, 0, -WIDE / 2, -3), (0, 2, 0, -3), (0, 3, 0, -6), (0, 1, 0, 2)],
    )
    def test_alignment(self, tmp_path: Path, halign: int, valign: int, left: float, low: float) -> None:
        sheet = marked(tmp_path, text(insert=(0, 0), align_point=(50, 50), halign=halign, valign=valign))
        assert box(sheet)[:2] == pytest.approx((50 + left, 50 + low))

    @pytest.mark.parametrize(("halign", "height"), [(3, 6 * 19 / WIDE), (5, 6)])
    def test_between_two_points(self, tmp_path: Path, halign: int, height: float) -> None:
        sheet = marked(tmp_path, text(insert=(10, 0), align_point=(29, 0), halign=halign))
        assert box(sheet) == pytest.approx((10, 0, 29, height))

    def test_turned_and_narrowed(self, tmp_path: Path) -> None:
        assert box(marked(tmp_path, text(rotation=90, width=0.5))) == pytest.approx((-6, 0, 0, WIDE / 2))

    def test_from_behind_and_backward(self, tmp_path: Path) -> None:
        assert box(marked(tmp_path, text(extrusion=(0, 0, -1)))) == pytest.approx((-WIDE, 0, 0, 6))
        assert box(marked(tmp_path, text(text_generation_flag=2))) == pytest.approx((-WIDE, 0, 0, 6))

    def test_signs_of_old_drawings(self, tmp_path: Path) -> None:
        sheet = marked(tmp_path, text("%%c5"))
        assert sheet.texts[0].words == "Ø5"
        assert "W128" not in codes(sheet)

    def test_letters_that_are_not_there(self, tmp_path: Path) -> None:
        assert "漢" in the(marked(tmp_path, text("漢")), "W128").message

    def test_in_a_block(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.doc.blocks.new("B").add_text("HH", height=6, dxfattribs=ENGRAVE)
            msp.add_blockref("B", (5, 5), dxfattribs={"xscale": 2, "yscale": 2})
            msp.add_blockref("B", (50, 5), dxfattribs={"xscale": 2, "yscale": 1}).add_attrib("T", "HH", (0, 90))

        assert box(marked(tmp_path, draw)) == pytest.approx((5, 5, 50 + 2 * WIDE, 17))


class TestMtext:
    def draw(self, **more: Any) -> Any:
        attributes = {"char_height": 6, "insert": (10, 20), **ENGRAVE, **more}
        return lambda msp: msp.add_mtext("HH\\PHHH", dxfattribs=attributes)

    @pytest.mark.parametrize(
        ("point", "x", "y"),
        [(1, 10, 20 - 16), (5, 10 - (WIDE + 5.5) / 2, 20 - 8), (9, 10 - WIDE - 5.5, 20), (7, 10, 20)],
    )
    def test_lines_hang_from_their_point(self, tmp_path: Path, point: int, x: float, y: float) -> None:
        found = box(marked(tmp_path, self.draw(attachment_point=point)))
        assert found == pytest.approx((x, y, x + WIDE + 5.5, y + 16))

    def test_direction(self, tmp_path: Path) -> None:
        found = box(marked(tmp_path, self.draw(attachment_point=7, text_direction=(0, 1, 0))))
        assert found == pytest.approx((10 - 16, 20, 10, 20 + WIDE + 5.5))
        found = box(marked(tmp_path, self.draw(attachment_point=7, rotation=180)))
        assert found == pytest.approx((10 - WIDE - 5.5, 20 - 16, 10, 20))

    def test_lines_are_broken_at_the_width_of_the_box(self, tmp_path: Path) -> None:
        def draw(width: float) -> Any:
            attributes = {"char_height": 6, "insert": (10, 20), "attachment_point": 7, "width": width, **ENGRAVE}
            return lambda msp: msp.add_mtext("HH HH HH", dxfattribs=attributes)

        assert box(marked(tmp_path, draw(WIDE + 1)))[2:] == pytest.approx((10 + WIDE, 20 + 26))
        assert box(marked(tmp_path, draw(200)))[3] == pytest.approx(26)
        assert box(marked(tmp_path, draw(0)))[3] == pytest.approx(26)
        assert box(marked(tmp_path, draw(1)))[3] == pytest.approx(20 + 26)


def test_words_are_never_cut(tmp_path: Path) -> None:
    toml = "version = 1\nrules = []\n"
    sheet = marked(tmp_path, text(), toml=toml)
    assert "not cut" in the(sheet, "E107").message


def test_marked_words_come_with_their_part(tmp_path: Path) -> None:
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 100, 80)
        msp.add_text("4711-B", height=5, dxfattribs={**ENGRAVE, "insert": (10, 10)})

    (part,) = find(marked(tmp_path, draw)).parts
    assert len(part.marks) >= 6
    assert max(mark.box.y1 for mark in part.marks) == pytest.approx(15)


class TestHatches:
    def test_polylines_with_arcs_are_contours(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, 100, 80)
            hatch = msp.add_hatch(dxfattribs={"layer": "WINDOW"})
            hatch.paths.add_polyline_path([(20, 20, 0), (60, 20, 1), (60, 40, 0), (20, 40, 1)], is_closed=True)

        found = find(marked(tmp_path, draw))
        assert found.parts[0].holes[0].area == pytest.approx(-(40 * 20 + math.pi * 100))

    @pytest.mark.parametrize("insunits", [MM, INCH])
    def test_edges_of_every_kind(self, tmp_path: Path, insunits: int) -> None:
        def draw(msp: Any) -> None:
            rectangle(msp, 0, 0, 100, 80)
            path = msp.add_hatch(dxfattribs={"layer": "WINDOW"}).paths.add_edge_path()
            path.add_line((20, 20), (60, 20))
            path.add_arc((60, 30), 10, -90, 90, ccw=True)
            path.add_line((60, 40), (20, 40))
            path.add_ellipse((20, 30), (0, 10), 0.5, 0, 180)
            ring = msp.add_hatch(dxfattribs={"layer": "WINDOW"}).paths.add_edge_path()
            ring.add_arc((20, 60), 5, 0, 360)
            wave = msp.add_hatch(dxfattribs={"layer": "WINDOW"}).paths.add_edge_path()
            wave.add_spline(control_points=[(60, 60), (70, 75), (80, 60)], degree=2, knot_values=[0, 0, 0, 1, 1, 1])
            wave.add_line((80, 60), (60, 60))

        unit = 25.4 if insunits == INCH else 1.0
        found = find(marked(tmp_path, draw, insunits))
        areas = sorted(-hole.area / unit**2 for hole in found.parts[0].holes)
        assert areas == pytest.approx([math.pi * 25, 100, 800 + math.pi * 50 + math.pi * 25], rel=1e-4)

    def test_without_a_rule_they_are_not_read(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.add_hatch().paths.add_polyline_path([(20, 20), (60, 20), (60, 40)], is_closed=True)

        assert "HATCH" in the(marked(tmp_path, draw, toml="version = 1\nrules = []\n"), "E107").message
        assert "W124" in codes(marked(tmp_path, draw))
        assert "I120" in codes(marked(tmp_path, lambda msp: [draw(msp), msp.add_circle((0, 0), 5)]))


class TestQuantities:
    def found(self, tmp_path: Path, *words: tuple[str, float, float]) -> Parts:
        def draw(msp: Any) -> None:
            for x in (0, 200):
                rectangle(msp, x, 0, 100, 80)
            for said, x, y in words:
                msp.add_text(said).set_placement((x, y))

        return find(marked(tmp_path, draw))

    @pytest.mark.parametrize(
        ("said", "count"), [("QTY 4", 4), ("Qty: 12", 12), ("4 OFF", 4), ("4X", 4), ("25 pcs", 25)]
    )
    def test_words_that_ask_for_a_quantity(self, tmp_path: Path, said: str, count: int) -> None:
        found = self.found(tmp_path, (said, 210, 10))
        assert [part.quantity for part in found.parts] == [0, count]
        assert the(found, "I228").where["size"] == count

    @pytest.mark.parametrize("said", ["4X Ø3.2", "REV 4", "QTY 0", "QTY 99999999999", "OFF"])
    def test_words_that_do_not(self, tmp_path: Path, said: str) -> None:
        assert not any(part.quantity for part in self.found(tmp_path, (said, 210, 10)).parts)

    def test_of_which_part(self, tmp_path: Path) -> None:
        assert "W229" in codes(self.found(tmp_path, ("QTY 4", 150, 10)))
        twice = self.found(tmp_path, ("QTY 4", 10, 10), ("QTY 5", 10, 30))
        assert (twice.parts[0].quantity, "W229" in codes(twice)) == (4, True)

    def test_a_lone_part_has_it_wherever_it_stands(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.add_circle((0, 0), 10)
            msp.add_text("QTY 7").set_placement((50, 50))

        assert find(marked(tmp_path, draw)).parts[0].quantity == 7

    def test_no_rule_no_quantity(self, tmp_path: Path) -> None:
        def draw(msp: Any) -> None:
            msp.add_circle((0, 0), 10)
            msp.add_text("QTY 7")

        assert find(drawing(tmp_path, draw)).parts[0].quantity == 0


def test_own_rules_go_before_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(
        'version = 1\nthen = "shipped"\n[[rules]]\nname = "we cut bends"\nlayer = "^BEND$"\noperation = "cut"\n'
    )
    own = rules.load(path)
    assert own.decide("BEND", "CONTINUOUS", 7, "LINE").rule == "we cut bends"
    assert own.decide("DIMS", "CONTINUOUS", 7, "LINE").rule == "dimension layers"


def test_linetypes_and_colours_decide(tmp_path: Path) -> None:
    toml = """version = 1
[[rules]]
name = "dashed red is scored"
linetype = "dashed"
colour = [1, 10]
operation = "mark"
"""

    def draw(msp: Any) -> None:
        msp.doc.linetypes.add("DASHED", [1.0, 0.5, -0.5])
        for colour, linetype in ((1, "DASHED"), (1, "CONTINUOUS"), (3, "DASHED"), (10, "DASHED")):
            msp.add_line((0, 0), (9, 0), dxfattribs={"color": colour, "linetype": linetype})

    told = [str(shape.operation) for shape in marked(tmp_path, draw, toml=toml).shapes]
    assert told == ["mark", "cut", "cut", "mark"]


def test_a_pattern_without_a_count_is_told(tmp_path: Path) -> None:
    from camcore.findings import CamError

    path = tmp_path / "rules.toml"
    path.write_text('version = 1\nrules = []\nquantities = ["qty"]\n')
    with pytest.raises(CamError) as caught:
        rules.load(path)
    assert caught.value.findings[0].code == "E303"


def test_a_file_is_read_the_same_without_rules(tmp_path: Path) -> None:
    path = save(tmp_path / "a.dxf", lambda msp: msp.add_circle((0, 0), 5))
    assert read(path).tally == read(path, rules=rules.shipped()).tally
