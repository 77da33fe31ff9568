"""The first article as PDF: Forms 1, 2 and 3 of AS9102 with results left blank, and the ballooned picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak

from camcore.compare.features import edges
from camcore.geometry import Curve
from camcore.papers.balloons import RADIUS, Window
from camcore.papers.forms import (
    FORM_1,
    FORM_2,
    FORM_3,
    FORM_3_TITLES,
    Facts,
    Field,
    datum,
    form_1,
    form_2,
    form_3,
    heading,
)
from camcore.papers.pdf import BOLD, INK, Column, Head, PageSize, document, facts, gap, grid, section, words
from camcore.papers.picture import trace
from camcore.papers.pictured import HEIGHT, WIDTH, Pictured, leader

FACE, EDGE, MARK = HexColor("#eef1f3"), HexColor("#5d6973"), HexColor("#a34b00")
RED, DATUM = HexColor("#b3261e"), HexColor("#0f5c8c")
_SHARES = (7, 7, 10, 34, 17, 12, 12, 34)
"""Widths of the columns of Form 3."""


def forms(picture: Pictured, said: Facts, size: PageSize) -> bytes:
    """The three forms on pages that lie on their long side."""
    head = Head(
        "First article inspection", said.number or picture.title, said.name, said.marking, said.organization, size, True
    )
    width = head.width
    story: list[Flowable] = [*section(FORM_1, _first(form_1(said), width)), PageBreak()]
    rows = form_2(said)
    columns = [Column(f"{field.number} {field.title}", 12) for field in rows[0]]
    second = grid(columns, [[field.value for field in row] for row in rows], width, least=14 * mm)
    story += [*section(FORM_2, *_fields(heading(said), width), gap(), second), PageBreak()]
    heads = [Column(f"{number} {title}", share) for (number, title), share in zip(FORM_3_TITLES, _SHARES, strict=True)]
    third = grid(heads, list(form_3(picture.article)), width, least=7 * mm)
    story += section(FORM_3, *_fields(heading(said), width), gap(), words(datum(picture.article)), gap(), third)
    return document(head, story)


def pictures(picture: Pictured, said: Facts, size: PageSize) -> bytes:
    """The ballooned picture, a page for each window, and below it what has no place on the part."""
    head = Head("Ballooned drawing", said.number or picture.title, said.name, said.marking, said.organization, size)
    return document(head, list(_pages(picture, head.width)))


def _first(fields: Sequence[Field], width: float) -> Flowable:
    """Form 1 in two columns, each field with room to write."""
    half = (len(fields) + 1) // 2
    cells = [[field.number, field.title, field.value] for field in fields] + [["", "", ""]] * (-len(fields) % 2)
    rows = [left + right for left, right in zip(cells[:half], cells[half:], strict=True)]
    return grid(
        [Column(name, share) for name, share in [("", 3), ("Field", 20), ("", 27)] * 2], rows, width, least=9 * mm
    )


def _fields(fields: Sequence[Field], width: float) -> list[Flowable]:
    return [facts([(f"{field.number} {field.title}", field.value or " ") for field in fields], width)]


def _pages(picture: Pictured, width: float) -> Iterator[Flowable]:
    for k, window in enumerate(picture.windows):
        if k:
            yield PageBreak()
        yield BalloonPicture(picture, window, width)
    yield gap()
    yield words(datum(picture.article))
    if picture.unplaced:
        rows = [[str(balloon), text] for balloon, text in picture.unplaced]
        yield grid([Column("Char. No.", 10), Column("Without a place on the part", 90)], rows, width)


class BalloonPicture(Flowable):  # type: ignore[misc]
    """One window with its balloons, as wide as `width` points allow."""

    def __init__(self, picture: Pictured, window: Window, width: float) -> None:
        super().__init__()
        self.picture, self.window = picture, window
        self.factor = min(width / (WIDTH * mm), 1.0) * mm
        self.size = width, min(window.height, HEIGHT) * self.factor

    def wrap(self, *_room: float) -> tuple[float, float]:
        """Width and height, points."""
        return self.size

    def draw(self) -> None:
        """Draw it; one unit is one mm of the picture."""
        canvas = self.canv
        canvas.saveState()
        canvas.scale(self.factor, self.factor)
        self._part(canvas)
        self._balloons(canvas)
        canvas.restoreState()

    def _part(self, canvas: Canvas) -> None:
        window, article = self.window, self.picture.article
        canvas.saveState()
        room = canvas.beginPath()
        room.rect(0, 0, window.width, window.height)
        canvas.clipPath(room, stroke=0, fill=0)
        canvas.translate(*window.at(0.0, 0.0))
        canvas.scale(window.scale, window.scale)
        canvas.setLineWidth(0.25 / window.scale)
        canvas.setStrokeColor(EDGE)
        canvas.setFillColor(FACE)
        self._drawn(canvas, edges(article.part), fill=1)
        canvas.setStrokeColor(MARK)
        self._drawn(canvas, [*article.part.marks, *article.part.pocket_edges], fill=0)
        self._datum(canvas)
        canvas.restoreState()

    def _drawn(self, canvas: Canvas, curves: Sequence[Curve], fill: int) -> None:
        path = canvas.beginPath()
        for curve in curves:
            trace(path, curve)
        canvas.drawPath(path, stroke=1, fill=fill, fillMode=0)

    def _datum(self, canvas: Canvas) -> None:
        (x, y), reach = self.picture.article.datum, 5.0 / self.window.scale
        canvas.setStrokeColor(DATUM)
        canvas.setLineWidth(0.6 / self.window.scale)
        canvas.lines([(x, y, x + reach, y), (x, y, x, y + reach)])

    def _balloons(self, canvas: Canvas) -> None:
        canvas.setStrokeColor(RED)
        canvas.setLineWidth(0.22)
        for balloon in self.window.balloons:
            canvas.setFillColor(RED)
            canvas.line(*leader(balloon), balloon.to_x, balloon.to_y)
            canvas.circle(balloon.to_x, balloon.to_y, 0.45, stroke=0, fill=1)
            canvas.setFillColor(HexColor("#ffffff"))
            canvas.circle(balloon.x, balloon.y, RADIUS, stroke=1, fill=1)
            canvas.setFillColor(INK)
            size = 2.9 if balloon.number < 100 else 2.2
            canvas.setFont(BOLD, size)
            canvas.drawCentredString(balloon.x, balloon.y - 0.36 * size, str(balloon.number))
