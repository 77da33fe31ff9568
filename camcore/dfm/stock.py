"""Rules on the sheet: whether it can be had, and which way its grain runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from camcore.dfm.model import Context, Look
from camcore.findings import Finding


def unusual_thickness(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W805: no usual thickness of the material is near."""
    rows = context.limits.thickness_rows(context.material)
    film = context.material.entry.thicknesses
    usual = dict(rows) | (dict.fromkeys(film.values, 0.0) if film else {})
    share = context.limit("thickness-off")
    if not usual or share is None or context.thickness > max(usual) * (1 + share):
        return
    nearest = min(usual, key=lambda nominal: abs(nominal - context.thickness))
    off = abs(nearest - context.thickness)
    limit = max(share * context.thickness, usual[nearest])
    if off > limit:
        title = context.material.title
        yield Finding(
            "W805",
            f"{context.thickness:.4g} mm is no usual thickness of {title}; the nearest is {nearest:.4g} mm",
            "ask whether that will do, or for price and delivery of the other",
            where={"size": context.thickness, "limit": round(nearest, 4)},
        )


def grain_not_stated(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W806: the grade has a grain, some part is not round, and neither drawing nor order says how it runs."""
    pattern = context.limits.words["grain"].pattern
    stated = context.grain or any(re.search(pattern, text.words, re.IGNORECASE) for text in context.words)
    directed = [look for look in looks if not look.part.outline.as_circle(1e-3)]
    if context.material.entry.grain and directed and not stated:
        look = directed[0]
        yield Finding(
            "W806",
            f"{context.material.title} is stronger along its grain, and nothing says how it runs in the part",
            "ask for the direction, or for leave to turn the parts; locked grain costs yield",
            look.part.file,
            {"part": look.part.id},
        )
