"""The features of a part: each contour, stroke and point that somebody could move."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from camcore.compare.model import Feature, FeatureKind
from camcore.geometry import Curve, Pose
from camcore.geometry.forms import Form, form_of
from camcore.part import Drill, Part, Pocket


def features(part: Part) -> list[Feature]:
    """All features: the outline, holes with the drilled ones, centre marks, pockets, scores, marks."""
    bores = [Curve.circle(drill.x, drill.y, drill.diameter / 2).cw() for drill in part.drills if drill.diameter > 0]
    points = [drill for drill in part.drills if drill.diameter == 0]
    centres = [Feature("centre mark", k, Form("other", p.x, p.y, 0.0, 0.0)) for k, p in enumerate(points)]
    deep = chain.from_iterable([(curve, each.depth) for curve in (each.curve, *each.holes)] for each in part.pockets)
    return [
        *_of("outline", [part.outline]),
        *_of("hole", [*part.holes, *bores]),
        *centres,
        *(Feature("pocket", k, form_of(curve), curve, depth) for k, (curve, depth) in enumerate(deep)),
        *_of("score", part.marks[: part.scores]),
        *_of("mark", part.marks[part.scores :]),
    ]


def _of(kind: FeatureKind, curves: Sequence[Curve]) -> list[Feature]:
    return [Feature(kind, number, _form(curve), curve) for number, curve in enumerate(curves)]


def _form(curve: Curve) -> Form:
    box = curve.box
    return form_of(curve) if curve.closed else Form("other", *box.centre, box.width, box.height)


def edges(part: Part) -> list[Curve]:
    """What is cut through: the outline, holes, drilled holes."""
    bores = [Curve.circle(drill.x, drill.y, drill.diameter / 2) for drill in part.drills if drill.diameter > 0]
    return [part.outline, *part.holes, *bores]


def net_area(part: Part) -> float:
    """Area of the material, drilled holes taken off, mm²."""
    first, *others = edges(part)
    return abs(first.area) - sum(abs(curve.area) for curve in others)


def posed(part: Part, pose: Pose) -> Part:
    """The part carried to `pose`; contours keep the side on which their material lies."""
    places = [(drill, pose.points(np.array([(drill.x, drill.y)]))) for drill in part.drills]
    return Part(
        id=part.id,
        outline=part.outline.posed(pose).ccw(),
        holes=tuple(hole.posed(pose).cw() for hole in part.holes),
        marks=tuple(mark.posed(pose) for mark in part.marks),
        drills=tuple(Drill(float(spot[0, 0]), float(spot[0, 1]), drill.diameter) for drill, spot in places),
        file=part.file,
        quantity=part.quantity,
        pockets=tuple(
            Pocket(each.curve.posed(pose).ccw(), tuple(hole.posed(pose).cw() for hole in each.holes), each.depth)
            for each in part.pockets
        ),
        scores=part.scores,
    )
