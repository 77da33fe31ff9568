"""Shapes: the polygons that nesting works on, which contain the true parts, and the ways each may be turned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from camcore.findings import CamError, Finding
from camcore.geometry import Box, Curve, Pose, arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.outer import outer_polygon, simplified_outward
from camcore.nesting.convex import Pieces, convex_pieces
from camcore.nesting.model import Demand
from camcore.part import Part

COARSE = 0.001
"""Arcs of a shape stand off by this share of √area: 50 edges and 0.1 % of area for a disc."""
FINE = 0.0001
"""The same where there is only one shape, whose regions cost nothing: 160 edges and 0.01 % of area for a disc."""
SLACK = 1e-4
"""Shapes are this much smaller, mm, than spacing asks for, so that an exact fit stays a slit in a no-fit region
instead of vanishing; two parts then keep the spacing less 2e-4 mm, well inside the promised 1e-3 mm."""
ROUGH, MANY_REGIONS = 0.002, 2000
"""The same where there are so many regions to build that the time for them would be missed in the search."""
ENOUGH = 24
"""Rings of no more vertices are not simplified: their regions are quick enough."""
MITRE = 1.05
"""Grown corners reach this many times the growth: sharp enough to add few edges, round enough to waste little."""
FREE_STEPS = 16
"""A part that may lie at any angle is tried at this many, from one at which its longest edge lies square."""
SAME_SHAPE = 1e-5
"""Two stances whose areas differ by less than this share are one."""
SAME_CENTRE = 1e-6
"""Circles are concentric when their centres are nearer than this, mm."""


@dataclass(frozen=True, slots=True, eq=False)
class Stance:
    """A shape at one allowed rotation (degrees) and mirror; `box` holds the true part at position (0, 0), mm."""

    shape: int
    rotation: float
    mirror: bool
    box: Box

    @property
    def matrix(self) -> Floats:
        """The 2 × 2 map from the part's own coordinates."""
        return Pose(0.0, 0.0, self.rotation, self.mirror).matrix


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """What nesting knows of a part.

    polygon: shapely polygon that contains the true part, less holes that nothing demanded fits into
    body: convex pieces of it grown by half the spacing; two parts keep the spacing when their bodies do not overlap
    plain: convex pieces of it as it is; it keeps the margin when it stays off the sheet's forbidden region
    """

    part: Part
    demand: Demand
    polygon: Any
    body: Pieces
    plain: Pieces
    stances: tuple[Stance, ...]

    @property
    def area(self) -> float:
        """Area of the containing polygon, mm²."""
        return float(self.polygon.area)


def shapes(
    demands: Sequence[Demand], spacing: float, slack: float = SLACK, share: float | None = None
) -> tuple[Shape, ...]:
    """Shapes of all demands, in their order, `slack` mm smaller than true.

    Their polygons stand off by `share` of √area, or as the count of regions to be built allows.

    Raises CamError E403 for an outline that crosses itself.
    """
    near = _share(demands) if share is None else share
    whole = [_outer(demand.part, near) for demand in demands]
    sides = [_sides(polygon) for polygon in whole] if any(polygon.interiors for polygon in whole) else []
    filled = [_without_useless_holes(polygon, sides, spacing) for polygon in whole]
    pairs = enumerate(zip(demands, filled, strict=True))
    return tuple(_shape(index, demand, polygon, spacing, slack) for index, (demand, polygon) in pairs)


def _share(demands: Sequence[Demand]) -> float:
    """Tolerance of the polygons, as a share of √area: the more regions there will be, the coarser."""
    if len(demands) == 1:
        return FINE
    turns = max(len(_angles(demand)) * (1 + demand.mirror) for demand in demands)
    return COARSE if len(demands) ** 2 * turns / 2 < MANY_REGIONS else ROUGH


def _outer(part: Part, share: float) -> Any:
    """Shapely polygon around the part; finer where a coarse one would cross itself."""
    from shapely import Polygon

    curves = (part.outline.ccw(), *(hole.cw() for hole in part.holes))
    tolerance = share * part.area**0.5
    for _ in range(4):
        rings = [outer_polygon(curve, tolerance) for curve in curves]
        rings = [simplified_outward(ring, tolerance, ENOUGH) for ring in rings]
        polygon = Polygon(rings[0], rings[1:])
        if polygon.is_valid and polygon.area > 0.0:
            return polygon
        tolerance /= 10.0
    message = f"outline or holes of part {part.id!r} cross themselves or each other"
    raise CamError(Finding("E403", message, "mend the drawing", part.file, {"part": part.id}))


def _without_useless_holes(polygon: Any, sides: Sequence[tuple[float, float]], spacing: float) -> Any:
    """The polygon with those holes closed that no part fits into; far fewer edges, and nothing is lost.

    `sides` are the short and long sides of all parts.
    """
    from shapely import Polygon

    keep = []
    for ring in polygon.interiors:
        hole = Polygon(ring)
        short, long = _sides(hole)
        reach = (short**2 + long**2) ** 0.5
        if any(a + 2 * spacing <= short and b + 2 * spacing <= reach for a, b in sides):
            keep.append(ring)
    return Polygon(polygon.exterior, keep)


def _sides(polygon: Any) -> tuple[float, float]:
    """Short and long side of the smallest rectangle around a polygon."""
    x, y = polygon.minimum_rotated_rectangle.exterior.coords.xy
    sides = [((x[k + 1] - x[k]) ** 2 + (y[k + 1] - y[k]) ** 2) ** 0.5 for k in (0, 1)]
    return min(sides), max(sides)


def _shape(index: int, demand: Demand, polygon: Any, spacing: float, slack: float) -> Shape:
    grown = polygon.buffer(spacing / 2.0 - slack, join_style="mitre", mitre_limit=MITRE).simplify(slack / 100.0)
    plain = polygon.buffer(-slack, join_style="mitre").simplify(slack / 100.0)
    stances = _stances(index, demand, polygon)
    return Shape(demand.part, demand, polygon, convex_pieces(grown), convex_pieces(plain), stances)


def _stances(index: int, demand: Demand, polygon: Any) -> tuple[Stance, ...]:
    """The ways to turn the part that differ: a disc has one, a rectangle at most two."""
    outline = demand.part.outline
    found: list[tuple[Stance, Any]] = []
    for mirror in (False, True) if demand.mirror else (False,):
        for rotation in _angles(demand, mirror):
            stance = Stance(index, rotation, mirror, outline.posed(Pose(0.0, 0.0, rotation, mirror)).box)
            turned = _turned(polygon, stance)
            if not any(_same(turned, other) for _, other in found):
                found.append((stance, turned))
    return tuple(stance for stance, _ in found)


def _angles(demand: Demand, mirror: bool = False) -> list[float]:
    """Rotations to try, degrees in [0, 360), each once; of a free part those that lay its longest edge square."""
    step = 360.0 / FREE_STEPS
    heading = _longest_edge(demand.part.outline) * (1.0 if mirror else -1.0)
    free = [heading % step + k * step for k in range(FREE_STEPS)]
    allowed = free if demand.rotations is None else demand.rotations
    angles = list(dict.fromkeys(angle % 360.0 for angle in allowed))
    return angles[:1] if _is_round(demand.part.outline, demand.part.holes) else angles


def _longest_edge(outline: Curve) -> float:
    """Direction of the longest straight edge, degrees; 0 where there is none."""
    rows = outline.segments[~arcs.is_arc(outline.segments)]
    if len(rows) == 0:
        return 0.0
    way = rows[:, 2:4] - rows[:, 0:2]
    dx, dy = way[int(np.hypot(way[:, 0], way[:, 1]).argmax())]
    return math.degrees(math.atan2(dy, dx))


def _is_round(outline: Curve, holes: Sequence[Curve]) -> bool:
    """Whether a turn about the centre changes nothing."""
    circles = [curve.as_circle() for curve in (outline, *holes)]
    first = circles[0]
    if first is None:
        return False
    return all(c is not None and abs(c[0] - first[0]) + abs(c[1] - first[1]) < SAME_CENTRE for c in circles)


def _turned(polygon: Any, stance: Stance) -> Any:
    """The polygon as it stands, its box's corner at (0, 0)."""
    from shapely.affinity import affine_transform

    (a, b), (c, d) = stance.matrix
    turned = affine_transform(polygon, [a, b, c, d, 0.0, 0.0])
    x0, y0, _, _ = turned.bounds
    return affine_transform(turned, [1.0, 0.0, 0.0, 1.0, -x0, -y0])


def _same(one: Any, two: Any) -> bool:
    if any(abs(a - b) > 1e-3 * (1.0 + abs(a)) for a, b in zip(one.bounds, two.bounds, strict=True)):
        return False
    return bool(one.symmetric_difference(two).area <= SAME_SHAPE * one.area)
