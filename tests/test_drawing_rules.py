from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from drawn import INCH, codes, drawing, the

from camcore.drawing import Operation, rules
from camcore.drawing.rules import LayerRules, Rule
from camcore.findings import CamError

CUT, MARK, DRILL, POCKET, IGNORE = "cut", "mark", "drill", "pocket", "ignore"

LAYERS = {
    "0": CUT,
    "CUT": CUT,
    "Cutout": CUT,
    "cutouts": CUT,
    "OUTER_PROFILES": CUT,
    "INTERIOR_PROFILES": CUT,
    "IV_OUTER_PROFILE": CUT,
    "GEOMETRY-CUTTING": CUT,
    "Through Hole": CUT,
    "midholes": CUT,
    "KONSTRUKTION": CUT,
    "Слой 1": CUT,
    "M3 díry": CUT,
    "MILL: 1 MillDepth: -3.1 SliceDepth: 3.1": CUT,
    "Border cut": CUT,
    "Visible": CUT,
    "Dimitri": CUT,
    "benchmark plate": CUT,
    "texture-free": CUT,
    "names": MARK,
    "ENGRAVE": MARK,
    "GEOMETRY-ENGRAVING": MARK,
    "laser_etch": MARK,
    "SCORE": MARK,
    "Scoring": MARK,
    "MARK": MARK,
    "marking 1": MARK,
    "NAME": MARK,
    "Text": MARK,
    "Gravur": MARK,
    "F.SilkS": MARK,
    "DRILL_3.2": DRILL,
    "drill": DRILL,
    "DRILL: 1 MillDepth: -3": DRILL,
    "Pocket": POCKET,
    "POCKET_2MM": POCKET,
    "BEND": IGNORE,
    "BEND_EXTENT": IGNORE,
    "IV_BEND_DOWN": IGNORE,
    "bendlines": IGNORE,
    "Biegelinien": IGNORE,
    "IV_TANGENT": IGNORE,
    "DIM": IGNORE,
    "DIMS": IGNORE,
    "Dimensions": IGNORE,
    "Bemaßung": IGNORE,
    "TITLE": IGNORE,
    "Title Block": IGNORE,
    "BORDER": IGNORE,
    "CENTER": IGNORE,
    "CENTERLINES": IGNORE,
    "CENTERMARKS": IGNORE,
    "Centre Lines": IGNORE,
    "DEFPOINTS": IGNORE,
    "Defpoints": IGNORE,
    "ConstructionLines": IGNORE,
    "BREAKS: 1 MillDepth: -1 FeedXY: 500": IGNORE,
    "IGNORE: guides": IGNORE,
    "Dwgs.User": IGNORE,
    "Notes": IGNORE,
}


@pytest.mark.parametrize(("layer", "operation"), LAYERS.items())
def test_what_layers_mean(layer: str, operation: str) -> None:
    assert rules.shipped().decide(layer, "CONTINUOUS", 7, "LINE").operation == operation


@pytest.mark.parametrize("rule", rules.shipped().rules, ids=lambda rule: rule.name)
def test_every_shipped_rule_decides_something(rule: Rule) -> None:
    kinds = rule.type or ("LINE",)
    drawn = [(layer, linetype) for layer in LAYERS for linetype in ("CONTINUOUS", "CENTER2")]
    blocks = ("", "TITLE BLOCK")
    tried = [(*one, 7, kind, "mm", block) for one in drawn for kind in kinds for block in blocks]
    assert any(rules.shipped().decide(*case).rule == rule.name for case in tried)


@pytest.mark.parametrize("kind", ["TEXT", "MTEXT", "DIMENSION", "HATCH", "LEADER", "IMAGE", "XLINE"])
def test_kinds_that_are_ignored_on_any_layer(kind: str) -> None:
    assert rules.shipped().decide("CUT", "CONTINUOUS", 7, kind).operation is Operation.IGNORE


LINETYPES = {"CENTER": IGNORE, "PHANTOM2": IGNORE, "DASHED": CUT, "CONTINUOUS": CUT}


@pytest.mark.parametrize(("linetype", "operation"), LINETYPES.items())
def test_what_linetypes_mean(linetype: str, operation: str) -> None:
    assert rules.shipped().decide("0", linetype, 7, "LINE").operation == operation


DIAMETERS = [
    ("DRILL_3.2", "mm", 3.2),
    ("DRILL-3,2", "mm", 3.2),
    ("drill 1/8in", "mm", 3.175),
    ("DRILL_.5", "mm", 0.5),
    ("DRILLS", "mm", 0.0),
    ("DRILL_0.125", "in", 3.175),
    ("DRILL_D4mm", "in", 4.0),
    ("DRILL: 1 MillDepth: -3", "mm", 0.0),
]


@pytest.mark.parametrize(("layer", "unit", "diameter"), DIAMETERS)
def test_drill_diameter_from_the_layer(layer: str, unit: str, diameter: float) -> None:
    assert rules.shipped().decide(layer, "CONTINUOUS", 7, "POINT", unit).diameter == pytest.approx(diameter)


def test_drill_points_take_the_diameter(tmp_path: Path) -> None:
    sheet = drawing(tmp_path, lambda msp: msp.add_point((1, 1), dxfattribs={"layer": "DRILL_0.25"}), insunits=INCH)
    assert sheet.shapes[0].diameter == pytest.approx(6.35)


def test_own_rules_by_colour_and_kind(tmp_path: Path) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(
        'version = 1\n[[rules]]\nname = "red is scored"\ncolour = [1]\noperation = "mark"\n'
        '[[rules]]\nname = "no circles"\ntype = ["CIRCLE"]\noperation = "ignore"\n'
    )

    def draw(msp: Any) -> None:
        msp.doc.layers.add("red", color=1)
        msp.add_line((0, 0), (9, 0), dxfattribs={"color": 1})
        msp.add_line((0, 0), (9, 0), dxfattribs={"layer": "red"})
        msp.add_line((0, 0), (9, 0))
        msp.add_circle((0, 0), 5)

    sheet = drawing(tmp_path, draw, rules=rules.load(path))
    assert [shape.operation for shape in sheet.shapes] == [MARK, MARK, CUT, IGNORE]
    assert [shape.rule for shape in sheet.shapes] == ["red is scored", "red is scored", "everything else", "no circles"]


@pytest.mark.parametrize("bad", ['layer = "("', 'colour = ["red"]', 'operation = "saw"', 'laier = "x"'])
def test_wrong_rules_are_told_with_their_line(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "rules.toml"
    more = "" if "operation" in bad else 'operation = "cut"\n'
    path.write_text(f'version = 1\n[[rules]]\nname = "x"\n{bad}\n{more}')
    with pytest.raises(CamError) as caught:
        rules.load(path)
    assert caught.value.findings[0].code == "E303"
    assert caught.value.findings[0].where["line"] == 4


def test_rules_without_an_entry_cut_everything() -> None:
    decision = LayerRules(version=1, rules=()).decide("BEND", "CONTINUOUS", 7, "LINE")
    assert (decision.operation, decision.rule) == (Operation.CUT, "everything else")


def test_hidden_layers_are_told_and_ignored(tmp_path: Path) -> None:
    def draw(msp: Any) -> None:
        msp.doc.layers.add("off").off()
        msp.doc.layers.add("frozen").freeze()
        msp.add_circle((0, 0), 5)
        msp.add_circle((0, 0), 1, dxfattribs={"layer": "off"})
        msp.add_circle((0, 0), 2, dxfattribs={"layer": "frozen"})
        msp.add_circle((0, 0), 3, dxfattribs={"invisible": 1})

    sheet = drawing(tmp_path, draw)
    assert sheet.tally == {Operation.CUT: 1, Operation.IGNORE: 3}
    assert codes(sheet).count("W121") == 3


def test_ignored_entities_are_counted_under_their_rule(tmp_path: Path) -> None:
    def draw(msp: Any) -> None:
        msp.add_circle((0, 0), 5)
        for k in range(3):
            msp.add_line((k, 0), (k, 9), dxfattribs={"layer": "BEND"})

    finding = the(drawing(tmp_path, draw), "I120")
    assert "'bend lines'" in finding.message
    assert finding.where == {"layer": "BEND", "size": 3}


def test_number_drills_in_layers() -> None:
    shipped = rules.shipped()
    said = [
        shipped.decide(layer, "CONTINUOUS", 7, "POINT").diameter for layer in ("DRILL_#7", "DRILL #80", "DRILL_#99")
    ]
    assert said == [pytest.approx(5.1054), pytest.approx(0.3429), 0.0]


def test_multilines_are_their_lines(tmp_path: Path) -> None:
    sheet = drawing(tmp_path, lambda msp: msp.add_mline([(10, 10), (50, 10), (50, 40)]))
    assert [shape.kind for shape in sheet.of(Operation.CUT)] == ["MLINE"] * 4


def test_pockets_are_told(tmp_path: Path) -> None:
    sheet = drawing(tmp_path, lambda msp: msp.add_circle((0, 0), 5, dxfattribs={"layer": "Pocket"}))
    assert the(sheet, "W123").where["size"] == 1
    assert sheet.of(Operation.POCKET)


def test_nothing_to_cut(tmp_path: Path) -> None:
    assert "E106" in codes(drawing(tmp_path, lambda msp: None))
    assert "E106" in codes(drawing(tmp_path, lambda msp: msp.add_text("only words")))


def test_kinds_that_are_not_read_are_errors(tmp_path: Path) -> None:
    def draw(msp: Any) -> None:
        msp.add_circle((0, 0), 5)
        msp.add_3dface([(0, 0), (1, 0), (0, 1)])
        msp.add_polymesh((3, 3))

    assert codes(drawing(tmp_path, draw)) == ["E107", "E107"]
