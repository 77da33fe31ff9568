"""The picture of one part with the places of its findings marked and numbered."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from camcore.findings import Finding
from camcore.part import Part
from camcore.report.canvas import LINE, PAD, Frame, picture
from camcore.report.markup import Markup, tag
from camcore.report.sheet import part_shape
from camcore.report.svg import number, path_data

COLUMNS = 125
"""Letters in a line of words."""
MARK = 6.0
"""Radius of a mark, px."""
UNSHOWN = frozenset({"I120", "I122"})
"""Notes on what is no part of the part."""
ASIDE = 18.0
"""How far a number stands from its place, px."""


def marked_svg(part: Part, findings: Sequence[Finding]) -> str:
    """A picture that stands for itself, as the text of an SVG file: the part, marks at its places, words below.

    `findings` are those of its drawing, the worst come first; those of other parts are left out, and what was ignored
    by a rule. Numbers are those of the list below.
    """
    own = [one for one in findings if one.where.get("part", part.id) == part.id and one.code not in UNSHOWN]
    own.sort(key=lambda finding: "EWI".index(finding.code[0]))
    frame = Frame(part.box)
    words = list(_words(part, own, frame.bottom + LINE))
    return picture(
        "marked",
        f"{part.id} with {len(own)} findings",
        frame.bottom + LINE * (len(words) + 1),
        tag("g", part_shape(part), _pockets(part), transform=frame.transform),
        tag("g", *_marks(part, own, frame)),
        tag("g", *words, class_="words"),
    )


def _pockets(part: Part) -> Markup | None:
    curves = part.pocket_edges
    return tag("path", d=path_data(curves), fill_rule="evenodd", class_="pocket") if curves else None


def _spots(part: Part, finding: Finding) -> list[tuple[float, float]]:
    """All places of a finding on the part, mm, its own first."""
    where = finding.where
    if where.get("part") != part.id or not {"x", "y"} <= where.keys():
        return []
    return list(dict.fromkeys([(round(where["x"], 3), round(where["y"], 3)), *map(tuple, where.get("places", ()))]))


def _marks(part: Part, findings: Sequence[Finding], frame: Frame) -> Iterator[Markup]:
    """Rings at all places; numbers beside the first place of each finding, those at one place together."""
    numbers: dict[tuple[int, int], list[tuple[int, Finding]]] = {}
    rings = []
    for index, finding in enumerate(findings, 1):
        for first, spot in enumerate(_spots(part, finding)):
            x, y = frame.at(*spot)
            title = tag("title", str(finding))
            rings.append(tag("circle", title, cx=number(x), cy=number(y), r=MARK, class_=f"ring {finding.severity}"))
            if first == 0:
                numbers.setdefault((round(x / ASIDE), round(y / ASIDE)), []).append((index, finding))
    yield from reversed(rings)  # the worst on top
    for here in numbers.values():
        x, y = frame.at(here[0][1].where["x"], here[0][1].where["y"])
        label = ", ".join(str(index) for index, _ in here)
        yield tag("text", label, x=number(x + ASIDE / 2), y=number(y - ASIDE / 2), class_=f"n {here[0][1].severity}")


def _words(part: Part, findings: Sequence[Finding], top: float) -> Iterator[Markup]:
    box = part.box
    title = f"{part.id}  ·  {box.width:.5g} × {box.height:.5g} mm  ·  {len(findings)} findings"
    yield tag("text", title, x=PAD, y=number(top), class_="title")
    y = top
    for index, finding in enumerate(findings, 1):
        advice = f" → {finding.advice}" if finding.advice else ""
        message = finding.message.removeprefix(f"{part.id}: ")
        for k, line in enumerate(textwrap.wrap(f"{message}{advice}", COLUMNS)):
            y += LINE
            head = tag("tspan", f"{index}  {finding.code}", class_=str(finding.severity)) if k == 0 else None
            yield tag("text", head, tag("tspan", line, x=PAD + 80), x=PAD, y=number(y))
