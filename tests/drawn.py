"""Drawings made for tests, written by ezdxf or by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ezdxf
import pytest

from camcore.drawing import Drawing, read
from camcore.findings import CamError, Finding
from camcore.part import Parts, find

MM, INCH, UNITLESS = 4, 1, 0

Draw = Callable[[Any], None]
"""Fills a model space."""


def save(path: Path, draw: Draw, insunits: int = MM, release: str = "R2010") -> Path:
    """DXF file of what `draw` puts into model space."""
    document = ezdxf.new(release)
    document.header["$INSUNITS"] = insunits
    draw(document.modelspace())
    document.saveas(path)
    return path


def drawing(tmp_path: Path, draw: Draw, insunits: int = MM, **options: Any) -> Drawing:
    """The drawing of what `draw` puts into model space, read back."""
    return read(save(tmp_path / "sheet.dxf", draw, insunits), **options)


def parts(tmp_path: Path, draw: Draw, tolerance: float = 0.05) -> Parts:
    """The parts of what `draw` puts into model space."""
    return find(drawing(tmp_path, draw), tolerance)


def rectangle(msp: Any, x: float, y: float, width: float, height: float, **attributes: Any) -> None:
    """Four lines."""
    corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    for a, b in zip(corners, corners[1:] + corners[:1], strict=True):
        msp.add_line(a, b, dxfattribs=attributes)


def codes(found: Any) -> list[str]:
    """Codes of findings, or of what holds some."""
    return [finding.code for finding in getattr(found, "findings", found)]


def the(found: Any, code: str) -> Finding:
    """The first finding with that code."""
    matching = [finding for finding in found.findings if finding.code == code]
    assert matching, f"no {code} among {[str(finding) for finding in found.findings]}"
    return matching[0]


def refused(path: Path, **options: Any) -> Finding:
    """The finding with which a file is refused."""
    with pytest.raises(CamError) as caught:
        read(path, **options)
    return caught.value.findings[0]


def hand_written(*entities: str, header: str = "", end: str = "0\nEOF\n") -> str:
    """Text of a DXF file with these entities, each of group codes and values line by line."""
    body = "".join(f"{entity.strip()}\n" for entity in entities)
    head = f"0\nSECTION\n2\nHEADER\n{header}0\nENDSEC\n" if header else ""
    return f"{head}0\nSECTION\n2\nENTITIES\n{body}0\nENDSEC\n{end}"


LINE = "0\nLINE\n8\n0\n10\n0.0\n20\n0.0\n11\n10.0\n21\n5.0"
