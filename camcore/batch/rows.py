"""Lists of drawings to be priced: CSV as spreadsheets write it, one row a drawing."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from camcore import estimating, quoting
from camcore.batch.model import Row
from camcore.estimating import Order
from camcore.findings import CamError, Finding
from camcore.job import ROTATIONS
from camcore.units import MM_PER_UNIT, parse_length

_Wrong = Callable[[str, str, str], CamError]
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "drawing": ("file", "dxf", "part"),
    "quantity": ("quantities", "qty", "breaks"),
    "material": (),
    "thickness": (),
    "sheet": ("stock",),
    "machine": (),
    "rotation": (),
    "units": ("unit",),
    "cost": ("sheet cost",),
    "operations": ("with",),
    "rates": (),
}
"""Columns, with other names that they may have; case, spaces and hyphens do not matter."""
DELIMITERS = ",;\t|"
MAX_BYTES = 50_000_000
"""A longer list is refused unread."""
_DECIMAL_COMMA = re.compile(r"^\s*\d+,\d+\s*[a-zA-Z\"']*\s*$")


@dataclass(frozen=True, slots=True)
class Listed:
    """The rows of a list that make sense, the lines of the others, and what was found."""

    rows: tuple[Row, ...]
    wrong: tuple[tuple[int, str, Finding], ...]
    findings: tuple[Finding, ...]


NOTHING = Order()


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a row says nothing."""

    order: Order = NOTHING
    quantities: tuple[int, ...] = quoting.BREAKS
    operations: tuple[str, ...] = ()
    rates: str = ""


def read(path: Path, defaults: Defaults) -> Listed:
    """The rows of a list. Raises CamError E960 for a file that is none, or has no column of drawings."""
    text = _text(path)
    delimiter = _delimiter(text)
    table = csv.reader(text.splitlines(keepends=True), delimiter=delimiter, skipinitialspace=True)
    reader = _Reader(path, defaults, delimiter)
    rows: list[Row] = []
    wrong: list[tuple[int, str, Finding]] = []
    try:
        for line, cells in _numbered(table):
            if not reader.names:
                reader.begin(cells)
                continue
            said = reader.said(cells)
            try:
                rows.append(reader.row(line, said))
            except CamError as error:
                wrong.append((line, said.get("drawing", ""), error.findings[0]))
    except csv.Error as error:
        raise _unreadable(path, str(error), "save it as CSV") from None
    if not reader.names:
        raise _unreadable(path, "it is empty", f"the first row names the columns: {', '.join(COLUMNS)}")
    return Listed(tuple(rows), tuple(wrong), tuple(reader.findings))


def _numbered(table: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; empty ones and comments are left out."""
    before = 0
    for cells in table:
        line, before = before + 1, table.line_num  # type: ignore[attr-defined]
        if any(cell.strip() for cell in cells) and not cells[0].lstrip().startswith("#"):
            yield line, cells


def _text(path: Path) -> str:
    """The file's text: UTF-8, UTF-16 with its mark, or else the code page of western spreadsheets."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _unreadable(path, f"it is larger than {MAX_BYTES} bytes", "split it")
        raw = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, f"it cannot be read: {error.strerror}", "check the path") from None
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _delimiter(text: str) -> str:
    """What parts the columns: what the first row has most of."""
    first = next((row for row in text.splitlines() if row.strip() and not row.lstrip().startswith("#")), "")
    return max(DELIMITERS, key=first.count)


def _unreadable(path: Path, message: str, advice: str) -> CamError:
    return CamError(Finding("E960", f"no list of drawings: {message}", advice, str(path)))


class _Reader:
    """Rows to what they say. Mutable: names of the columns and findings come with the first row."""

    def __init__(self, path: Path, defaults: Defaults, delimiter: str) -> None:
        self.path, self.defaults, self.delimiter = path, defaults, delimiter
        self.names: list[str | None] = []
        self.findings: list[Finding] = []

    def begin(self, cells: Sequence[str]) -> None:
        """Take the first row, which names the columns."""
        known = {_plain(word): name for name, words in COLUMNS.items() for word in (name, *words)}
        self.names = [known.get(_plain(cell)) for cell in cells]
        if "drawing" not in self.names:
            said = ", ".join(cell.strip() for cell in cells)[:80]
            raise _unreadable(self.path, f"no column drawing in its first row, {said!r}", "name the columns there")
        for cell, name in zip(cells, self.names, strict=True):
            if name is None and cell.strip():
                close = difflib.get_close_matches(_plain(cell), known, n=1)
                advice = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(COLUMNS)}"
                message = f"column {cell.strip()!r} is not known; left out"
                self.findings.append(Finding("W962", message, advice, str(self.path), {"line": 1, "key": cell.strip()}))

    def said(self, cells: Sequence[str]) -> dict[str, str]:
        """What a row says, by column; of two columns of one name the last that is filled."""
        pairs = zip(self.names, cells, strict=False)
        return {name: cell.strip() for name, cell in pairs if name and cell.strip()}

    def row(self, line: int, said: Mapping[str, str]) -> Row:
        """What a row asks for. Raises CamError E961 at line and column for what makes no sense."""

        def wrong(key: str, message: str, advice: str) -> CamError:
            return CamError(Finding("E961", f"{key}: {message}", advice, str(self.path), {"line": line, "key": key}))

        for key in ("drawing", "material", "thickness"):
            if not said.get(key, "") and not getattr(self.defaults.order, key, None):
                raise wrong(
                    key, "is missing", f"fill the column, or say --{key}" if key != "drawing" else "name a file"
                )
        order = self._order(said, wrong)
        try:
            words = re.sub(r"[;|/\s]+", ",", said.get("quantity", "")).strip(",")
            counts = tuple(estimating.quantities(words)) if words else self.defaults.quantities
        except CamError as error:
            raise wrong("quantity", error.findings[0].message, error.findings[0].advice) from None
        operations = tuple(re.findall(r"[a-z0-9-]+", said.get("operations", "").lower()))
        asked = operations or self.defaults.operations
        return Row(line, said["drawing"], order, counts, asked, said.get("rates", self.defaults.rates))

    def _order(self, said: Mapping[str, str], wrong: _Wrong) -> Order:
        given = self.defaults.order
        thickness = said.get("thickness", given.thickness or "")
        if self.delimiter != "," and _DECIMAL_COMMA.match(thickness):
            thickness = thickness.replace(",", ".")
        order = Order(
            material=said.get("material", given.material),
            thickness=thickness,
            sheet=said.get("sheet", given.sheet),
            machine=said.get("machine", given.machine),
            rotation=said.get("rotation", given.rotation).lower(),
            units=said.get("units", given.units),
            cost=self._cost(said, wrong),
        )
        try:
            parse_length(thickness)
        except ValueError as error:
            raise wrong("thickness", str(error), "give it in mm, or with a unit") from None
        if order.rotation not in ROTATIONS:
            raise wrong("rotation", f"there is no {order.rotation!r}", f"take one of {', '.join(ROTATIONS)}")
        if order.units and order.units not in MM_PER_UNIT:
            raise wrong("units", f"there are no {order.units!r}", f"take one of {', '.join(MM_PER_UNIT)}")
        return order

    def _cost(self, said: Mapping[str, str], wrong: _Wrong) -> float | None:
        text = said.get("cost", "")
        if not text:
            return self.defaults.order.cost
        if not re.fullmatch(r"\d{1,9}([.,]\d{1,6})?", text):
            raise wrong("cost", f"{text!r} is no amount", "give the cost of a sheet, as 85 or 85.50")
        return float(text.replace(",", "."))


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", " ", word.strip().lower())
