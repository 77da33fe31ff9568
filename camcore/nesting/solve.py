"""The search for a nest, in the open: construct, look for better, check, hand over."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from camcore.findings import CamError, Finding
from camcore.nesting import measure
from camcore.nesting.check import faults
from camcore.nesting.construct import STRATEGIES, Construction, Sheet
from camcore.nesting.model import (
    Demand,
    Effort,
    Nest,
    NestedSheet,
    Placement,
    Progress,
    Rules,
    Stock,
    Unplaced,
)
from camcore.nesting.problem import Problem
from camcore.nesting.shapes import Shape
from camcore.part import Part

MOVES = {Effort.QUICK: 3_000, Effort.NORMAL: 60_000, Effort.BEST: 600_000}
"""Pieces placed before a search ends: about 1 s, 15 s and 150 s on one core of 2025 with a dozen kinds of parts."""
SHUFFLE = 0.3
"""How much the sizes that order the shapes are disturbed, as a standard deviation of their logarithm."""


class _Stop(Exception):  # noqa: N818  (a signal, not an error)
    """The budget is used up, for the reason it carries."""


@dataclass(slots=True)
class Search:
    """A search under way: what is spent, and the best construction. Mutable."""

    problem: Problem
    progress: Callable[[Progress], None]
    started: float = field(default_factory=time.monotonic)
    moves: int = 0
    best: Construction | None = None
    under_way: Construction | None = None

    @property
    def budget(self) -> int:
        """Moves allowed."""
        effort = self.problem.rules.effort
        return MOVES[effort] if isinstance(effort, Effort) else effort

    def tick(self) -> None:
        """One move; stops the search when it has a whole nest and the budget is used up."""
        self.moves += 1
        if self.best is None:
            return
        if self.moves > self.budget:
            raise _Stop("effort")
        if self.problem.rules.seconds is not None and self.elapsed > self.problem.rules.seconds:
            raise _Stop("seconds")

    @property
    def elapsed(self) -> float:
        """Wall time since the start, s."""
        return time.monotonic() - self.started

    def run(self) -> str:
        """Search until something stops it; returns what did. `best` is then a valid nest."""
        try:
            for construction in self._constructions():
                self.under_way = construction
                construction.run(self.tick)
                if self.best is None or merit(construction) < merit(self.best):
                    self.best = construction
                self._report()
        except _Stop as stop:
            return str(stop)
        except KeyboardInterrupt:
            self.best = self.best or self.under_way
            return "interrupt"
        return "done"

    def _constructions(self) -> Iterator[Construction]:
        """The strategies as they are, then with disturbed orders without end; one is enough for one shape."""
        for strategy in STRATEGIES:
            yield Construction(self.problem, strategy)
        dice = random.Random(self.problem.rules.seed)
        while len(self.problem.shapes) > 1:
            strategy = dice.choice(STRATEGIES)
            sizes = [_disturbed(strategy.size(shape), dice) for shape in self.problem.shapes]
            yield Construction(self.problem, strategy, sizes)

    def _report(self) -> None:
        assert self.best is not None
        share = min(1.0, self.moves / self.budget)
        if self.problem.rules.seconds:
            share = min(1.0, max(share, self.elapsed / self.problem.rules.seconds))
        last = self.best.sheets[-1].layout.reach if self.best.sheets else 0.0
        sheets = sum(sheet.repeat for sheet in self.best.sheets)
        used = last + self.problem.rules.margin if sheets else 0.0
        self.progress(Progress(share, self.moves, sheets, sum(self.best.left), used, self.elapsed))


def _disturbed(size: float, dice: random.Random) -> float:
    return size * float(dice.lognormvariate(0.0, SHUFFLE))


def merit(construction: Construction) -> tuple[float, float, float]:
    """What makes one nest better than another, least first: wanted pieces left, stock used, length used of the last."""
    problem = construction.problem
    left = sum(n for n, shape in zip(construction.left, problem.shapes, strict=True) if not shape.demand.fill)
    spent = sum(sheet.repeat * _price(problem, sheet) for sheet in construction.sheets)
    return left, round(spent, 6), round(construction.sheets[-1].layout.reach, 6) if construction.sheets else 0.0


def _price(problem: Problem, sheet: Sheet) -> float:
    """Cost of a sheet where all stocks have one, else its area."""
    stocks = [space.stock for space in problem.spaces]
    stock = stocks[sheet.layout.space]
    if all(s.cost is not None for s in stocks):
        return stock.cost or 0.0
    return measure.stock_area(stock)


def solve(
    demands: Sequence[Demand],
    stocks: Sequence[Stock],
    rules: Rules,
    job: str,
    progress: Callable[[Progress], None],
) -> Nest:
    """See `camcore.nesting.nest`."""
    started = time.monotonic()
    _refuse(demands, stocks, rules)
    search = Search(Problem(demands, stocks, rules), progress, started)
    stopped_by = search.run()
    best = search.best or Construction(search.problem, STRATEGIES[0])
    nest = assembled(best, stopped_by, search.elapsed, job)
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
    if found:
        raise CamError(found)


def _ranges(demands: Sequence[Demand], stocks: Sequence[Stock], rules: Rules) -> Iterator[tuple[str, float, float]]:
    """Each number with a lower bound: name, value, bound."""
    yield "spacing", rules.spacing, 0.0
    yield "margin", rules.margin, 0.0
    yield "threads", rules.threads, 1
    yield "effort", MOVES[rules.effort] if isinstance(rules.effort, Effort) else rules.effort, 1
    if rules.seconds is not None:
        yield "seconds", rules.seconds, 0.0
    for demand in demands:
        yield f"quantity of {demand.part.id}", demand.quantity, 1
    for stock in stocks:
        yield f"quantity of {stock.id}", stock.quantity, 0


def assembled(best: Construction, stopped_by: str, seconds: float, job: str) -> Nest:
    """The nest that a construction comes to."""
    problem = best.problem
    parts = {shape.part.id: shape.part for shape in problem.shapes}
    sheets = tuple(_sheet(problem, sheet, k + 1, parts) for k, sheet in enumerate(best.sheets))
    unplaced = tuple(
        Unplaced(shape.part.id, n, _why(problem, index, best, stopped_by))
        for index, (shape, n) in enumerate(zip(problem.shapes, best.left, strict=True))
        if n
    )
    demands = tuple(shape.demand for shape in problem.shapes)
    return Nest(demands, sheets, unplaced, problem.rules, stopped_by, seconds, job, parts)


def _sheet(problem: Problem, sheet: Sheet, number: int, parts: dict[str, Part]) -> NestedSheet:
    stock = problem.spaces[sheet.layout.space].stock
    placements = []
    for piece in sheet.layout.pieces:
        stance = problem.stances[piece.stance]
        part = problem.shapes[stance.shape].part.id
        placements.append(Placement(part, piece.x, piece.y, stance.rotation, stance.mirror))
    length = measure.used_length(placements, parts, stock, problem.rules.margin)
    return NestedSheet(
        f"sheet-{number}", stock, tuple(placements), sheet.repeat, length, measure.remnant(stock, length)
    )


def _why(problem: Problem, index: int, best: Construction, stopped_by: str) -> str:
    """Why pieces of a shape lie on no sheet."""
    shape = problem.shapes[index]
    if not _fits_somewhere(problem, index):
        return f"does not fit on any sheet in any allowed rotation: {_size(shape)} on {_sizes(problem)} less margin"
    if stopped_by == "interrupt":
        return "the search was interrupted before it was placed"
    if shape.demand.fill:
        return "a filler, and no room was left to spare"
    sheets = sum(sheet.repeat for sheet in best.sheets)
    return f"no room left on {sheets} sheet{'s' if sheets != 1 else ''}"


def _fits_somewhere(problem: Problem, shape: int) -> bool:
    from camcore.nesting.layout import Layout

    return any(
        Layout(problem, space).best(stance, 1.0, 0.0) is not None
        for space in range(len(problem.spaces))
        for stance in problem.of_shape[shape]
    )


def _size(shape: Shape) -> str:
    box = shape.part.box
    return f"{box.width:.1f} x {box.height:.1f}"


def _sizes(problem: Problem) -> str:
    boxes = [space.stock.outline.box for space in problem.spaces]
    return ", ".join(dict.fromkeys(f"{box.width:.1f} x {box.height:.1f}" for box in boxes))
