"""Drawings as they were sent, by the digest of their bytes."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from camcore.files import write_whole
from camcore.findings import CamError, Finding

ID = re.compile(r"[0-9a-f]{64}")
LONGEST = 120
"""Bytes of a name that are kept."""
MOST_NAMES = 20
"""Names under which one content is kept; a further one gets the first."""
_ODD = re.compile(r"[^\w .()+#=,-]")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stored:
    """A drawing that was sent: `id` is the sha256 of its bytes, `name` the file's name, from which parts are named."""

    id: str
    name: str
    size: int
    path: Path


class Drawings:
    """The folder of drawings: ``<id>/<name>``; the same bytes under the same name are kept once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, data: bytes, name: str) -> Stored:
        """Keep a drawing that was sent."""
        digest = hashlib.sha256(data).hexdigest()
        path = self.folder / digest / plain_name(name)
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            if len(list(path.parent.iterdir())) >= MOST_NAMES:
                return self.find(digest)
            write_whole(path, data)
        return Stored(digest, path.name, len(data), path)

    def find(self, digest: str, name: str | None = None) -> Stored:
        """The drawing of that id, by one of its names or its first. Raises CamError E946 where it was never sent."""
        paths = sorted((self.folder / digest).glob("[!.]*")) if ID.fullmatch(digest) else []
        chosen = [path for path in paths if name is None or path.name == plain_name(name)] or paths
        if not chosen:
            raise CamError(Finding("E946", f"no drawing {digest[:80]!r} was sent", "send it to /api/v1/drawings first"))
        return Stored(digest, chosen[0].name, chosen[0].stat().st_size, chosen[0])


def plain_name(name: str) -> str:
    """A file name that every system takes and that leads nowhere else: the last word of a path, odd letters as _."""
    last = re.split(r"[\\/]", name)[-1]
    whole = re.sub(r"\.dxf$", "", _ODD.sub("_", last), flags=re.IGNORECASE).strip(" .")
    stem = whole.encode("utf-8", "ignore")[:LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"{'drawing' if not stem or _RESERVED.fullmatch(stem) else stem}.dxf"
