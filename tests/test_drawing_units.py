from __future__ import annotations

from pathlib import Path
from typing import Any

import ezdxf
import pytest
from drawn import INCH, MM, UNITLESS, codes, rectangle, the

from camcore.drawing import Drawing, read


def plate(*diameters: float, width: float = 100.0, height: float = 80.0) -> Any:
    def draw(msp: Any) -> None:
        rectangle(msp, 0, 0, width, height)
        for k, diameter in enumerate(diameters, 1):
            msp.add_circle((width * k / 10, height / 2), diameter / 2)

    return draw


def made(tmp_path: Path, draw: Any, insunits: int | None, measurement: int | None = None) -> Drawing:
    document = ezdxf.new()
    document.header["$INSUNITS"] = insunits or 0
    document.header["$MEASUREMENT"] = measurement or 0
    draw(document.modelspace())
    document.saveas(tmp_path / "sheet.dxf")
    if measurement is None:
        text = (tmp_path / "sheet.dxf").read_text()
        (tmp_path / "sheet.dxf").write_text(text.replace("$MEASUREMENT", "$PROJECTNAME"))
    return read(tmp_path / "sheet.dxf")


IN_INCHES = (0.125, 0.25, 0.1875)
IN_MM = (3.2, 4.5, 6.4)


@pytest.mark.parametrize(
    ("holes", "insunits", "told"),
    [
        (IN_INCHES, MM, True),
        (IN_INCHES, INCH, False),
        (IN_INCHES, UNITLESS, True),
        (IN_MM, INCH, True),
        (IN_MM, MM, False),
        (IN_MM, UNITLESS, False),
        ((3.0, 6.0, 8.0), INCH, False),
        ((3.175, 6.35), MM, False),
        ((5.1, 5.17), MM, False),
        ((0.125,), MM, False),
        ((0.201, 0.257, 0.25), MM, True),
        ((0.201, 0.258), MM, False),
        ((0.199, 0.332), INCH, False),
    ],
)
def test_holes_that_speak_for_other_units(tmp_path: Path, holes: Any, insunits: int, told: bool) -> None:
    assert ("W131" in codes(made(tmp_path, plate(*holes, width=10, height=8), insunits))) == told


def test_both_readings_are_told(tmp_path: Path) -> None:
    finding = the(made(tmp_path, plate(*IN_INCHES, width=10, height=8), MM, 0), "W131")
    assert "0.125" in finding.message
    assert "3.175" in finding.message
    assert "$MEASUREMENT" in finding.message
    assert finding.where == {"size": pytest.approx(0.125), "limit": pytest.approx(3.175)}


def test_number_and_letter_drills_are_called_by_name(tmp_path: Path) -> None:
    message = the(made(tmp_path, plate(0.201, 0.257, 0.25, width=10, height=8), MM), "W131").message
    assert "5.105 mm = #7" in message
    assert "6.528 mm = F" in message


@pytest.mark.parametrize("measurement", [None, 1])
def test_measurement_is_not_quoted_where_it_says_nothing(tmp_path: Path, measurement: int | None) -> None:
    drawing = made(tmp_path, plate(*IN_INCHES, width=10, height=8), MM, measurement)
    assert "$MEASUREMENT" not in the(drawing, "W131").message


@pytest.mark.parametrize(("measurement", "hint"), [(0, "that of inches"), (1, "that of mm"), (None, "")])
def test_unknown_units_come_with_both_readings(tmp_path: Path, measurement: int | None, hint: str) -> None:
    message = the(made(tmp_path, plate(), UNITLESS, measurement), "E103").message
    assert "100 × 80 mm" in message
    assert "2540 × 2032 mm" in message
    assert hint in message
    assert ("$MEASUREMENT" in message) == bool(hint)


@pytest.mark.parametrize(
    ("size", "insunits", "told"),
    [(2.5, MM, True), (2.6, MM, False), (0.09, INCH, True), (10_001, MM, True), (9_999, MM, False), (400, INCH, True)],
)
def test_sizes_that_no_part_has(tmp_path: Path, size: float, insunits: int, told: bool) -> None:
    drawing = made(tmp_path, plate(width=size, height=size / 2), insunits)
    assert ("W130" in codes(drawing)) == told
    if told:
        message, mm = the(drawing, "W130").message, size * (25.4 if insunits == INCH else 1)
        other = mm / 25.4 if insunits == INCH else mm * 25.4
        assert f"{mm:.4g}" in message
        assert f"{other:.4g}" in message
