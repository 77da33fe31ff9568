"""Locked pieces: what stands against them before anything is nested around them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from camcore.findings import Finding
from camcore.nesting.check import sheet_faults, wrong_turn
from camcore.nesting.check_constraints import constraint_faults
from camcore.nesting.model import Demand, Locked, Nest, NestedSheet, Placement, Rules, Stock

ADVICE = "correct the [[locked]] table, or take it out and let the piece be nested"


def wrong_locks(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> list[Finding]:
    """A finding E406 for each thing that is wrong with the locked pieces of these rules."""
    texts = list(_unknown(demands, stocks, rules.locked)) or list(_faults(demands, stocks, rules))
    return [Finding("E406", text, ADVICE, None, {"key": "locked"}) for text in texts]


def _unknown(demands: Sequence[Demand], stocks: Sequence[Stock], locked: Sequence[Locked]) -> Iterator[str]:
    parts, sheets = {demand.part.id: demand for demand in demands}, {stock.id: stock for stock in reversed(stocks)}
    for row in locked:
        if row.placement.part not in parts:
            yield f"there is no part {row.placement.part!r} to lock"
        if row.stock not in sheets:
            yield f"there is no sheet {row.stock!r} to lock a piece on"
        elif not 1 <= row.sheet <= (sheets[row.stock].quantity or row.sheet):
            yield f"there is no sheet {row.sheet} of {row.stock!r} to lock a piece on"
    for part, count in Counter(row.placement.part for row in locked).items():
        if part in parts and count > parts[part].quantity:
            yield f"{count} pieces of {part!r} are locked, {parts[part].quantity} are demanded"


def _faults(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> Iterator[str]:
    """What the check of a nest finds when there are the locked pieces alone."""
    groups: dict[tuple[str, int], list[Placement]] = defaultdict(list)
    for row in rules.locked:
        groups[row.stock, row.sheet].append(row.placement)
    stock_of = {stock.id: stock for stock in reversed(stocks)}
    sheets = tuple(
        NestedSheet(f"locked sheet {number} of {name}", stock_of[name], tuple(placements))
        for (name, number), placements in sorted(groups.items())
    )
    nest = Nest(tuple(demands), sheets, (), rules, "done", parts={demand.part.id: demand.part for demand in demands})
    demand_of = {demand.part.id: demand for demand in demands}
    yield from constraint_faults(nest) if sheets else ()
    for sheet in sheets:
        for placement in sheet.placements:
            yield from wrong_turn(placement, demand_of[placement.part], sheet.stock)
        yield from (fault.text for fault in sheet_faults(sheet, nest))
