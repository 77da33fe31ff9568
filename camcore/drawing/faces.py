"""Chains that meet in junctions, sorted out by the faces into which they cut the plane.

Half-edges run on both sides of each chain; the one that follows is always the next one clockwise, so each cycle runs
around one face, which lies on its left (de Berg et al., Computational Geometry, 3rd ed. 2008, §2.2).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from camcore.drawing.chain import Chain, contracted, flipped_rows, groups, linked
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats


class Faces(NamedTuple):
    """What connected chains come to.

    contours: loops around what is filled by parity, or around all of it where stretches are shared
    bridges: chains that lead from one loop to another and bound nothing
    tangles: junctions (x, y, members) where an odd number of ends meets: stretches are shared
    """

    contours: list[Chain]
    bridges: list[Chain]
    tangles: list[tuple[float, float, tuple[int, ...]]]


def trace(chains: Sequence[Chain]) -> Faces:
    """Contours of connected chains without dangling ends."""
    cycles = _cycles(chains)
    face = {half: number for number, cycle in enumerate(cycles) for half in cycle}
    bridges = [chain for i, chain in enumerate(chains) if face[2 * i] == face[2 * i + 1]]
    if bridges:
        kept = contracted([chain for i, chain in enumerate(chains) if face[2 * i] != face[2 * i + 1]])
        parts = [trace(group) for group in groups(kept)]
        return Faces(
            [loop for part in parts for loop in part.contours],
            bridges + [bridge for part in parts for bridge in part.bridges],
            [tangle for part in parts for tangle in part.tangles],
        )
    loops = [linked(_run(chains, cycle)) for cycle in cycles]
    outer = int(np.argmin([loop.curve.area for loop in loops]))
    tangles = _odd_nodes(chains)
    if tangles:
        return Faces([loops[outer].flipped()], [], tangles)
    filled = _filled(cycles, face, outer)
    return Faces([loop for number in filled for loop in _simple_loops(chains, cycles[number])], [], [])


def _run(chains: Sequence[Chain], cycle: Sequence[int]) -> list[Chain]:
    return [chains[half // 2].flipped() if half % 2 else chains[half // 2] for half in cycle]


def _simple_loops(chains: Sequence[Chain], cycle: Sequence[int]) -> list[Chain]:
    """The cycle cut where it comes through a node again: a hole that touches its outline is a loop of its own."""
    loops, open_run = [], list[Chain]()
    for chain in _run(chains, cycle):
        open_run.append(chain)
        start = next((k for k, earlier in enumerate(open_run) if earlier.a == chain.b), None)
        if start is not None:
            loops.append(linked(open_run[start:]))
            del open_run[start:]
    return loops


def _cycles(chains: Sequence[Chain]) -> list[list[int]]:
    """Half-edges around each face; 2 i runs along chain i, 2 i + 1 against it."""
    follow = _follow(chains)
    cycles, seen = [], set[int]()
    for first in range(2 * len(chains)):
        cycle, half = [], first
        while half not in seen:
            seen.add(half)
            cycle.append(half)
            half = follow[half]
        if cycle:
            cycles.append(cycle)
    return cycles


def _follow(chains: Sequence[Chain]) -> dict[int, int]:
    """The half-edge after each one: of those that leave its end, the next one clockwise from its own way back."""
    leaving: dict[int, list[int]] = defaultdict(list)
    for i, chain in enumerate(chains):
        leaving[chain.a].append(2 * i)
        leaving[chain.b].append(2 * i + 1)
    follow = {}
    for halves in leaving.values():
        turn = sorted(halves, key=_bearings(chains, halves).__getitem__)
        for k, half in enumerate(turn):
            follow[half ^ 1] = turn[k - 1]
    return follow


def _bearings(chains: Sequence[Chain], halves: Sequence[int]) -> dict[int, float]:
    """Angle, rad, at which each half-edge is seen from its start, at one distance so that tangent arcs differ."""
    first = np.array([_first_row(chains[half // 2], half % 2 == 1) for half in halves])
    length = arcs.lengths(first)
    points = arcs.points_at(first, length.min() / 2 / length)
    to = points - first[:, 0:2]
    return dict(zip(halves, np.arctan2(to[:, 1], to[:, 0]).tolist(), strict=True))


def _first_row(chain: Chain, back: bool) -> Floats:
    row: Floats = flipped_rows(chain.rows[-1:])[0] if back else chain.rows[0]
    return row


def _odd_nodes(chains: Sequence[Chain]) -> list[tuple[float, float, tuple[int, ...]]]:
    meeting: dict[int, list[tuple[Floats, int]]] = defaultdict(list)
    for chain in chains:
        meeting[chain.a].append((chain.rows[0, 0:2], chain.members[0]))
        meeting[chain.b].append((chain.rows[-1, 2:4], chain.members[-1]))
    odd = [ends for ends in meeting.values() if len(ends) % 2]
    return [(float(ends[0][0][0]), float(ends[0][0][1]), tuple(member for _, member in ends)) for ends in odd]


def _filled(cycles: list[list[int]], face: dict[int, int], outer: int) -> list[int]:
    """Faces that an odd number of chains parts from the outside."""
    depth, queue = {outer: 0}, [outer]
    while queue:
        number = queue.pop()
        for half in cycles[number]:
            other = face[half ^ 1]
            if other not in depth:
                depth[other] = depth[number] + 1
                queue.append(other)
    return sorted(number for number, steps in depth.items() if steps % 2)
