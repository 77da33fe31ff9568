"""The way to the database: its URL, its engine, and its errors as findings."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import NullPool

from camcore.findings import CamError, Finding

VARIABLE = "CAMCORE_STOCK"
"""Environment variable that names the database where no option does."""
PATIENCE = 20
"""Seconds that a change waits for those of others before it gives up."""
PAUSE = 0.01
"""After this time, s, it is tried again where the database does not wait by itself."""
_BUSY = {"55P03", "40P01", "40001"}
"""SQLSTATE of PostgreSQL: lock not available, deadlock detected, serialization failure."""
_SQLITE_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SQLITE_ALIEN = {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT}


def default_file() -> Path:
    """The database of this user: stock.sqlite in the folder for data that the system names."""
    if sys.platform == "win32":
        home = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        home = Path.home() / "Library" / "Application Support"
    else:
        named = Path(os.environ.get("XDG_DATA_HOME") or "")
        home = named if named.is_absolute() else Path.home() / ".local" / "share"
    return home / "camcore" / "stock.sqlite"


def url_of(said: str | None) -> URL:
    """The URL that is meant by an option, else by CAMCORE_STOCK, else that of the user's own file.

    A path stands for a file of SQLite. Raises CamError E920 for what is no URL of SQLite or PostgreSQL.
    """
    said = said or os.environ.get(VARIABLE) or str(default_file())
    if "://" not in said:
        return URL.create("sqlite+pysqlite", database=str(Path(said).expanduser()))
    try:
        url = make_url(said)
    except (ArgumentError, ValueError):
        raise _unreachable("the URL of the stock database makes no sense", _FORMS) from None
    backend = {"postgres": "postgresql"}.get(url.get_backend_name(), url.get_backend_name())
    drivers = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    if backend not in drivers or (backend == "sqlite" and url.database in (None, "", ":memory:")):
        raise _unreachable(f"a stock is not kept in {shown(url)}", _FORMS)
    if backend == "postgresql" and find_spec("psycopg") is None:
        raise _unreachable("there is no driver for PostgreSQL", "install camcore[postgres]")
    return url.set(drivername=drivers[backend])


_FORMS = "give a path, sqlite:///stock.sqlite or postgresql://user@host/database"


def shown(url: URL) -> str:
    """The URL for people, without its password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    kept = {name: value for name, value in url.query.items() if "password" not in name.lower()}
    return url.set(query=kept).render_as_string(hide_password=True).replace("+psycopg", "")


def engine_of(url: URL) -> Engine:
    """An engine whose changes wait for one another: immediate transactions on SQLite, row locks on PostgreSQL."""
    if url.get_backend_name() == "postgresql":
        options = f"{url.query.get('options', '')} -c lock_timeout={int(PATIENCE * 1000)}"
        wait = {"connect_timeout": max(2, int(PATIENCE)), "options": options}
        return create_engine(url.difference_update_query(["options"]), poolclass=NullPool, connect_args=wait)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _sqlite_connected)
    event.listen(engine, "begin", _sqlite_begun)
    return engine


def _sqlite_connected(connection: Any, _: Any) -> None:
    """SQLAlchemy begins the transactions, not the driver; what is committed is on the disk."""
    connection.isolation_level = None
    _keep_log(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _keep_log(connection: Any) -> None:
    """Put a new database into its mode with a log, which SQLite may refuse at once, whatever its timeout, where others
    do the same."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(PAUSE)


def _sqlite_begun(connection: Any) -> None:
    kind = "DEFERRED" if connection.get_execution_options().get("reading") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {kind}")


@contextmanager
def speaking(url: URL) -> Iterator[None]:
    """Errors of the database as CamError: E920 not reached, E921 busy, E923 no stock database."""
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        raise _told(getattr(error, "orig", error), url) from None


def _told(original: BaseException, url: URL) -> CamError:
    where = shown(url)
    sqlite = getattr(original, "sqlite_errorcode", 0) & 0xFF
    if sqlite in _SQLITE_BUSY or getattr(original, "sqlstate", None) in _BUSY:
        message = f"others have kept {where} busy for {PATIENCE} s"
        return CamError(Finding("E921", message, "do it again; if that does not help, see who holds it"))
    if sqlite in _SQLITE_ALIEN:
        return CamError(Finding("E923", f"{where} is no database, or it is damaged", "check the path; take the backup"))
    reason = _without_secrets(str(original).strip().split("\n")[0], url)
    return _unreachable(f"{where} does not do it: {reason}", "check the address, the rights and the room on the disk")


def _without_secrets(text: str, url: URL) -> str:
    secrets = [url.password, *(value for name, value in url.query.items() if "password" in name.lower())]
    for secret in secrets:
        text = text.replace(str(secret), "***") if secret else text
    return text


def _unreachable(message: str, advice: str) -> CamError:
    return CamError(Finding("E920", message, advice))
