"""Rules on pockets: whether the process makes them, and what they leave below."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.dfm.model import Context, Look
from camcore.findings import Finding
from camcore.geometry.offset import parallel
from camcore.part import Pocket
from camcore.units import CUT_EDGE


def cannot_be_made(look: Look, context: Context) -> Iterator[Finding]:
    """E827: pockets on a laser, through the sheet, or narrower than the tool."""
    for pocket in look.part.pockets:
        why, size, limit = _wrong(pocket, context)
        if why:
            x, y = pocket.curve.start
            advice = "mill it, or draw it as a hole" if limit != context.width else "open it, or take a smaller tool"
            yield look.finding("E827", f"a pocket {why}", advice, x=x, y=y, size=size, limit=limit)


def _wrong(pocket: Pocket, context: Context) -> tuple[str, float, float]:
    """Why it cannot be made, what was measured and the limit; no words where it can."""
    if context.process != "mill":
        return f"of {pocket.depth:.4g} mm: a laser cuts through and leaves no even floor", pocket.depth, 0.0
    if pocket.depth >= context.thickness:
        return f"of {pocket.depth:.4g} mm goes through {context.thickness:.4g} mm", pocket.depth, context.thickness
    if not parallel(pocket.curve.ccw(), CUT_EDGE - context.width / 2).curves:
        box = pocket.curve.box
        return f"is narrower than the {context.tool}", min(box.width, box.height), context.width
    return "", 0.0, 0.0


def thin_floor(look: Look, context: Context) -> Iterator[Finding]:
    """W828: a floor so thin that it bends or breaks under the tool."""
    limit = context.limit("floor")
    for pocket in look.part.pockets if limit is not None else ():
        left = context.thickness - pocket.depth
        if limit is not None and 0 < left < limit - 1e-6:
            x, y = pocket.curve.start
            message = f"a pocket of {pocket.depth:.4g} mm leaves a floor of {left:.3g} mm"
            advice = f"leave {limit:.3g} mm, or back the sheet and go slowly"
            yield look.finding("W828", message, advice, x=x, y=y, size=left, limit=limit)
