"""Every finding of healing and of parts: a drawing that must bring it, and a near miss that must not."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drawn import codes, rectangle, save

from camcore.codes import CODES
from camcore.drawing import read, rules
from camcore.part import find

Draw = Callable[[Any], Any]
RULES = rules.shipped().model_copy(update={"quantities": (r"qty (?P<count>\d+)",)})


def plate(*more: Draw) -> Draw:
    return lambda msp: [rectangle(msp, 0, 0, 100, 60), *(draw(msp) for draw in more)]


def lines(*ends: tuple[float, float, float, float], **attributes: Any) -> Draw:
    return lambda msp: [msp.add_line(end[:2], end[2:], dxfattribs=attributes) for end in ends]


def poly(*points: Any, close: bool = True, **attributes: Any) -> Draw:
    return lambda msp: msp.add_lwpolyline(points, format="xyb"[: len(points[0])], close=close, dxfattribs=attributes)


def box(x: float, y: float, width: float, height: float, **attributes: Any) -> Draw:
    return poly((x, y), (x + width, y), (x + width, y + height), (x, y + height), **attributes)


def circle(x: float, y: float, radius: float, **attributes: Any) -> Draw:
    return lambda msp: msp.add_circle((x, y), radius, dxfattribs=attributes)


def words(text: str, x: float, y: float, **attributes: Any) -> Draw:
    return lambda msp: msp.add_text(text, height=3, dxfattribs={"insert": (x, y), **attributes})


def ring(count: int, radius: float = 30) -> Draw:
    angles = [2 * math.pi * k / count for k in range(count)]
    return poly(*((radius * math.cos(angle), radius * math.sin(angle)) for angle in angles))


def filled(x: float, size: float) -> Draw:
    def draw(msp: Any) -> None:
        box(x, 20, size, size)(msp)
        hatch = msp.add_hatch()
        hatch.paths.add_polyline_path([(x, 20), (x + size, 20), (x + size, 20 + size), (x, 20 + size)])

    return draw


def unclosed(gap: float) -> Draw:
    return lines((0, 0, 60, 0), (60, 0, 60, 40), (60, 40, 0, 40), (0, 40, 0, gap))


def letters(count: int, size: float) -> Draw:
    return lambda msp: [box(120 + 12 * k, 0, size, size)(msp) for k in range(count)]


def framed(*places: tuple[float, float]) -> Draw:
    """A plate of the size of a sheet of paper with words at these places."""
    return lambda msp: [box(0, 0, 420, 297)(msp), circle(50, 50, 9)(msp), *(words("A", *one)(msp) for one in places)]


def titled(*places: tuple[float, float]) -> Draw:
    block = lines((240, 0, 240, 40), (240, 40, 420, 40), (240, 20, 420, 20))
    return lambda msp: [framed(*places)(msp), block(msp), rectangle(msp, 100, 100, 80, 60)]


SAMPLES: dict[str, tuple[Draw, Draw]] = {
    "E201": (unclosed(0.06), unclosed(0.04)),
    "E202": (plate(lines((40, 0, 40, 60))), plate(lines((40, 0, 40, 60), layer="SCORE"))),
    "E203": (poly((0, 0), (60, 40), (60, 0), (0, 40)), poly((0, 0), (60, 0), (60, 40), (0, 40))),
    "E204": (plate(circle(50, 30, 5), circle(59, 30, 5)), plate(circle(50, 30, 5), circle(60.1, 30, 5))),
    "E205": (lines((0, 0, 50, 0), layer="SCORE"), plate()),
    "E206": (plate(box(0, 10, 20, 20)), plate(box(0.1, 10, 20, 20))),
    "W210": (plate(lines((5, 5, 5, 5))), plate(lines((5, 5, 5.01, 5), layer="SCORE"))),
    "W211": (plate(lines((0, 0, 100, 0))), plate(lines((0, 0.01, 100, 0.01), layer="SCORE"))),
    "W212": (unclosed(0.04), unclosed(0.0)),
    "W213": (plate(lines((100, 60, 110, 60))), plate(lines((100, 60, 110, 60), layer="SCORE"))),
    "W214": (plate(box(120, 0, 50, 0.2)), plate(box(120, 0, 50, 0.4))),
    "W215": (plate(box(0.1, 0.1, 99.8, 59.8)), plate(box(0.3, 0.3, 99.4, 59.4))),
    "W216": (plate(filled(20, 10)), lambda msp: [filled(0, 60)(msp), circle(30, 50, 5)(msp)]),
    "W217": (plate(lines((120, 5, 130, 5), layer="SCORE")), plate(lines((20, 5, 30, 5), layer="SCORE"))),
    "I218": (plate(box(120, 0, 50, 50)), plate(box(20, 10, 30, 30))),
    "W219": (plate(poly((5, 5), (25, 5))), plate(poly((5, 5), (25, 5), (15, 6)))),
    "W220": (plate(letters(4, 7)), plate(letters(3, 7))),
    "W221": (framed((200, 200)), framed((500, 200))),
    "I222": (ring(48), ring(6)),
    "W223": (lines((0, 0, 70, 0), (60, 0, 60, 40), (60, 40, 0, 40), (0, 40, 0, 0)), unclosed(0.0)),
    "W224": (plate(lines((20, 0, 50, 0))), plate(lines((20, 0, 50, 0), layer="SCORE"))),
    "I225": (plate(poly((5, 5), (25, 5), (25, 5.001), (25, 20))), plate(poly((5, 5), (25, 5), (25, 5.1), (25, 20)))),
    "W226": (plate(box(40, 50, 4, 12)), plate(box(40, 50, 4, 9))),
    "I227": (plate(box(120, 0, 60, 100)), plate(box(120, 0, 60, 101))),
    "I228": (plate(words("QTY 4", 20, 20)), plate(words("4 HOLES", 20, 20))),
    "W229": (plate(box(120, 0, 50, 50), words("QTY 4", 20, -20)), plate(words("QTY 4", 20, -20))),
    "I230": (plate(circle(20, 20, 5, layer="POCKET_1")), plate(circle(20, 20, 5, layer="POCKET"))),
    "W231": (titled((300, 10)), titled((500, 10))),
    "W232": (plate(words("PN 1", 20, 20)), plate(words("PN 1", 20, -20))),
}


def found(draw: Draw, tmp_path: Path) -> list[str]:
    return codes(find(read(save(tmp_path / "sheet.dxf", draw), rules=RULES)))


def test_every_finding_of_parts_has_both_samples() -> None:
    assert set(SAMPLES) == {code for code in CODES if code[1] == "2"}


@pytest.mark.parametrize("code", SAMPLES)
def test_the_sample_brings_it(code: str, tmp_path: Path) -> None:
    assert code in found(SAMPLES[code][0], tmp_path)


@pytest.mark.parametrize("code", SAMPLES)
def test_the_near_miss_does_not(code: str, tmp_path: Path) -> None:
    assert code not in found(SAMPLES[code][1], tmp_path)
