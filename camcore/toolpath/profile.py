"""One milled contour: what its copies on the sheet share."""

from __future__ import annotations

import math

import numpy as np

from camcore.geometry import Pose, arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.track import Track
from camcore.toolpath import passes, tabs
from camcore.toolpath.easing import Ease, eased
from camcore.toolpath.features import Course
from camcore.toolpath.finish import beside, finish
from camcore.toolpath.finish import strokes as finished
from camcore.toolpath.model import Kind, Stroke, Tab
from camcore.toolpath.passes import Descent, Feeds
from camcore.toolpath.scene import Scene
from camcore.toolpath.setup import Hold, Setup

_LONG = 0.7
"""A segment of at least this share of the longest one's length is as good to go in at."""
_ENTRIES = 4
"""So many places are tried at most."""


class Profile:
    """A course with its places for tabs and its strokes, in the part's coordinates."""

    __slots__ = (
        "_clear", "_descents", "_ease", "_finish", "_made", "_rough", "allowed", "diameter", "ends", "feature", "hold",
        "last", "outer", "outward", "shape", "side", "skin", "tool", "track", "wanted",
    )  # fmt: skip

    def __init__(self, course: Course, setup: Setup) -> None:
        mill = setup.mill
        assert mill
        assert course.path
        outline = course.feature.kind is Kind.OUTLINE
        self.feature, self.tool = course.feature, course.tool
        self.track = Track(course.path)
        self.diameter = mill.tools[course.tool].diameter
        self.side = 1.0 if mill.climb else -1.0
        self._ease = Ease(self.diameter / 2, self.side, mill.corner_feed)
        self.shape = tabs.shape(mill, course.tool, setup.thickness)
        self.hold = mill.holding.by(course.feature.part.area) if outline else Hold.VACUUM
        self.skin = mill.holding.onion_skin if self.hold is Hold.SKIN else 0.0
        self.wanted = tabs.wanted(mill, self.track.length) if self.hold is Hold.TABS else 0
        self._clear = tabs.stretches(self.track, self.shape, self.diameter / 2) if self.wanted else np.empty((0, 2))
        self.allowed = tabs.places(self._clear)
        if len(self.allowed):
            self.outer = self._beside(self.allowed, self.diameter / 2)
            self.outward = tabs.faces_out(self.track, self.allowed, self.side)
        self._rough = Track(course.rough) if course.rough else self.track
        self._finish = finish(self.track, mill.finish, self.diameter / 2, self.side) if course.rough else None
        through, feeds = setup.thickness + mill.breakthrough, Feeds(mill.feed[self.tool], mill.plunge[self.tool])
        total, ramp = through, math.tan(math.radians(mill.ramp_angle))
        if self.skin:
            total = setup.thickness - self.skin
            gentle = Feeds(*(mill.holding.onion_skin_feed * feed for feed in feeds))
            slope = max(ramp, (through - total) / (passes.MOST_ROUNDS * self.track.length))
            self.last = [Descent(place, [-through], slope, gentle, -total) for place in _entries(self.track, outline)]
        length, steepens = self._rough.length, mill.tools[self.tool].plunges
        depths, slope = passes.descent(length, total, mill.pass_depth(self.tool), ramp, steepens)
        self._descents = [Descent(place, depths, slope, feeds) for place in _entries(self._rough, outline)]
        self.ends = self._ends()
        self._made: dict[tuple[tuple[float, ...], int], tuple[Stroke, ...]] = {}

    def _ends(self) -> tuple[Floats, Floats]:
        """Where the tool goes down (n, 2), and where it comes up, from each entry."""
        length, count = self._rough.length, len(self._descents)
        places = [descent.start for descent in self._descents]
        places += [passes.landing(length, descent) for descent in self._descents]
        points = self._rough.points(np.array(places))
        if self._finish:
            return points[:count], np.repeat([self.track.point(self._finish.at)], count, axis=0)
        return points[:count], points[count:]

    def choose_tabs(self, scene: Scene, owner: int, pose: Pose) -> list[tuple[float, bool]]:
        """Positions of tabs on the path, and whether each is good.

        A tab is good where no neighbour's cut sweeps the sheet beyond it, and where it does not look into a bay of its
        own part, whose inside comes loose.
        """
        if len(self.allowed) == 0:
            return []
        room = scene.room(pose.points(self.outer), owner, 2 * self.diameter)
        good = self.outward & (room >= self.diameter)
        chosen = tabs.choose(self.allowed, good, self.track.length, self.wanted, self.shape.span)
        return [(float(self.allowed[k]), bool(good[k])) for k in chosen]

    def may_stand(self, place: float) -> bool:
        """Whether a tab's middle may be at a position."""
        return bool(((self._clear[:, 0] <= place) & (place <= self._clear[:, 1])).any())

    def beyond(self, place: float) -> Floats:
        """Where the tool's far side passes at a position: one point (1, 2)."""
        return self._beside(np.array([place]), self.diameter / 2)

    def strokes(self, where: tuple[float, ...], entry: int) -> tuple[Stroke, ...]:
        """The strokes with tabs at positions `where`, from the entry of that number."""
        if (where, entry) not in self._made:
            self._made[where, entry] = tuple(self._strokes(where, self._descents[entry]))
        return self._made[where, entry]

    def skin_strokes(self, entry: int) -> tuple[Stroke, ...]:
        """Strokes that take the onion skin, from the entry of that number."""
        return tuple(eased(passes.strokes(self.track, self.last[entry], (), self.shape), self._ease))

    def _strokes(self, where: tuple[float, ...], descent: Descent) -> list[Stroke]:
        if not self._finish:
            return list(eased(passes.strokes(self.track, descent, where, self.shape), self._ease))
        rough = passes.strokes(self._rough, descent, beside(where, self.track, self._rough), self.shape)
        last = finished(self._finish, descent.depths[-1], descent.feeds, where, self.shape)
        narrow = self._ease._replace(width=self._finish.stock)
        return [*eased(rough, self._ease), *eased(last, narrow)]

    def declared(self, place: float, pose: Pose) -> Tab:
        """The tab at a position, as it stands on the finished edge: its width is that of the edge not cut through."""
        x, y = pose.points(self._beside(np.array([place]), -self.diameter / 2))[0]
        width = self.shape.span * tabs.edge_share(self.track, place, self.side * self.diameter / 2)
        return Tab(float(x), float(y), width, self.shape.height)

    def _beside(self, places: Floats, away: float) -> Floats:
        """Points (n, 2) `away` mm from the path at positions (n,), away from the part."""
        at, way = self.track.frames(places)
        return at + self.side * away * np.stack([-way[:, 1], way[:, 0]], axis=1)


def _entries(track: Track, outline: bool) -> list[float]:
    """Where the tool may go in: where the longest segments of outlines begin, in the middle of those of holes."""
    lengths = np.round(arcs.lengths(track.rows), 6)
    longest = np.flatnonzero(lengths >= _LONG * lengths.max())[:_ENTRIES]
    return [float(place) for place in track.starts[longest] + (0.0 if outline else lengths[longest] / 2)]
