"""A nesting problem made ready: shapes, sheets' free spaces, and the no-fit regions between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from camcore.geometry import Box, Pose
from camcore.geometry.arrays import Floats
from camcore.geometry.outer import outer_polygon
from camcore.nesting.convex import Pieces, convex_pieces
from camcore.nesting.frontier import RegionTable
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.nets import Nets
from camcore.nesting.nofit import Name, NoFit, frames, region_edges
from camcore.nesting.shapes import MITRE, SLACK, Shape, Stance, shapes

SHEET_TOLERANCE = 0.02
"""Arcs of a sheet's outline become chords within this, mm: an edge that nobody measures finer."""


@dataclass(frozen=True, slots=True, eq=False)
class Space:
    """Where parts may lie on a stock: inside `box` and off `forbidden` (None for a plain rectangle), mm."""

    stock: Stock
    box: Box
    forbidden: Pieces | None

    def bounds(self, part: Box) -> Floats | None:
        """Allowed positions x0, y0, x1, y1 of a part whose box at (0, 0) is `part`; None when it is too large."""
        low = np.array([self.box.x0 - part.x0, self.box.y0 - part.y0])
        high = np.array([self.box.x1 - part.x1, self.box.y1 - part.y1])
        if (high < low - SLACK).any():
            return None
        exact = high < low
        low[exact] = high[exact] = ((low + high) / 2)[exact]
        return np.concatenate([low, high])


def space(stock: Stock, margin: float) -> Space:
    """Free space of a stock, `margin` mm inside its outline and off its holes and defects."""
    from shapely import MultiPolygon, Polygon
    from shapely.geometry import box as rectangle

    inside = stock.outline.box.grown(-margin)
    if inside.width <= 0 or inside.height <= 0:
        return Space(stock, inside, None)
    frame = rectangle(*stock.outline.box.grown(1.0 + margin))
    sheet = Polygon(outer_polygon(stock.outline.cw(), SHEET_TOLERANCE))
    holes = [Polygon(outer_polygon(hole.ccw(), SHEET_TOLERANCE)) for hole in stock.holes]
    void: Any = frame.difference(sheet)
    for hole in holes:
        void = void.union(hole)
    blocked = void.buffer(margin - SLACK, join_style="mitre", mitre_limit=MITRE).intersection(rectangle(*inside))
    solid = [
        piece for piece in getattr(blocked, "geoms", [blocked]) if piece.area > SLACK * (inside.width + inside.height)
    ]
    return Space(stock, inside, convex_pieces(MultiPolygon(solid).simplify(SLACK / 100.0)) if solid else None)


class Problem:
    """Shapes, spaces and regions of one job; `stances` are numbered across all shapes."""

    def __init__(self, demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules, slack: float = SLACK) -> None:
        self.rules = rules
        self.shapes: tuple[Shape, ...] = shapes(demands, rules.spacing, slack)
        self.spaces = tuple(space(stock, rules.margin) for stock in stocks)
        self.stances: tuple[Stance, ...] = tuple(stance for shape in self.shapes for stance in shape.stances)
        self.of_shape = tuple(
            tuple(k for k, stance in enumerate(self.stances) if stance.shape == index)
            for index in range(len(self.shapes))
        )
        self.nofit = NoFit(self.shapes, slack / 100.0)
        self.nets = Nets(self)
        self._tables = [RegionTable() for _ in self.stances]

    def regions(self, stances: Sequence[Stance]) -> list[Name]:
        """The different regions between these stances."""
        return frames(stances).names

    def prepare(self, names: Sequence[Name], tick: Callable[[], None]) -> None:
        """Build regions now, on as many threads as the rules allow; `tick` is called now and then and may raise."""
        self.nofit.prepare(names, self.rules.threads, tick)

    @property
    def tried(self) -> tuple[Stance, ...]:
        """The stances that the search tries: all but those that `turned` added, which are numbered after them."""
        return self.stances[: sum(map(len, self.of_shape))]

    def turned(self, shape: int, rotation: float, mirror: bool) -> int:
        """Number of the stance of a shape at any rotation, degrees; it is added where there is none."""
        for k, known in enumerate(self.stances):
            if (known.shape, known.rotation, known.mirror) == (shape, rotation, mirror):
                return k
        outline = self.shapes[shape].part.outline
        box = outline.posed(Pose(0.0, 0.0, rotation, mirror)).box
        self.stances += (Stance(shape, rotation, mirror, box),)
        self._tables.append(RegionTable())
        return len(self.stances) - 1

    def table(self, stance: int, against: int) -> RegionTable:
        """The region table of `stance`, which knows its region against stance `against` from now on."""
        table = self._tables[stance]
        if against not in table.rows:
            table.add(against, self.nofit.region(self.stances[stance], self.stances[against]))
        return table

    def ground_table(self, stance: int, space: int) -> RegionTable:
        """The region table of `stance`, which knows the forbidden region of space number `space` as −1 − space."""
        table, forbidden = self._tables[stance], self.spaces[space].forbidden
        if forbidden is not None and -1 - space not in table.rows:
            table.add(-1 - space, self.ground_region(stance, space))
        return table

    def ground_region(self, stance: int, space: int) -> Floats:
        """Boundary of the region of a stance against the forbidden region of a space, as `NoFit.region`."""
        own, forbidden = self.stances[stance], self.spaces[space].forbidden
        assert forbidden is not None
        return region_edges(self.shapes[own.shape].plain.turned(own.matrix), forbidden)
