"""Check: nothing cuts into a finished part, at any depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.contain import within
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.moves import Dwell
from camcore.verify import basins
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked, ReadMove

_WRONG_SIDE = 0.9
"""A path that is this share of its radius too deep along …"""
_WRONG_LENGTH = 0.5
"""… this share of a feature's length is on the wrong side, or not compensated at all."""


@dataclass(frozen=True, slots=True, eq=False)
class Bites:
    """Stretches of the cuts that reach into parts: the stretch, the edge's number, the depth in mm; each (n,)."""

    stretch: Ints
    owner: Ints
    depth: Floats


def gouge(case: Case) -> Checked:
    """E750 for a cut into a part, E751 for a path on the wrong side of an edge; figure: the largest gouge, mm.

    The depth of a bite is radius − distance from the path to the part: exact for a path outside the part (lines and
    arcs held against lines and arcs); inside it is radius + the distance of the stretch's middle from the edge, or in
    a pocket how far it reaches over the walls.
    """
    bites = _bites(case)
    largest = float(np.maximum(bites.depth, 0.0).max(initial=0.0))
    deep = bites.depth > case.tolerance
    worst = Bites(bites.stretch[deep], bites.owner[deep], bites.depth[deep])
    found = [_finding(case, worst, int(number)) for number in np.unique(worst.owner)]
    found += _pierced(case)
    found.sort(key=lambda finding: (finding.code != "E751", -finding.where["size"]))
    return Checked("gouge", {"largest_gouge": largest, "limit": case.tolerance}, few(found))


def _bites(case: Case) -> Bites:
    i, j, distance = case.near_edges
    near = Bites(i, case.edges.owner[j], case.cuts.radius[i] - distance)
    inside = _inside(case)
    return Bites(*(np.concatenate(columns) for columns in zip(*(_columns(b) for b in (near, inside)), strict=True)))


def _columns(bites: Bites) -> tuple[Ints, Ints, Floats]:
    return bites.stretch, bites.owner, bites.depth


def _inside(case: Case) -> Bites:
    """Stretches whose middle lies inside a part."""
    rows = case.cuts.track.rows
    middles = arcs.points_at(rows, np.full(len(rows), 0.5))
    stretch, placement = within(middles, case.regions)
    owner = np.empty(len(stretch), dtype=np.int64)
    depth = np.empty(len(stretch))
    for number in np.unique(placement):
        mine = placement == number
        owner[mine], away = _nearest_edge(case, int(number), middles[stretch[mine]])
        depth[mine] = case.cuts.radius[stretch[mine]] + away
    pocketing, over = basins.overreach(case)
    mine = np.isin(stretch, pocketing)
    order = np.argsort(pocketing)
    depth[mine] = over[order][np.searchsorted(pocketing[order], stretch[mine])]
    return Bites(stretch, owner, depth)


def _nearest_edge(case: Case, placement: int, points: Floats) -> tuple[Ints, Floats]:
    """For points inside a part, which of its edges is nearest, and how far."""
    numbers = [k for k, feature in enumerate(case.edges.features) if feature.placement == placement]
    away = np.stack([from_points_to(points, SegmentIndex(case.edges.features[k].curve.segments)) for k in numbers])
    nearest = away.argmin(axis=0)
    return np.array(numbers)[nearest], away.min(axis=0)


def _pierced(case: Case) -> list[Finding]:
    """Places within a part where a beam of constant power stands; on its edge they are the `plunge` check's."""
    stands = [read for read in case.moves if isinstance(read.move, Dwell) and read.power > 0 and not read.dynamic]
    if case.task.process != "laser" or not stands:
        return []
    places = shapely.points([(read.x0, read.y0) for read in stands])
    deep = [shapely.buffer(region, -case.task.kerf / 2 - case.tolerance) for region in case.regions]
    burnt, placement = shapely.STRtree(deep).query(places, predicate="within")
    return [_burnt(case, stands[k], int(number)) for k, number in zip(burnt, placement, strict=True)]


def _burnt(case: Case, read: ReadMove, placement: int) -> Finding:
    part = case.task.placements[placement].part
    where = {"line": read.line, "part": part, "placement": placement, "x": read.x0, "y": read.y0}
    message = f"the beam stands within {part} (placement {placement}) and burns a hole there"
    return Finding("E750", message, "pierce in the scrap", where=where | {"size": case.task.kerf})


def _finding(case: Case, bites: Bites, number: int) -> Finding:
    mine = bites.owner == number
    stretch, depth = bites.stretch[mine], bites.depth[mine]
    at = stretch[depth.argmax()]
    cut, feature, size = case.cuts, case.edges.features[number], float(depth.max())
    x, y = arcs.points_at(cut.track.rows[at : at + 1], np.array([0.5]))[0]
    where = {"line": int(cut.track.line[at]), **feature.where, "x": float(x), "y": float(y), "size": size}
    deep = np.unique(stretch[depth > _WRONG_SIDE * cut.radius[stretch]])
    if arcs.lengths(cut.track.rows[deep]).sum() < _WRONG_LENGTH * feature.curve.length:
        advice = "lead in from the scrap, and keep the path a radius off the edge"
        return Finding("E750", f"cuts {size:.3f} mm into the {feature.name}", advice, where=where)
    side = "on the line of" if size < 1.5 * cut.radius[at] else "on the wrong side of"
    return Finding(
        "E751", f"the path runs {side} the {feature.name}", "offset it to the scrap side by the radius", where=where
    )
