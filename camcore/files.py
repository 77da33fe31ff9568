"""Files: whole or not at all, and held by one process at a time."""

import errno
import hashlib
import json
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any


def write_whole(path: Path, data: str | bytes) -> None:
    """Write `data` to a temporary file beside `path`, then rename it, so that no reader sees half a file.

    Text is UTF-8 with the line ends it has. Raises OSError as the system does, with the name of `path`; that file is
    then as it was.
    """
    try:
        _write(path, data.encode() if isinstance(data, str) else data)
    except OSError as error:
        if error.filename:
            error.filename = str(path)
        raise


def _write(path: Path, raw: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def dump_json(value: Any) -> str:
    """JSON text with a final line end; same value, same bytes."""
    return json.dumps(value, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def lock(file: IO[bytes]) -> None:
    """Hold an open file for this process until it is closed, or the process ends. Raises OSError where another does."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the file `path` meanwhile; it says who does, and is removed in the end.

    Raises BlockingIOError, its reason what the file says, where another holds it, OSError where it cannot be made. What
    a killed process left is held by nobody, for the system lets go of its locks: the next one takes it over.
    On a file system that knows no locks nobody is kept out.
    """
    file = _taken(path)
    try:
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}".encode())
        yield
    finally:
        if sys.platform == "win32":  # where an open file cannot be removed
            file.close()
        with suppress(OSError):
            path.unlink()
        file.close()


def _taken(path: Path) -> IO[bytes]:
    """The open file `path`, locked; it is still that file then, and none that was removed by who held it before."""
    while True:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        file = os.fdopen(os.open(path, flags, 0o644), "r+b", buffering=0)
        try:
            file.seek(_BEHIND)  # where Windows locks, which lets nobody read what is locked
            lock(file)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES, errno.EDEADLK):
                raise BlockingIOError(errno.EAGAIN, _said(file), str(path)) from None
        file.seek(0)
        if _is(file, path):
            return file
        file.close()


_BEHIND = 1 << 20
"""No lock file is so long."""


def _said(file: IO[bytes]) -> str:
    with file:
        file.seek(0)
        return file.read(200).decode(errors="replace")


def _is(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False
