"""The ballooned picture of a part as PNG, for papers that take no SVG."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import reportlab
from PIL import Image, ImageDraw, ImageFont

from camcore.compare.features import edges
from camcore.geometry import Curve
from camcore.papers.balloons import RADIUS, Window
from camcore.papers.pictured import Pictured, leader

PIXELS = 8.0
"""Pixels per mm of paper (203 a inch)."""
TOP = 12.0
"""Room for title and marking above the picture and below it, mm."""
WHITE, FACE, EDGE, MARK = "#ffffff", "#eef1f3", "#5d6973", "#a34b00"
RED, DATUM, INK = "#b3261e", "#0f5c8c", "#16191c"


def balloon_png(picture: Pictured, index: int) -> bytes:
    """Window `index` of a picture; same bytes again."""
    window = picture.windows[index]
    width, height = round(window.width * PIXELS), round((window.height + 2 * TOP) * PIXELS)
    image = Image.new("RGB", (width, height), WHITE)
    sheet = ImageDraw.Draw(image)
    _part(sheet, picture, window)
    for band in ((0.0, 0.0, window.width, TOP), (0.0, TOP + window.height, window.width, 2 * TOP + window.height)):
        sheet.rectangle([value * PIXELS for value in band], fill=WHITE)  # over what reaches out of the window
    for y in (3.5, window.height + 2 * TOP - 3.5) if picture.marking else ():
        _words(sheet, picture.marking, (window.width / 2, y), 3.2)
    of = f", picture {index + 1} of {len(picture.windows)}" if len(picture.windows) > 1 else ""
    _words(sheet, f"{picture.title}{of}", (window.width / 2, 8.5), 4.0)
    _balloons(sheet, window)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=False, dpi=(PIXELS * 25.4, PIXELS * 25.4))
    return file.getvalue()


def _at(window: Window, x: float, y: float) -> tuple[float, float]:
    """Pixels of a place on the picture, mm from its lower left corner."""
    return x * PIXELS, (TOP + window.height - y) * PIXELS


def _line(window: Window, curve: Curve) -> list[tuple[float, float]]:
    """Pixels along a curve of the part."""
    points = curve.flattened(0.2 / (PIXELS * window.scale)).tolist()
    closed = [*points, points[0]] if curve.closed else points
    return [_at(window, *window.at(x, y)) for x, y in closed]


def _part(sheet: ImageDraw.ImageDraw, picture: Pictured, window: Window) -> None:
    part = picture.article.part
    for k, curve in enumerate(edges(part)):
        line = _line(window, curve)
        sheet.polygon(line, fill=WHITE if k else FACE)
        sheet.line(line, fill=EDGE, width=2, joint="curve")
    for curve in [*part.marks, *part.pocket_edges]:
        sheet.line(_line(window, curve), fill=MARK, width=2)
    x, y = window.at(*picture.article.datum)
    sheet.line([_at(window, x + 5, y), _at(window, x, y), _at(window, x, y + 5)], fill=DATUM, width=5)


def _balloons(sheet: ImageDraw.ImageDraw, window: Window) -> None:
    for balloon in window.balloons:
        to = _at(window, balloon.to_x, balloon.to_y)
        sheet.line([_at(window, *leader(balloon)), to], fill=RED, width=2)
        sheet.circle(to, 0.5 * PIXELS, fill=RED)
        at = _at(window, balloon.x, balloon.y)
        sheet.circle(at, RADIUS * PIXELS, fill=WHITE, outline=RED, width=3)
        size = 3.0 if balloon.number < 100 else 2.3
        sheet.text(at, str(balloon.number), fill=INK, font=_font(size), anchor="mm")


def _words(sheet: ImageDraw.ImageDraw, text: str, at: tuple[float, float], size: float) -> None:
    """Words in the middle, smaller where they do not fit."""
    room = 2 * at[0] * PIXELS
    while size > 1.5 and sheet.textlength(text, font=_font(size)) > room:
        size -= 0.2
    sheet.text((at[0] * PIXELS, at[1] * PIXELS), text, fill=INK, font=_font(size), anchor="mm")


@cache
def _font(size: float) -> ImageFont.FreeTypeFont:
    """Bitstream Vera Bold, which comes with reportlab, `size` mm high."""
    return ImageFont.truetype(Path(reportlab.__file__).parent / "fonts" / "VeraBd.ttf", size * PIXELS)
