"""Loose lines and arcs as a graph: *chains* of segments between *nodes*, where ends meet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from camcore.geometry import Curve, arcs, many
from camcore.geometry.arrays import Floats

TOUCH = 1e-4
"""Ends this near, mm, are one node without a word: what four decimals of a mm lose."""

Ends = dict[int, list[tuple[int, bool]]]
"""What starts in each node: number of the chain, and whether it has to be flipped for that."""


@dataclass(frozen=True, slots=True, eq=False)
class Chain:
    """Rows (n, 5) from node `a` to node `b`; `members` are the numbers of the curves that it was made of."""

    rows: Floats
    a: int
    b: int
    members: tuple[int, ...]

    @property
    def closed(self) -> bool:
        """Whether it ends where it starts."""
        return self.a == self.b

    @property
    def length(self) -> float:
        """Length, mm."""
        return float(arcs.lengths(self.rows).sum())

    @property
    def curve(self) -> Curve:
        """The chain as a curve."""
        return Curve.from_segments(self.rows, self.closed)

    def flipped(self) -> Chain:
        """The chain travelled the other way."""
        return Chain(flipped_rows(self.rows), self.b, self.a, self.members[::-1])


def flipped_rows(rows: Floats) -> Floats:
    """Rows (n, 5) travelled the other way."""
    turned: Floats = rows[::-1][:, [2, 3, 0, 1, 4]] * (1, 1, 1, 1, -1)
    return turned


def paths(curves: Sequence[Curve]) -> list[Chain]:
    """Curves chained where exactly two ends meet, and left as they are elsewhere."""
    if not curves:
        return []
    ends = np.array([end for curve in curves for end in (curve.start, curve.end)])
    node = _clusters(ends)
    rows, first = many.rows_of(curves)
    last = [*first[1:].tolist(), len(rows)]
    spans = zip(first.tolist(), last, node[::2], node[1::2], strict=True)
    return contracted([Chain(rows[k:m], a, b, (i,)) for i, (k, m, a, b) in enumerate(spans)])


def _clusters(points: Floats) -> list[int]:
    """Number of the node of each point: points within TOUCH of each other share one."""
    spots = shapely.points(points)
    first, second = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=TOUCH)
    near = first < second
    return united(len(points), zip(first[near].tolist(), second[near].tolist(), strict=True))


def united(count: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Least member of the set that each of `count` things is in when the pairs are put together (union-find)."""
    parent = list(range(count))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, j in pairs:
        a, b = root(i), root(j)
        parent[max(a, b)] = min(a, b)
    return [root(i) for i in range(count)]


def groups(chains: Sequence[Chain]) -> list[list[Chain]]:
    """Chains that hang together, in the order of their first."""
    number = {node: i for i, node in enumerate(dict.fromkeys(n for chain in chains for n in (chain.a, chain.b)))}
    root = united(len(number), ((number[chain.a], number[chain.b]) for chain in chains))
    together: dict[int, list[Chain]] = defaultdict(list)
    for chain in chains:
        together[root[number[chain.a]]].append(chain)
    return list(together.values())


def ends_at(chains: Sequence[Chain]) -> Ends:
    """All ends by node; a loop has two in its own."""
    at: Ends = defaultdict(list)
    for i, chain in enumerate(chains):
        at[chain.a].append((i, False))
        at[chain.b].append((i, True))
    return at


def end_node(chain: Chain, at_end: bool) -> int:
    """Node of the chain's start, or of its end."""
    return chain.b if at_end else chain.a


def end_point(chain: Chain, at_end: bool) -> Floats:
    """Point (2,) of the chain's start, or of its end."""
    point: Floats = chain.rows[-1, 2:4] if at_end else chain.rows[0, 0:2]
    return point


def ending(chain: Chain, at_end: bool, node: int, point: Floats) -> Chain:
    """The chain with its start, or its end, moved to `point` in `node`."""
    rows = chain.rows.copy()
    if at_end:
        rows[-1, 2:4] = point
        return Chain(rows, chain.a, node, chain.members)
    rows[0, 0:2] = point
    return Chain(rows, node, chain.b, chain.members)


def contracted(chains: Sequence[Chain]) -> list[Chain]:
    """The chains joined through every node where exactly two ends meet; what comes back to its start is a loop."""
    at = ends_at(chains)
    used = [False] * len(chains)
    through = [(len(at[chain.a]) == 2, len(at[chain.b]) == 2) for chain in chains]
    result = []
    for i in sorted(range(len(chains)), key=lambda i: all(through[i])):
        if not used[i]:
            result.append(_run(chains, at, used, (i, through[i] == (True, False))))
    return result


def _run(chains: Sequence[Chain], at: Ends, used: list[bool], first: tuple[int, bool]) -> Chain:
    """All that follows `first` through nodes of two ends, as one chain."""
    run: list[Chain] = []
    step: tuple[int, bool] | None = first
    while step is not None:
        used[step[0]] = True
        run.append(chains[step[0]].flipped() if step[1] else chains[step[0]])
        onward = at[run[-1].b]
        step = next((end for end in onward if not used[end[0]]), None) if len(onward) == 2 else None
    return linked(run)


def linked(run: Sequence[Chain]) -> Chain:
    """Consecutive chains as one, each segment starting exactly where the one before it ends."""
    rows = np.concatenate([chain.rows for chain in run])
    rows[:-1, 2:4] = rows[1:, 0:2]
    if run[0].a == run[-1].b:
        rows = _shut(rows)
    return Chain(rows, run[0].a, run[-1].b, tuple(member for chain in run for member in chain.members))


def _shut(rows: Floats) -> Floats:
    """A loop of at least two rows that ends exactly where it starts."""
    if len(rows) == 1:
        half = np.array([0.0, 0.5, 1.0])
        rows = arcs.cut_out(np.repeat(rows, 2, axis=0), half[:2], half[1:])
    rows[-1, 2:4] = rows[0, 0:2]
    return rows
