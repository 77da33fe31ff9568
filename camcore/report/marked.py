"""The picture of one part with the places of its findings marked and numbered."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from importlib import resources

from camcore.findings import Finding
from camcore.geometry import Box
from camcore.part import Part
from camcore.report.markup import Markup, tag
from camcore.report.sheet import part_shape
from camcore.report.svg import number, path_data

WIDTH, HEIGHT = 960.0, 560.0
"""Room for the part, px."""
PAD = 40.0
"""Room around it, px."""
LINE = 19.0
"""Height of a line of words, px."""
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
    style = (resources.files("camcore.report") / "marked.css").read_text("utf-8")
    box = part.box
    scale = min(WIDTH / max(box.width, 1e-9), HEIGHT / max(box.height, 1e-9))
    frame = _Frame(box, scale)
    words = list(_words(part, own, frame.height + 2 * PAD + LINE))
    height = frame.height + 2 * PAD + LINE * (len(words) + 1)
    picture = tag(
        "svg",
        tag("style", Markup(style)),
        tag("rect", class_="paper", width=number(WIDTH + 2 * PAD), height=number(height)),
        tag("g", part_shape(part), _pockets(part), transform=frame.transform),
        tag("g", *_marks(part, own, frame)),
        tag("g", *words, class_="words"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(WIDTH + 2 * PAD)} {number(height)}",
        class_="marked",
        role="img",
        aria_label=f"{part.id} with {len(own)} findings",
    )
    return f"{picture}\n"


class _Frame:
    """Where the part's millimetres come to lie in the picture; y of the part points up."""

    def __init__(self, box: Box, scale: float) -> None:
        self.scale, self.height = scale, box.height * scale
        self.x0 = PAD + (WIDTH - box.width * scale) / 2 - box.x0 * scale
        self.y0 = PAD + box.y1 * scale

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a point in mm."""
        return self.x0 + self.scale * x, self.y0 - self.scale * y

    @property
    def transform(self) -> str:
        """The same for a group that holds geometry."""
        scale = f"{self.scale:.6g}"
        return f"matrix({scale} 0 0 -{scale} {number(self.x0)} {number(self.y0)})"


def _pockets(part: Part) -> Markup | None:
    curves = [curve for pocket in part.pockets for curve in (pocket.curve, *pocket.holes)]
    return tag("path", d=path_data(curves), fill_rule="evenodd", class_="pocket") if curves else None


def _spots(part: Part, finding: Finding) -> list[tuple[float, float]]:
    """All places of a finding on the part, mm, its own first."""
    where = finding.where
    if where.get("part") != part.id or not {"x", "y"} <= where.keys():
        return []
    return list(dict.fromkeys([(round(where["x"], 3), round(where["y"], 3)), *map(tuple, where.get("places", ()))]))


def _marks(part: Part, findings: Sequence[Finding], frame: _Frame) -> Iterator[Markup]:
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
