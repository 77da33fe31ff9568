"""The JSON of `camcore read`: what drawings hold, in mm."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field

from camcore import drawing, part
from camcore.findings import CamError, Finding
from camcore.formats.common import Contour, FileModel, FindingModel, PocketModel, SparingModel, contour
from camcore.geometry import Curve
from camcore.part import Drill, Part, Parts
from camcore.units import JOIN_GAP

if TYPE_CHECKING:
    from camcore.drawing.rules import LayerRules


class DrillModel(FileModel):
    """A point to be drilled, mm; diameter 0 is a centre mark."""

    x: float
    y: float
    diameter: float


class PartModel(SparingModel):
    """One part in its drawing's own coordinates.

    Marks may be open: they are listed from their first vertex to their last; a closed one ends with its first again.
    `pockets` are only there where there are some.
    """

    SPARED = frozenset({"pockets"})

    id: str
    outline: Contour
    holes: list[Contour]
    marks: list[Contour]
    drills: list[DrillModel]
    pockets: list[PocketModel] = Field(default_factory=list)

    @staticmethod
    def of(part: Part) -> PartModel:
        """The part's file form."""
        return PartModel(
            id=part.id,
            outline=contour(part.outline),
            holes=[contour(hole) for hole in part.holes],
            marks=[_stroke(mark) for mark in part.marks],
            drills=[_drill(drill) for drill in part.drills],
            pockets=[PocketModel.of(pocket) for pocket in part.pockets],
        )


def _drill(drill: Drill) -> DrillModel:
    x, y, diameter = (round(value, 9) + 0.0 for value in (drill.x, drill.y, drill.diameter))
    return DrillModel(x=x, y=y, diameter=diameter)


class DrawingModel(FileModel):
    """One drawing. `units` are those it was drawn in, null where nothing says and mm were taken."""

    file: str
    units: str | None
    parts: list[PartModel]
    findings: list[FindingModel]


class ReadFile(FileModel):
    """All drawings of one call, in the order of the call."""

    drawings: list[DrawingModel]


def read_drawings(
    paths: Iterable[Path], units: str | None = None, rules: LayerRules | None = None, join: float = JOIN_GAP
) -> tuple[ReadFile, tuple[Finding, ...]]:
    """The drawings with their parts, and the findings of all of them; a drawing that cannot be read has no parts.

    `units` and `rules` as `drawing.read` takes them; loose ends up to `join` mm apart are joined.
    """
    models, found = [], list[Finding]()
    for path in paths:
        said, parts = _parts(path, units, rules, join)
        found += parts.findings
        models.append(
            DrawingModel(
                file=str(path),
                units=said,
                parts=[PartModel.of(one) for one in parts.parts],
                findings=[FindingModel.of(finding) for finding in parts.findings],
            )
        )
    return ReadFile(drawings=models), tuple(found)


def _stroke(mark: Curve) -> Contour:
    return contour(mark.opened_at(0) if mark.closed else mark)


def _parts(path: Path, units: str | None, rules: LayerRules | None, join: float) -> tuple[str | None, Parts]:
    try:
        sheet = drawing.read(path, units, rules)
    except CamError as error:
        return units, Parts((), error.findings)
    return sheet.units, part.find(sheet, join)
