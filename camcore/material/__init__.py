"""Materials: what they are and how they are cut; each number with its source and status."""

from __future__ import annotations

import difflib
import os
from functools import cache
from importlib import resources
from pathlib import Path

from camcore import tomlfile
from camcore.findings import CamError, Finding
from camcore.material import shop
from camcore.material.model import Library, Material

__all__ = ["SHOP", "Material", "library", "load", "names", "shop_file"]

SHOP = "CAMCORE_MATERIALS"
"""Environment variable that names the shop's own file, where no call or job names one."""


def shop_file(own: Path | None = None) -> Path | None:
    """The shop's own file: `own`, else what SHOP names; None where there is none."""
    return own or (Path(os.environ[SHOP]) if os.environ.get(SHOP) else None)


def library(own: Path | None = None) -> Library:
    """The library that comes with camcore, with `shop_file` laid over it. Raises CamError as `shop.over`."""
    path = shop_file(own)
    return shop.over(_text(), path) if path else _shipped()


@cache
def _shipped() -> Library:
    return tomlfile.parse(_text(), Library, "library.toml")


@cache
def _text() -> str:
    return (resources.files("camcore.material") / "library.toml").read_text("utf-8")


def names(own: Path | None = None) -> list[str]:
    """Ids of all materials of `library`."""
    return sorted(library(own).materials)


def load(name: str, own: Path | None = None) -> Material:
    """The material of that id in `library`. Raises CamError E330 with the nearest ids for an unknown one."""
    book = library(own)
    entry = book.materials.get(name)
    if entry is None:
        close = difflib.get_close_matches(name.lower(), book.materials, n=3, cutoff=0.4)
        known = ", ".join(sorted(book.materials))
        advice = f"did you mean {' or '.join(map(repr, close))}?" if close else f"take one of {known}"
        raise CamError(Finding("E330", f"there is no material {name!r}", advice))
    return Material(
        id=name,
        entry=entry,
        mill=book.mill[entry.mill] if entry.mill else None,
        laser=book.laser[entry.laser] if entry.laser else None,
        spacing=book.spacing,
        sources=book.sources,
    )
