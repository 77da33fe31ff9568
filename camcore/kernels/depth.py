"""How deep a position lies in a no-fit region: exact, in constant time.

A grid lies over each region; a cell lists the few edges one of which is nearest to any position in it, and nothing when
it is all outside. The sign comes from the nearest edge, at corners from the sum of both edges' normals (Baerentzen and
Aanaes, Signed distance computation using the angle weighted pseudonormal, 2005; in the plane any weight will do).
"""

import math
from typing import Any, NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel

CELLS = 16
"""Cells of a region's grid each way: finer ones leave the cache and are slower."""
BLOCK = 4
"""Cells are filled in blocks of this many each way, from the edges that may be nearest to anything in the block."""


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
    near: Ints
    grid: Floats
    region: Ints
    turn: Floats
    box: Floats


@kernel
def _square_to_edge(edges: Floats, k: int, x: float, y: float) -> float:
    """Square of the distance to edge k."""
    rx, ry = x - edges[k, 0], y - edges[k, 1]
    t = min(1.0, max(0.0, (rx * edges[k, 2] + ry * edges[k, 3]) * edges[k, 4]))
    ax, ay = rx - t * edges[k, 2], ry - t * edges[k, 3]
    return float(ax * ax + ay * ay)


@kernel
def _nearest(edges: Floats, names: Ints, x: float, y: float) -> tuple[int, float, float]:
    """Number of the nearest of the named edges, fraction of its length nearest to (x, y), square of the distance."""
    best, best_k, best_t = np.inf, 0, 0.0
    for q in range(len(names)):
        k = names[q]
        rx, ry = x - edges[k, 0], y - edges[k, 1]
        t = min(1.0, max(0.0, (rx * edges[k, 2] + ry * edges[k, 3]) * edges[k, 4]))
        ax, ay = rx - t * edges[k, 2], ry - t * edges[k, 3]
        square = ax * ax + ay * ay
        if square < best:
            best, best_k, best_t = square, k, t
    return best_k, best_t, best


@kernel
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


@kernel
def depth_in_cell(edges: Floats, names: Ints, x: float, y: float) -> float:
    """Distance to the nearest of the named edges when (x, y) lies on their left, else 0."""
    if len(names) == 0:
        return 0.0
    k, t, square = _nearest(edges, names, x, y)
    return 0.0 if _outside(edges, k, t, x, y) else float(math.sqrt(square))


@kernel
def cell_at(grid: Floats, r: int, x: float, y: float) -> int:
    """Number of the cell of region r in which (x, y) lies, or which is nearest."""
    u = min(CELLS - 1, max(0, int((x - grid[0]) * grid[2])))
    v = min(CELLS - 1, max(0, int((y - grid[1]) * grid[3])))
    return (r * CELLS + v) * CELLS + u


@kernel
def way_out(table: Depths, a: int, b: int, dx: float, dy: float) -> tuple[float, float]:
    """Shortest move that takes stance a, at (dx, dy) from stance b, out of it; (0, 0) when they do not overlap."""
    box = table.box[a, b]
    if dx <= box[0] or dy <= box[1] or dx >= box[2] or dy >= box[3]:
        return 0.0, 0.0
    turn, r = table.turn[a, b], table.region[a, b]
    x, y = turn[0] * dx + turn[1] * dy, turn[2] * dx + turn[3] * dy
    cell = cell_at(table.grid[r], r, x, y)
    names = table.near[table.first[cell] : table.first[cell + 1]]
    if len(names) == 0:
        return 0.0, 0.0
    k, t, _ = _nearest(table.edges, names, x, y)
    if _outside(table.edges, k, t, x, y):
        return 0.0, 0.0
    ox = table.edges[k, 0] + t * table.edges[k, 2] - x
    oy = table.edges[k, 1] + t * table.edges[k, 3] - y
    return turn[0] * ox + turn[2] * oy, turn[1] * ox + turn[3] * oy


@kernel
def depth(table: Depths, a: int, b: int, dx: float, dy: float) -> float:
    """How far stance a, at (dx, dy) from stance b, must move to touch it, mm; 0 when they do not overlap."""
    x, y = way_out(table, a, b, dx, dy)
    return float(math.sqrt(x * x + y * y))


@kernel
def _inside(edges: Floats, x: float, y: float) -> bool:
    """Parity of a ray from (x, y)."""
    inside = False
    for k in range(len(edges)):
        y0, y1 = edges[k, 1], edges[k, 1] + edges[k, 3]
        if (y < y0) != (y < y1) and x - edges[k, 0] < edges[k, 2] * (y - y0) / edges[k, 3]:
            inside = not inside
    return inside


@kernel
def _nearest_within(edges: Floats, names: Ints, x: float, y: float, reach: float) -> Ints:
    """Those of the named edges that may be nearest to some point within `reach` of (x, y)."""
    away = np.empty(len(names))
    for q in range(len(names)):
        away[q] = math.sqrt(_square_to_edge(edges, names[q], x, y))
    kept: Ints = names[away <= away.min() + 2.0 * reach * (1.0 + 1e-9)]
    return kept


@kernel
def _cell_edges(edges: Floats, names: Ints, x: float, y: float, size: Floats) -> Ints:
    """Edges that one cell with centre (x, y) has to list; none when it is all outside.

    Asked for the four quarters of the cell, since the lists of their centres are shorter.
    """
    reach = 0.25 * math.hypot(size[0], size[1])
    wanted = np.zeros(len(names), np.bool_)
    away = np.empty(len(names))
    for quarter in range(4):
        px, py = x + size[0] * (0.5 * (quarter % 2) - 0.25), y + size[1] * (0.5 * (quarter // 2) - 0.25)
        for q in range(len(names)):
            away[q] = math.sqrt(_square_to_edge(edges, names[q], px, py))
        least = away.min()
        if least <= reach * (1.0 + 1e-9) or _inside(edges, px, py):
            for q in range(len(names)):
                wanted[q] |= away[q] <= least + 2.0 * reach * (1.0 + 1e-9)
    return names[wanted]


@kernel
def fill_grid(edges: Floats, corner: Floats, size: Floats) -> tuple[Ints, Ints]:
    """Lists of a region's cells: `first` (CELLS² + 1) and `near`, edges numbered from 0.

    `corner` is the lower left corner of the grid, `size` the width and height of a cell.
    """
    everything = np.arange(len(edges))
    lists = np.empty(CELLS * CELLS * 4, np.int64)
    first = np.zeros(CELLS * CELLS + 1, np.int64)
    block_lists = np.empty((BLOCK * BLOCK, len(edges)), np.int64)
    block_counts = np.empty(BLOCK * BLOCK, np.int64)
    per = CELLS // BLOCK
    for v in range(BLOCK):
        for u in range(BLOCK):
            x, y = corner[0] + (u + 0.5) * per * size[0], corner[1] + (v + 0.5) * per * size[1]
            some = _nearest_within(edges, everything, x, y, 0.5 * per * math.hypot(size[0], size[1]))
            block_lists[v * BLOCK + u, : len(some)] = some
            block_counts[v * BLOCK + u] = len(some)
    count = 0
    for cell in range(CELLS * CELLS):
        v, u = cell // CELLS, cell % CELLS
        block = (v // per) * BLOCK + u // per
        names = block_lists[block, : block_counts[block]]
        found = _cell_edges(edges, names, corner[0] + (u + 0.5) * size[0], corner[1] + (v + 0.5) * size[1], size)
        if count + len(found) > len(lists):
            lists = np.concatenate((lists, np.empty(len(lists) + len(found), np.int64)))
        lists[count : count + len(found)] = found
        count += len(found)
        first[cell + 1] = count
    return first, lists[:count]


class Lattice(NamedTuple):
    """Depths of all pairs of stances at the nodes of one square lattice, float32.

    step: distance of the nodes, mm
    pairs: (K, K, 6) where a pair's depths start, least u and v, count of columns and of rows, where its spans start
    spans: (n, 2) columns from .. to of a row between which the depth is not 0
    values: depths, row by row
    """

    step: float
    pairs: Ints
    spans: Ints
    values: Map


@kernel
def fill_lattice(table: Depths, lattice: Lattice, start: int, stop: int) -> None:
    """Work out the depths and spans of stances start .. stop against all others."""
    for a in range(start, stop):
        for b in range(lattice.pairs.shape[1]):
            at, u0, v0, columns, rows, span = lattice.pairs[a, b]
            for v in range(rows):
                low, high = columns, 0
                for u in range(columns):
                    found = depth(table, a, b, (u0 + u) * lattice.step, (v0 + v) * lattice.step)
                    lattice.values[at + v * columns + u] = found
                    if found > 0.0:
                        low, high = min(low, u), u + 1
                lattice.spans[span + v, 0], lattice.spans[span + v, 1] = low, high
