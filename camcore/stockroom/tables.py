"""The tables as the newest step of `schema` leaves them, and their rows as values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Column, Float, ForeignKey, Integer, MetaData, Table, Text

from camcore.findings import CamError, Finding
from camcore.stockroom.model import Arrival, Change, Cut, Holder, Kind, Movement, Piece, State, Vertices

METADATA = MetaData()

STEP = Table("stock_step", METADATA, Column("number", Integer, primary_key=True), Column("at", Text, nullable=False))
"""Steps of the schema that were taken."""

PIECE = Table(
    "stock_piece",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("material", Text, nullable=False),
    Column("grade", Text),
    Column("manufacturer", Text),
    Column("lot", Text),
    Column("certificate", Text),
    Column("certificate_sha256", Text),
    Column("thickness", Float, nullable=False),
    Column("grain", Text),
    Column("outline", Text, nullable=False),
    Column("holes", Text, nullable=False),
    Column("place", Text),
    Column("cost", Float),
    Column("received", Text),
    Column("parent", Integer, ForeignKey("stock_piece.number")),
    Column("job", Text),
    Column("by", Text),
    Column("run", Text),
    Column("until", Text),
    Column("program", Text),
    Column("program_sha256", Text),
    Column("manifest_sha256", Text),
)
"""One row a piece; its state, and who holds it, are what its last movement made of it."""

MOVEMENT = Table(
    "stock_movement",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("piece", Integer, ForeignKey("stock_piece.number"), nullable=False),
    Column("change", Text, nullable=False),
    Column("before", Text),
    Column("after", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("job", Text),
    Column("run", Text),
    Column("until", Text),
    Column("program", Text),
    Column("program_sha256", Text),
    Column("manifest_sha256", Text),
    Column("place", Text),
    Column("note", Text),
)
"""The ledger: rows are added, never changed."""

PLAIN = ("material", "grade", "manufacturer", "lot", "certificate", "certificate_sha256", "thickness", "grain",
         "place", "cost", "received")  # fmt: skip
"""Columns of a piece that are fields of its arrival as they are."""
FREE = {"job": None, "by": None, "run": None, "until": None, "program": None, "program_sha256": None,
        "manifest_sha256": None}  # fmt: skip
"""What a piece that nobody holds says of its holder and program."""


def identity(number: int, kind: str) -> str:
    """Id of a piece: S-000123, R-000124; sheets and remnants are counted together."""
    return f"{'S' if kind == Kind.SHEET else 'R'}-{number:06d}"


def number_of(piece: str) -> int:
    """Row number of an id, whatever its letter. Raises CamError E924 for what is no id."""
    letter, _, digits = piece.strip().upper().partition("-")
    if letter not in ("S", "R") or not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
        raise CamError(Finding("E924", f"{piece!r} is no id of a piece", "give one such as S-000123 or R-000124"))
    return int(digits)


def row_of(what: Arrival) -> dict[str, Any]:
    """The row of a piece that comes in."""
    same = {name: getattr(what, name) for name in PLAIN}
    parent = None if what.parent is None else number_of(what.parent)
    shape = {"outline": json.dumps(what.outline), "holes": json.dumps(what.holes)}
    return {**same, **shape, **FREE, "kind": str(what.kind), "state": str(State.AVAILABLE), "parent": parent}


def piece_of(row: Mapping[str, Any], parent_kind: str | None) -> Piece:
    """The piece of a row; `parent_kind` is the kind of its parent."""
    parent = identity(row["parent"], parent_kind) if parent_kind else None
    plain: dict[str, Any] = {name: row[name] for name in PLAIN}
    outline, holes = _vertices(json.loads(row["outline"])), map(_vertices, json.loads(row["holes"]))
    what = Arrival(kind=Kind(row["kind"]), parent=parent, outline=outline, holes=tuple(holes), **plain)
    holder = Holder(row["job"], row["by"], row["run"] or "") if row["job"] is not None else None
    cut = Cut(row["program"], row["program_sha256"], row["manifest_sha256"]) if row["program"] is not None else None
    return Piece(identity(row["number"], row["kind"]), State(row["state"]), what, holder, row["until"], cut)


def movement_of(row: Mapping[str, Any], kind: str) -> Movement:
    """The movement of a row; `kind` is that of its piece."""
    said = {field.name: row[field.name] for field in fields(Movement)}
    before = None if row["before"] is None else State(row["before"])
    named = {"piece": identity(row["piece"], kind), "change": Change(row["change"]), "after": State(row["after"])}
    return Movement(**{**said, **named, "before": before})


def _vertices(rows: list[list[float]]) -> Vertices:
    return tuple((float(x), float(y), float(bulge)) for x, y, bulge in rows)
