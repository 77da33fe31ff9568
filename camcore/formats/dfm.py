"""The JSON of `camcore dfm`: what stands against making parts as drawn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from camcore import dfm, drawing, part
from camcore.dfm import Context
from camcore.findings import CamError, Finding
from camcore.formats.common import FileModel, FindingModel
from camcore.part import Part


class LimitModel(FileModel):
    """A limit as it was applied: its value in `unit`, and how far it can be trusted."""

    value: float
    unit: str
    says: str
    status: str
    source: str


class ReviewedPart(FileModel):
    """A part that was looked at; size in mm, net area in mm²."""

    id: str
    width: float
    height: float
    area: float
    holes: int


class ReviewedDrawing(FileModel):
    """One drawing with its parts and all that was found; `readable` is false where there was nothing to look at."""

    file: str
    units: str | None
    readable: bool
    parts: list[ReviewedPart]
    findings: list[FindingModel]


class DfmFile(FileModel):
    """A review of all drawings of one call, in the order of the call; lengths mm.

    width: diameter of the tool, or kerf; limits: those that apply to this process and material, by name.
    """

    version: Literal[1] = 1
    material: str
    thickness: float
    process: Literal["laser", "mill"]
    width: float
    limits: dict[str, LimitModel]
    drawings: list[ReviewedDrawing]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One drawing's review, for people: its parts to draw, findings, and whether it could be read."""

    file: str
    units: str | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    readable: bool = True


def review_drawings(paths: Iterable[Path], context: Context, units: str | None = None) -> list[Reviewed]:
    """Each drawing read, its parts found and held against the rules; parts of earlier drawings count as seen."""
    done: list[Reviewed] = []
    for path in paths:
        try:
            sheet = drawing.read(path, units)
        except CamError as error:
            done.append(Reviewed(str(path), units, (), error.findings, readable=False))
            continue
        found = part.find(sheet)
        seen = tuple(one for each in done for one in each.parts)
        here = dfm.of_drawing(replace(context, others=seen), sheet)
        done.append(Reviewed(str(path), sheet.units, found.parts, dfm.review(found, here)))
    return done


def document(reviews: Iterable[Reviewed], context: Context) -> DfmFile:
    """The reviews' file form."""
    return DfmFile(
        material=context.material.id,
        thickness=context.thickness,
        process=context.process,
        width=round(context.width, 6),
        limits=dict(_limits(context)),
        drawings=[
            ReviewedDrawing(
                file=each.file,
                units=each.units,
                readable=each.readable,
                parts=[_part(one) for one in each.parts],
                findings=[FindingModel.of(finding) for finding in each.findings],
            )
            for each in reviews
        ],
    )


def _limits(context: Context) -> Iterator[tuple[str, LimitModel]]:
    for name, limit in context.limits.limits.items():
        case = context.limits.case(name, context)
        if case:
            value, source = round(case.value(context), 6), context.limits.sources[case.source]
            yield name, LimitModel(value=value, unit=limit.unit, says=limit.says, status=case.status, source=source)


def _part(one: Part) -> ReviewedPart:
    box = one.box
    return ReviewedPart(
        id=one.id,
        width=round(box.width, 6),
        height=round(box.height, 6),
        area=round(one.area, 6),
        holes=len(one.holes),
    )
