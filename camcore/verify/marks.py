"""Marks: which cuts follow a marked curve without going through."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.contain import within
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.units import CUT_EDGE
from camcore.verify.features import Edges, declared, edges
from camcore.verify.track import Track

if TYPE_CHECKING:
    from camcore.verify.case import Case

MOST_ENERGY = 0.5
"""A laser mark has at most this share of the power per feed of the sheet's cuts, all passes of either together, and a
pass of a cut at least this share of the usual; a rule of caution, not a measured depth."""


SPOT = 1.5
"""What stays within this of a centre, mm, and passes through it, marks it."""
_ON = (0.0, 0.5, 1.0)
"""Where along a stretch it has to be on a mark."""
_INSIDE = (0.02, 0.5, 0.98)
"""Where along a stretch it is looked at for being inside a part; its ends may be on the edge."""


def mark_edges(case: Case) -> Edges:
    """Segments of all marks and centre marks."""
    return edges([feature for feature in case.features if feature.is_mark])


def on_marks(case: Case) -> Bools:
    """Which of all cuts run on a mark from end to end, or in a part whose marks are declared but not known."""
    cuts = case.all_cuts.track.rows
    found = _in_parts(case, unknown(case))
    rows = mark_edges(case).rows
    if len(rows) == 0 or len(cuts) == 0:
        return found
    places, index = _places(cuts, _ON), SegmentIndex(rows)
    near = [from_points_to(points, index) <= case.tolerance for points in places]
    return np.asarray(found | np.logical_and.reduce(near) | _on_spots(case, places))


def _on_spots(case: Case, places: list[Floats]) -> Bools:
    """Which stay within a centre mark's cross."""
    centres = np.array([feature.ring.mean(axis=0) for feature in case.features if feature.kind == "spot"])
    if len(centres) == 0:
        return np.zeros(len(places[0]), dtype=np.bool_)
    tree = shapely.STRtree(shapely.points(centres))
    found = np.ones(len(places[0]), dtype=np.bool_)
    for points in places:
        near = np.zeros(len(points), dtype=np.bool_)
        near[tree.query(shapely.points(points), predicate="dwithin", distance=SPOT)[0]] = True
        found &= near
    return found


def _places(cuts: Floats, where: tuple[float, ...]) -> list[Floats]:
    return [arcs.points_at(cuts, np.full(len(cuts), t)) for t in where]


def unknown(case: Case) -> list[int]:
    """Placements for which marks, drill points or pockets are declared that the task does not have."""
    return _unknown(case, ("mark", "drill", "pocket"))


def _unknown(case: Case, kinds: tuple[str, ...]) -> list[int]:
    known = {feature.key for feature in case.features}
    return sorted({at[0] for at in declared(case.task) if at not in known and at[1] in kinds})


def _in_parts(case: Case, placements: list[int]) -> Bools:
    """Which of all cuts stay inside the outline of one of these placements, and touch the part itself.

    A mark may pass over holes; a cut that stays within a hole is none.
    """
    cuts = case.all_cuts.track.rows
    inside = np.zeros(len(cuts), dtype=np.bool_)
    if placements:
        places = _places(cuts, _INSIDE)
        regions = [case.regions[number] for number in placements]
        rings = {feature.placement: feature.ring for feature in case.features if feature.kind == "outline"}
        outlines = shapely.make_valid([shapely.Polygon(rings[number]) for number in placements])
        held = [_held(points, outlines) for points in places]
        touching = [_held(points, regions) for points in places]
        both = np.intersect1d(functools.reduce(np.intersect1d, held), functools.reduce(np.union1d, touching))
        inside[both // len(placements)] = True
    return inside


def _held(points: Floats, regions: Any) -> Ints:
    """Which point lies in which region, as point × count + region."""
    point, region = within(points, regions)
    return np.asarray(point * len(regions) + region)


def marking(case: Case) -> Bools:
    """Which of all cuts follow a mark and do not go through, or drill where drill points are declared but not known."""
    cuts = case.all_cuts.track
    drilled = cuts.still & _in_parts(case, _unknown(case, ("drill",)))
    return np.asarray((case.on_marks & ~goes_through(case)) | drilled)


def goes_through(case: Case) -> Bools:
    """Which of all cuts reach the stock's bottom, or burn with the energy of a cut."""
    cuts = case.all_cuts.track
    if case.task.process == "mill":
        return np.asarray(np.minimum(cuts.z0, cuts.z1) <= case.task.bottom_z + CUT_EDGE)
    return np.asarray(energy(cuts) > most_energy(case))


def most_energy(case: Case) -> float:
    """What a mark may get at most, all its passes together: MOST_ENERGY of what outlines get with all of theirs."""
    passes = [cut.passes for cut in case.task.cuts if cut.kind == "outline"]
    return MOST_ENERGY * case.usual_energy * min(passes, default=1)


def energy(cuts: Track) -> Floats:
    """Power (0 to 1) per feed in mm/min of each stretch: what a laser's cut gets per length."""
    return np.asarray(cuts.power / np.maximum(cuts.feed, 1e-9))


def usual_energy(case: Case) -> float:
    """Median by length of the energy along outlines; along nothing, of all that is on no mark; inf without any."""
    i, j, distance = case.all_near
    outline = np.array([feature.kind == "outline" for feature in case.edges.features], dtype=np.bool_)
    along = (distance <= case.all_cuts.radius[i] + case.tolerance) & outline[case.edges.owner[j]]
    chosen = np.unique(i[along]) if along.any() else np.flatnonzero(~case.on_marks)
    if len(chosen) == 0:
        return np.inf
    cuts = case.all_cuts.track.take(chosen)
    order = energy(cuts).argsort()
    covered = np.cumsum(cuts.lengths[order])
    return float(energy(cuts)[order[np.searchsorted(covered, covered[-1] / 2)]])
