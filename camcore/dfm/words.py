"""Rules on what the drawing says in words."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from camcore.dfm import edges
from camcore.dfm.model import Context, Look
from camcore.drawing.model import Text
from camcore.drawing.tolerances import stated
from camcore.findings import Finding

_THICKNESS = re.compile(r"\b(thk|thick(ness)?)\b", re.IGNORECASE)


def tolerances(context: Context) -> Iterator[tuple[float, Text]]:
    """± tolerances of lengths in the drawing's words and dimensions, mm, with the words that say them."""
    for text in context.texts:
        for give in stated(text.words, context.scale):
            yield give.half, text
    for one in context.dimensions:
        if one.kind != "angle" and one.plus + one.minus > 0:
            yield (one.plus + one.minus) / 2, Text(one.words, one.x, one.y, one.layer)


def closer_than_the_process(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W830: a stated tolerance closer than the process keeps without extra work."""
    limit = context.limit("tolerance")
    found = [(value, text) for value, text in tolerances(context) if not _THICKNESS.search(text.words)]
    if limit is not None and found:
        value, text = min(found, key=lambda each: each[0])
        if value < limit - 1e-6:
            message = f"± {value:.3g} mm is closer than ± {limit:.3g} mm, which a {context.process} keeps"
            advice = "ask which features need it, and price the extra pass and inspection"
            yield _said("W830", message, advice, text, size=value, limit=limit)


def closer_than_the_stock(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W831: a stated tolerance of the thickness closer than the sheet's own."""
    rows = context.limits.thickness_rows(context.material)
    found = [(value, text) for value, text in tolerances(context) if _THICKNESS.search(text.words)]
    if not rows or not found:
        return
    nominal, give = min(rows, key=lambda row: (abs(row[0] - context.thickness), row[1]))
    value, text = min(found, key=lambda each: each[0])
    if abs(nominal - context.thickness) <= 0.1 * context.thickness and value < give - 1e-6:
        message = f"± {value:.3g} mm of thickness is closer than the sheet's own ± {give:.3g} mm"
        yield _said("W831", message, "ask for the trade's tolerance, or price sanding and sorting", text, value, give)


def moves_with_moisture(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W832: holes far apart and a close tolerance, in a material that grows with moisture."""
    tight, far = context.limit("moist-tolerance"), context.limit("moist-distance")
    found = list(tolerances(context))
    if tight is None or far is None or not found:
        return
    value, text = min(found, key=lambda each: each[0])
    apart = max((_widest(look) for look in looks), default=0.0)
    if value < tight - 1e-6 and apart > far:
        message = (
            f"holes {apart:.4g} mm apart with ± {value:.3g} mm: the material grows with moisture by more than that"
        )
        yield _said("W832", message, "agree on humidity when measuring, or on slots", text, size=value, limit=tight)


def _widest(look: Look) -> float:
    spots = np.array([(spot.x, spot.y) for spot in look.rounds]).reshape(-1, 2)
    low, high = (spots.min(axis=0), spots.max(axis=0)) if len(spots) else (0.0, 0.0)
    return float(np.hypot(*np.broadcast_to(high - low, 2)))


def beyond_flat_cutting(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W833: threads, countersinks, bends and the like in the words of the drawing; with the tables that make them."""
    made = edges.tables(context.words, looks, context.scale)
    ask = "quote it as an operation of its own, or leave it out"
    advice = f"put into the part's table: work = [{', '.join(made)}]" if made else ask
    yield from _matching(context, "flat", "W833", "names work beyond flat cutting", advice)


def export_controlled(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """W834: the words of an export-control legend, and the order does not say how it is controlled."""
    if not context.export:
        yield from _matching(
            context,
            "export",
            "W834",
            "has the words of an export-control legend",
            "ask the customer which regime applies, and flag the order before the file goes further",
        )


def first_article(looks: tuple[Look, ...], context: Context) -> Iterator[Finding]:
    """E835: an order with first-article inspection, whose drawing names no part number or no revision."""
    if not context.fai:
        return
    for name, title in (("number", "part number"), ("revision", "revision")):
        pattern = re.compile(context.limits.words[name].pattern, re.IGNORECASE)
        if not any(pattern.search(text.words) for text in context.words):
            message = f"the drawing names no {title}, and the order asks for first-article inspection"
            yield Finding("E835", message, f"ask for the {title}: the report has to state it (AS9102)")


def _matching(context: Context, name: str, code: str, message: str, advice: str) -> Iterator[Finding]:
    pattern = re.compile(context.limits.words[name].pattern, re.IGNORECASE)
    found = [text for text in context.words if pattern.search(text.words)]
    if found:
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        words = " ".join(found[0].words.split())
        quoted = words if len(words) <= 60 else words[:57] + "..."
        yield _said(code, f"“{quoted}”{more}: the drawing {message}", advice, found[0])


def _said(code: str, message: str, advice: str, text: Text, size: float = 0.0, limit: float = 0.0) -> Finding:
    where = {"x": round(text.x, 3), "y": round(text.y, 3)}
    measured = {"size": round(size, 4), "limit": round(limit, 4)} if limit else {}
    return Finding(code, message, advice, where=where | measured)
