"""The journal of a batch: one line for each row that is done, on disk before the next; a stop loses nothing else.

The last of two lines with one key holds. A torn last line, left by a process that was killed, is cut off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from camcore.files import lock
from camcore.findings import CamError, Finding

NAME = "journal.jsonl"


class Journal:
    """The journal of a folder, open to be added to, held against other processes. A context manager. Mutable.

    Raises CamError E965 where another process holds it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self._file: IO[bytes] = self.path.open("a+b")
        try:
            lock(self._file)
        except OSError:
            self._file.close()
            message = "another batch writes into this folder"
            raise CamError(Finding("E965", message, "wait for it, or name another folder", str(folder))) from None
        self._places: dict[str, int] = {}
        self._end = 0
        for place, entry in self._entries():
            self._places[entry["key"]] = place

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _entries(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Whole entries with their places; what stands behind the last whole one is cut off."""
        self._file.seek(0)
        place = 0
        for raw in self._file:
            entry = _whole(raw)
            if entry is None:
                break
            yield place, entry
            place += len(raw)
        self._file.truncate(place)
        self._end = place

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def entry(self, key: str) -> dict[str, Any]:
        """What was noted under a key. Raises KeyError where there is nothing."""
        self._file.seek(self._places[key])
        found: dict[str, Any] = json.loads(self._file.readline())
        return found

    def note(self, key: str, entry: dict[str, Any]) -> None:
        """Add an entry; it is on disk when this returns."""
        raw = json.dumps({"key": key, **entry}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._file.seek(0, os.SEEK_END)
        self._file.write(raw)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._places[key] = self._end
        self._end += len(raw)


def _whole(raw: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(raw) if raw.endswith(b"\n") else None
    except ValueError:
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("key"), str) else None
