"""SVG of curves: path data in which arcs stay arcs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from camcore.geometry import Curve, Pose, arcs

DECIMALS = 3
"""Decimals of mm in pictures."""
LONG = 0.9 * math.pi
"""Arcs of more than this sweep are drawn as two; a full turn is drawn so too."""


class Centred(NamedTuple):
    """An arc: centre, radius (mm), start angle and signed sweep (radians, counter-clockwise positive)."""

    cx: float
    cy: float
    radius: float
    start: float
    sweep: float


def number(value: float) -> str:
    """A coordinate, as short as it can be written."""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def path_data(curves: Iterable[Curve]) -> str:
    """Value of a path's ``d``: one subpath for each curve, lines as L and arcs as A commands.

    In a picture whose y points up (drawn through ``scale(1 -1)``) counter-clockwise arcs have sweep flag 1, as
    SVG 2, 9.5.1 counts sweep in the direction of growing angles.
    """
    return "".join(map(_subpath, curves))


def _subpath(curve: Curve) -> str:
    rows = curve.segments
    form = arcs.centre_form(rows)
    x, y = curve.start
    words = [f"M{point(x, y)}"]
    forms = zip(*(values.tolist() for values in form), strict=True)
    for (_, _, x1, y1, _), bent, arc in zip(rows.tolist(), arcs.is_arc(rows).tolist(), forms, strict=True):
        words.append(arc_to(x1, y1, Centred(*arc)) if bent else f"L{point(x1, y1)}")
    if curve.closed:
        words.append("Z")
    return "".join(words)


def arc_to(x: float, y: float, arc: Centred) -> str:
    """Path commands of an arc that ends at (x, y); two where it is long, so that rounding cannot turn it over."""
    cx, cy, radius, start, sweep = arc
    size, way = number(radius), int(sweep > 0)
    if abs(sweep) <= LONG:
        return f"A{size} {size} 0 0 {way} {point(x, y)}"
    middle = start + sweep / 2
    half = point(cx + radius * math.cos(middle), cy + radius * math.sin(middle))
    return f"A{size} {size} 0 0 {way} {half}A{size} {size} 0 0 {way} {point(x, y)}"


def point(x: float, y: float) -> str:
    """Coordinates of a point."""
    return f"{number(x)} {number(y)}"


def matrix(pose: Pose) -> str:
    """Value of ``transform`` that carries a part's coordinates to `pose`."""
    (a, c), (b, d) = pose.matrix.tolist()
    linear = " ".join(f"{value:.9g}" for value in (a, b, c, d))
    return f"matrix({linear} {number(pose.x)} {number(pose.y)})"
