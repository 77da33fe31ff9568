"""Rules on round holes: their size for the sheet, and the drills that make them."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.dfm.model import Context, Look, Round
from camcore.dfm.webs import places
from camcore.findings import Finding
from camcore.material.drills import nearest
from camcore.units import CUT_EDGE


def small_hole(look: Look, context: Context) -> Iterator[Finding]:
    """E820, W814, W813: below the smallest hole; deeper than so many diameters; small for the thickness."""
    least, depth, share = (context.limit(name) for name in ("hole", "hole-depth", "hole-thickness"))
    for size, spots in _by_size(look):
        ratio = context.thickness / size
        several = f"{len(spots)} holes" if len(spots) > 1 else "a hole"
        where = {"x": spots[0].x, "y": spots[0].y, "places": places(spots)}
        if least is not None and size < least - CUT_EDGE:
            advice = f"ask for {least:.4g} mm or more"
            yield look.finding("E820", f"{several} of {size:.4g} mm", advice, **where, size=size, limit=least)
        elif depth is not None and ratio > depth:
            message = f"{several} of {size:.4g} mm in {context.thickness:.4g} mm: {ratio:.1f} times as deep as wide"
            advice = "the drill wanders and may break: open the hole, or expect pecking and a loose position"
            yield look.finding("W814", message, advice, **where, size=ratio, limit=depth)
        elif share is not None and size < share - CUT_EDGE:
            message = f"{several} of {size:.4g} mm in {context.thickness:.4g} mm of {context.material.title}"
            advice = f"ask for {share:.4g} mm or more; smaller holes cost time and lose their size"
            yield look.finding("W813", message, advice, **where, size=size, limit=share)


def no_standard_drill(look: Look, context: Context) -> Iterator[Finding]:
    """I815: a hole that would be drilled, but for which there is no standard drill."""
    largest, off = context.limit("drill-largest"), context.limit("drill-off")
    if largest is None or off is None:
        return
    for size, spots in _by_size(look):
        drill = nearest(size)
        if size <= largest and abs(drill.size - size) > off:
            several = f"{len(spots)} holes" if len(spots) > 1 else "a hole"
            yield look.finding(
                "I815",
                f"{several} of {size:.4g} mm: no standard drill; the nearest is {drill.name} ({drill.size:.4g} mm)",
                f"ask whether {drill.size:.4g} mm will do, or mill the hole",
                x=spots[0].x,
                y=spots[0].y,
                size=size,
                limit=drill.size,
                places=places(spots),
            )


def _by_size(look: Look) -> list[tuple[float, list[Round]]]:
    """Diameters, mm, rounded to 1e-3, each with its holes; smallest first."""
    sizes: dict[float, list[Round]] = {}
    for spot in look.rounds:
        sizes.setdefault(round(spot.diameter, 3), []).append(spot)
    return sorted(sizes.items())
