"""A shop's own materials: a TOML file of which each entry goes before that of the library, field by field."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from camcore import tomlfile
from camcore.findings import CamError, Finding
from camcore.material.model import Library
from camcore.tomlfile import Key

OWN = "shop: "
"""What the sources of a shop's own figures begin with, wherever they are told."""
_TABLES = ("mill", "laser", "spacing", "materials")


def over(shipped: str, path: Path) -> Library:
    """The library of the text `shipped` with what the file at `path` says in its place.

    Tables of one name are laid over each other field by field; a field, with its status and source, is taken whole.
    Raises CamError as `tomlfile.load` does, with the lines of the shop's file; E303 for sources that the library has.
    """
    own = tomlfile.read_text(path)
    book, said = tomllib.loads(shipped), tomlfile.table(own, str(path))
    problems = list(_problems(book, said, own, str(path)))
    if problems:
        raise CamError(problems)
    sources = {name: f"{OWN}{text}" for name, text in said.get("sources", {}).items()}
    merged = {**book, **said, "sources": {**book["sources"], **sources}}
    merged |= {name: _laid_over(book[name], said.get(name, {})) for name in _TABLES}
    return tomlfile.checked(merged, Library, own, str(path))


def _laid_over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    return below | {name: below.get(name, {}) | fields for name, fields in above.items()}


def _problems(book: dict[str, Any], said: dict[str, Any], text: str, file: str) -> Iterator[Finding]:
    """What would not be seen in the merged library: no version, tables that are none, sources under a shipped name."""
    lines = tomlfile.key_lines(text)

    def problem(key: Key, message: str, advice: str) -> Finding:
        where = {"line": tomlfile.line_of(key, lines), "key": tomlfile.spoken(key)}
        return Finding("E303", f"{tomlfile.spoken(key)}: {message}", advice, file, where)

    if "version" not in said:
        yield problem(("version",), "is missing", "add version = 1")
    for name in (*_TABLES, "sources"):
        table = said.get(name, {})
        if not isinstance(table, dict):
            yield problem((name,), "must be a table", "write it as [" + name + ".NAME]")
            continue
        for inner, fields in table.items():
            if name in _TABLES and not isinstance(fields, dict):
                yield problem((name, inner), "must be a table", f"write it as [{name}.{inner}]")
            elif name == "sources" and inner in book["sources"]:
                yield problem((name, inner), "is a source of the library", "give yours another name")
            elif name == "sources" and not isinstance(fields, str):
                yield problem((name, inner), "must be a text", "say where the figures come from")
