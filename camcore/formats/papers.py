"""papers.json: what the papers of a run tell that none of its other documents does."""

from __future__ import annotations

from typing import Literal

from camcore.formats.common import Contour, FileModel, MarkedFile


class HeadingModel(FileModel):
    """Who makes the parts for whom, as the job says it; None where it says nothing."""

    company: str | None
    address: str | None
    customer: str | None
    order: str | None
    date: str | None
    page: Literal["A4", "letter"]


class FactModel(FileModel):
    """A name, its value in the units of the job, and where that comes from."""

    name: str
    value: str
    source: str


class MachineModel(FileModel):
    """The machine; `control` is what programs ask of its control and of the person before it."""

    name: str
    title: str
    control_title: str
    process: Literal["laser", "mill"]
    control: list[FactModel]


class MaterialModel(FileModel):
    """The material as the library names it: NEMA grade and MIL specification where it has them; thickness mm."""

    id: str
    title: str
    nema: str
    specification: str
    thickness: float


class ItemModel(FileModel):
    """A part as the order and its drawing name it; `item` is its number in lists and pictures."""

    part: str
    item: int
    drawing: str
    number: str | None
    revision: str | None
    title: str | None


class ToolModel(FileModel):
    """A rotating tool: lengths mm, feeds mm/min, `life` m of path, None where nothing is known."""

    number: int
    name: str
    kind: str
    diameter: float
    rpm: float
    feed: float
    plunge: float
    life: float | None


class ToolUseModel(FileModel):
    """A tool on one sheet: how deep it goes below the stock's top, mm, and m of path in the stock.

    before: m that it has cut, new at the start of the job, when this sheet begins; changes: worn out so often on the
    sheet and its repeats; stick_out: least length out of the holder, mm
    """

    number: int
    depth: float
    stick_out: float
    metres: float
    before: float
    changes: int


class StepModel(FileModel):
    """What one tool does before the next (0 is the beam): cuts by kind, and the time they take, s."""

    tool: int
    cuts: dict[str, int]
    seconds: float


class ZoneModel(FileModel):
    """Where no part lies, a clamp say."""

    name: str
    outline: Contour


class TimesModel(FileModel):
    """Time of one program by what the machine does, s; lengths mm."""

    cutting: float
    rapid: float
    dwell: float
    tool_change: float
    cut_length: float
    rapid_length: float
    pierces: int

    @property
    def total(self) -> float:
        """All of it, s."""
        return self.cutting + self.rapid + self.dwell + self.tool_change


class SheetPaperModel(FileModel):
    """One layout: its program (None: none was saved), what is to be set up for it, and the steps in order."""

    sheet: str
    program: str | None
    times: TimesModel | None
    steps: list[StepModel]
    tools: list[ToolUseModel]
    zones: list[ZoneModel]


class PapersFile(MarkedFile):
    """papers.json, version 1. `operations` follow the cutting on the traveler; None leaves them to the traveler."""

    version: Literal[1] = 1
    job: str
    units: Literal["mm", "in"]
    heading: HeadingModel
    operations: list[str] | None
    machine: MachineModel
    material: MaterialModel
    items: list[ItemModel]
    process: list[FactModel]
    tools: list[ToolModel]
    sheets: list[SheetPaperModel]
