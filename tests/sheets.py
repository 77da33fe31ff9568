"""Drawings made of curves, for tests that need no file."""

from __future__ import annotations

import numpy as np

from camcore.drawing import Drawing, Operation, Shape
from camcore.geometry import Curve


def sheet(*curves: Curve, operation: Operation = Operation.CUT) -> Drawing:
    """A drawing of these curves."""
    shapes = [Shape(operation, "a rule", "0", "LINE", i, curve) for i, curve in enumerate(curves)]
    return Drawing("plate.dxf", "mm", 1.0, tuple(shapes))


def line(*points: tuple[float, float]) -> Curve:
    """An open curve of lines."""
    return Curve(np.array(points, dtype=float), closed=False)


def loose(curve: Curve) -> list[Curve]:
    """A closed curve taken apart."""
    return [Curve.from_segments(row[None], closed=False) for row in curve.segments]
