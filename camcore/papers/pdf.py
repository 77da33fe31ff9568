"""PDF pages that all papers share: frame, marking, header, page n of m, and the blocks that stand on them.

Same content, same bytes: reportlab writes no time and no random name when it is told to (`invariant`). The letters
are Bitstream Vera, which comes with reportlab under a licence that lets it be embedded; a character that it does not
have is written as its code point, so that a name on a signed paper is never silently another one.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, NamedTuple, TypeAlias
from xml.sax.saxutils import escape

from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

import camcore

PageSize = Literal["A4", "letter"]
SIZES: dict[PageSize, tuple[float, float]] = {"A4": A4, "letter": LETTER}
"""Width and height of the pages, points."""

REGULAR, BOLD = "Vera", "VeraBd"
INK, MUTED, RULE, WASH = HexColor("#16191c"), HexColor("#596067"), HexColor("#c9cbc8"), HexColor("#f1f2f0")
MARGIN: float = 14 * mm
"""White around the content, points."""
HEADER, FOOTER = 15 * mm, 7 * mm
"""Room of header and footer, points."""
GAP: float = 2.5 * mm
"""White between blocks, points."""


@dataclass(frozen=True, slots=True)
class Head:
    """What stands around the content of every page.

    title: kind of paper; job, subject: what it is about; marking: export-control marking, at top and bottom
    issuer: the company whose paper it is; wide: whether the page lies on its long side
    """

    title: str
    job: str
    subject: str = ""
    marking: str = ""
    issuer: str = ""
    size: PageSize = "A4"
    wide: bool = False

    @property
    def page(self) -> tuple[float, float]:
        """Width and height of a page, points."""
        width, height = SIZES[self.size]
        return (height, width) if self.wide else (width, height)

    @property
    def width(self) -> float:
        """Width of the content, points."""
        return self.page[0] - 2 * MARGIN


def document(head: Head, story: Sequence[Flowable]) -> bytes:
    """The PDF of the blocks in `story`, as many pages as they take."""
    _register()
    file = io.BytesIO()
    height = head.page[1]
    band = _marking(head)[1]
    low, high = MARGIN + FOOTER + band, MARGIN + HEADER + band
    room = Frame(MARGIN, low, head.width, height - low - high, 0, 0, 0, 0)
    template = BaseDocTemplate(
        file,
        pagesize=head.page,
        title=f"{head.title} {head.job} {head.subject}".strip(),
        author=head.issuer,
        creator=f"camcore {camcore.__version__}",
        invariant=1,
    )
    template.addPageTemplates(PageTemplate("page", [room]))
    template.build(list(story) or [Spacer(0, 0)], canvasmaker=lambda *args, **kw: _Counted(head, *args, **kw))
    return file.getvalue()


class _Counted(Canvas):  # type: ignore[misc]
    """Holds the pages back until their number is known, then draws what stands around each."""

    def __init__(self, head: Head, *args: Any, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._head = head
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        """Keep the page for later."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Draw what stands around each page, now that their number is known."""
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            _surround(self, self._head, f"Page {number} of {len(self._pages)}")
            Canvas.showPage(self)
        Canvas.save(self)


def _surround(canvas: Canvas, head: Head, pages: str) -> None:
    height = head.page[1]
    marking, band = _marking(head)
    if marking is not None:
        for y in (height - MARGIN, MARGIN + band):
            canvas.setStrokeColor(INK)
            canvas.rect(MARGIN, y - band + GAP, head.width, band - GAP, fill=0)
            marking.drawOn(canvas, MARGIN, y - band + GAP + 1.2 * mm)
    top, low = height - MARGIN - band, MARGIN + band
    half = 0.58 * head.width
    _line(canvas, head.title, (MARGIN, top - 6 * mm), half, (BOLD, 14))
    _line(canvas, head.issuer, (MARGIN, top - 10.5 * mm), half, (REGULAR, 7.5))
    right = MARGIN + head.width
    _line(canvas, head.job, (right, top - 5.5 * mm), head.width - half - GAP, (BOLD, 9.5), right=True)
    _line(canvas, head.subject, (right, top - 10.5 * mm), head.width - half - GAP, (REGULAR, 8), right=True)
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.9)
    canvas.line(MARGIN, top - HEADER + GAP, right, top - HEADER + GAP)
    canvas.setFillColor(MUTED)
    _line(canvas, f"camcore {camcore.__version__}", (MARGIN, low + 1 * mm), half, (REGULAR, 7))
    _line(canvas, pages, (right, low + 1 * mm), half, (REGULAR, 7), right=True)


def _marking(head: Head) -> tuple[Paragraph | None, float]:
    """The marking as it stands on every page, and the height of its band with the white beside it, points."""
    if not head.marking:
        return None, 0.0
    marking = words(head.marking, MARKED if len(head.marking) > 90 else MARKED_SHORT)
    return marking, marking.wrap(head.width, 200 * mm)[1] + 2.4 * mm + GAP


def _line(
    canvas: Canvas, text: str, at: tuple[float, float], room: float, letters: tuple[str, float], right: bool = False
) -> None:
    """One line of text in letters of a font and size, smaller or cut short where it does not fit."""
    text, (font, size) = printable(text), letters
    while size > 6 and pdfmetrics.stringWidth(text, font, size) > room:
        size -= 0.5
    while len(text) > 1 and pdfmetrics.stringWidth(text, font, size) > room:
        text = text[:-2].rstrip() + "…"
    canvas.setFont(font, size)
    (canvas.drawRightString if right else canvas.drawString)(*at, text)


# -- letters ------------------------------------------------------------------------------------------------------


@cache
def _register() -> frozenset[int]:
    """The fonts, known to reportlab from now on; gives the code points that they have."""
    fonts = [TTFont(name, f"{name}.ttf") for name in (REGULAR, BOLD)]
    for font in fonts:
        pdfmetrics.registerFont(font)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


def printable(text: str) -> str:
    """The text with what the font cannot show as ``[U+5E74]``; of control characters only line feeds stay."""
    known = _register()
    return "".join(_shown(each, known) for each in unicodedata.normalize("NFC", text).replace("⌀", "Ø"))


def _shown(letter: str, known: frozenset[int]) -> str:
    if letter == "\n" or ord(letter) in known:
        return letter
    return " " if unicodedata.category(letter) in ("Cc", "Zs", "Zl", "Zp") else f"[U+{ord(letter):04X}]"


def _style(name: str, size: float, **given: Any) -> ParagraphStyle:
    _register()
    return ParagraphStyle(name, fontName=REGULAR, fontSize=size, leading=1.3 * size, textColor=INK, **given)


BODY = _style("body", 8)
SMALL = _style("small", 7)
FIGURE = _style("figure", 8, alignment=TA_RIGHT)
LABEL = ParagraphStyle("label", SMALL, textColor=MUTED)
LABEL_FIGURE = ParagraphStyle("label-figure", LABEL, alignment=TA_RIGHT)
STRONG = ParagraphStyle("strong", BODY, fontName=BOLD)
TITLE = ParagraphStyle("title", BODY, fontName=BOLD, fontSize=10, leading=13, spaceBefore=3.2 * mm, spaceAfter=1.4 * mm)
MARKED = ParagraphStyle("marked", SMALL, fontName=BOLD, alignment=TA_CENTER)
MARKED_SHORT = ParagraphStyle("marked-short", MARKED, fontSize=9, leading=12)


# -- blocks --------------------------------------------------------------------------------------------------------

Cell: TypeAlias = "str | Flowable"
"""What stands in a cell: words, or any block."""


def words(text: str, style: ParagraphStyle = BODY) -> Paragraph:
    """A paragraph; nothing in the text is taken for markup."""
    return Paragraph(escape(printable(text)).replace("\n", "<br/>"), style)


def section(title: str, *blocks: Flowable, least: float = 25 * mm) -> list[Flowable]:
    """A heading and its blocks, which may go on over pages; with less room than `least` it begins on the next one."""
    return [CondPageBreak(least), words(title, TITLE), *blocks]


def together(title: str, *blocks: Flowable) -> list[Flowable]:
    """A heading with blocks that stay on one page; they have to fit on one."""
    return [KeepTogether([words(title, TITLE), *blocks])]


def facts(rows: Sequence[tuple[str, str]], width: float, columns: int = 2) -> Table:
    """Names and what they are, several beside each other, filled line by line; `width` in points."""
    pairs: list[Cell] = [cell for name, value in rows for cell in (words(name, LABEL), words(value))]
    pairs += [""] * (-len(pairs) % (2 * columns))
    lines = [pairs[at : at + 2 * columns] for at in range(0, len(pairs), 2 * columns)] or [[""] * 2 * columns]
    one = width / columns
    name = min(0.36 * one, 34 * mm)
    return Table(
        lines,
        colWidths=[name, one - name] * columns,
        splitInRow=1,
        style=[*PLAIN, ("TOPPADDING", (0, 0), (-1, -1), 1.4)],
    )


LONG = 200
"""A cell of more letters may make its row higher than a page: only then are rows parted."""


class Column(NamedTuple):
    """A column of a grid: its head, its share of the width, and whether it holds figures."""

    head: str
    share: float
    figure: bool = False


def grid(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: float, least: float = 0.0) -> Table:
    """A table whose heads stand again on every page; to be written into it has rows at least `least` points high."""
    total = sum(column.share for column in columns)
    heads = [words(column.head, LABEL_FIGURE if column.figure else LABEL) for column in columns]
    styles = [FIGURE if column.figure else BODY for column in columns]
    body = [[words(c, s) if isinstance(c, str) else c for c, s in zip(row, styles, strict=True)] for row in rows]
    sizes = [width * column.share / total for column in columns]
    heights = [max(least, _height(row, sizes)) for row in body] if least else [None] * len(body)
    return Table(
        [heads, *body],
        colWidths=sizes,
        rowHeights=[None, *heights],
        repeatRows=1,
        splitInRow=int(any(isinstance(cell, str) and len(cell) > LONG for row in rows for cell in row)),
        style=[*PLAIN, *(BOXED if least else RULED)],
    )


def _height(row: Sequence[Cell], widths: Sequence[float]) -> float:
    """Height of the highest cell of a row with the white around it, points."""
    cells = [(cell, width) for cell, width in zip(row, widths, strict=True) if isinstance(cell, Flowable)]
    return max((cell.wrap(width - 8, 1e6)[1] for cell, width in cells), default=0.0) + 6


def checks(rows: Sequence[str], width: float) -> Table:
    """Boxes to tick, each with what it stands for."""
    lines = [[Box(), words(row)] for row in rows]
    return Table(lines or [["", ""]], colWidths=[6 * mm, width - 6 * mm], style=PLAIN)


def signatures(names: Sequence[str], width: float) -> Table:
    """Blank fields: who, name, signature, date. Nothing is ever filled in here."""
    columns = [Column("", 22), Column("Name", 26), Column("Signature", 34), Column("Date", 18)]
    return grid(columns, [[name, "", "", ""] for name in names], width, least=9 * mm)


def gap(height: float = GAP) -> Spacer:
    """White between two blocks, points."""
    return Spacer(0, height)


class Box(Flowable):  # type: ignore[misc]
    """An empty square to tick."""

    size = 3 * mm

    def wrap(self, *_room: float) -> tuple[float, float]:
        """Width and height, points."""
        return self.size, self.size

    def draw(self) -> None:
        """Draw the square."""
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(0.6)
        self.canv.rect(0, 0, self.size, self.size, fill=0)


RULED = (("LINEBELOW", (0, 0), (-1, 0), 0.6, MUTED), ("LINEBELOW", (0, 1), (-1, -1), 0.3, RULE))
BOXED = (
    ("INNERGRID", (0, 1), (-1, -1), 0.3, MUTED),
    ("BOX", (0, 1), (-1, -1), 0.6, MUTED),
    ("LEFTPADDING", (0, 0), (-1, -1), 4),
    ("RIGHTPADDING", (0, 0), (-1, -1), 4),
)
PLAIN = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 0),
    ("RIGHTPADDING", (0, 0), (-1, -1), 8),
    ("TOPPADDING", (0, 0), (-1, -1), 2.2),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
)
