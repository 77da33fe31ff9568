"""Spaces: where on each stock parts may lie: off edge, defects and clamps, and off pieces that lie there already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from camcore.geometry import Box, Curve
from camcore.geometry.arrays import Floats
from camcore.geometry.outer import outer_polygon
from camcore.nesting.convex import Pieces, convex_pieces
from camcore.nesting.model import Demand, Locked, Placement, Rules, Stock
from camcore.nesting.shapes import MITRE, SLACK

SHEET_TOLERANCE = 0.02
"""Arcs of a sheet's outline become chords within this, mm: an edge that nobody measures finer."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Where parts may lie on a stock: inside `box` and off `forbidden` (None for a plain rectangle), mm.

    locked: pieces that lie on the sheet already; there is then one such sheet
    """

    stock: Stock
    box: Box
    forbidden: Pieces | None
    locked: tuple[Placement, ...] = ()

    def bounds(self, part: Box) -> Floats | None:
        """Allowed positions x0, y0, x1, y1 of a part whose box at (0, 0) is `part`; None when it is too large."""
        low = np.array([self.box.x0 - part.x0, self.box.y0 - part.y0])
        high = np.array([self.box.x1 - part.x1, self.box.y1 - part.y1])
        if (high < low - SLACK).any():
            return None
        exact = high < low
        low[exact] = high[exact] = ((low + high) / 2)[exact]
        return np.concatenate([low, high])


def spaces(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> tuple[Space, ...]:
    """Sheets with locked pieces first, one by one; then what is left of each stock."""
    by_sheet: dict[tuple[str, int], list[Placement]] = defaultdict(list)
    for row in rules.locked:
        by_sheet[row.stock, row.sheet].append(row.placement)
    stock_of = {stock.id: stock for stock in reversed(stocks)}
    begun = [
        space(replace(stock_of[name], quantity=1), rules, demands, placements)
        for (name, _), placements in sorted(by_sheet.items())
    ]
    return (*begun, *(space(stock, rules) for stock in _unused(stocks, [name for name, _ in by_sheet])))


def _unused(stocks: Sequence[Stock], begun: list[str]) -> Iterator[Stock]:
    """Stocks less the sheets that are begun; those of which nothing is left are dropped."""
    for stock in stocks:
        taken = begun.count(stock.id)
        if stock.quantity == 0 or taken < stock.quantity:
            yield replace(stock, quantity=stock.quantity - taken if stock.quantity else 0)


def nestable(demand: Demand, stocks: Sequence[Stock], locked: Sequence[Locked]) -> Demand:
    """A demand as the search sees it.

    That is less its locked pieces, without holes that are to stay free, and turned in all ways that some stock allows.
    """
    there = sum(row.placement.part == demand.part.id for row in locked)
    part = demand.part if demand.into_holes else replace(demand.part, holes=())
    each = [demand.turns_on(stock) for stock in stocks]
    turns = None if None in each else tuple(dict.fromkeys(turn for own in each for turn in own or ()))
    return replace(demand, part=part, quantity=demand.quantity - there, rotations=turns)


def space(stock: Stock, rules: Rules, demands: Sequence[Demand] = (), locked: Sequence[Placement] = ()) -> Space:
    """Free space of a stock.

    It is the margin inside its outline and off its holes and defects, the spacing off clamps and locked pieces.
    """
    from shapely import MultiPolygon, Polygon, union_all
    from shapely.geometry import box as rectangle

    outer, sides = stock.outline.box, rules.sides
    inside = Box(outer.x0 + sides.left, outer.y0 + sides.bottom, outer.x1 - sides.right, outer.y1 - sides.top)
    if inside.x1 <= inside.x0 or inside.y1 <= inside.y0:
        return Space(stock, inside, None, tuple(locked))
    void = rectangle(*outer).difference(Polygon(outer_polygon(stock.outline.cw(), SHEET_TOLERANCE)))
    edges = [void, *(_solid(hole) for hole in stock.holes)]
    kept = [_solid(zone.outline) for zone in rules.zones if zone.stock in (None, stock.id)]
    kept += [_body(demand, placement) for placement in locked for demand in demands if demand.part.id == placement.part]
    blocked: Any = union_all([*_grown(edges, rules.margin), *_grown(kept, rules.spacing)])
    blocked = blocked.intersection(rectangle(*inside))
    least = SLACK * (inside.width + inside.height)
    solid = [piece for piece in getattr(blocked, "geoms", [blocked]) if piece.area > least]
    forbidden = convex_pieces(MultiPolygon(solid).simplify(SLACK / 100.0)) if solid else None
    return Space(stock, inside, forbidden, tuple(locked))


def _grown(polygons: Sequence[Any], distance: float) -> Iterator[Any]:
    return (polygon.buffer(distance - SLACK, join_style="mitre", mitre_limit=MITRE) for polygon in polygons)


def _solid(outline: Curve) -> Any:
    from shapely import Polygon

    return Polygon(outer_polygon(outline.ccw(), SHEET_TOLERANCE))


def _body(demand: Demand, placement: Placement) -> Any:
    """What a locked piece takes of its sheet."""
    from shapely import Polygon

    part = demand.part
    holes = [hole.posed(placement.pose).cw() for hole in part.holes if demand.into_holes]
    rings = [outer_polygon(curve, SHEET_TOLERANCE) for curve in (part.outline.posed(placement.pose).ccw(), *holes)]
    return Polygon(rings[0], rings[1:])
