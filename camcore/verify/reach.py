"""Distances between the cutting track and edges, pair by pair."""

from __future__ import annotations

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.distance import BATCH, between_segments, nearest
from camcore.geometry.index import SegmentIndex
from camcore.verify.sweep import Sweep


def pairs(sweep: Sweep, index: SegmentIndex, slack: float) -> tuple[Ints, Ints, Floats]:
    """Stretches i and indexed rows j that the stretch's disc may touch or miss by `slack`, and their distance, mm."""
    if len(sweep.radius) == 0 or len(index.segments) == 0:
        none = np.empty(0, dtype=np.int64)
        return none, none, np.empty(0)
    i, j = index.pairs(sweep.track.rows, float(sweep.radius.max()) + slack)
    rows, still = sweep.track.rows, sweep.track.still
    distance = np.empty(len(i))
    for k in range(0, len(i), BATCH):
        p, q = i[k : k + BATCH], j[k : k + BATCH]
        at = distance[k : k + BATCH]
        point = still[p]
        at[point] = nearest(rows[p[point], 0:2], index.segments[q[point]]).distance
        at[~point] = between_segments(rows[p[~point]], index.segments[q[~point]])
    return i, j, distance


def smallest(values: Floats, group: Ints, count: int) -> Floats:
    """Smallest value of each group 0 … count − 1; inf for an empty one."""
    best = np.full(count, np.inf)
    np.minimum.at(best, group, values)
    return best
