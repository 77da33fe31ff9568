"""Ends that lie on the middle of another line (T-junctions), and lines that lie on each other for a stretch.

Only ends that are left dangling are looked at. The line that such an end lies on is cut there, so that both meet in a
node; stretches that are then drawn twice between the same two nodes are kept once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from camcore.drawing.chain import TOUCH, Chain, end_node, end_point, ending, ends_at
from camcore.drawing.same import same_curve
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.distance import nearest
from camcore.geometry.index import SegmentIndex


class Landing(NamedTuple):
    """An end that lies on another chain: which end, at which length along the other, where, how far off; mm."""

    chain: int
    at_end: bool
    other: int
    along: float
    point: tuple[float, float]
    off: float


class Joined(NamedTuple):
    """Chains with a node wherever an end landed; landings that led to something; doubles that were left out."""

    chains: list[Chain]
    landings: list[Landing]
    doubles: list[Chain]


def joined(chains: Sequence[Chain], reach: float) -> Joined:
    """The chains cut where ends lie on them within `reach` mm, each such end moved onto the cut."""
    found = _landings(chains, reach)
    if not found:
        return Joined(list(chains), [], [])
    fresh = 1 + max(max(chain.a, chain.b) for chain in chains)
    moved = list(chains)
    cuts: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for landing in found:
        node = _cut_at(chains[landing.other], cuts[landing.other], landing.along, fresh)
        fresh += 1
        moved[landing.chain] = ending(moved[landing.chain], landing.at_end, node, np.array(landing.point))
    pieces = [piece for i, chain in enumerate(moved) for piece in _pieces(chain, cuts.get(i, []))]
    kept, doubles = _once(pieces, reach)
    covered = {node for chain in doubles for node in (chain.a, chain.b)}
    told = [one for one in found if end_node(moved[one.chain], one.at_end) not in covered]
    return Joined(kept, told, doubles)


def _landings(chains: Sequence[Chain], reach: float) -> list[Landing]:
    """For each dangling end the nearest place of another row within `reach`, where there is one."""
    ends = [entries[0] for entries in ends_at(chains).values() if len(entries) == 1]
    if not ends:
        return []
    rows = np.concatenate([chain.rows for chain in chains])
    count = np.array([len(chain.rows) for chain in chains])
    first = np.cumsum(count) - count
    own = np.array([first[i] + (count[i] - 1 if at_end else 0) for i, at_end in ends])
    points = np.array([end_point(chains[i], at_end) for i, at_end in ends])
    e, r = SegmentIndex(rows).pairs_of_points(points, reach)
    e, r = e[r != own[e]], r[r != own[e]]
    place = nearest(points[e], rows[r])
    near = place.distance <= reach
    e, r, t, off = e[near], r[near], place.t[near], place.distance[near]
    order = np.lexsort((r, off, e))
    order = order[np.unique(e[order], return_index=True)[1]]
    length = arcs.lengths(rows)
    before = np.cumsum(length) - length
    owner = np.repeat(np.arange(len(chains)), count)
    e, r, t, off = e[order], r[order], t[order], off[order]
    along = (before[r] - before[first[owner[r]]] + t * length[r]).tolist()
    spots = arcs.points_at(rows[r], t).tolist()
    table = zip(e.tolist(), owner[r].tolist(), along, spots, off.tolist(), strict=True)
    return [
        Landing(ends[end][0], ends[end][1], other, place_along, (x, y), away)
        for end, other, place_along, (x, y), away in table
    ]


def _cut_at(chain: Chain, cuts: list[tuple[float, int]], along: float, fresh: int) -> int:
    """The node at this length along the chain: one of its ends, a cut that is already there, or `fresh`."""
    known = [(0.0, chain.a), (chain.length, chain.b), *cuts]
    length, node = min(known, key=lambda cut: abs(cut[0] - along))
    if abs(length - along) <= TOUCH:
        return node
    cuts.append((along, fresh))
    return fresh


def _pieces(chain: Chain, cuts: Sequence[tuple[float, int]]) -> list[Chain]:
    """The chain between its cuts, which are lengths along it and nodes."""
    pieces, rows, node, done = [], chain.rows, chain.a, 0.0
    for along, at in sorted(cuts):
        head, rows = _parted(rows, along - done)
        pieces.append(Chain(head, node, at, chain.members))
        node, done = at, along
    return [*pieces, Chain(rows, node, chain.b, chain.members)]


def _parted(rows: Floats, along: float) -> tuple[Floats, Floats]:
    """Rows up to this length along them, and the rest."""
    reached = np.cumsum(arcs.lengths(rows))
    k = min(int(np.searchsorted(reached, along)), len(rows) - 1)
    length = arcs.lengths(rows[k : k + 1])[0]
    t = np.clip((along - reached[k] + length) / length, 0.0, 1.0)
    one, zero, cut = np.ones(1), np.zeros(1), np.array([t])
    halves = arcs.cut_out(rows[[k, k]], np.concatenate([zero, cut]), np.concatenate([cut, one]))
    halves[1, 0:2] = halves[0, 2:4]
    head, tail = np.concatenate([rows[:k], halves[:1]]), np.concatenate([halves[1:], rows[k + 1 :]])
    return head[: k + int(t > 0)] if k else head, tail[int(t == 1 and len(tail) > 1) :]


def _once(chains: Sequence[Chain], reach: float) -> tuple[list[Chain], list[Chain]]:
    """The chains, and those left out because another one between the same nodes keeps within `reach` mm of them."""
    kept: list[Chain] = []
    doubles: list[Chain] = []
    between: dict[tuple[int, int], list[Chain]] = defaultdict(list)
    for chain in chains:
        alike = between[min(chain.a, chain.b), max(chain.a, chain.b)]
        long = chain.length > 4 * reach
        if long and any(same_curve(chain.curve, other.curve, reach) for other in alike):
            doubles.append(chain)
        else:
            alike.append(chain)
            kept.append(chain)
    return kept, doubles
