"""A job's sheets and remnants out of the stock: which pieces it may take, and which of them a nest takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from camcore.findings import Finding
from camcore.geometry import Box
from camcore.job import Job, StockTable
from camcore.nesting.measure import stock_area
from camcore.nesting.model import Demand, Nest, NestedSheet, Origin, Stock

if TYPE_CHECKING:
    from camcore.stockroom import Piece, Query

SPARE = 3.0
"""Remnants are taken into a nest until their area is this many times that of the parts which fit on them."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the stock is: URL or path of the database, None for what the environment says.

    run: the run whose reservations count as free, see `stockroom.Holder`
    """

    database: str | None = None
    run: str = ""


def supply(job: Job, demands: Sequence[Demand], margin: float, source: Source) -> tuple[Stock, ...]:
    """Stocks of the job's material and thickness: useful remnants, the smallest first, then whole sheets.

    Sheets that are alike are one stock with an origin for each, the oldest first. Where a part is to lie along the
    grain, only pieces of which the grain is known are taken. Raises CamError as `stockroom.open_room` does.
    """
    from camcore.stockroom import Kind, open_room

    if job.stock is None:
        return ()
    pieces = open_room(source.database).free(_query(job, job.stock), source.run)
    if any(demand.along_grain for demand in demands):
        pieces = tuple(piece for piece in pieces if piece.what.grain)
    kinds = {kind: _stocks([piece for piece in pieces if piece.what.kind is kind]) for kind in Kind}
    remnants = _useful(kinds[Kind.REMNANT], demands, margin, job.stock.remnants)
    return (*remnants, *(kinds[Kind.SHEET] if job.stock.sheets else ()))


def nothing(job: Job) -> Finding:
    """W933: the stock has nothing for the job."""
    message = f"the stock has no free piece of {job.material}, {job.thickness:g} mm, that a part fits on"
    return Finding("W933", message, "see `camcore stock list`; widen [stock], or name [[sheets]] too")


def assigned(nest: Nest) -> Nest:
    """The nest with the pieces of the stock that its sheets take, by name: the first of each stock's origins first."""
    left = {sheet.stock.id: list(sheet.stock.origins) for sheet in nest.sheets}
    return replace(nest, sheets=tuple(_assigned(sheet, left[sheet.stock.id]) for sheet in nest.sheets))


def pieces_of(sheet: NestedSheet) -> list[str]:
    """Ids of the pieces of the stock that a sheet with all its repeats is."""
    return [origin.id for origin in sheet.stock.origins if origin.id is not None]


def _assigned(sheet: NestedSheet, left: list[Origin]) -> NestedSheet:
    if not pieces_of(sheet):
        return sheet
    own = tuple(left[: sheet.repeat])
    del left[: sheet.repeat]
    name = _name([origin.id or "" for origin in own])
    return replace(sheet, stock=replace(sheet.stock, id=name, quantity=len(own), origins=own))


def _query(job: Job, table: StockTable) -> Query:
    from camcore.stockroom import Query

    slack = table.tolerance + 1e-9
    between = (job.thickness - slack, job.thickness + slack)
    asked = Query(material=job.material, thickness=between, ids=table.ids)
    return replace(asked, grade=table.grade, lot=table.lot, place=table.place)


def _stocks(pieces: Sequence[Piece]) -> list[Stock]:
    """Pieces that are alike to the nest together, the smallest first."""
    alike: dict[Hashable, list[Piece]] = defaultdict(list)
    for piece in sorted(pieces, key=lambda piece: (piece.what.received or "9999", _number(piece.id))):
        alike[piece.what.outline, piece.what.holes, piece.what.grain, piece.what.cost].append(piece)
    return sorted(map(_stock, alike.values()), key=lambda stock: (stock_area(stock), stock.id))


def _stock(pieces: Sequence[Piece]) -> Stock:
    first, name = pieces[0], _name([piece.id for piece in pieces])
    origins = tuple(map(_origin, pieces))
    shape, grain = (first.outline, first.holes), first.what.grain or "x"
    return Stock(name, *shape, len(pieces), first.what.cost, grain, origins)


def _origin(piece: Piece) -> Origin:
    what = piece.what
    papers = (what.lot, what.certificate, what.certificate_sha256, what.grade, what.manufacturer)
    return Origin(piece.id, *papers, what.thickness, what.parent, what.place)


def _useful(remnants: Sequence[Stock], demands: Sequence[Demand], margin: float, most: int) -> list[Stock]:
    """Remnants, the smallest first, that each kind of part needs; not more than `most`."""
    chosen: set[int] = set()
    for demand in sorted(demands, key=lambda demand: -demand.part.area):
        need = demand.quantity * abs(demand.part.outline.area) * SPARE
        for number, stock in enumerate(remnants):
            if need <= 0.0 or len(chosen) >= most:
                break
            if _fits(demand, stock.outline.box.grown(-margin)):
                chosen.add(number)
                need -= stock.quantity * stock_area(stock)
    return [remnants[number] for number in sorted(chosen)]


def _fits(demand: Demand, room: Box) -> bool:
    """Whether a part may fit into a box in some direction: no more than that."""
    box = demand.part.box
    if demand.rotations is None:
        return min(box.width, box.height) <= min(room.width, room.height)
    across, along = sorted((box.width, box.height)), sorted((room.width, room.height))
    return across[0] <= along[0] + 1e-6 and across[1] <= along[1] + 1e-6


def _name(ids: Sequence[str]) -> str:
    """Ids in short: S-000001..S-000003, S-000007."""
    runs: list[list[str]] = []
    for each in ids:
        follows = runs and each[0] == runs[-1][-1][0] and _number(each) == _number(runs[-1][-1]) + 1
        runs[-1].append(each) if follows else runs.append([each])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in runs)


def _number(piece: str) -> int:
    return int(piece[2:])
