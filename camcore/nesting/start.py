"""A given nest as the draft to go on from: what of it holds under the demands, stocks and rules of now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.nesting.check import sheet_faults, wrong_turn
from camcore.nesting.layout import Draft, Filled, Piece
from camcore.nesting.model import Nest, NestedSheet, Placement, Stock
from camcore.nesting.problem import Problem

SAME_EDGE = 1e-6
"""Sheets whose vertices agree to this, mm, are the same stock."""
PASSES = 20
"""A sheet that still has faults after so many times leaving out what is at fault is left out whole."""


def given(problem: Problem, nest: Nest) -> tuple[Draft, list[Finding]]:
    """What holds of a nest, and a finding W405 for each part and reason of pieces left out."""
    start = _Start(problem)
    for sheet in nest.sheets:
        start.take(sheet)
    rows = [
        Finding("W405", f"{count} of {part!r}: {why}", "they are placed anew where there is room", None, {"part": part})
        for (part, why), count in start.left_out.items()
    ]
    return Draft(tuple(start.sheets), tuple(start.left)), rows


@dataclass(slots=True)
class _Start:
    """Sheets taken over so far. Mutable."""

    problem: Problem
    left: list[int] = field(init=False)
    sheets: list[Filled] = field(default_factory=list)
    left_out: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.left = [shape.demand.quantity for shape in self.problem.shapes]

    def take(self, sheet: NestedSheet) -> None:
        """Take over a sheet, as often as stock and demands allow, without the pieces that do not hold."""
        space = self._space(sheet.stock)
        if space is None:
            self._drop(sheet.placements, sheet.repeat, "there is no sheet like theirs, or none more")
            return
        wanted = [p for p in sheet.placements if self._wanted(p, sheet.repeat)]
        repeat, pieces = self._counted(wanted, min(sheet.repeat, self._supply(space)), sheet.repeat)
        held = self._held(replace(sheet, placements=tuple(pieces), stock=self.problem.spaces[space].stock), repeat)
        if held:
            filled = Filled(space, tuple(self._piece(p) for p in held), repeat)
            self.sheets.append(filled)
            for placement in held:
                self.left[self._number(placement.part)] -= repeat

    def _drop(self, placements: Sequence[Placement], times: int, why: str) -> None:
        for placement in placements if times else ():
            self.left_out[placement.part, why] += times

    def _space(self, stock: Stock) -> int | None:
        """The first space of a stock with these edges of which there is still a sheet."""
        alike = (k for k, space in enumerate(self.problem.spaces) if _same(space.stock, stock) and self._supply(k))
        return next(alike, None)

    def _supply(self, space: int) -> int:
        """Sheets of a space that are still to be had."""
        quantity = self.problem.spaces[space].stock.quantity or 1 << 40
        return quantity - sum(sheet.repeat for sheet in self.sheets if sheet.space == space)

    def _number(self, part: str) -> int:
        """Number of the shape of a part, −1 for one that is not demanded."""
        return next((k for k, shape in enumerate(self.problem.shapes) if shape.part.id == part), -1)

    def _wanted(self, placement: Placement, times: int) -> bool:
        """Whether a piece is demanded and turned as it may be; else it is dropped."""
        number = self._number(placement.part)
        if number < 0:
            self._drop([placement], times, "no longer demanded")
            return False
        if any(wrong_turn(placement, self.problem.shapes[number].demand)):
            self._drop([placement], times, "turned or mirrored as they must not be")
            return False
        return True

    def _counted(self, placements: Sequence[Placement], most: int, times: int) -> tuple[int, list[Placement]]:
        """How often the sheet is cut, `most` times, and its pieces, so that no part comes to more than is left."""
        used = Counter(self._number(p.part) for p in placements)
        repeat = max(1, min([most, *(self.left[k] // n for k, n in used.items())]))
        kept, room = [], {k: self.left[k] // repeat for k in used}
        for placement in placements:
            number = self._number(placement.part)
            room[number] -= 1
            if room[number] >= 0:
                kept.append(placement)
            self._drop(
                [placement],
                times - repeat if room[number] >= 0 else times,
                "more than are demanded, or on more sheets than there are",
            )
        return repeat, kept

    def _held(self, sheet: NestedSheet, repeat: int) -> list[Placement]:
        """The pieces of a sheet that keep spacing and margin; of two that are too near the later one goes."""
        parts = {shape.part.id: shape.part for shape in self.problem.shapes}
        nest = Nest((), (), (), self.problem.rules, "done", parts=parts)
        held = list(sheet.placements)
        for _ in range(PASSES):
            found = sheet_faults(replace(sheet, placements=tuple(held)), nest) if held else []
            if not found:
                return held
            gone: set[int] = set()
            for fault in found:
                if not gone.intersection(fault.placements):
                    gone.add(max(fault.placements))
            self._drop([held[k] for k in sorted(gone)], repeat, "overlapping, too near each other or the sheet's edge")
            held = [placement for k, placement in enumerate(held) if k not in gone]
        self._drop(held, repeat, "on a sheet with too many faults")
        return []

    def _piece(self, placement: Placement) -> Piece:
        number = self._number(placement.part)
        stance = self.problem.turned(number, placement.rotation % 360.0, placement.mirror)
        return Piece(stance, placement.x, placement.y)


def _same(one: Stock, two: Stock) -> bool:
    """Whether two stocks have the same edges, vertex for vertex."""
    pairs = list(zip((one.outline, *one.holes), (two.outline, *two.holes), strict=False))
    return len(one.holes) == len(two.holes) and all(_same_curve(a, b) for a, b in pairs)


def _same_curve(a: Curve, b: Curve) -> bool:
    return a.vertices.shape == b.vertices.shape and bool(np.abs(a.vertices - b.vertices).max() < SAME_EDGE)
