"""A search as it is watched from outside: now and then its figures, and the nest so far as light JSON."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from camcore.formats.common import contour

if TYPE_CHECKING:
    from camcore.nesting.model import Nest, NestedSheet, Progress

EVERY = 0.25
"""Least time, s, between two figures."""
SHARE = 0.02
"""Most of the search's time that pictures of it may take."""
MOST_PIECES = 4000
"""Nests of more pieces are told in figures alone."""

Tell = Callable[[tuple[str, Any]], None]


class Watch:
    """Tells of a search by `tell`: ("parts", ...) once, ("progress", ...) and ("layout", ...). Mutable."""

    def __init__(self, tell: Tell, clock: Callable[[], float] = time.monotonic) -> None:
        self._tell, self._clock = tell, clock
        self._began = clock()
        self._told, self._spent = -EVERY, 0.0
        self._shown: tuple[int, int, float] | None = None

    def stage(self, name: str) -> None:
        """The run comes to another stage."""
        self._tell(("stage", name))

    def show(self, state: Progress) -> None:
        """Tell of the state of the search, if it is time to."""
        now = self._clock() - self._began
        if now - self._told < EVERY:
            return
        self._told = now
        figures = {"share": state.share, "sheets": state.sheets, "unplaced": state.unplaced}
        self._tell(("progress", {**figures, "used_length": state.used_length, "seconds": round(state.seconds, 2)}))
        best = (state.sheets, state.unplaced, state.used_length)
        if best != self._shown and self._spent <= SHARE * now:
            self._draw(state, first=self._shown is None)
            self._shown = best
            self._spent += self._clock() - self._began - now

    def _draw(self, state: Progress, first: bool) -> None:
        nest = state.nest()
        if sum(len(sheet.placements) for sheet in nest.sheets) > MOST_PIECES:
            return
        if first:
            self._tell(("parts", shapes(nest)))
        self._tell(("layout", layout(nest)))


def shapes(nest: Nest) -> list[dict[str, Any]]:
    """The parts of a nest to draw."""
    return [
        {"id": name, "outline": contour(part.outline), "holes": [contour(hole) for hole in part.holes]}
        for name, part in nest.parts.items()
    ]


def layout(nest: Nest) -> list[dict[str, Any]]:
    """The sheets of a nest: their outlines, and placements as rows of part, x, y, rotation, mirror."""
    return [_sheet(sheet) for sheet in nest.sheets]


def _sheet(sheet: NestedSheet) -> dict[str, Any]:
    rows = [[p.part, round(p.x, 2), round(p.y, 2), round(p.rotation, 2), int(p.mirror)] for p in sheet.placements]
    return {
        "stock": sheet.stock.id,
        "repeat": sheet.repeat,
        "outline": contour(sheet.stock.outline),
        "holes": [contour(hole) for hole in sheet.stock.holes],
        "placements": rows,
    }
