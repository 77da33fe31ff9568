"""sheet-NN.dxf: a nested sheet by layer, as finished contours or as the paths of the beam."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np

from camcore.drawing.export import dxf
from camcore.geometry import Curve
from camcore.part import Part
from camcore.program.path import chains
from camcore.toolpath.features import centre_mark
from camcore.toolpath.model import Cut, Kind, Plan, Role

LAYERS = {"SHEET": 8, "MARK": 5, "DRILL": 3, "CUT_INNER": 2, "CUT_OUTER": 1, "CROP": 6}
"""Layer names and their AutoCAD colours, in the order in which they are cut."""
_LAYER = {
    Kind.MARK: "MARK", Kind.DRILL: "DRILL", Kind.POCKET: "CUT_INNER", Kind.HOLE: "CUT_INNER", Kind.OUTLINE: "CUT_OUTER",
}  # fmt: skip
Content = Literal["contours", "paths"]


def sheet_dxf(plan: Plan, parts: Mapping[str, Part], content: Content, marking: str = "") -> str:
    """The DXF text of a planned sheet, mm, lower left corner at (0, 0); `marking` as in `export.dxf`.

    contours: the finished edges of the placed parts, for a CAM that offsets itself
    paths: where the centre of the beam runs, kerf, leads, joints and order as in the program (lasers)
    Either way the crop line, where there is one, is where the centre runs.
    """
    stock = plan.sheet.stock
    sheet = [("SHEET", curve) for curve in (stock.outline, *stock.holes)]
    crop = [("CROP", curve) for cut in plan.crop for curve in _runs(cut)]
    cuts = _paths(plan) if content == "paths" else _contours(plan, parts)
    return dxf([*sheet, *cuts, *crop], LAYERS, marking)


def _contours(plan: Plan, parts: Mapping[str, Part]) -> Iterator[tuple[str, Curve]]:
    for placement in plan.sheet.placements:
        part, pose = parts[placement.part], placement.pose
        yield from (("MARK", mark.posed(pose)) for mark in part.marks)
        for drill in part.drills:
            round_ = drill.diameter > 0
            hole = Curve.circle(drill.x, drill.y, drill.diameter / 2) if round_ else centre_mark(part, drill.x, drill.y)
            yield "DRILL", hole.posed(pose)
        yield from (("CUT_INNER", hole.posed(pose)) for hole in part.holes)
        yield "CUT_OUTER", part.outline.posed(pose)


def _paths(plan: Plan) -> Iterator[tuple[str, Curve]]:
    for cut in plan.cuts:
        yield from ((_LAYER[cut.kind], curve) for curve in _runs(cut))


def _runs(cut: Cut) -> Iterator[Curve]:
    """Each unbroken run of the beam as one curve, of several passes the first."""
    for chain in chains([stroke for stroke in cut.strokes if stroke.role is not Role.AGAIN]):
        yield Curve.from_segments(np.vstack([stroke.curve.segments for stroke in chain]), closed=False)
