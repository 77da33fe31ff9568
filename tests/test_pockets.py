"""Pockets: depth from layers and rules, islands, and the part that each belongs to."""

from __future__ import annotations

import json
from typing import Any

import pytest
from drawn import INCH, codes, parts, rectangle, save, the

from camcore.drawing import read, rules
from camcore.findings import CamError
from camcore.formats.read import read_drawings
from camcore.geometry import Curve
from camcore.part import Part, Pocket, find, same_shapes


@pytest.mark.parametrize(
    ("layer", "unit", "depth"),
    [
        ("POCKET_1.5", "mm", 1.5),
        ("Pocket 0,8mm", "mm", 0.8),
        ("POCKET_DEPTH_2", "mm", 2.0),
        ("POCKET-1/16in", "mm", 1.5875),
        ("pocket_.060", "in", 1.524),
        ("TASCHE T=3", "mm", 3.0),
        ("POCKET", "mm", 0.0),
        ("POCKETS", "mm", 0.0),
    ],
)
def test_layers_say_how_deep(layer, unit, depth):
    said = rules.shipped().decide(layer, "CONTINUOUS", 7, "LINE", unit)
    assert (said.operation, said.depth) == ("pocket", pytest.approx(depth))


def test_a_rule_says_how_deep(tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text('version = 1\n[[rules]]\nname = "green"\ncolour = [3]\noperation = "pocket"\ndepth = "1/16in"\n')
    assert rules.load(path).decide("0", "CONTINUOUS", 3, "LINE").depth == pytest.approx(1.5875)


@pytest.mark.parametrize(
    "words", ['operation = "cut"\ndepth = 2', 'operation = "pocket"\ndepth = 0', 'operation = "pocket"\ndepth = "deep"']
)
def test_a_depth_that_makes_no_sense_is_refused(words, tmp_path):
    path = tmp_path / "rules.toml"
    path.write_text(f'version = 1\n[[rules]]\nname = "green"\n{words}\n')
    with pytest.raises(CamError) as caught:
        rules.load(path)
    assert caught.value.findings[0].code == "E303"


def pocketed(msp: Any) -> None:
    """A plate with a hole within a counterbore, a pocket with an island, a deeper one that is open to the edge."""
    rectangle(msp, 0, 0, 100, 60)
    msp.add_circle((20, 30), 4)
    msp.add_circle((20, 30), 8, dxfattribs={"layer": "POCKET_0.5"})
    rectangle(msp, 40, 20, 30, 20, layer="POCKET_0.5")
    rectangle(msp, 50, 25, 5, 5, layer="POCKET_0.5")
    rectangle(msp, 90, 20, 20, 10, layer="POCKET_1")


def test_pockets_belong_to_their_part_with_their_islands(tmp_path):
    found = parts(tmp_path, pocketed)
    (part,) = found.parts
    assert [(round(p.curve.area), len(p.holes), p.depth) for p in part.pockets] == [
        (600, 1, 0.5), (201, 0, 0.5), (200, 0, 1.0)
    ]  # fmt: skip
    assert part.pockets[0].holes[0].area == pytest.approx(-25)
    assert len(part.holes) == 1
    told = the(found, "I230")
    assert (told.where["part"], told.where["size"]) == (part.id, 1.0)
    assert "0.5, 1 mm" in told.message


def test_pockets_of_several_parts(tmp_path):
    def draw(msp: Any) -> None:
        for x in (0, 100):
            rectangle(msp, x, 0, 80, 60)
            msp.add_circle((x + 20, 20), 3 + x / 100, dxfattribs={"layer": "POCKET_1"})

    found = parts(tmp_path, draw)
    assert [round(part.pockets[0].curve.box.width, 6) for part in found.parts] == [6, 8]
    assert "I227" not in codes(found)


def test_what_is_wrong_with_pockets_is_told(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 80, 60)
        msp.add_line((5, 5), (20, 5), dxfattribs={"layer": "POCKET_1"})
        msp.add_circle((200, 200), 5, dxfattribs={"layer": "POCKET_1"})
        msp.add_circle((40, 30), 5, dxfattribs={"layer": "POCKET"})

    found = parts(tmp_path, draw)
    assert the(found, "E201").where["layer"] == "POCKET_1"
    assert the(found, "W217").where["x"] == pytest.approx(200, abs=5)
    assert the(found, "W123").where["layer"] == "POCKET"
    assert found.parts[0].pockets == ()


def test_in_inches_the_layer_speaks_of_inches(tmp_path):
    path = save(tmp_path / "inch.dxf", lambda msp: rectangle(msp, 0, 0, 4, 3), INCH)
    assert read(path).units == "in"

    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 4, 3)
        msp.add_circle((1, 1), 0.5, dxfattribs={"layer": "POCKET_.03"})

    (part,) = find(read(save(path, draw, INCH))).parts
    assert part.pockets[0].depth == pytest.approx(0.762)


def test_the_document_tells_of_them(tmp_path):
    document, _ = read_drawings([save(tmp_path / "plate.dxf", pocketed)])
    (part,) = json.loads(document.text())["drawings"][0]["parts"]
    assert [(row["depth"], len(row["outline"]), len(row["holes"])) for row in part["pockets"]] == [
        (0.5, 4, 1), (0.5, 2, 0), (1.0, 4, 0)
    ]  # fmt: skip


def test_parts_with_pockets_are_the_same_only_as_they_lie():
    def part(x: float, depth: float) -> Part:
        moved = Curve.rectangle(40, 20).moved(x, 0)
        return Part("p", moved, pockets=(Pocket(Curve.circle(x + 8, 6, 3), (), depth),))

    groups = same_shapes([part(0, 1), part(50, 1), part(100, 2), Part("q", Curve.rectangle(40, 20))])
    assert [group.members for group in groups] == [[0, 1], [2], [3]]
