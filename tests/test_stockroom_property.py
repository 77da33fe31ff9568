"""The stockroom against a twin that is a dictionary, over random courses of action; and its ledger against itself."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from databases import new_postgres
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, multiple, rule
from stockroom_twin import REMNANT, SHEET, Twin

from camcore.findings import CamError
from camcore.stockroom import Cut, Holder, Use, open_room
from camcore.stockroom.audit import disagreements

JOBS = st.sampled_from(["kit-1", "kit-2"])
RUNS = st.sampled_from(["/a", "/b"])
PROGRAMS = st.sampled_from(["0" * 64, "1" * 64])
DAYS = st.sampled_from([None, "2026-01-03", "2026-01-20"])


class Course(RuleBasedStateMachine):
    """Movements in any order, each tried on both."""

    new_url: Callable[[], str]
    ids = Bundle("ids")

    @initialize()
    def begin(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.twin = Twin()
        self.refusals: set[str] = set()
        self.room = open_room(self.new_url(), create=True)
        self.room._clock = lambda: self.now

    def both(self, real: Callable[[], object], twin: Callable[[], object]) -> object:
        """What `real` gives; that both refuse, or neither."""
        try:
            found = real()
        except CamError as error:
            self.refusals |= {finding.code for finding in error.findings}
            with pytest.raises(KeyError):
                twin()
            return None
        twin()
        return found

    @rule(target=ids, count=st.integers(1, 3))
    def add(self, count: int) -> object:
        names = [piece.id for piece in self.room.add([SHEET] * count, "me")]
        self.twin.add(names)
        return multiple(*names)

    @rule(some=st.lists(ids, min_size=1, max_size=3, unique=True), job=JOBS, until=DAYS)
    def reserve(self, some: list[str], job: str, until: str | None) -> None:
        holder = Holder(job, "me")
        until = until if until is None or until >= self.twin.today else None
        self.both(
            lambda: self.room.reserve(some, holder, until), lambda: self.twin.reserve(some, (job, "me", ""), until)
        )

    @rule(some=st.lists(ids, max_size=3, unique=True), job=JOBS, run=RUNS)
    def hold(self, some: list[str], job: str, run: str) -> None:
        self.both(lambda: self.room.hold(some, Holder(job, "me", run)), lambda: self.twin.hold(some, (job, "me", run)))

    @rule(some=st.dictionaries(ids, PROGRAMS, max_size=2), job=JOBS, run=RUNS)
    def keep(self, some: dict[str, str], job: str, run: str) -> None:
        cuts = {piece: Cut("sheet-01.nc", sha) for piece, sha in some.items()}
        self.both(lambda: self.room.keep(run, cuts, "me"), lambda: self.twin.keep((job, "me", run), some))

    @rule(some=st.lists(ids, min_size=1, max_size=2, unique=True))
    def release(self, some: list[str]) -> None:
        self.both(lambda: self.room.release(some, "me"), lambda: self.twin.release(some))

    @rule(job=JOBS)
    def release_of(self, job: str) -> None:
        self.both(lambda: self.room.release_of(job, "me"), lambda: self.twin.release_of(job))

    @rule(target=ids, piece=ids, job=JOBS, program=PROGRAMS)
    def consume(self, piece: str, job: str, program: str) -> object:
        use = Use(piece, job, Cut("sheet-01.nc", program), (replace(REMNANT, parent=piece),))
        back: list[bool] = []
        found = self.both(
            lambda: self.room.consume([use], "me"), lambda: back.append(self.twin.consume(piece, job, program))
        )
        names = [each.id for each in found] if isinstance(found, tuple) else []
        assert len(names) == sum(back)
        self.twin.add(names, piece)
        return multiple(*names)

    @rule(piece=consumes(ids))
    def scrap(self, piece: str) -> None:
        self.both(lambda: self.room.scrap([piece], "me"), lambda: self.twin.scrap(piece))

    @rule(days=st.integers(1, 10))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)
        self.twin.today = self.now.date().isoformat()

    @invariant()
    def agree(self) -> None:
        pieces, movements = self.room.ledger()
        assert self.refusals <= {"E925", "E926"}
        assert disagreements(pieces, movements) == []
        assert {piece.id: str(piece.state) for piece in pieces} == self.twin.state
        assert {p.id: (p.holder.job, p.holder.by, p.holder.run) for p in pieces if p.holder} == self.twin.holder
        assert {p.id: p.until for p in pieces if p.until} == self.twin.until
        assert {p.id: p.cut.program_sha256 for p in pieces if p.cut} == self.twin.program
        assert {p.id: p.what.parent for p in pieces if p.what.parent} == self.twin.parent


class OnSqlite(Course):
    new_url = staticmethod(lambda: str(Path(tempfile.mkdtemp()) / "stock.sqlite"))


class OnPostgres(Course):
    new_url = staticmethod(new_postgres)


TestOnSqlite = OnSqlite.TestCase
TestOnSqlite.settings = settings(max_examples=10, stateful_step_count=20)
TestOnPostgres = OnPostgres.TestCase
TestOnPostgres.settings = settings(max_examples=3, stateful_step_count=20)
