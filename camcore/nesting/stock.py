"""Many sheets as cutting stock: patterns are made, the cheapest choice of them is found, what is left is nested."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.nesting.choose import Choice
from camcore.nesting.construct import STRATEGIES, Construction, Strategy
from camcore.nesting.layout import Draft
from camcore.nesting.merit import merit, prices
from camcore.nesting.patterns import Dice, Pattern, made, pattern_of
from camcore.nesting.problem import Problem
from camcore.nesting.work import Tick, each

AT_ONCE = 8
"""Patterns that are made before their pieces are valued anew."""
CHANGED = 4
"""Of them, how many are small changes of patterns in use, where there are any."""
DEARER = (1.0, 1.03, 1.08, 1.15)
"""What pieces cost that no pattern covers, times their worth: they are nested less well, but nobody knows how much."""
MANY = 3
"""Sheets from which on patterns are made: fewer are separated together, which is better."""
ENDS = STRATEGIES[:3]
"""Strategies that nest what patterns leave over."""
GAIN = 1e-6
"""Share of a sheet's price that a new pattern has to be worth more than it costs."""


def worth_patterns(problem: Problem, draft: Draft) -> bool:
    """Whether a better choice of sheets is likely: more of them than are separated together, or of several stocks."""
    return sum(sheet.repeat for sheet in draft.sheets) >= MANY or len(problem.spaces) > 1


def several_kinds(problem: Problem, draft: Draft) -> bool:
    """Whether there are different shapes of the same priority, stock for all of them, and no kits to keep together."""
    wanted = [k for k, shape in enumerate(problem.shapes) if not shape.demand.fill]
    nothing_left = not any(draft.left[k] for k in wanted)
    same_rank = len({problem.shapes[k].demand.priority for k in wanted}) == 1
    no_kits = all(shape.demand.kit is None for shape in problem.shapes)
    return len(wanted) > 1 and nothing_left and same_rank and no_kits


class Pool:
    """Patterns known so far, and what the pieces are worth in them. Mutable."""

    def __init__(self, problem: Problem, drafts: Sequence[Draft], tick: Tick) -> None:
        """Begun with the sheets of these drafts, of which one places all that is wanted; `tick` may raise to stop."""
        self.problem = problem
        self.wanted = np.array([0 if s.demand.fill else s.demand.quantity for s in problem.shapes], np.int64)
        self._tick = tick
        self._dice = Dice(problem, self.wanted, tick)
        self._price = np.array(prices(problem))
        self._patterns: dict[tuple[int, ...], Pattern] = {}
        for filled in dict.fromkeys(sheet for draft in drafts for sheet in draft.sheets):
            self._learn(pattern_of(problem, filled))

    def make(self) -> int:
        """A few patterns more; returns how many pieces were placed for them."""
        _, worth, times = self._choice().relaxed()
        used = [pattern.recipe for pattern, x in zip(self._patterns.values(), times, strict=True) if x > 0.0]
        good = [recipe for recipe in used if recipe is not None]
        recipes = [self._dice.drawn(worth) for _ in range(AT_ONCE - min(len(good), CHANGED))]
        recipes += [self._dice.changed(recipe) for recipe in self._dice.some(good, CHANGED)]
        fresh = each(partial(made, self.problem), recipes, self.problem.rules.threads, self._tick)
        for pattern in fresh:
            if pattern.counts @ worth > self._price[pattern.filled.space] * (1.0 + GAIN):
                self._learn(pattern)
        return int(sum(pattern.counts.sum() for pattern in fresh))

    def drafts(self) -> Iterator[Draft]:
        """Whole nests from the patterns, by several ideas of what the pieces that they leave over cost."""
        worth = self._worth()
        choice = self._choice()
        seen = set()
        for dearer in DEARER:
            times = choice.times(worth * dearer)
            if times.tobytes() not in seen:
                seen.add(times.tobytes())
                yield self._draft(times)

    def _learn(self, pattern: Pattern) -> None:
        """Know a pattern, unless one with the same pieces is known."""
        counts = np.minimum(pattern.counts, self.wanted)
        if counts.any():
            self._patterns.setdefault((pattern.filled.space, *pattern.counts.tolist()), pattern)

    def _choice(self) -> Choice:
        known = list(self._patterns.values())
        stock = np.array([pattern.filled.space for pattern in known])
        supply = tuple(space.stock.quantity or None for space in self.problem.spaces)
        most = self.problem.rules.most_sheets
        return Choice(
            np.array([pattern.counts for pattern in known]), self._price[stock], stock, supply, self.wanted, most
        )

    def _worth(self) -> Floats:
        return self._choice().relaxed()[1]

    def _draft(self, times: Ints) -> Draft:
        """The chosen sheets, and the best construction of what they leave over."""
        known = list(self._patterns.values())
        order = sorted(np.flatnonzero(times).tolist(), key=lambda p: (known[p].filled.space, -times[p], p))
        sheets = tuple(known[p].filled._replace(repeat=int(times[p])) for p in order)
        covered = sum((times[p] * known[p].counts for p in order), np.zeros_like(self.wanted))
        total = np.array([shape.demand.quantity for shape in self.problem.shapes])
        begun = Draft(sheets, tuple((total - covered).tolist()))
        ways = product(ENDS, self._orders())
        ends = each(partial(self._end, begun), ways, self.problem.rules.threads, self._tick)
        return min(ends, key=lambda draft: merit(self.problem, draft))

    def _orders(self) -> list[list[int]]:
        """Orders of the stocks for what is left over: those of which there are few first, then each other one."""
        few = [k for k, space in enumerate(self.problem.spaces) if space.stock.quantity]
        rest = [k for k, space in enumerate(self.problem.spaces) if not space.stock.quantity]
        return [[*few, first, *(k for k in rest if k != first)] for first in rest] or [few]

    def _end(self, begun: Draft, way: tuple[Strategy, Sequence[int]], tick: Tick) -> Draft:
        construction = Construction(self.problem, way[0], begun=begun)
        construction.run(tick, way[1])
        return construction.draft
