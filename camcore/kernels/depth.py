"""How deep a position lies in a no-fit region: exact, in constant time.

A grid lies over each region; a cell lists the few edges one of which is nearest to any position in it, and nothing when
it is all outside. The sign comes from the nearest edge, at corners from the sum of both edges' normals (Baerentzen and
Aanaes, Signed distance computation using the angle weighted pseudonormal, 2005; in the plane any weight will do).
"""

import math
from typing import Any, NamedTuple

import numpy as np

from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.kernels import inlined, kernel
from camcore.kernels.wide import LANES

CELLS = 16
"""Cells of a region's grid each way: finer ones leave the cache and are slower."""


Names = Any
"""int32 arrays: numbers of edges, of which there are many, so that more of them stay in the cache."""
Map = Any
"""float32 arrays: penalties at lattice nodes, summed at twice the pace of float64."""


class Depths(NamedTuple):
    """Regions of all pairs of K stances; R different ones, each in its own frame.

    edges: (E, 9) x0, y0, dx, dy, 1 / length², normal at the start (2), normal at the end (2); region on the left
    first, near: edges of grid cell c are ``near[first[c]:first[c + 1]]``; cells of region r start at r × CELLS²
    grid: (R, 4) corner x, y of the grid and cells per mm in x, y
    region: (K, K) number of the region of stance a against stance b
    turn: (K, K, 4) 2 × 2 map of a's position as seen from b into the region's frame
    box: (K, K, 4) box of the region in the sheet's directions
    """

    edges: Floats
    first: Ints
    near: Names
    grid: Floats
    region: Ints
    turn: Floats
    box: Floats


@inlined
def cell_at(r: int, grid: tuple[float, float, float, float], x: float, y: float) -> int:
    """Number of the cell of region r, whose grid is `grid`, in which (x, y) lies, or which is nearest."""
    u = min(CELLS - 1, max(0, int((x - grid[0]) * grid[2])))
    v = min(CELLS - 1, max(0, int((y - grid[1]) * grid[3])))
    return (r * CELLS + v) * CELLS + u


@inlined
def _outside(edges: Floats, k: int, t: float, x: float, y: float) -> bool:
    """Whether (x, y) lies right of edge k, to whose fraction t it is nearest."""
    rx, ry = x - edges[k, 0], y - edges[k, 1]
    if t <= 0.0:
        side = rx * edges[k, 5] + ry * edges[k, 6]
    elif t >= 1.0:
        side = (rx - edges[k, 2]) * edges[k, 7] + (ry - edges[k, 3]) * edges[k, 8]
    else:
        side = rx * edges[k, 3] - ry * edges[k, 2]
    return bool(side >= 0.0)


@inlined
def way_in_cell(table: Depths, cell: int, x: float, y: float) -> tuple[float, float]:
    """Shortest move from (x, y), in a cell of its region's grid, out of the region; (0, 0) when it is outside.

    The innermost loop of all: plain indices, because slices would cost as much again.
    """
    edges, best, k, at = table.edges, np.inf, 0, 0.0
    for q in range(table.first[cell], table.first[cell + 1]):
        n = table.near[q]
        rx, ry = x - edges[n, 0], y - edges[n, 1]
        t = min(1.0, max(0.0, (rx * edges[n, 2] + ry * edges[n, 3]) * edges[n, 4]))
        ax, ay = rx - t * edges[n, 2], ry - t * edges[n, 3]
        square = ax * ax + ay * ay
        if square < best:
            best, k, at = square, n, t
    if best == np.inf:
        return 0.0, 0.0
    if _outside(edges, k, at, x, y):
        return 0.0, 0.0
    return edges[k, 0] + at * edges[k, 2] - x, edges[k, 1] + at * edges[k, 3] - y


@inlined
def way_out(table: Depths, a: int, b: int, dx: float, dy: float) -> tuple[float, float]:
    """Shortest move that takes stance a, at (dx, dy) from stance b, out of it; (0, 0) when they do not overlap."""
    box, turn, grid = table.box, table.turn, table.grid
    if dx <= box[a, b, 0] or dy <= box[a, b, 1] or dx >= box[a, b, 2] or dy >= box[a, b, 3]:
        return 0.0, 0.0
    x, y = turn[a, b, 0] * dx + turn[a, b, 1] * dy, turn[a, b, 2] * dx + turn[a, b, 3] * dy
    r = table.region[a, b]
    cell = cell_at(r, (grid[r, 0], grid[r, 1], grid[r, 2], grid[r, 3]), x, y)
    ox, oy = way_in_cell(table, cell, x, y)
    return turn[a, b, 0] * ox + turn[a, b, 2] * oy, turn[a, b, 1] * ox + turn[a, b, 3] * oy


@inlined
def depth(table: Depths, a: int, b: int, dx: float, dy: float) -> float:
    """How far stance a, at (dx, dy) from stance b, must move to touch it, mm; 0 when they do not overlap."""
    x, y = way_out(table, a, b, dx, dy)
    return float(math.sqrt(x * x + y * y))


@kernel
def _squares(edges: Floats, names: Names, count: int, at: tuple[float, float, float], away: Floats) -> float:
    """Work out the squares of the distances of the first `count` named edges from x, y of `at`.

    Returns that up to which an edge may be nearest to some point within the third of `at`; -1 where all these points
    lie outside.
    """
    x, y, reach = at
    best, least, best_t = 0, np.inf, 0.0
    for q in range(count):
        k = names[q]
        rx, ry = x - edges[k, 0], y - edges[k, 1]
        t = min(1.0, max(0.0, (rx * edges[k, 2] + ry * edges[k, 3]) * edges[k, 4]))
        ax, ay = rx - t * edges[k, 2], ry - t * edges[k, 3]
        square = ax * ax + ay * ay
        away[q] = square
        if square < least:
            best, least, best_t = k, square, t
    reach *= 1.0 + 1e-9
    if least > reach * reach and _outside(edges, best, best_t, x, y):
        return -1.0
    return (math.sqrt(least) + 2.0 * reach) ** 2


@kernel
def _halved(
    edges: Floats, box: tuple[float, float, float, float], blocks: int, lists: Names, counts: Ints
) -> tuple[Names, Ints]:
    """Lists (4 × blocks², n) of the quarters of blocks × blocks blocks, and their counts, from those of the blocks.

    `box` is the corner and size of all blocks together.
    """
    n, twice = lists.shape[1], 2 * blocks
    out, out_counts = np.empty((twice * twice, n), np.int32), np.zeros(twice * twice, np.int64)
    away = np.empty(n)
    width, height = box[2] / twice, box[3] / twice
    reach = 0.5 * math.sqrt(width * width + height * height)
    for cell in range(twice * twice):
        u, v = cell % twice, cell // twice
        block = (v // 2) * blocks + u // 2
        count = counts[block]
        if count == 0:
            continue
        names = lists[block]
        most = _squares(edges, names, count, (box[0] + (u + 0.5) * width, box[1] + (v + 0.5) * height, reach), away)
        some = 0
        for q in range(count):
            out[cell, some] = names[q]
            some += away[q] <= most
        out_counts[cell] = some
    return out, out_counts


@kernel
def fill_grid(edges: Floats, corner: Floats, size: Floats) -> tuple[Ints, Names]:
    """Lists of a region's cells: `first` (CELLS² + 1) and `near`, edges numbered from 0.

    `corner` is the lower left corner of the grid, `size` the width and height of a cell. Lists are halved from the
    whole grid down to quarters of cells; a cell's list is that of all its quarters, shorter than one made for itself.
    """
    n = len(edges)
    box = (corner[0], corner[1], CELLS * size[0], CELLS * size[1])
    lists, counts, blocks = np.arange(n).astype(np.int32).reshape(1, n), np.full(1, n), 1
    while blocks < 2 * CELLS:
        lists, counts = _halved(edges, box, blocks, lists, counts)
        blocks *= 2
    first, near = np.zeros(CELLS * CELLS + 1, np.int64), np.empty(counts.sum(), np.int32)
    listed, count = np.zeros(n, np.bool_), 0
    for cell in range(CELLS * CELLS):
        count = _gathered(lists, counts, cell, listed, near, count)
        first[cell + 1] = count
    return first, near[:count].copy()


@kernel
def _gathered(lists: Names, counts: Ints, cell: int, listed: Bools, near: Names, count: int) -> int:
    """Append the edges of a cell's four quarters, each once, in order; returns the new count."""
    corner = (cell // CELLS) * 4 * CELLS + 2 * (cell % CELLS)
    low, high = len(listed), -1
    for quarter in (corner, corner + 1, corner + 2 * CELLS, corner + 2 * CELLS + 1):
        some = counts[quarter]
        for q in range(some):
            listed[lists[quarter, q]] = True
        if some:
            low, high = min(low, lists[quarter, 0]), max(high, lists[quarter, some - 1])
    for k in range(low, high + 1):
        if listed[k]:
            near[count] = k
            count += 1
            listed[k] = False
    return count


@kernel
def with_normals(edges: Floats) -> Floats:
    """Rows (n, 9) of `Depths.edges` from directed edges (n, 4) that follow each other around rings."""
    out, start = np.empty((len(edges), 9)), 0
    for k in range(len(edges)):
        dx, dy = edges[k, 2] - edges[k, 0], edges[k, 3] - edges[k, 1]
        square = dx * dx + dy * dy
        length = math.sqrt(square)
        out[k, 0], out[k, 1], out[k, 2], out[k, 3], out[k, 4] = edges[k, 0], edges[k, 1], dx, dy, 1.0 / square
        out[k, 5], out[k, 6] = dy / length, -dx / length
        if k + 1 == len(edges) or edges[k + 1, 0] != edges[k, 2] or edges[k + 1, 1] != edges[k, 3]:
            _meet(out, k, start)
            start = k + 1
    return out


@kernel
def _meet(rows: Floats, last: int, start: int) -> None:
    """Sum the normals at the corners of the ring of rows start .. last, each of which has its own at its start."""
    nx, ny = rows[last, 5], rows[last, 6]
    for k in range(start, last + 1):
        own_x, own_y = rows[k, 5], rows[k, 6]
        rows[k, 5], rows[k, 6] = own_x + nx, own_y + ny
        nx, ny = own_x, own_y
        if k > start:
            rows[k - 1, 7], rows[k - 1, 8] = rows[k, 5], rows[k, 6]
    rows[last, 7], rows[last, 8] = rows[start, 5], rows[start, 6]


@kernel
def fill_grids(edges: Floats, first: Ints) -> tuple[Floats, Floats, Ints, Names]:
    """Edges with normals, grids (R, 4), and lists of the cells of the regions ``edges[first[r]:first[r + 1]]``.

    The lists are those of `Depths`, with edges numbered through.
    """
    rows, grids = np.empty((len(edges), 9)), np.empty((len(first) - 1, 4))
    starts = np.zeros((len(first) - 1) * CELLS * CELLS + 1, np.int64)
    near, count = np.empty(1024 * len(first), np.int32), 0
    low, high = np.empty(2), np.empty(2)
    for r in range(len(first) - 1):
        own = with_normals(edges[first[r] : first[r + 1]])
        rows[first[r] : first[r + 1]] = own
        for side in range(2):
            low[side], high[side] = own[:, side].min(), own[:, side].max()
            grids[r, side], grids[r, 2 + side] = low[side], CELLS / (high[side] - low[side])
        cells, lists = fill_grid(own, low, (high - low) / CELLS)
        if count + len(lists) > len(near):
            near = np.concatenate((near, np.empty(len(near) + len(lists), np.int32)))
        for k in range(len(lists)):
            near[count + k] = lists[k] + first[r]
        starts[r * CELLS * CELLS : (r + 1) * CELLS * CELLS] = cells[:-1] + count
        count += len(lists)
    starts[-1] = count
    return rows, grids, starts, near[:count]


@kernel
def pair_boxes(edges: Floats, first: Ints, region: Ints, turn: Floats) -> Floats:
    """Boxes (n, 4) of the regions named, under the inverse of the rotations or reflections `turn` (n, 4)."""
    out = np.empty((len(region), 4))
    for k in range(len(region)):
        x0, y0, x1, y1 = np.inf, np.inf, -np.inf, -np.inf
        for e in range(first[region[k]], first[region[k] + 1]):
            x = turn[k, 0] * edges[e, 0] + turn[k, 2] * edges[e, 1]
            y = turn[k, 1] * edges[e, 0] + turn[k, 3] * edges[e, 1]
            x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
        out[k, 0], out[k, 1], out[k, 2], out[k, 3] = x0, y0, x1, y1
    return out


class Lattice(NamedTuple):
    """Depths of all pairs of stances at the nodes of one square lattice, float32.

    step: distance of the nodes, mm
    pairs: (K, K, 6) where a pair's depths start, least u and v, count of columns and of rows, where its spans start
    spans: (n, 2) columns from .. to of a row between which the depth is not 0
    values: depths, row by row, each row followed by LANES zeros
    """

    step: float
    pairs: Ints
    spans: Ints
    values: Map


@kernel
def fill_lattice(table: Depths, lattice: Lattice, pairs: Ints) -> None:
    """Work out the depths and spans of these pairs (n, 2) of stances."""
    for k in range(len(pairs)):
        a, b = pairs[k, 0], pairs[k, 1]
        at, u0, v0, columns, rows, span = lattice.pairs[a, b]
        for v in range(rows):
            low, high = columns, 0
            for u in range(columns):
                found = depth(table, a, b, (u0 + u) * lattice.step, (v0 + v) * lattice.step)
                lattice.values[at + v * (columns + LANES) + u] = found
                if found > 0.0:
                    low, high = min(low, u), u + 1
            lattice.spans[span + v, 0], lattice.spans[span + v, 1] = low, high


@kernel
def copy_lattice(lattice: Lattice, pairs: Ints) -> None:
    """Copy depths for rows (n, 8): stances a and b, stances c and d of a filled pair, 2 × 2 map of nodes onto its."""
    for k in range(len(pairs)):
        at, u0, v0, columns, rows, span = lattice.pairs[pairs[k, 0], pairs[k, 1]]
        of, p0, q0, width, height, _ = lattice.pairs[pairs[k, 2], pairs[k, 3]]
        pu, pv, qu, qv = pairs[k, 4], pairs[k, 5], pairs[k, 6], pairs[k, 7]
        for v in range(rows):
            low, high = columns, 0
            for u in range(columns):
                p = pu * (u0 + u) + pv * (v0 + v) - p0
                q = qu * (u0 + u) + qv * (v0 + v) - q0
                within = 0 <= p < width and 0 <= q < height
                found = lattice.values[of + q * (width + LANES) + p] if within else np.float32(0.0)
                lattice.values[at + v * (columns + LANES) + u] = found
                if found > 0.0:
                    low, high = min(low, u), u + 1
            lattice.spans[span + v, 0], lattice.spans[span + v, 1] = low, high
