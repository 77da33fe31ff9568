"""Which tolerance holds for a size: its own, else its callout's, the title block's by decimals, a class of ISO 2768."""

from __future__ import annotations

from bisect import bisect_left
from typing import Literal

from camcore.drawing.tolerances import Tolerance, has_fit, placed_fit
from camcore.papers.characteristic import NOTHING, By, Given, Scale

CLASSES = ("f", "m", "c", "v")
"""Classes of ISO 2768-1: fine, medium, coarse, very coarse."""
LENGTHS: tuple[tuple[float, tuple[float | None, ...]], ...] = (
    (3, (0.05, 0.1, 0.2, None)),
    (6, (0.05, 0.1, 0.3, 0.5)),
    (30, (0.1, 0.2, 0.5, 1.0)),
    (120, (0.15, 0.3, 0.8, 1.5)),
    (400, (0.2, 0.5, 1.2, 2.5)),
    (1000, (0.3, 0.8, 2.0, 4.0)),
    (2000, (0.5, 1.2, 3.0, 6.0)),
    (4000, (None, 2.0, 4.0, 8.0)),
)
"""ISO 2768-1:1989, table 1: linear sizes above the range before (the first: from 0.5 mm), ± mm by class."""
EDGES: tuple[tuple[float, tuple[float | None, ...]], ...] = (
    (3, (0.2, 0.2, 0.4, 0.4)),
    (6, (0.5, 0.5, 1.0, 1.0)),
    (float("inf"), (1.0, 1.0, 2.0, 2.0)),
)
"""ISO 2768-1:1989, table 2: external radii and heights of chamfers, ± mm by class."""
ANGLES: tuple[tuple[float, tuple[float | None, ...]], ...] = (
    (10, (1.0, 1.0, 1.5, 3.0)),
    (50, (0.5, 0.5, 1.0, 2.0)),
    (120, (1 / 3, 1 / 3, 0.5, 1.0)),
    (400, (1 / 6, 1 / 6, 0.25, 0.5)),
    (float("inf"), (1 / 12, 1 / 12, 1 / 6, 1 / 3)),
)
"""ISO 2768-1:1989, table 3: angles by the length of their shorter side, mm; ± degrees by class."""
LEAST = 0.5
"""Below this, mm, the standard asks for a tolerance at the size itself."""

Table = Literal["length", "edge", "angle"]
_TABLES = {"length": (LENGTHS, "1"), "edge": (EDGES, "2"), "angle": (ANGLES, "3")}


def iso_2768(iso: str, table: Table, size: float) -> float | None:
    """± mm, or degrees, of a class for a size, mm (of angles the shorter side); None where the standard has none."""
    rows, _ = _TABLES[table]
    if size < LEAST:
        return None
    k = bisect_left([limit for limit, _ in rows], size - 1e-9)
    return rows[k][1][CLASSES.index(iso)] if k < len(rows) else None


def general(table: Table, size: float, decimals: int, scale: Scale, model: bool = False) -> Given:
    """The tolerance of a size that has none of its own; `size` as `iso_2768` takes it.

    Of a size of the `model`, whose decimals nobody wrote, the row of most decimals up to its own holds.
    """
    said = scale.general
    if table == "angle":
        if said.angle is not None:
            return Given(said.angle, said.angle, "title block", f"angles: “{said.said[-2]}”")
    elif (count := _row(said.places, decimals, model)) is not None:
        give = said.places[count]
        return Given(give.plus, give.minus, "title block", f".{'X' * count}: “{said.said[count]}”")
    elif said.every is not None:
        return Given(said.every.plus, said.every.minus, "title block", f"“{said.said[-1]}”")
    iso = said.iso or scale.iso
    value = iso_2768(iso, table, size) if iso else None
    if iso is None or value is None:
        return NOTHING
    named = f"the drawing names it: “{said.said[-3]}”" if said.iso else "given with the order"
    return Given(value, value, "ISO 2768", f"ISO 2768-1:1989 class {iso}, table {_TABLES[table][1]}; {named}")


def _row(places: dict[int, Tolerance], decimals: int, model: bool) -> int | None:
    if decimals in places or not model:
        return decimals if decimals in places else None
    return max((count for count in places if count <= decimals), default=min(places, default=None))


def own(words: str, nominal: float, plus: float, minus: float, by: By) -> Given | None:
    """The tolerance at the size itself; None where there is none, NOTHING for a fit whose zone is not known here."""
    said = f"{'at the dimension' if by == 'dimension' else 'in the callout'}: “{' '.join(words.split())}”"
    if has_fit(words):
        zone = placed_fit(words, nominal)
        return Given(zone.plus, zone.minus, by, f"{said}, ISO 286-1") if zone else NOTHING
    return Given(plus, minus, by, said) if plus or minus else None
