"""Parts: what is to be made, as outlines, holes, marks and drill points."""

from __future__ import annotations

from dataclasses import dataclass

from camcore.geometry import Box, Curve
from camcore.findings import Finding


@dataclass(frozen=True, slots=True)
class Drill:
    """A point to be drilled: centre and diameter in mm; diameter 0 is a centre mark."""

    x: float
    y: float
    diameter: float


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One flat part in its drawing's own coordinates, mm.

    `outline` runs counter-clockwise, `holes` clockwise; `marks` are scored or engraved, open or closed, and do not
    go through. `id` is the drawing file's stem, with ``#2``, ``#3`` … where a drawing holds several.
    """

    id: str
    outline: Curve
    holes: tuple[Curve, ...] = ()
    marks: tuple[Curve, ...] = ()
    drills: tuple[Drill, ...] = ()
    file: str | None = None

    @property
    def box(self) -> Box:
        """Smallest axis-parallel rectangle around the outline."""
        return self.outline.box

    @property
    def area(self) -> float:
        """Net area, mm²: outline less holes."""
        return abs(self.outline.area) - sum(abs(hole.area) for hole in self.holes)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one drawing, with what was found on the way."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
