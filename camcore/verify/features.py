"""What a task wants made, placed on the sheet: the edges, marks and drilled holes that the proof measures against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from camcore.geometry import Curve, Pose
from camcore.geometry.arrays import Floats, Ints
from camcore.part import Part
from camcore.verify.model import IntendedCut, Task

Key = tuple[int, str, int]
"""Placement, kind and index: which feature of the sheet."""


Circle = tuple[float, float, float]
"""Centre and radius, mm."""


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One contour of one placed part, in work coordinates. kind: "outline", "hole", "drill", "mark", "spot" or
    "pocket".

    A drilled hole is the circle it has to become; a spot is a centre mark, a drill point without diameter, given
    as a tiny circle. `ring` (n, 2) is the curve in chords, for questions of what lies where; `circle` is set where the
    curve is one. `tabs` are those that the task declares for it, `skin` is what its last cut is to leave at the bottom,
    mm.
    """

    part: str
    placement: int
    kind: str
    index: int
    curve: Curve
    ring: Floats
    circle: Circle | None = None
    tabs: tuple[tuple[float, float, float], ...] = ()
    skin: float = 0.0

    @property
    def held(self) -> bool:
        """Whether tabs or a skin hold what lies inside."""
        return bool(self.tabs or self.skin)

    @property
    def name(self) -> str:
        """The feature in words: ``hole 2 of bracket (placement 14)``."""
        which = "" if self.kind == "outline" else f" {self.index}"
        return f"{self.kind}{which} of {self.part} (placement {self.placement})"

    @property
    def where(self) -> dict[str, Any]:
        """The feature as a finding's place."""
        return {"part": self.part, "placement": self.placement, "kind": self.kind, "index": self.index}

    @property
    def key(self) -> Key:
        """Which feature of the sheet it is."""
        return self.placement, self.kind, self.index

    @property
    def is_edge(self) -> bool:
        """Whether the feature bounds the part and goes through it."""
        return self.kind in ("outline", "hole", "drill")

    @property
    def is_mark(self) -> bool:
        """Whether the feature is a line or a centre that is only marked."""
        return self.kind in ("mark", "spot")


def features(task: Task) -> tuple[Feature, ...]:
    """All features of all placed parts, a part's outline last."""
    tabs, skins = _tabs(task), _skins(task)
    shapes = {
        name: [(*row, row[2].flattened(), row[2].as_circle()) for row in _contours(part)]
        for name, part in task.parts.items()
    }
    found: list[Feature] = []
    for number, placement in enumerate(task.placements):
        pose = placement.pose
        for kind, index, curve, points, circle in shapes[placement.part]:
            mine = tabs.get((number, kind, index), ())
            ring = pose.points(points)
            where = _posed(circle, pose) if circle else None
            skin = skins.get((number, kind, index), 0.0)
            found.append(Feature(placement.part, number, kind, index, curve.posed(pose), ring, where, mine, skin))
    return tuple(found)


def _posed(circle: Circle, pose: Pose) -> Circle:
    ((x, y),) = pose.points(np.array([circle[:2]])).tolist()
    return x, y, circle[2]


def _contours(part: Part) -> Iterator[tuple[str, int, Curve]]:
    yield from (("mark", index, curve) for index, curve in enumerate(part.marks))
    for index, drill in enumerate(part.drills):
        if drill.diameter > 0:
            yield "drill", index, Curve.circle(drill.x, drill.y, drill.diameter / 2)
        else:
            yield "spot", index, Curve.circle(drill.x, drill.y, 1e-4)
    yield from (("pocket", index, pocket.curve) for index, pocket in enumerate(part.pockets))
    yield from (("hole", index, curve) for index, curve in enumerate(part.holes))
    yield "outline", 0, part.outline


def declared(task: Task) -> tuple[Key, ...]:
    """Which feature each declared cut makes, cut by cut; a bevel is none of them.

    A pocket of a part that has none of its index is a hole that is pocketed.
    Drills and centre marks count among the part's drill points. Where the part is known from nest.json, which holds
    none, a drilled hole is the hole of its index, unless that is declared as a hole of its own.
    """
    holes = {(cut.placement, cut.index) for cut in task.cuts if cut.kind in ("hole", "pocket")}
    parts = [task.parts[task.placements[cut.placement].part] for cut in task.cuts]
    return tuple(
        (cut.placement, _kind(cut, part, holes), cut.index) for cut, part in zip(task.cuts, parts, strict=True)
    )


def _kind(cut: IntendedCut, part: Part, holes: set[tuple[int, int]]) -> str:
    if cut.bevel:
        return "bevel"
    if cut.kind == "pocket":
        return "pocket" if cut.index < len(part.pockets) or cut.index >= len(part.holes) else "hole"
    if cut.kind != "drill":
        return cut.kind
    if cut.index < len(part.drills):
        return "drill" if part.drills[cut.index].diameter > 0 else "spot"
    return "hole" if cut.index < len(part.holes) and (cut.placement, cut.index) not in holes else "drill"


def _tabs(task: Task) -> dict[Key, tuple[tuple[float, float, float], ...]]:
    found: dict[Key, tuple[tuple[float, float, float], ...]] = {}
    for at, cut in zip(declared(task), task.cuts, strict=True):
        found[at] = (*found.get(at, ()), *(tab for tab in cut.tabs if tab not in found.get(at, ())))
    return found


def _skins(task: Task) -> dict[Key, float]:
    """What the last cut of each feature leaves at the bottom, mm."""
    return {at: cut.skin for at, cut in zip(declared(task), task.cuts, strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class Edges:
    """Segments of several features: rows (n, 5), mm, and which feature each belongs to."""

    features: tuple[Feature, ...]
    rows: Floats
    owner: Ints


def edges(features: Sequence[Feature]) -> Edges:
    """Segments of the features' curves."""
    parts = [feature.curve.segments for feature in features]
    rows = np.concatenate(parts) if parts else np.empty((0, 5))
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return Edges(tuple(features), rows, owner)
