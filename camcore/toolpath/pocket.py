"""Pocket strategies: cleared by the largest tool that fits, corners by a smaller one; a laser makes none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.part import Pocket
from camcore.toolpath import clearing, constant
from camcore.toolpath.easing import Ease, eased
from camcore.toolpath.entry import enters, no_way_down
from camcore.toolpath.features import Course, Feature, Prepared
from camcore.toolpath.model import Cut, Hole, Kind, Stroke, Tool
from camcore.toolpath.offer import Offer
from camcore.toolpath.passes import Feeds, depths
from camcore.toolpath.reach import Reach, standing, vanished
from camcore.toolpath.resolve import SAME_TOOL
from camcore.toolpath.scene import Scene, posed, turn_and_move
from camcore.toolpath.setup import MillSetup, Setup

WORTH = 0.01
"""A smaller tool is taken where it clears more than this in addition, mm²."""
_MOST = 0.5
"""The tool that clears most has to reach this share of what the smallest one reaches."""

DWELL = 3.0
"""Turns of the tool at the bottom of a bored pocket, so that all of the floor is cut."""


class _Fit(NamedTuple):
    """A tool and how much of a pocket it reaches, mm²."""

    tool: Tool
    area: float


def suits_mill(feature: Feature, setup: Setup) -> bool:
    """Pockets, where there is a mill."""
    return feature.kind is Kind.POCKET and setup.mill is not None


def suits_laser(feature: Feature, setup: Setup) -> bool:
    """Pockets, where there is none."""
    return feature.kind is Kind.POCKET and setup.mill is None


def none(feature: Feature, setup: Setup) -> Prepared:
    """Lasers make no pockets; W123 and E827 say so when the drawing is read."""
    return Prepared()


def no_cuts(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    """There are none."""
    return [], []


def prepare(feature: Feature, setup: Setup) -> Prepared:
    """Passes of the largest tool that reaches most, then of one that reaches what there is to reach besides.

    The tool stays within the drawn curve. E501: what no tool gets into, or a pocket through the sheet; W502: corners
    that keep the radius; E521: a tool that must not plunge has no way down.
    """
    assert setup.mill
    pocket = feature.part.pockets[feature.index]
    walls = [pocket.curve.ccw(), *(island.cw() for island in pocket.holes)]
    if pocket.depth >= setup.thickness:
        return Prepared(findings=(_through(feature, pocket.depth, setup.thickness),))
    if bored := _bored(feature, pocket, setup.mill):
        return Prepared((bored,))
    region = clearing.region_of(walls)
    fits = [_Fit(tool, clearing.reached(region, tool.diameter / 2).area) for tool in _mills(setup.mill)]
    fits = [fit for fit in fits if fit.area > WORTH]
    down = [fit for fit in fits if fit.tool.plunges or _enters(walls, fit.tool, setup.mill)]
    if fits and not down:
        return Prepared(findings=(no_way_down(feature, fits[-1].tool),))
    fits = down
    if not fits:
        smallest = _mills(setup.mill)[-1].diameter
        return Prepared(findings=(vanished(feature, smallest / 2, f"tool of {smallest:.4g} mm"),))
    chosen = _chosen(fits, setup.mill.rest)
    courses = _courses(feature, walls, chosen, pocket.depth, setup.mill)
    finest = chosen[-1]
    left = clearing.left(region, finest.diameter / 2)
    return Prepared(courses, tuple(standing(feature, _reach(left), f"tool of {finest.diameter:.4g} mm")))


def _bored(feature: Feature, pocket: Pocket, mill: MillSetup) -> Course | None:
    """A round pocket as wide as an end mill: straight down, with a dwell for a flat floor."""
    circle = pocket.curve.as_circle(1e-4)
    if circle is None or pocket.holes:
        return None
    fitting = [tool for tool in _mills(mill) if tool.plunges and abs(tool.diameter - 2 * circle[2]) <= SAME_TOOL]
    if not fitting:
        return None
    tool = fitting[0]
    peck, dwell = mill.peck_at(pocket.depth, tool.diameter), 60 * DWELL / tool.rpm
    return Course(feature, tool.number, hole=Hole(*circle[:2], pocket.depth, mill.plunge[tool.number], peck, dwell))


def _mills(mill: MillSetup) -> list[Tool]:
    """End mills up to the one for outlines, largest first: neighbours lie far enough apart for them."""
    widest = mill.tools[mill.profile_tool].diameter
    ends = [tool for tool in mill.tools.values() if tool.kind == "endmill" and tool.diameter <= widest]
    return sorted(ends, key=lambda tool: (-tool.diameter, tool.number))


def _enters(walls: Sequence[Curve], tool: Tool, mill: MillSetup) -> bool:
    """Whether a tool finds a pass to go down at in each chain of passes."""
    levels = clearing.passes(walls, tool.diameter / 2, mill.step_over * tool.diameter)
    return all(any(enters(tool, link.track.curve) for link in chain) for chain in clearing.chains(levels))


def _chosen(fits: Sequence[_Fit], rest: bool) -> list[Tool]:
    """The tool that clears, and the one for the rest, if there has to be one."""
    most = max(fit.area for fit in fits)
    least = most - WORTH if not rest else _MOST * most
    first = next(fit for fit in fits if fit.area >= least)
    if first.area >= most - WORTH:
        return [first.tool]
    return [first.tool, next(fit.tool for fit in fits if fit.area >= most - WORTH)]


def _courses(
    feature: Feature, walls: Sequence[Curve], tools: Sequence[Tool], depth: float, mill: MillSetup
) -> tuple[Course, ...]:
    first = tools[0]
    levels = clearing.passes(walls, first.diameter / 2, mill.step_over * first.diameter)
    strokes = _main(walls, levels, _down(first, depth, mill), mill)
    courses = [Course(feature, first.number, strokes=tuple(eased(strokes, _ease(first, mill))))]
    for tool in tools[1:]:
        radius, down = tool.diameter / 2, _down(tool, depth, mill)
        finer = clearing.passes(walls, radius, mill.step_over * tool.diameter)
        stretches = clearing.rest(finer, levels[0], radius, first.diameter / 2)
        strokes = (stroke for stretch in stretches for stroke in clearing.cleared_rest(stretch, down))
        courses.append(Course(feature, tool.number, strokes=tuple(eased(strokes, _ease(tool, mill)))))
    return tuple(courses)


def _main(walls: Sequence[Curve], levels: list[list[Curve]], down: clearing.Down, mill: MillSetup) -> Iterator[Stroke]:
    """The way of the tool that clears most: with constant engagement, if asked for and possible, else by offsets."""
    width = mill.step_over * down.tool.diameter
    made = constant.grown(clearing.region_of(walls), down.radius, width) if mill.constant_clearing else None
    if made:
        for each in made:
            yield from constant.strokes(each, down)
        for loop in levels[0]:
            yield from _wall(loop, down)
        return
    for chain in clearing.chains(levels):
        yield from clearing.cleared(chain, down)


def _wall(loop: Curve, down: clearing.Down) -> Iterator[Stroke]:
    """The last pass along a wall, on a ramp into what little is left there."""
    return clearing.cleared(clearing.chains([[loop]])[0], down)


def _ease(tool: Tool, mill: MillSetup) -> Ease:
    """Passes run with the wall to their right, whatever the job says of profiles."""
    return Ease(tool.diameter / 2, 1.0, mill.corner_feed, mill.step_over * tool.diameter)


def _down(tool: Tool, depth: float, mill: MillSetup) -> clearing.Down:
    feeds = Feeds(mill.feed[tool.number], mill.plunge[tool.number])
    levels, slope = depths(depth, mill.pass_depth(tool.number)), math.tan(math.radians(mill.ramp_angle))
    return clearing.Down(tuple(levels), slope, feeds, tool)


def _reach(left: Sequence[tuple[Floats, float, bool]]) -> Reach:
    """What stays standing, as findings are made of it."""
    places = np.array([place for place, _, _ in left]).reshape(-1, 2)
    return Reach((), places, np.array([d for _, d, _ in left]), np.array([lost for _, _, lost in left], dtype=bool))


def _through(feature: Feature, depth: float, thickness: float) -> Finding:
    return Finding(
        "E501",
        f"{feature.spoken} of {feature.part.id}, {depth:.4g} mm deep, goes through the sheet of {thickness:.4g} mm",
        "draw it as a hole, or take a thicker sheet",
        feature.part.file,
        feature.where | {"size": depth, "limit": thickness},
    )


def cuts(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    """Each course is a cut of its own: a bevel, or a tool's share of a pocket."""
    return [Offer.of(_cut(owner, course, scene)) for owner, course in placed], []


def _cut(owner: int, course: Course, scene: Scene) -> Cut:
    pose, feature = turn_and_move(scene.sheet.placements[owner]), course.feature
    hole = course.hole.posed(pose) if course.hole else None
    strokes = posed(course.strokes, pose)
    return Cut(feature.part.id, owner, feature.kind, feature.index, course.tool, strokes, hole, bevel=feature.bevel)
