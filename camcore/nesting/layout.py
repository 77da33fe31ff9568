"""A sheet while it is being filled, piece by piece, at touching positions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.kernels import touching
from camcore.nesting.frontier import TOUCH, Frontier
from camcore.nesting.problem import Problem


class Piece(NamedTuple):
    """One piece: the number of its stance, and where its part's origin lies, mm."""

    stance: int
    x: float
    y: float


class Filled(NamedTuple):
    """A filled sheet of space number `space`, cut `repeat` times."""

    space: int
    pieces: tuple[Piece, ...]
    repeat: int


class Draft(NamedTuple):
    """A whole nest in the search's own terms: its sheets, and how many pieces of each shape lie on none."""

    sheets: tuple[Filled, ...]
    left: tuple[int, ...]


class Layout:
    """Pieces on one sheet; knows where each stance may still be put. Mutable."""

    def __init__(self, problem: Problem, space: int, inner: Sequence[Piece] = ()) -> None:
        """`inner`: pieces that lie there already, and that nothing else will touch."""
        self.problem = problem
        self.space = space
        self.pieces: list[Piece] = [*inner]
        self._mute = len(inner)
        self._frontiers: dict[int, Frontier | None] = {}

    def place(self, piece: Piece) -> None:
        """Put a piece down; nothing is checked here."""
        self.pieces.append(piece)

    def best(self, stance: int, wx: float, wy: float) -> tuple[float, float] | None:
        """The free touching position of `stance` of least wx·x + wy·y, or None when there is none."""
        frontier = self._frontier(stance)
        if frontier is None:
            return None
        fresh = self.pieces[frontier.seen - self._ground :]
        for name in dict.fromkeys(piece.stance for piece in fresh):
            frontier.table = self.problem.table(stance, name)
        frontier.add(fresh, self._mute if len(fresh) == len(self.pieces) else 0)
        return frontier.best(wx, wy)

    def bounds(self, stance: int) -> Floats | None:
        """Positions x0, y0, x1, y1 that keep a stance inside the sheet's box; None when it is too large."""
        return self.problem.bounds(stance, self.space)

    def free(self, stance: int, points: Floats) -> Floats:
        """Those positions (n, 2) at which a stance overlaps no piece and nothing forbidden."""
        if not self.pieces and not self._ground:
            return points
        for name in dict.fromkeys(piece.stance for piece in self.pieces):
            self.problem.table(stance, name)
        table = self.problem.ground_table(stance, self.space)
        placed = [Piece(-1 - self.space, 0.0, 0.0)] * self._ground + self.pieces
        rows = np.array([(table.rows[name], x, y) for name, x, y in placed])
        return touching.kept_by_all(table.edges, table.first, table.boxes, rows, points, TOUCH)

    @property
    def _ground(self) -> int:
        """How many pieces a frontier knows before any is placed: the forbidden region is one."""
        return int(self.problem.spaces[self.space].forbidden is not None)

    def _frontier(self, stance: int) -> Frontier | None:
        if stance not in self._frontiers:
            self._frontiers[stance] = self._new_frontier(stance)
        return self._frontiers[stance]

    def _new_frontier(self, stance: int) -> Frontier | None:
        bounds = self.bounds(stance)
        if bounds is None:
            return None
        frontier = Frontier(self.problem.ground_table(stance, self.space), bounds)
        if self._ground:
            frontier.add([(-1 - self.space, 0.0, 0.0)])
        return frontier

    @property
    def reach(self) -> float:
        """How far right the parts reach, mm; 0 when empty."""
        stances = self.problem.stances
        return max((piece.x + stances[piece.stance].box.x1 for piece in self.pieces), default=0.0)
