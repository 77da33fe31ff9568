"""SVG of curves: path data in which arcs stay arcs."""

from __future__ import annotations

from collections.abc import Iterable

from camcore.geometry import Curve, Pose, arcs

DECIMALS = 3
"""Decimals of mm in pictures."""


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
    round_ = arcs.is_arc(rows)
    x, y = curve.start
    words = [f"M{number(x)} {number(y)}"]
    for row, arc, radius, sweep in zip(
        rows.tolist(), round_.tolist(), form.radius.tolist(), form.sweep.tolist(), strict=True
    ):
        words.append(arc_to(row[2], row[3], radius, sweep) if arc else f"L{number(row[2])} {number(row[3])}")
    if curve.closed:
        words.append("Z")
    return "".join(words)


def arc_to(x: float, y: float, radius: float, sweep: float) -> str:
    """Path command of an arc to (x, y); `sweep` in radians, less than a full turn, counter-clockwise positive."""
    large = int(abs(sweep) > 3.141592653589793)
    return f"A{number(radius)} {number(radius)} 0 {large} {int(sweep > 0)} {number(x)} {number(y)}"


def matrix(pose: Pose) -> str:
    """Value of ``transform`` that carries a part's coordinates to `pose`."""
    (a, c), (b, d) = pose.matrix.tolist()
    linear = " ".join(f"{value:.9g}" for value in (a, b, c, d))
    return f"matrix({linear} {number(pose.x)} {number(pose.y)})"
