"""The crop line: the last cut of a sheet, which frees the remnant to be put away."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.nesting.model import NestedSheet
from camcore.toolpath.again import repeated
from camcore.toolpath.model import Cut, Kind, Role, Stroke
from camcore.toolpath.scene import Scene
from camcore.toolpath.setup import Setup

ON_EDGE = 0.05
"""What of a remnant's outline lies this near to the sheet's, mm, is the sheet's."""
LEAST = 1.0
"""No stretch shorter than this, mm, is cut."""
ROOM = 0.02
"""The cut keeps so far from parts, mm."""


def crop(scene: Scene, setup: Setup, at: tuple[float, float]) -> tuple[tuple[Cut, ...], tuple[Finding, ...]]:
    """The cuts that part the remnant from the sheet, the first from the end nearest to `at`; none where there is none.

    They lie on the side of the parts, so that the remnant is as large as the nest says. W512: they have no room.
    """
    sheet = scene.sheet
    if not setup.crop or sheet.remnant is None:
        return (), ()
    lines = list(_lines(sheet, _width(setup) / 2))
    rows = np.vstack([np.empty((0, 5)), *(line.segments for line in lines)])
    if not scene.clear(rows, np.full(len(rows), -1), _width(setup) / 2 + ROOM).all():
        message = f"the remnant of {sheet.id} is not cut free: the margin has no room for the crop line"
        advice = f"a margin of {_width(setup) + ROOM:.3g} mm or more on the right makes room, or cut it by hand"
        return (), (Finding("W512", message, advice, where={"sheet": sheet.id, "limit": _width(setup) + ROOM}),)
    cuts = []
    for line in lines:
        nearer = line if math.dist(at, line.start) <= math.dist(at, line.end) else line.reversed()
        cuts.append(_beam(nearer, setup) if setup.laser else _milled(nearer, setup))
        at = cuts[-1].end
    return tuple(cuts), ()


def _width(setup: Setup) -> float:
    """Of the cut, mm."""
    if setup.laser:
        return setup.laser.kerf
    assert setup.mill
    return setup.mill.tools[setup.mill.profile_tool].diameter


def _lines(sheet: NestedSheet, off: float) -> Iterator[Curve]:
    """What of the remnant's outline is not the sheet's, `off` mm to the side of the parts, from edge to edge."""
    assert sheet.remnant
    whole = shapely.Polygon(sheet.remnant.ccw().flattened()).exterior
    edges = [shapely.LinearRing(curve.flattened()) for curve in (sheet.stock.outline, *sheet.stock.holes)]
    inner = whole.difference(shapely.union_all(edges).buffer(ON_EDGE))
    for run in shapely.get_parts(shapely.line_merge(inner, directed=True)):
        if run.length > LEAST:
            points = np.asarray(shapely.offset_curve(run, -off, join_style="mitre").coords)
            yield Curve(_lengthened(points, ON_EDGE), closed=False)


def _lengthened(points: np.ndarray, more: float) -> np.ndarray:
    """An open polygon, longer at both ends."""
    first, last = points[0] - points[1], points[-1] - points[-2]
    points = points.copy()
    points[0] += more * first / np.hypot(*first)
    points[-1] += more * last / np.hypot(*last)
    return points


def _beam(line: Curve, setup: Setup) -> Cut:
    """It begins on the sheet's edge and needs no pierce."""
    laser = setup.laser
    assert laser
    strokes = (Stroke(line, Role.CUT, laser.feed),)
    cut = Cut("remnant", -1, Kind.OUTLINE, strokes=strokes, power=laser.power, passes=laser.passes)
    return repeated(cut, laser.focus_step)


def _milled(line: Curve, setup: Setup) -> Cut:
    """Down along the line, forth and back, and once more at full depth."""
    mill = setup.mill
    assert mill
    tool, deepest = mill.profile_tool, setup.thickness + mill.breakthrough
    step = min(mill.pass_depth(tool), line.length * math.tan(math.radians(mill.ramp_angle)))
    count = math.ceil(deepest / step - 1e-9)
    levels = [-deepest * k / count for k in range(count + 1)]
    ways = [line if k % 2 == 0 else line.reversed() for k in range(count + 1)]
    feed = mill.feed[tool]
    ramps = [Stroke(way, Role.RAMP, feed, z0, z1) for way, (z0, z1) in zip(ways, pairwise(levels), strict=False)]
    return Cut("remnant", -1, Kind.OUTLINE, 0, tool, (*ramps, Stroke(ways[-1], Role.CUT, feed, -deepest, -deepest)))
