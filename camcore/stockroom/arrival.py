"""What comes in: fields that make no sense are refused here, and remnants inherit from their sheet."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from camcore.findings import CamError, Finding
from camcore.geometry import Curve
from camcore.stockroom.model import Arrival, Kind, Piece, curve_of
from camcore.stockroom.outline import Rule, placed, size_of
from camcore.units import MAX_COST, MAX_THICKNESS

MAX_TEXT = 200
"""No field is longer, characters."""
TEXTS = ("material", "grade", "manufacturer", "lot", "certificate", "place")
"""Fields of plain text."""
PAPERS = ("grade", "manufacturer", "lot", "certificate", "certificate_sha256", "cost", "received")
"""Fields that can be corrected when a piece is in the stock; others are what it is."""
_SHA256 = re.compile(r"[0-9a-f]{64}")


def refuse_wrong(arrivals: Sequence[Arrival]) -> None:
    """Raise CamError with a finding E927 for each field that makes no sense, or E928 for an outline."""
    found = dict.fromkeys(problem for each in arrivals for problem in _wrong(each))
    if found:
        raise CamError(Finding("E927", f"{name}: {said}", "correct it", where={"key": name}) for name, said in found)
    for each in arrivals:
        _refuse_unplaced(each)


def refuse_wrong_papers(values: Mapping[str, Any]) -> None:
    """Raise CamError with a finding E927 for each value that makes no sense, or where there is none."""
    found = [
        Finding("E927", f"{name}: {said}", "correct it", where={"key": name}) for name, said in _wrong_papers(values)
    ]
    if found or not values:
        raise CamError(found or Finding("E927", "nothing is said", "say what is to change"))


def _wrong(what: Arrival) -> Iterator[tuple[str, str]]:
    yield from _wrong_papers({name: getattr(what, name) for name in (*PAPERS, "place")})
    if not what.material.strip():
        yield "material", "is missing"
    if _bad_text(what.material):
        yield "material", f"{what.material!r:.60} is no text of one line"
    if not 0.0 < what.thickness <= MAX_THICKNESS:
        yield "thickness", f"{what.thickness:g} mm is not more than 0 and at most {MAX_THICKNESS:g} mm"
    if what.grain not in (None, "x", "y"):
        yield "grain", f"{what.grain!r} is not x or y"


def _wrong_papers(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Name, and what is wrong, of each of these fields that makes no sense; None always does."""
    for name, value in values.items():
        if value is None:
            continue
        if name in TEXTS and _bad_text(value):
            yield name, f"{value!r:.60} is no text of one line and at most {MAX_TEXT} characters"
        elif name == "cost" and not 0.0 <= value <= MAX_COST:
            yield name, f"{value:g} is not between 0 and {MAX_COST:g}"
        elif name == "received" and not is_day(value):
            yield name, f"{value!r:.60} is no date such as 2026-11-22"
        elif name == "certificate_sha256" and not _SHA256.fullmatch(value):
            yield name, "is not the SHA-256 of a file in 64 hexadecimal digits"


def _bad_text(text: str) -> bool:
    return not text.strip() or len(text) > MAX_TEXT or not text.isprintable()


def is_day(text: str) -> bool:
    """Whether a text is a date as 2026-11-22."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _refuse_unplaced(what: Arrival) -> None:
    """Raise CamError E928 where outline and holes are not as `placed` leaves them."""
    try:
        outline, holes = curve_of(what.outline), [curve_of(hole) for hole in what.holes]
    except ValueError as error:
        raise CamError(Finding("E928", str(error), "give rows of x, y, bulge")) from None
    box = outline.box
    if placed(outline, holes) and math.hypot(box.x0, box.y0) > 1e-6:
        raise CamError(Finding("E928", "its lower left corner is not at (0, 0)", "move it there"))


def rest(parent: Piece, outline: Curve, holes: Sequence[Curve], rule: Rule, place: str | None = None) -> Arrival | str:
    """What comes back of a piece as a remnant, in the parent's coordinates, or why it is too small to be kept.

    Lot, certificate, grade and grain go on; its cost is the share of the parent's that its area is, times `rule.worth`.
    """
    shape = placed(outline, holes)
    why = rule.against(*shape)
    if why is not None:
        return why
    was, cost = parent.what, parent.what.cost
    if cost is not None:
        share = size_of(*shape).area / size_of(was.outline, was.holes).area
        cost = round(cost * min(1.0, share) * rule.worth, 2)
    shaped = replace(was, kind=Kind.REMNANT, outline=shape[0], holes=shape[1])
    return replace(shaped, cost=cost, place=place, parent=parent.id)
