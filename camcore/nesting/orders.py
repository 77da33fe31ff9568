"""Few sheets of many pieces: whole constructions by orders and lattices that dice draw; the squeeze begins with one."""

from __future__ import annotations

import numpy as np

from camcore.nesting.construct import Construction
from camcore.nesting.layout import Draft
from camcore.nesting.merit import merit
from camcore.nesting.patterns import Dice, Recipe, strategy_of
from camcore.nesting.problem import Problem
from camcore.nesting.work import Tick, each

AT_ONCE = 4
"""Constructions that are made before the best recipes are chosen anew."""
KEPT = 2
"""Best recipes, of which small changes are tried."""


class Orders:
    """Recipes for whole nests, the best so far first. Mutable."""

    def __init__(self, problem: Problem, tick: Tick) -> None:
        """`tick` may raise to stop."""
        wanted = np.array([0 if s.demand.fill else s.demand.quantity for s in problem.shapes], np.int64)
        self.problem = problem
        self._tick = tick
        self._dice = Dice(problem, wanted, tick)
        self._best: list[tuple[tuple[float, ...], int, Recipe]] = []
        self._made = 0

    def make(self) -> list[Draft]:
        """A few drafts more, whole nests."""
        recipes = [self._dice.changed(recipe) for _, _, recipe in self._best]
        recipes += [self._dice.drawn(self._dice.size) for _ in range(AT_ONCE - len(recipes))]
        drafts = each(self._draft, recipes, self.problem.rules.threads, self._tick)
        for draft, recipe in zip(drafts, recipes, strict=True):
            self._made += 1
            self._best.append((merit(self.problem, draft), self._made, recipe))
        self._best = sorted(self._best)[:KEPT]
        return drafts

    def _draft(self, recipe: Recipe, tick: Tick) -> Draft:
        construction = Construction(self.problem, strategy_of(self.problem, recipe))
        construction.run(tick)
        return construction.draft
