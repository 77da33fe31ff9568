"""Check: tools go down, and beams pierce, clear of the finished edge."""

from __future__ import annotations

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry.arrays import Floats, Ints
from camcore.geometry.distance import from_points_to, nearest
from camcore.geometry.index import SegmentIndex
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked
from camcore.verify.track import Track


def plunge(case: Case) -> Checked:
    """W764 for a plunge or pierce whose disc touches a finished edge, but for drilled holes, beside tabs, and where
    this tool or beam has cut before.

    Figures: how many plunges or pierces, and the least distance of their discs from an edge, mm.
    """
    starts = starts_of(case)
    places, radius = case.cuts.track.rows[starts, 0:2], case.cuts.radius[starts]
    drilled = _in_drills(case, places, radius) | _in_tabs(case, places)
    drilled |= cleared(case.cuts.track, case.cuts.index, starts, case.tolerance)
    clear = np.full(len(starts), np.inf)
    if len(starts) and len(case.edges.rows):
        clear = np.where(drilled, np.inf, from_points_to(places, case.edge_index) - radius)
    found = []
    for k in np.flatnonzero(clear <= case.tolerance):
        line, (x, y) = int(case.cuts.track.line[starts[k]]), places[k]
        what = "beam pierces" if case.task.process == "laser" else "tool plunges"
        advice = "start in the scrap and lead in"
        where = {"line": line, "x": float(x), "y": float(y)}
        found.append(Finding("W764", f"the {what} on a finished edge and leaves a mark there", advice, where=where))
    figures: dict[str, float | int] = {"plunges": len(starts)}
    if np.isfinite(clear).any():
        figures["least_clear"] = float(clear.min())
    return Checked("plunge", figures, few(found))


def starts_of(case: Case) -> Ints:
    """Where a laser's cut begins, and a mill's plunges straight down."""
    cuts = case.cuts.track
    if case.task.process == "mill":
        return np.flatnonzero(cuts.still & ~cuts.rapid & (cuts.z1 < cuts.z0))
    follows = np.zeros(len(cuts), dtype=np.bool_)
    follows[1:] = (np.hypot(*(cuts.rows[1:, 0:2] - cuts.rows[:-1, 2:4]).T) < 1e-9) & ~_rapid_between(case)
    return np.flatnonzero(~follows)


def _rapid_between(case: Case) -> np.ndarray:
    """Whether a rapid stands between each cut and the one before."""
    rapids = case.track.move[case.track.rapid]
    moves = case.cuts.track.move
    return np.searchsorted(rapids, moves[1:]) > np.searchsorted(rapids, moves[:-1])


def _in_drills(case: Case, places: Floats, radius: Floats) -> np.ndarray:
    """Which places are the centre of a round hole of the tool's own size."""
    circles = np.array([circle for _, circle in case.round_holes])
    drilled = np.zeros(len(places), dtype=np.bool_)
    if len(circles) and len(places):
        tree = shapely.STRtree(shapely.points(circles[:, :2]))
        place, hole = tree.query(shapely.points(places), predicate="dwithin", distance=case.tolerance)
        fits = np.abs(circles[hole, 2] - radius[place]) <= case.tolerance
        drilled[place[fits]] = True
    return drilled


def _in_tabs(case: Case, places: Floats) -> np.ndarray:
    """Which places are beside a tab, where the tool goes down again."""
    inside = np.zeros(len(places), dtype=np.bool_)
    for feature in case.edges.features:
        for x, y, width in feature.tabs:
            zone = width / 2 + 3 * case.tool_radius(feature)
            inside |= np.hypot(places[:, 0] - x, places[:, 1] - y) <= zone
    return inside


def cleared(track: Track, index: SegmentIndex, which: Ints, tolerance: float) -> np.ndarray:
    """Which of these stretches of a track begin where the same tool has been before, as deep as they go straight down
    from there: nothing is left there. `index` is the track's."""
    inside = np.zeros(len(which), dtype=np.bool_)
    if not len(which):
        return inside
    places = track.rows[which, 0:2]
    low = np.where(track.still, np.minimum(track.z0, track.z1), np.maximum(track.z0, track.z1))
    i, j = index.pairs_of_points(places, tolerance)
    on = nearest(places[i], track.rows[j]).distance <= tolerance
    same = (track.tool[j] == track.tool[which[i]]) & (low[j] <= track.z1[which[i]] + tolerance)
    inside[i[on & same & (j < which[i])]] = True
    return inside
