"""Drawing tools of the samples: what a draughtsman's CAD would write, and the same bytes each time.

Lengths are in the drawing's own unit. Layers: CUT goes through, MARK is engraved or scored, and CENTER, DIM and TITLE
hold what is there to be read and never to be cut.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import ezdxf
from ezdxf import options  # type: ignore[attr-defined]
from ezdxf.math import fit_points_to_cad_cv

Corner = tuple[float, float, float]
Vertex = tuple[float, float, float]

options.write_fixed_meta_data_for_testing = True
logging.getLogger("ezdxf").setLevel(logging.ERROR)  # R12 has no place for units: we know

LAYERS = {"CUT": 7, "MARK": 3, "CENTER": 1, "DIM": 2, "TITLE": 8}
INSUNITS = {"in": 1, "mm": 4}
TEXT_HEIGHT = {"in": 0.12, "mm": 4.0}

# Single-stroke figures on a grid of 4 × 6; each string of digit pairs is one stroke.
GLYPHS = {
    "0": ["10 30 41 45 36 16 05 01 10"],
    "1": ["10 30", "20 26 15"],
    "2": ["05 16 36 45 44 00 40"],
    "3": ["01 10 30 41 42 33 23", "33 44 45 36 16 05"],
    "4": ["30 36 02 42"],
    "5": ["01 10 30 41 42 33 03 06 46"],
    "6": ["02 13 33 42 41 30 10 01 05 16 36 45"],
    "7": ["06 46 10"],
    "8": ["13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33"],
    "9": ["01 10 30 41 45 36 16 05 04 13 33 44"],
    "L": ["06 00 40"],
    "N": ["00 06 40 46"],
}


def filleted(corners: Iterable[Corner]) -> list[Vertex]:
    """Vertices x, y, bulge of the closed polygon through `corners` x, y, r, each rounded with radius r (0: sharp)."""
    points = list(corners)
    vertices: list[Vertex] = []
    for index, (x, y, radius) in enumerate(points):
        (ax, ay, _), (bx, by, _) = points[index - 1], points[(index + 1) % len(points)]
        entry, leaving = math.atan2(y - ay, x - ax), math.atan2(by - y, bx - x)
        turn = (leaving - entry + math.pi) % (2 * math.pi) - math.pi
        reach = radius * abs(math.tan(turn / 2))
        if reach:
            start = (x - reach * math.cos(entry), y - reach * math.sin(entry))
            vertices.append((*start, math.tan(turn / 4)))
        vertices.append((x + reach * math.cos(leaving), y + reach * math.sin(leaving), 0.0))
    return vertices


def box(width: float, height: float, radius: float = 0.0, at: tuple[float, float] = (0.0, 0.0)) -> list[Vertex]:
    """Rectangle with rounded corners from its lower left corner `at`."""
    x, y = at
    return filleted([(x, y, radius), (x + width, y, radius), (x + width, y + height, radius), (x, y + height, radius)])


def slot(x: float, y: float, length: float, width: float, upright: bool = False) -> list[Vertex]:
    """Obround of overall `length` about its middle (x, y), along x or `upright`."""
    a, b = (length - width) / 2, width / 2
    if upright:
        return [(x + b, y - a, 0), (x + b, y + a, 1), (x - b, y + a, 0), (x - b, y - a, 1)]
    return [(x - a, y - b, 0), (x + a, y - b, 1), (x + a, y + b, 0), (x - a, y + b, 1)]


class Pen:
    """One drawing being made."""

    def __init__(self, unit: str, version: str = "R2010", block: Any = None) -> None:
        self.unit = unit
        self.version = version
        if block is None:
            self.doc = ezdxf.new(version, setup=["linetypes"], units=INSUNITS[unit])  # type: ignore[attr-defined]
            self.doc.header["$MEASUREMENT"] = 0 if unit == "in" else 1
            for name, color in LAYERS.items():
                self.doc.layers.add(name, color=color, linetype="CENTER" if name == "CENTER" else "Continuous")
            self.space: Any = self.doc.modelspace()
        else:
            self.doc, self.space = block.doc, block

    def block(self, name: str) -> Pen:
        """Pen that draws into a new block of this drawing."""
        return Pen(self.unit, self.version, self.doc.blocks.new(name))

    def insert(self, name: str, x: float, y: float, scale: tuple[float, float] = (1, 1), rotation: float = 0.0) -> None:
        """Reference to a block; a negative scale mirrors it."""
        attributes = {"layer": "CUT", "xscale": scale[0], "yscale": scale[1], "rotation": rotation}
        self.space.add_blockref(name, (x, y), attributes)

    # -- what is cut and marked -----------------------------------------------------------------------------------

    def chain(self, vertices: Sequence[Vertex], layer: str = "CUT", closed: bool = True) -> None:
        """Polyline with bulges: LWPOLYLINE, or the old POLYLINE in an R12 drawing."""
        add = self.space.add_polyline2d if self.version == "R12" else self.space.add_lwpolyline
        add(vertices, format="xyb", close=closed, dxfattribs={"layer": layer})

    def circle(self, x: float, y: float, diameter: float, layer: str = "CUT") -> None:
        """Full circle."""
        self.space.add_circle((x, y), diameter / 2, {"layer": layer})

    def line(self, x0: float, y0: float, x1: float, y1: float, layer: str = "CUT") -> None:
        """Straight line."""
        self.space.add_line((x0, y0), (x1, y1), {"layer": layer})

    def loose(self, vertices: Sequence[Vertex], gap: float = 0.0) -> None:
        """The closed chain as single LINEs and ARCs, neither in order nor all one way; one line stops `gap` short."""
        rows = [(*vertices[i], *vertices[(i + 1) % len(vertices)][:2]) for i in range(len(vertices))]
        for index in sorted(range(len(rows)), key=lambda i: (i * 7) % 11):
            x0, y0, bulge, x1, y1 = rows[index]
            if bulge:
                self.arc_of(x0, y0, x1, y1, bulge)
                continue
            keep = 1.0 - gap / math.dist((x0, y0), (x1, y1)) if gap else 1.0
            gap = 0.0
            ends = (x0, y0), (x0 + (x1 - x0) * keep, y0 + (y1 - y0) * keep)
            start, end = ends if index % 2 else ends[::-1]
            self.line(*start, *end)

    def arc_of(self, x0: float, y0: float, x1: float, y1: float, bulge: float) -> None:
        """ARC entity between two points."""
        lift = (1.0 - bulge * bulge) / (4.0 * bulge)
        cx, cy = (x0 + x1) / 2 - (y1 - y0) * lift, (y0 + y1) / 2 + (x1 - x0) * lift
        first, last = ((x0, y0), (x1, y1)) if bulge > 0 else ((x1, y1), (x0, y0))
        angles = [math.degrees(math.atan2(y - cy, x - cx)) % 360.0 for x, y in (first, last)]
        self.space.add_arc((cx, cy), math.dist((x0, y0), (cx, cy)), *angles, dxfattribs={"layer": "CUT"})

    def ellipse(self, x: float, y: float, major: tuple[float, float], ratio: float, start: float = 0.0) -> None:
        """Ellipse or, from parameter `start` to a full turn, an elliptic arc; `major` is the half axis as a vector."""
        self.space.add_ellipse((x, y), (*major, 0), ratio, start, math.tau, {"layer": "CUT"})

    def spline(self, points: Sequence[tuple[float, float]], tangent: tuple[float, float]) -> None:
        """Smooth closed cubic spline through `points`, leaving the first and coming back to it along `tangent`."""
        closed = [(x, y, 0.0) for x, y in [*points, points[0]]]
        curve = fit_points_to_cad_cv(closed, tangents=[tangent, tangent])
        self.space.add_spline(dxfattribs={"layer": "CUT"}).apply_construction_tool(curve)

    def figures(self, text: str, x: float, y: float, height: float) -> None:
        """Single-stroke figures on layer MARK, centred about (x, y)."""
        step, unit = height * 0.95, height / 6
        left = x - step * (len(text) - 1) / 2 - 2 * unit
        for index, character in enumerate(text):
            for stroke in GLYPHS[character]:
                grid = [(int(pair[0]), int(pair[1])) for pair in stroke.split()]
                points = [(left + index * step + u * unit, y + (v - 3) * unit, 0.0) for u, v in grid]
                self.chain(points, "MARK", closed=False)

    # -- what is only read ----------------------------------------------------------------------------------------

    def centre(self, x: float, y: float, reach: float) -> None:
        """Centre lines of a hole."""
        self.line(x - reach, y, x + reach, y, "CENTER")
        self.line(x, y - reach, x, y + reach, "CENTER")

    def dimension(self, start: tuple[float, float], end: tuple[float, float], offset: float, text: str) -> None:
        """DIMENSION entity with its picture, aligned with start–end and `offset` to the left of that direction."""
        (x0, y0), (x1, y1) = start, end
        length = math.dist(start, end)
        nx, ny = -(y1 - y0) / length * offset, (x1 - x0) / length * offset
        height = TEXT_HEIGHT[self.unit]
        picture = self.doc.blocks.new_anonymous_block("D")
        for x, y in (start, end):
            picture.add_line((x, y), (x + nx, y + ny), {"layer": "DIM"})
        picture.add_line((x0 + nx, y0 + ny), (x1 + nx, y1 + ny), {"layer": "DIM"})
        gap = 1.0 + height / 2 / offset
        middle = ((x0 + x1) / 2 + nx * gap, (y0 + y1) / 2 + ny * gap)
        angle = math.degrees(math.atan2(y1 - y0, x1 - x0))
        picture.add_text(text, height=height, rotation=angle, dxfattribs={"layer": "DIM", "insert": middle})
        points = {"defpoint": (x1 + nx, y1 + ny), "defpoint2": start, "defpoint3": end, "text_midpoint": middle}
        attributes = {"layer": "DIM", "geometry": picture.name, "dimtype": 1, "text": text, "angle": angle, **points}
        self.space.new_entity("DIMENSION", attributes)

    def note(self, text: str, x: float, y: float, height: float, layer: str = "TITLE") -> None:
        """Text that a person reads."""
        self.space.add_text(text, height=height, dxfattribs={"layer": layer, "insert": (x, y)})

    def title(self, x: float, y: float, height: float, lines: Sequence[str]) -> None:
        """Title block with its frame, from its upper left corner (x, y)."""
        width, depth = height * 0.95 * max(map(len, lines)), height * 1.8 * len(lines)
        self.chain(box(width + 2 * height, depth + height, at=(x, y - depth - height)), "TITLE")
        for row, text in enumerate(lines, 1):
            self.note(text, x + height, y - height * 1.8 * row, height)

    def save(self, path: Path) -> None:
        """Write the drawing as ASCII DXF."""
        self.doc.classes.add_required_classes(self.doc.dxfversion)
        by_name = sorted(self.doc.classes.classes.items())  # ezdxf walks a set here, in another order each run
        self.doc.classes.classes = dict(by_name)
        self.doc.saveas(path)
