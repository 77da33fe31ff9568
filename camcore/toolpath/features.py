"""What there is to cut on a part, each thing by itself, in the part's own coordinates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.part import Bevel, Drill, Part
from camcore.toolpath.model import Hole, Kind, Stroke


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One thing to cut: `curve` is its finished edge, or the line of a mark; a drill point has `drill` instead.

    A bevel is a mark whose curve is the edge that it breaks.
    """

    part: Part
    kind: Kind
    index: int
    curve: Curve
    drill: Drill | None = None
    bevel: Bevel | None = None

    @property
    def where(self) -> dict[str, object]:
        """Its place, as findings name it."""
        x, y = self.curve.box.centre
        return {"part": self.part.id, "index": self.index, "x": round(x, 3), "y": round(y, 3)}

    @property
    def spoken(self) -> str:
        """Its name in findings."""
        if self.bevel:
            edge = "the outline" if self.bevel.kind == "outline" else f"{self.bevel.kind} {self.bevel.index}"
            return f"the bevel of {edge}"
        return "the outline" if self.kind is Kind.OUTLINE else f"{self.kind} {self.index}"


CENTRE_MARK = 1.0
"""Arm of the cross, mm, that marks a centre without diameter."""
LEAST_MARK = 0.2
"""It is no smaller than this, mm, so that one sees it."""


def features(part: Part) -> list[Feature]:
    """All features of a part: marks, bevels, pockets, drill points, holes, outline."""
    return [
        *(Feature(part, Kind.MARK, k, curve) for k, curve in enumerate(part.marks)),
        *(
            Feature(part, Kind.MARK, len(part.marks) + k, _edge(part, bevel), bevel=bevel)
            for k, bevel in enumerate(part.bevels)
        ),
        *(Feature(part, Kind.POCKET, k, pocket.curve) for k, pocket in enumerate(part.pockets)),
        *(Feature(part, Kind.DRILL, k, _round(part, drill), drill) for k, drill in enumerate(part.drills)),
        *(Feature(part, Kind.HOLE, k, curve) for k, curve in enumerate(part.holes)),
        Feature(part, Kind.OUTLINE, 0, part.outline),
    ]


def _edge(part: Part, bevel: Bevel) -> Curve:
    """The edge that a bevel breaks."""
    if bevel.kind == "outline":
        return part.outline
    return part.holes[bevel.index] if bevel.kind == "hole" else _round(part, part.drills[bevel.index])


def _round(part: Part, drill: Drill) -> Curve:
    if drill.diameter > 0:
        return Curve.circle(drill.x, drill.y, drill.diameter / 2)
    return centre_mark(part, drill.x, drill.y)


def centre_mark(part: Part, x: float, y: float) -> Curve:
    """The cross that marks a centre, in one stroke; smaller where an edge of the part is near."""
    edges = SegmentIndex(np.vstack([curve.segments for curve in (part.outline, *part.holes)]))
    room = float(from_points_to(np.array([[x, y]]), edges)[0])
    arm = max(LEAST_MARK, min(CENTRE_MARK, room / 2))
    cross = [[x - arm, y], [x + arm, y], [x, y], [x, y - arm], [x, y + arm]]
    return Curve(np.array(cross), closed=False)


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """A feature made ready: the tool and the path of its centre, the hole to plunge, or all strokes, in the part's
    coordinates. `rough` is the path of passes before that leave stock.

    Closed paths run with the finished part on their right (scrap on their left), unless cut conventionally.
    """

    feature: Feature
    tool: int = 0
    path: Curve | None = None
    hole: Hole | None = None
    strokes: tuple[Stroke, ...] = ()
    rough: Curve | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a strategy makes of a feature: nothing, one course, or several where a narrow place splits it."""

    courses: tuple[Course, ...] = ()
    findings: tuple[Finding, ...] = ()
