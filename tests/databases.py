"""Databases for tests of the stock: a file of SQLite each, and a private PostgreSQL server on loopback."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from functools import cache
from itertools import count
from pathlib import Path

import pytest

PASSWORD = "s3cret/word"
_numbers = count(1)


def binaries() -> Path | None:
    """Folder of initdb and pg_ctl, which Debian keeps out of PATH; the newest."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    return Path(found).parent if found else next((f for f in reversed(folders) if (f / "initdb").exists()), None)


@cache
def server() -> str | None:
    """URL of a server that lives as long as the tests of this process, without a database's name; None without one."""
    tools = binaries()
    if tools is None:
        return None
    home = Path(tempfile.mkdtemp(prefix="camcore-postgres-"))
    home.chmod(0o755)
    user = _unprivileged()
    if user:
        shutil.chown(home, user)
    (home / "password").write_text(PASSWORD)
    port = _free_port()
    said = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off -p {port} -c max_connections=60"
    data = str(home / "data")
    _as(user, tools / "initdb", "-D", data, "-U", "camcore", "-A", "scram-sha-256", "-E", "UTF8", "--locale=C",
        f"--pwfile={home / 'password'}")  # fmt: skip
    _as(user, tools / "pg_ctl", "-D", data, "-o", said, "-l", str(home / "log"), "-w", "start")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    atexit.register(_as, user, tools / "pg_ctl", "-D", data, "-m", "immediate", "stop")
    return f"postgresql://camcore:{PASSWORD.replace('/', '%2F')}@127.0.0.1:{port}"


def new_postgres() -> str:
    """URL of a new, empty database; skips the test where there is no server to be had."""
    import psycopg

    address = server()
    if address is None:
        pytest.skip("no PostgreSQL: neither initdb in PATH nor in /usr/lib/postgresql/*/bin")
    name = f"stock_{next(_numbers)}"
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{address}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a new, empty database of each kind."""
    return new_postgres() if request.param == "postgresql" else f"sqlite:///{tmp_path / 'stock.sqlite'}"


def _unprivileged() -> str | None:
    """A user for the server where the tests run as root, which PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _as(user: str | None, tool: Path, *words: str) -> None:
    before = ["runuser", "-u", user, "--"] if user else []
    subprocess.run(
        [*before, str(tool), *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
