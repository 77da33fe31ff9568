"""Mill strategies: marks on the line, drilled holes, and profiles in passes with ramps and tabs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve, Pose
from camcore.geometry.track import Track
from camcore.toolpath import finish
from camcore.toolpath.entry import enters, no_way_down
from camcore.toolpath.features import Course, Feature, Prepared
from camcore.toolpath.model import Cut, Hole, Kind, Role, Stroke, Tool
from camcore.toolpath.offer import Offer
from camcore.toolpath.pairs import Stand, pair
from camcore.toolpath.passes import Feeds, landing
from camcore.toolpath.profile import Profile
from camcore.toolpath.reach import centre_paths
from camcore.toolpath.resolve import SAME_TOOL
from camcore.toolpath.scene import Scene, posed, turn_and_move
from camcore.toolpath.setup import MillSetup, Setup

POINT = 0.3
"""Length of a drill's point, in diameters: 118 degrees gives 0.5 / tan 59° = 0.300."""


def suits_mark(feature: Feature, setup: Setup) -> bool:
    """Lines that do not go through, and centres without a diameter."""
    return setup.mill is not None and (feature.kind is Kind.MARK or not feature.curve.closed)


def prepare_mark(feature: Feature, setup: Setup) -> Prepared:
    """On the line, with the finest tool."""
    assert setup.mill
    return Prepared((Course(feature, _marker(setup.mill).number, feature.curve),))


def _marker(mill: MillSetup) -> Tool:
    pointed = [tool for tool in mill.tools.values() if tool.kind == "v-bit"]
    ends = [tool for tool in mill.tools.values() if tool.kind == "endmill"]
    return min(
        pointed or [tool for tool in ends if tool.plunges] or ends, key=lambda tool: (tool.diameter, tool.number)
    )


def suits_drill(feature: Feature, setup: Setup) -> bool:
    """Circles as wide as a drill, or as an end mill."""
    return setup.mill is not None and _drill(feature, setup.mill) is not None


def _drill(feature: Feature, mill: MillSetup) -> Tool | None:
    circle = feature.curve.as_circle(1e-4) if feature.curve.closed else None
    if circle is None or feature.kind is Kind.OUTLINE:
        return None
    down = [tool for tool in mill.tools.values() if tool.plunges and tool.kind in ("drill", "endmill")]
    fitting = [tool for tool in down if abs(tool.diameter - 2 * circle[2]) <= SAME_TOOL]
    return min(fitting, key=lambda tool: (tool.kind != "drill", tool.number), default=None)


def prepare_drill(feature: Feature, setup: Setup) -> Prepared:
    """Straight down, through with the point, pecked where deep."""
    assert setup.mill
    mill, tool, circle = setup.mill, _drill(feature, setup.mill), feature.curve.as_circle(1e-4)
    assert tool
    assert circle
    depth = setup.thickness + mill.breakthrough + (POINT * tool.diameter if tool.kind == "drill" else 0.0)
    peck = mill.peck_at(setup.thickness, tool.diameter)
    hole = Hole(circle[0], circle[1], depth, mill.plunge[tool.number], peck, chip_break=mill.chip_break)
    return Prepared((Course(feature, tool.number, hole=hole),))


def suits_profile(feature: Feature, setup: Setup) -> bool:
    """Everything else that goes through."""
    return setup.mill is not None


def prepare_profile(feature: Feature, setup: Setup) -> Prepared:
    """A tool's radius off the edge, with the profile tool, or the largest smaller end mill that gets in everywhere.

    I506: an outline that needs a smaller one, for that takes longer. E521: a tool that must not plunge has no way down.
    """
    assert setup.mill
    tried: list[Prepared] = []
    for tool in _profilers(setup.mill):
        paths, findings, complete = centre_paths(feature, tool.diameter / 2, f"tool of {tool.diameter:.4g} mm")
        if not all(enters(tool, path) for path in paths):
            complete, paths, findings = False, (), [no_way_down(feature, tool)]
        facing = paths if setup.mill.climb else [path.reversed() for path in paths]
        if complete and tried and feature.kind is Kind.OUTLINE:
            findings.append(_finer(feature, tool, setup.mill.tools[setup.mill.profile_tool]))
        rough = _rough(feature, paths, tool, setup.mill)
        courses = (Course(feature, tool.number, path, rough=own) for path, own in zip(facing, rough, strict=True))
        prepared = Prepared(tuple(courses), tuple(findings))
        if complete:
            return prepared
        tried.append(prepared)
    return tried[-1]


def _rough(feature: Feature, paths: Sequence[Curve], tool: Tool, mill: MillSetup) -> list[Curve | None]:
    """For each path the one that leaves stock for it; None where none is wanted, or the place is too narrow."""
    wider = centre_paths(feature, tool.diameter / 2 + mill.finish, "").paths if mill.finish else ()
    found = finish.matched(paths, wider)
    if not found:
        return [None] * len(paths)
    return [path if mill.climb else path.reversed() for path in found]


def _profilers(mill: MillSetup) -> list[Tool]:
    profile = mill.tools[mill.profile_tool]
    smaller = [t for t in mill.tools.values() if t.kind == "endmill" and t.diameter < profile.diameter]
    return [profile, *sorted(smaller, key=lambda tool: (-tool.diameter, tool.number))]


def _finer(feature: Feature, tool: Tool, profile: Tool) -> Finding:
    return Finding(
        "I506",
        f"{feature.spoken} of {feature.part.id} is cut with the tool of {tool.diameter:.4g} mm: "
        f"the one of {profile.diameter:.4g} mm does not get in everywhere",
        "wider bays let the larger tool in, which is faster",
        feature.part.file,
        feature.where | {"size": tool.diameter, "limit": profile.diameter},
    )


# -- on the sheet -----------------------------------------------------------------------------------------------------


def cut_marks(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    """Engraved lines: down on a ramp there and back over the beginning, then along the whole line."""
    assert setup.mill
    return [Offer.of(_mark(owner, course, _pose(scene, owner), setup.mill)) for owner, course in placed], []


def _pose(scene: Scene, owner: int) -> Pose:
    return turn_and_move(scene.sheet.placements[owner])


def _mark(owner: int, course: Course, pose: Pose, mill: MillSetup) -> Cut:
    assert course.path
    line = course.path.posed(pose)
    line = line.opened_at(0) if line.closed else line
    track, depth = Track(line), mill.mark_depth
    feeds = Feeds(mill.feed[course.tool], mill.plunge[course.tool])
    way = min(track.length, depth / 2 / math.tan(math.radians(mill.ramp_angle)))
    entry = track.stretch(0.0, way)
    feed = feeds.at_slope(depth / 2 / way)
    chain = (
        Stroke(entry, Role.RAMP, feed, 0.0, -depth / 2),
        Stroke(entry.reversed(), Role.RAMP, feed, -depth / 2, -depth),
        Stroke(line, Role.CUT, feeds.along, -depth, -depth),
    )
    feature = course.feature
    return Cut(feature.part.id, owner, feature.kind, feature.index, course.tool, chain)


def cut_drills(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    """Drilled holes."""
    return [Offer.of(_drilled(owner, course, _pose(scene, owner))) for owner, course in placed], []


def _drilled(owner: int, course: Course, pose: Pose) -> Cut:
    assert course.hole
    feature = course.feature
    return Cut(feature.part.id, owner, feature.kind, feature.index, course.tool, hole=course.hole.posed(pose))


def cut_profiles(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    """Profiles in passes; an onion skin's cut comes last of all, as a cut of its own.

    W504: an outline gets fewer tabs than it should; W505: tabs that reach no skeleton; I509: a skin stays.
    """
    assert setup.mill
    mill, known = setup.mill, dict[int, Profile]()
    for _, course in placed:
        if id(course) not in known:
            known[id(course)] = Profile(course, setup)
    stands = _stands(placed, [known[id(course)] for _, course in placed], scene)
    offers, few, loose, skins = [], Counter[Feature](), Counter[Feature](), dict[Feature, float]()
    for (owner, course), stand in zip(placed, stands, strict=True):
        feature, pose, profile = course.feature, stand.pose, stand.profile
        few[feature] += len(stand.tabs) < (min(profile.wanted, 2) if mill.tab_every else profile.wanted)
        loose[feature] += bool(stand.loose)
        offers.append(_offer(owner, profile, tuple(sorted(stand.tabs)), pose))
        if profile.skin and mill.holding.onion_skin_cut:
            offers.append(_skin_offer(owner, profile, pose))
        elif profile.skin:
            skins[feature] = profile.skin
    return offers, [
        *(_few_tabs(feature, count, mill) for feature, count in few.items() if count),
        *(_loose_tabs(feature, count) for feature, count in loose.items() if count),
        *(_left_skin(feature, skin) for feature, skin in skins.items()),
    ]


def _stands(placed: list[tuple[int, Course]], profiles: list[Profile], scene: Scene) -> list[Stand]:
    """Each placed contour with its tabs, those without a skeleton paired with a neighbour's."""
    found = []
    for (owner, _), profile in zip(placed, profiles, strict=True):
        pose = _pose(scene, owner)
        found.append(Stand(profile, pose, profile.choose_tabs(scene, owner, pose)))
    pair({owner: stand for (owner, _), stand in zip(placed, found, strict=True) if stand.tabs}, scene)
    return found


def _offer(owner: int, profile: Profile, where: tuple[float, ...], pose: Pose) -> Offer:
    feature, tool = profile.feature, profile.tool
    starts, ends = (pose.points(points) for points in profile.ends)

    def make(number: int) -> Cut:
        strokes = posed(profile.strokes(where, number), pose)
        made = tuple(profile.declared(place, pose) for place in where)
        return Cut(feature.part.id, owner, feature.kind, feature.index, tool, strokes, tabs=made, skin=profile.skin)

    frees = feature.kind is Kind.OUTLINE and not where and not profile.skin
    return Offer(owner, feature.kind, feature.index, tool, starts, ends, make, frees)


def _skin_offer(owner: int, profile: Profile, pose: Pose) -> Offer:
    feature, tool, length = profile.feature, profile.tool, profile.track.length
    places = [(descent.start, landing(length, descent)) for descent in profile.last]
    starts, ends = (pose.points(profile.track.points(np.array(column))) for column in zip(*places, strict=True))

    def make(number: int) -> Cut:
        strokes = posed(profile.skin_strokes(number), pose)
        return Cut(feature.part.id, owner, feature.kind, feature.index, tool, strokes)

    return Offer(owner, feature.kind, feature.index, tool, starts, ends, make, frees=True, late=True)


def _left_skin(feature: Feature, skin: float) -> Finding:
    return Finding(
        "I509",
        f"{feature.part.id} is held by a skin of {skin:.3g} mm, which stays: onion_skin_cut = false",
        "break the parts out and sand the edge, or have the skin cut last",
        feature.part.file,
        feature.where | {"size": skin},
    )


def _few_tabs(feature: Feature, count: int, mill: MillSetup) -> Finding:
    asked = "two" if mill.tab_every else f"the {mill.tabs}"
    return Finding(
        "W504",
        f"{feature.spoken} of {feature.part.id} has no room for {asked} tabs ({count} time{'s' * (count > 1)})",
        "hold it by vacuum or tape, or ask for narrower tabs",
        feature.part.file,
        feature.where,
    )


def _loose_tabs(feature: Feature, count: int) -> Finding:
    return Finding(
        "W505",
        f"tabs of {feature.part.id} end where a neighbour's cut takes the skeleton away, and none of the neighbour's "
        f"tabs stands opposite ({count} time{'s' * (count > 1)})",
        "a spacing of twice the tool keeps the skeleton; else hold by vacuum or tape",
        feature.part.file,
        feature.where,
    )
