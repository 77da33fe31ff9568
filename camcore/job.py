"""Jobs: what is asked for, as job.toml says it. Lengths are mm once read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator

from camcore import tomlfile
from camcore.findings import CamError, Finding
from camcore.geometry import Curve
from camcore.jobtables import ProcessTable, WorkEntry
from camcore.lengths import Length, Place, PositiveLength
from camcore.nesting.model import Effort
from camcore.tomlfile import Strict
from camcore.units import MAX_COST, MAX_SHEET, MAX_THICKNESS, MM_PER_INCH, MM_PER_UNIT

MAX_QUANTITY = 100_000
"""More pieces of one part than this in one job are a slip of the keyboard."""
MAX_GAP = 10.0
"""Ends farther apart than this, mm, are not joined by anybody's leave."""


MARK_FIELDS = ("part", "number", "revision", "lot", "job", "material", "thickness")
"""What marks may name in braces."""


def _marking(value: str) -> str:
    parsed = list(Formatter().parse(value))  # raises ValueError for a brace that is alone
    unknown = [name for _, name, _, _ in parsed if name is not None and name not in MARK_FIELDS]
    if unknown:
        raise ValueError(f"{{{unknown[0]}}} is none of {', '.join(MARK_FIELDS)}")
    return value


Size = Annotated[PositiveLength, Field(le=MAX_SHEET)]
Gap = Annotated[Length, Field(le=MAX_GAP)]
Unit = Literal["mm", "cm", "m", "in", "ft", "mil"]
Words = Annotated[str, Field(min_length=1, max_length=200)]
RotationName = Literal["fixed", "grain", "ortho", "free"]

ROTATIONS: dict[str, tuple[float, ...] | None] = {
    "fixed": (0.0,),
    "grain": (0.0, 180.0),
    "ortho": (0.0, 90.0, 180.0, 270.0),
    "free": None,
}
"""Degrees that each name allows; None is any angle."""


class PartEntry(Strict):
    """One ``[[parts]]`` table. `part` picks one part of a drawing that holds several (``"kit#2"``).

    rules, join: as in ``[drawing]``, for this drawing alone; without a quantity, words in the drawing may give one.
    number, revision, title: as the order and the drawing name it, for the papers
    mark: words engraved on each piece, with `MARK_FIELDS` in braces; mark_height: of their capitals; lot: the number of
    the lot that is made, else the job's name
    """

    drawing: str
    work: tuple[WorkEntry, ...] = ()
    part: str | None = None
    units: Unit | None = None
    rules: str | None = None
    join: Gap | None = None
    quantity: int = Field(default=1, ge=1, le=MAX_QUANTITY)
    rotation: RotationName | tuple[float, ...] = "ortho"
    mirror: bool = False
    priority: int = 0
    fill: bool = False
    kit: str | None = Field(default=None, min_length=1)
    part_in_part: bool | None = None
    number: Words | None = None
    revision: Words | None = None
    title: Words | None = None
    mark: Annotated[str, AfterValidator(_marking)] | None = Field(default=None, min_length=1, max_length=100)
    mark_height: PositiveLength | None = None
    lot: Words | None = None

    @property
    def along_grain(self) -> bool:
        """Whether the rotation is relative to the grain of the sheet."""
        return self.rotation == "grain"

    @property
    def rotations(self) -> tuple[float, ...] | None:
        """Allowed rotations in degrees; None is any angle."""
        if isinstance(self.rotation, str):
            return ROTATIONS[self.rotation]
        return tuple(angle % 360.0 for angle in self.rotation)

    @model_validator(mode="after")
    def _some_rotation(self) -> Self:
        if self.rotation == ():
            raise ValueError("rotation = [] allows no rotation at all")
        return self


class SheetEntry(Strict):
    """One ``[[sheets]]`` table: a rectangle by `size` or any outline by `drawing`; quantity 0 is as many as needed.

    lot, certificate: numbers of the material's papers, for the manifest of a run
    """

    size: tuple[Size, Size] | None = None
    drawing: str | None = None
    units: Unit | None = None
    name: str | None = None
    quantity: int = Field(default=0, ge=0, le=MAX_QUANTITY)
    cost: float | None = Field(default=None, ge=0, le=MAX_COST)
    grain: Literal["x", "y"] = "x"
    lot: str | None = Field(default=None, min_length=1)
    certificate: str | None = Field(default=None, min_length=1)

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if (self.size is None) == (self.drawing is None):
            raise ValueError('a sheet has either size = [length, width] or drawing = "file.dxf"')
        return self

    @property
    def stock_name(self) -> str:
        """Name in nest.json: as given, else the drawing's stem, else the size (``36x48in``, ``914x1219.2mm``)."""
        if self.name or self.drawing:
            return self.name or Path(self.drawing or "").stem
        width, height = self.size or (0.0, 0.0)
        inches = [side / MM_PER_INCH for side in (width, height)]
        if all(abs(side - round(side, 3)) < 1e-9 for side in inches):
            return f"{round(inches[0], 3):g}x{round(inches[1], 3):g}in"
        return f"{round(width, 3):g}x{round(height, 3):g}mm"


class StockTable(Strict):
    """The ``[stock]`` table: sheets and remnants of the job's material out of the stock database, before `sheets`.

    tolerance: of the thickness, mm; remnants: greatest number of different ones that are taken into the nest
    sheets: whether whole sheets are taken too; ids, grade, lot, place: only pieces with them
    """

    tolerance: Length = 0.05
    remnants: int = Field(default=8, ge=0, le=100)
    sheets: bool = True
    ids: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=1000)
    grade: str | None = None
    lot: str | None = None
    place: str | None = None


class DrawingTable(Strict):
    """The ``[drawing]`` table: `rules`, a TOML file on what layers mean; ends up to `join` apart are joined."""

    rules: str | None = None
    join: Gap | None = None


class SidesTable(Strict):
    """Margins of a sheet's four sides."""

    left: Length
    right: Length
    bottom: Length
    top: Length


class ZoneEntry(Strict):
    """One ``[[nesting.zones]]`` table: where nothing may lie, of every sheet or of those of one name."""

    box: tuple[Place, Place, Place, Place] | None = None
    outline: tuple[tuple[Place, Place], ...] | None = Field(default=None, min_length=3)
    name: str = "zone"
    sheet: str | None = None

    @model_validator(mode="after")
    def _one_outline(self) -> Self:
        if (self.box is None) == (self.outline is None):
            raise ValueError("a zone has either box = [x0, y0, x1, y1] or outline = [[x, y], ...]")
        if self.box is not None and (self.box[2] <= self.box[0] or self.box[3] <= self.box[1]):
            raise ValueError("box = [x0, y0, x1, y1] goes from its lower left to its upper right corner")
        return self

    @property
    def curve(self) -> Curve:
        """The outline, mm."""
        if self.outline is not None:
            return Curve.polygon(self.outline).ccw()
        x0, y0, x1, y1 = self.box or (0.0, 0.0, 0.0, 0.0)
        return Curve.rectangle(x1 - x0, y1 - y0, x0, y0)


class LockedEntry(Strict):
    """One ``[[locked]]`` table: a piece that stays where it is, as a placement of nest.json.

    sheet: the sheet's name, if there are several; number: which of the sheets of that name
    """

    part: str
    x: Place
    y: Place
    rotation: float = 0.0
    mirror: bool = False
    sheet: str | None = None
    number: int = Field(default=1, ge=1, le=MAX_QUANTITY)


class NestingTable(Strict):
    """The ``[nesting]`` table; what is absent comes from the material library."""

    spacing: Length | None = None
    margin: Length | SidesTable | None = None
    zones: tuple[ZoneEntry, ...] = ()
    most_sheets: int | None = Field(default=None, ge=1)
    part_in_part: bool = True
    effort: Effort | Annotated[int, Field(ge=1)] = Effort.NORMAL
    seconds: float | None = Field(default=None, gt=0)
    seed: int = Field(default=0, ge=0)


class OutputTable(Strict):
    """The ``[output]`` table: what a run writes beside what it always does.

    dxf: a DXF by layer of each sheet, of the finished "contours" or of the "paths" of the beam.
    papers: setup sheets, traveler and certificate as PDF; pictures: SVG and PNG of each sheet
    subprograms: whether programs say once what repeats and call it; without it as the machine's file says
    """

    dxf: Literal["contours", "paths"] | None = None
    papers: bool = False
    pictures: bool = False
    subprograms: bool | None = None


class PapersTable(Strict):
    """The ``[papers]`` table: what papers and other outputs say that no drawing knows. All of it is printed as given.

    export_control: the marking that every output carries
    company, address: who makes the parts; customer, order: for whom, by which order and line
    date: the date of the papers, which read no clock; operations: of the traveler, after cutting
    page: size of the pages; without it letter for jobs in inches, else A4
    """

    export_control: str | None = Field(default=None, min_length=1, max_length=600)
    company: Words | None = None
    address: Words | None = None
    customer: Words | None = None
    order: Words | None = None
    date: Words | None = None
    operations: tuple[Words, ...] | None = Field(default=None, max_length=40)
    page: Literal["A4", "letter"] | None = None


class Job(Strict):
    """A whole job.toml. Paths in it are relative to the file. `materials`: the shop's own, see `material.load`."""

    version: Literal[1]
    name: str = Field(pattern=r"^[^/\\\x00-\x1f]{1,100}$")
    units: Literal["mm", "in"] = "mm"
    machine: str
    material: str
    materials: str | None = None
    thickness: Annotated[PositiveLength, Field(le=MAX_THICKNESS)]
    parts: tuple[PartEntry, ...] = Field(min_length=1)
    sheets: tuple[SheetEntry, ...] = ()
    stock: StockTable | None = None
    drawing: DrawingTable = DrawingTable()
    locked: tuple[LockedEntry, ...] = ()
    nesting: NestingTable = NestingTable()
    process: ProcessTable = ProcessTable()
    output: OutputTable = OutputTable()
    papers: PapersTable = PapersTable()

    @model_validator(mode="before")
    @classmethod
    def _units_first(cls, table: Any, info: ValidationInfo) -> Any:
        unit = table.get("units") if isinstance(table, dict) else None
        if info.context is not None and isinstance(unit, str) and unit in MM_PER_UNIT:
            info.context["unit"] = unit
        return table

    @model_validator(mode="after")
    def _on_something(self) -> Self:
        if not self.sheets and self.stock is None:
            raise ValueError("name at least one of [[sheets]], or take [stock]")
        if not self.sheets and any(entry.sheet is None for entry in self.locked):
            raise ValueError("a locked piece names its sheet where there are none but those of [stock]")
        return self


def load(path: Path) -> Job:
    """The job in a TOML file.

    Raises CamError with a finding at line and key for each error: see `tomlfile.load`; E304 for a file that is missing.
    """
    job = tomlfile.load(path, Job, unit="mm")
    missing = _missing_files(job, path)
    if missing:
        raise CamError(missing)
    return job


def beside(path: Path, name: str) -> Path:
    """The file that a job at `path` means by `name`."""
    return path.parent / name


def located(finding: Finding, path: Path) -> Finding:
    """A finding about a key of the job at `path` (``process.lead``) with file and line; any other as it is."""
    if finding.file is not None or "key" not in finding.where:
        return finding
    key = tuple(finding.where["key"].split("."))
    line = tomlfile.line_of(key, tomlfile.key_lines(path.read_text("utf-8")))
    return replace(finding, file=path.name, where={"line": line, **finding.where})


def _missing_files(job: Job, path: Path) -> list[Finding]:
    lines = tomlfile.key_lines(path.read_text("utf-8"))
    named: list[tuple[tomlfile.Key, str | None]] = [
        (("parts", i, "drawing"), p.drawing) for i, p in enumerate(job.parts)
    ]
    named += [(("sheets", i, "drawing"), sheet.drawing) for i, sheet in enumerate(job.sheets)]
    named += [(("parts", i, "rules"), part.rules) for i, part in enumerate(job.parts)]
    named += [(("drawing", "rules"), job.drawing.rules), (("materials",), job.materials)]
    if job.machine.endswith(".toml"):
        named.append((("machine",), job.machine))
    return [
        Finding(
            "E304",
            f"there is no file {name!r} beside the job",
            "check the name; paths are relative to the job file",
            str(path),
            {"line": tomlfile.line_of(key, lines), "key": tomlfile.spoken(key)},
        )
        for key, name in named
        if name is not None and not beside(path, name).is_file()
    ]
