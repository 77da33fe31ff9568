"""What makes one nest better than another."""

from __future__ import annotations

from camcore.nesting import measure
from camcore.nesting.layout import Draft
from camcore.nesting.model import Stock
from camcore.nesting.problem import Problem

REMNANT = 0.5
"""What an area of a remnant costs, against that of a sheet that is bought as needed, where nobody says."""


def merit(problem: Problem, draft: Draft) -> tuple[float, float, float, int]:
    """What makes one nest better than another, least first.

    Wanted pieces left, stock used, length used of the last sheet, different sheets to set up.
    """
    left = sum(n for n, shape in zip(draft.left, problem.shapes, strict=True) if not shape.demand.fill)
    price = prices(problem)
    spent = sum(sheet.repeat * price[sheet.space] for sheet in draft.sheets)
    return left, round(spent, 6), round(reach(problem, draft), 6), len(draft.sheets)


def reach(problem: Problem, draft: Draft) -> float:
    """How far right the parts on the last sheet reach, mm."""
    pieces = draft.sheets[-1].pieces if draft.sheets else ()
    return max((piece.x + problem.stances[piece.stance].box.x1 for piece in pieces), default=0.0)


def prices(problem: Problem) -> list[float]:
    """Price of a sheet of each space: its cost where all stocks have one, else its area, mm², of remnants a part of it.

    Sheets on which locked pieces lie are cut in any case: they cost nothing more.
    """
    stocks = [space.stock for space in problem.spaces]
    costs = [stock.cost for stock in stocks if stock.cost is not None]
    full = costs if len(costs) == len(stocks) else [_by_area(stock) for stock in stocks]
    return [0.0 if space.locked else price for space, price in zip(problem.spaces, full, strict=True)]


def _by_area(stock: Stock) -> float:
    """Stock of which there are so many and no more is used up before new sheets are begun."""
    return measure.stock_area(stock) * (REMNANT if stock.quantity else 1.0)
