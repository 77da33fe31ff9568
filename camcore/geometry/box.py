"""Axis-parallel rectangles."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """Axis-parallel rectangle, mm."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Extent in x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent in y."""
        return self.y1 - self.y0

    @property
    def centre(self) -> tuple[float, float]:
        """Middle of the rectangle."""
        return (self.x0 + self.x1) / 2, (self.y0 + self.y1) / 2

    def union(self, other: Box) -> Box:
        """Smallest box that holds both."""
        return Box(min(self.x0, other.x0), min(self.y0, other.y0), max(self.x1, other.x1), max(self.y1, other.y1))

    def grown(self, by: float) -> Box:
        """Box with each side moved out by `by` mm (in, where negative)."""
        return Box(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)

    def holds(self, other: Box, slack: float = 0.0) -> bool:
        """Whether `other` lies inside, give or take `slack` mm."""
        return (
            self.x0 - slack <= other.x0
            and self.y0 - slack <= other.y0
            and other.x1 <= self.x1 + slack
            and other.y1 <= self.y1 + slack
        )

    def meets(self, other: Box, slack: float = 0.0) -> bool:
        """Whether the two boxes touch or overlap, give or take `slack` mm."""
        return (
            self.x0 - slack <= other.x1
            and other.x0 <= self.x1 + slack
            and self.y0 - slack <= other.y1
            and other.y0 <= self.y1 + slack
        )
