"""What the files of the contract share: contours, findings, and how a model becomes text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, SerializerFunctionWrapHandler, model_serializer

from camcore.files import dump_json
from camcore.findings import CamError, Finding
from camcore.geometry import Curve
from camcore.part import Pocket
from camcore.units import clean

MAX_BYTES = 200_000_000
"""A larger file is refused unread."""
Vertex = tuple[float, float, float]
"""x, y in mm and bulge = tan(sweep / 4) of the arc to the next vertex, counter-clockwise positive."""
Contour = list[Vertex]
"""Closed contour; the first vertex is not repeated."""


class FileModel(BaseModel):
    """Base of all file models: unknown keys are errors, numbers are finite."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, populate_by_name=True)

    def text(self) -> str:
        """The file's text; the same value gives the same bytes."""
        return dump_json(self.model_dump(mode="json", by_alias=True))


class SparingModel(FileModel):
    """Base of what leaves out those of its fields that are in `SPARED`, where they are empty."""

    SPARED: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _without_nothing(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        spared = self._spared()
        return {name: value for name, value in whole(self).items() if value or name not in spared}

    def _spared(self) -> frozenset[str]:
        return self.SPARED


class MarkedFile(SparingModel):
    """Base of whole files: `export_control`, the marking of the job, is only there where the job has one."""

    export_control: str | None = None

    def _spared(self) -> frozenset[str]:
        return self.SPARED | {"export_control"}

    def marked(self, marking: str | None) -> Self:
        """The same file with a marking."""
        return self.model_copy(update={"export_control": marking})


class PocketModel(FileModel):
    """Material taken away to `depth` mm inside `outline`, but for the islands `holes`."""

    outline: Contour
    holes: list[Contour]
    depth: float

    @staticmethod
    def of(pocket: Pocket) -> PocketModel:
        """The pocket's file form."""
        return PocketModel(
            outline=contour(pocket.curve),
            holes=[contour(hole) for hole in pocket.holes],
            depth=clean(pocket.depth),
        )

    def pocket(self) -> Pocket:
        """The pocket that the file tells of. Raises ValueError where a contour is no curve."""
        return Pocket(curve(self.outline).ccw(), tuple(curve(hole).cw() for hole in self.holes), self.depth)


class FindingModel(FileModel):
    """One finding, as everywhere."""

    code: str
    severity: Literal["error", "warning", "info"]
    file: str | None
    where: dict[str, Any]
    message: str
    advice: str

    @staticmethod
    def of(finding: Finding) -> FindingModel:
        """The finding's file form."""
        return FindingModel.model_validate(finding.as_dict())


class FindingsFile(MarkedFile):
    """findings.json: all that was found, in the order of the work."""

    version: Literal[1] = 1
    findings: list[FindingModel]


def contour(curve: Curve) -> Contour:
    """Vertices of a curve as plain numbers, rounded to 1e-9 mm so that float noise does not reach files."""
    return [(clean(x), clean(y), clean(bulge, 12)) for x, y, bulge in curve.vertices.tolist()]


def curve(vertices: Contour, closed: bool = True) -> Curve:
    """Curve through the vertices of a file. Raises ValueError when they are no curve."""
    return Curve(np.array(vertices, dtype=np.float64), closed)


def read_json(path: Path) -> Any:
    """What a JSON file holds. Raises CamError E301 when it cannot be read, E308 when it is no JSON."""
    try:
        return json.loads(read_text(path, "utf-8"))
    except ValueError as error:
        raise CamError(Finding("E308", f"no JSON: {error}", "is this the right file?", str(path))) from None


def read_text(path: Path, encoding: str) -> str:
    """Text of a file. Raises CamError E301 when it is missing, too large or not in that encoding."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise CamError(
                Finding("E301", f"file is larger than {MAX_BYTES} bytes", "is this the right file?", str(path))
            )
        return path.read_bytes().decode(encoding)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise CamError(Finding("E301", f"cannot read it: {reason}", "check the path and the file", str(path))) from None
