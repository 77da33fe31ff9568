"""Markup in which nothing unescaped can stand: text becomes markup by `tag` alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape


class Markup(str):
    """Text that is markup already, and is not escaped again."""

    __slots__ = ()


Child = str | float | None | Iterable["Child"]

VOID = frozenset({"meta", "input", "br", "link"})
"""HTML elements without content."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def tag(name: str, /, *children: Child, **attributes: str | float | bool | None) -> Markup:
    """An element with its children, every text and attribute escaped.

    A trailing underscore of an attribute's name falls away and others become hyphens (``class_``, ``aria_label``);
    None and False leave the attribute out, True gives it no value.
    """
    head = name + "".join(_attribute(key, value) for key, value in attributes.items())
    if name in VOID:
        return Markup(f"<{head}>")
    return Markup(f"<{head}>{join(*children)}</{name}>")


def join(*children: Child) -> Markup:
    """Children one after the other; texts escaped, None left out."""
    return Markup("".join(map(_text, children)))


def facts(rows: Sequence[tuple[str, Child]]) -> Markup:
    """A list of names and what they are."""
    return tag("dl", [tag("div", tag("dt", name), tag("dd", value)) for name, value in rows], class_="facts")


def _text(child: Child) -> str:
    if isinstance(child, Markup):
        return child
    if child is None:
        return ""
    if isinstance(child, str | int | float):
        return escape(_printable(str(child)))
    return join(*child)


def _attribute(key: str, value: str | float | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(_printable(str(value)))}"'


def _printable(text: str) -> str:
    """Control characters and lone surrogates, which no HTML may hold, as the replacement character."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
