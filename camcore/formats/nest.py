"""nest.json: where the parts lie on their sheets."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from camcore.findings import CamError, Finding
from camcore.formats.common import Contour, FileModel, MarkedFile, PocketModel, SparingModel, contour, curve
from camcore.nesting import bounds, measure
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Sides, Stock, Unplaced
from camcore.part import Part
from camcore.tomlfile import spoken

Share = Annotated[float, Field(ge=0.0, le=1.0)]
DIGITS = 9
"""Decimals of lengths in the file, mm: float noise does not reach it."""


class PartModel(SparingModel):
    """A part that was to be nested, and how many of it. `pockets` are only there where there are some."""

    SPARED = frozenset({"pockets"})

    id: str
    quantity: int
    outline: Contour
    holes: list[Contour]
    pockets: list[PocketModel] = Field(default_factory=list)


class PlacementModel(FileModel):
    """One piece: x → −x if `mirror`, turned by `rotation` degrees counter-clockwise, moved by (x, y) mm."""

    part: str
    x: float
    y: float
    rotation: float
    mirror: bool


class SheetModel(FileModel):
    """One layout, cut `repeat` times; `used_length` is the crop line, mm, and `remnant` what is left beyond it."""

    id: str
    stock: str
    repeat: Annotated[int, Field(ge=1)]
    outline: Contour
    holes: list[Contour]
    placements: list[PlacementModel]
    yield_: Annotated[Share, Field(alias="yield")]
    used_length: float
    remnant: Contour | None


class UnplacedModel(FileModel):
    """Pieces that lie on no sheet, and why."""

    part: str
    quantity: int
    why: str


class SummaryModel(FileModel):
    """What the nest comes to; yields are shares of stock area that became parts.

    least_sheets: fewer of these stocks cannot hold all that was asked for, for the reason in `least_sheets_reason`
    """

    sheets: int
    yield_: Annotated[Share, Field(alias="yield")]
    yield_to_crop_line: Share
    yield_bound: Share
    least_sheets: int | None = None
    least_sheets_reason: str | None = None
    seconds: float


class SidesModel(FileModel):
    """Margins of the four sides of a sheet's box, mm."""

    left: float
    right: float
    bottom: float
    top: float


class NestFile(MarkedFile):
    """nest.json, version 1; lengths in mm. `margins` stands in the file only where a job has them."""

    SPARED = frozenset({"margins"})

    version: Literal[1] = 1
    units: Literal["mm"] = "mm"
    job: str
    seed: int
    stopped_by: Literal["effort", "seconds", "interrupt", "done"]
    spacing: float
    margin: float
    margins: SidesModel | None = None
    parts: list[PartModel]
    sheets: list[SheetModel]
    unplaced: list[UnplacedModel]
    summary: SummaryModel

    @staticmethod
    def of(nest: Nest) -> NestFile:
        """The file form of a nest."""
        return NestFile.model_validate(
            {
                "job": nest.job,
                "seed": nest.rules.seed,
                "stopped_by": nest.stopped_by,
                "spacing": nest.rules.spacing,
                "margin": nest.rules.margin,
                "margins": asdict(nest.rules.margins) if nest.rules.margins else None,
                "parts": [_part(demand) for demand in nest.demands],
                "sheets": [_sheet(sheet, nest.parts) for sheet in nest.sheets],
                "unplaced": [{"part": row.part, "quantity": row.quantity, "why": row.why} for row in nest.unplaced],
                "summary": _summary(nest),
            }
        )

    def nest(self) -> Nest:
        """The nest that the file tells of, as far as it tells: rotations allowed and budgets are not in it.

        Raises ValueError where a contour is no curve, and KeyError where a placement names no part.
        """
        demands = tuple(Demand(_read_part(part), part.quantity) for part in self.parts)
        parts = {demand.part.id: demand.part for demand in demands}
        for row in [p.part for sheet in self.sheets for p in sheet.placements]:
            parts[row]
        return Nest(
            demands=demands,
            sheets=tuple(_read_sheet(sheet) for sheet in self.sheets),
            unplaced=tuple(Unplaced(row.part, row.quantity, row.why) for row in self.unplaced),
            rules=Rules(self.spacing, self.margin, seed=self.seed, margins=_sides(self.margins)),
            stopped_by=self.stopped_by,
            seconds=self.summary.seconds,
            job=self.job,
            parts=parts,
        )


def read(document: Any, file: str) -> Nest:
    """The nest that parsed JSON tells of. Raises CamError E770 where it is none; `file` is its name in the finding."""
    try:
        return NestFile.model_validate(document).nest()
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{spoken(first['loc']) or 'the document'}: {first['msg']}"
    except KeyError as error:
        why = f"a placement of the part {error}, which is not among the parts"
    except ValueError as error:
        why = str(error)
    raise CamError(Finding("E770", why, "give a nest.json; see `camcore schema nest`", file))


def _sides(model: SidesModel | None) -> Sides | None:
    return Sides(model.left, model.right, model.bottom, model.top) if model else None


def _part(demand: Demand) -> dict[str, object]:
    part = demand.part
    return {
        "id": part.id,
        "quantity": demand.quantity,
        "outline": contour(part.outline),
        "holes": [contour(hole) for hole in part.holes],
        "pockets": [PocketModel.of(pocket) for pocket in part.pockets],
    }


def _sheet(sheet: NestedSheet, parts: dict[str, Part]) -> dict[str, object]:
    return {
        "id": sheet.id,
        "stock": sheet.stock.id,
        "repeat": sheet.repeat,
        "outline": contour(sheet.stock.outline),
        "holes": [contour(hole) for hole in sheet.stock.holes],
        "placements": [_placement(placement) for placement in sheet.placements],
        "yield": round(measure.sheet_yield(sheet, parts), DIGITS),
        "used_length": round(sheet.used_length, DIGITS),
        "remnant": contour(sheet.remnant) if sheet.remnant else None,
    }


def _placement(placement: Placement) -> dict[str, object]:
    return {
        "part": placement.part,
        "x": round(placement.x, DIGITS) + 0.0,
        "y": round(placement.y, DIGITS) + 0.0,
        "rotation": round(placement.rotation, DIGITS) + 0.0,
        "mirror": placement.mirror,
    }


def _summary(nest: Nest) -> dict[str, object]:
    found, least = measure.summary(nest), bounds.of_nest(nest)
    return {
        "sheets": found.sheets,
        "yield": round(found.yield_, DIGITS),
        "yield_to_crop_line": round(found.yield_to_crop_line, DIGITS),
        "yield_bound": round(found.yield_bound, DIGITS),
        "least_sheets": least.sheets,
        "least_sheets_reason": least.reason,
        "seconds": round(found.seconds, 3),
    }


def _read_part(part: PartModel) -> Part:
    return Part(
        part.id,
        curve(part.outline).ccw(),
        tuple(curve(hole).cw() for hole in part.holes),
        pockets=tuple(pocket.pocket() for pocket in part.pockets),
    )


def _read_sheet(sheet: SheetModel) -> NestedSheet:
    stock = Stock(sheet.stock, curve(sheet.outline), tuple(curve(hole) for hole in sheet.holes))
    placements = tuple(Placement(p.part, p.x, p.y, p.rotation, p.mirror) for p in sheet.placements)
    left = curve(sheet.remnant) if sheet.remnant else None
    return NestedSheet(sheet.id, stock, placements, sheet.repeat, sheet.used_length, left)
