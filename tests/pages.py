"""What reports draw, read back: the elements of a page, and points along a path."""

import math
import re
from html.parser import HTMLParser

import numpy as np

from camcore.report.markup import VOID


class Page(HTMLParser):
    """A page's elements; complains when they are not nested as they should be."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len({key for key, _ in attrs}) == len(attrs)
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == name]


def svg_points(data: str) -> np.ndarray:
    """Points along a path, worked out from SVG 2's appendix B.2.4: centre from the end points, radius and flags."""
    found, at, first = [], (0.0, 0.0), (0.0, 0.0)
    for letter, words in re.findall(r"([MLAZh])([^MLAZh]*)", data):
        values = [float(word) for word in words.split()]
        if letter == "A":
            found += arc_points(at, tuple(values[5:]), values[0], values[3] == 1, values[4] == 1)
            at = tuple(values[5:])
        elif letter in "ML":
            at = tuple(values)
            first = at if letter == "M" else first
        found.append(first if letter == "Z" else at)
    return np.array(found)


def arc_points(start, end, radius, large, positive) -> list[tuple[float, float]]:
    (x1, y1), (x2, y2) = start, end
    half = math.dist(start, end) / 2
    radius = max(radius, half)
    lift = math.sqrt(max(0.0, radius**2 - half**2)) * (-1 if large == positive else 1)
    ux, uy = (x2 - x1) / (2 * half), (y2 - y1) / (2 * half)
    cx, cy = (x1 + x2) / 2 - uy * lift, (y1 + y2) / 2 + ux * lift
    a1, a2 = math.atan2(y1 - cy, x1 - cx), math.atan2(y2 - cy, x2 - cx)
    sweep = (a2 - a1) % math.tau if positive else -((a1 - a2) % math.tau)
    return [
        (cx + radius * math.cos(a1 + sweep * k / 16), cy + radius * math.sin(a1 + sweep * k / 16)) for k in range(17)
    ]
