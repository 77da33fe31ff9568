"""Chains closed to contours, across gaps, around strays and through junctions.

Only ends that are left dangling look for a partner across a gap, so a sound topology is never snapped away. The *core*
is what stays when all that dangles is taken off: contours, and what lies between them. A *stray* hangs off the core.
Where more than two ends meet in the core, the faces of the plane decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely

from camcore.drawing.chain import Chain, contracted, end_node, end_point, ending, ends_at, groups, paths
from camcore.drawing.faces import Faces, trace
from camcore.drawing.junctions import joined
from camcore.drawing.same import SAME_CURVE, lies_on
from camcore.geometry import Curve, many
from camcore.geometry.arrays import Floats
from camcore.units import JOIN_GAP


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere in the drawing, mm, with a size, mm, and the numbers of the curves that meet there."""

    x: float
    y: float
    size: float
    members: tuple[int, ...]


@dataclass(slots=True)
class Chained:
    """All that became of the curves (mutable while it is filled).

    closed: contours; open: chains that close nowhere; strays: chains that hang off a contour;
    gaps: what was bridged; landings: ends on the middle of another line; doubles: stretches drawn twice;
    tangles: junctions of contours that share stretches, so that nobody can say which is which.
    """

    closed: list[Chain] = field(default_factory=list)
    open: list[Chain] = field(default_factory=list)
    strays: list[Chain] = field(default_factory=list)
    gaps: list[Place] = field(default_factory=list)
    landings: list[Place] = field(default_factory=list)
    doubles: list[Place] = field(default_factory=list)
    tangles: list[Place] = field(default_factory=list)


def close(curves: Sequence[Curve], tolerance: float = JOIN_GAP) -> Chained:
    """Open curves chained into contours, across gaps up to `tolerance` mm."""
    done = Chained()
    chains = _landed(_bridged(paths(curves), tolerance, done), min(tolerance, JOIN_GAP), done)
    at = ends_at(chains)
    alone = [chain.closed and len(at[chain.a]) == 2 for chain in chains]
    done.closed += [chain for chain, lone in zip(chains, alone, strict=True) if lone]
    for together in groups([chain for chain, lone in zip(chains, alone, strict=True) if not lone]):
        core, hanging = _core(together)
        reach = sum(chain.length for chain in core)
        for chain in hanging:
            (done.strays if chain.length < reach else done.open).append(chain)
        for group in groups(contracted(core)):
            _finish(group, done)
    return done


def on_others(done: Chained, whole: Sequence[Curve]) -> list[Place]:
    """Takes out of `done.open` the chains that lie all along on one closed curve, whole or chained: drawn twice."""
    closed = [*whole, *(chain.curve for chain in done.closed)]
    if not done.open or not closed:
        return []
    boxes = many.boxes(closed) + np.array([-1, -1, 1, 1]) * SAME_CURVE
    own = many.boxes([chain.curve for chain in done.open])
    found, kept = [], []
    for chain, box in zip(done.open, own, strict=True):
        near = np.flatnonzero((boxes[:, :2] <= box[:2]).all(axis=1) & (boxes[:, 2:] >= box[2:]).all(axis=1))
        if any(lies_on(chain.curve, closed[k], SAME_CURVE) for k in near.tolist()):
            found.append(Place(*chain.curve.start, chain.length, chain.members))
        else:
            kept.append(chain)
    done.open[:] = kept
    return found


def _finish(group: list[Chain], done: Chained) -> None:
    """A lone loop is a contour; anything else falls into faces."""
    if len(group) == 1 and group[0].closed:
        done.closed.append(group[0])
        return
    faces: Faces = trace(group)
    done.closed += faces.contours
    done.strays += faces.bridges
    done.tangles += [Place(x, y, 0.0, members) for x, y, members in faces.tangles]


def _core(chains: list[Chain]) -> tuple[list[Chain], list[Chain]]:
    """The chains without those that dangle, and those that dangle, from outside in."""
    at = ends_at(chains)
    degree = {node: len(ends) for node, ends in at.items()}
    loose = [node for node, count in degree.items() if count == 1]
    hanging: dict[int, Chain] = {}
    while loose:
        number = next((i for i, _ in at[loose.pop()] if i not in hanging), None)
        if number is not None:
            hanging[number] = chains[number]
            for node in (chains[number].a, chains[number].b):
                degree[node] -= 1
                if degree[node] == 1:
                    loose.append(node)
    return [chain for i, chain in enumerate(chains) if i not in hanging], list(hanging.values())


def _landed(chains: list[Chain], reach: float, done: Chained) -> list[Chain]:
    """The chains with a node wherever an end lies on the middle of another, and no stretch twice."""
    found = joined(chains, reach)
    for landing in found.landings:
        members = (_end_member(chains[landing.chain], landing.at_end), *chains[landing.other].members[:1])
        done.landings.append(Place(*landing.point, round(landing.off, 6), members))
    done.doubles += [Place(*chain.curve.start, chain.length, chain.members[:1]) for chain in found.doubles]
    return contracted(found.chains) if found.landings or found.doubles else chains


# -- gaps --------------------------------------------------------------------------------------------------------------


def _bridged(chains: list[Chain], tolerance: float, done: Chained) -> list[Chain]:
    """The chains joined where dangling ends are within `tolerance`, nearest pairs first."""
    loose = [entries[0] for entries in ends_at(chains).values() if len(entries) == 1]
    if len(loose) < 2:
        return chains
    points = np.array([end_point(chains[i], flip) for i, flip in loose])
    result, taken = list(chains), set[int]()
    for p, q, size in _near_pairs(points, tolerance):
        (i, i_flip), (j, j_flip) = loose[p], loose[q]
        if p in taken or q in taken or (i == j and chains[i].length < 4 * size):
            continue
        taken |= {p, q}
        x, y = (points[p] + points[q]) / 2
        members = (_end_member(chains[i], i_flip), _end_member(chains[j], j_flip))
        done.gaps.append(Place(float(x), float(y), size, members))
        _join(result, (i, i_flip), (j, j_flip), size)
    return contracted(result)


def _near_pairs(points: Floats, tolerance: float) -> list[tuple[int, int, float]]:
    spots = shapely.points(points)
    p, q = shapely.STRtree(spots).query(spots, predicate="dwithin", distance=tolerance)
    p, q = p[p < q], q[p < q]
    size = np.hypot(*(points[p] - points[q]).T)
    order = np.lexsort((q, p, size))
    return list(zip(p[order].tolist(), q[order].tolist(), size[order].tolist(), strict=True))


def _join(chains: list[Chain], first: tuple[int, bool], second: tuple[int, bool], size: float) -> None:
    """One node for both ends: they meet half way, or a line fills a gap that is too wide for that."""
    a, b = (end_node(chains[i], flip) for i, flip in (first, second))
    start, end = (end_point(chains[i], flip) for i, flip in (first, second))
    if size > JOIN_GAP:
        chains.append(Chain(np.array([[*start, *end, 0.0]]), a, b, ()))
        return
    for i, flip in (first, second):
        chains[i] = ending(chains[i], flip, a, (start + end) / 2)


def _end_member(chain: Chain, at_end: bool) -> int:
    return chain.members[-1 if at_end else 0]
