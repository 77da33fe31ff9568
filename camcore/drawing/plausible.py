"""Are these the units? What the sizes of a drawing say for and against the units that it was read in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from camcore.drawing.model import Operation, Shape
from camcore.findings import Finding
from camcore.geometry import many
from camcore.geometry.arrays import Bools, Floats
from camcore.material.drills import drills, nearest
from camcore.units import MM_PER_INCH, MM_PER_UNIT

SMALLEST, LARGEST = 0.1 * MM_PER_INCH, 10_000.0
"""Drawings with a longer side outside of this, mm, are probably read in the wrong units."""
HOLES = 2
"""At least so many round holes have to speak for other units."""
LEAST_HOLE, MOST_HOLE = 0.3, 80.0
"""Round holes smaller than this, mm, are not drilled in sheet; larger ones speak for no unit."""
_MEANT = 0.003
"""A hole is this near to the size that was meant, mm: half the fourth decimal of an inch, and the fit of a curve."""
_OTHER = {"mm": "in", "in": "mm"}
_NAME = {"mm": "mm", "in": "inches"}
_MEASUREMENT = {0: "in", 1: "mm"}
"""Header variable $MEASUREMENT: which of the two systems a drawing's hatches and linetypes are for."""


def doubts(shapes: Sequence[Shape], unit: str | None, measurement: int | None, file: str) -> list[Finding]:
    """Findings W130 for sizes that no sheet part has, W131 for holes that are standard sizes in other units only."""
    found = []
    size = _size(shapes)
    if size and not SMALLEST <= max(size) <= LARGEST:
        where = {"size": max(size), "limit": SMALLEST if max(size) < SMALLEST else LARGEST}
        message = f"what is cut measures {readings(size, unit)}"
        found.append(Finding("W130", message, f"it was read in {unit or 'mm'}: are these its units?", file, where))
    own = unit or "mm"
    holes = _holes(shapes)
    if own in _OTHER and len(holes) >= HOLES and not _standard(holes, own).all():
        factor = MM_PER_UNIT[_OTHER[own]] / MM_PER_UNIT[own]
        if _standard(holes * factor, _OTHER[own]).all() and holes.max() * factor <= MOST_HOLE:
            found.append(_speaks(holes, own, factor, measurement, file))
    return found


def with_readings(unknown: Finding, shapes: Sequence[Shape], measurement: int | None) -> Finding:
    """The finding that the units are unknown, with what sizes would come of mm and of inches."""
    size = _size(shapes)
    if not size:
        return unknown
    hint = {0: "; its $MEASUREMENT is that of inches", 1: "; its $MEASUREMENT is that of mm"}.get(measurement or 0, "")
    if measurement is None:
        hint = ""
    return replace(unknown, message=f"{unknown.message}; what is cut measures {readings(size, 'mm')}{hint}")


def readings(size: tuple[float, float], unit: str | None) -> str:
    """Width and height, mm, as read in `unit`, and as they would be in the other unit that sheet parts come in."""
    width, height = size
    own = unit or "mm"
    other = _OTHER.get(own, "mm")
    factor = MM_PER_UNIT[other] / MM_PER_UNIT[own]
    then = f"{width * factor:.4g} × {height * factor:.4g} mm"
    return f"{width:.4g} × {height:.4g} mm, drawn in {_NAME[other]} it would be {then}"


def _size(shapes: Sequence[Shape]) -> tuple[float, float] | None:
    """Width and height, mm, of all that is cut."""
    curves = [shape.curve for shape in shapes if shape.curve and shape.operation is Operation.CUT]
    if not curves:
        return None
    boxes = many.boxes(curves)
    width, height = (boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)).tolist()
    return width, height


def _holes(shapes: Sequence[Shape]) -> Floats:
    """Diameters, mm, of the circles that are cut or drilled, less the largest where that is the part's outline."""
    made = (Operation.CUT, Operation.DRILL)
    rounds = [shape.curve.as_circle() for shape in shapes if shape.curve and shape.operation in made]
    sizes = sorted(2 * circle[2] for circle in rounds if circle)
    return np.array(sizes[:-1] if len(sizes) == len(rounds) else sizes)


def _standard(sizes: Floats, unit: str) -> Bools:
    """Which diameters, mm, are drills: every tenth of a mm; every 64th of an inch, or a number or letter."""
    step = MM_PER_INCH / 64 if unit == "in" else 0.1
    off = np.abs(sizes - np.round(sizes / step) * step)
    named = np.array([drill.size for drill in drills() if drill.unit == unit])
    off = np.minimum(off, np.abs(sizes[:, None] - named).min(axis=1))
    return np.asarray((off <= _MEANT) & (sizes >= LEAST_HOLE))


def _drill(size: float, unit: str) -> str | None:
    """Name of the standard drill of this diameter, mm; None where there is none."""
    drill = nearest(size, unit)
    return drill.name if abs(drill.size - size) <= _MEANT else None


def _spoken(size: float, unit: str) -> str:
    """Diameter, mm, with the drill's name: 5.105 mm (#7)."""
    name = _drill(size, unit) if unit == "in" else None
    return f"{size:.4g} mm" + (f" = {name}" if name else "")


def _speaks(holes: Floats, own: str, factor: float, measurement: int | None, file: str) -> Finding:
    other = _OTHER[own]
    some = ", ".join(f"{size:.4g}" for size in np.unique(holes.round(6))[:3])
    then = ", ".join(_spoken(size * factor, other) for size in np.unique(holes.round(6))[:3])
    too = f", as its $MEASUREMENT says too ({measurement})" if _MEASUREMENT.get(measurement or 0) == other else ""
    read = f"its {len(holes)} round holes ({some} mm as read in {_NAME[own]})"
    message = f"{read} are standard sizes in {_NAME[other]} only ({then})"
    where = {"size": float(holes.min()), "limit": float(holes.min() * factor)}
    return Finding("W131", message + (too if measurement is not None else ""), "ask for the units", file, where)
