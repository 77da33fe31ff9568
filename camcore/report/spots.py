"""Where a label fits on a part."""

from __future__ import annotations

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.part import Part

ROUGH = 0.2
"""Labels may be this far, mm, from the best place."""
CHORD = 0.02
"""Arcs become chords within this distance, mm; holes not much larger leave a label as much room as none."""


def label_spot(part: Part) -> tuple[Floats, float]:
    """Centre (1, 2) of about the largest circle inside the part's material, and its radius; mm."""
    import shapely

    holes = [hole.flattened(CHORD) for hole in part.holes if hole.length > 20 * CHORD]
    polygon = shapely.make_valid(shapely.Polygon(part.outline.flattened(CHORD), holes))
    reach = shapely.maximum_inscribed_circle(polygon, tolerance=ROUGH)
    return np.asarray(reach.coords)[:1], float(reach.length)
