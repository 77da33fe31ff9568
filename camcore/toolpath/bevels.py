"""Broken edges and countersinks: a cone runs along the upper edge, or comes down in the middle of a round hole.

A cone whose sides stand at the angle A, with a flat tip of diameter t, is t / 2 + h tan (A / 2) wide at a height h over
its tip. With its axis a distance e off the edge, on the side of the scrap, and its tip d below the sheet's top, it
takes t / 2 + d tan (A / 2) − e from the part's upper face: the bevel's width. Bevels come before anything else, in
whole stock: so they cut no frayed edge, and the part lies still.
"""

from __future__ import annotations

import math

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.geometry.track import Track
from camcore.part import Bevel
from camcore.toolpath.features import Course, Feature, Prepared
from camcore.toolpath.model import Hole, Role, Stroke, Tool
from camcore.toolpath.passes import Feeds, descent
from camcore.toolpath.reach import reach
from camcore.toolpath.setup import MillSetup, Setup

CONES = ("countersink", "v-bit")
"""Kinds of tools that make bevels."""
SAME_ANGLE = 0.5
"""Angles this near, degrees, are one."""
TIP_CLEAR = 0.1
"""The tip passes the edge at this distance, mm, so that its rounding leaves no trace on the bevel."""
DWELL = 3.0
"""Turns of a countersink at the bottom."""


def suits_mill(feature: Feature, setup: Setup) -> bool:
    """Bevels, where there is a mill."""
    return feature.bevel is not None and setup.mill is not None


def suits_laser(feature: Feature, setup: Setup) -> bool:
    """Bevels, where there is none."""
    return feature.bevel is not None and setup.mill is None


def none(feature: Feature, setup: Setup) -> Prepared:
    """W523: a laser breaks no edges."""
    message = f"{feature.spoken} of {feature.part.id} is not made: a laser cuts straight down"
    found = Finding("W523", message, "break it by hand, or take a mill", feature.part.file, feature.where)
    return Prepared(findings=(found,))


def prepare(feature: Feature, setup: Setup) -> Prepared:
    """Straight down where a cone as wide as the countersink is at hand, else once around the edge. E522: no tool."""
    assert setup.mill
    assert feature.bevel
    mill, bevel = setup.mill, feature.bevel
    cones = [tool for tool in mill.tools.values() if tool.kind in CONES and abs(tool.angle - bevel.angle) <= SAME_ANGLE]
    cones.sort(key=lambda tool: (tool.diameter, tool.number))
    sunk = next(filter(None, (_sunk(feature, bevel, tool, setup) for tool in cones)), None)
    around = next(filter(None, (_around(feature, bevel, tool, setup) for tool in cones)), None)
    made = sunk or around
    return Prepared((made,)) if made else Prepared(findings=(_unmade(feature, bevel, cones),))


def _depth(tool: Tool, radius: float) -> float:
    """How deep the tip is where the cone has a radius at the top, mm."""
    return (radius - tool.tip / 2) / math.tan(math.radians(tool.angle / 2))


def _sunk(feature: Feature, bevel: Bevel, tool: Tool, setup: Setup) -> Course | None:
    """The cone comes down in the middle of a round hole."""
    circle = feature.curve.as_circle(1e-4)
    assert setup.mill
    if circle is None or bevel.kind == "outline" or circle[2] + bevel.width > tool.diameter / 2:
        return None
    depth = _depth(tool, circle[2] + bevel.width)
    if not 0 < depth <= setup.thickness:
        return None
    feed = setup.mill.plunge[tool.number]
    return Course(feature, tool.number, hole=Hole(*circle[:2], depth, feed, dwell=60 * DWELL / tool.rpm))


def _around(feature: Feature, bevel: Bevel, tool: Tool, setup: Setup) -> Course | None:
    """The cone goes once around, its tip a little off the edge."""
    assert setup.mill
    away = tool.tip / 2 + TIP_CLEAR
    depth, far = _depth(tool, away + bevel.width), 2 * away + bevel.width
    beside = bevel.kind == "outline" and far > setup.min_spacing
    if away + bevel.width > tool.diameter / 2 or depth > setup.thickness or beside:
        return None
    paths = reach(feature.curve, away, bevel.kind == "outline").paths
    if not paths:
        return None
    made = (_round(path if setup.mill.climb else path.reversed(), tool, depth, setup.mill) for path in paths)
    return Course(feature, tool.number, strokes=tuple(stroke for strokes in made for stroke in strokes))


def _round(path: Curve, tool: Tool, depth: float, mill: MillSetup) -> tuple[Stroke, Stroke]:
    """Down on a ramp along the path, then once around."""
    track, feeds = Track(path), Feeds(mill.feed[tool.number], mill.plunge[tool.number])
    _, slope = descent(track.length, depth, depth, math.tan(math.radians(mill.ramp_angle)))
    way = depth / slope
    return (
        Stroke(track.stretch(0.0, way), Role.RAMP, feeds.at_slope(slope), 0.0, -depth),
        Stroke(track.stretch(way, way + track.length), Role.CUT, feeds.along, -depth, -depth),
    )


def _unmade(feature: Feature, bevel: Bevel, cones: list[Tool]) -> Finding:
    what = f"{bevel.width:.3g} mm wide at {bevel.angle:g} degrees"
    why = "the cones at hand are too small, go through the sheet, or reach a neighbour" if cones else "no cone has it"
    return Finding(
        "E522",
        f"{feature.spoken} of {feature.part.id}, {what}: {why}",
        "put a countersink of that angle into the machine's [tools], as { diameter = 12.7, angle = 90 }",
        feature.part.file,
        feature.where | {"size": bevel.width},
    )
