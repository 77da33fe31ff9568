"""Fewest sheets that any nest needs, and why.

By area: grown by half the spacing, parts do not overlap, and lie within the sheet moved in by the margin less half the
spacing. By large pieces: two upright rectangles lie beside or above each other, so that of those that are longer and
wider than half the room on every sheet no two share one (the bound L1 of bin packing: Martello and Toth, Knapsack
Problems, 1990, section 8.3, here in two directions). Both hold for the true parts, whatever a search finds.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.nesting.measure import grown_area, is_rectangle, usable_area
from camcore.nesting.model import Demand, Nest, Rules, Stock

GIVE = 4e-3
"""A piece has to be too large by more than this, mm: distances may fall short by 1 µm each."""
SHARE_OF_GIVE = 1e-4
"""The same for areas, as a share."""


class Bound(NamedTuple):
    """Sheets that are needed at least, and the reason in words."""

    sheets: int
    reason: str


def fewest_sheets(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> Bound:
    """Fewest sheets of these stocks for all that has to be placed; fillers are left out."""
    wanted = [demand for demand in demands if not demand.fill]
    if not wanted or not stocks:
        return Bound(0, "nothing has to be placed")
    return max(_by_area(wanted, stocks, rules), _by_large_pieces(wanted, stocks, rules), key=lambda bound: bound.sheets)


def of_nest(nest: Nest) -> Bound:
    """Fewest sheets, of the stocks that a nest uses, for all that it was asked for."""
    return fewest_sheets(nest.demands, [sheet.stock for sheet in nest.sheets], nest.rules)


def _by_area(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> Bound:
    room = max(usable_area(stock, rules) for stock in stocks)
    taken = sum(grown_area(demand.part, rules.spacing) * demand.quantity for demand in demands)
    share = taken / room if room > 0.0 else 0.0
    sheets = max(1, math.ceil(share * (1.0 - SHARE_OF_GIVE)))
    return Bound(sheets, f"parts and spacings have {share:.2f} times the room of the largest sheet")


def _by_large_pieces(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> Bound:
    rows = [demand for demand in demands if _is_large(demand, stocks, rules)]
    alone = sum(demand.quantity for demand in rows)
    names = ", ".join(repr(demand.part.id) for demand in rows)
    return Bound(max(1, alone), f"no two of the {alone} pieces {names} fit on one sheet")


def _is_large(demand: Demand, stocks: Sequence[Stock], rules: Rules) -> bool:
    """Whether a part is an upright rectangle, longer and wider than half the room, however it is turned."""
    outline, holes = demand.part.outline, demand.part.holes
    if not is_rectangle(outline) or (holes and demand.into_holes):
        return False
    return all(_is_large_on(demand, stock, rules) for stock in stocks)


def _is_large_on(demand: Demand, stock: Stock, rules: Rules) -> bool:
    turns, box, sides = demand.turns_on(stock), demand.part.outline.box, rules.sides
    if turns is None or any(turn % 90.0 for turn in turns):
        return False
    each = [(box.width, box.height) if turn % 180.0 == 0.0 else (box.height, box.width) for turn in turns]
    least: Floats = np.array(each).min(axis=0)
    outer = stock.outline.box
    room = np.array([outer.width - sides.left - sides.right, outer.height - sides.bottom - sides.top])
    return bool((2.0 * least + rules.spacing > room + GIVE).all())
