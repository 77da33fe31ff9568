"""Parts held against all rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from camcore import material as materials
from camcore.dfm import limits
from camcore.dfm.model import Context, Look, Process, Round
from camcore.dfm.rules import RULES
from camcore.drawing.model import Drawing
from camcore.findings import CamError, Finding
from camcore.geometry.necks import necks
from camcore.part import Part, Parts

TOOL = 3.175
"""Diameter of the end mill that is taken where none is named, mm: 1/8 in, the usual router bit."""
_ROUND = 1e-3
"""A hole this near to a circle, mm, is round."""


@dataclass(frozen=True, slots=True)
class Own:
    """A shop's own files: limits, and materials."""

    limits: Path | None = None
    materials: Path | None = None


def context(material: str, thickness: float, process: Process, tool: float | None = None, own: Own = Own()) -> Context:
    """What a review needs to know: the library's word on the material, a tool (mill), a shop's own figures.

    Raises CamError: E330 unknown material, E333 thickness or tool that is no size, or a laser given a tool; E301 to
    E303 for limits that cannot be read.
    """
    for name, value in (("thickness", thickness), ("tool", tool)):
        if value is not None and not 0 < value < 1e4:
            raise CamError(Finding("E333", f"{name} {value:g} mm is not a size", f"give the {name} in mm"))
    if process == "laser" and tool is not None:
        raise CamError(Finding("E333", "a laser has no tool", "leave --tool out; the kerf comes from the library"))
    entry = materials.load(material, own.materials)
    rule = entry.spacing["mill" if process == "mill" else f"laser-{entry.entry.form}"]
    return Context(
        material=entry,
        thickness=thickness,
        process=process,
        width=(tool or TOOL) if process == "mill" else _kerf(entry, thickness),
        limits=limits.load(own.limits),
        sheets=entry.entry.sheets.sizes if entry.entry.sheets else (),
        margin=rule.margin.value,
    )


def _kerf(entry: materials.Material, thickness: float) -> float:
    """Kerf, mm, of the material's laser family; where there is none, the part is refused by a rule."""
    family = entry.laser
    if family is None or family.kerf_base is None or family.kerf_slope is None:
        return 0.2
    return family.kerf_base.value + family.kerf_slope.value * thickness


def of_drawing(context: Context, drawing: Drawing) -> Context:
    """The context with a drawing's words, dimensions and unit."""
    return replace(context, texts=drawing.texts, dimensions=drawing.dimensions, scale=drawing.scale)


def review(parts: Parts | Part | Iterable[Part], context: Context) -> tuple[Finding, ...]:
    """What stands against making the parts so; findings that `parts` bring along come first."""
    brought = parts.findings if isinstance(parts, Parts) else ()
    own = parts.parts if isinstance(parts, Parts) else (parts,) if isinstance(parts, Part) else tuple(parts)
    looks = tuple(look(part, context) for part in own)
    found = (finding for rule in RULES for finding in rule.check(looks, context)) if looks else ()
    return (*brought, *(replace(finding, file=finding.file or own[0].file) for finding in found))


def look(part: Part, context: Context) -> Look:
    """A part made ready for the rules: its round holes, and necks up to the widest limit that asks for them."""
    plain = Look.plain(part)
    rounds = tuple(
        Round(number, circle[0], circle[1], 2 * circle[2])
        for number, curve in enumerate(plain.curves)
        if number and (circle := curve.as_circle(_ROUND))
    )
    within = max(context.limit(name) or 0.0 for name in ("web", "slot"))
    return replace(plain, rounds=rounds, necks=tuple(necks(plain.curves, within)))
