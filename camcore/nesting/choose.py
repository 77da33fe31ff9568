"""Which patterns are cut how often: the integer program of cutting stock, and the worth of the pieces.

Gilmore and Gomory 1961 (doi 10.1287/opre.9.6.849): with a[k, p] pieces of shape k in pattern p, x[p] of it cut and
r[k] pieces left to be nested otherwise, at least cost,

    minimise  sum of price[p] x[p]  +  sum of worth[k] r[k]      with  a x + r = wanted,  x integer,  r >= 0

The duals of its first rows, x not integer, are what a piece of each shape is worth: a pattern whose pieces are worth
more than its price makes the program better.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from camcore.geometry.arrays import Floats, Ints

NODES = 2000
"""Nodes of the branch and bound: a second at most for some dozen shapes, and the same answer anywhere."""
SETUP = 2e-3
"""Share of a pattern's price that using one more pattern may cost: few programs, but never a sheet more for that."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """What there is to choose from.

    counts: (P, K) pieces of each shape in each pattern; price: (P,) of cutting it once
    stock: (P,) number of the stock of each pattern; supply: sheets of each stock to be had, None for any number
    wanted: (K,) pieces of each shape; most: greatest number of sheets, None for any
    """

    counts: Ints
    price: Floats
    stock: Ints
    supply: tuple[int | None, ...]
    wanted: Ints
    most: int | None = None

    def relaxed(self) -> tuple[float, Floats, Floats]:
        """Of the linear program, which cuts parts of sheets too: the price, what a piece of each shape is worth, (K,),
        and how often each pattern is cut, (P,).

        Every shape has to be in some pattern. Pieces may be cut that nobody wants: then they are worth nothing.
        """
        program = _Program(self, integer=False)
        program.run()
        solution = program.solver.getSolution()
        duals = np.array(solution.row_dual)[: len(self.wanted)]
        return program.value, np.maximum(duals, 0.0), np.array(solution.col_value)

    def times(self, worth: Floats) -> Ints:
        """How often each pattern is cut when pieces that are left over cost `worth` each."""
        program = _Program(self, integer=True, left=worth)
        program.run()
        values = np.array(program.solver.getSolution().col_value)[: len(self.price)]
        return np.round(values).astype(np.int64)


class _Program:
    """The program in the solver's own terms."""

    def __init__(self, choice: Choice, integer: bool, left: Floats | None = None) -> None:
        import highspy

        self.choice = choice
        self.solver: Any = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in {"output_flag": False, "threads": 1, "random_seed": 0, "mip_max_nodes": NODES}.items():
            self.solver.setOptionValue(name, value)
        self._columns(integer, left)
        self._rows(exact=left is not None)
        if integer:
            self._setups()

    @property
    def value(self) -> float:
        return float(self.solver.getInfo().objective_function_value)

    def run(self) -> None:
        self.solver.run()

    def _columns(self, integer: bool, left: Floats | None) -> None:
        from highspy import HighsVarType

        most = self._most()
        for price, bound in zip(self.choice.price, most, strict=True):
            self.solver.addCol(float(price), 0.0, float(bound) if integer else np.inf, 0, [], [])
        for worth in [] if left is None else left:
            self.solver.addCol(float(worth), 0.0, np.inf, 0, [], [])
        if integer:
            for p in range(len(most)):
                self.solver.changeColIntegrality(p, HighsVarType.kInteger)

    def _most(self) -> Ints:
        """How often each pattern can be cut without a piece too many."""
        counts = self.choice.counts
        with np.errstate(divide="ignore"):
            often = np.where(counts > 0, self.choice.wanted // np.maximum(counts, 1), np.iinfo(np.int64).max)
        most: Ints = often.min(axis=1)
        return most

    def _rows(self, exact: bool) -> None:
        choice, columns = self.choice, len(self.choice.price)
        for k, wanted in enumerate(choice.wanted):
            inside = np.flatnonzero(choice.counts[:, k])
            index = [*inside.tolist(), columns + k] if exact else inside.tolist()
            values = [*choice.counts[inside, k].astype(float).tolist(), 1.0][: len(index)]
            self.solver.addRow(float(wanted), float(wanted) if exact else np.inf, len(index), index, values)
        for number, supply in enumerate(choice.supply):
            self._at_most(supply, np.flatnonzero(choice.stock == number).tolist())
        self._at_most(choice.most, list(range(columns)))

    def _at_most(self, count: int | None, columns: list[int]) -> None:
        if count is not None and columns:
            self.solver.addRow(-np.inf, float(count), len(columns), columns, [1.0] * len(columns))

    def _setups(self) -> None:
        """A pattern that is used at all costs a little: x[p] <= most[p] y[p], y binary."""
        from highspy import HighsVarType

        for p, (price, most) in enumerate(zip(self.choice.price, self._most().tolist(), strict=True)):
            self.solver.addCol(SETUP * float(price), 0.0, 1.0, 0, [], [])
            y = self.solver.getNumCol() - 1
            self.solver.changeColIntegrality(y, HighsVarType.kInteger)
            self.solver.addRow(-np.inf, 0.0, 2, [p, y], [1.0, -float(most)])
