"""The search for a nest, in the open: construct, look for better, check, hand over."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from camcore.findings import CamError, Finding
from camcore.nesting import measure
from camcore.nesting.check import faults
from camcore.nesting.construct import STRATEGIES, Construction
from camcore.nesting.layout import Draft, Filled, Layout
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
from camcore.nesting.row import draft_of, row_of
from camcore.nesting.shapes import MANY_REGIONS, Shape
from camcore.nesting.shelves import shelved, upright_stances
from camcore.part import Part

MOVES = {Effort.QUICK: 10_000, Effort.NORMAL: 150_000, Effort.BEST: 1_500_000}
"""Pieces placed or moved before a search ends: about 1 s, 15 s and 150 s on one core of 2025 with 50 pieces."""
CONSTRUCTION = 0.3
"""No new construction is begun when this share of the budget is spent."""

WORKERS = 1000
"""Seeds of a search's workers follow each other; those of the next seed start this much higher."""


class _Stop(Exception):  # noqa: N818  (a signal, not an error)
    """The budget is used up, for the reason it carries."""


@dataclass(slots=True)
class Search:
    """A search under way: what is spent, and the best draft. Mutable."""

    problem: Problem
    progress: Callable[[Progress], None]
    started: float = field(default_factory=time.monotonic)
    moves: int = 0
    best: Draft | None = None
    under_way: Construction | None = None

    def run(self) -> str:
        """Construct, then squeeze the last sheets, until something stops it; returns what did.

        `best` is then a valid nest.
        """
        try:
            self._construct()
            self._squeeze()
        except _Stop as stop:
            return str(stop)
        except KeyboardInterrupt:
            if self.best is None and self.under_way is not None:
                self.best = self.under_way.draft
            return "interrupt"
        return "done"

    @property
    def budget(self) -> int:
        """Moves allowed."""
        effort = self.problem.rules.effort
        return MOVES[effort] if isinstance(effort, Effort) else effort

    @property
    def elapsed(self) -> float:
        """Wall time since the start, s."""
        return time.monotonic() - self.started

    def spent(self, moves: int) -> float:
        """Share of the budget that is spent after so many moves."""
        share = moves / self.budget
        return share if self.problem.rules.seconds is None else max(share, self.elapsed / self.problem.rules.seconds)

    def _construct(self) -> None:
        """Shelves, then each strategy once, as far as the budget for it goes."""
        problem = self.problem
        shelves = shelved(problem)
        if not any(shelves.left):
            self._take(shelves)
        names = problem.regions(problem.stances)
        if len(names) > MANY_REGIONS:
            few = upright_stances(problem)
            problem.prepare(problem.regions([problem.stances[k] for own in few for k in own]), self._look)
            self._build(Construction(problem, STRATEGIES[0], few))
        problem.prepare(names, self._look)
        for k, strategy in enumerate(STRATEGIES):
            if k and self.spent(self.moves) > CONSTRUCTION:
                return
            self._build(Construction(problem, strategy))

    def _build(self, construction: Construction) -> None:
        self.under_way = construction
        construction.run(self._tick)
        self._take(construction.draft)

    def _tick(self) -> None:
        """One move."""
        self.moves += 1
        self._look()

    def _look(self) -> None:
        """Stop the search when it has a whole nest and the budget is used up."""
        if self.best is not None and self.spent(self.moves) >= 1.0:
            raise _Stop(self._reason())

    def _reason(self) -> str:
        return "effort" if self.moves >= self.budget else "seconds"

    def _squeeze(self) -> None:
        """Separate the last sheets of the best draft on ever shorter ones."""
        assert self.best is not None
        row = row_of(self.problem, self.best)
        if row is None or len(self.problem.stances) == 1 or self.spent(self.moves) >= 1.0:
            return
        from camcore.nesting.separation import model
        from camcore.nesting.squeeze import Squeeze, Worker

        rules, before = self.problem.rules, self.moves
        area = sum(self.problem.shapes[kind].area for kind in row.kind if kind >= 0)
        ready = model(self.problem, area, len(row.kind), self._look)
        search = Squeeze([Worker(ready, row, rules.seed * WORKERS + k) for k in range(rules.threads)])

        def spent(moves: int) -> float:
            self.moves = before + moves
            return self.spent(self.moves)

        search.run(spent, lambda found: self._take(draft_of(self.problem, row, found)))
        if self.spent(self.moves) >= 1.0:
            raise _Stop(self._reason())

    def _take(self, draft: Draft) -> None:
        """Keep the better of a new draft and the best, and tell of it."""
        if self.best is None or merit(self.problem, draft) < merit(self.problem, self.best):
            self.best = draft
        sheets = sum(sheet.repeat for sheet in self.best.sheets)
        used = reach(self.problem, self.best) + self.problem.rules.margin if sheets else 0.0
        share = min(1.0, self.spent(self.moves))
        self.progress(Progress(share, self.moves, sheets, sum(self.best.left), used, self.elapsed))


def merit(problem: Problem, draft: Draft) -> tuple[float, float, float, int]:
    """What makes one nest better than another, least first.

    Wanted pieces left, stock used, length used of the last sheet, different sheets to set up.
    """
    left = sum(n for n, shape in zip(draft.left, problem.shapes, strict=True) if not shape.demand.fill)
    spent = sum(sheet.repeat * _price(problem, sheet) for sheet in draft.sheets)
    return left, round(spent, 6), round(reach(problem, draft), 6), len(draft.sheets)


def reach(problem: Problem, draft: Draft) -> float:
    """How far right the parts on the last sheet reach, mm."""
    pieces = draft.sheets[-1].pieces if draft.sheets else ()
    return max((piece.x + problem.stances[piece.stance].box.x1 for piece in pieces), default=0.0)


def _price(problem: Problem, sheet: Filled) -> float:
    """Cost of a sheet where all stocks have one, else its area."""
    stocks = [space.stock for space in problem.spaces]
    stock = stocks[sheet.space]
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
    best = search.best or Construction(search.problem, STRATEGIES[0]).draft
    nest = assembled(search.problem, best, stopped_by, job)
    nest = replace(nest, seconds=search.elapsed)
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


def assembled(problem: Problem, best: Draft, stopped_by: str, job: str) -> Nest:
    """The nest that a draft comes to."""
    parts = {shape.part.id: shape.part for shape in problem.shapes}
    sheets = tuple(_sheet(problem, sheet, k + 1, parts) for k, sheet in enumerate(best.sheets))
    unplaced = tuple(
        Unplaced(shape.part.id, n, _why(problem, index, best, stopped_by))
        for index, (shape, n) in enumerate(zip(problem.shapes, best.left, strict=True))
        if n
    )
    demands = tuple(shape.demand for shape in problem.shapes)
    return Nest(demands, sheets, unplaced, problem.rules, stopped_by, 0.0, job, parts)


def _sheet(problem: Problem, sheet: Filled, number: int, parts: dict[str, Part]) -> NestedSheet:
    stock = problem.spaces[sheet.space].stock
    placements = []
    for piece in sheet.pieces:
        stance = problem.stances[piece.stance]
        part = problem.shapes[stance.shape].part.id
        placements.append(Placement(part, piece.x, piece.y, stance.rotation, stance.mirror))
    length = measure.used_length(placements, parts, stock, problem.rules.margin)
    return NestedSheet(
        f"sheet-{number}", stock, tuple(placements), sheet.repeat, length, measure.remnant(stock, length)
    )


def _why(problem: Problem, index: int, best: Draft, stopped_by: str) -> str:
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
