"""What the separation works on: depths of all pairs of stances, the map's lattice, and the sheets in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels.crowd import Ground
from camcore.kernels.depth import Depths, Lattice, Names, copy_lattice, fill_grids, fill_lattice, pair_boxes
from camcore.kernels.wide import LANES
from camcore.nesting.nofit import BATCH, frames
from camcore.nesting.problem import Problem
from camcore.nesting.work import spread

NODES = 4096
"""Least count of the map's nodes on the area that the pieces take: where its best nodes start to be worth a descent."""
NODES_PER_PIECE = 80
"""More pieces need more nodes: about as many as let a map see the gaps between neighbours."""
MOST_VALUES = 30_000_000
"""Depths kept in all lattices of pairs, 4 bytes each; a coarser step is taken where they would be more."""
QUARTER = 1e-9
"""A map whose entries are this near to whole numbers is a quarter turn or a reflection of the lattice."""
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
    pairs = frames(problem.tried)
    problem.prepare(pairs.names, tick)
    grounds = [
        (stance, ground_stance(problem, k))
        for k, space in enumerate(problem.spaces)
        if space.forbidden is not None
        for stance in range(len(problem.tried))
    ]
    regions = [problem.nofit.of(name) for name in pairs.names]
    regions += [problem.ground_region(stance, ground - len(problem.tried)) for stance, ground in grounds]
    kinds, count = len(problem.tried), len(problem.tried) + len(problem.spaces)
    region, turn = np.zeros((count, count), np.int64), np.tile(np.eye(2).ravel(), (count, count, 1))
    region[:kinds, :kinds] = pairs.number
    turn[:kinds, :kinds] = pairs.matrix.swapaxes(2, 3).reshape(kinds, kinds, 4)
    meets = np.zeros((count, count), np.bool_)
    meets[:kinds, :kinds] = True
    for k, pair in enumerate(grounds):
        region[pair], meets[pair] = len(pairs.names) + k, True
    rows, grid, first, near = _gridded(regions, problem.rules.threads, tick)
    box = np.tile(NOWHERE, (count, count, 1))
    starts = np.cumsum([0, *map(len, regions)])
    box[meets] = pair_boxes(rows, starts, region[meets], turn[meets])
    return Depths(rows, first, near, grid, region, turn, box)


def _gridded(regions: Sequence[Floats], threads: int, tick: Callable[[], None]) -> tuple[Floats, Floats, Ints, Names]:
    """Edges with normals, grids and lists of the grids' cells of all regions, as in `Depths`."""

    def fill(k: int) -> tuple[Floats, Floats, Ints, Names]:
        some = regions[k : k + BATCH]
        return fill_grids(np.concatenate(some), np.cumsum([0, *map(len, some)]))

    done = spread(fill, range(0, len(regions), BATCH), threads, tick)
    rows, grids, firsts, nears = zip(*done, strict=True)
    edges = np.cumsum([0, *map(len, rows)])
    lists = np.cumsum([0, *map(len, nears)])
    first = [table[:-1] + offset for table, offset in zip(firsts, lists, strict=False)]
    near = [table + np.int32(offset) for table, offset in zip(nears, edges, strict=False)]
    return (
        np.concatenate(rows),
        np.concatenate(grids),
        np.concatenate([*first, lists[-1:]]),
        np.concatenate(near),
    )


def depth_lattice(depths: Depths, step: float, threads: int) -> Lattice:
    """Depths of all pairs at the nodes of a lattice of `step` mm, or coarser where they would be too many."""
    index = _lattice_index(depths.box, step)
    while (total := int(_room(index).sum())) > MOST_VALUES:
        step *= (total / MOST_VALUES) ** 0.5 * 1.01
        index = _lattice_index(depths.box, step)
    rows = int(index[:, :, 4].sum())
    values = np.zeros(max(1, total), np.float32)
    lattice = Lattice(step, index, np.zeros((max(1, rows), 2), np.int64), values)
    pairs, copies = _shared(depths)
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda some: fill_lattice(depths, lattice, some), np.array_split(pairs, 4 * threads)))
        list(pool.map(lambda some: copy_lattice(lattice, some), np.array_split(copies, 4 * threads)))
    return lattice


def _shared(depths: Depths) -> tuple[Ints, Ints]:
    """Pairs (n, 2) whose depths are to be worked out, and `copy_lattice` rows of those that are like them.

    Two pairs of one region have the same depths at nodes that a quarter turn or reflection maps onto each other.
    """
    count = len(depths.region)
    _, places, number = np.unique(depths.region, return_index=True, return_inverse=True)
    source = places[number.ravel()]
    turn = depths.turn.reshape(-1, 2, 2)
    onto = np.linalg.inv(turn[source]) @ turn
    exact = np.round(onto)
    alike = (np.abs(onto - exact).max(axis=(1, 2)) < QUARTER) & (source != np.arange(count * count))
    pairs = np.column_stack(np.divmod(np.arange(count * count), count))
    rows = np.hstack([pairs, pairs[source], exact.reshape(-1, 4).astype(np.int64)])
    return pairs[~alike], rows[alike]


def _lattice_index(box: Floats, step: float) -> Ints:
    index = np.zeros((*box.shape[:2], 6), np.int64)
    with np.errstate(invalid="ignore"):
        low, high = np.ceil(box[:, :, 0:2] / step), np.floor(box[:, :, 2:4] / step)
        counts = np.maximum(0, high - low + 1)
    index[:, :, 1:3] = np.where(np.isfinite(low), low, 0)
    index[:, :, 3:5] = np.where(np.isfinite(low), counts, 0)
    values, rows = _room(index).ravel(), index[:, :, 4].ravel()
    index[:, :, 0] = (np.cumsum(values) - values).reshape(box.shape[:2])
    index[:, :, 5] = (np.cumsum(rows) - rows).reshape(box.shape[:2])
    return index


def _room(index: Ints) -> Ints:
    """Count of values that each pair takes, its rows padded."""
    room: Ints = (index[:, :, 3] + LANES) * index[:, :, 4]
    return room
