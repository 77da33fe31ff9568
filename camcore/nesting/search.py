"""The search for a nest: construct, then look for better until the budget is used up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from camcore.nesting.assemble import assembled
from camcore.nesting.check import sheet_faults
from camcore.nesting.construct import STRATEGIES, Construction, Strategy
from camcore.nesting.layout import Draft, Filled
from camcore.nesting.merit import merit, reach
from camcore.nesting.model import Effort, Progress
from camcore.nesting.orders import Orders
from camcore.nesting.problem import Problem
from camcore.nesting.quantity import quantity_draft
from camcore.nesting.row import draft_of, row_of
from camcore.nesting.shapes import MANY_REGIONS
from camcore.nesting.shelves import shelved, upright_stances
from camcore.nesting.stock import Pool, several_kinds, worth_patterns
from camcore.nesting.work import Tick, each

MOVES = {Effort.QUICK: 10_000, Effort.NORMAL: 150_000, Effort.BEST: 1_500_000}
"""Pieces placed or moved before a search ends: about 1 s, 15 s and 150 s on one core of 2025 with 50 pieces."""
CONSTRUCTION = 0.3
"""No new construction is begun when this share of the budget is spent."""

MAKING = 0.75
"""No new patterns are made when this share is spent."""
REORDERING = 0.4
"""No other orders of the pieces are tried when this share is spent."""
DEAR = 6
"""A piece placed in a pattern or by a drawn order takes as long as so many moves of the squeeze."""
SETTLED = 300
"""More pieces of one shape on a sheet are never laid better piece by piece than by lattices."""

REFINEMENT = 0.3
"""Share of the budget kept for the refinement where some piece may lie at any angle."""
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
    start: Draft | None = None
    _until: float = 1.0
    _tried: list[Draft] = field(default_factory=list)

    def run(self) -> str:
        """Construct, squeeze the last sheets, turn what may turn, until something stops it; returns what did.

        `best` is then a valid nest.
        """
        free = any(shape.demand.rotations is None for shape in self.problem.shapes)
        self._until = 1.0 - REFINEMENT if free else 1.0
        stopped_by = self._place()
        self.best = self.best or self.start
        return self._refine(stopped_by) if free and stopped_by != "interrupt" else stopped_by

    def _place(self) -> str:
        """Construct, then squeeze the last sheets, until something stops it or the time for it is over."""
        try:
            self._construct()
            self._cut_stock()
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
        """Shelves, then each strategy once, as far as the budget for it goes; or what a given start leaves."""
        if self.start is not None:
            self._go_on(self.start)
            return
        problem = self.problem
        shelves = shelved(problem)
        if not any(shelves.left) and all(shape.demand.kit is None for shape in problem.shapes):
            self._take(shelves)
        if self._settled_by_lattices():
            return
        names = problem.regions(problem.stances)
        if len(names) > MANY_REGIONS:
            few = upright_stances(problem)
            problem.prepare(problem.regions([problem.stances[k] for own in few for k in own]), self._look)
            self._build(Construction(problem, STRATEGIES[0], few))
        problem.prepare(names, self._look)
        self._build(Construction(problem, STRATEGIES[0]))
        threads = problem.rules.threads
        for k in range(1, len(STRATEGIES), threads):
            if self.spent(self.moves) > CONSTRUCTION or self._squeeze_is_quicker(len(names)):
                return
            for draft in each(self._constructed, STRATEGIES[k : k + threads], threads, self._look):
                self.moves += sum(len(sheet.pieces) for sheet in draft.sheets)
                self._take(draft)

    def _constructed(self, strategy: Strategy, tick: Tick) -> Draft:
        construction = Construction(self.problem, strategy)
        construction.run(tick)
        return construction.draft

    def _squeeze_is_quicker(self, regions: int) -> bool:
        """Whether another construction takes longer than the squeeze of one sheet takes to be better than any."""
        return regions > MANY_REGIONS and self.best is not None and sum(s.repeat for s in self.best.sheets) == 1

    def _settled_by_lattices(self) -> bool:
        """Lay a single shape in quantity; whether constructions, which find no lattices, need not be tried at all."""
        problem, rules = self.problem, self.problem.rules
        most = rules.most_sheets
        plain = len(problem.shapes) == 1 and not (problem.shapes[0].demand.kit or problem.mixed_grain or rules.locked)
        draft = quantity_draft(problem, 0) if plain else None
        if draft is None or (most is not None and sum(sheet.repeat for sheet in draft.sheets) > most):
            return False
        self._take(draft)
        return len(self.problem.stances) == 1 or max(len(sheet.pieces) for sheet in draft.sheets) > SETTLED

    def _go_on(self, start: Draft) -> None:
        """A given draft, and what is left placed around it."""
        if not any(start.left):
            self._take(start)
        construction = Construction(self.problem, STRATEGIES[0], begun=Draft((), start.left))
        for sheet in start.sheets:
            construction.fill(sheet, self._tick)
        self._build(construction)

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
        if self.best is not None and self.spent(self.moves) >= self._until:
            raise _Stop(self._reason())

    def _reason(self) -> str:
        return "effort" if self.moves >= self.budget else "seconds"

    def _cut_stock(self) -> None:
        """Patterns, and the cheapest choice among them, for what needs several sheets."""
        if self.best is None or not several_kinds(self.problem, self.best):
            return
        if not worth_patterns(self.problem, self.best):
            self._reorder()
            return
        pool = Pool(self.problem, self._tried, self._look)
        while self.spent(self.moves) < MAKING:
            self.moves += DEAR * pool.make()
            self._look()
        for draft in pool.drafts():
            self._take(draft)
            self._look()

    def _reorder(self) -> None:
        """Other constructions of a few sheets, by orders and lattices that the dice draw."""
        assert self.best is not None
        if sum(sheet.repeat for sheet in self.best.sheets) < 2 or self.spent(self.moves) >= REORDERING:
            return
        orders = Orders(self.problem, self._look)
        while self.spent(self.moves) < REORDERING:
            for draft in orders.make():
                self.moves += DEAR * sum(len(sheet.pieces) for sheet in draft.sheets)
                self._take(draft)
            self._look()

    def _squeeze(self) -> None:
        """Separate the last sheets of the best draft on ever shorter ones."""
        assert self.best is not None
        row = row_of(self.problem, self.best)
        if row is None or len(self.problem.tried) == 1 or self.spent(self.moves) >= 1.0:
            return
        from camcore.nesting.separation import model
        from camcore.nesting.squeeze import Squeeze, Worker

        rules, before = self.problem.rules, self.moves
        area = sum(self.problem.shapes[kind].area for kind in row.kind if kind >= 0)
        ready = model(self.problem, area, len(row.kind), self._look)
        search = Squeeze([Worker(ready, row, rules.seed * WORKERS + k) for k in range(rules.threads)])

        def spent(moves: int) -> float:
            self.moves = before + moves
            return self.spent(self.moves) / self._until

        search.run(spent, lambda found: self._take(draft_of(self.problem, row, found)))
        if self.spent(self.moves) >= self._until:
            raise _Stop(self._reason())

    def _refine(self, stopped_by: str) -> str:
        """Push and turn the pieces of the last sheet, where some may lie at any angle."""
        from camcore.nesting.refine import Worker, refine, turns_freely

        problem, best, before = self.problem, self.best, self.moves
        if best is None or not best.sheets or not turns_freely(problem, best.sheets[-1]):
            return stopped_by
        rules = problem.rules
        workers = [Worker(problem, best.sheets[-1], rules.seed * WORKERS + k) for k in range(rules.threads)]

        def spent(moves: int) -> float:
            self.moves = before + moves
            return self.spent(self.moves)

        def told(sheet: Filled) -> None:
            draft = best._replace(sheets=(*best.sheets[:-1], sheet))
            nest = assembled(problem, draft, stopped_by, "")
            if not sheet_faults(nest.sheets[-1], nest):
                self._take(draft)

        try:
            refine(workers, spent, told)
        except KeyboardInterrupt:
            return "interrupt"
        return self._reason() if spent(self.moves - before) >= 1.0 else "done"

    def _take(self, draft: Draft) -> None:
        """Keep the better of a new draft and the best, and tell of it."""
        self._tried.append(draft)
        if self.best is None or merit(self.problem, draft) < merit(self.problem, self.best):
            self.best = draft
        sheets = sum(sheet.repeat for sheet in self.best.sheets)
        used = reach(self.problem, self.best) + self.problem.rules.margin if sheets else 0.0
        share = min(1.0, self.spent(self.moves))
        left, draft = sum(self.best.left), self.best
        so_far = partial(assembled, self.problem, draft, "interrupt", "")
        self.progress(Progress(share, self.moves, sheets, left, used, self.elapsed, so_far))
