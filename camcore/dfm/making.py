"""Rules on the process: what it does to the material, and how it holds the part."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.dfm import hull
from camcore.dfm.model import Context, Look
from camcore.dfm.size import too_small
from camcore.findings import Finding
from camcore.geometry import arcs


def must_not_be_cut(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """E821: the library forbids the process for the material or thickness, or knows no way."""
    material, title = context.material, context.material.title
    family = material.laser if context.process == "laser" else material.mill
    if family is None:
        yield Finding("E821", f"the library knows no way to {_verb(context)} {title}", "take the other process, or ask")
    laser = material.laser if context.process == "laser" else None
    if laser and laser.policy.value == "ban":
        yield Finding("E821", f"{title} must not be cut by laser: {laser.why}", "mill it, or take another material")
    elif laser and laser.max_thickness and context.thickness > laser.max_thickness.value:
        yield Finding(
            "E821",
            f"{title} of {context.thickness:.4g} mm is too thick for the laser: {laser.why}",
            "mill it, or take a thinner sheet",
            where={"size": context.thickness, "limit": laser.max_thickness.value},
        )


def _verb(context: Context) -> str:
    return "mill" if context.process == "mill" else "laser cut"


def is_marred(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W822: the laser damages the material's edge."""
    family = context.material.laser if context.process == "laser" else None
    if family and family.policy.value == "warn":
        advice = "mill it, or have shop and customer agree"
        yield Finding("W822", f"{context.material.title} by laser: {family.why}", advice)


def edge_look(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """I823: what the laser's edge looks like, where it is not simply clean."""
    family = context.material.laser if context.process == "laser" else None
    if family and family.policy.value == "allow" and family.why != "clean edge":
        yield Finding("I823", f"{context.material.title} by laser: {family.why}", "tell the customer before the order")


def many_pierces(look: Look, context: Context) -> Iterator[Finding]:
    """W824: so many contours that piercing takes most of the time."""
    limit, count = context.limit("pierces"), len(look.curves)
    if limit is not None and count > limit:
        x, y = look.part.box.centre
        message = f"{count} contours to pierce in one part"
        advice = "price it by time and not by area; perforated stock or a punch may be cheaper"
        yield look.finding("W824", message, advice, x=x, y=y, size=float(count), limit=limit)


def vacuum_does_not_hold(look: Look, context: Context) -> Iterator[Finding]:
    """I825: so small that it needs tabs, an onion skin or tape beside the vacuum."""
    area, side = context.limit("vacuum-area"), context.limit("vacuum-side")
    if area is None or side is None or too_small(look, context):
        return
    size, own = hull.narrowest(hull.hull(look.part.outline)), look.part.area
    if own >= area and size.short >= side:
        return
    x, y = look.part.box.centre
    few, limit, unit = (own, area, "mm²") if own < area else (size.short, side, "mm")
    yield look.finding(
        "I825",
        f"vacuum alone does not hold it: {few:.4g} {unit}, {limit:.4g} {unit} would do",
        "plan tabs, an onion skin or tape, and the time to take them off",
        x=x,
        y=y,
        size=few,
        limit=limit,
    )


def no_room_for_tabs(look: Look, context: Context) -> Iterator[Finding]:
    """W826: no straight edge, and no arc as wide and gentle, on which a holding tab could stand."""
    need = context.limit("tab-straight")
    if need is None:
        return
    rows = look.part.outline.segments
    gentle = arcs.centre_form(rows).radius >= need / 2
    longest = float(arcs.lengths(rows)[gentle].max(initial=0.0))
    if longest < need:
        x, y = look.part.box.centre
        yield look.finding(
            "W826",
            f"no edge is straight for {need:.3g} mm, which a holding tab needs; the longest is {longest:.3g} mm",
            "hold it by an onion skin or tape, or let a tab stand on a curve",
            x=x,
            y=y,
            size=longest,
            limit=need,
        )
