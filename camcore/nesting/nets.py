"""Nets: the lattices of a problem's shapes as they lie on a sheet."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.nesting.lattice import Lattice, Regions, lattices

if TYPE_CHECKING:
    from camcore.nesting.problem import Problem

MOST_LATTICES, MOST_STANCES = 6, 4
"""Best lattices of a shape, and stances, that are tried on a sheet."""
ROOMIER = 1.1
"""A lattice that takes more of the plane than the best, by this factor, is not tried."""


class Net(NamedTuple):
    """A lattice as it lies when one stance of its shape is upright: which stances, and steps between them, mm."""

    stance: int
    turned: int | None
    u: Floats
    v: Floats
    between: Floats


class Nets:
    """The lattices of all shapes of a problem, found when first asked for."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._nets: dict[int, tuple[Net, ...]] = {}
        self._lock = Lock()

    def of(self, shape: int) -> tuple[Net, ...]:
        """Lattices of a shape in its stances, densest first."""
        with self._lock:
            if shape not in self._nets:
                self._nets[shape] = tuple(self._found(shape))
            return self._nets[shape]

    def _found(self, shape: int) -> Iterator[Net]:
        stances = self.problem.of_shape[shape][:MOST_STANCES]
        partners = {stance: self._turned(stance) for stance in stances}
        found = lattices(Regions.of(self.problem.shapes[shape].body, any(p is not None for p in partners.values())))
        for lattice in found[:MOST_LATTICES]:
            if lattice.each <= ROOMIER * found[0].each:
                yield from (net for a, b in partners.items() for net in self._net(lattice, a, b))

    def _turned(self, stance: int) -> int | None:
        """The stance that is turned by 180 degrees against another."""
        own = self.problem.stances[stance]
        for k in self.problem.of_shape[own.shape]:
            other = self.problem.stances[k]
            if other.mirror == own.mirror and abs((other.rotation - own.rotation) % 360.0 - 180.0) < 1e-9:
                return k
        return None

    def _net(self, lattice: Lattice, stance: int, turned: int | None) -> Iterator[Net]:
        turn = self.problem.stances[stance].matrix
        u, v = turn @ lattice.u, turn @ lattice.v
        if lattice.turned is None:
            yield Net(stance, None, u, v, np.zeros(2))
        elif turned is not None:
            yield Net(stance, turned, u, v, turn @ lattice.turned)
