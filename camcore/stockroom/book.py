"""One transaction on the stock: rows are held fast, changed from the state they were seen in, and each change noted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, insert, or_, select, update

from camcore.findings import CamError, Finding
from camcore.stockroom.model import Arrival, Change, Cut, Movement, Piece, Query, State
from camcore.stockroom.tables import FREE, MOVEMENT, PIECE, identity, movement_of, number_of, piece_of, row_of

_PARENT = PIECE.alias("parent")
Row = Mapping[str, Any]
TOLD = ("job", "run", "until", "program", "program_sha256", "manifest_sha256")
"""Columns of a piece that each of its movements tells: as they become, or as they were where they become nothing."""


class To(NamedTuple):
    """What a movement does, and the state that it leads to."""

    change: Change
    state: State


class Book:
    """The tables within one transaction; `now` is UTC."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.connection = connection
        self.at = now.isoformat(timespec="seconds")
        self.today = now.date().isoformat()

    # -- reading --------------------------------------------------------------------------------------------------

    def pieces(self, *where: ColumnElement[bool]) -> tuple[Piece, ...]:
        """Pieces by number."""
        rows = self._rows(_with_parents().where(*where))
        return tuple(piece_of(row, row["parent_kind"]) for row in rows)

    def piece(self, number: int) -> Piece:
        """One piece. Raises CamError E924 where there is none."""
        found = self.pieces(PIECE.c.number == number)
        if not found:
            raise _unknown([number])
        return found[0]

    def movements(self, *where: ColumnElement[bool]) -> tuple[Movement, ...]:
        """Movements in their order."""
        query = select(MOVEMENT, PIECE.c.kind).join(PIECE, PIECE.c.number == MOVEMENT.c.piece)
        rows = self._rows(query.where(*where).order_by(MOVEMENT.c.number))
        return tuple(movement_of(row, row["kind"]) for row in rows)

    # -- changing -------------------------------------------------------------------------------------------------

    def held(self, ids: Iterable[str], also: Sequence[ColumnElement[bool]] = ()) -> list[Row]:
        """The rows of these pieces, by number, which nobody else changes until this transaction ends.

        `also`: conditions that all have to hold for more rows. They are locked in one order, so that no two
        transactions wait for each other. Raises CamError E924 for a piece that is not there.
        """
        numbers = sorted({number_of(each) for each in ids})
        named = PIECE.c.number.in_(numbers)
        rows = self.where(or_(named, and_(*also)) if also else named)
        missing = set(numbers) - {row["number"] for row in rows}
        if missing:
            raise _unknown(sorted(missing))
        return rows

    def where(self, *where: ColumnElement[bool]) -> list[Row]:
        """As `held`, by condition."""
        return self._rows(select(PIECE).where(*where).order_by(PIECE.c.number).with_for_update())

    def enter(self, arrivals: Sequence[Arrival], change: Change, by: str, note: str | None = None) -> list[int]:
        """New pieces; their numbers."""
        if not arrivals:
            return []
        for parent in {number_of(each.parent) for each in arrivals if each.parent}:
            self.piece(parent)
        rows = [row_of(each) for each in arrivals]
        adding = insert(PIECE).returning(PIECE.c.number, sort_by_parameter_order=True)
        numbers = list(self.connection.execute(adding, rows).scalars())
        for number, what in zip(numbers, arrivals, strict=True):
            self._note(number, To(change, State.AVAILABLE), None, by, place=what.place, note=note)
        return numbers

    def change(self, row: Row, to: To, by: str, values: Row = MappingProxyType({}), note: str | None = None) -> None:
        """Bring a piece from the state it was seen in to another, with these values of its columns, and note it.

        Raises CamError E925 where it is not in that state any more.
        """
        same = (PIECE.c.number == row["number"], PIECE.c.state == row["state"])
        result = self.connection.execute(update(PIECE).where(*same).values(**values, state=str(to.state)))
        if result.rowcount != 1:
            raise taken(row)
        told = {name: values.get(name) if values.get(name) is not None else row[name] for name in TOLD}
        self._note(row["number"], to, State(row["state"]), by, place=values.get("place"), note=note, **told)

    def free(self, row: Row, change: Change, by: str) -> None:
        """Let go a piece that is reserved; the ledger still tells for which job and program it was."""
        self.change(row, To(change, State.AVAILABLE), by, FREE)

    def lapsed(self, row: Row) -> bool:
        """Whether the last day of a piece's reservation is over."""
        return row["state"] == State.RESERVED and row["until"] is not None and row["until"] < self.today

    def available(self, row: Row, by: str) -> Row:
        """The row of a piece that can be taken; a reservation that has lapsed ends here.

        Raises CamError E925 where somebody has it.
        """
        if self.lapsed(row):
            self.free(row, Change.LAPSED, by)
            return {**row, **FREE, "state": str(State.AVAILABLE)}
        if row["state"] != State.AVAILABLE:
            raise taken(row)
        return row

    def _rows(self, query: Select[Any]) -> list[Row]:
        return [row._asdict() for row in self.connection.execute(query)]

    def _note(self, piece: int, to: To, before: State | None, by: str, **values: Any) -> None:
        said = {"at": self.at, "piece": piece, "change": str(to.change), "after": str(to.state), "by": by, **values}
        self.connection.execute(insert(MOVEMENT).values(before=None if before is None else str(before), **said))


def held_by(run: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions: reserved by this run, or one before it in the same folder."""
    return (PIECE.c.state == str(State.RESERVED), PIECE.c.run == run, PIECE.c.run != "")


def is_held_by(row: Row, run: str) -> bool:
    """As `held_by`, of a row."""
    return bool(row["state"] == State.RESERVED and row["run"] == run != "")


def asked(query: Query) -> list[ColumnElement[bool]]:
    """A query as conditions."""
    names = ("kind", "material", "grade", "lot", "certificate", "place", "job", "program_sha256")
    where = [PIECE.c[name] == str(getattr(query, name)) for name in names if getattr(query, name) is not None]
    if query.ids is not None:
        where.append(PIECE.c.number.in_([number_of(each) for each in query.ids]))
    if query.states is not None:
        where.append(PIECE.c.state.in_([str(state) for state in query.states]))
    if query.thickness is not None:
        where.append(PIECE.c.thickness.between(*query.thickness))
    if query.parent is not None:
        where.append(PIECE.c.parent == number_of(query.parent))
    return where


def cut_values(cut: Cut) -> dict[str, Any]:
    """The columns of a program."""
    return {"program": cut.program, "program_sha256": cut.program_sha256, "manifest_sha256": cut.manifest_sha256}


def taken(row: Row) -> CamError:
    """E925: somebody has the piece, or it is no more."""
    name = identity(row["number"], row["kind"])
    until = f" until {row['until']}" if row["until"] else ""
    for_whom = f" for {row['job']} by {row['by']}{until}" if row["state"] == State.RESERVED else ""
    by_what = f" by {row['program']}" if row["state"] == State.CONSUMED else ""
    message = f"{name} is {row['state']}{for_whom}{by_what}"
    return CamError(Finding("E925", message, "take another piece", where={"piece": name}))


def _unknown(numbers: Sequence[int]) -> CamError:
    names = ", ".join(f"{number:06d}" for number in numbers)
    return CamError(Finding("E924", f"there is no piece {names} in the stock", "see `camcore stock list --all`"))


def _with_parents() -> Select[Any]:
    joined = PIECE.outerjoin(_PARENT, _PARENT.c.number == PIECE.c.parent)
    return select(PIECE, _PARENT.c.kind.label("parent_kind")).select_from(joined).order_by(PIECE.c.number)
