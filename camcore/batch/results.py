"""What a batch leaves behind beside the quotes: one table of all rows and quantities, as CSV and Parquet."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

from camcore.findings import CamError, Finding

Format = Literal["csv", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "parquet")
MONEY = (
    "unit_price", "total", "material_amount", "setup", "run", "tools", "operations", "margin", "minimum", "rounding",
)  # fmt: skip
COLUMNS: dict[str, str] = {
    "line": "int64", "drawing": "string", "status": "string", "quantity": "int64", "unit_price": "money",
    "total": "money", "currency": "string", "example": "bool_", "material": "string", "thickness": "float64",
    "machine": "string", "made": "int64", "parts": "int64", "sheets": "int64", "last_share": "float64",
    "yield": "float64", "seconds": "float64", "confidence": "string",
    **dict.fromkeys(MONEY[2:], "money"),
    "quote": "string", "codes": "string", "message": "string",
}  # fmt: skip
"""Columns of the table with their types; rows without a price have neither quantity nor amounts."""
MOST_AT_ONCE = 10_000
"""Rows of a Parquet file that are in memory at once."""


def rows_of(line: int, drawing: str, material: str, entry: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows of the table for one row of the list: one a quantity, or one that says why there is none."""
    findings = entry["findings"]
    worst = min(findings, key=lambda each: "EWI".index(each["code"][0]), default=None)
    message = worst["message"] if worst and worst["code"][0] == "E" else ""
    codes = sorted({each["code"] for each in findings if each["code"][0] != "I"})
    every = {"line": line, "drawing": drawing, "status": entry["status"], "material": material,
             "quote": entry["quote"], "codes": " ".join(codes), "message": message}  # fmt: skip
    for each in entry["breaks"] or [{}]:
        amounts = {"material_amount" if name == "material" else name: value for name, value in each.items()}
        yield {name: (every | amounts).get(name) for name in COLUMNS}


def write(folder: Path, rows: Iterable[dict[str, Any]], formats: Iterable[Format]) -> list[Path]:
    """Write the table in these formats; the files written. Raises CamError E963 for Parquet without its package."""
    wanted = list(formats)
    writers = [WRITERS[each](folder) for each in wanted]
    for row in rows:
        for writer in writers:
            writer.add(row)
    return [writer.finish() for writer in writers]


def check(formats: Iterable[Format]) -> None:
    """Raises CamError E963 where a format's package is not installed."""
    if "parquet" in formats:
        _arrow()


def _arrow() -> Any:
    try:
        import_module("pyarrow.parquet")
        return import_module("pyarrow")
    except ImportError:
        advice = "install camcore[cluster], or take csv"
        raise CamError(Finding("E963", "the package pyarrow is not installed", advice)) from None


class _Whole:
    """A file that appears whole: it is written under another name, and renamed. Mutable."""

    def __init__(self, path: Path) -> None:
        self.path, self.part = path, path.with_name(f".{path.name}.part")

    def finish(self) -> Path:
        """Rename it."""
        os.replace(self.part, self.path)  # noqa: PTH105  # it says what it does
        return self.path


class CsvTable(_Whole):
    """results.csv: UTF-8 with its mark, so that spreadsheets see what it is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "results.csv")
        self._file = self.part.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.DictWriter(self._file, list(COLUMNS))
        self._writer.writeheader()

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row; a text that a spreadsheet would take for a formula gets an apostrophe."""
        self._writer.writerow({name: _tame(value) for name, value in row.items()})

    def finish(self) -> Path:
        """Close and rename it."""
        self._file.close()
        return super().finish()


def _tame(value: Any) -> Any:
    risky = isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(value)
    return f"'{value}" if risky else value


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


class ParquetTable(_Whole):
    """results.parquet: amounts as decimals of six places."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "results.parquet")
        arrow = _arrow()
        money = arrow.decimal128(18, 6)
        kinds = [(name, money if kind == "money" else getattr(arrow, kind)()) for name, kind in COLUMNS.items()]
        self._schema = arrow.schema(kinds)
        self._writer = arrow.parquet.ParquetWriter(self.part, self._schema)
        self._rows: list[Mapping[str, Any]] = []

    def add(self, row: Mapping[str, Any]) -> None:
        """One more row."""
        self._rows.append({name: _decimal(value) if COLUMNS[name] == "money" else value for name, value in row.items()})
        if len(self._rows) >= MOST_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._writer.write_table(_arrow().Table.from_pylist(self._rows, schema=self._schema))
        self._rows = []

    def finish(self) -> Path:
        """Write what is left, close and rename it."""
        if self._rows:
            self._flush()
        self._writer.close()
        return super().finish()


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


WRITERS: dict[Format, type[CsvTable] | type[ParquetTable]] = {"csv": CsvTable, "parquet": ParquetTable}
