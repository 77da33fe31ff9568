"""Forms 1, 2 and 3 of AS9102 as a workbook: known fields filled in and locked, all others open to be filled in.

Same article, same bytes: the times that openpyxl and the zip format write are set to one date.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from camcore.papers.article import Article
from camcore.papers.forms import (
    FORM_1,
    FORM_2,
    FORM_3,
    FORM_3_TITLES,
    RESULTS,
    Facts,
    Field,
    datum,
    form_1,
    form_2,
    form_3,
    heading,
)

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The date of every file in the workbook: the earliest that the zip format can say."""
_TIME = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms)")
_THIN = Side(style="thin", color="999999")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_LABEL, _BOLD, _TITLE = Font(size=8, color="596067"), Font(size=9, bold=True), Font(size=13, bold=True)
_TOP = Alignment(vertical="top", wrap_text=True)
_OPEN = PatternFill("solid", fgColor="FFFBE6")
"""Cells that are to be filled in."""
_WIDTHS = (7, 8, 10, 44, 16, 14, 14, 52, 10, 10, 9)
FIRST_ROW = 7
"""Row of the heads of Forms 2 and 3."""
_CHECK = ("Lower limit", "Upper limit", "Within?")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def workbook(article: Article, facts: Facts, paper: str) -> bytes:
    """The workbook; `paper` is "A4" or "letter"."""
    book = Workbook()
    book.properties.creator, book.properties.title = facts.organization, f"First article {facts.number}".strip()
    one, two, three = book.active, book.create_sheet(), book.create_sheet()
    for sheet, name, title, wide in (
        (one, "Form 1", FORM_1, False),
        (two, "Form 2", FORM_2, True),
        (three, "Form 3", FORM_3, True),
    ):
        _page(sheet, (name, title), facts, paper, wide)
    _first(one, form_1(facts))
    _second(two, facts)
    _third(three, article, facts)
    file = io.BytesIO()
    book.save(file)
    return _dated(file.getvalue())


def _page(sheet: Worksheet, names: tuple[str, str], facts: Facts, paper: str, wide: bool) -> None:
    """Title, marking and print setup; what is not open is protected, without a password."""
    sheet.title = names[0]
    _put(sheet, 1, 1, names[1], _TITLE)
    _put(sheet, 2, 1, facts.marking, _BOLD)
    sheet.page_setup.orientation = "landscape" if wide else "portrait"
    sheet.page_setup.paperSize = 9 if paper == "A4" else 1
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "Page &P of &N"
    sheet.oddHeader.center.text = sheet.oddFooter.left.text = facts.marking.replace("&", "&&")[:200]
    sheet.protection.sheet = True
    sheet.protection.formatColumns = sheet.protection.formatRows = False


def _put(sheet: Worksheet, row: int, column: int, value: str | float | None, font: Font | None = None) -> Any:
    """A cell with a value; text is never taken for a formula."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", value) or None
        cell.data_type = "s" if cell.value else "n"
    else:
        cell.value = value
    cell.font, cell.alignment = font or Font(size=9), _TOP
    return cell


def _field(sheet: Worksheet, row: int, column: int, value: str) -> None:
    """A field: locked where it is filled in, open where it is not."""
    cell = _put(sheet, row, column, value)
    cell.border = _BOX
    if not value:
        cell.protection, cell.fill = Protection(locked=False), _OPEN


def _first(sheet: Worksheet, fields: Sequence[Field]) -> None:
    for column, width in zip("ABC", (6, 46, 50), strict=True):
        sheet.column_dimensions[column].width = width
    for row, field in enumerate(fields, 4):
        _put(sheet, row, 1, field.number, _LABEL).border = _BOX
        _put(sheet, row, 2, field.title, _LABEL).border = _BOX
        _field(sheet, row, 3, field.value)
        sheet.row_dimensions[row].height = 22


def _head(sheet: Worksheet, facts: Facts, columns: Sequence[int]) -> None:
    """Fields 1 to 4 over a table."""
    for column, field in zip(columns, heading(facts), strict=True):
        _put(sheet, 4, column, f"{field.number}  {field.title}", _LABEL)
        _field(sheet, 5, column, field.value)


def _heads(sheet: Worksheet, titles: Sequence[tuple[str, str]], extra: Sequence[str] = ()) -> None:
    for column, title in enumerate([*(f"{number}  {title}" for number, title in titles), *extra], 1):
        cell = _put(sheet, FIRST_ROW, column, title, Font(size=8, bold=True))
        cell.border, cell.fill = _BOX, PatternFill("solid", fgColor="F1F2F0")
    sheet.freeze_panes = sheet.cell(FIRST_ROW + 1, 1)
    sheet.print_title_rows = f"1:{FIRST_ROW}"


def _second(sheet: Worksheet, facts: Facts) -> None:
    rows = form_2(facts)
    for column in range(1, len(rows[0]) + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 20
    _head(sheet, facts, (1, 2, 3, 4))
    _heads(sheet, [(field.number, field.title) for field in rows[0]])
    for row, fields in enumerate(rows, FIRST_ROW + 1):
        sheet.row_dimensions[row].height = 36
        for column, field in enumerate(fields, 1):
            _field(sheet, row, column, field.value)


def _third(sheet: Worksheet, article: Article, facts: Facts) -> None:
    """Form 3 with limits beside it and a formula that tells whether a result is within; results are left blank."""
    for column, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    _head(sheet, facts, (4, 5, 6, 8))
    _heads(sheet, FORM_3_TITLES, _CHECK)
    _put(sheet, 3, 1, datum(article), _LABEL).alignment = Alignment()
    result = get_column_letter(RESULTS + 1)
    low, high = (get_column_letter(len(FORM_3_TITLES) + k) for k in (1, 2))
    for row, (cells, characteristic) in enumerate(
        zip(form_3(article), article.characteristics, strict=True), FIRST_ROW + 1
    ):
        for column, value in enumerate(cells, 1):
            _field(sheet, row, column, value)
        limits = characteristic.lower, characteristic.upper
        for column, limit in enumerate(limits, len(FORM_3_TITLES) + 1):
            _put(sheet, row, column, limit, _LABEL).border = _BOX
        cell = sheet.cell(row, len(FORM_3_TITLES) + 3)
        cell.border, cell.font = _BOX, _BOLD
        if None not in limits:
            within = f"AND({result}{row}>={low}{row},{result}{row}<={high}{row})"
            cell.value = f'=IF(ISNUMBER({result}{row}),IF({within},"yes","NO"),"")'
    sheet.print_area = f"A1:{get_column_letter(len(_WIDTHS))}{FIRST_ROW + len(article.characteristics)}"


def _dated(raw: bytes) -> bytes:
    """The same workbook with the same times whenever it is written."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            data = source.read(name)
            if name == "docProps/core.xml":
                data = _TIME.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", data)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            target.writestr(entry, data)
    return file.getvalue()
