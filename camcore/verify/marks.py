"""Marks: which cuts follow a marked curve without going through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.units import CUT_EDGE
from camcore.verify.features import Edges, edges, key
from camcore.verify.track import Track

if TYPE_CHECKING:
    from camcore.verify.case import Case

MOST_ENERGY = 0.5
"""A laser mark has at most this share of the power per feed of the sheet's cuts, and a cut at least this share; a rule
of caution, not a measured depth."""


def mark_edges(case: Case) -> Edges:
    """Segments of all marks and centre marks."""
    return edges([feature for feature in case.features if not feature.is_edge])


def on_marks(case: Case) -> Bools:
    """Which of all cuts run on a mark from end to end, or in a part whose marks are declared but not known."""
    cuts = case.all_cuts.track.rows
    found = _in_parts(case, unknown(case))
    rows = mark_edges(case).rows
    if len(rows) == 0 or len(cuts) == 0:
        return found
    index = SegmentIndex(rows)
    places = (arcs.points_at(cuts, np.full(len(cuts), t)) for t in (0.0, 0.5, 1.0))
    near = [from_points_to(points, index) <= case.tolerance for points in places]
    return np.asarray(found | np.logical_and.reduce(near))


def unknown(case: Case) -> list[int]:
    """Placements for which marks are declared whose curves the task does not have (nest.json holds none)."""
    known = {feature.key for feature in case.features}
    placements = case.task.placements
    declared = [cut for cut in case.task.cuts if cut.kind == "mark"]
    missing = [cut for cut in declared if key(cut, case.task.parts[placements[cut.placement].part]) not in known]
    return sorted({cut.placement for cut in missing})


def _in_parts(case: Case, placements: list[int]) -> Bools:
    """Which of all cuts have both ends and their middle inside one of these placed parts."""
    cuts = case.all_cuts.track.rows
    inside = np.zeros(len(cuts), dtype=np.bool_)
    for number in placements:
        ends = [arcs.points_at(cuts, np.full(len(cuts), t)) for t in (0.0, 0.5, 1.0)]
        inside |= np.logical_and.reduce([shapely.contains_xy(case.regions[number], *points.T) for points in ends])
    return inside


def marking(case: Case) -> Bools:
    """Which of all cuts follow a mark and do not go through."""
    return on_marks(case) & ~goes_through(case)


def goes_through(case: Case) -> Bools:
    """Which of all cuts reach the stock's bottom, or burn with the energy of a cut."""
    cuts = case.all_cuts.track
    if case.task.process == "mill":
        return np.asarray(np.minimum(cuts.z0, cuts.z1) <= case.task.bottom_z + CUT_EDGE)
    return np.asarray(energy_of(cuts) > MOST_ENERGY * cutting_energy(case))


def energy_of(cuts: Track) -> Floats:
    """Power (0 to 1) per feed in mm/min of each stretch: what a laser's cut gets per length."""
    return np.asarray(cuts.power / np.maximum(cuts.feed, 1e-9))


def cutting_energy(case: Case) -> float:
    """Median by length of the energy of all cuts that run on no mark; inf when there is none."""
    cuts = case.all_cuts.track.take(~on_marks(case))
    if not len(cuts):
        return np.inf
    order = energy_of(cuts).argsort()
    along = np.cumsum(cuts.lengths[order])
    return float(energy_of(cuts)[order[np.searchsorted(along, along[-1] / 2)]])
