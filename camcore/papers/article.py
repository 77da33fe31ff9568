"""The first article of a part: its characteristics, numbered, with requirement, limits and where each comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from camcore.compare.features import features
from camcore.dfm.limits import shipped
from camcore.drawing.callouts import Callout, callouts, general
from camcore.drawing.model import Dimension, Drawing
from camcore.findings import Finding
from camcore.geometry import Box
from camcore.material.model import Material
from camcore.papers import drawn
from camcore.papers.characteristic import BASIC, NOTHING, Characteristic, Draft, Given, Scale
from camcore.papers.modelled import Modeller
from camcore.papers.tolerancing import general as held
from camcore.papers.tolerancing import own
from camcore.part import Part, same_shapes

ZONES = "ABCDEFGH"
"""Rows of the reference grid, from below; columns are numbers from the left."""
COLUMNS, ROWS = 8, 4


@dataclass(frozen=True, slots=True)
class Order:
    """What the order says: material, thickness (mm, 0 where it says none), class of ISO 2768 for what is left open."""

    material: Material | None = None
    thickness: float = 0.0
    iso: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Article:
    """A part with its characteristics; datum: origin of the positions, mm, and what it is in words."""

    part: Part
    scale: Scale
    datum: tuple[float, float]
    datum_words: str
    characteristics: tuple[Characteristic, ...]
    findings: tuple[Finding, ...]


def article(part: Part, drawing: Drawing, parts: Sequence[Part], order: Order) -> Article:
    """The first article of one of a drawing's `parts`; dimensions and callouts go to the part nearest to them.

    Those of a copy go to the first of its shape.
    """
    first_of = firsts(parts)
    near = [(one, first_of[_nearest(one, parts).id]) for one in drawing.dimensions]
    dimensions = [one for one, name in near if name == first_of.get(part.id, part.id)]
    said = [
        one
        for one in callouts(drawing.texts, drawing.scale)
        if one.kind == "thickness" or first_of[_nearest(one, parts).id] == first_of.get(part.id, part.id)
    ]
    unit: Literal["mm", "in"] = "in" if drawing.units in ("in", "ft", "mil") else "mm"
    scale = Scale(unit, 3 if unit == "in" else 2, general(drawing.texts, drawing.scale), order.iso)
    holes = [feature for feature in features(part) if feature.kind == "hole"]
    first = drawn.from_dimensions(dimensions, part, holes, scale, drawing.scale)
    second = drawn.from_callouts(said, part, holes, scale, first.covered)
    x0, y0, words = drawn.origin(part, dimensions)
    rest = Modeller(part, features(part), scale, (x0, y0), second.covered).drafts()
    thick = _thickness(said, order, scale)
    drafts = [*first.drafts, *second.drafts, *thick, *rest, *drawn.from_notes(drawing.texts, second.taken)]
    rows = _numbered([_anchored(draft, part) for draft in drafts], scale, part.box)
    found = (*first.findings, *second.findings, *_open(rows, part))
    return Article(part, scale, (x0, y0), words, tuple(rows), found)


def _nearest(one: Dimension | Callout, parts: Sequence[Part]) -> Part:
    """The part on which a dimension ends, else the one that its words stand nearest to."""
    spots = [*getattr(one, "points", ()), (one.x, one.y)]
    return min(parts, key=lambda part: min(round(_off(part.box, spot), 3) for spot in spots))


def _off(box: Box, spot: tuple[float, float]) -> float:
    x, y = spot
    return max(box.x0 - x, x - box.x1, 0.0) + max(box.y0 - y, y - box.y1, 0.0)


def firsts(parts: Sequence[Part]) -> dict[str, str]:
    """Id of each part → id of the first that is the same, moved or turned.

    One that is turned over is another part, and so is each that has marks or drill points, which are not compared.
    """
    found = {}
    for group in same_shapes(parts):
        first: dict[bool, str] = {}
        for member, pose in zip(group.members, group.poses, strict=True):
            part = parts[member]
            alone = part.marks or part.drills
            found[part.id] = part.id if alone else first.setdefault(pose.mirror, part.id)
    return found


def _thickness(said: Sequence[Callout], order: Order, scale: Scale) -> list[Draft]:
    """The thickness: as the drawing words it, else as ordered; with the drawing's tolerance, else that of the sheet."""
    callout = next((one for one in said if one.kind == "thickness"), None)
    if callout is None and not order.thickness:
        return []
    mm = callout.value if callout else order.thickness
    decimals = callout.decimals if callout else scale.decimals_of(mm)
    stated = own(callout.words, mm, callout.plus, callout.minus, "callout") if callout else None
    given = stated or _of_sheet(order.material, mm) or held("length", mm, decimals, scale, model=callout is None)
    return [Draft("thickness", "callout" if callout else "order", "Thickness", mm, decimals, given)]


def _of_sheet(material: Material | None, mm: float) -> Given | None:
    """The tolerance of the material's sheets of that thickness, within a tenth; None where no table is known."""
    book = shipped()
    rows = book.thickness_rows(material) if material else ()
    if not rows or material is None:
        return None
    nominal, give = min(rows, key=lambda row: (abs(row[0] - mm), row[1]))
    if abs(nominal - mm) > 0.1 * mm:
        return None
    sources = sorted({book.sources[table.source] for table in book.thickness if _lists(table.rows, nominal)})
    return Given(give, give, "material", f"{material.title}, sheets of {nominal:.4g} mm: {'; '.join(sources[:1])}")


def _lists(rows: Sequence[tuple[float, float]], mm: float) -> bool:
    return any(abs(row[0] * unit - mm) < 1e-6 for row in rows for unit in (1.0, 25.4))


def _anchored(draft: Draft, part: Part) -> Draft:
    """The draft with a place on the part where its own is none: a dimension's words may stand far off."""
    if draft.at is None:
        return draft
    box, (x, y) = part.box, draft.at
    return replace(draft, at=(min(max(x, box.x0), box.x1), min(max(y, box.y0), box.y1)))


# -- numbers and words --------------------------------------------------------------------------------------------


def _numbered(drafts: Sequence[Draft], scale: Scale, box: Box) -> list[Characteristic]:
    balloons: dict[str, int] = {}
    for k, draft in enumerate(drafts):
        balloons.setdefault(draft.group or f"#{k}", len(balloons) + 1)
    sizes = {name: sum((draft.group or f"#{k}") == name for k, draft in enumerate(drafts)) for name in balloons}
    seen: dict[str, int] = {}
    found = []
    for k, draft in enumerate(drafts):
        name = draft.group or f"#{k}"
        seen[name] = seen.get(name, 0) + 1
        number = f"{balloons[name]}.{seen[name]}" if sizes[name] > 1 else str(balloons[name])
        low, high = _limits(draft, scale)
        found.append(
            Characteristic(number, balloons[name], _zone(draft, box), requirement(draft, scale), low, high, draft)
        )
    return found


def _zone(draft: Draft, box: Box) -> str:
    """Field of the reference grid over the part, such as B3; a dash for what has no place."""
    if draft.at is None:
        return "–"
    column = min(int((draft.at[0] - box.x0) / max(box.width, 1e-9) * COLUMNS), COLUMNS - 1)
    row = min(int((draft.at[1] - box.y0) / max(box.height, 1e-9) * ROWS), ROWS - 1)
    return f"{ZONES[row]}{column + 1}"


def _limits(draft: Draft, scale: Scale) -> tuple[float | None, float | None]:
    """Least and greatest value in the drawing's units, or degrees; None where nothing limits it."""
    if draft.nominal is None or draft.given.by in ("none", "reference"):
        return None, None
    unit = 1.0 if draft.kind == "angle" else scale.mm
    low, high = (draft.nominal - draft.given.minus) / unit, (draft.nominal + draft.given.plus) / unit
    return round(low, 6) + 0.0, round(high, 6) + 0.0


_SIGNS = {"diameter": "Ø", "radius": "R"}


def requirement(draft: Draft, scale: Scale) -> str:
    """What stands in field 8: label, count, nominal and tolerance, in the drawing's units."""
    give = _give(draft, scale)
    if draft.nominal is None:
        return f"{draft.words} {give}".strip() if not draft.tells else draft.words
    count = f"{draft.count}X " if draft.count > 1 else ""
    if draft.words:
        return f"{draft.label} {draft.words}" if draft.tells else f"{draft.label} {draft.words} {give}".strip()
    angle = draft.kind == "angle"
    number = f"{draft.nominal:.{draft.decimals}f}°" if angle else scale.number(draft.nominal, draft.decimals)
    return f"{draft.label} {count}{_SIGNS.get(draft.kind, '')}{number} {give}".strip()


def _give(draft: Draft, scale: Scale) -> str:
    given = draft.given
    if given.by == "reference":
        return "" if draft.nominal is None else "BASIC" if given is BASIC else "REF"
    if given.by == "none":
        return ""
    angle = draft.kind == "angle"
    plus, minus = (_short(abs(value), scale, angle, draft.decimals) for value in (given.plus, given.minus))
    sign = "°" if angle else ""
    if given.plus == given.minus:
        return f"±{plus}{sign}"
    return f"{'-' if given.plus < 0 else '+'}{plus}/{'+' if given.minus < 0 else '-'}{minus}{sign}"


def _short(value: float, scale: Scale, angle: bool, decimals: int) -> str:
    """A tolerance with as many decimals as the size, more where it needs them."""
    number = value if angle else value / scale.mm
    needed = next((d for d in range(7) if abs(round(number, d) - number) < 5e-7), 6)
    most = 4 if scale.unit == "in" else 3
    places = min(max(needed, 0 if angle else min(decimals, most)), max(most, min(needed, most + 1)))
    return f"{number:.{places}f}" if angle else scale.plain(number, places)


def _open(rows: Sequence[Characteristic], part: Part) -> list[Finding]:
    """W981 for sizes for which no tolerance is known; W984 for a part whose thickness nothing says."""
    without = [row for row in rows if row.draft.given == NOTHING and row.draft.kind != "note"]
    found = []
    if without:
        first = ", ".join(row.number for row in without[:8]) + (" …" if len(without) > 8 else "")
        message = f"{part.id}: no tolerance is known for {len(without)} of {len(rows)} characteristics: {first}"
        advice = "ask for the drawing's general tolerance, or say --general iso2768-m where that was agreed"
        found.append(Finding("W981", message, advice, part.file, {"part": part.id, "size": len(without)}))
    if not any(row.draft.kind == "thickness" for row in rows):
        message = f"{part.id}: neither the drawing nor the order says how thick it is"
        found.append(Finding("W984", message, "say --thickness", part.file, {"part": part.id}))
    return found
