"""Pockets on the sheet, and which cuts do no more than clear them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from camcore.geometry import Curve, arcs, contain
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.index import SegmentIndex
from camcore.verify.features import Feature
from camcore.verify.reach import pairs

if TYPE_CHECKING:
    from camcore.verify.case import Case

FINE = 0.0005
"""Curves become polygons within this distance, mm."""


@dataclass(frozen=True, slots=True, eq=False)
class Basin:
    """One placed pocket: its walls (n, 5), the region (a polygon) between them, and the height of its floor, mm."""

    feature: Feature
    rows: Floats
    region: Any
    floor: float


def basins(case: Case) -> tuple[Basin, ...]:
    """All pockets of all placed parts."""
    return tuple(_basin(case, feature) for feature in case.features if feature.kind == "pocket")


def _basin(case: Case, feature: Feature) -> Basin:
    pocket = case.task.parts[feature.part].pockets[feature.index]
    pose = case.task.placements[feature.placement].pose
    walls: list[Curve] = [feature.curve, *(island.posed(pose) for island in pocket.holes)]
    outline, *islands = (wall.flattened(FINE) for wall in walls)
    region = shapely.make_valid(shapely.Polygon(outline, islands))
    return Basin(feature, np.vstack([wall.segments for wall in walls]), region, case.top_z - pocket.depth)


def within(case: Case) -> tuple[Ints, Ints]:
    """Pairs of a stretch of all cuts and a basin beyond whose walls the stretch does not reach, at whatever depth."""
    cuts, basins = case.all_cuts, case.basins
    none = np.empty(0, dtype=np.int64)
    if not basins or not len(cuts.radius):
        return none, none
    middles = arcs.points_at(cuts.track.rows, np.full(len(cuts.radius), 0.5))
    stretch, basin = contain.within(middles, [basin.region for basin in basins])
    owner = np.repeat(np.arange(len(basins)), [len(each.rows) for each in basins])
    i, j, distance = pairs(cuts, SegmentIndex(np.vstack([each.rows for each in basins])), case.tolerance)
    bites = distance < cuts.radius[i] - case.tolerance
    beyond = np.unique(i[bites] * len(basins) + owner[j[bites]])
    inside = ~np.isin(stretch * len(basins) + basin, beyond)
    return stretch[inside], basin[inside]


def overreach(case: Case) -> tuple[Ints, Floats]:
    """Stretches of `cuts` that clear a pocket, not below its floor, but reach over its walls; by how much, mm."""
    cuts, basins = case.cuts, case.basins
    if not basins or not len(cuts.radius):
        return np.empty(0, dtype=np.int64), np.empty(0)
    middles = arcs.points_at(cuts.track.rows, np.full(len(cuts.radius), 0.5))
    stretch, basin = contain.within(middles, [basin.region for basin in basins])
    floors = np.array([each.floor for each in basins])
    low = np.minimum(cuts.track.z0, cuts.track.z1)
    above = low[stretch] >= floors[basin] - case.tolerance
    owner = np.repeat(np.arange(len(basins)), [len(each.rows) for each in basins])
    i, j, distance = pairs(cuts, SegmentIndex(np.vstack([each.rows for each in basins])), case.tolerance)
    over = np.zeros((len(cuts.radius), len(basins)))
    np.maximum.at(over, (i, owner[j]), cuts.radius[i] - distance)
    return stretch[above], over[stretch[above], basin[above]]


def pocketing(case: Case) -> Bools:
    """Which of all cuts stay within a pocket, and no deeper than its floor."""
    stretch, basin = case.in_basins
    floors = np.array([each.floor for each in case.basins])
    found = np.zeros(len(case.all_cuts.radius), dtype=np.bool_)
    if len(stretch):
        found[stretch[lowest(case)[stretch] >= floors[basin] - case.tolerance]] = True
    return found


def lowest(case: Case) -> Floats:
    """Height of the deepest point of each of all cuts, mm."""
    track = case.all_cuts.track
    return np.minimum(track.z0, track.z1)
