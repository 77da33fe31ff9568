"""Papers and films: no part is cut right after its neighbour, so that the web between them cools down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import shapely

from camcore.toolpath.model import Kind
from camcore.toolpath.offer import Offer
from camcore.toolpath.scene import Scene


def spread(offers: Sequence[Offer], inside: Iterable[tuple[int, int, int]], scene: Scene, gap: float) -> list[Offer]:
    """The offers with those of each part together, and parts nearer than `gap` mm not one right after the other.

    After each part comes the first of those waiting, in the order given, that is no neighbour of it; where all are, the
    first. Parts in holes of a part are cut with it. Marks, which come first, stay where they are.
    """
    marks = [offer for offer in offers if offer.kind is Kind.MARK]
    family = _families(len(scene.sheet.placements), inside)
    members: dict[int, list[Offer]] = defaultdict(list)
    for offer in offers:
        if offer.kind is not Kind.MARK:
            members[family[offer.placement]].append(offer)
    near = _neighbours(list(members), scene, gap) if members else {}
    waiting, done, last = list(members), list(marks), -1
    while waiting:
        last = next((each for each in waiting if each not in near[last]), waiting[0])
        waiting.remove(last)
        done += members[last]
    return done


def _families(count: int, inside: Iterable[tuple[int, int, int]]) -> list[int]:
    """For each placement a name that it shares with those around it and in it."""
    name = list(range(count))
    for inner, outer, _ in inside:
        name = [name[outer] if each == name[inner] else each for each in name]
    return name


def _neighbours(families: Sequence[int], scene: Scene, gap: float) -> dict[int, set[int]]:
    """The families whose parts come nearer than `gap` mm to those of each."""
    shapes = [shapely.Polygon(scene.outline(family).flattened()) for family in families]
    near: dict[int, set[int]] = defaultdict(set)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=gap)
    for a, b in zip(i[i != j].tolist(), j[i != j].tolist(), strict=True):
        near[families[a]].add(families[b])
    return near
