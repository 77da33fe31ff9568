"""Blocks: many pieces of one shape at once, as a piece of its lattice among what lies on a sheet already.

Piece by piece to the best touching position, hooked shapes never get into the arrangement that repeats best: a pair
that hooks into itself begins with a position that looks bad. So the lattice is laid over the sheet, its points that
are free are found, and the leftmost of them are taken.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.nesting.frontier import TOUCH
from camcore.nesting.layout import Layout, Piece
from camcore.nesting.nets import Net, Nets

FEWEST = 3
"""Pieces that are worth a lattice."""
CORNERS = ((1.0, 1e-3), (1.0, -1e-3))
"""Where a lattice is laid on: at the leftmost touching position, the lowest of these or the highest."""


def block(nets: Nets, layout: Layout, shape: int, count: int) -> list[Piece]:
    """At most `count` pieces of a shape for the free places of a sheet, in the lattice that takes the least length."""
    best: tuple[tuple[int, float], list[Piece]] | None = None
    for net in nets.of(shape) if count >= FEWEST else ():
        for origin in _origins(layout, net):
            pieces, far = _laid(layout, net, origin, count)
            rank = (-len(pieces), round(far, 6))
            if pieces and (best is None or rank < best[0]):
                best = rank, pieces
    return [] if best is None or len(best[1]) < FEWEST else best[1]


def _origins(layout: Layout, net: Net) -> Iterator[Floats]:
    """Where the lattice's first piece may lie so that it, or its turned neighbour, is at a leftmost position."""
    for stance, offset in ((net.stance, np.zeros(2)), (net.turned, net.between)):
        if stance is not None:
            places = {layout.best(stance, *weights) for weights in CORNERS}
            yield from (np.array(at) - offset for at in sorted(place for place in places if place is not None))


def _laid(layout: Layout, net: Net, origin: Floats, count: int) -> tuple[list[Piece], float]:
    """The leftmost free pieces of a lattice, and how far right they reach."""
    stances, rows = [net.stance], [layout.free(net.stance, _points(layout, net, net.stance, origin))]
    if net.turned is not None:
        points = _points(layout, net, net.turned, origin + net.between)
        stances, rows = [*stances, net.turned], [*rows, layout.free(net.turned, points)]
    far = np.concatenate([row[:, 0] + _right(layout, k) for k, row in zip(stances, rows, strict=True)])
    which = np.repeat(stances, [len(row) for row in rows])
    at = np.concatenate(rows)
    order = np.lexsort((at[:, 1], far.round(6)))[:count]
    pieces = [Piece(int(which[k]), float(at[k, 0]), float(at[k, 1])) for k in order]
    return pieces, float(far[order[-1]]) if len(order) else 0.0


def _right(layout: Layout, stance: int) -> float:
    return layout.problem.stances[stance].box.x1


def _points(layout: Layout, net: Net, stance: int, origin: Floats) -> Floats:
    """Points of the lattice, (n, 2), at which the stance is inside the sheet's box."""
    bounds = layout.bounds(stance)
    if bounds is None:
        return np.empty((0, 2))
    low, high = bounds[0:2] - TOUCH, bounds[2:4] + TOUCH
    steps = np.column_stack([net.u, net.v])
    corners = np.array([(x, y) for x in (low[0], high[0]) for y in (low[1], high[1])])
    reach = np.linalg.solve(steps, (corners - origin).T)
    i, j = (np.arange(np.floor(row.min()), np.ceil(row.max()) + 1.0) for row in reach)
    points: Floats = origin + np.stack(np.meshgrid(i, j), axis=-1).reshape(-1, 2) @ steps.T
    inside = (points >= low).all(axis=1) & (points <= high).all(axis=1)
    return np.clip(points[inside], bounds[0:2], bounds[2:4])
