"""Files: whole or not at all, and no larger than expected."""

import hashlib
import json
import os
import sys
import tempfile
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
