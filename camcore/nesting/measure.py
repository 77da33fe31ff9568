"""Figures of a nest: crop lines, yields and a bound."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock, Summary
from camcore.part import Part

REMNANT_TOLERANCE = 0.02
"""A remnant of a sheet with arcs keeps them as chords within this, mm."""


def summary(nest: Nest) -> Summary:
    """Yields, bound and count of sheets."""
    parts = nest.parts
    placed = sum(sheet.repeat * sum(parts[p.part].area for p in sheet.placements) for sheet in nest.sheets)
    gross = sum(sheet.repeat * stock_area(sheet.stock) for sheet in nest.sheets)
    cropped = sum(sheet.repeat * cropped_area(sheet) for sheet in nest.sheets)
    return Summary(
        sheets=sum(sheet.repeat for sheet in nest.sheets),
        yield_=placed / gross if gross else 0.0,
        yield_to_crop_line=placed / cropped if cropped else 0.0,
        yield_bound=yield_bound(nest.demands, [sheet.stock for sheet in nest.sheets], nest.rules),
        seconds=nest.seconds,
    )


def sheet_yield(sheet: NestedSheet, parts: dict[str, Part]) -> float:
    """Share of one sheet's area that became parts."""
    return sum(parts[p.part].area for p in sheet.placements) / stock_area(sheet.stock)


def stock_area(stock: Stock) -> float:
    """Area of a stock less its holes, mm²."""
    return abs(stock.outline.area) - sum(abs(hole.area) for hole in stock.holes)


def cropped_area(sheet: NestedSheet) -> float:
    """Area of a sheet left of its crop line, mm²."""
    outline = sheet.stock.outline
    if is_rectangle(outline) and not sheet.stock.holes:
        return sheet.used_length * outline.box.height
    return stock_area(sheet.stock) - float(beyond(sheet.stock, sheet.used_length).area)


def boxes(placements: Sequence[Placement], parts: dict[str, Part]) -> Floats:
    """Boxes (n, 4) of placed parts, ``x0, y0, x1, y1``, mm."""
    turned = {(p.part, p.rotation, p.mirror): replace(p, x=0.0, y=0.0).pose for p in placements}
    box = {way: parts[way[0]].outline.posed(pose).box for way, pose in turned.items()}
    own = np.array([box[p.part, p.rotation, p.mirror] for p in placements])
    placed: Floats = own + np.array([(p.x, p.y, p.x, p.y) for p in placements])
    return placed


def used_length(placed: Floats, stock: Stock, margin: float) -> float:
    """Crop line, mm from x = 0: as far as the boxes (n, 4) of parts reach, and the margin; the sheet's at most."""
    return min(float(placed[:, 2].max()) + margin, stock.outline.box.x1)


def yield_bound(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> float:
    """Highest yield that areas allow, by sheet and to the crop line alike.

    Grown by half the spacing, parts do not overlap and lie within the sheet moved in by margin less half the spacing;
    the yield is at most (net area / grown area) of the best part × (usable / whole area) of the best stock. Area grows
    by length × s / 2 + π s² / 4 (Steiner's formula) of the convex hull or more; for other outlines, and holes, by what
    an offset measures.
    """
    part = max((d.part.area / grown_area(d.part, rules.spacing) for d in demands), default=0.0)
    stock = max((usable_area(stock, rules) / stock_area(stock) for stock in stocks), default=0.0)
    return min(1.0, part * stock)


@lru_cache(maxsize=64)
def grown_area(part: Part, spacing: float) -> float:
    """Area that a part denies to the others, mm²: it with half the spacing around it, holes that much smaller."""
    from shapely import Polygon

    half, tolerance = spacing / 2.0, 0.001
    outline = Polygon(part.outline.flattened(tolerance)).buffer(half, quad_segs=8)
    holes = sum(Polygon(hole.flattened(tolerance)).buffer(-half).area for hole in part.holes)
    return float(outline.area - holes)


@lru_cache(maxsize=64)
def usable_area(stock: Stock, rules: Rules) -> float:
    """Area on which parts with half the spacing around them may lie, mm²."""
    from shapely import Polygon

    sides = rules.sides
    inset = min(rules.margin, sides.left, sides.right, sides.bottom, sides.top) - rules.spacing / 2.0
    rings = [curve.flattened(REMNANT_TOLERANCE) for curve in (stock.outline, *stock.holes)]
    return float(Polygon(rings[0], rings[1:]).buffer(-inset).area)


def is_rectangle(outline: Curve) -> bool:
    """Whether an outline is an upright rectangle."""
    straight = not outline.vertices[:, 2].any()
    return straight and math.isclose(abs(outline.area), outline.box.width * outline.box.height, rel_tol=1e-12)


def beyond(stock: Stock, length: float) -> Any:
    """Shapely area of a stock beyond its crop line, holes left out."""
    from shapely import Polygon, box

    rings = [curve.flattened(REMNANT_TOLERANCE) for curve in (stock.outline, *stock.holes)]
    frame = stock.outline.box
    return Polygon(rings[0], rings[1:]).intersection(box(length, frame.y0, frame.x1 + 1.0, frame.y1))
