"""The ballooned picture of an article: windows with balloons, and what is told beside them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from camcore.papers.article import Article
from camcore.papers.balloons import RADIUS, Balloon, Point, Window, placed

WIDTH, HEIGHT = 180.0, 200.0
"""Room for a picture on a page, mm."""


@dataclass(frozen=True, slots=True, eq=False)
class Pictured:
    """An article's picture; unplaced: balloons of what has no place on the part, with their requirement."""

    article: Article
    title: str
    marking: str
    windows: tuple[Window, ...]
    unplaced: tuple[tuple[int, str], ...]


def pictured(article: Article, title: str, marking: str) -> Pictured:
    """The picture of an article, one window or as many as its balloons need."""
    points: dict[int, Point] = {}
    for row in article.characteristics:
        if row.draft.at is not None:
            points.setdefault(row.balloon, Point(row.balloon, *row.draft.at))
    unplaced = [(row.balloon, row.requirement) for row in article.characteristics if row.balloon not in points]
    windows = placed(article.part, list(points.values()), WIDTH, HEIGHT)
    return Pictured(article, title, marking, tuple(windows), tuple(unplaced))


def leader(balloon: Balloon) -> tuple[float, float]:
    """Where the leader leaves its balloon."""
    dx, dy = balloon.to_x - balloon.x, balloon.to_y - balloon.y
    size = math.hypot(dx, dy) or 1.0
    return balloon.x + dx / size * RADIUS, balloon.y + dy / size * RADIUS
