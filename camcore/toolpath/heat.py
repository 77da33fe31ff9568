"""Papers and films: no part is cut right after its neighbour, so that the web between them cools down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
import shapely

from camcore.geometry.arrays import Floats, Ints
from camcore.toolpath.model import Kind
from camcore.toolpath.offer import Offer
from camcore.toolpath.scene import Scene

MOST = 2000
"""Parts whose sequence is shortened; that of more is left as it is found first."""
LONGEST = 3
"""Parts that are moved together …"""
SWEEPS = 10
"""… and how often that is tried with each of them."""
_NEVER = 1e6
"""A neighbour counts as this much farther away, mm."""
_LEAST = 1e-6
"""What saves less, mm, saves nothing."""


def spread(offers: Sequence[Offer], inside: Iterable[tuple[int, int, int]], scene: Scene, gap: float) -> list[Offer]:
    """The offers with those of each part together, and parts nearer than `gap` mm not one right after the other.

    Neighbours come one after the other only where nothing else is left. Parts in holes of a part are cut with it.
    Marks, which come first, stay where they are.
    """
    marks = [offer for offer in offers if offer.kind is Kind.MARK]
    family = _families(len(scene.sheet.placements), inside)
    members: dict[int, list[Offer]] = defaultdict(list)
    for offer in offers:
        if offer.kind is not Kind.MARK:
            members[family[offer.placement]].append(offer)
    if not members:
        return marks
    families = list(members)
    near = _neighbours(families, scene, gap)
    sequence = _skipping(near)
    if len(families) <= MOST:
        sequence = _shortened(sequence, _ways(families, near, scene))
    return [*marks, *(offer for k in sequence.tolist() for offer in members[families[k]])]


def _skipping(near: Sequence[set[int]]) -> Ints:
    """There and back through all that are left, again and again, past those that are neighbours of the last."""
    waiting, done = list(range(len(near))), list[int]()
    while waiting:
        left: list[int] = []
        for each in waiting:
            if done and each in near[done[-1]]:
                left.append(each)
            else:
                done.append(each)
        if len(left) == len(waiting):
            done.append(left.pop(0))
        waiting = left[::-1]
    return np.array(done)


def _ways(families: Sequence[int], near: Sequence[set[int]], scene: Scene) -> Floats:
    """From the middle of each to the middle of each, mm, (n, n)."""
    boxes = [scene.outline(family).box for family in families]
    middles = np.array([((box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2) for box in boxes])
    apart = middles[:, None] - middles[None]
    ways: Floats = np.hypot(apart[..., 0], apart[..., 1])
    for k, others in enumerate(near):
        ways[k, list(others)] += _NEVER
    return ways


def _shortened(sequence: Ints, ways: Floats) -> Ints:
    """Short runs moved to wherever the whole way gets shortest, as long as that helps (or-opt: Or, 1976)."""
    for _ in range(SWEEPS):
        before = sequence
        for first in range(1, len(sequence)):
            for length in range(1, min(LONGEST, len(sequence) - first) + 1):
                sequence = _moved(sequence, first, length, ways)
        if sequence is before:
            break
    return sequence


def _moved(sequence: Ints, first: int, length: int, ways: Floats) -> Ints:
    """The sequence with this run at its best place; the same one where it stands best already."""
    run, rest = sequence[first : first + length], np.delete(sequence, slice(first, first + length))
    before, after = rest[:-1], rest[1:]
    cost = np.append(ways[before, run[0]] + ways[run[-1], after] - ways[before, after], ways[rest[-1], run[0]])
    best = int(cost.argmin())
    if cost[best] >= cost[first - 1] - _LEAST:
        return sequence
    return np.insert(rest, best + 1, run)


def _families(count: int, inside: Iterable[tuple[int, int, int]]) -> list[int]:
    """For each placement a name that it shares with those around it and in it."""
    name = list(range(count))
    for inner, outer, _ in inside:
        name = [name[outer] if each == name[inner] else each for each in name]
    return name


def _neighbours(families: Sequence[int], scene: Scene, gap: float) -> list[set[int]]:
    """The positions of those families whose parts come nearer than `gap` mm to the part of each."""
    shapes = [shapely.Polygon(scene.outline(family).flattened()) for family in families]
    near: list[set[int]] = [set() for _ in families]
    i, j = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap)
    for a, b in zip(i[i != j].tolist(), j[i != j].tolist(), strict=True):
        near[a].add(b)
    return near
