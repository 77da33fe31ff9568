"""What a drawing is made of. Value types only; nothing here needs ezdxf."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from camcore.findings import Finding
from camcore.geometry import Curve


class Operation(StrEnum):
    """What an entity is for."""

    CUT = "cut"
    MARK = "mark"
    DRILL = "drill"
    POCKET = "pocket"
    IGNORE = "ignore"
    REPORT = "report"
    """No rule covers it and it cannot be read: a finding says so."""


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """One DXF entity, or a piece of one, with what is to be done with it.

    curve, mm; of a POINT `point` (x, y) instead; both None where the entity is ignored or reported
    rule: name of the rule that decided; diameter of drill points and depth of pockets, mm, 0 where nothing says
    entity: running number of the entity, so that pieces of one entity can be told
    """

    operation: Operation
    rule: str
    layer: str
    kind: str
    entity: int
    curve: Curve | None = None
    point: tuple[float, float] | None = None
    colour: int = 7
    handle: str = ""
    diameter: float = 0.0
    depth: float = 0.0


@dataclass(frozen=True, slots=True)
class Text:
    """Words in the drawing and where they stand, mm; the quantity that they ask for, 0 where they ask for none."""

    words: str
    x: float
    y: float
    layer: str
    height: float = 0.0
    quantity: int = 0


@dataclass(frozen=True, slots=True)
class Dimension:
    """A dimension, or a feature control frame, and where its words stand, mm.

    kind: "length", "diameter", "radius", "ordinate", "angle" or "geometric"; words: as it shows them
    measured: mm, of angles degrees; shown: the same in the units that it shows
    says: size that its own words give instead, in the units that it shows; 0 where they do not
    plus, minus: how far above and below is allowed, mm, of angles degrees; from its style or words, 0 where none says
    points: places that it measures between, mm: of diameters and radii the centre and a place on the circle, of
    ordinates the origin and the place; angle: direction in which a length or an ordinate is measured, degrees
    decimals: how many it shows; basic: theoretically exact, in a frame
    """

    kind: str
    words: str
    measured: float
    shown: float
    says: float
    plus: float
    minus: float
    x: float
    y: float
    layer: str
    points: tuple[tuple[float, float], ...] = ()
    angle: float = 0.0
    decimals: int = 0
    basic: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A DXF file's model space. `units` is the unit it was drawn in, None where nothing says; `scale` is mm per unit.

    fills: boundaries of solid hatches, mm, closed; they tell filled artwork from contours.
    """

    file: str
    units: str | None
    scale: float
    shapes: tuple[Shape, ...] = ()
    fills: tuple[Curve, ...] = ()
    texts: tuple[Text, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def tally(self) -> Counter[Operation]:
        """How many entities each operation has; the sum is the count of entities, block contents included."""
        first = {shape.entity: shape.operation for shape in reversed(self.shapes)}
        return Counter(first.values())

    def of(self, *operations: Operation) -> list[Shape]:
        """Shapes with one of these operations, in drawing order."""
        return [shape for shape in self.shapes if shape.operation in operations]
