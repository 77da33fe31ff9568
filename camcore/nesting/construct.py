"""Constructive nesting: one piece after the other to the best touching position, sheet after sheet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from camcore.nesting.blocks import block
from camcore.nesting.layout import Draft, Filled, Layout, Piece
from camcore.nesting.problem import Problem
from camcore.nesting.shapes import Shape
from camcore.nesting.work import Tick

Measure = Callable[[Shape], float]


@dataclass(frozen=True, slots=True)
class Strategy:
    """An order of the shapes, and what a good position is.

    size: the shapes with more of it go first
    wx, wy: a position is better where wx·x + wy·y of the part's far (upper right) corner is less; `near` takes the
        near corner instead
    blocks: shapes (part ids) of which many pieces are laid in their lattice first, as far as there is room for that
    """

    size: Measure
    wx: float
    wy: float
    near: bool = False
    blocks: frozenset[str] = frozenset()


def _longest(shape: Shape) -> float:
    return max(max(stance.box.width, stance.box.height) for stance in shape.stances)


def _area(shape: Shape) -> float:
    return shape.area


def gross(shape: Shape) -> float:
    """Area with holes: what a part takes before others go into it."""
    return min(stance.box.width * stance.box.height for stance in shape.stances)


STRATEGIES: tuple[Strategy, ...] = (
    Strategy(gross, 1.0, 1e-3),
    Strategy(_area, 1.0, 1e-3),
    Strategy(_longest, 1.0, 1e-3),
    Strategy(gross, 1.0, 1e-3, near=True),
    Strategy(_longest, 1.0, 1e-3, near=True),
    Strategy(gross, 1.0, 0.3),
    Strategy(_longest, 1.0, 0.3),
    Strategy(_area, 1.0, 0.3),
)
"""What a quick nest tries, in this order."""


@dataclass(slots=True)
class Sheet:
    """A filled sheet: `repeat` alike of it are cut."""

    layout: Layout
    repeat: int


def laid(problem: Problem, filled: Filled) -> Layout:
    """A filled sheet as a layout to go on with."""
    layout = Layout(problem, filled.space)
    for piece in filled.pieces:
        layout.place(piece)
    return layout


class Construction:
    """Sheets being filled by one strategy. Mutable; at any moment what is placed is a valid nest."""

    def __init__(
        self,
        problem: Problem,
        strategy: Strategy,
        stances: Sequence[Sequence[int]] | None = None,
        begun: Draft | None = None,
    ) -> None:
        """Going on from the sheets of a draft; each shape is tried in these of its stances, None for all."""
        self.problem = problem
        self.strategy = strategy
        self.stances = problem.of_shape if stances is None else stances
        self.left = [shape.demand.quantity for shape in problem.shapes] if begun is None else list(begun.left)
        self.sheets = [Sheet(laid(problem, filled), filled.repeat) for filled in (begun.sheets if begun else ())]
        sizes = [strategy.size(shape) for shape in problem.shapes]
        self._order = sorted(
            range(len(problem.shapes)), key=lambda k: (-problem.shapes[k].demand.priority, -sizes[k], k)
        )
        kits: dict[str, list[int]] = {}
        for k in self._order:
            kits.setdefault(problem.shapes[k].demand.kit or "", []).append(k)
        self._kits = [members for kit, members in kits.items() if kit]

    @property
    def draft(self) -> Draft:
        """What is placed so far."""
        sheets = tuple(Filled(s.layout.space, tuple(s.layout.pieces), s.repeat) for s in self.sheets)
        return Draft(sheets, tuple(self.left))

    def run(self, tick: Tick, spaces: Sequence[int] | None = None) -> None:
        """Place all that fits, on the stocks in this order, None for the given one.

        `tick` is called before each piece and may raise to stop.
        """
        for index in range(len(self.problem.spaces)) if spaces is None else spaces:
            self._use_stock(index, self._supply(index), tick)
        for sheet in self.sheets:
            self._top_up(sheet, tick)

    def fill(self, begun: Filled, tick: Tick) -> None:
        """One more sheet, which may hold pieces already, filled with what is left of each shape."""
        sheet = Sheet(laid(self.problem, begun), begun.repeat)
        self.sheets.append(sheet)
        for kit in self._kits:
            self._place_kit(sheet, kit, tick)
        for shape in self._order:
            if not self._is_fill(shape) and self.problem.shapes[shape].demand.kit is None:
                self._place_all(sheet, shape, tick)

    def _supply(self, space: int) -> int | None:
        """Sheets of a stock that are still to be had; None for any number."""
        quantity, most = self.problem.spaces[space].stock.quantity, self.problem.rules.most_sheets
        rooms = [most - sum(sheet.repeat for sheet in self.sheets)] if most is not None else []
        if quantity:
            rooms.append(quantity - sum(sheet.repeat for sheet in self.sheets if sheet.layout.space == space))
        return max(0, min(rooms)) if rooms else None

    def _use_stock(self, space: int, count: int | None, tick: Tick) -> None:
        while any(self.left[k] for k in self._order if not self._is_fill(k)) and count != 0:
            self.fill(Filled(space, (), 1), tick)
            sheet = self.sheets[-1]
            if not sheet.layout.pieces:
                self.sheets.pop()
                return
            sheet.repeat += self._repeats(sheet, None if count is None else count - 1)
            count = None if count is None else count - sheet.repeat

    def _place_kit(self, sheet: Sheet, kit: list[int], tick: Tick) -> None:
        """Put down all pieces of a kit, or none."""
        if not all(self.left[k] for k in kit):
            return
        before, left = list(sheet.layout.pieces), list(self.left)
        for shape in kit:
            self._place_all(sheet, shape, tick)
            if self.left[shape]:
                sheet.layout, self.left = laid(self.problem, Filled(sheet.layout.space, tuple(before), 1)), left
                return

    def _is_fill(self, shape: int) -> bool:
        return self.problem.shapes[shape].demand.fill

    def _place_all(self, sheet: Sheet, shape: int, tick: Tick) -> None:
        """Put down pieces of one shape until none is left or none fits."""
        if self.problem.shapes[shape].part.id in self.strategy.blocks:
            for laid_piece in block(self.problem.nets, sheet.layout, shape, self.left[shape] // sheet.repeat):
                sheet.layout.place(laid_piece)
                self.left[shape] -= sheet.repeat
        while self.left[shape] >= sheet.repeat:
            tick()
            piece = self._best(sheet.layout, shape)
            if piece is None:
                return
            sheet.layout.place(piece)
            self.left[shape] -= sheet.repeat

    def _best(self, layout: Layout, shape: int) -> Piece | None:
        """Best position over all stances of the shape."""
        rule, found = self.strategy, []
        for stance in self.stances[shape]:
            at = layout.best(stance, rule.wx, rule.wy)
            if at is not None:
                box = self.problem.stances[stance].box
                corner = (box.x0, box.y0) if rule.near else (box.x1, box.y1)
                value = rule.wx * (at[0] + corner[0]) + rule.wy * (at[1] + corner[1])
                found.append((round(value, 6), stance, at))
        if not found:
            return None
        _, stance, at = min(found)
        return Piece(stance, *at)

    def _repeats(self, sheet: Sheet, count: int | None) -> int:
        """Cut the same sheet again as often as whole sheets of it are still wanted, `count` times at most."""
        used = [0] * len(self.left)
        for piece in sheet.layout.pieces:
            used[self.problem.stances[piece.stance].shape] += 1
        times = min(self.left[k] // n for k, n in enumerate(used) if n)
        times = times if count is None else min(times, count)
        for k, n in enumerate(used):
            self.left[k] -= times * n
        return times

    def _top_up(self, sheet: Sheet, tick: Tick) -> None:
        """Filler parts where there is room to spare: left of the crop line."""
        reach = sheet.layout.reach
        for shape in self._order:
            if self._is_fill(shape):
                self._fill(sheet, shape, reach, tick)

    def _fill(self, sheet: Sheet, shape: int, reach: float, tick: Tick) -> None:
        while self.left[shape] >= sheet.repeat:
            tick()
            piece = self._best(sheet.layout, shape)
            if piece is None or piece.x + self.problem.stances[piece.stance].box.x1 > reach + 1e-6:
                return
            sheet.layout.place(piece)
            self.left[shape] -= sheet.repeat
