"""Laser strategies: contours with half the kerf on the scrap side, and marks on the line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath import leads
from camcore.toolpath.features import Course, Feature, Prepared
from camcore.toolpath.leads import Leads
from camcore.toolpath.model import Cut, Kind, Role, Stroke
from camcore.toolpath.reach import centre_paths
from camcore.toolpath.scene import Scene, posed, posed_rows, turn_and_move
from camcore.toolpath.setup import LaserSetup, Setup
from camcore.units import SAME_POINT

ROOM = 0.02
"""Lead-ins keep half a kerf and this, mm, from edges of other parts and of the sheet."""


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


class _Copy:
    """One course on one placement while its lead-in is sought."""

    __slots__ = ("choice", "course", "leads", "owner")

    def __init__(self, course: Course, owner: int, found: Leads) -> None:
        self.course, self.owner, self.leads, self.choice = course, owner, found, 0


def cuts(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Cut], list[Finding]]:
    """Cuts of all courses, each with the placement it belongs to; W503 where a lead-in has no room."""
    assert setup.laser
    laser = setup.laser
    own = _own_leads([course for _, course in placed], laser)
    copies = [_Copy(course, owner, own.get(id(course), _NO_LEADS)) for owner, course in placed]
    _choose(copies, scene, laser.kerf / 2 + ROOM)
    shop = _Strokes(laser)
    made = [_cut(copy, shop.of(copy), scene, laser) for copy in copies]
    return made, list(_without_lead(copies, laser))


_NO_LEADS = Leads(np.empty(0), np.empty((0, 5)))


def _own_leads(courses: list[Course], laser: LaserSetup) -> dict[int, Leads]:
    """For each course (by its id) the lead-ins that keep clear of its own part."""
    if laser.lead <= SAME_POINT:
        return {}
    by_part: dict[int, dict[int, Course]] = defaultdict(dict)
    for course in courses:
        if _led(course):
            by_part[id(course.feature.part)][id(course)] = course
    return {key: found for own in by_part.values() for key, found in _leads_of_part(own, laser).items()}


def _leads_of_part(courses: dict[int, Course], laser: LaserSetup) -> dict[int, Leads]:
    part = next(iter(courses.values())).feature.part
    edges = [part.outline, *part.holes, *(course.feature.curve for course in courses.values())]
    index = SegmentIndex(np.vstack([edge.segments for edge in edges]))
    found = {
        key: leads.candidates(course.path, laser.lead, on_corners=course.feature.kind is Kind.OUTLINE)
        for key, course in courses.items()
        if course.path
    }
    clear = leads.clear_of(np.vstack([each.rows for each in found.values()]), index, laser.kerf / 2)
    ends = np.cumsum([len(each.rows) for each in found.values()])
    split = zip(found.items(), np.split(clear, ends[:-1]), strict=True)
    return {key: Leads(each.position[free], each.rows[free]) for (key, each), free in split}


def _led(course: Course) -> bool:
    return course.feature.kind is not Kind.MARK and course.path is not None and course.path.closed


def _choose(copies: list[_Copy], scene: Scene, clearance: float) -> None:
    """Advance each copy to its first lead-in that keeps clear of its neighbours and the sheet's edges."""
    open_ = [copy for copy in copies if len(copy.leads.rows)]
    poses = [turn_and_move(placement) for placement in scene.sheet.placements]
    while open_:
        rows = np.vstack([posed_rows(c.leads.rows[c.choice][None], poses[c.owner]) for c in open_])
        free = scene.clear(rows, np.array([c.owner for c in open_]), clearance)
        again = []
        for copy, fits in zip(open_, free.tolist(), strict=True):
            if not fits:
                copy.choice += 1
                if copy.choice < len(copy.leads.rows):
                    again.append(copy)
        open_ = again


def _without_lead(copies: list[_Copy], laser: LaserSetup) -> Iterator[Finding]:
    if laser.lead <= SAME_POINT:
        return
    bare = [c for c in copies if _led(c.course) and c.choice >= len(c.leads.rows)]
    counts = Counter((c.course.feature.part.id, c.course.feature.spoken) for c in bare)
    first = {(c.course.feature.part.id, c.course.feature.spoken): c for c in reversed(bare)}
    for key, count in counts.items():
        feature = first[key].course.feature
        yield Finding(
            "W503",
            f"{feature.spoken} of {feature.part.id} is pierced on the contour ({count} time{'s' * (count > 1)}): "
            f"no lead-in of {laser.lead:.3g} mm or shorter has room",
            "a wider spacing or a shorter lead makes room",
            feature.part.file,
            feature.where,
        )


class _Strokes:
    """Strokes of a course with a certain lead-in, made once for all copies, in the part's coordinates."""

    __slots__ = ("laser", "made")

    def __init__(self, laser: LaserSetup) -> None:
        self.laser = laser
        self.made: dict[tuple[int, int], tuple[Stroke, ...]] = {}

    def of(self, copy: _Copy) -> tuple[Stroke, ...]:
        key = (id(copy.course), copy.choice)
        if key not in self.made:
            self.made[key] = self._mark(copy.course) if not _led(copy.course) else self._contour(copy)
        return self.made[key]

    def _mark(self, course: Course) -> tuple[Stroke, ...]:
        assert course.path
        line = course.path.opened_at(0) if course.path.closed else course.path
        return (Stroke(line, Role.CUT, self.laser.mark_feed),)

    def _contour(self, copy: _Copy) -> tuple[Stroke, ...]:
        """Lead-in, once round, and on past the start."""
        assert copy.course.path
        track, feed = Track(copy.course.path), self.laser.feed
        led = copy.choice < len(copy.leads.rows)
        start = float(copy.leads.position[copy.choice]) if led else 0.0
        strokes = [Stroke(track.stretch(start, start + track.length), Role.CUT, feed)]
        if led:
            lead = Curve.from_segments(copy.leads.rows[copy.choice][None], closed=False)
            strokes.insert(0, Stroke(lead, Role.LEAD_IN, feed))
        if self.laser.overcut > SAME_POINT:
            past = min(self.laser.overcut, track.length / 2)
            strokes.append(Stroke(track.stretch(start, start + past), Role.OVERCUT, feed))
        return tuple(strokes)


def _cut(copy: _Copy, strokes: tuple[Stroke, ...], scene: Scene, laser: LaserSetup) -> Cut:
    feature = copy.course.feature
    through = _led(copy.course)
    return Cut(
        feature.part.id,
        copy.owner,
        feature.kind,
        feature.index,
        strokes=posed(strokes, turn_and_move(scene.sheet.placements[copy.owner])),
        power=laser.power if through else laser.mark_power,
        pierce=laser.pierce if through else 0.0,
    )
