"""Pushing: all overlapping pairs of a crowd are pushed apart together."""

import numpy as np

from camcore.geometry.arrays import Ints
from camcore.kernels import kernel
from camcore.kernels.crowd import Crowd, Ground, allowed, bin_at, measure_all
from camcore.kernels.depth import Depths, way_out

PUSH_MORE = 1.8
"""Overlapping pairs are pushed apart by this many times their depth: over-relaxed, a long row gives way in 100 rounds
instead of 1,000."""
PUSH_AROUND = 0.2
"""While pieces are pushed, only pairs are looked at that lie within this share of the largest size."""
PUSHES, PUSH_PATIENCE, PUSH_PROGRESS = 400, 20, 0.5
"""Rounds of pushing at most; it is given up after so many rounds in which the overlap did not fall to this share."""


@kernel
def close_pairs(table: Depths, crowd: Crowd, around: float) -> Ints:
    """Pairs (m, 2) of pieces that overlap or may once each moved by `around`; the first of each can move."""
    pairs = np.empty((16 * len(crowd.x), 2), np.int64)
    count = 0
    for i in range(len(crowd.x)):
        for j in range(len(crowd.x)):
            if crowd.kind[i] < 0 or i == j or (j < i and crowd.kind[j] >= 0):
                continue
            box = table.box[crowd.stance[i], crowd.stance[j]]
            dx, dy = crowd.x[i] - crowd.x[j], crowd.y[i] - crowd.y[j]
            if dx + around <= box[0] or dx - around >= box[2] or dy + around <= box[1] or dy - around >= box[3]:
                continue
            if count == len(pairs):
                pairs = np.concatenate((pairs, np.empty_like(pairs)))
            pairs[count, 0], pairs[count, 1] = i, j
            count += 1
    return pairs[:count]


@kernel
def push(crowd: Crowd, ground: Ground, i: int, dx: float, dy: float) -> None:
    """Move piece i, but not out of its bin."""
    a = crowd.stance[i]
    x0, y0, x1, y1 = allowed(ground, bin_at(ground, a, crowd.x[i]), a)
    crowd.x[i] = min(max(crowd.x[i] + dx, x0), x1)
    crowd.y[i] = min(max(crowd.y[i] + dy, y0), y1)


@kernel
def push_apart(table: Depths, crowd: Crowd, ground: Ground, tolerance: float) -> bool:
    """Push overlapping pairs apart, all of them again and again, until none overlaps.

    Where that does not come, the pieces lie as before, and the answer is False.

    What one-at-a-time relocation cannot do: a whole column of tight pieces makes room together. Each pair shares its
    way out, as constraints are projected in position based dynamics (Müller et al., 2007, doi
    10.1016/j.jvcir.2007.01.005).
    """
    x, y = crowd.x.copy(), crowd.y.copy()
    around = PUSH_AROUND * ground.size.max()
    pairs = close_pairs(table, crowd, around)
    least, since, total = np.inf, 0, np.inf
    for _ in range(PUSHES):
        total = 0.0
        for k in range(len(pairs)):
            i, j = pairs[k]
            ox, oy = way_out(table, crowd.stance[i], crowd.stance[j], crowd.x[i] - crowd.x[j], crowd.y[i] - crowd.y[j])
            if ox != 0.0 or oy != 0.0:
                total += np.sqrt(ox * ox + oy * oy)
                share = PUSH_MORE if crowd.kind[j] < 0 else 0.5 * PUSH_MORE
                push(crowd, ground, i, share * ox, share * oy)
                if crowd.kind[j] >= 0:
                    push(crowd, ground, j, -share * ox, -share * oy)
        if total <= tolerance:
            break
        since += 1
        if total < PUSH_PROGRESS * least:
            least, since = total, 0
        if since > PUSH_PATIENCE:
            break
    if total <= tolerance and measure_all(table, crowd) <= tolerance:
        return True
    crowd.x[:], crowd.y[:] = x, y
    if total <= tolerance:
        measure_all(table, crowd)
    return False
