"""Drawings: DXF files as curves in mm with a stated operation each.

An entity becomes a `Shape` on one path: `load` opens the file, `walk` finds every entity and what its layer says,
`rules` decide what it is for, `convert` turns it into curves. Nothing disappears: `Drawing.tally` accounts for all.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from camcore.drawing.model import Dimension, Drawing, Operation, Shape, Text

if TYPE_CHECKING:
    from camcore.drawing.rules import LayerRules

__all__ = ["Dimension", "Drawing", "Operation", "Shape", "Text", "read"]


def read(path: str | Path, units: str | None = None, rules: LayerRules | None = None) -> Drawing:
    """What a DXF file holds, all in mm.

    `units` ("mm", "cm", "m", "in", "ft", "mil") overrides what the drawing says; a drawing that says nothing is taken
    as mm with an error finding E103. `rules` (default: `rules.shipped()`) say what each layer is for.
    Raises CamError when there is no drawing to look at: E101 file cannot be read, E102 decimal commas, E104 units that
    no sheet part is drawn in, E105 too large.
    """
    from camcore.drawing.reader import read_drawing

    return read_drawing(Path(path), units, rules)
