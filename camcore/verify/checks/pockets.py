"""Check: pockets have their depth, and nothing is left in them that the tool could reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry import arcs
from camcore.geometry.arrays import Floats, Ints
from camcore.verify.basins import Basin, lowest
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked

UNCUT = 0.01
"""A smaller piece left standing, mm², is none."""
_CHORD = 0.002
"""What is swept becomes polygons within this distance, mm: together with …"""
_QUARTER = 16
"""… so many chords per quarter circle, which are 0.004 mm inside one of 3 mm, less than the tolerance that is added."""
_GRID = 1e-5
"""Corners of these polygons are rounded to this, mm, so that those which almost fall together do."""


def pockets(case: Case) -> Checked:
    """E774 for a cut below a pocket's floor, E775 for what is left in a pocket though its tool reaches there, E756 for
    a pocket that is cut when its part has come loose.

    What the tool can reach is the drawn region, opened by the disc of the smallest tool that is declared for it; walls
    and floor may be off by the tolerance. Beyond the walls a cut is a gouge. Figures: pockets, the largest piece left,
    mm², and how far below a floor was cut, mm.
    """
    if not case.basins:
        return Checked("pockets", {"pockets": 0})
    found = [*_too_deep(case), *_loose(case)]
    tree = shapely.STRtree(_boxes(case))
    largest = 0.0
    for basin in case.basins:
        left = _left(case, basin, tree)
        size = float(shapely.area(left))
        largest = max(largest, size)
        if size > UNCUT:
            found.append(_uncut(basin, left, size))
    deepest = max((finding.where["size"] for finding in found if finding.code == "E774"), default=0.0)
    figures = {"pockets": len(case.basins), "largest_left": largest, "below_floor": deepest, "limit": case.tolerance}
    return Checked("pockets", figures, few(found))


def _boxes(case: Case) -> list[Any]:
    grown = arcs.boxes(case.all_cuts.track.rows) + case.all_cuts.radius[:, None] * np.array([-1, -1, 1, 1])
    return list(shapely.box(*grown.T))


# -- floor ------------------------------------------------------------------------------------------------------------


def _too_deep(case: Case) -> list[Finding]:
    """Cuts between the walls that take from what lies below the floor, and are not on their way through the part."""
    stretch, number = case.in_basins
    floors, low = np.array([basin.floor for basin in case.basins]), lowest(case)
    deep = low[stretch] < floors[number] - case.tolerance
    found = []
    for k in np.unique(number[deep]):
        mine = stretch[deep & (number == k)]
        bites = _bites(case, case.basins[k], mine)
        if len(bites):
            found.append(_deep(case, case.basins[k], int(bites[low[bites].argmin()])))
    return found


def _bites(case: Case, basin: Basin, stretches: Ints) -> Ints:
    """Those stretches whose disc reaches over the part itself, so that what is below the floor is not its hole."""
    rows = case.all_cuts.track.rows[stretches]
    middles = shapely.points(arcs.points_at(rows, np.full(len(rows), 0.5)))
    floor = case.regions[basin.feature.placement].intersection(basin.region)
    near = np.asarray(shapely.distance(middles, floor)) < case.all_cuts.radius[stretches] - case.tolerance
    return np.asarray(stretches[near])


def _deep(case: Case, basin: Basin, k: int) -> Finding:
    z = float(lowest(case)[k])
    where = {"line": int(case.all_cuts.track.line[k]), **basin.feature.where, "z": z, "size": basin.floor - z}
    message = f"the {basin.feature.name} is cut to Z{z:.3f}; its floor is at Z{basin.floor:.3f}"
    return Finding("E774", message, "check the depth", where=where | {"limit": basin.floor})


# -- what is left -----------------------------------------------------------------------------------------------------


def _left(case: Case, basin: Basin, tree: shapely.STRtree) -> Any:
    """The largest piece of what the tool reaches that is not cut down to the floor."""
    near = tree.query(basin.region)
    cuts, track = case.all_cuts, case.all_cuts.track
    height = np.where(track.still, np.minimum(track.z0, track.z1), np.maximum(track.z0, track.z1))
    near = near[height[near] <= basin.floor + case.tolerance]
    swept = [_swept(track.rows[near[cuts.radius[near] == r]], r + case.tolerance) for r in np.unique(cuts.radius[near])]
    wanted = _reachable(basin.region, case.tool_radius(basin.feature), case.tolerance)
    pieces = shapely.get_parts(wanted.difference(shapely.union_all(swept)))
    return pieces[shapely.area(pieces).argmax()] if len(pieces) else shapely.Point()


def _reachable(region: Any, radius: float, slack: float) -> Any:
    """The region opened by a disc; one just as wide as the disc is reached all the same."""
    for r in (radius, radius - slack):
        opened = region.buffer(-r, quad_segs=3 * _QUARTER).buffer(r, quad_segs=3 * _QUARTER)
        if not opened.is_empty:
            break
    return opened


def _swept(rows: Floats, radius: float) -> Any:
    lines = [shapely.linestrings(_line(row)) for row in rows]
    return shapely.union_all(shapely.buffer(lines, radius, quad_segs=_QUARTER), grid_size=_GRID)


def _line(row: Floats) -> Floats:
    count = int(arcs.chords_needed(row[None], _CHORD)[0])
    return arcs.points_at(np.repeat(row[None], count + 1, axis=0), np.linspace(0.0, 1.0, count + 1))


def _uncut(basin: Basin, left: Any, size: float) -> Finding:
    x, y = shapely.get_coordinates(left.representative_point())[0].tolist()
    where = {**basin.feature.where, "x": x, "y": y, "size": size, "limit": UNCUT}
    message = f"{size:.3g} mm² stand in the {basin.feature.name}, where its tool could reach"
    return Finding("E775", message, "pass there at full depth", where=where)


# -- when -------------------------------------------------------------------------------------------------------------


def _loose(case: Case) -> list[Finding]:
    """Pockets with a cut after the outline of their part is finished, unless tabs hold it."""
    stretch, number = case.in_basins
    freed = {
        feature.placement: when
        for feature, when in zip(case.finished.features, case.finished.when.tolist(), strict=True)
        if feature.kind == "outline" and not feature.held
    }
    found = []
    for k, basin in enumerate(case.basins):
        moves = case.all_cuts.track.move[stretch[(number == k) & case.pocketing[stretch]]]
        if moves.max(initial=0) > freed.get(basin.feature.placement, np.inf):
            message = f"the {basin.feature.name} is cut after its part has come loose"
            where = {"line": case.moves[int(moves.max())].line, **basin.feature.where}
            found.append(Finding("E756", message, "cut it before the outline", where=where))
    return found
