"""What the separation works on: depths of all pairs of stances, the map's lattice, and the sheets in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels.crowd import Ground
from camcore.kernels.depth import CELLS, Depths, Lattice, fill_grid, fill_lattice
from camcore.nesting.nofit import Name, frame
from camcore.nesting.problem import Problem
from camcore.nesting.work import spread

NODES = 4096
"""Least count of the map's nodes on the area that the pieces take: where its best nodes start to be worth a descent."""
NODES_PER_PIECE = 80
"""More pieces need more nodes: about as many as let a map see the gaps between neighbours."""
MOST_VALUES = 30_000_000
"""Depths kept in all lattices of pairs, 4 bytes each; a coarser step is taken where they would be more."""
FULL = 0.8
"""Share of the sheet that is guessed to be taken in the end; sets the lattice's step."""

NOWHERE = np.array([np.inf, np.inf, -np.inf, -np.inf])
"""Box of the region of a pair that never meets."""


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Everything about a problem that the separation's kernels ask for; does not change while they work."""

    problem: Problem
    depths: Depths
    lattice: Lattice
    stances: Ints
    extent: Floats
    size: Floats

    def ground(self, bins: Floats) -> Ground:
        """The pieces' ground when they have to lie in these bins (B, 4)."""
        return Ground(bins, self.stances, self.extent, self.size)


def model(problem: Problem, area: float, pieces: int, tick: Callable[[], None] = lambda: None) -> Model:
    """Depths and lattice of a problem, for so many pieces of so much area, mm², in all; `tick` may raise to stop."""
    depths = depth_table(problem, tick)
    step = (area / FULL / max(NODES, NODES_PER_PIECE * pieces)) ** 0.5
    lattice = depth_lattice(depths, step, problem.rules.threads)
    extent = np.array([stance.box for stance in problem.tried])
    sides = np.minimum(extent[:, 2] - extent[:, 0], extent[:, 3] - extent[:, 1])
    first = np.cumsum([0, *(len(shape.stances) for shape in problem.shapes)])
    size = np.array([sides[a:b].min() for a, b in pairwise(first.tolist())])
    return Model(problem, depths, lattice, first.astype(np.int64), extent, size)


def ground_stance(problem: Problem, space: int) -> int:
    """The number that the forbidden region of a space has among the stances."""
    return len(problem.tried) + space


def depth_table(problem: Problem, tick: Callable[[], None]) -> Depths:
    """Regions of all pairs of stances, and of stances against forbidden regions, with their grids.

    A region is shared by all pairs that differ only by a turn of the whole pair.
    """
    frames = _frames(problem)
    names = list(dict.fromkeys(name for name, _ in frames.values()))
    regions = spread(lambda name: _region(problem, name), names, problem.rules.threads, tick)
    edges, grids, firsts, nears = zip(*regions, strict=True)
    edge_offsets = np.cumsum([0, *map(len, edges)])
    near_offsets = np.cumsum([0, *map(len, nears)])
    number = {name: k for k, name in enumerate(names)}
    count = len(problem.tried) + len(problem.spaces)
    region = np.zeros((count, count), np.int64)
    turn, box = np.zeros((count, count, 4)), np.tile(NOWHERE, (count, count, 1))
    for pair, (name, matrix) in frames.items():
        region[pair] = number[name]
        turn[pair] = np.linalg.inv(matrix).ravel()
        corners = edges[number[name]][:, 0:2] @ matrix.T
        box[pair] = [*corners.min(axis=0), *corners.max(axis=0)]
    first = [table[:-1] + offset for table, offset in zip(firsts, near_offsets[:-1], strict=True)]
    near = [table + offset for table, offset in zip(nears, edge_offsets[:-1], strict=True)]
    return Depths(
        np.concatenate(edges),
        np.concatenate([*first, near_offsets[-1:]]),
        np.concatenate(near),
        np.array(grids),
        region,
        turn,
        box,
    )


def _frames(problem: Problem) -> dict[tuple[int, int], tuple[Name | tuple[int, int], Floats]]:
    """Name and frame of the region of each pair; (stance, space) names a region against a forbidden one."""
    frames: dict[tuple[int, int], tuple[Name | tuple[int, int], Floats]] = {
        (i, j): frame(a, b) for i, a in enumerate(problem.tried) for j, b in enumerate(problem.tried)
    }
    for k, space in enumerate(problem.spaces):
        if space.forbidden is not None:
            frames |= {(i, ground_stance(problem, k)): ((i, k), np.eye(2)) for i in range(len(problem.tried))}
    return frames


def _region(problem: Problem, name: Name | tuple[int, int]) -> tuple[Floats, Floats, Ints, Ints]:
    """Edges with normals, grid, and lists of the grid's cells of one region."""
    edges = with_normals(problem.ground_region(*name) if len(name) == 2 else problem.nofit.of(name))
    low, high = edges[:, 0:2].min(axis=0), edges[:, 0:2].max(axis=0)
    first, near = fill_grid(edges, low, (high - low) / CELLS)
    return edges, np.concatenate([low, CELLS / (high - low)]), first, near


def with_normals(edges: Floats) -> Floats:
    """Rows (n, 9) of `Depths.edges` from directed edges (n, 4) that follow each other around rings."""
    way = edges[:, 2:4] - edges[:, 0:2]
    square = (way**2).sum(axis=1)
    normal = np.column_stack([way[:, 1], -way[:, 0]]) / np.sqrt(square)[:, None]
    starts = np.flatnonzero((edges[:, 0:2] != np.roll(edges[:, 2:4], 1, axis=0)).any(axis=1))
    starts = starts if len(starts) else np.array([0])
    before, after = np.arange(len(edges)) - 1, np.arange(len(edges)) + 1
    ends = np.append(starts[1:], len(edges)) - 1
    before[starts], after[ends] = ends, starts
    return np.column_stack([edges[:, 0:2], way, 1.0 / square, normal + normal[before], normal + normal[after]])


def depth_lattice(depths: Depths, step: float, threads: int) -> Lattice:
    """Depths of all pairs at the nodes of a lattice of `step` mm, or coarser where they would be too many."""
    index = _lattice_index(depths.box, step)
    while (total := int((index[:, :, 3] * index[:, :, 4]).sum())) > MOST_VALUES:
        step *= (total / MOST_VALUES) ** 0.5 * 1.01
        index = _lattice_index(depths.box, step)
    rows = int(index[:, :, 4].sum())
    values = np.zeros(max(1, total), np.float32)
    lattice = Lattice(step, index, np.zeros((max(1, rows), 2), np.int64), values)
    parts: Sequence[int] = np.linspace(0, len(index), 4 * threads + 1).astype(int).tolist()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda k: fill_lattice(depths, lattice, parts[k], parts[k + 1]), range(4 * threads)))
    return lattice


def _lattice_index(box: Floats, step: float) -> Ints:
    index = np.zeros((*box.shape[:2], 6), np.int64)
    with np.errstate(invalid="ignore"):
        low, high = np.ceil(box[:, :, 0:2] / step), np.floor(box[:, :, 2:4] / step)
        counts = np.maximum(0, high - low + 1)
    index[:, :, 1:3] = np.where(np.isfinite(low), low, 0)
    index[:, :, 3:5] = np.where(np.isfinite(low), counts, 0)
    values, rows = (index[:, :, 3] * index[:, :, 4]).ravel(), index[:, :, 4].ravel()
    index[:, :, 0] = (np.cumsum(values) - values).reshape(box.shape[:2])
    index[:, :, 5] = (np.cumsum(rows) - rows).reshape(box.shape[:2])
    return index
