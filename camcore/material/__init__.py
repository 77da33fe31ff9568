"""Materials: what they are and how they are cut; each number with its source and status."""

from __future__ import annotations

import difflib
from functools import cache
from importlib import resources

from camcore import tomlfile
from camcore.findings import CamError, Finding
from camcore.material.model import Library, Material

__all__ = ["Material", "load", "shipped"]


@cache
def library() -> Library:
    """The library that comes with camcore."""
    entry = resources.files("camcore.material") / "library.toml"
    return tomlfile.parse(entry.read_text("utf-8"), Library, entry.name)


def shipped() -> list[str]:
    """Ids of the materials that come with camcore."""
    return sorted(library().materials)


def load(name: str) -> Material:
    """The material of that id. Raises CamError E330 with the nearest ids for an unknown one."""
    book = library()
    entry = book.materials.get(name)
    if entry is None:
        close = difflib.get_close_matches(name.lower(), book.materials, n=3, cutoff=0.4)
        advice = f"did you mean {' or '.join(map(repr, close))}?" if close else f"take one of {', '.join(shipped())}"
        raise CamError(Finding("E330", f"there is no material {name!r}", advice))
    return Material(
        id=name,
        entry=entry,
        mill=book.mill[entry.mill] if entry.mill else None,
        laser=book.laser[entry.laser] if entry.laser else None,
        spacing=book.spacing,
        sources=book.sources,
    )
