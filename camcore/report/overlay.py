"""The picture of two parts laid on each other, with what changed marked, numbered and told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from camcore.compare.features import edges
from camcore.compare.model import Change, Comparison, Feature
from camcore.part import Part
from camcore.report.canvas import LINE, PAD, Frame, picture
from camcore.report.figures import Figures
from camcore.report.markup import Markup, tag
from camcore.report.svg import number, path_data

RING = 9.0
"""A ring around a change is at least so large, px."""
MOST = 60
"""Changes that are told below the picture; the others are counted."""

Pair = tuple[Comparison, Part, Part]
"""A comparison with the first part and the second, carried onto it."""


def overlay_svg(pair: Pair, names: tuple[str, str], figures: Figures) -> str:
    """An SVG file of its own: the first part filled, the second as a line over it, changes ringed and numbered.

    names: of the drawings; figures: the units in which lengths are told
    """
    comparison, a, b = pair
    frame = Frame(comparison.box_a.union(comparison.box_b))
    lines = list(_told(comparison, names, figures))
    return picture(
        "overlay",
        f"{names[0]} and {names[1]}: {len(comparison.differences)} changes",
        frame.bottom + LINE * (len(lines) + 2),
        tag("g", _shape(a, "first"), _shape(b, "second"), transform=frame.transform),
        tag("g", *_rings(comparison, frame)),
        tag("g", *_words(lines, frame.bottom)),
    )


def _shape(part: Part, name: str) -> Markup:
    marks = [*part.marks, *part.pocket_edges]
    return tag(
        "g",
        tag("path", d=path_data(edges(part)), fill_rule="evenodd", class_="edge"),
        tag("path", d=path_data(marks), class_="mark") if marks else None,
        class_=name,
    )


def _rings(comparison: Comparison, frame: Frame) -> Iterator[Markup]:
    """Rings around the changed features, with arrows where one moved; a cross at the greatest deviation."""
    for index, change in enumerate(comparison.differences, 1):
        form = change.feature.form
        if change.feature.kind != "outline":
            x, y = frame.at(form.x, form.y)
            r = max(RING, 0.5 * frame.scale * max(form.length, form.width) + 4.0)
            name = change.what.split()[0]
            yield tag(
                "circle", tag("title", change.what), cx=number(x), cy=number(y), r=number(r), class_=f"ring {name}"
            )
            if index <= MOST:
                yield tag("text", index, x=number(x + 0.75 * r + 2), y=number(y - 0.75 * r - 2), class_="n")
    worst = comparison.deviation
    if worst.size > comparison.tolerance:
        x, y = frame.at(worst.x, worst.y)
        to_x, to_y = frame.at(worst.to_x, worst.to_y)
        yield tag("path", d=f"M{number(x)} {number(y)}L{number(to_x)} {number(to_y)}", class_="worst")
        yield tag("path", d=f"M{number(x - 5)} {number(y)}h10m-5 -5v10", class_="worst")


# -- words --------------------------------------------------------------------------------------------------------


def _told(comparison: Comparison, names: tuple[str, str], figures: Figures) -> Iterator[tuple[str, str]]:
    """Class and words of each line below the picture."""
    yield "title", f"{names[0]}: {comparison.a} (filled)   →   {names[1]}: {comparison.b} (line)"
    yield "", ";  ".join(summary(comparison, figures))
    changes = comparison.differences
    for index, change in enumerate(changes[:MOST], 1):
        yield "", f"{index}   {told(change, figures)}"
    if len(changes) > MOST:
        yield "", f"and {len(changes) - MOST} more"


def _words(lines: Sequence[tuple[str, str]], top: float) -> Iterator[Markup]:
    for k, (kind, words) in enumerate(lines):
        yield tag("text", words, x=PAD, y=number(top + LINE * (k + 0.5)), class_=kind or None)


def summary(comparison: Comparison, figures: Figures) -> list[str]:
    """Sizes, area and the greatest deviation, in words."""
    a, b, worst = comparison.box_a, comparison.box_b, comparison.deviation
    share = 100 * (comparison.area_b / comparison.area_a - 1) if comparison.area_a else 0.0
    first, second = figures.size(a.width, a.height), figures.size(b.width, b.height)
    sizes = first if first == second else f"{first} → {second}"
    area = f"net area {figures.area(comparison.area_a)}"
    area += f" → {figures.area(comparison.area_b)} ({share:+.3f} %)" if abs(share) >= 5e-4 else ""
    place = f" at ({figures.bare(worst.x)}, {figures.bare(worst.y)})" if worst.size > comparison.tolerance else ""
    return [sizes, area, f"greatest deviation {figures.length(worst.size)}{place}"]


def told(change: Change, figures: Figures) -> str:
    """A change in words."""
    feature, a, b = change.feature, change.a, change.b
    name = "outline" if feature.kind == "outline" else f"{feature.kind} {feature.number}"
    place = f" at ({figures.bare(feature.form.x)}, {figures.bare(feature.form.y)})"
    if a is None or b is None:
        return f"{name} {change.what}: {sized(feature, figures)}{place}"
    words = f"{name} {change.what}"
    if "moved" in change.what:
        words += f" by ({figures.bare(change.dx)}, {figures.bare(change.dy)}) {figures.units}"
    before, after = sized(a, figures), sized(b, figures)
    words += f": {before}" if before == after else f": {before} → {after}"
    off = f", off by {figures.length(change.deviation)}" if change.what == "reshaped" else ""
    return f"{words}{off}{'' if feature.kind == 'outline' else place}"


def sized(feature: Feature, figures: Figures) -> str:
    """Sizes of a feature in words."""
    form = feature.form
    deep = f", {figures.length(feature.depth)} deep" if feature.depth else ""
    if form.name == "circle":
        return f"Ø {figures.length(form.length)}{deep}"
    corner = f", corners R {figures.bare(form.corner)}" if form.corner else ""
    kind = "" if form.name == "other" else f"{form.name} "
    return f"{kind}{figures.size(form.length, form.width)}{corner}{deep}" if feature.curve else "a point"
