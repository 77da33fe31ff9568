"""The order of cuts: what must come first comes first, and travel is short."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence, Set
from itertools import pairwise

from camcore.toolpath.model import Kind
from camcore.toolpath.offer import Offer
from camcore.toolpath.tour import tour

KICKS = 10
"""Random rearrangements of the tour that are tried for each cut …"""
MOST_KICKS = 12_000
"""… and at most so many for all, so that thousands of cuts are planned in seconds."""

Precedence = list[tuple[int, int]]


def order(
    offers: Sequence[Offer],
    inside: list[tuple[int, int, int]],
    home: tuple[float, float] = (0.0, 0.0),
    floors: Sequence[tuple[int, int, int]] = (),
    beside: Sequence[tuple[int, int]] = (),
) -> list[Offer]:
    """The offers in cutting order; `tour.settled` then says where each begins.

    Marks come first; holes, drill points, marks and pockets of a placement before its outline; a pocket's corners after
    the pocket, an outline's skin after the outline; all of a placement that lies in another one's hole (`inside`:
    inner, outer, hole) before that hole; a pocket before the holes in its floor (`floors`: placement, pocket, hole),
    which are then less deep and get a clean edge; all of a placement but its outline before the outline of another one
    that shares a line with it (`beside`), and could free it. Tools change as seldom as that allows.
    """
    pairs = precedence(offers, inside, floors, beside)
    stages = _stages(offers, pairs, {inner for inner, _, _ in inside})
    result: list[Offer] = []
    each, place = min(KICKS, MOST_KICKS / max(len(offers), 1)), home
    for stage in sorted(set(stages)):
        members = [k for k in range(len(offers)) if stages[k] == stage]
        kicks = math.ceil(each * len(members))
        staged = [offers[k] for k in members]
        sequence, places = tour(staged, _within(pairs, members), place, kicks)
        result += [staged[k] for k in sequence.tolist()]
        x, y = result[-1].ends[places[-1]].tolist()
        place = x, y
    return result


def precedence(
    cuts: Sequence[Offer],
    inside: list[tuple[int, int, int]],
    floors: Sequence[tuple[int, int, int]] = (),
    beside: Sequence[tuple[int, int]] = (),
) -> Precedence:
    """Pairs (before, after) of indices of cuts."""
    outlines: dict[int, list[int]] = defaultdict(list)
    holes: dict[tuple[int, int], list[int]] = defaultdict(list)
    rest: dict[int, list[int]] = defaultdict(list)
    pockets: dict[tuple[int, int], list[int]] = defaultdict(list)
    for k, cut in enumerate(cuts):
        if cut.kind is Kind.OUTLINE:
            outlines[cut.placement].append(k)
        else:
            rest[cut.placement].append(k)
        if cut.kind is Kind.HOLE:
            holes[cut.placement, cut.index].append(k)
        if cut.kind is Kind.POCKET:
            pockets[cut.placement, cut.index].append(k)
    pairs = [(a, b) for placement, last in outlines.items() for a in rest[placement] for b in last]
    pairs += [(a, b) for first, then in beside for a in rest[first] for b in outlines[then]]
    for inner, outer, hole in inside:
        frees = holes[outer, hole]
        pairs += [(a, b) for a in [*rest[inner], *outlines[inner]] for b in frees]
    pairs += [pair for tools in pockets.values() for pair in pairwise(tools)]
    pairs += [
        (a, b) for placement, pocket, hole in floors for a in pockets[placement, pocket] for b in holes[placement, hole]
    ]
    pairs += [(a, b) for same in outlines.values() for a in same for b in same if cuts[b].late > cuts[a].late]
    return pairs


def _stages(cuts: Sequence[Offer], pairs: Precedence, inner: Set[int]) -> list[int]:
    """Stage of each cut: marks, then tool by tool, the outlines' last, and what is late after all of them, but for
    placements in holes (`inner`), which are not to wait for it; round again where precedence wants it."""
    last = {cut.tool for cut in cuts if cut.kind is Kind.OUTLINE}
    tools = sorted({cut.tool for cut in cuts}, key=lambda tool: (tool in last, tool))
    rank = {tool: k for k, tool in enumerate(tools)}
    turn = [0 if cut.kind is Kind.MARK else 1 + (cut.late and cut.placement not in inner) for cut in cuts]
    stage = [rank[cut.tool] + len(tools) * turn[k] for k, cut in enumerate(cuts)]
    while True:
        late = [(a, b) for a, b in pairs if stage[a] > stage[b]]
        if not late:
            return stage
        for a, b in late:
            while stage[a] > stage[b]:
                stage[b] += len(tools)


def _within(pairs: Precedence, members: list[int]) -> Precedence:
    number = {k: position for position, k in enumerate(members)}
    return [(number[a], number[b]) for a, b in pairs if a in number and b in number]
