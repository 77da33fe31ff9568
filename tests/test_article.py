"""Characteristics of first articles: what the drawing asks for first, then what of the part is left; and tolerances."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import DATA
from drawn import INCH, MM, codes, rectangle, save

from camcore import material
from camcore.compare.features import features
from camcore.drawing import read
from camcore.findings import CamError
from camcore.papers.article import Article, Order, article, firsts
from camcore.papers.characteristic import Characteristic
from camcore.papers.tolerancing import ANGLES, CLASSES, EDGES, LENGTHS, iso_2768
from camcore.part import find

FILES = sorted((DATA / "dxf").glob("*.dxf"))


def made(tmp_path: Path, draw: Any, insunits: int = MM, **order: Any) -> Article:
    sheet = read(save(tmp_path / "sheet.dxf", draw, insunits))
    parts = find(sheet).parts
    return article(parts[0], sheet, parts, Order(**{"thickness": 3.175, **order}))


def told(found: Article) -> list[str]:
    return [row.requirement for row in found.characteristics]


def the(found: Article, words: str) -> Characteristic:
    matching = [row for row in found.characteristics if words in row.requirement]
    assert len(matching) == 1, told(found)
    return matching[0]


def plate(msp: Any) -> None:
    rectangle(msp, 0, 0, 100, 60)
    for x, y in ((10, 10), (90, 10), (10, 50), (90, 50)):
        msp.add_circle((x, y), 2.5)
    msp.add_circle((50, 30), 8)


def note(msp: Any, *lines: str) -> None:
    for k, line in enumerate(lines):
        msp.add_text(line, dxfattribs={"layer": "NOTES", "insert": (0, -30 - 5 * k), "height": 2})


# -- what is asked for --------------------------------------------------------------------------------------------


def test_an_undimensioned_part_is_told_whole(tmp_path):
    found = made(tmp_path, plate, iso="m")
    assert told(found)[:3] == ["Thickness 3.175 ±0.100", "Overall in X 100.00 ±0.30", "Overall in Y 60.00 ±0.30"]
    assert sorted(told(found)[3:5]) == ["Diameter 4X Ø5.00 ±0.10", "Diameter Ø16.00 ±0.20"]
    places = [row for row in found.characteristics if row.draft.kind == "position"]
    assert len(places) == 10
    assert {row.number.partition(".")[2] for row in places} == {"1", "2"}
    assert found.datum_words == "the lower left corner of the part"


def test_dimensions_come_first_and_cover_what_they_measure(tmp_path):
    def draw(msp: Any) -> None:
        plate(msp)
        give = {"dimtol": 1, "dimtp": 0.2, "dimtm": 0.1}
        msp.add_linear_dim((0, -10), (0, 0), (100, 0), dimstyle="Standard", override=give).render()
        msp.add_linear_dim((0, 70), (0, 60), (10, 50), dimstyle="Standard").render()
        msp.add_diameter_dim((50, 30), radius=8, angle=30, text="%%c16 H7", dimstyle="Standard").render()
        msp.add_diameter_dim((90, 50), radius=2.5, angle=30, text="4X %%c5", dimstyle="Standard").render()
        msp.add_linear_dim((-10, 0), (0, 0), (0, 60), angle=90, text="(60)", dimstyle="Standard").render()

    found = made(tmp_path, draw, iso="m")
    rows = found.characteristics[:5]
    assert [(row.number, row.requirement) for row in rows] == [
        ("1", "Length 100 +0.2/-0.1"),
        ("2", "Length 10 ±0.2"),
        ("3", "Diameter Ø16 H7 +0.018/-0"),
        ("4", "Diameter 4X Ø5 ±0.1"),
        ("5", "Length (60) REF"),
    ]
    assert [(row.lower, row.upper) for row in rows[:2]] == [(99.9, 100.2), (9.8, 10.2)]
    assert rows[4].lower is None
    labels = [row.draft.label for row in found.characteristics[5:]]
    assert "Overall in X" not in labels
    assert "Overall in Y" not in labels
    assert "Diameter" not in labels
    assert labels.count("Position X") == 4  # of five holes one is dimensioned from the datum
    assert labels.count("Position Y") == 5


def test_ordinates_give_the_datum(tmp_path):
    def draw(msp: Any) -> None:
        plate(msp)
        msp.add_ordinate_x_dim((40, 20), (0, -60), origin=(50, 30), dimstyle="Standard").render()

    found = made(tmp_path, draw)
    assert found.datum == (50, 30)
    assert sorted({line for line in told(found) if "Position X" in line}) == [
        "Position X -40.00",
        "Position X 0.00",
        "Position X 40.00",
    ]
    assert "ordinate" in found.datum_words


def test_callouts_cover_the_holes_of_their_size(tmp_path):
    def draw(msp: Any) -> None:
        plate(msp)
        note(msp, "4X Ø5 +0.1/-0.0 THRU", "MATL: FR4 3.2 THK", "BREAK ALL EDGES")

    found = made(tmp_path, draw, iso="f")
    row = the(found, "Diameter 4X Ø5 +0.1/-0")
    assert (row.lower, row.upper, row.draft.given.by, len(row.draft.features)) == (5.0, 5.1, "callout", 4)
    assert the(found, "Thickness 3.2").draft.origin == "callout"
    assert [row.requirement for row in found.characteristics if row.draft.kind == "note"] == [
        "MATL: FR4 3.2 THK",
        "BREAK ALL EDGES",
    ]
    assert found.findings == ()


def test_words_that_do_not_fit_the_part_are_told(tmp_path):
    def draw(msp: Any) -> None:
        plate(msp)
        note(msp, "5X Ø5", "2X Ø7")

    found = made(tmp_path, draw, iso="m")
    assert codes(found) == ["W982", "W983"]
    assert "5 holes of 5 mm; the part has 4" in found.findings[0].message


def test_basic_sizes_fits_and_zones_beside_the_nominal(tmp_path):
    def draw(msp: Any) -> None:
        plate(msp)
        for k, override in enumerate(({"dimgap": -0.6}, {"dimtol": 1, "dimtp": 0.3, "dimtm": -0.1})):
            msp.add_linear_dim((0, -10 - 5 * k), (0, 0), (100, 0), dimstyle="Standard", override=override).render()
        msp.add_diameter_dim((50, 30), radius=8, angle=30, text="%%c16 F8", dimstyle="Standard").render()

    found = made(tmp_path, draw, iso="m")
    rows = found.characteristics[:3]
    assert [row.requirement for row in rows] == ["Length 100 BASIC", "Length 100 +0.3/+0.1", "Diameter Ø16 F8"]
    assert [(row.lower, row.upper) for row in rows] == [(None, None), (100.1, 100.3), (None, None)]
    assert codes(found) == ["W981"]


def test_radii_that_are_asked_for_are_not_told_again(tmp_path):
    def draw(msp: Any, *lines: str) -> None:
        q = 0.41421356237
        corners = [(5, 0, 0), (95, 0, q), (100, 5, 0), (100, 55, q), (95, 60, 0), (2, 60, q), (0, 58, 0), (0, 5, q)]
        msp.add_lwpolyline(corners, format="xyb", close=True)
        msp.add_radius_dim((2, 58), radius=2, angle=135, dimstyle="Standard").render()
        note(msp, *lines)

    def radii(*lines: str) -> list[str]:
        found = made(tmp_path, lambda msp: draw(msp, *lines), iso="m")
        return [row.requirement for row in found.characteristics if row.draft.kind == "radius"]

    assert radii() == ["Radius R2 ±0.2", "Radius 3X R5.00 ±0.50"]
    assert radii("3X R5") == ["Radius R2 ±0.2", "Radius 3X R5 ±0.5"]
    assert radii("R5 TYP") == ["Radius R2 ±0.2", "Radius R5 ±0.5"]
    assert radii("2X R5")[1:] == ["Radius 2X R5 ±0.5", "Radius 3X R5.00 ±0.50"]


def test_fractions_are_written_with_decimals(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 4, 2)
        msp.add_circle((1, 1), 0.125)
        note(msp, "1/4 DIA", ".XXX ±.005")

    row = the(made(tmp_path, draw, INCH), "Diameter")
    assert (row.requirement, row.draft.given.by) == ("Diameter Ø.250", "none")


def test_slots_chamfers_radii_and_profiles(tmp_path):
    def draw(msp: Any) -> None:
        corners = [(0, 0, 0), (95, 0, 0), (100, 5, 0), (100, 50, 0.41421356237), (90, 60, 0), (0, 40, 0)]
        msp.add_lwpolyline(corners, format="xyb", close=True)
        msp.add_lwpolyline([(30, 20, 0), (45, 20, 1), (45, 26, 0), (30, 26, 1)], format="xyb", close=True)
        msp.add_lwpolyline([(60, 20), (72, 20), (68, 30)], close=True)

    found = made(tmp_path, draw, iso="m")
    words = told(found)
    for each in ("Slot length 21.00", "Slot width 6.00", "Chamfer at 45° 5.00 ±0.50", "Radius R10.00 ±1.00", "profile"):
        assert any(each in line for line in words), words
    angles = [row for row in found.characteristics if row.draft.kind == "angle"]
    assert {round(row.draft.nominal, 1) for row in angles} >= {102.5}
    cutout = next(row for row in found.characteristics if "Cutout" in row.requirement)
    assert len(cutout.draft.features) == 1


# -- tolerances ---------------------------------------------------------------------------------------------------


def test_the_order_of_tolerances(tmp_path):
    """Its own, the callout's, the title block's by decimals, ISO 2768: the first that speaks holds."""

    def draw(msp: Any, *lines: str) -> None:
        plate(msp)
        note(msp, *lines)
        own = {"dimtol": 1, "dimtp": 0.05, "dimtm": 0.05, "dimdec": 2, "dimzin": 0}
        msp.add_linear_dim((0, -10), (0, 0), (100, 0), dimstyle="Standard", override=own).render()
        msp.add_linear_dim(
            (0, -20), (10, 10), (90, 10), dimstyle="Standard", override={"dimdec": 1, "dimzin": 0}
        ).render()

    def by(*lines: str, **order: Any) -> list[str]:
        found = made(tmp_path, lambda msp: draw(msp, *lines), **order)
        return [the(found, words).draft.given.by for words in ("Length 100.00", "Length 80.0", "Diameter Ø16")]

    assert by() == ["dimension", "none", "none"]
    assert by(iso="m") == ["dimension", "ISO 2768", "ISO 2768"]
    assert by("ISO 2768-f") == ["dimension", "ISO 2768", "ISO 2768"]
    assert by("X.X ±0.3", iso="m") == ["dimension", "title block", "title block"]
    assert by("X.XX ±0.1", iso="m") == ["dimension", "ISO 2768", "title block"]
    assert by("Ø16 ±0.02", "X.X ±0.3") == ["dimension", "title block", "callout"]


def test_the_drawings_class_goes_before_the_orders(tmp_path):
    def draw(msp: Any) -> None:
        plate(msp)
        note(msp, "GENERAL TOLERANCES ISO 2768-f")

    found = made(tmp_path, draw, iso="c")
    assert the(found, "Overall in X").requirement == "Overall in X 100.00 ±0.15"
    assert "class f" in the(found, "Overall in X").draft.given.source


def test_nothing_known_is_told(tmp_path):
    found = made(tmp_path, plate, thickness=0.0)
    assert codes(found) == ["W981", "W984"]
    assert the(found, "Overall in X").requirement == "Overall in X 100.00"


def test_inch_drawings_ask_in_inches(tmp_path):
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, 4, 2)
        msp.add_circle((1, 1), 0.125)
        msp.add_circle((3, 1), 0.07475)
        note(msp, ".XX ±.01 .XXX ±.005")

    found = made(tmp_path, draw, INCH)
    assert the(found, "Overall in X").requirement == "Overall in X 4.000 ±.005"
    assert the(found, "Ø.250").requirement == "Diameter Ø.250 ±.005"
    assert (the(found, "Ø.1495").lower, the(found, "Ø.1495").upper) == (0.1445, 0.1545)
    assert the(found, "Thickness").requirement == "Thickness .125 ±.005"


def test_the_thickness_has_the_tolerance_of_its_sheet(tmp_path):
    row = the(made(tmp_path, plate, material=material.load("phenolic-xx"), iso="m"), "Thickness")
    assert (row.draft.given.by, row.draft.given.plus) == ("material", pytest.approx(0.2032))


def test_iso_2768_is_the_standards_table():
    assert [iso_2768("m", "length", size) for size in (0.4, 0.5, 3, 3.1, 30, 31, 400, 2001, 5000)] == [
        None, 0.1, 0.1, 0.1, 0.2, 0.3, 0.5, 2.0, None
    ]  # fmt: skip
    assert (iso_2768("v", "length", 2), iso_2768("f", "length", 3000)) == (None, None)
    assert iso_2768("c", "edge", 7) == 2.0
    assert iso_2768("m", "angle", 60) == pytest.approx(1 / 3)
    for table in (LENGTHS, EDGES, ANGLES):
        assert all(len(row) == len(CLASSES) for _, row in table)
        for _, row in table:
            known = [value for value in row if value is not None]
            assert known == sorted(known)


def test_dimensions_go_to_the_part_that_they_measure(tmp_path):
    """Those of a copy go to the first of its shape; those of another part do not."""

    def draw(msp: Any) -> None:
        for x in (0, 200):
            rectangle(msp, x, 0, 100, 60)
        rectangle(msp, 400, 0, 80, 20)
        msp.add_linear_dim((200, -10), (200, 0), (300, 0), dimstyle="Standard").render()
        msp.add_linear_dim((400, -10), (400, 0), (480, 0), dimstyle="Standard").render()

    sheet = read(save(tmp_path / "sheet.dxf", draw))
    parts = find(sheet).parts
    assert firsts(parts) == {"sheet": "sheet", "sheet#2": "sheet", "sheet#3": "sheet#3"}
    asked = [
        [
            row.draft.nominal
            for row in article(p, sheet, parts, Order()).characteristics
            if row.draft.origin == "dimension"
        ]
        for p in parts
    ]
    assert asked == [[100], [100], [80]]


# -- the whole ----------------------------------------------------------------------------------------------------


def covered(found: Article) -> list[str]:
    names = [name for row in found.characteristics for name in row.draft.features if name.endswith(" size")]
    return sorted(name.removesuffix(" size") for name in names if name.startswith("hole"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:30])
def test_each_hole_of_a_real_part_has_one_size_and_its_place(path):
    try:
        sheet = read(path, "mm")
    except CamError:
        pytest.skip("cannot be read")
    parts = find(sheet).parts
    for part in parts[:3]:
        found = article(part, sheet, parts, Order(thickness=3.0, iso="m"))
        holes = [feature for feature in features(part) if feature.kind == "hole"]
        assert covered(found) == sorted(f"hole {hole.number}" for hole in holes)
        numbers = [row.number for row in found.characteristics]
        assert len(set(numbers)) == len(numbers)
        balloons = {row.balloon for row in found.characteristics}
        assert balloons == set(range(1, len(balloons) + 1))
        placed = {name for row in found.characteristics for name in row.draft.features}
        for hole in holes:
            if hole.form.name != "other":
                assert {f"hole {hole.number} x", f"hole {hole.number} y"} <= placed
