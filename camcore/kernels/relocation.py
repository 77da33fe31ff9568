"""Relocation: one piece of a crowd moves to where it overlaps the others least by weight."""

import numpy as np

from camcore.kernels import kernel
from camcore.kernels.crowd import Crowd, Ground, allowed, bin_at, gather, penalty
from camcore.kernels.depth import Depths, Lattice, Map
from camcore.kernels.dice import rolled, rolled_to
from camcore.kernels.penalties import STARTS, Starts, insert, new_starts, start, starts_on_map

LOCAL_SAMPLES = 4
"""Random positions tried around where the piece lies."""
FIRST_STEP, LAST_STEP = 0.25, 0.02
"""Step of the descents at their start and end, in sizes of the piece."""
FINE_STEP, FINEST_STEP = 0.01, 0.001
"""The same for the second descent, of the best position only."""
STEP_UP, STEP_DOWN = 1.1, 0.5
"""A step grows by the one after a success, and shrinks to the other after a failure."""
NEIGHBOURHOOD = 0.5
"""A descent knows the pieces this far around, in sizes of the piece, before it looks again."""


@kernel
def descend(
    table: Depths, crowd: Crowd, ground: Ground, i: int, at: tuple[int, float, float, float], steps: tuple[float, float]
) -> tuple[float, float, float]:
    """Coordinate descent of piece i from stance, x, y, value `at`, along the axes and diagonals; gives x, y, value."""
    a, x, y, value = at
    x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, x), a)
    around = NEIGHBOURHOOD * ground.size[crowd.kind[i]]
    rows, cx, cy = gather(table, crowd, i, (a, x, y), around), x, y
    sx = sy = steps[0]
    axis = rolled_to(crowd.dice, 4)
    while max(sx, sy) > steps[1] and value > 0.0:
        dx, dy = (0.0 if axis == 1 else sx), (0.0 if axis == 0 else (-sy if axis == 3 else sy))
        if max(abs(x - cx), abs(y - cy)) + max(sx, sy) > around:
            rows, cx, cy = gather(table, crowd, i, (a, x, y), around + max(sx, sy)), x, y
        px, py = min(max(x + dx, x0), x1), min(max(y + dy, y0), y1)
        qx, qy = min(max(x - dx, x0), x1), min(max(y - dy, y0), y1)
        p = penalty(table, rows, px, py, value)
        q = penalty(table, rows, qx, qy, min(value, p))
        if p < value or q < value:
            x, y, value = (qx, qy, q) if q < p else (px, py, p)
            factor = STEP_UP
        else:
            factor = STEP_DOWN
        sx *= factor if axis == 0 else (1.0 if axis == 1 else np.sqrt(factor))
        sy *= factor if axis == 1 else (1.0 if axis == 0 else np.sqrt(factor))
        if factor < 1.0:
            axis = rolled_to(crowd.dice, 4)
    return x, y, value


@kernel
def _consider(table: Depths, crowd: Crowd, i: int, at: tuple[int, float, float], starts: Starts, apart: float) -> None:
    """Measure a position exactly and take it into the list."""
    rows = gather(table, crowd, i, at, 0.0)
    value = penalty(table, rows, at[1], at[2], starts.value[-1])
    insert(starts, value, at[1], at[2], at[0], apart)


@kernel
def relocate(table: Depths, lattice: Lattice, crowd: Crowd, ground: Ground, i: int, field: Map) -> None:
    """Move piece i to the best position found: from the map, around where it lies, or where it lies."""
    size, a = ground.size[crowd.kind[i]], crowd.stance[i]
    starts, apart = new_starts(STARTS), 0.05 * size
    _consider(table, crowd, i, (a, crowd.x[i], crowd.y[i]), starts, apart)
    x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, crowd.x[i]), a)
    for _ in range(LOCAL_SAMPLES):
        x = min(max(crowd.x[i] + (rolled(crowd.dice) - 0.5) * size, x0), x1)
        y = min(max(crowd.y[i] + (rolled(crowd.dice) - 0.5) * size, y0), y1)
        _consider(table, crowd, i, (a, x, y), starts, apart)
    nodes = starts_on_map(lattice, crowd, ground, i, field)
    for k in range(STARTS):
        if nodes.value[k] < np.inf:
            a = nodes.stance[k]
            x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, nodes.x[k]), a)
            at = (a, min(max(nodes.x[k], x0), x1), min(max(nodes.y[k], y0), y1))
            _consider(table, crowd, i, at, starts, apart)
    best = 0
    for k in range(STARTS):
        if starts.value[k] < np.inf:
            steps = (FIRST_STEP * size, LAST_STEP * size)
            starts.x[k], starts.y[k], starts.value[k] = descend(table, crowd, ground, i, start(starts, k), steps)
            if starts.value[k] < starts.value[best]:
                best = k
    steps = (FINE_STEP * size, FINEST_STEP * size)
    x, y, _ = descend(table, crowd, ground, i, start(starts, best), steps)
    crowd.stance[i], crowd.x[i], crowd.y[i] = starts.stance[best], x, y
