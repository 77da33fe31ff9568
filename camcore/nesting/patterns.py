"""Patterns: filled sheets that are made apart and then cut as often as they are worth it.

Which shapes go first on a sheet, and which of them in lattices, decides what a construction makes of it. Both are drawn
by dice, weighted with what the pieces are worth in the patterns known so far, or are small changes of what made a good
pattern. What comes out is worth more than a sheet costs, or is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.nesting.construct import Construction, Strategy, gross
from camcore.nesting.layout import Draft, Filled
from camcore.nesting.problem import Problem
from camcore.nesting.shapes import Shape
from camcore.nesting.work import Tick

PLACES = ((1.0, 1e-3, False), (1.0, 1e-3, True), (1.0, 0.3, False))
"""Ideas of a good position, as `Strategy` has them, that the dice choose from."""
NUDGE = 0.3
"""Standard deviation of a small change of the keys that order shapes: logarithms of area."""
SAMPLE = 30
"""Pieces of one shape that are laid to see whether lattices suit it."""
LIKELY, UNLIKELY = 0.85, 0.15
"""How often a shape is laid in lattices: where that alone fills a sheet better than piece by piece, and where not."""


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """How to make one pattern.

    space: number of the stock; place: index into PLACES
    key: (K,) shapes in falling order of it; blocks: (K,) those that are laid in lattices; most: (K,) pieces at most
    """

    space: int
    place: int
    key: Floats
    blocks: Ints
    most: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """A filled sheet, how many pieces of each shape are on it, (K,), and how it was made, if by a recipe."""

    filled: Filled
    counts: Ints
    recipe: Recipe | None = None


def pattern_of(problem: Problem, filled: Filled, recipe: Recipe | None = None) -> Pattern:
    """A filled sheet as a pattern that is cut once."""
    shapes = [problem.stances[piece.stance].shape for piece in filled.pieces]
    return Pattern(filled._replace(repeat=1), np.bincount(shapes, minlength=len(problem.shapes)), recipe)


def made(problem: Problem, recipe: Recipe, tick: Tick) -> Pattern:
    """The pattern that a recipe gives; `tick` may raise to stop."""
    construction = Construction(problem, strategy_of(problem, recipe), begun=Draft((), tuple(recipe.most.tolist())))
    construction.fill(Filled(recipe.space, (), 1), tick)
    return pattern_of(problem, construction.draft.sheets[-1], recipe)


def strategy_of(problem: Problem, recipe: Recipe) -> Strategy:
    """The order and the rules of a recipe as a strategy of the construction."""
    ids = [shape.part.id for shape in problem.shapes]
    order = dict(zip(ids, recipe.key.tolist(), strict=True))
    blocks = frozenset(name for name, yes in zip(ids, recipe.blocks, strict=True) if yes)

    def size(shape: Shape) -> float:
        return float(order[shape.part.id])

    return Strategy(size, *PLACES[recipe.place], blocks=blocks)


class Dice:
    """Draws recipes. Mutable: each draw changes the next."""

    def __init__(self, problem: Problem, wanted: Ints, tick: Tick) -> None:
        """For as many pieces of each shape, (K,), as are wanted; `tick` may raise to stop."""
        self.problem = problem
        self.wanted = wanted
        self.dice = np.random.default_rng(problem.rules.seed)
        self.size = np.array([gross(shape) for shape in problem.shapes])
        self._likely = np.zeros(len(wanted), bool)
        for k in np.flatnonzero(wanted).tolist():
            self._likely[k] = self._lattice_is_better(k, tick)

    def drawn(self, worth: Floats) -> Recipe:
        """An order between large first and worth much for their size first, and lattices for some shapes."""
        dice, count = self.dice, len(self.wanted)
        dear = np.log(worth / self.size + 1e-12) * dice.uniform(0.0, 3.0)
        key = np.log(self.size) * dice.uniform(0.0, 1.5) + dear + dice.normal(0.0, dice.uniform(0.0, 1.5), count)
        blocks = (dice.random(count) < np.where(self._likely, LIKELY, UNLIKELY)).astype(np.int64)
        return self._within(Recipe(self._space(), int(dice.integers(len(PLACES))), key, blocks, self.wanted))

    def changed(self, recipe: Recipe) -> Recipe:
        """A recipe much like another: some shapes earlier or later, one in lattices or no longer."""
        dice, count = self.dice, len(self.wanted)
        key = recipe.key + dice.normal(0.0, NUDGE, count)
        blocks = recipe.blocks ^ (np.arange(count) == dice.integers(2 * count))
        return self._within(replace(recipe, key=key, blocks=blocks))

    def some(self, recipes: Sequence[Recipe], count: int) -> list[Recipe]:
        """So many of the recipes, or all, in any order."""
        order = self.dice.permutation(len(recipes))[:count].tolist()
        return [recipes[k] for k in order]

    def _space(self) -> int:
        return int(self.dice.integers(len(self.problem.spaces)))

    def _within(self, recipe: Recipe) -> Recipe:
        """All that is wanted of the shapes that come first, as far as they fill a sheet; of the others some share.

        A hundred small pieces that would all have to wait for a gap cost more time than they are worth.
        """
        box = self.problem.spaces[recipe.space].box
        taken, area = self.wanted * self.size, max(box.width * box.height, 1.0)
        order = np.argsort(-recipe.key, kind="stable")
        before = np.cumsum(taken[order]) - taken[order]
        sheets = max(1.0, float(taken.sum()) / area)
        most = np.ceil(self.wanted * sheets ** -self.dice.uniform(0.0, 0.7)).astype(np.int64)
        leaders = order[before < area]
        most[leaders] = self.wanted[leaders]
        return replace(recipe, most=most)

    def _lattice_is_better(self, shape: int, tick: Tick) -> bool:
        """Whether more pieces of a shape, alone on a sheet, fit in a lattice than piece by piece."""
        most = np.where(np.arange(len(self.wanted)) == shape, np.minimum(self.wanted, SAMPLE), 0)
        none = np.zeros_like(most)
        both = [made(self.problem, Recipe(0, 0, self.size, blocks, most), tick) for blocks in (none, none + 1)]
        return _rank(self.problem, both[1]) < _rank(self.problem, both[0])


def _rank(problem: Problem, pattern: Pattern) -> tuple[int, float]:
    stances = problem.stances
    reach = max((piece.x + stances[piece.stance].box.x1 for piece in pattern.filled.pieces), default=0.0)
    return -int(pattern.counts.sum()), reach
