"""What callers ask for: the bodies of requests, with bounds; and a job as the job.toml that `camcore run` takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from camcore.units import MAX_COST

MAX_QUANTITY = 100_000
Text = Annotated[str, Field(min_length=1, max_length=40)]
DrawingId = Annotated[
    str, Field(pattern="^[0-9a-f]{64}$", description="id of a drawing that was sent: the sha256 of its bytes")
]
MachineName = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-z0-9-]{0,79}$",
        description="a name from /api/v1/machines",
        examples=["generic-grbl-laser"],
    ),
]
MaterialId = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$", description="an id from /api/v1/materials", examples=["fr4"]),
]
Length = Annotated[
    float | Text, Field(description="mm, or a text with a unit: '2.5mm', '1/8in'", examples=[1.57, "1/16in"])
]
Unit = Literal["mm", "cm", "m", "in", "ft", "mil"]
Rotation = Literal["fixed", "grain", "ortho", "free"]


def _listed(value: Any) -> Any:
    """A list of numbers also as a text with commas, as a form has it."""
    return value.split(",") if isinstance(value, str) else [value] if isinstance(value, int) else value


Quantity = Annotated[int, Field(ge=1, le=MAX_QUANTITY)]
Quantities = Annotated[
    list[Quantity],
    BeforeValidator(_listed),
    Field(min_length=1, max_length=50),
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "array",
                    "items": {"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY},
                    "minItems": 1,
                    "maxItems": 50,
                },
                {"type": "integer", "minimum": 1, "maximum": MAX_QUANTITY},
                {"type": "string", "pattern": "^[1-9][0-9]{0,4}(,[1-9][0-9]{0,4}){0,49}$"},
            ],
            "description": "how many; several for price breaks; a text with commas will do too",
            "examples": [[10, 100, 1000]],
        }
    ),
]


class Asked(BaseModel):
    """Base of what is asked for: unknown keys are errors, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class EstimateRequest(Asked):
    """An estimate of one drawing: sent along as `file` of a form, or named by the id of one that was sent before."""

    drawing: DrawingId | None = None
    name: str | None = Field(default=None, max_length=200, description="the drawing's file name; parts are named so")
    material: MaterialId
    thickness: Length
    quantity: Quantities = [1]
    sheet: Text | None = Field(default=None, examples=["36x48in"], description="the material's usual one if absent")
    machine: MachineName | None = None
    rotation: Rotation = "ortho"
    units: Unit | None = Field(default=None, description="units of the drawing, whatever it says")
    cost: float | None = Field(default=None, ge=0, le=MAX_COST, description="of a sheet")


class QuoteRequest(EstimateRequest):
    """A quote of one drawing: price breaks by the shop's rates. `operations`: those done only where asked for."""

    quantity: Quantities = [1, 10, 25, 50, 100, 250, 500, 1000]
    operations: list[Text] = Field(default=[], max_length=20)


class ReviewRequest(Asked):
    """A review of one drawing: can it be made so? Sent along, or named by id, as for an estimate."""

    drawing: DrawingId | None = None
    name: str | None = Field(default=None, max_length=200)
    material: MaterialId
    thickness: Length
    process: Literal["laser", "mill"]
    tool: Length | None = Field(default=None, description="diameter of the end mill; 1/8in if absent")
    units: Unit | None = None
    grain: bool = Field(default=False, description="the order states the direction of the grain")
    export: bool = Field(default=False, description="the order states how export is controlled")
    fai: bool = Field(default=False, description="the order asks for first-article inspection")


class PartRequest(Asked):
    """A drawing, and how many of each part that it holds."""

    drawing: DrawingId
    name: str | None = Field(default=None, max_length=200)
    quantity: Quantity = 1
    rotation: Rotation = "ortho"
    units: Unit | None = None
    mirror: bool = Field(default=False, description="may be turned over")
    priority: int = Field(default=0, ge=-1000, le=1000)
    fill: bool = Field(default=False, description="only where there is room to spare")
    kit: Text | None = Field(default=None, description="parts of one kit lie on one sheet")


class SheetRequest(Asked):
    """A stock of sheets: a rectangle by `size`, or an outline by `drawing`. They are tried in order."""

    size: tuple[Length, Length] | None = None
    drawing: DrawingId | None = None
    name: Text | None = None
    quantity: int = Field(default=0, ge=0, le=MAX_QUANTITY, description="0: as many as needed")
    cost: float | None = Field(default=None, ge=0, le=MAX_COST)
    grain: Literal["x", "y"] = "x"


class NestingRequest(Asked):
    """How to nest; what is absent comes from the material library."""

    spacing: Length | None = None
    margin: Length | None = None
    effort: Literal["quick", "normal", "best"] | Annotated[int, Field(ge=1, le=10_000_000)] = "normal"
    seconds: float | None = Field(default=None, gt=0, le=3600)
    seed: int = Field(default=0, ge=0, le=2**31)
    part_in_part: bool = True


class JobRequest(Asked):
    """A job: drawings with quantities, and what they are cut from and on.

    `work`: "run" to proven programs and report, or "nest" alone. `process`: overrides of the material library, as the
    table of that name in job.toml.
    """

    name: str = Field(default="job", min_length=1, max_length=100, pattern=r"^[^/\\\x00-\x1f\x7f]+$")
    work: Literal["run", "nest"] = "run"
    machine: MachineName
    material: MaterialId
    thickness: Length
    parts: list[PartRequest] = Field(min_length=1, max_length=200)
    sheets: list[SheetRequest] = Field(min_length=1, max_length=50)
    nesting: NestingRequest = NestingRequest()
    process: dict[Annotated[str, Field(pattern="^[a-z_]{1,40}$")], float | bool | Text] = Field(
        default={}, max_length=40, examples=[{"kerf": 0.2}]
    )


class JobQuoteRequest(Asked):
    """A quote of all drawings of a job together, in so many sets."""

    job: JobRequest
    quantity: Quantities = [1, 10, 25, 50, 100]
    operations: list[Text] = Field(default=[], max_length=20)


class SessionRequest(Asked):
    """The key, as a person types it into the page."""

    key: str = Field(min_length=1, max_length=500)


def job_toml(asked: JobRequest, files: dict[tuple[str, str | None], str]) -> str:
    """The job.toml of a job; `files` are the names of its drawings beside it, by id and name asked for."""
    head = {"version": 1, "name": asked.name, "units": "mm", "machine": asked.machine, "material": asked.material}
    lines = _table("", {**head, "thickness": asked.thickness})
    for part in asked.parts:
        said = part.model_dump(exclude_none=True, exclude={"name"}, exclude_unset=True)
        lines += _table("[[parts]]", {**said, "drawing": files[part.drawing, part.name]})
    for sheet in asked.sheets:
        said = sheet.model_dump(exclude_none=True, exclude_unset=True)
        drawn = {"drawing": files[sheet.drawing, None]} if sheet.drawing else {}
        lines += _table("[[sheets]]", {**said, **drawn})
    lines += _table("[nesting]", asked.nesting.model_dump(exclude_none=True))
    lines += _table("[process]", asked.process)
    return "\n".join(lines) + "\n"


def _table(head: str, values: dict[str, Any]) -> list[str]:
    return [*([head] if head else []), *(f"{key} = {_value(value)}" for key, value in values.items()), ""]


def _value(value: Any) -> str:
    """A value of TOML: strings, numbers and arrays of them are written as in JSON, but for one control letter."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def drawings_of(asked: JobRequest) -> Iterator[tuple[str, str | None]]:
    """Id and name asked for of each drawing of a job."""
    yield from ((part.drawing, part.name) for part in asked.parts)
    yield from ((sheet.drawing, None) for sheet in asked.sheets if sheet.drawing)
