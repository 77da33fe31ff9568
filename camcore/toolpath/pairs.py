"""Tabs where a neighbour's cut takes the skeleton away: opposite to a tab of that neighbour the two hold each other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from camcore.geometry import Pose
from camcore.toolpath import tabs
from camcore.toolpath.profile import Profile
from camcore.toolpath.scene import Scene

SKELETON, NOTHING = -1, -2
"""What a tab holds on to, where that is no neighbour."""
_ASKEW = 0.985
"""Edges face each other when they turn from parallel by no more than this cosine's angle, 10 degrees."""


class Stand:
    """A placed outline with its tabs: position on the path → what it holds on to, a placement's number or one of the
    above."""

    __slots__ = ("pose", "profile", "tabs")

    def __init__(self, profile: Profile, pose: Pose, chosen: list[tuple[float, bool]]) -> None:
        self.profile, self.pose = profile, pose
        self.tabs = {place: SKELETON if good else NOTHING for place, good in chosen}

    @property
    def loose(self) -> list[float]:
        """Where tabs hold on to nothing."""
        return [place for place, holds in self.tabs.items() if holds == NOTHING]

    def opposite(self, place: float, other: Stand) -> float | None:
        """Position on the other's path straight across from `place`; None where no tab of the other may stand."""
        track, there = self.profile.track, other.profile
        at, way = (self.pose.points(np.array([xy])) for xy in (track.point(place), track.direction(place)))
        back = other.pose.back(at)[0]
        found, away = there.track.nearest(float(back[0]), float(back[1]))
        facing = other.pose.points(np.array([there.track.direction(found)])) - (other.pose.x, other.pose.y)
        across = float(((way - (self.pose.x, self.pose.y)) * facing).sum())
        near = away < 1.5 * self.profile.diameter
        return found if near and across <= -_ASKEW and there.may_stand(found) else None

    def has_room(self, place: float, leaving: float | None) -> bool:
        """Whether a tab at `place` keeps two spans from all others, but for the one that leaves its place."""
        others = np.array([taken for taken in self.tabs if taken != leaving])
        return bool((tabs.round_trip(others - place, self.profile.track.length) >= 2 * self.profile.shape.span).all())

    def nearest(self, place: float, loose: bool = False) -> float | None:
        """The tab nearest to a position, of those that hold on to nothing if `loose`."""
        taken = self.loose if loose else list(self.tabs)
        length = self.profile.track.length
        return min(taken, key=lambda one: float(tabs.round_trip(np.array(one - place), length)), default=None)

    def move(self, old: float | None, new: float, holds: int) -> None:
        """A tab leaves `old`, if any, and stands at `new`."""
        if old is not None:
            del self.tabs[old]
        self.tabs[new] = holds


def pair(stands: Mapping[int, Stand], scene: Scene) -> None:
    """Loose tabs of `stands`, by placement, get partners: a tab of the neighbour is put opposite, or they move there.

    Where a chain of partners does not end at a part that the skeleton holds, its tabs stay loose.
    """
    loose = [(owner, place) for owner, stand in stands.items() for place in stand.loose]
    if not loose:
        return
    points = np.concatenate([stands[owner].pose.points(stands[owner].profile.beyond(place)) for owner, place in loose])
    reach = max(stand.profile.diameter for stand in stands.values())
    beside = scene.neighbours(points, np.array([owner for owner, _ in loose]), reach)
    for (owner, place), other in zip(loose, beside.tolist(), strict=True):
        if other in stands and stands[owner].tabs.get(place) == NOTHING:
            _pair(owner, place, other, stands)
    _let_go(stands)


def _pair(owner: int, place: float, other: int, stands: Mapping[int, Stand]) -> None:
    mine, theirs = stands[owner], stands[other]
    across = mine.opposite(place, theirs)
    if across is None:
        return
    leaving = theirs.nearest(across, loose=True)
    if theirs.has_room(across, leaving):
        mine.move(place, place, other)
        theirs.move(leaving, across, owner)
        return
    taken = theirs.nearest(across)
    assert taken is not None
    back = theirs.opposite(taken, mine)
    if back is not None and mine.has_room(back, place):
        mine.move(place, back, other)
        if theirs.tabs[taken] == NOTHING:
            theirs.tabs[taken] = owner


def _let_go(stands: Mapping[int, Stand]) -> None:
    """Partners that no chain joins to the skeleton hold on to nothing after all."""
    beside: dict[int, set[int]] = {owner: set() for owner in stands}
    for owner, stand in stands.items():
        for other in stand.tabs.values():
            if other >= 0:
                beside[owner].add(other)
                beside[other].add(owner)
    ways = [owner for owner, stand in stands.items() if SKELETON in stand.tabs.values()]
    held = set(ways)
    while ways:
        fresh = beside[ways.pop()] - held
        held |= fresh
        ways += fresh
    for owner in stands.keys() - held:
        stands[owner].tabs = dict.fromkeys(stands[owner].tabs, NOTHING)
