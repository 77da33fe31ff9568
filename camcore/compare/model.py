"""What a comparison is made of. Value types only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from camcore.geometry import Box, Curve, Pose
from camcore.geometry.deviation import Deviation
from camcore.geometry.forms import Form

FeatureKind = Literal["outline", "hole", "centre mark", "pocket", "score", "mark"]
What = Literal["same", "moved", "resized", "moved and resized", "reshaped", "added", "removed"]


@dataclass(frozen=True, slots=True, eq=False)
class Feature:
    """One contour, stroke or point of a part: number among those of its kind, from 0; depth of pockets, mm.

    A centre mark has no curve, and sizes of 0.
    """

    kind: FeatureKind
    number: int
    form: Form
    curve: Curve | None = None
    depth: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One feature of the first part beside its counterpart in the second, which was carried onto the first.

    a, b: None where it was added or removed; dx, dy: from the middle of `a` to that of `b`, mm
    deviation: the farthest that a place of either contour lies from the other, mm; of points, how far they moved
    """

    what: What
    a: Feature | None
    b: Feature | None
    dx: float = 0.0
    dy: float = 0.0
    deviation: float = 0.0

    @property
    def feature(self) -> Feature:
        """The feature as it is now, or as it was where it is gone."""
        found = self.b or self.a
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two parts held against each other; all places in the coordinates of the first, mm.

    pose: carries the second part onto the first; forth: the place of the first part's edges farthest from the second's
    back: the same the other way; boxes of both outlines, net areas, mm²
    """

    a: str
    b: str
    pose: Pose
    tolerance: float
    changes: tuple[Change, ...]
    forth: Deviation
    back: Deviation
    box_a: Box
    box_b: Box
    area_a: float
    area_b: float

    @property
    def deviation(self) -> Deviation:
        """The greater of the two."""
        return max(self.forth, self.back, key=lambda one: one.size)

    @property
    def differences(self) -> tuple[Change, ...]:
        """The changes that are some."""
        return tuple(change for change in self.changes if change.what != "same")

    @property
    def same(self) -> bool:
        """Whether nothing differs by more than the tolerance."""
        return not self.differences and self.deviation.size <= self.tolerance


@dataclass(frozen=True, slots=True)
class Statement:
    """What a drawing says: words of a note, or of a dimension with its tolerance, mm (of angles degrees).

    x, y: where the words stand, in the coordinates of the first drawing, mm
    """

    kind: Literal["note", "dimension"]
    words: str
    x: float
    y: float
    plus: float = 0.0
    minus: float = 0.0

    @property
    def told(self) -> tuple[str, str, float, float]:
        """What has to agree for two to say the same."""
        return self.kind, " ".join(self.words.split()), round(self.plus, 6), round(self.minus, 6)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that changed: None where it was added or taken out."""

    before: Statement | None
    after: Statement | None
