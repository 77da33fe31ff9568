"""Curves that were drawn twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import shapely

from camcore.geometry import Curve, arcs, many
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import nearest

SAME_CURVE = 0.001
"""Two curves that keep within this of each other all along, mm, are one drawn twice ..."""
_SHARE = 0.1
"""... unless that is more than this share of their length: short steps of a fine polyline are not each other."""


def repeated(curves: Sequence[Curve], slack: float = SAME_CURVE) -> dict[int, int]:
    """Number of each curve that repeats an earlier one, within `slack` mm → number of that one.

    Direction and start do not matter.
    """
    twin = _copies(curves)
    left = [i for i in range(len(curves)) if i not in twin]
    for first, second in _near_pairs([curves[i] for i in left], slack):
        twin[left[second]] = left[first]
    return {i: twin.get(of, of) for i, of in twin.items()}


def _copies(curves: Sequence[Curve]) -> dict[int, int]:
    """Curves with exactly the numbers of an earlier one: found without comparing pairs, of which there may be many."""
    first: dict[tuple[bool, bytes], int] = {}
    twin = {}
    for i, curve in enumerate(curves):
        one = first.setdefault((curve.closed, curve.vertices.tobytes()), i)
        if one != i:
            twin[i] = one
    return twin


def _near_pairs(curves: Sequence[Curve], slack: float) -> Iterator[tuple[int, int]]:
    """Pairs i < j of curves that are the same within `slack` mm; of several that are, each j comes once."""
    if len(curves) < 2:
        return
    i, j, give = _candidates(curves, slack)
    single = np.array([len(curve.segments) == 1 for curve in curves])
    both = single[i] & single[j]
    same = np.zeros(len(i), dtype=np.bool_)
    same[both] = _same_rows(_first_rows(curves, i[both]), _first_rows(curves, j[both]), give[both])
    done: set[int] = set()
    for k, (first, second) in enumerate(zip(i.tolist(), j.tolist(), strict=True)):
        if second in done or first in done:
            continue
        if same[k] or (not both[k] and same_curve(curves[first], curves[second], float(give[k]))):
            done.add(second)
            yield first, second


def same_curve(a: Curve, b: Curve, slack: float = SAME_CURVE) -> bool:
    """Whether each curve's vertices and middles of segments lie within `slack` mm of the other."""
    return lies_on(a, b, slack) and lies_on(b, a, slack)


def lies_on(a: Curve, b: Curve, slack: float) -> bool:
    """Whether the first one's vertices and middles of segments lie within `slack` mm of the second."""
    probes, rows = _probes(a.segments), b.segments
    off = nearest(np.repeat(probes, len(rows), axis=0), np.tile(rows, (len(probes), 1))).distance
    return bool(off.reshape(len(probes), -1).min(axis=1).max() <= slack)


def _probes(rows: Floats) -> Floats:
    return np.concatenate([rows[:, 0:2], arcs.points_at(rows, np.full(len(rows), 0.5)), rows[-1:, 2:4]])


def _candidates(curves: Sequence[Curve], most: float) -> tuple[Floats, Floats, Floats]:
    """Pairs i < j whose boxes and lengths are alike, sorted, and what each pair may differ by."""
    box, length = many.boxes(curves), many.lengths(curves)
    middle = shapely.points((box[:, 0:2] + box[:, 2:4]) / 2)
    i, j = shapely.STRtree(middle).query(middle, predicate="dwithin", distance=2 * most)
    i, j = i[i < j], j[i < j]
    slack = np.minimum(most, _SHARE * np.minimum(length[i], length[j]))
    alike = (np.abs(box[i] - box[j]).max(axis=1, initial=0) <= 2 * slack) & (np.abs(length[i] - length[j]) <= 8 * slack)
    i, j, slack = i[alike], j[alike], slack[alike]
    order = np.lexsort((j, i))
    return i[order], j[order], slack[order]


def _first_rows(curves: Sequence[Curve], which: Floats) -> Floats:
    return np.array([curves[k].segments[0] for k in which]).reshape(-1, 5)


def _same_rows(a: Floats, b: Floats, slack: Floats) -> Bools:
    same = np.ones(len(a), dtype=np.bool_)
    for mine, other in ((a, b), (b, a)):
        for t in (0.0, 0.5, 1.0):
            same &= nearest(arcs.points_at(mine, np.full(len(mine), t)), other).distance <= slack
    return same
