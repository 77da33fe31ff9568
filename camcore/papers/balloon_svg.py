"""The ballooned picture of a part as SVG files of their own."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from importlib import resources

from camcore.compare.features import edges
from camcore.papers.article import Article
from camcore.papers.balloons import RADIUS, Balloon, Window
from camcore.papers.forms import datum
from camcore.papers.pictured import Pictured, leader
from camcore.report.markup import Markup, tag
from camcore.report.svg import number, path_data

LINE = 4.6
"""Height of a line of words, mm."""
COLUMNS = 105
"""Letters in a line of words."""
MARGIN = 6.0
"""White around all, mm."""


def balloon_svg(picture: Pictured, index: int) -> str:
    """Window `index` of a picture as the text of an SVG file, with what has no place listed below; same bytes again."""
    window, article = picture.windows[index], picture.article
    legend = list(_legend(picture))
    top = MARGIN + LINE * (3 if picture.marking else 2)
    height = top + window.height + LINE * (len(legend) + 2) + MARGIN
    width = window.width + 2 * MARGIN
    of = f", picture {index + 1} of {len(picture.windows)}" if len(picture.windows) > 1 else ""
    flip = f"matrix(1 0 0 -1 {number(MARGIN)} {number(top + window.height)})"
    drawing = tag(
        "svg",
        tag("style", Markup((resources.files("camcore.papers") / "balloons.css").read_text("utf-8"))),
        tag("rect", class_="paper", width=number(width), height=number(height)),
        *(
            tag("text", picture.marking, x=number(width / 2), y=number(y), class_="marking")
            for y in _bands(picture, height)
        ),
        tag("text", f"{picture.title}{of}", x=MARGIN, y=number(top - LINE), class_="title"),
        tag("clipPath", tag("rect", width=number(window.width), height=number(window.height)), id="room"),
        tag("g", tag("g", _shape(article, window), clip_path="url(#room)"), *_balloons(window), transform=flip),
        *_numbers(window, top),
        *_words(legend, top + window.height + LINE),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=f"{number(width)}mm",
        height=f"{number(height)}mm",
        class_="balloons",
        role="img",
        aria_label=f"{picture.title}: {len(window.balloons)} balloons",
    )
    return f"{drawing}\n"


def _bands(picture: Pictured, height: float) -> tuple[float, ...]:
    return (MARGIN + 2.0, height - 2.0) if picture.marking else ()


def _shape(article: Article, window: Window) -> Markup:
    """The part with its marks and the datum, carried by a matrix so that arcs stay arcs."""
    x, y = window.at(0.0, 0.0)
    part, scale = article.part, f"{window.scale:.9g}"
    marks = [*part.marks, *part.pocket_edges]
    dx, dy = article.datum
    reach = 5.0 / window.scale
    axes = f"M{number(dx + reach)} {number(dy)}H{number(dx)}V{number(dy + reach)}"
    return tag(
        "g",
        tag("path", d=path_data(edges(part)), fill_rule="evenodd", class_="face"),
        tag("path", d=path_data(marks), class_="mark") if marks else None,
        tag("path", d=axes, class_="datum"),
        transform=f"matrix({scale} 0 0 {scale} {number(x)} {number(y)})",
    )


def _balloons(window: Window) -> Iterator[Markup]:
    for balloon in window.balloons:
        x, y = leader(balloon)
        line = f"M{number(x)} {number(y)}L{number(balloon.to_x)} {number(balloon.to_y)}"
        yield tag("path", d=line, class_="leader")
        yield tag("circle", cx=number(balloon.to_x), cy=number(balloon.to_y), r=0.5, class_="dot")
        yield tag("circle", cx=number(balloon.x), cy=number(balloon.y), r=number(RADIUS), class_="balloon")


def _numbers(window: Window, top: float) -> Iterator[Markup]:
    for balloon in window.balloons:
        y = top + window.height - balloon.y + 1.0
        yield tag("text", balloon.number, x=number(MARGIN + balloon.x), y=number(y), class_=_size(balloon))


def _size(balloon: Balloon) -> str:
    return "n" if balloon.number < 100 else "n small"


def _legend(picture: Pictured) -> Iterator[str]:
    yield datum(picture.article)
    for balloon, words in picture.unplaced:
        yield from textwrap.wrap(f"({balloon})  {words}", COLUMNS, subsequent_indent="        ")


def _words(lines: list[str], top: float) -> Iterator[Markup]:
    for k, line in enumerate(lines):
        yield tag("text", line, x=MARGIN, y=number(top + LINE * k), class_="words")
