"""A crowd: pieces that may overlap, and what one of them meets where it lies or might lie."""

import math
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import inlined, kernel
from camcore.kernels.depth import Depths, cell_at, depth, way_in_cell
from camcore.kernels.dice import Dice

SNUG = 1e-6
"""A bin that is narrower than a part by less, mm, still holds it."""


class Crowd(NamedTuple):
    """n pieces that may overlap, in a row of bins.

    kind: (n,) the piece may lie in stances ``stances[kind] .. stances[kind + 1]``; −1 for one that never moves
    stance, x, y: (n,) where it lies now, mm
    weight, scale, overlap: (n, n) guide's weight, size factor, and depth × size factor of each pair
    dice: state of the random numbers
    """

    kind: Ints
    stance: Ints
    x: Floats
    y: Floats
    weight: Floats
    scale: Floats
    overlap: Floats
    dice: Dice


class Ground(NamedTuple):
    """What the pieces lie on, and what they are.

    bins: (B, 4) rectangles within which true parts have to lie: sheets side by side, mm
    stances: (T + 1,) first stance of each kind
    extent: (K, 4) box of the true part in each stance
    size: (T,) least extent of each kind, mm: the measure of its steps
    """

    bins: Floats
    stances: Ints
    extent: Floats
    size: Floats


@inlined
def allowed(ground: Ground, bin_: int, stance: int) -> tuple[float, float, float, float]:
    """Positions x0, y0, x1, y1 at which a stance lies within a bin; empty when x1 < x0 or y1 < y0."""
    b, e = ground.bins[bin_], ground.extent[stance]
    return b[0] - e[0], b[1] - e[1], b[2] - e[2], b[3] - e[3]


@kernel
def bin_at(ground: Ground, stance: int, x: float) -> int:
    """The bin in which (or nearest to which) the middle of a stance at x lies."""
    middle = x + 0.5 * (ground.extent[stance, 0] + ground.extent[stance, 2])
    best, least = 0, np.inf
    for k in range(len(ground.bins)):
        away = max(0.0, max(ground.bins[k, 0] - middle, middle - ground.bins[k, 2]))
        if away < least:
            best, least = k, away
    return best


@kernel
def gather(table: Depths, crowd: Crowd, i: int, at: tuple[int, float, float], around: float) -> Floats:
    """What piece i in stance `at[0]` may meet within `around` of (at[1], at[2]), one compact row for each other piece.

    Columns: position (2), weight × scale, box (4), turn (4), grid (4), number of the region.
    """
    a, x, y = at
    rows = np.empty((len(crowd.x), 16))
    count = 0
    for j in range(len(crowd.x)):
        b = crowd.stance[j]
        box = table.box[a, b]
        bx, by = crowd.x[j], crowd.y[j]
        if x + around <= bx + box[0] or x - around >= bx + box[2]:
            continue
        if y + around <= by + box[1] or y - around >= by + box[3] or j == i:
            continue
        row = rows[count]
        r = table.region[a, b]
        row[0], row[1], row[2] = bx, by, crowd.weight[i, j] * crowd.scale[i, j]
        row[3], row[4], row[5], row[6] = bx + box[0], by + box[1], bx + box[2], by + box[3]
        row[7:11] = table.turn[a, b]
        row[11:15] = table.grid[r]
        row[15] = r
        count += 1
    return rows[:count]


@inlined
def penalty(table: Depths, rows: Floats, x: float, y: float, limit: float) -> tuple[float, float, float]:
    """Weighted depth of a piece at (x, y) in the gathered others, and its slope (2) downhill.

    Stops early once it is `limit` or more; the slope is then worth nothing.
    """
    total, px, py = 0.0, 0.0, 0.0
    for k in range(len(rows)):
        if x <= rows[k, 3] or y <= rows[k, 4] or x >= rows[k, 5] or y >= rows[k, 6]:
            continue
        dx, dy = x - rows[k, 0], y - rows[k, 1]
        u, v = rows[k, 7] * dx + rows[k, 8] * dy, rows[k, 9] * dx + rows[k, 10] * dy
        cell = cell_at(int(rows[k, 15]), (rows[k, 11], rows[k, 12], rows[k, 13], rows[k, 14]), u, v)
        ox, oy = way_in_cell(table, cell, u, v)
        if ox != 0.0 or oy != 0.0:
            away = math.sqrt(ox * ox + oy * oy)
            total += rows[k, 2] * away
            if total >= limit:
                break
            share = rows[k, 2] / away
            px += share * (rows[k, 7] * ox + rows[k, 9] * oy)
            py += share * (rows[k, 8] * ox + rows[k, 10] * oy)
    return total, px, py


@kernel
def measure(table: Depths, crowd: Crowd, i: int) -> None:
    """Bring the overlaps of piece i with all others up to date."""
    for j in range(len(crowd.x)):
        if j != i and (crowd.kind[i] >= 0 or crowd.kind[j] >= 0):
            a, b = (i, j) if crowd.kind[i] >= 0 else (j, i)
            found = depth(table, crowd.stance[a], crowd.stance[b], crowd.x[a] - crowd.x[b], crowd.y[a] - crowd.y[b])
            found *= crowd.scale[i, j]
            crowd.overlap[i, j] = found
            crowd.overlap[j, i] = found


@kernel
def measure_all(table: Depths, crowd: Crowd) -> float:
    """Bring all overlaps up to date; returns their sum."""
    for i in range(len(crowd.x)):
        measure(table, crowd, i)
    return float(crowd.overlap.sum())
