"""Where a part lies: mirror, then rotate, then move."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from camcore.geometry.arrays import Floats


def exact_cos_sin(degrees: float) -> tuple[float, float]:
    """Cosine and sine of an angle in degrees, exact at multiples of 90 so that ortho poses add no noise."""
    turn = degrees % 360.0
    if turn % 90.0 == 0.0:
        return ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[int(turn // 90.0) % 4]
    return math.cos(math.radians(turn)), math.sin(math.radians(turn))


@dataclass(frozen=True, slots=True)
class Pose:
    """Rigid placement as nest.json has it: x → −x if `mirror`, rotate by `rotation` degrees ccw, move by (x, y) mm."""

    x: float = 0.0
    y: float = 0.0
    rotation: float = 0.0
    mirror: bool = False

    @property
    def matrix(self) -> Floats:
        """The 2 × 2 linear part, applied to column vectors."""
        c, s = exact_cos_sin(self.rotation)
        sign = -1.0 if self.mirror else 1.0
        return np.array([[sign * c, -s], [sign * s, c]])

    def points(self, xy: Floats) -> Floats:
        """Points (n, 2), mm, carried along."""
        moved: Floats = xy @ self.matrix.T + (self.x, self.y)
        return moved

    def back(self, xy: Floats) -> Floats:
        """Points (n, 2), mm, carried back: `points` undone."""
        home: Floats = (xy - (self.x, self.y)) @ self.matrix
        return home
