"""Laser strategies: contours with half the kerf on the scrap side, and marks on the line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Pose
from camcore.toolpath import leads
from camcore.toolpath.beam import BARE, Begin, Lead, Ways
from camcore.toolpath.features import Course, Feature, Prepared
from camcore.toolpath.leads import Fitting
from camcore.toolpath.model import Cut, Kind, Role, Stroke, Tab
from camcore.toolpath.offer import Offer
from camcore.toolpath.reach import centre_paths
from camcore.toolpath.scene import Scene, posed, turn_and_move
from camcore.toolpath.setup import Setup
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


def cut_marks(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    """Scored and engraved lines, and centres."""
    assert setup.laser
    laser, made = setup.laser, []
    for owner, course in placed:
        assert course.path
        feature, pose = course.feature, turn_and_move(scene.sheet.placements[owner])
        line = course.path.opened_at(0) if course.path.closed else course.path
        look = laser.look(feature.kind is Kind.MARK and feature.index < feature.part.scores)
        cut = Cut(
            feature.part.id, owner, feature.kind, feature.index,
            strokes=posed((Stroke(line, Role.CUT, look.feed),), pose), power=look.power, passes=look.passes,
        )  # fmt: skip
        made.append(Offer.of(cut))
    return made, []


def cut_contours(placed: list[tuple[int, Course]], scene: Scene, setup: Setup) -> tuple[list[Offer], list[Finding]]:
    """Contours with their leads; W503 where a lead-in has no room. A lead-out without room is left out.

    W504: a small part gets fewer micro-joints than it should.
    """
    assert setup.laser
    laser, clearance = setup.laser, setup.laser.kerf / 2 + ROOM
    owners, courses = [owner for owner, _ in placed], [course for _, course in placed]
    ways = Ways(courses, laser)
    fitting = leads.choose(
        [ways.into(course) for course in courses], owners, scene, clearance,
        more=lambda short: ways.look_on(courses[k] for k in short),
    )  # fmt: skip
    begins = [(k, begin) for k, fits in enumerate(fitting) for begin in _begins(fits)]
    offers = ways.outs([(placed[k][1], begin) for k, begin in begins])
    leaving = leads.choose(offers, [owners[k] for k, _ in begins], scene, clearance)
    choices: list[list[Lead]] = [[] for _ in placed]
    for (k, begin), out in zip(begins, leaving, strict=True):
        choices[k].append(Lead(begin, out.group if out else -1))
    made = [_offer(*each, ways, tuple(chosen), scene) for each, chosen in zip(placed, choices, strict=True)]
    bare = [course for (_, course), fits in zip(placed, fitting, strict=True) if fits is None]
    findings = list(_without_lead(bare, laser.lead)) if laser.lead > SAME_POINT else []
    return made, [*findings, *_few_joints([course for _, course in placed], ways)]


def _begins(fits: Fitting | None) -> list[Begin]:
    return [(fits.group, int(k)) for k in fits.which] if fits else [BARE]


def _offer(owner: int, course: Course, ways: Ways, choices: tuple[Lead, ...], scene: Scene) -> Offer:
    feature, pose, laser = course.feature, turn_and_move(scene.sheet.placements[owner]), ways.laser
    starts, ends = (pose.points(points) for points in ways.ends(course, choices))

    def make(number: int) -> Cut:
        way = ways.way(course, choices[number])
        return Cut(
            feature.part.id, owner, feature.kind, feature.index, strokes=posed(way.strokes, pose),
            tabs=tuple(_carried(tab, pose) for tab in way.held), power=laser.power, pierce=laser.pierce,
            soft=laser.soft_pierce, passes=laser.passes,
        )  # fmt: skip

    frees = feature.kind is Kind.OUTLINE and not all(ways.holds(course, lead) for lead in choices)
    return Offer(owner, feature.kind, feature.index, 0, starts, ends, make, frees)


def _carried(tab: Tab, pose: Pose) -> Tab:
    x, y = pose.points(np.array([[tab.x, tab.y]]))[0].tolist()
    return replace(tab, x=x, y=y)


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


def _few_joints(courses: list[Course], ways: Ways) -> Iterator[Finding]:
    for course in {id(course): course for course in courses}.values():
        joints = ways.joints(course)
        room = len(joints.after(0.0, ways.laser.overcut))
        if room < joints.count:
            part = course.feature.part
            text = f"the outline of {part.id} has room for {room} of {joints.count} micro-joints"
            advice = "ask for narrower joints (joint_width), or none for parts so small (joint_below)"
            yield Finding("W504", text, advice, part.file, course.feature.where)
