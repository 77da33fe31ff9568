"""sheet-NN.cut.json: what a program intends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from camcore.formats.common import FileModel, MarkedFile
from camcore.formats.feeds import FeedsModel, feeds
from camcore.toolpath.model import Cut, Kind, Plan
from camcore.toolpath.setup import MillSetup, Setup
from camcore.units import clean


class BevelModel(FileModel):
    """The edge that a cut breaks: as `camcore.part.Bevel`."""

    kind: Literal["outline", "hole", "drill"]
    index: int
    width: float
    angle: float


class ConeModel(FileModel):
    """A pointed tool: the angle between its sides, degrees, and the diameter of its tip, mm."""

    angle: float
    tip: float


class CutModel(FileModel):
    """One cut; `index` counts within the part's holes (marks, drill points), `tabs` are x, y, width on the edge, mm.

    `passes`, how often a beam goes along it, is only there where it is not 1; `skin`, what a mill leaves of an outline
    at the bottom, mm, only where it leaves something; `bevel` only where a mark breaks an edge.
    """

    part: str
    placement: int
    kind: Literal["hole", "outline", "mark", "drill", "pocket"]
    index: int
    tool: int
    tabs: list[tuple[float, float, float]]
    passes: int = 1
    skin: float = 0.0
    bevel: BevelModel | None = None

    @model_serializer(mode="wrap")
    def _without_usual(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        usual = {"passes": 1, "skin": 0.0, "bevel": None}
        return {name: value for name, value in whole(self).items() if name not in usual or value != usual[name]}

    @staticmethod
    def of(cut: Cut) -> CutModel:
        """The cut's file form."""
        return CutModel(
            part=cut.part,
            placement=cut.placement,
            kind=cut.kind.value,
            index=cut.index,
            tool=cut.tool,
            tabs=[(clean(tab.x), clean(tab.y), clean(tab.width)) for tab in cut.tabs],
            passes=cut.passes,
            skin=clean(cut.skin),
            bevel=BevelModel(**asdict(cut.bevel)) if cut.bevel else None,
        )


class CutFile(MarkedFile):
    """All cuts of one program in cutting order; mm in the program's work coordinates.

    `kerf` is for lasers (0 on mills), `tools` (number → diameter) for mills; `cones`, those of them that are pointed;
    `crop`, only where there is one: the lines that free the remnant after all cuts, where the tool's centre runs;
    `feeds`: by tool, or for lasers by what they do, the numbers with their status and source; `air`: whether air or
    extraction is on in all cuts; `tab_height`, `mark_depth` of a mill, mm: these three only where there are such;
    `milling`, only for mills: which way round they go along edges.
    """

    SPARED = frozenset({"cones", "crop", "feeds", "air", "tab_height", "mark_depth", "milling"})

    version: Literal[1] = 1
    program: str
    sheet: str
    machine: str
    process: Literal["laser", "mill"]
    kerf: float
    tools: dict[str, float]
    stock_top_z: float
    stock_bottom_z: float
    cuts: list[CutModel]
    cones: dict[str, ConeModel] = Field(default_factory=dict)
    crop: list[list[tuple[float, float]]] = Field(default_factory=list)
    feeds: dict[str, FeedsModel] = Field(default_factory=dict)
    air: bool = False
    tab_height: float = 0.0
    mark_depth: float = 0.0
    milling: Literal["climb", "conventional", ""] = ""

    @staticmethod
    def of(plan: Plan, program: str, machine: str, setup: Setup | None = None, air: bool = False) -> CutFile:
        """The file of a plan whose program is named `program`, for the machine of that name; feeds and heights from
        the set-up.

        air: whether the plan's air is on, which takes a machine that can switch it
        """
        return CutFile(
            program=program,
            sheet=plan.sheet.id,
            machine=machine,
            process="laser" if plan.process == "laser" else "mill",
            kerf=clean(plan.kerf),
            tools={str(number): clean(tool.diameter) for number, tool in sorted(plan.tools.items())},
            stock_top_z=0.0,
            stock_bottom_z=clean(-plan.thickness),
            cuts=[CutModel.of(cut) for cut in plan.cuts],
            cones={
                str(number): ConeModel(angle=tool.angle, tip=clean(tool.tip))
                for number, tool in sorted(plan.tools.items())
                if tool.angle
            },
            crop=[
                [(clean(x), clean(y)) for x, y in cut.strokes[0].curve.vertices[:, :2].tolist()] for cut in plan.crop
            ],
            feeds=feeds(plan, setup) if setup else {},
            air=air,
            tab_height=_alike(tab.height for cut in plan.cuts for tab in cut.tabs) if setup and setup.mill else 0.0,
            mark_depth=_mark_depth(plan) if setup and setup.mill else 0.0,
            milling=_milling(setup.mill) if setup and setup.mill else "",
        )


def _milling(mill: MillSetup) -> Literal["climb", "conventional"]:
    return "climb" if mill.climb else "conventional"


def _mark_depth(plan: Plan) -> float:
    """How deep a mill's marks go that break no edge, mm; 0 where there are none, or some are deeper than others."""
    marks = [cut for cut in plan.cuts if cut.kind is Kind.MARK and not cut.bevel]
    return _alike(
        max((-min(stroke.z0, stroke.z1) for stroke in cut.strokes), default=cut.hole.depth if cut.hole else 0.0)
        for cut in marks
    )


def _alike(values: Iterable[float]) -> float:
    """The value, where there is only one."""
    found = {clean(value) for value in values}
    return found.pop() if len(found) == 1 else 0.0
