"""The stockroom: every verb is one transaction, which happens whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL

from camcore.findings import CamError, Finding
from camcore.stockroom import schema
from camcore.stockroom.arrival import is_day, refuse_wrong, refuse_wrong_papers
from camcore.stockroom.book import Book, Row, To, asked, cut_values, held_by, is_held_by, taken
from camcore.stockroom.connect import engine_of, shown, speaking, url_of
from camcore.stockroom.model import Arrival, Change, Cut, Holder, Movement, Piece, Query, State, Use
from camcore.stockroom.tables import MOVEMENT, PIECE, identity, number_of


def open_room(said: str | None = None, create: bool = False) -> Stockroom:
    """The stock at a URL or path, else at what CAMCORE_STOCK says, else in the user's own file.

    A database of an older version is brought up to this one. With `create` one that is not there is made.
    Raises CamError: E920 not reached, E921 busy, E922 of a newer version, E923 no stock in it.
    """
    url = url_of(said)
    if url.get_backend_name() == "sqlite":
        _make_room(Path(url.database or ""), create)
    room = Stockroom(url)
    room.bring_up(create)
    return room


def _make_room(file: Path, create: bool) -> None:
    if not create and not file.exists():
        raise _no_stock(str(file))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"there is no folder for {file}: {error.strerror}"
        raise CamError(Finding("E920", message, "name a place that can be written")) from None


def _no_stock(where: str) -> CamError:
    return CamError(Finding("E923", f"there is no stock database at {where}", "`camcore stock add` makes it"))


def _now() -> datetime:
    return datetime.now(UTC)


class Stockroom:
    """Sheets and remnants with their identity, and the ledger of all that happened to them.

    Every method may raise CamError as `open_room` does. Processes and threads may work on one database at once, each
    with a Stockroom of its own or not: a piece is never taken twice.
    """

    def __init__(self, url: URL, clock: Callable[[], datetime] = _now) -> None:
        self.url = url
        self._engine = engine_of(url)
        self._clock = clock

    def bring_up(self, create: bool) -> None:
        """Take the steps of the schema that are missing. Raises CamError E923 where there is none and none is made."""
        with self._reading() as book:
            taken_steps = schema.version(book.connection)
        schema.refuse_newer(taken_steps)
        if taken_steps == 0 and not create:
            raise _no_stock(shown(self.url))
        if taken_steps < len(schema.STEPS):
            with self._changing() as book:
                schema.bring_up(book.connection, self._clock())

    # -- coming in ------------------------------------------------------------------------------------------------

    def add(self, arrivals: Sequence[Arrival], by: str) -> tuple[Piece, ...]:
        """Receive sheets and remnants. Raises CamError E927, E928 for fields and outlines that make no sense."""
        refuse_wrong(arrivals)
        with self._changing() as book:
            return _pieces(book, book.enter(arrivals, Change.RECEIVED, by))

    def give_back(self, remnants: Sequence[Arrival], by: str, note: str | None = None) -> tuple[Piece, ...]:
        """Return remnants of pieces that are consumed, their parents. Raises CamError E926 for another parent."""
        refuse_wrong(remnants)
        with self._changing() as book:
            for row in book.held(each.parent for each in remnants if each.parent):
                _must_be(row, (State.CONSUMED,), "gives back no remnant before it is consumed")
            return _pieces(book, book.enter(remnants, Change.RETURNED, by, note))

    # -- being held -----------------------------------------------------------------------------------------------

    def reserve(self, ids: Iterable[str], holder: Holder, until: str | None = None) -> tuple[Piece, ...]:
        """Reserve all these pieces, to the end of the day `until`, or none of them.

        Raises CamError E925 where somebody has one, E927 where `until` is no date from today on.
        """
        if until is not None and (not is_day(until) or until < self._clock().date().isoformat()):
            raise CamError(Finding("E927", f"until: {until!r} is no date from today on", "give one as 2026-12-01"))
        with self._changing() as book:
            rows = book.held(ids)
            for row in rows:
                _hold(book, row, holder, until)
            return _pieces(book, [row["number"] for row in rows])

    def hold(self, ids: Sequence[str], holder: Holder) -> tuple[Piece, ...]:
        """Reserve these pieces for a run in place of all that it, or one before it in its folder, held.

        E925 where somebody else has one; then everything stays as it was.
        """
        with self._changing() as book:
            numbers = {number_of(each) for each in ids}
            for row in book.held(ids, also=held_by(holder.run)):
                if is_held_by(row, holder.run):
                    book.free(row, Change.RELEASED, holder.by)
            for row in book.held(ids):
                _hold(book, row, holder, None)
            return _pieces(book, sorted(numbers))

    def keep(self, run: str, cuts: Mapping[str, Cut], by: str) -> None:
        """Note the program that each piece held by a run is for, by id, and let go what the run holds besides.

        Raises CamError E925 for a piece that the run does not hold any more.
        """
        with self._changing() as book:
            wanted = {number_of(piece): cut for piece, cut in cuts.items()}
            for row in book.held(cuts, also=held_by(run)):
                if not is_held_by(row, run):
                    raise taken(row)
                if cut := wanted.get(row["number"]):
                    book.change(row, To(Change.PROGRAMMED, State.RESERVED), by, cut_values(cut))
                else:
                    book.free(row, Change.RELEASED, by)

    def release(self, ids: Iterable[str], by: str) -> tuple[Piece, ...]:
        """Let go reserved pieces. Raises CamError E926 for one that nobody has."""
        with self._changing() as book:
            rows = book.held(ids)
            for row in rows:
                _must_be(row, (State.RESERVED,), "needs no release")
                book.free(row, Change.RELEASED, by)
            return _pieces(book, [row["number"] for row in rows])

    def release_of(self, job: str, by: str) -> tuple[Piece, ...]:
        """Let go all that is reserved for a job."""
        return self._release_all(by, Change.RELEASED, PIECE.c.job == job)

    def release_run(self, run: str, by: str) -> tuple[Piece, ...]:
        """Let go all that a run holds."""
        return self._release_all(by, Change.RELEASED, *held_by(run))

    def release_lapsed(self, by: str) -> tuple[Piece, ...]:
        """Let go all whose last day is over."""
        return self._release_all(by, Change.LAPSED, PIECE.c.until < self._clock().date().isoformat())

    # -- going out ------------------------------------------------------------------------------------------------

    def consume(self, uses: Sequence[Use], by: str) -> tuple[Piece, ...]:
        """Use up pieces for jobs and return their remnants, all or nothing; the new remnants.

        A piece must be available, or reserved for that job and, where the program is noted, for that program: else
        E925. One that the same program has consumed already is passed over, with its remnants: a call can be repeated.
        """
        refuse_wrong([each for use in uses for each in use.remnants])
        with self._changing() as book:
            rows = {row["number"]: row for row in book.held(use.piece for use in uses)}
            fresh = [use for use in uses if not _consumed_by(rows[number_of(use.piece)], use)]
            numbers = [number for use in fresh for number in _use_up(book, rows[number_of(use.piece)], use, by)]
            return _pieces(book, numbers)

    def scrap(self, ids: Iterable[str], by: str, why: str | None = None) -> tuple[Piece, ...]:
        """Throw pieces away that nobody has."""
        with self._changing() as book:
            rows = book.held(ids)
            for row in rows:
                book.change(book.available(row, by), To(Change.SCRAPPED, State.SCRAPPED), by, note=why)
            return _pieces(book, [row["number"] for row in rows])

    # -- staying --------------------------------------------------------------------------------------------------

    def move(self, ids: Iterable[str], place: str, by: str) -> tuple[Piece, ...]:
        """Put pieces that are still there in another place. Raises CamError E926 for others, E927 for no place."""
        refuse_wrong_papers({"place": place})
        return self._amend(ids, Change.MOVED, {"place": place}, by)

    def amend(self, ids: Iterable[str], values: Mapping[str, str | float | None], by: str) -> tuple[Piece, ...]:
        """Correct or complete papers and cost (`arrival.PAPERS`) of pieces; the ledger notes what was said before.

        Raises CamError E927 for a value that makes no sense.
        """
        refuse_wrong_papers(values)
        return self._amend(ids, Change.AMENDED, values, by)

    # -- looking --------------------------------------------------------------------------------------------------

    def piece(self, piece: str) -> Piece:
        """The piece of an id. Raises CamError E924 where there is none."""
        with self._reading() as book:
            return book.piece(number_of(piece))

    def pieces(self, query: Query | None = None) -> tuple[Piece, ...]:
        """Pieces by number."""
        with self._reading() as book:
            return book.pieces(*asked(query or Query()))

    def free(self, query: Query, run: str = "") -> tuple[Piece, ...]:
        """Those of the pieces that can be taken: available, lapsed, or held by the run itself."""
        with self._reading() as book:
            found = book.pieces(*asked(query), PIECE.c.state.in_([str(State.AVAILABLE), str(State.RESERVED)]))
            return tuple(each for each in found if _can_be_had(each, run, book.today))

    def history(self, piece: str) -> tuple[Movement, ...]:
        """All movements of a piece."""
        with self._reading() as book:
            book.piece(number_of(piece))
            return book.movements(MOVEMENT.c.piece == number_of(piece))

    def ledger(self) -> tuple[tuple[Piece, ...], tuple[Movement, ...]]:
        """All pieces and all movements, of one moment."""
        with self._reading() as book:
            return book.pieces(), book.movements()

    def family(self, piece: str) -> tuple[Piece, ...]:
        """The sheet that a piece comes from, down to the piece, then all that was cut from the piece, by number."""
        with self._reading() as book:
            line = [book.piece(number_of(piece))]
            while parent := line[0].what.parent:
                line.insert(0, book.piece(number_of(parent)))
            below, edge = [], [line[-1]]
            while edge:
                edge = list(book.pieces(PIECE.c.parent.in_([number_of(each.id) for each in edge])))
                below += edge
            return (*line, *sorted(below, key=lambda each: number_of(each.id)))

    # -- within ---------------------------------------------------------------------------------------------------

    def _amend(
        self, ids: Iterable[str], change: Change, values: Mapping[str, str | float | None], by: str
    ) -> tuple[Piece, ...]:
        with self._changing() as book:
            rows = book.held(ids)
            for row in rows:
                if change is Change.MOVED:
                    _must_be(row, (State.AVAILABLE, State.RESERVED), "lies nowhere any more")
                note = "; ".join(f"{name}: {row[name]} → {value}" for name, value in values.items())
                book.change(row, To(change, State(row["state"])), by, values, note)
            return _pieces(book, [row["number"] for row in rows])

    def _release_all(self, by: str, change: Change, *where: object) -> tuple[Piece, ...]:
        with self._changing() as book:
            rows = book.where(PIECE.c.state == str(State.RESERVED), *where)  # type: ignore[arg-type]
            for row in rows:
                book.free(row, change, by)
            return _pieces(book, [row["number"] for row in rows])

    @contextmanager
    def _changing(self) -> Iterator[Book]:
        with speaking(self.url), self._engine.begin() as connection:
            yield Book(connection, self._clock())

    @contextmanager
    def _reading(self) -> Iterator[Book]:
        """A transaction that sees one moment and hinders nobody."""
        with speaking(self.url), self._engine.connect() as connection:
            if self._engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield Book(connection.execution_options(reading=True), self._clock())


def _hold(book: Book, row: Row, holder: Holder, until: str | None) -> None:
    row = book.available(row, holder.by)
    values = {"job": holder.job, "by": holder.by, "run": holder.run, "until": until}
    book.change(row, To(Change.RESERVED, State.RESERVED), holder.by, values)


def _consumed_by(row: Row, use: Use) -> bool:
    return bool(row["state"] == State.CONSUMED and row["program_sha256"] == use.cut.program_sha256)


def _use_up(book: Book, row: Row, use: Use, by: str) -> list[int]:
    """Consume one piece; the numbers of its remnants."""
    if row["state"] == State.RESERVED and not book.lapsed(row):
        if row["job"] != use.job or row["program_sha256"] not in (None, use.cut.program_sha256):
            raise taken(row)
    else:
        row = book.available(row, by)
    values = {"job": use.job, "by": by, "until": None, **cut_values(use.cut)}
    book.change(row, To(Change.CONSUMED, State.CONSUMED), by, values, use.note)
    return book.enter(use.remnants, Change.RETURNED, by, f"of {use.cut.program}")


def _must_be(row: Row, states: tuple[State, ...], otherwise: str) -> None:
    if row["state"] not in states:
        name = identity(row["number"], row["kind"])
        message = f"{name} is {row['state']}: it {otherwise}"
        raise CamError(Finding("E926", message, f"see `camcore stock history {name}`", where={"piece": name}))


def _can_be_had(piece: Piece, run: str, today: str) -> bool:
    lapsed = piece.until is not None and piece.until < today
    own = piece.holder is not None and piece.holder.run == run != ""
    return piece.state is State.AVAILABLE or lapsed or own


def _pieces(book: Book, numbers: Sequence[int]) -> tuple[Piece, ...]:
    return book.pieces(PIECE.c.number.in_(numbers)) if numbers else ()
