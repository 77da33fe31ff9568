"""Which feature of one part is which of the other, and how it changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely

from camcore.compare.features import edges, features, net_area, posed
from camcore.compare.model import Change, Comparison, Feature, What
from camcore.geometry import Pose
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.deviation import WITHIN, Deviation, Target, greatest
from camcore.part import Part

REACH = 0.25
"""A feature that kept its size may have moved by this share of the part's diagonal; farther off it is another one."""
OVERLAP = 0.5
"""A feature that changed its size is the one whose middle lies within this share of the larger of both sizes."""

Pair = tuple[int, int]


def compare(a: Part, b: Part, tolerance: float, pose: Pose | None = None) -> Comparison:
    """The second part, carried by `pose`, held against the first; differences up to `tolerance` mm are none."""
    pose = pose or Pose()
    moved = posed(b, pose)
    changes = tuple(_changes(features(a), features(moved), tolerance, _diagonal(a, moved)))
    return Comparison(
        a=a.id,
        b=b.id,
        pose=pose,
        tolerance=tolerance,
        changes=changes,
        forth=_farthest([(change.a, change) for change in changes if change.a], Target(edges(moved))),
        back=_farthest([(change.b, change) for change in changes if change.b], Target(edges(a))),
        box_a=a.box,
        box_b=moved.box,
        area_a=net_area(a),
        area_b=net_area(moved),
    )


def _farthest(some: Sequence[tuple[Feature, Change]], off: Target) -> Deviation:
    """The place of the cut features farthest from the other part's edges.

    No place of a feature is farther from them than from its own counterpart, so most need no look.
    """
    cut = [(one, change) for one, change in some if one.kind in ("outline", "hole")]
    alone = [one.curve for one, change in cut if change.what in ("added", "removed") and one.curve]
    found = greatest(alone, off) if alone else None
    for one, change in sorted(cut, key=lambda each: -each[1].deviation):
        if (
            change.what not in ("added", "removed")
            and one.curve
            and (not found or change.deviation > found.size + WITHIN)
        ):
            found = greatest([one.curve], off, found)
    assert found is not None, "an outline is always there"
    return found


def _diagonal(a: Part, b: Part) -> float:
    return max(float(np.hypot(part.box.width, part.box.height)) for part in (a, b))


def _changes(mine: Sequence[Feature], theirs: Sequence[Feature], tolerance: float, diagonal: float) -> list[Change]:
    """Changes kind by kind, in the order of the first part's features; what was added comes last of its kind."""
    found = []
    for kind in dict.fromkeys(feature.kind for feature in (*mine, *theirs)):
        a = [feature for feature in mine if feature.kind == kind]
        b = [feature for feature in theirs if feature.kind == kind]
        pairs = {0: 0} if kind == "outline" else dict(_pairs(a, b, tolerance, diagonal))
        taken = set(pairs.values())
        for i, one in enumerate(a):
            found.append(_change(one, b[pairs[i]], tolerance) if i in pairs else Change("removed", one, None))
        found += [Change("added", None, one) for j, one in enumerate(b) if j not in taken]
    return found


# -- pairs --------------------------------------------------------------------------------------------------------


def _pairs(a: Sequence[Feature], b: Sequence[Feature], tolerance: float, diagonal: float) -> list[Pair]:
    """Which belong together: first those that lie on each other, then those that kept their size, or their place."""
    done = _greedy(a, b, *_near(a, b, tolerance, tolerance, 0.0))
    left_a = [i for i in range(len(a)) if i not in {i for i, _ in done}]
    left_b = [j for j in range(len(b)) if j not in {j for _, j in done}]
    some_a, some_b = [a[i] for i in left_a], [b[j] for j in left_b]
    more = _greedy(some_a, some_b, *_near(some_a, some_b, tolerance, REACH * diagonal, OVERLAP))
    return [*done, *((left_a[i], left_b[j]) for i, j in more)]


def _table(some: Sequence[Feature]) -> Floats:
    """Rows of x, y, length, width, depth."""
    rows = [(f.form.x, f.form.y, f.form.length, f.form.width, f.depth) for f in some]
    return np.array(rows, dtype=np.float64).reshape(-1, 5)


def _near(
    a: Sequence[Feature], b: Sequence[Feature], tolerance: float, reach: float, overlap: float
) -> tuple[Ints, Ints, Floats]:
    """Pairs that may belong together, and how badly they do, mm: how far apart, and how much their sizes differ."""
    rows_a, rows_b = _table(a), _table(b)
    largest = max([0.0, *rows_a[:, 2:4].ravel().tolist(), *rows_b[:, 2:4].ravel().tolist()])
    far = max(reach, overlap * largest)
    i, j = shapely.STRtree(shapely.points(rows_b[:, :2])).query(
        shapely.points(rows_a[:, :2]), predicate="dwithin", distance=far
    )
    apart = np.hypot(*(rows_a[i, :2] - rows_b[j, :2]).T)
    other = np.abs(rows_a[i, 2:] - rows_b[j, 2:]).max(axis=1, initial=0.0)
    size = np.maximum(rows_a[i, 2:4].max(axis=1, initial=0.0), rows_b[j, 2:4].max(axis=1, initial=0.0))
    good = np.where(other <= 2 * tolerance, apart <= reach, apart <= overlap * size)
    return i[good], j[good], (apart + other)[good]


def _greedy(a: Sequence[Feature], b: Sequence[Feature], i: Ints, j: Ints, cost: Floats) -> list[Pair]:
    """The best pairs first, each feature once; of equal ones by place, so that either part may come first."""
    middle = (_table(a)[i, :2] + _table(b)[j, :2]) / 2
    taken_a: set[int] = set()
    taken_b: set[int] = set()
    pairs = []
    for k in np.lexsort((middle[:, 1].round(6), middle[:, 0].round(6), cost.round(6))).tolist():
        pair = int(i[k]), int(j[k])
        if pair[0] not in taken_a and pair[1] not in taken_b:
            taken_a.add(pair[0])
            taken_b.add(pair[1])
            pairs.append(pair)
    return pairs


# -- changes ------------------------------------------------------------------------------------------------------


def _change(a: Feature, b: Feature, tolerance: float) -> Change:
    dx, dy = b.form.x - a.form.x, b.form.y - a.form.y
    apart = _deviation(a, b)
    deeper = abs(a.depth - b.depth)
    if max(apart, deeper) <= tolerance:
        return Change("same", a, b, dx, dy, max(apart, deeper))
    return Change(_what(a, b, (dx, dy), tolerance), a, b, dx, dy, max(apart, deeper))


def _what(a: Feature, b: Feature, move: tuple[float, float], tolerance: float) -> What:
    away = float(np.hypot(*move)) > tolerance and a.kind != "outline"
    as_it_was = abs(a.depth - b.depth) <= tolerance and _deviation(a, b, move) <= tolerance
    if as_it_was:
        return "moved"
    if a.form.name != b.form.name or "other" in (a.form.name, b.form.name):
        return "reshaped"
    return "moved and resized" if away else "resized"


def _deviation(a: Feature, b: Feature, move: tuple[float, float] = (0.0, 0.0)) -> float:
    """The farthest that either contour lies from the other, the second moved back by `move`; mm."""
    apart = float(np.hypot(b.form.x - a.form.x - move[0], b.form.y - a.form.y - move[1]))
    if a.curve is None or b.curve is None:
        return apart
    if a.form.name == b.form.name == "circle":
        return _of_circles(a.form.length / 2, b.form.length / 2, apart)
    back = b.curve.moved(-move[0], -move[1])
    if len(a.curve) == len(back) and np.allclose(a.curve.vertices, back.vertices, rtol=0.0, atol=1e-9):
        return 0.0
    return max(greatest([a.curve], Target([back])).size, greatest([back], Target([a.curve])).size)


def _of_circles(a: float, b: float, apart: float) -> float:
    """Hausdorff distance of circles of these radii: along the line through both middles."""
    return max(max(abs(apart + r - s), abs(abs(apart - r) - s)) for r, s in ((a, b), (b, a)))
