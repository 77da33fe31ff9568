"""Jobs in a database (SQLite), so that a restart loses none and makes none twice.

A job is `queued`, `running`, then `done`, `failed` or `cancelled`. Each change is one statement that names the state it
starts from: of two that want the same job, one gets it. A result counts when its attempt is the one that runs.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, MetaData, Row, String, Table, Text, create_engine, event, func, select, update
from sqlalchemy.exc import IntegrityError

LIVE = ("queued", "running")
MOST_CRASHES = 5
"""Deaths of its process, not of the whole service, after which a job is given up."""

_META = MetaData()
JOBS = Table(
    "jobs",
    _META,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String(32), unique=True, nullable=False),
    Column("key", String(200), unique=True),
    Column("digest", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("work", String(8), nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("request", Text, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("crashes", Integer, nullable=False, default=0),
    Column("created", String(32), nullable=False),
    Column("started", String(32)),
    Column("ended", String(32)),
    Column("outcome", Text, nullable=False, default="{}"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as the database has it. `request` is what was asked for, `outcome` what came of it; times in ISO 8601."""

    number: int
    id: str
    key: str | None
    digest: str
    name: str
    work: str
    state: str
    request: dict[str, Any]
    attempt: int
    crashes: int
    created: str
    started: str | None
    ended: str | None
    outcome: dict[str, Any]

    @property
    def folder(self) -> str:
        """Name of the folder of its attempt: each attempt writes into one of its own."""
        return f"attempt-{self.attempt}"


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)
    return Job(**{**values, "request": json.loads(values["request"]), "outcome": json.loads(values["outcome"])})


class Store:
    """The database of jobs at `path`."""

    def __init__(self, path: Path) -> None:
        self._engine = create_engine(f"sqlite:///{path}")
        event.listen(self._engine, "connect", _set_up)
        _META.create_all(self._engine)

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def add(self, values: dict[str, Any]) -> tuple[Job, bool]:
        """The new job, and True; or the job that came with the same key before, and False."""
        row = {**values, "request": json.dumps(values["request"]), "state": "queued", "outcome": "{}"}
        try:
            with self._engine.begin() as connection:
                return _job(connection.execute(JOBS.insert().values(row).returning(JOBS)).one()), True
        except IntegrityError:
            earlier = self.by_key(values["key"])
            if earlier is None:
                raise
            return earlier, False

    def get(self, id: str) -> Job | None:
        """The job of that id."""
        return self._one(select(JOBS).where(JOBS.c.id == id))

    def by_key(self, key: str | None) -> Job | None:
        """The job that came with that key."""
        return self._one(select(JOBS).where(JOBS.c.key == key)) if key else None

    def latest(self, most: int, before: int | None = None) -> list[Job]:
        """The newest jobs first, those before number `before`."""
        query = select(JOBS).order_by(JOBS.c.number.desc()).limit(most)
        return self._all(query if before is None else query.where(JOBS.c.number < before))

    def count(self, state: str) -> int:
        """How many jobs are in that state."""
        with self._engine.connect() as connection:
            return connection.execute(select(func.count()).where(JOBS.c.state == state)).scalar_one()

    def claim(self, now: str) -> Job | None:
        """The oldest queued job, now running, its attempt counted up; None where none waits."""
        oldest = select(JOBS.c.number).where(JOBS.c.state == "queued").order_by(JOBS.c.number).limit(1)
        begun = {"state": "running", "attempt": JOBS.c.attempt + 1, "started": now}
        return self._change(
            update(JOBS).where(JOBS.c.number == oldest.scalar_subquery(), JOBS.c.state == "queued").values(begun)
        )

    def end(self, job: Job, state: str, outcome: dict[str, Any], now: str) -> bool:
        """Whether the attempt's result was taken: it still ran, and nobody cancelled it or began it again."""
        ended = {"state": state, "outcome": json.dumps(outcome), "ended": now}
        return self._change(self._this(job).values(ended)) is not None

    def again(self, job: Job) -> bool:
        """Queue a job again whose process died; False where that happened too often, or it no longer runs."""
        query = self._this(job).where(JOBS.c.crashes < MOST_CRASHES)
        return self._change(query.values(state="queued", crashes=JOBS.c.crashes + 1)) is not None

    def cancel(self, id: str, now: str) -> Job | None:
        """The job, cancelled now; None where it is over or unknown."""
        query = update(JOBS).where(JOBS.c.id == id, JOBS.c.state.in_(LIVE))
        return self._change(query.values(state="cancelled", ended=now))

    def resume(self) -> int:
        """Queue again what ran when the service ended; how many."""
        with self._engine.begin() as connection:
            return connection.execute(update(JOBS).where(JOBS.c.state == "running").values(state="queued")).rowcount

    def _this(self, job: Job) -> Any:
        return update(JOBS).where(JOBS.c.id == job.id, JOBS.c.state == "running", JOBS.c.attempt == job.attempt)

    def _change(self, query: Any) -> Job | None:
        with self._engine.begin() as connection:
            row = connection.execute(query.returning(JOBS)).one_or_none()
        return _job(row) if row else None

    def _one(self, query: Any) -> Job | None:
        found: Sequence[Job] = self._all(query)
        return found[0] if found else None

    def _all(self, query: Any) -> list[Job]:
        with self._engine.connect() as connection:
            return [_job(row) for row in connection.execute(query)]


def _set_up(connection: sqlite3.Connection, _: object) -> None:
    """Readers beside a writer, and a commit that is on the disk when it returns."""
    for word in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {word}")
