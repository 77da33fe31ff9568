"""A short tour of stops that must keep an order: stop a before stop b, for given pairs.

2-opt (Croes, 1958) and or-opt (Or, 1976) moves over lists of neighbours, from a queue of stops whose surroundings have
changed; then small random rearrangements, each improved again and kept where the tour got no longer (iterated local
search: Lourenço, Martin and Stützle, 2003; kicks that swap two short stretches: Applegate, Cook and Rohe, 2003).
"""

from typing import Any, NamedTuple

import numpy as np

from camcore.kernels import kernel
from camcore.kernels.dice import Dice, rolled_to

NEIGHBOURS = 8
"""Nearest stops that are tried as the next and the previous of each."""
LONGEST_RUN = 3
"""Most stops moved together by one or-opt move."""
LONGEST_TURN = 2000
"""Longest run that one 2-opt move turns round."""
LONGEST_SWAP = 40
"""Longest stretch that a kick moves."""
LEAST = 1e-7
"""A move that saves less is none."""


class Stops(NamedTuple):
    """at: (n + 1, 4) where each stop is entered (x, y) and left (x, y), mm; the last one is home.

    onward: (n + 1, NEIGHBOURS) stops whose entry is near its exit; back: those whose exit is near its entry; nearest
    first, -1 is none. after, before: stops that must follow and lead stop k, from [k] to [k + 1] of the lists.
    """

    at: Any
    onward: Any
    back: Any
    after_at: Any
    after: Any
    before_at: Any
    before: Any


@kernel
def _way(at: Any, a: int, b: int) -> float:
    """From the end of one stop to the start of another, mm."""
    dx, dy = at[b, 0] - at[a, 2], at[b, 1] - at[a, 3]
    return float(np.sqrt(dx * dx + dy * dy))


@kernel
def length(stops: Stops, tour: Any) -> float:
    """All ways between the stops of a tour, mm."""
    total = 0.0
    for k in range(1, len(tour)):
        total += _way(stops.at, tour[k - 1], tour[k])
    return total


@kernel
def greedy(stops: Stops, groups: Any, loyalty: float) -> Any:
    """A tour that always goes to the nearest stop that may come next; others than of the same group seem `loyalty` mm
    farther away."""
    count = len(stops.at) - 1
    waiting = stops.before_at[1:] - stops.before_at[:-1]
    left = np.arange(count)
    tour = np.full(count + 1, count)
    for place in range(1, count + 1):
        here, best, chosen = tour[place - 1], np.inf, 0
        for k in range(count + 1 - place):
            step = left[k]
            if waiting[step] == 0:
                away = _way(stops.at, here, step)
                if here < count and groups[step] != groups[here]:
                    away += loyalty
                if away < best:
                    best, chosen = away, k
        tour[place] = left[chosen]
        left[chosen] = left[count - place]
        for k in range(stops.after_at[tour[place]], stops.after_at[tour[place] + 1]):
            waiting[stops.after[k]] -= 1
    return tour


class _State(NamedTuple):
    """The tour under improvement, each stop's position in it, and the stops to look at: a stack and who is in it.

    span: the least and the greatest position that has changed; tops: how many are in the stack.
    """

    tour: Any
    position: Any
    stack: Any
    waiting: Any
    span: Any
    tops: Any


@kernel
def improved(stops: Stops, tour: Any, kicks: int, dice: Dice) -> Any:
    """The tour improved, and kicked so many times; never longer than it was. The order of pairs is kept."""
    count = len(tour)
    state = _State(
        tour.copy(), np.empty(count, np.int64), np.empty(count, np.int64), np.zeros(count, np.bool_),
        np.array([count, 0]), np.zeros(1, np.int64),
    )  # fmt: skip
    for place in range(count):
        state.position[state.tour[place]] = place
    for place in range(count - 1, 0, -1):
        _wake(state, place)
    _settle(stops, state)
    best = state.tour.copy()
    state.span[0], state.span[1] = count, 0
    for _ in range(kicks if count > 4 else 0):
        gain = _kick(stops, state, dice)
        gain += _settle(stops, state)
        low, high = state.span[0], state.span[1]
        for place in range(low, high + 1):
            if gain >= 0.0:
                best[place] = state.tour[place]
            else:
                state.tour[place] = best[place]
                state.position[best[place]] = place
        state.span[0], state.span[1] = count, 0
    return best


@kernel
def _wake(state: _State, place: int) -> None:
    """Have the stop at a position looked at."""
    if 0 < place < len(state.tour) and not state.waiting[state.tour[place]]:
        state.waiting[state.tour[place]] = True
        state.stack[state.tops[0]] = state.tour[place]
        state.tops[0] += 1


@kernel
def _settle(stops: Stops, state: _State) -> float:
    """Improve until no stop is waiting; gives what was saved, mm."""
    saved = 0.0
    while state.tops[0] > 0:
        state.tops[0] -= 1
        stop = state.stack[state.tops[0]]
        state.waiting[stop] = False
        gain = _turn(stops, state, stop)
        if gain == 0.0:
            gain = _move(stops, state, stop)
        if gain > 0.0:
            saved += gain
            _wake(state, state.position[stop])
    return saved


@kernel
def _edge(at: Any, tour: Any, place: int) -> float:
    """The way from the stop at a position to the next; nothing after the last."""
    return _way(at, tour[place], tour[place + 1]) if place + 1 < len(tour) else 0.0


@kernel
def _to(at: Any, tour: Any, a: int, place: int) -> float:
    """The way from stop `a` to the one at a position; nothing past the last."""
    return _way(at, a, tour[place]) if place < len(tour) else 0.0


@kernel
def _turn(stops: Stops, state: _State, stop: int) -> float:
    """2-opt: take a stretch that begins or ends at the stop, or beside it, the other way round; gives the saving."""
    here = state.position[stop]
    ahead = _edge(stops.at, state.tour, here)
    for near in stops.onward[stop]:
        if near < 0 or _way(stops.at, stop, near) >= ahead:
            break
        if state.position[near] > here + 1:
            gain = _try_turn(stops, state, here + 1, state.position[near])
            if gain > 0.0:
                return gain
    behind = _edge(stops.at, state.tour, here - 1) if here else 0.0
    for near in stops.back[stop]:
        if near < 0 or _way(stops.at, near, stop) >= behind:
            break
        if 0 < state.position[near] < here - 1:
            gain = _try_turn(stops, state, state.position[near], here - 1)
            if gain > 0.0:
                return gain
    return 0.0


@kernel
def _try_turn(stops: Stops, state: _State, i: int, j: int) -> float:
    tour = state.tour
    if j - i > LONGEST_TURN:
        return 0.0
    old = _edge(stops.at, state.tour, i - 1) + _edge(stops.at, state.tour, j)
    gain = old - _way(stops.at, tour[i - 1], tour[j]) - _to(stops.at, state.tour, tour[i], j + 1)
    if gain <= LEAST:
        return 0.0
    for place in range(i, j):
        gain += _way(stops.at, tour[place], tour[place + 1]) - _way(stops.at, tour[place + 1], tour[place])
    if gain <= LEAST or not _may_turn(stops, state, i, j):
        return 0.0
    _reverse(state, i, j)
    for place in (i - 1, i, j, j + 1):
        _wake(state, place)
    return float(gain)


@kernel
def _may_turn(stops: Stops, state: _State, i: int, j: int) -> bool:
    """Whether no two stops between positions i and j must keep their order."""
    for place in range(i, j + 1):
        a = state.tour[place]
        for k in range(stops.after_at[a], stops.after_at[a + 1]):
            if place < state.position[stops.after[k]] <= j:
                return False
    return True


@kernel
def _reverse(state: _State, i: int, j: int) -> None:
    state.span[0], state.span[1] = min(state.span[0], i), max(state.span[1], j)
    while i < j:
        state.tour[i], state.tour[j] = state.tour[j], state.tour[i]
        state.position[state.tour[i]], state.position[state.tour[j]] = i, j
        i, j = i + 1, j - 1
    if i == j:
        state.position[state.tour[i]] = i


@kernel
def _move(stops: Stops, state: _State, stop: int) -> float:
    """Or-opt: put a short run that begins or ends at the stop elsewhere, either way round; gives the saving."""
    here = state.position[stop]
    for size in range(1, LONGEST_RUN + 1):
        for i in (here, here - size + 1):
            j = i + size - 1
            if i < 1 or j >= len(state.tour) or (size == 1 and i != here):
                continue
            gap = _to(stops.at, state.tour, state.tour[i - 1], j + 1)
            saved = _edge(stops.at, state.tour, i - 1) + _edge(stops.at, state.tour, j) - gap
            if saved <= LEAST:
                continue
            gain = _try_gaps(stops, state, (i, j), stop, saved)
            if gain > 0.0:
                return gain
    return 0.0


@kernel
def _try_gaps(stops: Stops, state: _State, run: tuple[int, int], stop: int, saved: float) -> float:
    """Put a run that begins or ends at the stop beside a neighbour of it, where that is shorter; gives the saving.

    Followed by a neighbour the stop is the run's end, led by one its beginning: that says whether the run is turned.
    """
    at, tour, position = stops.at, state.tour, state.position
    first, last = stop == tour[run[0]], stop == tour[run[1]]
    for near in stops.onward[stop]:
        if near < 0 or _way(at, stop, near) >= saved:
            break
        gap = position[near] - 1
        if gap >= 0 and not run[0] - 1 <= gap <= run[1]:
            gain = _try_put(stops, state, run, gap, not last, saved)
            if gain > 0.0:
                return gain
    for near in stops.back[stop]:
        if near < 0 or _way(at, near, stop) >= saved:
            break
        gap = position[near]
        if not run[0] - 1 <= gap <= run[1]:
            gain = _try_put(stops, state, run, gap, not first, saved)
            if gain > 0.0:
                return gain
    return 0.0


@kernel
def _try_put(stops: Stops, state: _State, run: tuple[int, int], gap: int, turned: bool, saved: float) -> float:
    gain = saved - _cost(stops.at, state.tour, run, gap, turned)
    if gain <= LEAST or not _may_move(stops, state, run, gap, turned):
        return 0.0
    _put(state, run, gap, turned)
    return float(gain)


@kernel
def _cost(at: Any, tour: Any, run: tuple[int, int], gap: int, turned: bool) -> float:
    """How much longer the tour gets by a run between positions `gap` and the next."""
    i, j = run
    first, last = (tour[j], tour[i]) if turned else (tour[i], tour[j])
    cost = _way(at, tour[gap], first) + _to(at, tour, last, gap + 1) - _edge(at, tour, gap)
    if turned:
        for place in range(i, j):
            cost += _way(at, tour[place + 1], tour[place]) - _way(at, tour[place], tour[place + 1])
    return float(cost)


@kernel
def _may_move(stops: Stops, state: _State, run: tuple[int, int], gap: int, turned: bool) -> bool:
    """Whether a run jumps over nothing that must follow or lead it, and may be turned."""
    i, j = run
    if turned and not _may_turn(stops, state, i, j):
        return False
    for place in range(i, j + 1):
        a = state.tour[place]
        if gap > j:
            for k in range(stops.after_at[a], stops.after_at[a + 1]):
                if j < state.position[stops.after[k]] <= gap:
                    return False
        else:
            for k in range(stops.before_at[a], stops.before_at[a + 1]):
                if gap < state.position[stops.before[k]] < i:
                    return False
    return True


@kernel
def _put(state: _State, run: tuple[int, int], gap: int, turned: bool) -> None:
    """Move a run behind position `gap`: two stretches change places, which is three turns."""
    i, j = run
    size = j - i + 1
    if turned:
        _reverse(state, i, j)
    low, high = (i, gap) if gap > j else (gap + 1, j)
    _swap(state, low, size if gap > j else i - gap - 1, high)
    for place in (low - 1, low, low + size - 1, low + size, high - size, high - size + 1, high, high + 1):
        _wake(state, place)


@kernel
def _swap(state: _State, low: int, size: int, high: int) -> None:
    """The first `size` stops of a stretch go behind the rest of it."""
    old = state.tour[low : high + 1].copy()
    state.span[0], state.span[1] = min(state.span[0], low), max(state.span[1], high)
    for k in range(len(old)):
        stop = old[(k + size) % len(old)]
        state.tour[low + k] = stop
        state.position[stop] = low + k


@kernel
def _kick(stops: Stops, state: _State, dice: Dice) -> float:
    """Swap two stretches that follow each other somewhere; gives what that saves, mostly less than nothing."""
    tour, count = state.tour, len(state.tour)
    low = 1 + rolled_to(dice, count - 2)
    middle = low + 1 + rolled_to(dice, min(LONGEST_SWAP, count - 1 - low))
    high = middle + rolled_to(dice, min(LONGEST_SWAP, count - middle))
    for place in range(low, middle):
        for k in range(stops.after_at[tour[place]], stops.after_at[tour[place] + 1]):
            if middle <= state.position[stops.after[k]] <= high:
                return 0.0
    old = (
        _edge(stops.at, state.tour, low - 1)
        + _edge(stops.at, state.tour, middle - 1)
        + _edge(stops.at, state.tour, high)
    )
    new = _way(stops.at, tour[low - 1], tour[middle]) + _way(stops.at, tour[high], tour[low])
    gain = old - new - _to(stops.at, state.tour, tour[middle - 1], high + 1)
    joint = low + high - middle
    _swap(state, low, middle - low, high)
    for place in (low - 1, low, joint, joint + 1, high, high + 1):
        _wake(state, place)
    return float(gain)
