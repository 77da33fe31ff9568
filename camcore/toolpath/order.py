"""The order of cuts: what must come first comes first, and travel is short."""

from __future__ import annotations

import math
from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely

from camcore.geometry.arrays import Floats
from camcore.toolpath.model import Cut, Kind

_NEIGHBOURS = 8
"""Nearest cuts tried as the next or the previous of each."""
_LONGEST_RUN = 3
"""Most cuts moved together by one or-opt move (Or, 1976)."""
_LONGEST_TURN = 400
"""Longest run that a 2-opt move (Croes, 1958) turns round."""
_ROUNDS = 30
"""Improvement passes at most; few jobs need more than ten."""

Precedence = list[tuple[int, int]]


def order(cuts: list[Cut], inside: list[tuple[int, int, int]], home: tuple[float, float] = (0.0, 0.0)) -> list[Cut]:
    """The cuts in cutting order.

    Marks come first; holes, drill points and marks of a placement before its outline; all of a placement that lies in
    another one's hole (`inside`: inner, outer, hole) before that hole. Tools change as seldom as that allows.
    """
    pairs = precedence(cuts, inside)
    stages = _stages(cuts, pairs)
    result: list[int] = []
    place = home
    for stage in sorted(set(stages)):
        members = [k for k in range(len(cuts)) if stages[k] == stage]
        tour = _tour([cuts[k] for k in members], _within(pairs, members), place)
        result += [members[k] for k in tour]
        place = cuts[result[-1]].end
    return [cuts[k] for k in result]


def precedence(cuts: list[Cut], inside: list[tuple[int, int, int]]) -> Precedence:
    """Pairs (before, after) of indices of cuts."""
    outlines: dict[int, list[int]] = defaultdict(list)
    holes: dict[tuple[int, int], list[int]] = defaultdict(list)
    rest: dict[int, list[int]] = defaultdict(list)
    for k, cut in enumerate(cuts):
        if cut.kind is Kind.OUTLINE:
            outlines[cut.placement].append(k)
        else:
            rest[cut.placement].append(k)
        if cut.kind is Kind.HOLE:
            holes[cut.placement, cut.index].append(k)
    pairs = [(a, b) for placement, last in outlines.items() for a in rest[placement] for b in last]
    for inner, outer, hole in inside:
        frees = holes[outer, hole]
        pairs += [(a, b) for a in [*rest[inner], *outlines[inner]] for b in frees]
    return pairs


def _stages(cuts: list[Cut], pairs: Precedence) -> list[int]:
    """Stage of each cut: marks, then tool by tool, the outlines' last; round again where precedence wants it."""
    last = {cut.tool for cut in cuts if cut.kind is Kind.OUTLINE}
    tools = sorted({cut.tool for cut in cuts}, key=lambda tool: (tool in last, tool))
    rank = {tool: k for k, tool in enumerate(tools)}
    stage = [rank[cut.tool] + (0 if cut.kind is Kind.MARK else len(tools)) for cut in cuts]
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


class _Tour:
    """Cuts of one stage with their precedence, and the order under improvement."""

    __slots__ = ("after", "before", "ends", "near", "position", "sequence", "starts")

    def __init__(self, cuts: list[Cut], pairs: Precedence, home: tuple[float, float]) -> None:
        # Cut number len(cuts) stands for where the head comes from.
        self.starts = [cut.start for cut in cuts] + [home]
        self.ends = [cut.end for cut in cuts] + [home]
        self.before: list[list[int]] = [[] for _ in range(len(cuts) + 1)]
        self.after: list[list[int]] = [[] for _ in range(len(cuts) + 1)]
        for a, b in pairs:
            self.before[b].append(a)
            self.after[a].append(b)
        self.near = _nearest(np.array(self.starts[:-1]))
        self.sequence: list[int] = []
        self.position: list[int] = []

    def travel(self, a: int, b: int) -> float:
        """From the end of one cut to the start of another, mm; nothing after the last."""
        if b < 0:
            return 0.0
        (x0, y0), (x1, y1) = self.ends[a], self.starts[b]
        return math.hypot(x1 - x0, y1 - y0)

    def next(self, k: int) -> int:
        """The cut after `k`, −1 after the last."""
        place = self.position[k] + 1
        return self.sequence[place] if place < len(self.sequence) else -1

    def begin(self, sequence: list[int]) -> None:
        """Take a sequence of all cuts."""
        self.sequence = [len(sequence), *sequence]
        self.position = [0] * len(self.sequence)
        self.renumber(0, len(sequence))

    def length(self) -> float:
        """All travel, mm."""
        return sum(self.travel(a, b) for a, b in pairwise(self.sequence))

    def renumber(self, first: int, last: int) -> None:
        """Positions of a stretch of the sequence that has changed."""
        for place in range(first, last + 1):
            self.position[self.sequence[place]] = place


def _nearest(points: Floats) -> list[list[int]]:
    """The nearest other points of each, nearest first."""
    count = len(points)
    if count <= _NEIGHBOURS + 1:
        return [[j for j in range(count) if j != i] for i in range(count)]
    box = points.max(axis=0) - points.min(axis=0)
    reach = 2.0 * math.sqrt(max(box[0] * box[1], 1e-6) * _NEIGHBOURS / count) + max(box) / count
    spots = shapely.points(points)
    i, j = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=reach)
    apart = np.hypot(*(points[i] - points[j]).T)
    ranked = np.lexsort((j, np.round(apart, 6), i))
    lists: list[list[int]] = [[] for _ in range(count)]
    for a, b in zip(i[ranked].tolist(), j[ranked].tolist(), strict=True):
        if a != b and len(lists[a]) < _NEIGHBOURS:
            lists[a].append(b)
    return lists


def _tour(cuts: list[Cut], pairs: Precedence, home: tuple[float, float]) -> list[int]:
    """The shorter of two tours: from always the nearest cut, and from one part after the other."""
    tours = []
    for groups in (list(range(len(cuts))), [cut.placement for cut in cuts]):
        tour = _Tour(cuts, pairs, home)
        tour.begin(_greedy(tour, groups))
        _improve(tour)
        tours.append(tour)
    return min(tours, key=lambda tour: round(tour.length(), 6)).sequence[1:]


def _improve(tour: _Tour) -> None:
    for _ in range(_ROUNDS):
        moved = [_move_run(tour, k) or _turn_run(tour, k) for k in range(len(tour.starts) - 1)]
        if not any(moved):
            break


def _greedy(tour: _Tour, groups: list[int]) -> list[int]:
    """Always to the nearest cut that may come next; of the same group as long as there is one."""
    count = len(tour.starts) - 1
    points = np.array(tour.starts[:-1])
    waiting = np.array([len(before) for before in tour.before[:-1]])
    done = np.zeros(count, dtype=bool)
    sequence: list[int] = []
    members: dict[int, list[int]] = defaultdict(list)
    for k, group in enumerate(groups):
        members[group].append(k)
    here = count
    for _ in range(count):
        close = [k for k in members[groups[here]] if not done[k] and waiting[k] == 0] if here < count else []
        if not close and here < count:
            close = [k for k in tour.near[here] if not done[k] and waiting[k] == 0]
        if close:
            step = min(close, key=lambda k: tour.travel(here, k))
        else:
            away = np.hypot(*(points - tour.ends[here]).T)
            away[done | (waiting > 0)] = np.inf
            step = int(away.argmin())
        sequence.append(step)
        done[step] = True
        waiting[tour.after[step]] -= 1
        here = step
    return sequence


def _move_run(tour: _Tour, first: int) -> bool:
    """Or-opt: put `first` and up to two cuts after it behind another cut near by, where that is shorter."""
    for length in range(1, _LONGEST_RUN + 1):
        start = tour.position[first]
        if start + length > len(tour.sequence):
            return False
        run = tour.sequence[start : start + length]
        previous, following = tour.sequence[start - 1], tour.next(run[-1])
        saved = tour.travel(previous, first) + tour.travel(run[-1], following) - tour.travel(previous, following)
        if saved <= 1e-6:
            continue
        for target in tour.near[first]:
            if target in run or target == previous:
                continue
            behind = tour.next(target)
            cost = tour.travel(target, first) + tour.travel(run[-1], behind) - tour.travel(target, behind)
            if saved - cost > 1e-6 and _may_move(tour, run, tour.position[target]):
                _put(tour, run, tour.position[target])
                return True
    return False


def _may_move(tour: _Tour, run: list[int], target: int) -> bool:
    """Whether a run may go behind position `target`: no cut that must follow, or lead it, is jumped over."""
    start, end = tour.position[run[0]], tour.position[run[-1]]
    if target > end:
        return all(not end < tour.position[k] <= target for member in run for k in tour.after[member])
    return all(not target < tour.position[k] < start for member in run for k in tour.before[member])


def _put(tour: _Tour, run: list[int], target: int) -> None:
    start, length = tour.position[run[0]], len(run)
    del tour.sequence[start : start + length]
    place = target + 1 if target < start else target + 1 - length
    tour.sequence[place:place] = run
    tour.renumber(min(start, place), max(start, place) + length - 1)


def _turn_run(tour: _Tour, k: int) -> bool:
    """2-opt: cut a stretch of the sequence in the opposite order where that is shorter and precedence lets it."""
    i = tour.position[k]
    previous = tour.sequence[i - 1]
    for other in tour.near[k]:
        j = tour.position[other]
        if not i < j < i + _LONGEST_TURN:
            continue
        run = tour.sequence[i : j + 1]
        following = tour.next(other)
        old = tour.travel(previous, k) + tour.travel(other, following)
        new = tour.travel(previous, other) + tour.travel(k, following)
        if old - new <= 1e-6 or _inner_change(tour, run) + new - old >= -1e-6:
            continue
        if any(i <= tour.position[b] <= j for a in run for b in tour.after[a]):
            continue
        tour.sequence[i : j + 1] = run[::-1]
        tour.renumber(i, j)
        return True
    return False


def _inner_change(tour: _Tour, run: list[int]) -> float:
    """How much longer the travel inside a run gets when it is turned round (ends and starts of a cut may differ)."""
    return sum(tour.travel(b, a) - tour.travel(a, b) for a, b in pairwise(run))
