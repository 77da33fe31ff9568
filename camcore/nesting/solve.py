"""From demands to a checked nest: refuse what cannot be nested, search, assemble, check, hand over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace

from camcore.findings import CamError, Finding
from camcore.nesting.assemble import assembled
from camcore.nesting.check import faults
from camcore.nesting.closing import closed
from camcore.nesting.construct import STRATEGIES, Construction
from camcore.nesting.locks import wrong_locks
from camcore.nesting.model import Demand, Effort, Nest, Progress, Rules, Sides, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.search import MOVES, Search
from camcore.nesting.shapes import SLACK
from camcore.nesting.start import given

TOUCHING = 1e-6
"""Where the rules let parts touch, shapes are only this much smaller than true, mm: nobody sees what then overlaps."""


def solve(
    demands: Sequence[Demand],
    stocks: Sequence[Stock],
    rules: Rules,
    job: str,
    progress: Callable[[Progress], None],
    start: Nest | None = None,
) -> Nest:
    """See `camcore.nesting.nest`."""
    started = time.monotonic()
    _refuse(demands, stocks, rules)
    slack = SLACK if rules.spacing > 0.0 else TOUCHING
    search = Search(Problem(demands, stocks, rules, slack), progress, started)
    found: list[Finding] = []
    if start is not None:
        search.start, found = given(search.problem, start)
    stopped_by = search.run()
    best = search.best or Construction(search.problem, STRATEGIES[0]).draft
    nest = assembled(search.problem, best, stopped_by, job)
    nest = replace(nest, seconds=search.elapsed, findings=tuple(found))
    nest = closed(nest) if rules.close_up else nest
    wrong = faults(nest)
    if wrong:
        raise RuntimeError("defect of camcore: a nest failed its own check: " + "; ".join(wrong[:5]))
    return nest


def _refuse(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> None:
    """Raise CamError for what cannot be nested."""
    found = []
    if not demands or not stocks:
        found.append(Finding("E401", "there is no part or no sheet", "name at least one of each"))
    for name, value, low in _ranges(demands, stocks, rules):
        if not low <= value < float("inf"):
            found.append(Finding("E402", f"{name} is {value}, not at least {low}", "correct it", None, {"key": name}))
    ids = [demand.part.id for demand in demands]
    for part in sorted({name for name in ids if ids.count(name) > 1}):
        found.append(Finding("E404", f"part {part!r} is demanded twice", "add the quantities", None, {"part": part}))
    found += [] if found else wrong_locks(demands, stocks, rules)
    if found:
        raise CamError(found)


def _ranges(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> Iterator[tuple[str, float, float]]:
    """Each number with a lower bound: name, value, bound."""
    yield "spacing", rules.spacing, 0.0
    yield "margin", rules.margin, 0.0
    yield "threads", rules.threads, 1
    yield "effort", MOVES[rules.effort] if isinstance(rules.effort, Effort) else rules.effort, 1
    if rules.most_sheets is not None:
        yield "greatest number of sheets", rules.most_sheets, 1
    for side in fields(Sides):
        yield f"margin on the {side.name}", getattr(rules.sides, side.name), 0.0
    if rules.seconds is not None:
        yield "seconds", rules.seconds, 0.0
    for demand in demands:
        yield f"quantity of {demand.part.id}", demand.quantity, 1
    for stock in stocks:
        yield f"quantity of {stock.id}", stock.quantity, 0
