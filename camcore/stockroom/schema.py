"""The schema of the stock database, step by step: each database knows which steps it has taken.

A step is never changed once it is out; what is new is a new step. Every step runs in the one transaction that also
notes it, so that a database is never between two.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, insert, inspect, select, text

from camcore.findings import CamError, Finding
from camcore.stockroom.tables import STEP

LOCK = 0x63616D73
"""Number of the advisory lock under which a PostgreSQL database takes its steps."""

_NUMBER = {
    "sqlite": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
    "postgresql": "INTEGER GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
}
_FLOAT = {"sqlite": "FLOAT", "postgresql": "DOUBLE PRECISION"}

_PIECE = """CREATE TABLE stock_piece (
    number {number},
    kind TEXT NOT NULL CHECK (kind IN ('sheet', 'remnant')),
    state TEXT NOT NULL CHECK (state IN ('available', 'reserved', 'consumed', 'scrapped')),
    material TEXT NOT NULL, grade TEXT, manufacturer TEXT, lot TEXT, certificate TEXT, certificate_sha256 TEXT,
    thickness {float} NOT NULL CHECK (thickness > 0), grain TEXT CHECK (grain IN ('x', 'y')),
    outline TEXT NOT NULL, holes TEXT NOT NULL, place TEXT, cost {float} CHECK (cost >= 0), received TEXT,
    parent INTEGER REFERENCES stock_piece (number),
    job TEXT, "by" TEXT, run TEXT, until TEXT, program TEXT, program_sha256 TEXT, manifest_sha256 TEXT,
    CHECK ((state = 'reserved') <= (job IS NOT NULL)),
    CHECK ((state = 'available') <= (job IS NULL AND program IS NULL))
)"""
_MOVEMENT = """CREATE TABLE stock_movement (
    number {number},
    at TEXT NOT NULL,
    piece INTEGER NOT NULL REFERENCES stock_piece (number),
    change TEXT NOT NULL,
    before TEXT,
    after TEXT NOT NULL,
    "by" TEXT NOT NULL,
    job TEXT, run TEXT, until TEXT, program TEXT, program_sha256 TEXT, manifest_sha256 TEXT, place TEXT, note TEXT
)"""


def _tables(connection: Connection) -> None:
    dialect = connection.dialect.name
    words = {"number": _NUMBER[dialect], "float": _FLOAT[dialect]}
    for statement in (_PIECE, _MOVEMENT):
        connection.execute(text(statement.format(**words)))
    connection.execute(text("CREATE INDEX stock_piece_of ON stock_piece (material, thickness, state)"))
    connection.execute(text("CREATE INDEX stock_movement_of ON stock_movement (piece, number)"))


def _keep_the_ledger(connection: Connection) -> None:
    """The database itself refuses to change or delete movements, and to delete pieces."""
    guarded = (("stock_movement", "UPDATE"), ("stock_movement", "DELETE"), ("stock_piece", "DELETE"))
    if connection.dialect.name == "postgresql":
        connection.execute(
            text(
                "CREATE FUNCTION stock_keep() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the ledger of the stock is only added to'; END $$"
            )
        )
    for table, change in guarded:
        name = f"CREATE TRIGGER {table}_{change.lower()} BEFORE {change} ON {table} FOR EACH ROW "
        keep = {
            "postgresql": "EXECUTE FUNCTION stock_keep()",
            "sqlite": "BEGIN SELECT RAISE(ABORT, 'the ledger of the stock is only added to'); END",
        }
        connection.execute(text(name + keep[connection.dialect.name]))


STEPS: tuple[Callable[[Connection], None], ...] = (_tables, _keep_the_ledger)
"""All steps in order; a database is of the version that is the count of steps that it has taken."""


def version(connection: Connection) -> int:
    """How many steps the database has taken; 0 for one without stock."""
    if not inspect(connection).has_table(STEP.name):
        return 0
    return int(connection.execute(select(func.coalesce(func.max(STEP.c.number), 0))).scalar_one())


def bring_up(connection: Connection, now: datetime) -> None:
    """Take the steps that are missing, in the caller's transaction, which others wait for.

    Raises CamError E922 for a database of a newer version.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
    taken = version(connection)
    refuse_newer(taken)
    STEP.create(connection, checkfirst=True)
    for number, step in enumerate(STEPS[taken:], taken + 1):
        step(connection)
        connection.execute(insert(STEP).values(number=number, at=now.isoformat()))


def refuse_newer(taken: int) -> None:
    """Raise CamError E922 where a database has taken more steps than this version of camcore knows."""
    if taken > len(STEPS):
        message = f"the stock database is of version {taken}; this camcore knows versions up to {len(STEPS)}"
        raise CamError(Finding("E922", message, "take the newer camcore, with which somebody has used it"))
