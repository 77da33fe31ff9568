"""Relocation: one piece of a crowd moves to where it overlaps the others least by weight."""

import math

import numpy as np

from camcore.kernels import kernel
from camcore.kernels.crowd import Crowd, Ground, allowed, bin_at, gather, penalty
from camcore.kernels.depth import Depths, Lattice, Map
from camcore.kernels.dice import rolled, rolled_to
from camcore.kernels.penalties import STARTS, Starts, insert, new_starts, start, starts_on_map

LOCAL_SAMPLES = 2
"""Random positions tried around where the piece lies."""
FIRST_STEP, LAST_STEP = 0.25, 0.02
"""Step of the descents at their start and end, in sizes of the piece."""
FINE_STEP, FINEST_STEP = 0.01, 0.001
"""The same for the second descent, of the best position only."""
STEP_UP, STEP_DOWN = 1.1, 0.7
"""A step grows by the one after a success, and shrinks to the other after a failure."""
HOPELESS = 4.0
"""A start that is so many times worse than the best descent so far is not descended from."""
NEIGHBOURHOOD = 0.5
"""A descent knows the pieces this far around, in sizes of the piece, before it looks again."""


@kernel
def descend(
    table: Depths, crowd: Crowd, ground: Ground, i: int, at: tuple[int, float, float, float], steps: tuple[float, float]
) -> tuple[float, float, float]:
    """Descent of piece i from stance, x, y, value `at`: a step downhill along x, y or the slope, by chance.

    Returns x, y and value; `steps` are its step at the start and the least one, mm.
    """
    a, x, y, _ = at
    x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, x), a)
    around = NEIGHBOURHOOD * ground.size[crowd.kind[i]]
    rows, cx, cy = gather(table, crowd, i, (a, x, y), around), x, y
    value, gx, gy = penalty(table, rows, x, y, np.inf)
    step = steps[0]
    while step > steps[1] and value > 0.0:
        axis = rolled_to(crowd.dice, 3)
        if axis == 0:
            dx, dy = math.copysign(step, gx), 0.0
        elif axis == 1:
            dx, dy = 0.0, math.copysign(step, gy)
        else:
            slope = math.sqrt(gx * gx + gy * gy) + 1e-30
            dx, dy = step * gx / slope, step * gy / slope
        if max(abs(x - cx), abs(y - cy)) + step > around:
            rows, cx, cy = gather(table, crowd, i, (a, x, y), around + step), x, y
        px, py = min(max(x + dx, x0), x1), min(max(y + dy, y0), y1)
        found, hx, hy = penalty(table, rows, px, py, value)
        if found < value:
            x, y, value, gx, gy = px, py, found, hx, hy
            step *= STEP_UP
        else:
            step *= STEP_DOWN
    return x, y, value


@kernel
def _consider(table: Depths, crowd: Crowd, i: int, at: tuple[int, float, float], starts: Starts, apart: float) -> None:
    """Measure a position exactly and take it into the list."""
    rows = gather(table, crowd, i, at, 0.0)
    value, _, _ = penalty(table, rows, at[1], at[2], starts.value[-1])
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
        if starts.value[k] < np.inf and (k == 0 or starts.value[k] < HOPELESS * starts.value[best]):
            steps = (FIRST_STEP * size, LAST_STEP * size)
            starts.x[k], starts.y[k], starts.value[k] = descend(table, crowd, ground, i, start(starts, k), steps)
            if starts.value[k] < starts.value[best]:
                best = k
    steps = (FINE_STEP * size, FINEST_STEP * size)
    x, y, _ = descend(table, crowd, ground, i, start(starts, best), steps)
    crowd.stance[i], crowd.x[i], crowd.y[i] = starts.stance[best], x, y
