from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import ezdxf
import pytest
from drawn import INCH, LINE, MM, UNITLESS, codes, hand_written, refused, save, the
from hypothesis import given
from hypothesis import strategies as st

from camcore.drawing import load as loading
from camcore.drawing import read
from camcore.findings import CamError
from camcore.part import find


def circle(msp: Any) -> None:
    msp.add_circle((0, 0), 5)


@pytest.mark.parametrize("release", ["R12", "R2000", "R2004", "R2007", "R2010", "R2013", "R2018"])
def test_every_release_reads(tmp_path: Path, release: str) -> None:
    drawing = read(save(tmp_path / "a.dxf", circle, release=release), "mm")
    assert len(drawing.shapes) == 1
    assert drawing.findings == ()


def test_binary_reads_with_its_units(tmp_path: Path) -> None:
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = INCH
    circle(document.modelspace())
    document.saveas(tmp_path / "b.dxf", fmt="bin")
    drawing = read(tmp_path / "b.dxf")
    assert drawing.units == "in"
    assert drawing.shapes[0].curve.box.width == pytest.approx(254.0)


def test_old_mac_line_ends(tmp_path: Path) -> None:
    text = hand_written(LINE, header="9\n$INSUNITS\n70\n5\n").replace("\n", "\r")
    (tmp_path / "m.dxf").write_bytes(text.encode())
    assert read(tmp_path / "m.dxf").units == "cm"


class TestUnits:
    def test_header_scales(self, tmp_path: Path) -> None:
        drawing = read(save(tmp_path / "a.dxf", circle, INCH))
        assert (drawing.units, drawing.scale) == ("in", 25.4)

    @pytest.mark.parametrize("text", [hand_written(LINE), hand_written(LINE, header="9\n$ACADVER\n1\nAC1009\n")])
    def test_a_header_without_units_is_not_metres(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "a.dxf").write_text(text)
        drawing = read(tmp_path / "a.dxf")
        assert drawing.units is None
        assert "E103" in codes(drawing)
        assert drawing.shapes[0].curve.box.width == pytest.approx(10.0)

    def test_unitless_is_an_error_that_an_override_lifts(self, tmp_path: Path) -> None:
        path = save(tmp_path / "a.dxf", circle, UNITLESS)
        assert codes(read(path)) == ["E103"]
        assert codes(read(path, "in")) == []

    def test_an_override_against_the_header_is_told(self, tmp_path: Path) -> None:
        drawing = read(save(tmp_path / "a.dxf", circle, INCH), "mm")
        assert drawing.units == "mm"
        assert codes(drawing) == ["W113"]

    def test_units_that_no_sheet_part_is_drawn_in(self, tmp_path: Path) -> None:
        assert refused(save(tmp_path / "a.dxf", circle, 20)).code == "E104"
        assert refused(save(tmp_path / "b.dxf", circle, MM), units="furlong").code == "E104"

    @pytest.mark.parametrize(("radius", "wrong"), [(0.5, True), (5.0, False), (4_000.0, False), (6_000.0, True)])
    def test_sizes_that_are_not_plausible(self, tmp_path: Path, radius: float, wrong: bool) -> None:
        drawing = read(save(tmp_path / "a.dxf", lambda msp: msp.add_circle((0, 0), radius)))
        assert ("W130" in codes(drawing)) == wrong


class TestRefused:
    def test_missing(self, tmp_path: Path) -> None:
        assert refused(tmp_path / "none.dxf").code == "E101"

    @pytest.mark.parametrize("data", [b"", b"hello", b"\x00" * 100, b"PK\x03\x04rest", b"<svg/>", b"AC1018\x00\x00dwg"])
    def test_something_else(self, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "a.dxf").write_bytes(data)
        finding = refused(tmp_path / "a.dxf")
        assert finding.code == "E101"
        assert finding.file == "a.dxf"

    def test_broken_binary(self, tmp_path: Path) -> None:
        (tmp_path / "a.dxf").write_bytes(b"AutoCAD Binary DXF\r\n\x1a\x00" + b"\xff" * 40)
        assert refused(tmp_path / "a.dxf").code == "E101"

    def test_too_large(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(loading, "MAX_BYTES", 1000)
        assert refused(save(tmp_path / "a.dxf", circle)).code == "E105"

    def test_decimal_commas_with_their_line(self, tmp_path: Path) -> None:
        (tmp_path / "a.dxf").write_text(hand_written(LINE.replace("10.0", "10,5")))
        finding = refused(tmp_path / "a.dxf")
        assert finding.code == "E102"
        assert finding.where["line"] == 14

    def test_a_comma_in_words_is_no_decimal_comma(self, tmp_path: Path) -> None:
        text = "0\nTEXT\n8\n0\n10\n0.0\n20\n0.0\n40\n2.5\n1\n2,5"
        (tmp_path / "a.dxf").write_text(hand_written(LINE, text))
        assert "E102" not in codes(read(tmp_path / "a.dxf", "mm"))


class TestRecovered:
    def test_a_line_without_y_is_recovered_and_told(self, tmp_path: Path) -> None:
        (tmp_path / "a.dxf").write_text(hand_written("0\nLINE\n8\n0\n10\n0.0\n11\n10.0\n21\n5.0", LINE))
        drawing = read(tmp_path / "a.dxf", "mm")
        assert "W110" in codes(drawing)

    def test_guessed_numbers_are_an_error(self, tmp_path: Path) -> None:
        (tmp_path / "a.dxf").write_text(hand_written(LINE.replace("10.0", "1O.0")))
        assert "E112" in codes(read(tmp_path / "a.dxf", "mm"))

    def test_a_file_without_end_is_an_error(self, tmp_path: Path) -> None:
        whole = hand_written(LINE, end="")
        (tmp_path / "a.dxf").write_text(whole.removesuffix("0\nENDSEC\n"))
        assert "E111" in codes(read(tmp_path / "a.dxf", "mm"))
        (tmp_path / "b.dxf").write_text(whole)
        assert "E111" not in codes(read(tmp_path / "b.dxf", "mm"))


NUMBERS = ["nan", "inf", "1e308", "-1e308", "0", "-1", "1e12", "3"]
WORDS = st.sampled_from([*NUMBERS, "", "abc", "\xff", "LINE", "SPLINE", "INSERT"])
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(["put", "cut", "add"]), WORDS), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with one of each entity that is read, in R2000."""
    path = tmp_path_factory.mktemp("rich") / "rich.dxf"

    def draw(msp: Any) -> None:
        block = msp.doc.blocks.new("B")
        block.add_circle((0, 0), 2)
        block.add_arc((5, 0), 2, 10, 200)
        array = {"xscale": 2, "yscale": -3, "row_count": 2, "row_spacing": 9}
        msp.add_blockref("B", (3, 4), dxfattribs=array)
        msp.add_lwpolyline([(0, 0, 0.3), (50, 0, 0), (50, 40, -1)], format="xyb", close=True)
        msp.add_polyline2d([(0, 0), (9, 0), (9, 7)], close=True)
        msp.add_ellipse((20, 20), (8, 3), 0.4, 0.2, 5)
        msp.add_open_spline([(0, 0), (5, 9), (12, -3), (20, 4), (22, 9)])
        msp.add_line((0, 0), (7, 3))
        msp.add_point((1, 2))
        msp.add_text("words")

    return save(path, draw, release="R2000")


@given(damage=DAMAGE)
def test_damage_never_gives_a_traceback(rich: Path, damage: list[tuple[float, str, str]]) -> None:
    lines = rich.read_text().split("\n")
    first = lines.index("ENTITIES")
    for share, how, word in damage:
        place = first + int(share * (len(lines) - first - 1))
        lines[place : place + (how != "add")] = [] if how == "cut" else [word]
    path = rich.with_name("damaged.dxf")
    path.write_text("\n".join(lines), errors="surrogateescape")
    with suppress(CamError):
        drawing = read(path)
        assert sum(drawing.tally.values()) == len({shape.entity for shape in drawing.shapes})
        find(drawing)


def test_paper_space_is_told(tmp_path: Path) -> None:
    document = ezdxf.new("R2010")
    document.header["$INSUNITS"] = MM
    document.paperspace().add_line((0, 0), (200, 0))
    document.saveas(tmp_path / "a.dxf")
    finding = the(read(tmp_path / "a.dxf"), "E106")
    assert "Layout1" in finding.message
    document.modelspace().add_text("words alone")
    document.saveas(tmp_path / "a.dxf")
    assert codes(read(tmp_path / "a.dxf")) == ["I120", "I122", "E106"]
    circle(document.modelspace())
    document.saveas(tmp_path / "a.dxf")
    assert codes(read(tmp_path / "a.dxf")) == ["I120", "I122"]
