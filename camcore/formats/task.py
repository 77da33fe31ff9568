"""What a program was meant to make, taken from nest.json and cut.json as anybody may have written them.

These models read only what the proof needs and let other keys pass, so that documents of other programs and later
versions can be held against a text; what they do read has to be of the contract's shape.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, TypeVar

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from camcore.findings import CamError, Finding
from camcore.formats.common import Vertex, curve
from camcore.formats.cut import CutFile
from camcore.formats.nest import NestFile
from camcore.geometry import Curve
from camcore.nesting.model import Nest, Placement
from camcore.part import Bevel, Part, Pocket
from camcore.tomlfile import spoken
from camcore.toolpath.model import Plan
from camcore.toolpath.setup import Setup
from camcore.verify.model import Cone, IntendedCut, Running, Task

MOST_MM = 100_000.0
"""No sheet is longer, mm."""
_MOST_ERRORS = 20


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


_Contour = Annotated[list[Vertex], Field(min_length=2)]


class _Pocket(_Read):
    outline: _Contour
    holes: list[_Contour] = []
    depth: float = Field(gt=0)


class _Part(_Read):
    id: str
    outline: _Contour
    holes: list[_Contour] = []
    pockets: list[_Pocket] = []


class _Placement(_Read):
    part: str
    x: float
    y: float
    rotation: float = 0.0
    mirror: bool = False


class _Sheet(_Read):
    id: str
    outline: _Contour
    holes: list[_Contour] = []
    placements: list[_Placement]


class _Nest(_Read):
    version: Literal[1]
    units: Literal["mm"]
    parts: list[_Part]
    sheets: list[_Sheet] = Field(min_length=1)


class _Bevel(_Read):
    kind: Literal["outline", "hole", "drill"]
    index: int = Field(default=0, ge=0)
    width: float = Field(gt=0)
    angle: float = Field(default=90.0, gt=0, lt=180)


class _Cone(_Read):
    angle: float = Field(gt=0, lt=180)
    tip: float = Field(default=0.0, ge=0)


class _Cut(_Read):
    part: str
    placement: int = Field(ge=0)
    kind: Literal["hole", "outline", "mark", "drill", "pocket"]
    index: int = Field(default=0, ge=0)
    tool: int = Field(default=0, ge=0)
    tabs: list[tuple[float, float, float]] = []
    passes: int = Field(default=1, ge=1, le=1000)
    skin: float = Field(default=0.0, ge=0)
    bevel: _Bevel | None = None


class _Figure(_Read):
    value: float = Field(gt=0)


class _Running(_Read):
    feed: _Figure
    plunge: _Figure | None = None
    rpm: _Figure | None = None
    power: _Figure | None = None
    pierce: _Figure | None = None
    step: _Figure | None = None


_OF_BEAMS = ("cut", "mark", "score")


class _Process(_Read):
    version: Literal[1]
    sheet: str = ""
    process: Literal["laser", "mill"]
    kerf: float = Field(default=0.0, ge=0, le=100)
    tools: dict[str, Annotated[float, Field(gt=0, le=1000)]] = {}
    stock_top_z: float = 0.0
    stock_bottom_z: float = 0.0
    cuts: list[_Cut]
    cones: dict[str, _Cone] = {}
    feeds: dict[str, _Running] = {}
    air: bool = False
    tab_height: float = Field(default=0.0, ge=0)
    mark_depth: float = Field(default=0.0, ge=0)
    milling: Literal["climb", "conventional", ""] = ""
    crop: list[Annotated[list[tuple[float, float]], Field(min_length=2)]] = []

    @field_validator("tools", "cones")
    @classmethod
    def _numbered(cls, tools: dict[str, Any]) -> dict[str, Any]:
        if bad := [name for name in tools if not name.isdecimal()]:
            raise ValueError(f"{bad[0]!r} is not the number of a tool")
        return tools

    @field_validator("feeds")
    @classmethod
    def _named(cls, feeds: dict[str, _Running], info: ValidationInfo) -> dict[str, _Running]:
        mill = info.data.get("process") == "mill"
        if bad := [name for name in feeds if not (name.isdecimal() if mill else name in _OF_BEAMS)]:
            raise ValueError(
                f"{bad[0]!r} is {'not the number of a tool' if mill else 'none of ' + ', '.join(_OF_BEAMS)}"
            )
        return feeds


ModelT = TypeVar("ModelT", bound=BaseModel)


def task(nest: Any, process: Any, sheet: str | None = None, files: tuple[str, str] = ("nest.json", "cut.json")) -> Task:
    """Task from the two documents as parsed JSON; `sheet` is a number from 1 or an id, else what `process` names.

    `files` are their names in findings. Raises CamError: E770 for a document of another shape, one finding for each
    error; E771 where the documents do not belong together.
    """
    layout, plan = _model(_Nest, nest, files[0]), _model(_Process, process, files[1])
    chosen = _sheet(layout, sheet or plan.sheet, files[0])
    parts = {part.id: _part(part, files[0]) for part in layout.parts}
    _check_fit(chosen, plan, parts, files)
    return Task(
        sheet=chosen.id,
        outline=_curve(chosen.outline, f"sheet {chosen.id}", files[0]),
        placements=tuple(Placement(p.part, p.x, p.y, p.rotation, p.mirror) for p in chosen.placements),
        parts=parts,
        process=plan.process,
        cuts=tuple(map(_intended, plan.cuts)),
        holes=tuple(_curve(hole, f"a hole of sheet {chosen.id}", files[0]) for hole in chosen.holes),
        kerf=plan.kerf,
        tools={int(number): diameter for number, diameter in plan.tools.items()},
        top_z=plan.stock_top_z,
        bottom_z=plan.stock_bottom_z,
        cones={int(number): Cone(cone.angle, cone.tip) for number, cone in plan.cones.items()},
        running={name: _running(feeds) for name, feeds in plan.feeds.items()},
        air=plan.air,
        tab_height=plan.tab_height,
        mark_depth=plan.mark_depth,
        milling=plan.milling,
        crop=tuple(Curve(np.array([(x, y, 0.0) for x, y in line]), closed=False) for line in plan.crop),
    )


def _intended(cut: _Cut) -> IntendedCut:
    bevel = Bevel(cut.bevel.kind, cut.bevel.index, cut.bevel.width, cut.bevel.angle) if cut.bevel else None
    told = cut.part, cut.placement, cut.kind, cut.index, cut.tool, tuple(cut.tabs), cut.passes, cut.skin
    return IntendedCut(*told, bevel)


def _running(feeds: _Running) -> Running:
    said = (feeds.feed, feeds.plunge, feeds.rpm, feeds.power, feeds.pierce, feeds.step)
    return Running(*(figure and figure.value for figure in said))  # type: ignore[arg-type]


def task_of(nest: Nest, plan: Plan, setup: Setup | None = None, air: bool = False) -> Task:
    """Task of a planned sheet, by way of the two documents as anybody else would read them, with the parts' marks."""
    layout, cut = NestFile.of(nest), CutFile.of(plan, "", "", setup, air)
    told = task(layout.model_dump(mode="json", by_alias=True), cut.model_dump(mode="json", by_alias=True))
    return replace(told, parts=nest.parts)


def _model(model: type[ModelT], document: Any, file: str) -> ModelT:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise CamError([_shape(item, file) for item in error.errors()[:_MOST_ERRORS]]) from None


def _shape(item: Any, file: str) -> Finding:
    key = spoken(item["loc"]) or "the document"
    return Finding(
        "E770", f"{key}: {item['msg']}", "see `camcore schema nest` and `camcore schema cut`", file, {"key": key}
    )


def _sheet(layout: _Nest, wanted: str, file: str) -> _Sheet:
    by_name = {sheet.id: sheet for sheet in layout.sheets}
    if wanted in by_name:
        return by_name[wanted]
    if wanted.isdecimal() and 1 <= int(wanted) <= len(layout.sheets):
        return layout.sheets[int(wanted) - 1]
    if not wanted and len(layout.sheets) == 1:
        return layout.sheets[0]
    known = ", ".join(by_name)
    raise CamError(Finding("E771", f"there is no sheet {wanted!r}", f"name one of {known}, or a number from 1", file))


def _part(part: _Part, file: str) -> Part:
    return Part(
        part.id,
        _curve(part.outline, f"the outline of {part.id}", file).ccw(),
        tuple(_curve(hole, f"a hole of {part.id}", file).cw() for hole in part.holes),
        pockets=tuple(_pocket(pocket, part.id, file) for pocket in part.pockets),
    )


def _pocket(pocket: _Pocket, part: str, file: str) -> Pocket:
    outline = _curve(pocket.outline, f"a pocket of {part}", file).ccw()
    islands = tuple(_curve(hole, f"an island in a pocket of {part}", file).cw() for hole in pocket.holes)
    return Pocket(outline, islands, pocket.depth)


def _curve(vertices: list[Vertex], what: str, file: str) -> Curve:
    found = curve(vertices)
    if found.area == 0.0:
        raise CamError(Finding("E770", f"{what} encloses nothing", "give a closed contour", file))
    if max(found.box.width, found.box.height) > MOST_MM:
        raise CamError(Finding("E770", f"{what} is larger than {MOST_MM / 1000:g} m", "lengths are in mm", file))
    return found


def _check_fit(sheet: _Sheet, plan: _Process, parts: Mapping[str, Part], files: tuple[str, str]) -> None:
    """Every placement names a part, every cut a placement of its part and a feature of it."""
    found = [
        Finding("E771", f"placement {number} is of {placement.part!r}, which is no part", "add the part", files[0])
        for number, placement in enumerate(sheet.placements)
        if placement.part not in parts
    ]
    found += [
        Finding(
            "E771", f"cut {number}: {why}", "write both documents from one run", files[1], {"key": f"cuts[{number}]"}
        )
        for number, cut in enumerate(plan.cuts)
        if (why := _misfit(cut, sheet, parts))
    ]
    if plan.process == "laser" and plan.kerf <= 0:
        found.append(Finding("E771", "a laser cut without a kerf", "state the kerf", files[1], {"key": "kerf"}))
    if plan.process == "mill" and not (plan.tools and plan.stock_bottom_z < plan.stock_top_z):
        advice = "state tools, stock_top_z and stock_bottom_z"
        found.append(Finding("E771", "a mill cut without tools or without depth", advice, files[1], {"key": "tools"}))
    if found:
        raise CamError(found[:_MOST_ERRORS])


def _misfit(cut: _Cut, sheet: _Sheet, parts: Mapping[str, Part]) -> str:
    """Why a cut fits nothing on the sheet; empty when it fits."""
    if cut.placement >= len(sheet.placements):
        return f"there is no placement {cut.placement} on sheet {sheet.id}"
    placed = sheet.placements[cut.placement].part
    if placed != cut.part:
        return f"placement {cut.placement} is of {placed!r}, not of {cut.part!r}"
    if cut.kind == "hole" and placed in parts and cut.index >= len(parts[placed].holes):
        return f"{cut.part!r} has no hole {cut.index}"
    if cut.kind == "pocket" and placed in parts and cut.index >= _most_pockets(parts[placed]):
        return f"{cut.part!r} has no pocket {cut.index}"
    return ""


def _most_pockets(part: Part) -> float:
    """How many pockets a part may have: as many as its document lists, or any number where that lists none."""
    return max(len(part.holes), len(part.pockets)) if part.pockets else math.inf
