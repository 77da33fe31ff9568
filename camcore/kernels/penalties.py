"""The map of penalties: where on a coarse lattice a piece would overlap least, all rotations and sheets at once."""

from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel
from camcore.kernels.crowd import SNUG, Crowd, Ground, allowed
from camcore.kernels.depth import Lattice, Map
from camcore.kernels.dice import Dice, rolled, rolled_to
from camcore.kernels.wide import LANES, add_scaled, any_below

STARTS = 2
"""Best nodes of the map that are tried, and best positions that a descent starts from."""
BLUR = 0.1
"""Values of the map's nodes are disturbed by up to this share, so that ties and near ties take turns."""


class Starts(NamedTuple):
    """Positions worth a try, best first: value, x, y and stance of each; value inf where there is none."""

    value: Floats
    x: Floats
    y: Floats
    stance: Ints


@kernel
def new_starts(count: int) -> Starts:
    """Room for so many starts, all empty."""
    return Starts(np.full(count, np.inf), np.zeros(count), np.zeros(count), np.zeros(count, np.int64))


@kernel
def insert(starts: Starts, value: float, x: float, y: float, stance: int, apart: float) -> None:
    """Take a position into the list when it is good enough; of two nearer than `apart` only the better stays."""
    last = len(starts.value) - 1
    place = last
    for k in range(last + 1):
        near = abs(starts.x[k] - x) < apart and abs(starts.y[k] - y) < apart
        if starts.value[k] < np.inf and starts.stance[k] == stance and near:
            place = k
            break
    if value >= starts.value[place]:
        return
    while place > 0 and starts.value[place - 1] > value:
        starts.value[place], starts.x[place] = starts.value[place - 1], starts.x[place - 1]
        starts.y[place], starts.stance[place] = starts.y[place - 1], starts.stance[place - 1]
        place -= 1
    starts.value[place], starts.x[place], starts.y[place], starts.stance[place] = value, x, y, stance


@kernel
def start(starts: Starts, k: int) -> tuple[int, float, float, float]:
    """Stance, x, y and value of one of them."""
    return starts.stance[k], starts.x[k], starts.y[k], starts.value[k]


@kernel
def add_to_map(lattice: Lattice, crowd: Crowd, i: int, a: int, window: tuple[int, int, int, int], field: Map) -> None:
    """Fill `field` with the weighted depths of piece i in stance a at the lattice's nodes, row by row.

    `window` = column and row of its first node, counts of columns and rows; rows of the field stand LANES apart.
    """
    u0, v0, columns, rows = window
    stride, pairs, spans = columns + LANES, lattice.pairs, lattice.spans
    field[: rows * stride] = np.float32(0.0)
    for j in range(len(crowd.x)):
        if j == i:
            continue
        b = crowd.stance[j]
        width, height = pairs[a, b, 3], pairs[a, b, 4]
        left = int(np.floor(crowd.x[j] / lattice.step + 0.5)) + pairs[a, b, 1] - u0
        low = int(np.floor(crowd.y[j] / lattice.step + 0.5)) + pairs[a, b, 2] - v0
        if left >= columns or left + width <= 0 or low >= rows or low + height <= 0:
            continue
        weight = np.float32(crowd.weight[i, j] * crowd.scale[i, j])
        for v in range(max(0, -low), min(height, rows - low)):
            span = pairs[a, b, 5] + v
            first = max(spans[span, 0], -left)
            count = min(spans[span, 1], columns - left) - first
            to, of = (low + v) * stride + left + first, pairs[a, b, 0] + v * (width + LANES) + first
            for u in range(0, count, LANES):
                add_scaled(field, to + u, weight, lattice.values, of + u)


@kernel
def minima_of_map(field: Map, dice: Dice, at: tuple[int, int, int, int, int], step: float, starts: Starts) -> None:
    """Insert the nodes of a map that are no worse than their four neighbours; equals are told apart by chance.

    `at` = stance, and the map's window as in `add_to_map`.
    """
    stride, columns, rows = at[3] + LANES, at[3], at[4]
    worst = starts.value[-1]
    for v in range(rows):
        for block in range(v * stride, v * stride + columns, LANES):
            if not any_below(field, block, worst):
                continue
            for k in range(block, min(block + LANES, v * stride + columns)):
                u, value = k - v * stride, field[k]
                if value >= worst:
                    continue
                if (u > 0 and field[k - 1] < value) or (u < columns - 1 and field[k + 1] < value):
                    continue
                if (v > 0 and field[k - stride] < value) or (v < rows - 1 and field[k + stride] < value):
                    continue
                blurred = value * (1.0 + BLUR * (2.0 * rolled(dice) - 1.0)) + 1e-6 * step * rolled(dice)
                insert(starts, blurred, (at[1] + u) * step, (at[2] + v) * step, at[0], 2.0 * step)
                worst = starts.value[-1]


@kernel
def nodes_between(low: float, high: float, step: float) -> tuple[int, int]:
    """First lattice node from low to high, and their count; the one nearest where there is none between."""
    first = int(np.ceil(low / step))
    count = int(np.floor(high / step)) - first + 1
    return (first, count) if count > 0 else (int(np.floor((low + high) / (2.0 * step) + 0.5)), 1)


@kernel
def starts_on_map(lattice: Lattice, crowd: Crowd, ground: Ground, i: int, field: Map) -> Starts:
    """Best nodes for piece i over all bins, as it lies and turned; of more than two stances one other, by chance."""
    starts, kind = new_starts(STARTS), crowd.kind[i]
    first, count = ground.stances[kind], ground.stances[kind + 1] - ground.stances[kind]
    other = first + rolled_to(crowd.dice, count)
    for a in range(first, first + count):
        if count <= 2 or a == crowd.stance[i] or a == other:
            for k in range(len(ground.bins)):
                _starts_in_bin(lattice, crowd, ground, (i, a, k), field, starts)
    return starts


@kernel
def _starts_in_bin(
    lattice: Lattice, crowd: Crowd, ground: Ground, what: tuple[int, int, int], field: Map, starts: Starts
) -> None:
    """Insert the best nodes for piece, stance and bin `what`."""
    (i, a, k), step = what, lattice.step
    x0, y0, x1, y1 = allowed(ground, k, a)
    if x1 < x0 - SNUG or y1 < y0 - SNUG:
        return
    u0, columns = nodes_between(x0, x1, step)
    v0, rows = nodes_between(y0, y1, step)
    add_to_map(lattice, crowd, i, a, (u0, v0, columns, rows), field)
    minima_of_map(field, crowd.dice, (a, u0, v0, columns, rows), step, starts)
