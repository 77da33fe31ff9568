"""Courses: the best shift of every second row against the one below. Arrays as in `lattice`."""

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.kernels import kernel
from camcore.kernels.lattice import piled, rises

ROUNDS = 2
"""Shifts are tried all over, and once more between the neighbours of the best."""


@kernel
def _worth(out: Floats, first: int, second: int, room: float, quantity: int, exact: float) -> Floats:
    """What each column of rises (3, n) is worth: pieces, and less than one for their height; or minus the height of
    `quantity` pieces, if that is not 0."""
    worth = np.empty(out.shape[1])
    if quantity == 0:
        count = piled(out, first, second, room + exact)
        for p in range(len(worth)):
            cycle = out[0, p] + out[1, p]
            worth[p] = count[p] - cycle / (1.0 + 4.0 * (room + cycle))
        return worth
    whole, rest = (quantity - 1) // (first + second), (quantity - 1) % (first + second)
    for p in range(len(worth)):
        cycle = whole * (out[0, p] + out[1, p])
        forward = cycle + (out[0, p] if rest >= first else 0.0)
        backward = cycle + (out[1, p] if rest >= second else 0.0)
        low = min(forward, backward)
        worth[p] = -low if low <= room + exact else -np.inf
    return worth


@kernel
def _shifts(shares: Floats, across: float, first: int, pitch: float) -> tuple[Floats, Floats]:
    """Pitch and shift (n,), mm, of each share of the pitch; a pitch of 0 follows from the shift."""
    pitches, shifts = np.empty(len(shares)), np.empty(len(shares))
    for p in range(len(shares)):
        if pitch > 0.0:
            pitches[p], shifts[p] = pitch, shares[p] * pitch
        elif first == 1:
            pitches[p], shifts[p] = np.inf, shares[p] * across
        else:
            pitches[p] = across / (first - 1 + shares[p])
            shifts[p] = pitches[p] * shares[p]
    return pitches, shifts


@kernel
def best_shift(
    own: Floats,
    pair: Floats,
    back: Floats,
    sides: tuple[float, float],
    rows: tuple[int, int, float],
    greatest: float,
    quantity: int,
    least: float,
    tried: tuple[int, float],
) -> Floats:
    """Worth, pitch, shift, up, down, straight of the best shift; the worth is −inf where it is no more than `least`.

    rows: pieces in first and second rows and their pitch, or 0 where it follows from the shift, so that both rows fill
    the side; greatest: share of the pitch up to which is shifted; others as `best_courses`
    """
    across, room = sides
    first, second, pitch = rows
    count, exact = tried
    best = np.full(6, -np.inf)
    low, high = 0.0, greatest
    for _ in range(ROUNDS):
        step = (high - low) / (count - 1)
        pitches, shifts = _shifts(low + np.arange(count, dtype=np.float64) * step, across, first, pitch)
        out = rises(own, pair, back, pitches, shifts)
        worth = _worth(out, first, second, room, quantity, exact)
        k = int(worth.argmax())
        if worth[k] > max(least, best[0]):
            best[0], best[1], best[2] = worth[k], pitches[k], shifts[k]
            best[3:] = out[:, k]
        elif quantity == 0 and worth[k] + first <= least:
            break
        low, high = low + max(0, k - 1) * step, low + min(count - 1, k + 1) * step
    return best


@kernel
def _upper(edges: Floats) -> Floats:
    """The edges that have the region below them: no others are part of an upper envelope."""
    return edges[edges[:, 2] < edges[:, 0]]


@kernel
def best_courses(
    own: Floats,
    pair: Floats,
    least_pitch: float,
    sides: tuple[float, float],
    quantity: int,
    tried: tuple[int, int, float],
) -> Floats:
    """Worth, pitch, shift, up, down, straight, first, second, turned of the best courses; the worth is −inf for none.

    own: region of the shape against itself; pair: of the turned shape against it, or none
    sides: room for the corners of the boxes across and up; quantity: pieces that are to reach least high, or 0 for most
    tried: how many pieces less than could stand in a row, shifts in each round, and by how much rows may stick out
    """
    fewer, count, exact = tried
    best = np.full(9, -np.inf)
    back, below = _upper(-pair), _upper(-own)
    own, pair = _upper(own), _upper(pair)
    across = sides[0]
    most = int(across / least_pitch + exact) + 1
    for turned in range(2 if len(pair) else 1):
        other, under = (pair, back) if turned else (own, below)
        for n in range(most, max(0, most - fewer - 1), -1):
            for kind in range(3):
                if kind > 0 and (n == 1 or (kind == 2 and n < most)):
                    continue
                pitch = 0.0 if kind == 0 else max(least_pitch, across / (n - 1)) if kind == 1 else least_pitch
                second = n if kind == 0 else n - 1
                greatest = 1.0
                if kind == 0 and n > 1:
                    greatest = min(1.0, max(0.0, across / least_pitch - (n - 1)))
                found = best_shift(
                    own, other, under, sides, (n, second, pitch), greatest, quantity, best[0], (count, exact)
                )
                if found[0] > best[0]:
                    best[:6] = found
                    best[6], best[7], best[8] = n, second, turned
    return best
