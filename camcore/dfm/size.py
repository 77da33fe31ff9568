"""Rules on the size of parts."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.dfm import hull
from camcore.dfm.model import Context, Look
from camcore.findings import Finding
from camcore.units import CUT_EDGE


def larger_than_the_sheet(look: Look, context: Context) -> Iterator[Finding]:
    """E801: fits no usual sheet less its margins, turned by quarters, or freely where the material has no grain."""
    points = hull.hull(look.part.outline)
    turned = not context.material.entry.grain
    free = [(a - 2 * context.margin, b - 2 * context.margin) for a, b in context.sheets]
    if free and not any(hull.fits(points, *size, turned) for size in free):
        box, largest = look.part.box, max(free, key=lambda size: size[0] * size[1])
        x, y = box.centre
        yield look.finding(
            "E801",
            f"{box.width:.5g} × {box.height:.5g} mm fit on no usual sheet; the largest leaves "
            f"{largest[0]:.5g} × {largest[1]:.5g} mm within its margins",
            "split the part, or ask for a larger sheet",
            x=x,
            y=y,
            size=max(box.width, box.height),
            limit=max(largest),
        )


def smaller_than_the_process_likes(look: Look, context: Context) -> Iterator[Finding]:
    """W803: a side shorter than what the process holds and finds again."""
    few = too_small(look, context)
    if few:
        x, y = look.part.box.centre
        side, size, limit = few
        message = f"its {side} side is {size:.4g} mm; a {context.process} holds {limit:.4g} mm without special care"
        advice = "leave it in a carrier or on tape" + (", or cut it by laser" if context.process == "mill" else "")
        yield look.finding("W803", message, advice, x=x, y=y, size=size, limit=limit)


def too_small(look: Look, context: Context) -> tuple[str, float, float] | None:
    """Which side of the narrowest rectangle is too short, its length and the limit, mm; None where neither is."""
    size = hull.narrowest(hull.hull(look.part.outline))
    for name, length, limit in (
        ("shorter", size.short, context.limit("part-short")),
        ("longer", size.long, context.limit("part-long")),
    ):
        if limit is not None and length < limit - CUT_EDGE:
            return name, length, limit
    return None


def long_and_narrow(look: Look, context: Context) -> Iterator[Finding]:
    """W804: so much longer than wide that it warps, or moves while it is cut."""
    size, limit = hull.narrowest(hull.hull(look.part.outline)), context.limit("aspect")
    if limit is not None and size.long > limit * size.short:
        x, y = look.part.box.centre
        yield look.finding(
            "W804",
            f"{size.long:.4g} × {size.short:.4g} mm is {size.long / size.short:.1f} times as long as wide",
            "expect it to bow; agree on flatness, or split it",
            x=x,
            y=y,
            size=size.long / size.short,
            limit=limit,
        )


def wastes_its_rectangle(look: Look, context: Context) -> Iterator[Finding]:
    """I807: its outline fills little of the smallest rectangle around it."""
    outline = look.part.outline
    share, limit = abs(outline.area) / hull.smallest_rectangle(hull.hull(outline)), context.limit("yield")
    if limit is not None and share < limit:
        x, y = look.part.box.centre
        yield look.finding(
            "I807",
            f"the outline fills {share:.0%} of its smallest rectangle: by itself it nests badly",
            "quote it from a nest and not from its rectangle; pieces that reach into each other may save much",
            x=x,
            y=y,
            size=share,
            limit=limit,
        )
