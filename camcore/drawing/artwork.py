"""Artwork: contours that are the edges of solid fills are letters and logos, not cuts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from camcore.drawing.contours import Contour
from camcore.drawing.findings import Notes
from camcore.geometry import Curve, many

FILL_SLACK = 0.1
"""Sides of the boxes of a fill and of its contour differ by less, mm."""


def artwork(contours: list[Contour], fills: Sequence[Curve], notes: Notes) -> tuple[list[Contour], list[Contour]]:
    """Contours to be cut, and those to be marked because they are the edges of solid fills.

    A fill that covers the largest contour, or more, says nothing: somebody has coloured the part.
    """
    filled = _filled(contours, fills)
    limit = max((contour.area for i, contour in enumerate(contours) if i not in filled), default=0.0)
    art = {i for i in filled if contours[i].area < limit}
    if art:
        first = contours[min(art)]
        message = "{size} contours are the edges of solid fills: taken for artwork and marked, not cut"
        where = notes.where(first.members, first.curve.start, size=len(art))
        notes.tell("W216", message, "delete the fills if these contours are to be cut", [where])
    return [c for i, c in enumerate(contours) if i not in art], [contours[i] for i in sorted(art)]


def _filled(contours: Sequence[Contour], fills: Sequence[Curve]) -> set[int]:
    """Numbers of the contours that have the box and the area of a fill."""
    if not fills or not contours:
        return set()
    boxes, areas = many.boxes(fills), np.abs(many.areas(fills))
    found = set()
    for i, box in enumerate(many.boxes([contour.curve for contour in contours])):
        near = np.abs(boxes - box).max(axis=1) < FILL_SLACK
        alike = np.abs(areas - contours[i].area) <= FILL_SLACK * contours[i].length
        if (near & alike).any():
            found.add(i)
    return found
