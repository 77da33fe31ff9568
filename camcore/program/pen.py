"""The pen: moves under construction, and where the tool stands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from camcore.machine import Machine
from camcore.moves import Arc, Comment, DrillHole, Dwell, Line, Move, Rapid
from camcore.program.path import Piece, joined
from camcore.toolpath.model import Cut, Stroke, Tool

PECK_GAP = 0.25
"""After a peck the tool is fed again from so many mm above the last depth (NIST RS274/NGC, G83: 0.010 in)."""

FEED_BACK = 5.0
"""That way back is fed at most at so many times the drilling feed: chips may lie there. A rule of camcore."""


@dataclass(slots=True)
class Clamped:
    """Feeds or speeds that were asked for and not given: the farthest, the limit it met, how many, and where first."""

    asked: float = 0.0
    limit: float = 0.0
    count: int = 0
    x: float = 0.0
    y: float = 0.0

    def note(self, asked: float, limit: float, x: float, y: float) -> float:
        """Keep count of one; gives the limit."""
        if not self.count:
            self.x, self.y = x, y
        if not self.count or abs(asked - limit) > abs(self.asked - self.limit):
            self.asked, self.limit = asked, limit
        self.count += 1
        return limit


@dataclass(slots=True)
class Pen:
    """Mutable: collects moves for one machine and knows where they have led to, mm; keeps to the machine's limits.

    `ways` are the pieces of all strokes to be followed. `known` is False until the first rapid, and after each tool
    change.
    """

    machine: Machine
    ways: Mapping[Stroke, list[Piece]]
    moves: list[Move] = field(default_factory=list)
    x: float = 0.0
    y: float = 0.0
    z: float = 0.0
    known: bool = False
    feeds: Clamped = field(default_factory=Clamped)
    speeds: Clamped = field(default_factory=Clamped)
    _piece: tuple[str, int] | None = None

    def add(self, *moves: Move) -> None:
        """Moves that lead nowhere: switches, waits, words."""
        self.moves += moves

    def say(self, cut: Cut) -> None:
        """Name the piece that is cut next, when it is another one."""
        if (cut.part, cut.placement) != self._piece:
            self._piece = (cut.part, cut.placement)
            named = f"piece {cut.placement}: {cut.part}" if cut.placement >= 0 else f"crop line: frees the {cut.part}"
            self.moves.append(Comment(named))

    def rapid(self, x: float, y: float, z: float) -> None:
        """Rapid to a position unless the tool is there."""
        if (x, y, z) != (self.x, self.y, self.z):
            self.travel(x, y, z)

    def travel(self, x: float, y: float, z: float) -> None:
        """Rapid to a position, from wherever the machine stands."""
        self.moves.append(Rapid(x, y, z))
        self.x, self.y, self.z, self.known = x, y, z, True

    def follow(self, strokes: Sequence[Stroke]) -> None:
        """Strokes that follow each other without a gap in the plane; a step in z between them is fed."""
        pieces: list[tuple[Piece, float]] = []
        x, y, z = self.x, self.y, self.z
        for stroke in strokes:
            if stroke.z0 != z:
                pieces.append((Piece(x, y, stroke.z0, 0.0), stroke.feed))
            pieces += [(piece, stroke.feed) for piece in self.ways[stroke]]
            x, y, z = pieces[-1][0][:3]
        for piece, feed in joined((self.x, self.y, self.z), pieces, math.radians(self.machine.abilities.arc_sweep)):
            self._cut(piece, feed)

    def _cut(self, piece: Piece, feed: float) -> None:
        if self._same_on_grid(piece):
            return
        rate = self._feed(feed, abs(piece.z - self.z), piece.length)
        if piece.sweep:
            self.moves.append(Arc(piece.x, piece.y, piece.z, piece.cx, piece.cy, piece.sweep < 0, rate))
        else:
            self.moves.append(Line(piece.x, piece.y, piece.z, rate))
        self.x, self.y, self.z = piece.x, piece.y, piece.z

    def _same_on_grid(self, piece: Piece) -> bool:
        """Whether the text could not tell the piece's end from where the tool stands."""
        if piece.length >= 2 * (step := self.machine.step):
            return False
        pairs = ((piece.x, self.x), (piece.y, self.y), (piece.z, self.z))
        return all(round(new / step) == round(old / step) for new, old in pairs)

    def _feed(self, asked: float, rise: float, run: float) -> float:
        """The feed asked for, cut down to what the machine, and its Z axis for its share of the path, can do."""
        rates = self.machine.rates
        limit = rates.feed_max
        if rise > 0:
            limit = min(limit, rates.feed_z_max * math.hypot(rise, run) / rise)
        return asked if asked <= limit else self.feeds.note(asked, limit, self.x, self.y)

    def rpm(self, tool: Tool) -> float:
        """The tool's spindle speed, brought within the spindle's range."""
        spindle = self.machine.spindle
        if spindle is None or spindle.rpm_min <= tool.rpm <= spindle.rpm_max:
            return tool.rpm
        return self.speeds.note(tool.rpm, min(max(tool.rpm, spindle.rpm_min), spindle.rpm_max), self.x, self.y)

    def drill(self, hole: DrillHole) -> None:
        """A drilled hole from where the tool stands, as one cycle where the control has one for it."""
        hole = replace(hole, feed=self._feed(hole.feed, 1.0, 0.0))
        can = self.machine.abilities
        if can.cycles and (can.pecks or not hole.peck):
            self.moves.append(hole)
        else:
            moves = drilled(hole, self.machine.rates.feed_z_max)
            self.moves += moves[1:] if moves[0] == Rapid(self.x, self.y, self.z) else moves
        self.x, self.y, self.z = hole.x, hole.y, hole.height


def drilled(hole: DrillHole, feed_back: float) -> list[Move]:
    """The moves of a drilling cycle, from travel to the hole at its `height` until the tool is up there again.

    The way back into a pecked hole is a feed move at up to `feed_back` mm/min: no rapid ever enters the stock.
    """
    moves: list[Move] = [Rapid(hole.x, hole.y, hole.height)]
    if hole.height != hole.clear:
        moves.append(Rapid(hole.x, hole.y, hole.clear))
    depths = _pecks(hole)
    for number, depth in enumerate(depths):
        if number:
            gap = depths[number - 1] + PECK_GAP
            if hole.chip_break:
                moves.append(Rapid(hole.x, hole.y, gap))
            else:
                moves.append(Rapid(hole.x, hole.y, hole.clear))
                moves.append(Line(hole.x, hole.y, gap, min(feed_back, FEED_BACK * hole.feed)))
        moves.append(Line(hole.x, hole.y, depth, hole.feed))
    if hole.dwell:
        moves.append(Dwell(hole.dwell))
    return [*moves, Rapid(hole.x, hole.y, hole.height)]


def _pecks(hole: DrillHole) -> list[float]:
    """Depths that a drilling cycle goes to one after the other, counted from `clear` as controls do."""
    if hole.peck <= 0:
        return [hole.bottom]
    count = math.ceil((hole.clear - hole.bottom) / hole.peck - 1e-9)
    return [hole.clear - hole.peck * number for number in range(1, count)] + [hole.bottom]
