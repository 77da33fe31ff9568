"""What the commands of the stock print: pieces, and movements of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Literal

from pydantic import Field

from camcore.findings import Finding
from camcore.formats.common import Contour, FileModel, FindingModel
from camcore.stockroom.model import Movement, Piece
from camcore.stockroom.outline import size_of


class PieceModel(FileModel):
    """A sheet or remnant; lengths in mm, area in mm², `cost` of the whole piece in the shop's currency.

    disc: diameter of the widest disc that it holds; job, by: who has it; until: last day of the reservation
    program: what it is held for, or has consumed it
    """

    id: str
    kind: Literal["sheet", "remnant"]
    state: Literal["available", "reserved", "consumed", "scrapped"]
    material: str
    thickness: float
    length: float
    width: float
    disc: float
    area: float
    outline: Contour
    holes: list[Contour]
    grain: Literal["x", "y"] | None
    grade: str | None
    manufacturer: str | None
    lot: str | None
    certificate: str | None
    certificate_sha256: str | None
    place: str | None
    cost: float | None
    received: str | None
    parent: str | None
    job: str | None
    by: str | None
    until: str | None
    program: str | None
    program_sha256: str | None

    @staticmethod
    def of(piece: Piece) -> PieceModel:
        """The piece's file form."""
        size, holder, cut = size_of(piece.what.outline, piece.what.holes), piece.holder, piece.cut
        return PieceModel.model_validate(
            {
                **asdict(piece.what),
                **{name: round(value, 3) for name, value in asdict(size).items()},
                "id": piece.id,
                "state": piece.state,
                "job": holder.job if holder else None,
                "by": holder.by if holder else None,
                "until": piece.until,
                "program": cut.program if cut else None,
                "program_sha256": cut.program_sha256 if cut else None,
            }
        )


class MovementModel(FileModel):
    """One line of the ledger; `at` is UTC, `run` host and folder of the run that held the piece."""

    number: int
    at: str
    piece: str
    change: str
    before: str | None
    after: str
    by: str
    job: str | None
    run: str | None
    until: str | None
    program: str | None
    program_sha256: str | None
    manifest_sha256: str | None
    place: str | None
    note: str | None

    @staticmethod
    def of(movement: Movement) -> MovementModel:
        """The movement's file form."""
        return MovementModel.model_validate(asdict(movement))


class StockFile(FileModel):
    """What a command of the stock says: the pieces that it is about, their movements where they were asked for."""

    version: Literal[1] = 1
    pieces: list[PieceModel] = Field(default_factory=list)
    movements: list[MovementModel] = Field(default_factory=list)
    findings: list[FindingModel] = Field(default_factory=list)

    @staticmethod
    def of(pieces: Iterable[Piece], movements: Iterable[Movement] = (), findings: Iterable[Finding] = ()) -> StockFile:
        """The document of these."""
        return StockFile(
            pieces=[PieceModel.of(piece) for piece in pieces],
            movements=[MovementModel.of(movement) for movement in movements],
            findings=[FindingModel.of(finding) for finding in findings],
        )
