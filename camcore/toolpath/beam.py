"""A beam's ways along the contours of parts: leads, joints and strokes, worked out once for all copies of a part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath import joints, leads, tabs
from camcore.toolpath.features import Course
from camcore.toolpath.joints import Joints
from camcore.toolpath.leads import Group, Wish
from camcore.toolpath.model import Kind, Role, Stroke, Tab
from camcore.toolpath.setup import LaserSetup
from camcore.units import SAME_POINT

Begin = tuple[int, int]
"""A lead-in: its group, and its number within it."""
BARE: Begin = (-1, 0)
"""None: the beam pierces on the contour."""


class Lead(NamedTuple):
    """A lead-in and the lead-out that goes with it: the number of its group, -1 for none."""

    begin: Begin
    out: int


class Way(NamedTuple):
    """Strokes of one contour and the joints that they leave, in the part's coordinates."""

    strokes: tuple[Stroke, ...]
    held: tuple[Tab, ...]


class Ways:
    """Leads of each course that keep clear of its own part, and strokes with them. Mutable: fills up as asked."""

    __slots__ = ("_courses", "_edges", "_ends", "_into", "_joints", "_made", "_out", "_tracks", "_turn", "laser")

    def __init__(self, courses: Iterable[Course], laser: LaserSetup) -> None:
        self.laser = laser
        self._courses = {id(course): course for course in courses if course.path}
        self._edges = {key: _edges(own) for key, own in _by_part(self._courses.values()).items()}
        self._tracks = {key: Track(course.path) for key, course in self._courses.items() if course.path}
        self._joints = {key: self._joints_of(course) for key, course in self._courses.items()}
        self._into: dict[int, list[Group]] = {key: [] for key in self._courses}
        self._turn = dict.fromkeys(self._courses, 0 if laser.lead > SAME_POINT else len(leads.SHORTER))
        self._out: dict[tuple[int, Begin], list[Group]] = {}
        self._ends: dict[tuple[int, tuple[Lead, ...]], tuple[Floats, Floats]] = {}
        self._made: dict[tuple[int, Lead], Way] = {}

    def into(self, course: Course) -> list[Group]:
        """Lead-ins looked at so far, best first: a list that grows."""
        return self._into[id(course)]

    def look_on(self, courses: Iterable[Course]) -> bool:
        """Look at the next shorter lead-ins of courses; whether any was left to look at."""
        keys = {id(course) for course in courses if self._turn[id(course)] < len(leads.SHORTER)}
        for own in _by_part(self._courses[key] for key in self._courses if key in keys).values():
            self._lead_ins(own)
        return bool(keys)

    def outs(self, wanted: Sequence[tuple[Course, Begin]]) -> list[list[Group]]:
        """Lead-outs after each lead-in, best first."""
        new = {(id(course), begin): course for course, begin in wanted if (id(course), begin) not in self._out}
        by_part: dict[int, list[tuple[int, Begin]]] = defaultdict(list)
        for key, course in new.items():
            by_part[id(course.feature.part)].append(key)
        for keys in by_part.values():
            self._out |= self._lead_outs(keys)
        return [self._out[id(course), begin] for course, begin in wanted]

    def joints(self, course: Course) -> Joints:
        """Where its joints may be, and how many there should be."""
        return self._joints[id(course)]

    def ends(self, course: Course, choices: tuple[Lead, ...]) -> tuple[Floats, Floats]:
        """Where the beam comes down and leaves (n, 2) with each choice, in the part's coordinates."""
        key = (id(course), choices)
        if key not in self._ends:
            self._ends[key] = self._ends_of(course, choices)
        return self._ends[key]

    def _ends_of(self, course: Course, choices: tuple[Lead, ...]) -> tuple[Floats, Floats]:
        track, begins = self._tracks[id(course)], [lead.begin for lead in choices]
        starts = track.points(np.array([self._start(course, begin) for begin in begins]))
        ends = track.points(np.array([self._end(course, begin) for begin in begins]))
        for k, lead in enumerate(choices):
            if lead.begin != BARE:
                starts[k] = self.into(course)[lead.begin[0]].rows[lead.begin[1], 0, 0:2]
            if lead.out >= 0:
                ends[k] = self._out[id(course), lead.begin][lead.out].rows[0, -1, 2:4]
        return starts, ends

    def holds(self, course: Course, lead: Lead) -> bool:
        """Whether joints hold the piece."""
        return self.joints(course).count > 0 and bool(self.way(course, lead).held)

    def way(self, course: Course, lead: Lead) -> Way:
        """Lead-in, once round with joints left standing, on past the start, and lead-out."""
        key = (id(course), lead)
        if key not in self._made:
            self._made[key] = self._way(course, lead)
        return self._made[key]

    def _way(self, course: Course, lead: Lead) -> Way:
        track, feed = self._tracks[id(course)], self.laser.feed
        start, end = self._start(course, lead.begin), self._end(course, lead.begin)
        standing = self.joints(course).after(start, end - start)
        chain = [
            *(_chain(self.into(course)[lead.begin[0]].rows[lead.begin[1]], Role.LEAD_IN) if lead.begin != BARE else ()),
            *((Role.CUT, track.stretch(start + a, start + b)) for a, b in self._runs(course, standing)),
            *(((Role.OVERCUT, track.stretch(start, end)),) if end - start > SAME_POINT else ()),
            *(_chain(self._out[id(course), lead.begin][lead.out].rows[0], Role.LEAD_OUT) if lead.out >= 0 else ()),
        ]
        strokes = tuple(Stroke(curve, role, feed) for role, curve in chain)
        return Way(strokes, tuple(self._tab(course, start + middle) for middle in standing))

    def _runs(self, course: Course, standing: Sequence[float]) -> list[tuple[float, float]]:
        """Stretches between joints, mm past the start."""
        half, length = self.joints(course).gap / 2, self._tracks[id(course)].length
        ends = [0.0, *(middle + side * half for middle in standing for side in (-1, 1)), length]
        return list(pairwise(ends))[::2]

    def _tab(self, course: Course, place: float) -> Tab:
        """A joint as it stands on the finished edge."""
        track, half, gap = self._tracks[id(course)], self.laser.kerf / 2, self.joints(course).gap
        at, way = track.frames(np.array([place]))
        x, y = (at + half * np.stack([way[:, 1], -way[:, 0]], axis=1))[0].tolist()
        return Tab(x, y, gap * tabs.edge_share(track, place, half), 0.0)

    def _start(self, course: Course, begin: Begin) -> float:
        return 0.0 if begin == BARE else float(self.into(course)[begin[0]].position[begin[1]])

    def _end(self, course: Course, begin: Begin) -> float:
        return self._start(course, begin) + min(self.laser.overcut, self._tracks[id(course)].length / 2)

    def _joints_of(self, course: Course) -> Joints:
        outline = course.feature.kind is Kind.OUTLINE
        count = joints.wanted(course.feature.part, self.laser) if outline else 0
        return joints.joints(self._tracks[id(course)], count, self.laser)

    def _lead_ins(self, own: Sequence[Course]) -> None:
        """Of courses of one part, those of their next turn."""
        laser, edges, half = self.laser, self._edges[id(own[0].feature.part)], self.laser.kerf / 2
        wish, found = Wish(laser.lead, laser.lead_shape, laser.lead_spot), list[tuple[int, Group]]()
        for course in own:
            key, corners = id(course), course.feature.kind is Kind.OUTLINE
            made = leads.candidates(self._tracks[key], wish, corners, self._turn[key])
            found += [(key, group) for group in made]
            self._turn[key] += 1
        groups = [group for _, group in found]
        clear, off = leads.clear_of(groups, edges, half), leads.away_from(groups, edges, half)
        for (key, group), free, apart in zip(found, clear, off, strict=True):
            if (free & apart).any():
                self._into[key].append(group.only(free & apart))

    def _lead_outs(self, keys: Sequence[tuple[int, Begin]]) -> dict[tuple[int, Begin], list[Group]]:
        """Of courses of one part."""
        wish, half = Wish(self.laser.lead_out, self.laser.lead_shape), self.laser.kerf / 2
        found = [
            (key, group)
            for key in keys
            if wish.length > SAME_POINT
            for group in leads.lead_outs(self._tracks[key[0]], self._end(self._courses[key[0]], key[1]), wish)
        ]
        edges = self._edges[id(self._courses[keys[0][0]].feature.part)]
        kept: dict[tuple[int, Begin], list[Group]] = {key: [] for key in keys}
        for (key, group), free in zip(found, leads.clear_of([g for _, g in found], edges, half), strict=True):
            if free.all():
                kept[key].append(group)
        return kept


def _chain(rows: Floats, role: Role) -> list[tuple[Role, Curve]]:
    return [(role, Curve.from_segments(rows, closed=False))]


def _by_part(courses: Iterable[Course]) -> dict[int, list[Course]]:
    """Courses by the id of their part."""
    found: dict[int, list[Course]] = defaultdict(list)
    for course in courses:
        found[id(course.feature.part)].append(course)
    return found


def _edges(own: Sequence[Course]) -> SegmentIndex:
    """Finished edges of the part to which the courses belong."""
    part = own[0].feature.part
    edges = [part.outline, *part.holes, *(course.feature.curve for course in own)]
    return SegmentIndex(np.vstack([edge.segments for edge in edges]))
