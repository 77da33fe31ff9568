"""The shortest way found through cuts that may begin in several places, under precedence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.toolpath.model import Cut
from camcore.toolpath.offer import Offer

if TYPE_CHECKING:
    from camcore.kernels.tour import Stops

_SEED = 20_250_101
"""Where the random rearrangements begin: the same cuts always get the same order."""
_LOYAL = 1e6
"""A tour that finishes part after part is begun as if other parts were this much farther away, mm."""


def tour(
    offers: Sequence[Offer], pairs: Sequence[tuple[int, int]], home: tuple[float, float], kicks: int
) -> tuple[Ints, Ints]:
    """Numbers of the offers in the order in which they are cut from `home`, and the place at which each of them begins.

    pairs (before, after) of their numbers are kept; `kicks` random rearrangements are tried. First with each cut's best
    place, from always the nearest cut and from one part after the other; then with the places that suit this order
    best, and so on once more.
    """
    if len(offers) == 1 and len(offers[0].starts) == 1:
        return np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
    from camcore.kernels import tour as kernel

    places = np.zeros(len(offers), dtype=np.int64)
    stops = _stops(offers, places, pairs, home)
    groups = np.array([*(offer.placement for offer in offers), -1])
    dice = np.array([_SEED], dtype=np.uint64)
    begun = [kernel.improved(stops, kernel.greedy(stops, groups, loyal), 0, dice) for loyal in (0.0, _LOYAL)]
    best = min(begun, key=lambda found: round(kernel.length(stops, found), 6))
    for _ in range(2):
        best = kernel.improved(stops, best, kicks // 2, dice)
        places = _suited(offers, best[1:], home)
        stops = _stops(offers, places, pairs, home)
    return best[1:], places[best[1:]]


def settled(offers: Sequence[Offer], home: tuple[float, float] = (0.0, 0.0)) -> list[Cut]:
    """The cuts of offers in this order, each begun where the way from `home` through all of them is the shortest."""
    if not offers:
        return []
    places = _suited(offers, np.arange(len(offers)), home)
    return [offer.make(place) for offer, place in zip(offers, places.tolist(), strict=True)]


def _stops(offers: Sequence[Offer], places: Ints, pairs: Sequence[tuple[int, int]], home: tuple[float, float]) -> Stops:
    """The offers as the kernel takes them, each at one of its places."""
    from camcore.kernels import nearby
    from camcore.kernels import tour as kernel

    chosen = list(zip(offers, places.tolist(), strict=True))
    starts = np.array([*(offer.starts[k] for offer, k in chosen), home])
    ends = np.array([*(offer.ends[k] for offer, k in chosen), home])
    (x, y), (u, v) = np.ascontiguousarray(starts.T), np.ascontiguousarray(ends.T)
    onward = nearby.nearest(u, v, x[:-1], y[:-1], kernel.NEIGHBOURS)
    back = nearby.nearest(x, y, u[:-1], v[:-1], kernel.NEIGHBOURS)
    table = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
    return kernel.Stops(
        np.hstack([starts, ends]), onward, back, *_lists(table, len(offers)), *_lists(table[:, ::-1], len(offers))
    )


def _lists(pairs: Ints, count: int) -> tuple[Ints, Ints]:
    """Of pairs (a, b): where the list of each a's begins, with one more for home, and all b in order of a."""
    rows = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    return np.searchsorted(rows[:, 0], np.arange(count + 2)), np.ascontiguousarray(rows[:, 1])


def _suited(offers: Sequence[Offer], sequence: Ints, home: tuple[float, float]) -> Ints:
    """The place of each offer that makes the way through this sequence the shortest (dynamic programming, exact)."""
    ends, cost = np.array([home]), np.zeros(1)
    came: list[Ints] = []
    for k in sequence.tolist():
        offer = offers[k]
        ways = cost[:, None] + _apart(ends, offer.starts)
        came.append(ways.argmin(axis=0))
        ends, cost = offer.ends, ways.min(axis=0)
    places = np.zeros(len(offers), dtype=np.int64)
    best = int(cost.argmin())
    for k, source in zip(sequence[::-1].tolist(), came[::-1], strict=True):
        places[k] = best
        best = int(source[best])
    return places


def _apart(a: Floats, b: Floats) -> Floats:
    away: Floats = np.hypot(a[:, None, 0] - b[None, :, 0], a[:, None, 1] - b[None, :, 1])
    return away
