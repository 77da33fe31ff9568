"""Laser strategies: contours with half the kerf on the scrap side, and marks on the line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.geometry.arrays import Floats
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath import leads
from camcore.toolpath.features import Course, Feature, Prepared
from camcore.toolpath.leads import Leads
from camcore.toolpath.model import Cut, Kind, Role, Stroke
from camcore.toolpath.reach import centre_paths
from camcore.toolpath.scene import Scene, posed, turn_and_move
from camcore.toolpath.setup import LaserSetup, Setup
from camcore.units import SAME_POINT

ROOM = 0.02
"""Leads keep half a kerf and this, mm, from edges of other parts and of the sheet."""


def suits_mark(feature: Feature, setup: Setup) -> bool:
    """Lines that do not go through, and centres without a diameter."""
    return setup.laser is not None and (feature.kind is Kind.MARK or not feature.curve.closed)


def prepare_mark(feature: Feature, setup: Setup) -> Prepared:
    """On the line."""
    return Prepared((Course(feature, path=feature.curve),))


def suits_contour(feature: Feature, setup: Setup) -> bool:
    """Everything that goes through."""
    return setup.laser is not None


def prepare_contour(feature: Feature, setup: Setup) -> Prepared:
    """Half a kerf off the edge, on the scrap side."""
    assert setup.laser
    kerf = setup.laser.kerf
    paths, findings, _ = centre_paths(feature, kerf / 2, f"kerf of {kerf:.3g} mm")
    return Prepared(tuple(Course(feature, path=path) for path in paths), tuple(findings))


# -- on the sheet -----------------------------------------------------------------------------------------------------


def cut_marks(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Cut], list[Finding]]:
    """Scored lines and centres."""
    assert setup.laser
    laser, made = setup.laser, []
    for owner, course in placed:
        assert course.path
        line = course.path.opened_at(0) if course.path.closed else course.path
        stroke = Stroke(line, Role.CUT, laser.mark_feed)
        made.append(_cut(owner, course, (stroke,), scene, laser.mark_power))
    return made, []


def cut_contours(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Cut], list[Finding]]:
    """Contours with their leads; W503 where a lead-in has no room. A lead-out without room is left out."""
    assert setup.laser
    laser, clearance = setup.laser, setup.laser.kerf / 2 + ROOM
    owners, courses = [owner for owner, _ in placed], [course for _, course in placed]
    ways = _Ways(courses, laser)
    into = leads.choose([ways.into(course).rows for course in courses], owners, scene, clearance)
    starts = list(zip(courses, into, strict=True))
    out = leads.choose([ways.out(*start) for start in starts], owners, scene, clearance)
    made = [
        _cut(owner, course, ways.strokes(course, first, last), scene, laser.power, laser.pierce)
        for owner, (course, first), last in zip(owners, starts, out, strict=True)
    ]
    bare = [course for course, first in starts if first >= len(ways.into(course).rows)]
    return made, list(_without_lead(bare, laser.lead)) if laser.lead > SAME_POINT else []


def _cut(
    owner: int, course: Course, strokes: tuple[Stroke, ...], scene: Scene, power: float, pierce: float = 0.0
) -> Cut:
    feature, pose = course.feature, turn_and_move(scene.sheet.placements[owner])
    return Cut(
        feature.part.id, owner, feature.kind, feature.index, strokes=posed(strokes, pose), power=power, pierce=pierce
    )


def _without_lead(bare: list[Course], length: float) -> Iterator[Finding]:
    counts = Counter((course.feature.part.id, course.feature.spoken) for course in bare)
    first = {(course.feature.part.id, course.feature.spoken): course.feature for course in reversed(bare)}
    for key, count in counts.items():
        feature = first[key]
        yield Finding(
            "W503",
            f"{feature.spoken} of {feature.part.id} is pierced on the contour ({count} time{'s' * (count > 1)}): "
            f"no lead-in of {length:.3g} mm or shorter has room",
            "a wider spacing or a shorter lead makes room",
            feature.part.file,
            feature.where,
        )


_NO_LEADS = Leads(np.empty(0), np.empty((0, 5)))


class _Ways:
    """Leads of each course that keep clear of its own part, and strokes with them; worked out once for all copies.

    Lead-ins and lead-outs are named by their number in `into` and `out`; a number past the end is none.
    """

    __slots__ = ("_edges", "_into", "_laser", "_made", "_out", "_tracks")

    def __init__(self, courses: Sequence[Course], laser: LaserSetup) -> None:
        self._laser = laser
        self._tracks = {id(course): Track(course.path) for course in courses if course.path}
        by_part: dict[int, dict[int, Course]] = defaultdict(dict)
        for course in courses:
            by_part[id(course.feature.part)][id(course)] = course
        self._edges = {key: _edges(own.values()) for key, own in by_part.items()}
        self._into = {key: found for own in by_part.values() for key, found in self._lead_ins(own).items()}
        self._out: dict[tuple[int, int], Floats] = {}
        self._made: dict[tuple[int, int, int], tuple[Stroke, ...]] = {}

    def into(self, course: Course) -> Leads:
        """Lead-ins, best first."""
        return self._into.get(id(course), _NO_LEADS)

    def out(self, course: Course, first: int) -> Floats:
        """Lead-outs (n, 5) after lead-in number `first`, best first."""
        key = (id(course), first)
        if key not in self._out:
            self._out[key] = self._lead_outs(course, first)
        return self._out[key]

    def strokes(self, course: Course, first: int, last: int) -> tuple[Stroke, ...]:
        """Lead-in, once round, on past the start, and lead-out, in the part's coordinates."""
        key = (id(course), first, last)
        if key not in self._made:
            into, out = self.into(course).rows[first : first + 1], self.out(course, first)[last : last + 1]
            track, feed = self._tracks[id(course)], self._laser.feed
            start, end = self._start(course, first), self._end(course, first)
            chain = [
                (Role.LEAD_IN, Curve.from_segments(into, closed=False) if len(into) else None),
                (Role.CUT, track.stretch(start, start + track.length)),
                (Role.OVERCUT, track.stretch(start, end) if end - start > SAME_POINT else None),
                (Role.LEAD_OUT, Curve.from_segments(out, closed=False) if len(out) else None),
            ]
            self._made[key] = tuple(Stroke(curve, role, feed) for role, curve in chain if curve)
        return self._made[key]

    def _start(self, course: Course, first: int) -> float:
        places = self.into(course).position
        return float(places[first]) if first < len(places) else 0.0

    def _end(self, course: Course, first: int) -> float:
        return self._start(course, first) + min(self._laser.overcut, self._tracks[id(course)].length / 2)

    def _lead_ins(self, courses: dict[int, Course]) -> dict[int, Leads]:
        """Of the courses of one part, by their ids."""
        if self._laser.lead <= SAME_POINT:
            return {}
        found = {
            key: leads.candidates(course.path, self._laser.lead, on_corners=course.feature.kind is Kind.OUTLINE)
            for key, course in courses.items()
            if course.path
        }
        edges, half = self._edges[id(next(iter(courses.values())).feature.part)], self._laser.kerf / 2
        rows = np.vstack([each.rows for each in found.values()])
        clear = leads.clear_of(rows, edges, half) & leads.away_from(rows, edges, half)
        ends = np.cumsum([len(each.rows) for each in found.values()])
        split = zip(found.items(), np.split(clear, ends[:-1]), strict=True)
        return {key: Leads(each.position[free], each.rows[free]) for (key, each), free in split}

    def _lead_outs(self, course: Course, first: int) -> Floats:
        if self._laser.lead_out <= SAME_POINT:
            return _NO_LEADS.rows
        rows = leads.lead_outs(self._tracks[id(course)], self._end(course, first), self._laser.lead_out)
        return rows[leads.clear_of(rows, self._edges[id(course.feature.part)], self._laser.kerf / 2)]


def _edges(courses: Iterable[Course]) -> SegmentIndex:
    """Finished edges of the part to which the courses belong."""
    own = list(courses)
    part = own[0].feature.part
    edges = [part.outline, *part.holes, *(course.feature.curve for course in own)]
    return SegmentIndex(np.vstack([edge.segments for edge in edges]))
