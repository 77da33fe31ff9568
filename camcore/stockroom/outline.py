"""Outlines of sheets and remnants: what can be one, and whether what is left of a sheet is worth keeping."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from camcore.findings import CamError, Finding
from camcore.geometry import Curve, Pose
from camcore.stockroom.model import Vertices, curve_of
from camcore.units import MAX_SHEET, clean

CHORD = 0.01
"""Arcs are judged as chords within this, mm."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a piece is, mm and mm²: sides of its box, the widest disc in it, and its area less its holes."""

    length: float
    width: float
    disc: float
    area: float


@dataclass(frozen=True, slots=True)
class Rule:
    """What a piece must have to be kept as a remnant, mm and mm²; a shop says it in ``[remnants]`` of a TOML file.

    length: least long side of its box; width: least diameter of the widest disc that it holds, so that neither a narrow
    strip nor an L with narrow legs is kept; area: least area
    worth: share of its cost by area that a remnant keeps
    The shipped values are an example: 200 mm × 200 mm is where a maker of cutting programs begins (cutoptim).
    """

    length: float = 200.0
    width: float = 200.0
    area: float = 40_000.0
    worth: float = 1.0

    def against(self, outline: Vertices, holes: Sequence[Vertices] = ()) -> str | None:
        """Why a piece is too small to be kept, or None."""
        size = size_of(outline, holes)
        limits = (
            ("long side", size.length, self.length, "mm"),
            ("width", size.disc, self.width, "mm"),
            ("area", size.area, self.area, "mm²"),
        )
        short = [
            f"{name} {is_:.4g} of {least:.4g} {unit}" for name, is_, least, unit in limits if is_ < least - 2 * CHORD
        ]
        return ", ".join(short) or None


def size_of(outline: Vertices, holes: Sequence[Vertices] = ()) -> Size:
    """How large a piece is, within 0.01 mm."""
    from shapely import maximum_inscribed_circle

    region, box = _region(outline, holes), curve_of(outline).box
    disc = 2.0 * maximum_inscribed_circle(region, tolerance=0.005).length
    return Size(max(box.width, box.height), min(box.width, box.height), float(disc), float(region.area))


def placed(outline: Curve, holes: Sequence[Curve] = ()) -> tuple[Vertices, tuple[Vertices, ...]]:
    """Outline and holes, moved so that the lower left corner of the outline's box is at (0, 0).

    Raises CamError E928 for what is no sheet: contours that cross, holes outside, nothing left, or too large.
    """
    box = outline.box
    to_zero = Pose(-box.x0, -box.y0)
    moved = vertices(outline.posed(to_zero).ccw())
    inside = tuple(vertices(hole.posed(to_zero).ccw()) for hole in holes)
    wrong = _wrong(moved, inside)
    if wrong:
        raise CamError(Finding("E928", wrong, "draw one closed outline, with holes and defects inside it"))
    return moved, inside


def encloses(outline: Vertices, hole: Vertices) -> bool:
    """Whether a hole lies in a piece as a hole: not beside it, and not where the outline runs around it as a notch."""
    inner = _region(hole, ())
    return bool(_region(outline, ()).intersection(inner).area > inner.area / 2.0)


def vertices(curve: Curve) -> Vertices:
    """Vertices of a curve as plain numbers, without float noise below 1e-9 mm."""
    return tuple((clean(x), clean(y), clean(bulge, 12)) for x, y, bulge in curve.vertices.tolist())


def _wrong(outline: Vertices, holes: Sequence[Vertices]) -> str | None:
    from shapely import Polygon
    from shapely.validation import explain_validity

    box = curve_of(outline).box
    if max(box.width, box.height) > MAX_SHEET:
        return f"a piece of {box.width:.6g} × {box.height:.6g} mm is larger than any sheet"
    if any(len(curve_of(contour).flattened(CHORD)) < 3 for contour in (outline, *holes)):
        return "a contour goes there and back: it encloses nothing"
    region = _region(outline, holes)
    if not region.is_valid:
        return f"its contours are no outline with holes: {explain_validity(region)}"
    if region.area <= 1.0 or not all(Polygon(curve_of(hole).flattened(CHORD)).area > 0.0 for hole in holes):
        return "there is nothing left of it"
    return None


def _region(outline: Vertices, holes: Sequence[Vertices]) -> Any:
    from shapely import Polygon

    return Polygon(curve_of(outline).flattened(CHORD), [curve_of(hole).flattened(CHORD) for hole in holes])
