"""The database of the stock: where it is, which versions of its tables, what cannot be reached."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

import pytest
from databases import PASSWORD, new_postgres, server, url
from sqlalchemy import inspect, text
from stockroom_twin import SHEET, codes

from camcore.findings import CamError
from camcore.stockroom import connect, open_room, schema
from camcore.stockroom.connect import default_file, shown, url_of
from camcore.stockroom.tables import METADATA

__all__ = ["url"]


def test_the_steps_of_the_schema_lead_to_the_tables_as_they_are_mapped(url):
    found = inspect(open_room(url, create=True)._engine)
    for table in METADATA.tables.values():
        there = {column["name"]: column["nullable"] for column in found.get_columns(table.name)}
        assert there == {column.name: bool(column.nullable) for column in table.columns}, table.name


def test_a_database_of_an_older_version_is_brought_up(url, monkeypatch):
    steps = schema.STEPS
    monkeypatch.setattr(schema, "STEPS", steps[:1])
    (piece,) = open_room(url, create=True).add([SHEET], "me")
    monkeypatch.setattr(schema, "STEPS", steps)
    room = open_room(url)
    assert room.pieces() == (piece,)
    with room._engine.connect() as connection:
        assert schema.version(connection) == len(steps)


def test_a_database_of_a_newer_version_is_left_alone(url, monkeypatch):
    open_room(url, create=True)
    monkeypatch.setattr(schema, "STEPS", schema.STEPS[:1])
    assert codes(lambda: open_room(url)) == {"E922"}


def test_a_stock_that_is_not_there_is_not_made_by_looking(url, tmp_path):
    assert codes(lambda: open_room(url)) == {"E923"}
    assert codes(lambda: open_room(str(tmp_path / "nowhere" / "stock.sqlite"))) == {"E923"}
    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_is_no_database_is_a_finding(tmp_path):
    file = tmp_path / "stock.sqlite"
    file.write_bytes(b"this is a letter to the customer, and no database at all. " * 100)
    assert codes(lambda: open_room(str(file))) == {"E923"}
    with sqlite3.connect(tmp_path / "other.sqlite") as connection:
        connection.execute("CREATE TABLE other (x)")
    assert codes(lambda: open_room(str(tmp_path / "other.sqlite"))) == {"E923"}


@pytest.mark.parametrize(
    "said",
    ["mysql://me:s3cret@db/stock", "sqlite://", "sqlite:///:memory:", "postgresql://me:s3cret@127.0.0.1:1/stock",
     "://", "postgresql://me:s3cret@host:port/stock", "postgresql://127.0.0.1:1/stock?password=s3cret"],
)  # fmt: skip
def test_what_cannot_be_reached_is_a_finding_without_the_password(said):
    with pytest.raises(CamError) as caught:
        open_room(said)
    assert {finding.code for finding in caught.value.findings} == {"E920"}
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_wrong_password_is_not_told():
    if server() is None:
        pytest.skip("no PostgreSQL here")
    said = new_postgres().replace(PASSWORD.replace("/", "%2F"), "wrong-s3cret%2F")
    with pytest.raises(CamError) as caught:
        open_room(said)
    assert caught.value.findings[0].code == "E920"
    assert "wrong-s3cret" not in str(caught.value)
    assert "password authentication failed" in str(caught.value)


def test_a_url_is_shown_without_its_password():
    url = url_of("postgresql://me:s3cret@db/stock?sslmode=require&password=s3cret")
    assert shown(url) == "postgresql://me:***@db/stock?sslmode=require"
    assert shown(url_of("postgres://db/stock")) == "postgresql://db/stock"


def test_a_server_on_which_others_have_their_own_schema(url):
    if not url.startswith("postgresql"):
        pytest.skip("a file has no schemas")
    with open_room(url, create=True)._engine.begin() as connection:
        connection.execute(text("CREATE SCHEMA cutting"))
    own = open_room(f"{url}?options=-csearch_path%3Dcutting", create=True)
    own.add([SHEET], "me")
    assert (len(own.pieces()), open_room(url).pieces()) == (1, ())


def test_the_users_own_file_is_where_the_system_keeps_data(monkeypatch):
    monkeypatch.delenv("CAMCORE_STOCK", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert default_file() == Path("/data/camcore/stock.sqlite")
    monkeypatch.setenv("XDG_DATA_HOME", "not/absolute")
    assert default_file() == Path.home() / ".local/share/camcore/stock.sqlite"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/users/me/local")
    assert default_file() == Path("/users/me/local/camcore/stock.sqlite")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert default_file() == Path.home() / "Library/Application Support/camcore/stock.sqlite"
    assert url_of(None).database == str(default_file())
    monkeypatch.setenv("CAMCORE_STOCK", "postgresql://db/stock")
    assert url_of(None).host == "db"


def test_a_place_that_cannot_be_written_is_a_finding(tmp_path):
    (tmp_path / "file").write_text("")
    assert codes(lambda: open_room(str(tmp_path / "file" / "stock.sqlite"), create=True)) == {"E920"}
    (tmp_path / "folder.sqlite").mkdir()
    assert codes(lambda: open_room(str(tmp_path / "folder.sqlite"), create=True)) == {"E920"}


class Shy:
    """A connection to SQLite that is busy some times, as a new database is while others put it into its mode too."""

    def __init__(self, times: int, code: int = sqlite3.SQLITE_BUSY) -> None:
        self.times, self.code, self.asked = times, code, 0

    def execute(self, words: str) -> None:
        assert words == "PRAGMA journal_mode=WAL"
        self.asked += 1
        if self.asked <= self.times:
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = self.code
            raise error


def test_a_new_database_that_others_make_too_is_waited_for():
    shy = Shy(3)
    connect._keep_log(shy)
    assert shy.asked == 4


def test_nobody_waits_for_ever_nor_for_what_does_not_pass(monkeypatch):
    monkeypatch.setattr(connect, "PATIENCE", 0.05)
    with pytest.raises(sqlite3.OperationalError):
        connect._keep_log(Shy(10**9))
    ill = Shy(10**9, sqlite3.SQLITE_IOERR)
    with pytest.raises(sqlite3.OperationalError):
        connect._keep_log(ill)
    assert ill.asked == 1
