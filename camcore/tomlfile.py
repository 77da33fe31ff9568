"""TOML files read into strict models, with every error at its line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Hashable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo, field_validator

from camcore.findings import CamError, Finding

MAX_BYTES = 1_000_000
"""No hand-written TOML file is larger; more is refused before it is parsed."""

Key = tuple[str | int, ...]
ModelT = TypeVar("ModelT", bound=BaseModel)


class Strict(BaseModel):
    """Model that knows all its keys and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _as_written(cls, value: Any, info: ValidationInfo) -> Any:
        """Numbers are written without quotes, and neither they nor texts stand for true and false."""
        field = cls.model_fields[str(info.field_name)]
        if _converts(field.metadata):
            return value
        kinds = _kinds(cast(Hashable, field.annotation))
        if kinds <= _NUMBERS and any(isinstance(leaf, str | bool) for leaf in _leaves(value)):
            raise ValueError("must be a number, without quotes")
        if kinds <= _SWITCH and not isinstance(value, bool | None):
            raise ValueError("must be true or false, without quotes")
        return value


_NUMBERS, _SWITCH = frozenset([int, float, type(None)]), frozenset([bool, type(None)])


def _converts(metadata: Sequence[Any]) -> bool:
    return any(isinstance(each, BeforeValidator) for each in metadata)


@cache
def _kinds(annotation: Hashable) -> frozenset[Any]:
    """Types of the single values that a field takes; one that converts what is written counts as a type of its own."""
    if get_origin(annotation) is Annotated and _converts(get_args(annotation)[1:]):
        return frozenset([BeforeValidator])
    inner = [each for each in get_args(annotation) if each is not Ellipsis]
    return frozenset[Any]().union(*map(_kinds, inner)) if inner else frozenset([annotation])


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each)
    else:
        yield value


def load(path: Path, model: type[ModelT], **context: Any) -> ModelT:
    """The file as a `model`; `context` reaches its validators.

    Raises CamError with one finding for each error: E301 unreadable file, E302 no TOML, E303 wrong key or value.
    """
    text = read_text(path)
    return parse(text, model, str(path), **context)


def read_text(path: Path) -> str:
    """Text of a TOML file. Raises CamError E301 when it is missing, too large or not UTF-8."""
    try:
        if path.stat().st_size > MAX_BYTES:
            message = f"file is larger than {MAX_BYTES} bytes"
            raise CamError(Finding("E301", message, "is this the right file?", str(path)))
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        raise CamError(Finding("E301", f"cannot read it: {reason}", "check the path and the file", str(path))) from None


def parse(text: str, model: type[ModelT], file: str, **context: Any) -> ModelT:
    """As `load`, from text; `file` is the name in findings."""
    return checked(table(text, file), model, text, file, **context)


def table(text: str, file: str) -> dict[str, Any]:
    """What the text says. Raises CamError E302 where it is no TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CamError(Finding("E302", str(error), "mend the TOML syntax there", file, _place(str(error)))) from None


def checked(said: dict[str, Any], model: type[ModelT], text: str, file: str, **context: Any) -> ModelT:
    """A table as a `model`; findings E303 have the lines that its keys have in `text`."""
    try:
        return model.model_validate(said, context=context)
    except ValidationError as error:
        lines = key_lines(text)
        raise CamError([_finding(group, lines, model, file) for group in _grouped(error)]) from None


def _place(message: str) -> dict[str, Any]:
    match = re.search(r"line (\d+)", message)
    return {"line": int(match[1])} if match else {}


def _grouped(error: ValidationError) -> list[list[Any]]:
    """Errors by key, in file order; a table's own complaint is left out where one of its keys has one."""
    groups: dict[Key, list[Any]] = {}
    for item in error.errors():
        key = tuple(word for word in item["loc"] if not _is_union_tag(word))
        groups.setdefault(key, []).append(item)
    inner = {key[:end] for key in groups for end in range(len(key))}
    return [group for key, group in groups.items() if key not in inner or not key]


def _finding(group: list[Any], lines: dict[Key, int], model: type[BaseModel], file: str) -> Finding:
    item = group[0]
    key: Key = tuple(word for word in item["loc"] if not _is_union_tag(word))
    where: dict[str, Any] = {"line": line_of(key, lines), "key": spoken(key)}
    if item["type"] == "extra_forbidden":
        return Finding("E303", f"key {spoken(key)!r} is not known", _nearest(key, model), file, where)
    if item["type"] == "missing":
        return Finding("E303", f"key {spoken(key)!r} is missing", "add it", file, where)
    said = " or ".join(dict.fromkeys(_said(each["msg"]) for each in group))
    value = f" = {item['input']!r}" if key and len(repr(item["input"])) < 60 else ""
    return Finding("E303", f"{spoken(key)}{value}: {said}".removeprefix(": "), "change the value", file, where)


def _said(message: str) -> str:
    return message.removeprefix("Value error, ").replace("Input should be ", "must be ")


_UNION_TAG = re.compile(r"(float|int|str|bool|literal|list|tuple|dict|function|constrained)\b[\[\-(]?.*")


def _is_union_tag(word: str | int) -> bool:
    """Pydantic puts the tried type's name (``float``, ``list[float]``, ``function-…``) into a union's location."""
    return isinstance(word, str) and bool(_UNION_TAG.match(word))


def _nearest(key: Key, model: type[BaseModel]) -> str:
    names: list[str] = []

    def collect(kind: type[BaseModel]) -> None:
        for name, info in kind.model_fields.items():
            names.append(info.alias or name)
            for part in _models_in(info.annotation):
                collect(part)

    collect(model)
    close = difflib.get_close_matches(str(key[-1]), names, n=1)
    return f"did you mean {close[0]!r}?" if close else "take it out, or look it up in the documentation"


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in getattr(annotation, "__args__", ()) for model in _models_in(inner)]


def spoken(key: Key) -> str:
    """Key as a person would write it: ``parts[1].quantity``; counting from 0."""
    text = ""
    for word in key:
        text += f"[{word}]" if isinstance(word, int) else f".{word}" if text else word
    return text


def line_of(key: Key, lines: dict[Key, int]) -> int:
    """Line of the key, or of the nearest table around it; 1 when there is none."""
    for end in range(len(key), 0, -1):
        if key[:end] in lines:
            return lines[key[:end]]
    return 1


_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(?:#.*)?$")
_ASSIGN = re.compile(r"""^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=""")


def key_lines(text: str) -> dict[Key, int]:
    """Line number (from 1) of each table header and key; arrays of tables count from 0."""
    found: dict[Key, int] = {}
    counts: dict[str, int] = {}
    table: Key = ()
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = _words(header[2])
            if header[1] == "[[":
                index = counts.get(header[2], 0)
                counts[header[2]] = index + 1
                found.setdefault(table, number)
                table = (*table, index)
            elif table[0] in counts and len(table) > 1:
                table = (table[0], counts[str(table[0])] - 1, *table[1:])
            found.setdefault(table, number)
        elif assign := _ASSIGN.match(line):
            found.setdefault((*table, *_words(assign[1])), number)
    return found


def _words(dotted: str) -> Key:
    return tuple(word.strip().strip("\"'") for word in re.findall(r"\"[^\"]*\"|'[^']*'|[^.]+", dotted))
