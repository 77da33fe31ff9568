"""Characteristics that the drawing itself asks for: dimensions, callouts, notes; and what of the part they cover."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from camcore.compare.model import Feature
from camcore.drawing.callouts import Callout, counted
from camcore.drawing.dimensions import unit_of
from camcore.drawing.model import Dimension, Text
from camcore.findings import Finding
from camcore.papers.characteristic import BASIC, NOTHING, REFERENCE, Draft, Given, Kind, Scale
from camcore.papers.tolerancing import Table, general, own
from camcore.part import Part

ON = 0.02
"""A dimension that ends this near to a place, mm, measures to it."""
_REFERENCE = re.compile(r"\bREF\b|^\s*\(.*\)\s*$", re.IGNORECASE)
_TYPICAL = re.compile(r"\bTYP(ICAL)?\b|\bALL\b", re.IGNORECASE)
_TITLE_BLOCK = re.compile(
    r"^\W*(scale|drawn|drn|checked|chk|appr\w*|date|sheet|size|title|rev\w*|dwg\w*|drawing\s*(no|number)|cage"
    r"|third angle|p\s*/\s*n|part\s*(no|number|name)"
    r"|unless|dimensions? (are )?in|do not scale|proprietary|notes?:?|page)\b",
    re.IGNORECASE,
)
"""Fields of a title block; what they say is no characteristic, but tolerances are."""
_WORDS = re.compile(r"[^\W\d_]{2}")


class Drawn(NamedTuple):
    """What the drawing asks for, keys of what that covers, what does not fit the part, lines that were taken."""

    drafts: list[Draft]
    covered: set[str]
    findings: list[Finding]
    taken: set[str]


def key(feature: Feature) -> str:
    """A feature's name among what is covered."""
    return f"{feature.kind} {feature.number}"


def radius_key(mm: float, count: int) -> str:
    """Name of so many radii of a size among what is covered; count 0: all of them."""
    return f"radius {round(mm, 2):.2f} {count}"


def origin(part: Part, dimensions: Sequence[Dimension]) -> tuple[float, float, str]:
    """Datum of positions: the origin of the ordinate dimensions, else the lower left corner of the outline's box."""
    ordinates = [one for one in dimensions if one.kind == "ordinate" and one.points]
    if ordinates:
        return *ordinates[0].points[0], "the origin of the drawing's ordinate dimensions"
    return part.box.x0, part.box.y0, "the lower left corner of the part"


def from_dimensions(
    dimensions: Sequence[Dimension], part: Part, holes: Sequence[Feature], scale: Scale, mm: float
) -> Drawn:
    """A characteristic for each dimension; `mm` per unit of the drawing."""
    found = Drawn([], set(), [], set())
    x0, y0, _ = origin(part, dimensions)
    for one in dimensions:
        covers, count = _covered(one, part, holes, (x0, y0)), counted(one.words)
        if one.kind == "diameter" and count:
            covers = _of_callout(count, one.measured, _of_size(holes, one.measured, ON), found, one, part)
        if one.kind == "radius":
            found.covered.add(radius_key(one.measured, 0 if _TYPICAL.search(one.words) else max(1, count)))
        found.covered.update(covers)
        found.drafts.append(_draft(one, scale, mm, tuple(covers), max(1, count)))
    return found


def _draft(one: Dimension, scale: Scale, mm: float, covers: tuple[str, ...], count: int) -> Draft:
    unit = unit_of(one, mm)
    if one.kind == "geometric":
        given = Given(one.plus, one.minus, "dimension", "feature control frame")
        words = f"GEOMETRIC {one.words}"
        return Draft("geometric", "dimension", "Geometric", None, 0, given, 1, words, True, (one.x, one.y))
    angle = one.kind == "angle"
    nominal = one.shown if angle else (one.says or one.shown) * unit
    kinds: dict[str, Kind] = {"diameter": "diameter", "radius": "radius", "angle": "angle", "ordinate": "position"}
    kind = kinds.get(one.kind, "length")
    given = _given(one, nominal, scale)
    plain = one.words == f"{one.shown:.6g}"
    at = _pointed_at(one)
    label = {"diameter": "Diameter", "radius": "Radius", "angle": "Angle", "position": "Ordinate"}.get(kind, "Length")
    words, tells = (
        ("", False) if plain else (one.words, given.by == "dimension" and ("±" in one.words or "+" in one.words))
    )
    return Draft(kind, "dimension", label, nominal, one.decimals, given, count, words, tells, at, covers)


def _pointed_at(one: Dimension) -> tuple[float, float]:
    """Where its balloon points: the circle, the place of an ordinate, the middle of a length; else its words."""
    if not one.points:
        return one.x, one.y
    (ax, ay), (bx, by) = one.points
    return ((ax + bx) / 2, (ay + by) / 2) if one.kind == "length" else (bx, by)


def _given(one: Dimension, nominal: float, scale: Scale) -> Given:
    """Its own tolerance, else the general one. ISO 2768 has none for an angle whose sides are not known."""
    if one.basic or _REFERENCE.search(one.words):
        return BASIC if one.basic else REFERENCE
    stated = own(one.words, nominal, one.plus, one.minus, "dimension")
    if stated or (one.kind == "angle" and scale.general.angle is None):
        return stated or NOTHING
    table: Table = "angle" if one.kind == "angle" else "edge" if one.kind == "radius" else "length"
    return general(table, nominal, one.decimals, scale)


def _covered(one: Dimension, part: Part, holes: Sequence[Feature], datum: tuple[float, float]) -> list[str]:
    """What of the part a dimension measures from end to end: overall sizes, a hole's size or place from the datum."""
    if not one.points:
        return []
    if one.kind in ("diameter", "radius"):
        round_ = [hole for hole in holes if hole.form.name == "circle" and _at(hole, one.points[0])]
        return [f"{key(hole)} size" for hole in round_]
    (ax, ay), (bx, by) = one.points
    along_x, along_y = abs(one.angle) < 0.01 or abs(one.angle - 180) < 0.01, abs(one.angle - 90) < 0.01
    found = []
    for axis, is_it, ends in (("x", along_x, (ax, bx)), ("y", along_y, (ay, by))):
        low, high = (part.box.x0, part.box.x1) if axis == "x" else (part.box.y0, part.box.y1)
        if is_it and abs(min(ends) - low) < ON and abs(max(ends) - high) < ON:
            found.append(f"overall {axis}")
        from_datum = [
            p for p, q in ((one.points[1], ends[0]), (one.points[0], ends[1])) if abs(q - datum[axis == "y"]) < ON
        ]
        for point in from_datum if is_it else ():
            found += [f"{key(hole)} {axis}" for hole in holes if _at(hole, point)]
    return found


def _at(hole: Feature, point: tuple[float, float]) -> bool:
    return float(np.hypot(hole.form.x - point[0], hole.form.y - point[1])) < ON


def _of_size(holes: Sequence[Feature], size: float, slack: float) -> list[Feature]:
    """Round holes of a diameter, mm."""
    return [hole for hole in holes if hole.form.name == "circle" and abs(hole.form.length - size) <= slack]


def _of_callout(
    count: int, size: float, fits: Sequence[Feature], found: Drawn, where: Dimension | Callout, part: Part
) -> list[str]:
    """What a count speaks of, of the holes of its size; W982 where the part has another number of them."""
    free = [hole for hole in fits if f"{key(hole)} size" not in found.covered]
    if len(fits) != count:
        words = " ".join(where.words.split())
        message = f"{part.id}: “{words}” asks for {count} holes of {size:.4g} mm; the part has {len(fits)}"
        place = {"part": part.id, "x": where.x, "y": where.y, "size": len(fits), "limit": count}
        found.findings.append(Finding("W982", message, "ask which of the two holds", part.file, place))
    return [f"{key(hole)} size" for hole in free]


def from_callouts(
    callouts: Sequence[Callout], part: Part, holes: Sequence[Feature], scale: Scale, covered: set[str]
) -> Drawn:
    """Characteristics of holes that words ask for; W983 where the part has no such hole."""
    found = Drawn([], set(covered), [], set())
    for one in callouts:
        slack = 0.5 * 10.0**-one.decimals * scale.mm + ON if one.decimals else ON
        fits = _of_size(holes, one.value, slack)
        if one.kind == "diameter" and not fits:
            message = (
                f"{part.id}: “{' '.join(one.words.split())}” asks for a hole of {one.value:.4g} mm; the part has none"
            )
            place = {"part": part.id, "x": one.x, "y": one.y, "size": one.value}
            advice = "ask for the drawing of that hole, or whether the words are another part's"
            found.findings.append(Finding("W983", message, advice, part.file, place))
        if one.kind == "diameter" and fits:
            covers = _of_callout(one.count or len(fits), one.value, fits, found, one, part)
            found.covered.update(covers)
            found.drafts.append(_hole(one, scale, tuple(covers), one.count or len(fits), fits[0]))
            found.taken.add(one.words)
        elif one.kind == "radius":
            found.drafts.append(_radius(one, scale))
            found.covered.add(radius_key(one.value, 0 if _TYPICAL.search(one.words) else max(1, one.count)))
            found.taken.add(one.words)
    return found


def _hole(one: Callout, scale: Scale, covers: tuple[str, ...], count: int, first: Feature) -> Draft:
    decimals, given = _sized(one, scale, "length")
    at = first.form.x, first.form.y
    return Draft("diameter", "callout", "Diameter", one.value, decimals, given, count, "", False, at, covers)


def _radius(one: Callout, scale: Scale) -> Draft:
    decimals, given = _sized(one, scale, "edge")
    return Draft("radius", "callout", "Radius", one.value, decimals, given, max(1, one.count), at=(one.x, one.y))


def _sized(one: Callout, scale: Scale, table: Table) -> tuple[int, Given]:
    """Decimals and tolerance of a callout; a fraction is written with decimals that decide no tolerance."""
    stated = own(one.words, one.value, one.plus, one.minus, "callout")
    if "/" in one.number:
        return scale.decimals_of(one.value), stated or general(table, one.value, -1, scale)
    return one.decimals, stated or general(table, one.value, one.decimals, scale)


def from_notes(texts: Sequence[Text], taken: Iterable[str]) -> Iterator[Draft]:
    """Notes that say something of the part, line by line, but for the lines of callouts that were `taken`.

    Fields of a title block are left out, tolerances are not.
    """
    seen = {" ".join(line.split()) for line in taken}
    for text in texts:
        for line in text.words.splitlines():
            words = " ".join(line.split())
            if len(words) >= 4 and _WORDS.search(words) and not _TITLE_BLOCK.match(words) and words not in seen:
                seen.add(words)
                yield Draft("note", "note", "Note", None, 0, Given(0.0, 0.0, "reference", "verify"), 1, words, True)
