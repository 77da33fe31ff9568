"""Marks: which cuts follow a marked curve without going through."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.units import CUT_EDGE
from camcore.verify.features import Edges, edges
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
    """Which of all cuts run on a mark from end to end."""
    rows, owner = mark_edges(case).rows, case.all_cuts.track.rows
    if len(rows) == 0 or len(owner) == 0:
        return np.zeros(len(owner), dtype=np.bool_)
    index = SegmentIndex(rows)
    places = (arcs.points_at(owner, np.full(len(owner), t)) for t in (0.0, 0.5, 1.0))
    near = [from_points_to(points, index) <= case.tolerance for points in places]
    return np.asarray(np.logical_and.reduce(near))


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
