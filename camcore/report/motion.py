"""Moves as the proof read them, gathered into legs: one for each travel and each cut, in program order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from camcore.machine import Machine
from camcore.moves import Arc, Beam, DrillHole, Line, Rapid
from camcore.program import move_seconds
from camcore.report.svg import Centred, arc_to, point
from camcore.toolpath.model import Cut
from camcore.verify.model import ReadMove

Motion = Rapid | Line | Arc | DrillHole

SAME_PLACE = 0.02
"""A leg that starts this near to a planned cut's start, mm, is that cut; circles this near are one."""


@dataclass(slots=True)
class Leg:
    """A run of moves that all cut, or all travel, as seen from above; mutable while it is gathered.

    lines: the first and the last line of the program it stands on; seconds: as the time model has it
    path: SVG path commands; what is gone over again, lap after lap, is in it once
    """

    cuts: bool
    start: tuple[float, float]
    lines: tuple[int, int]
    path: list[str] = field(default_factory=list)
    seconds: float = 0.0
    seen: set[tuple[str, str]] = field(default_factory=set)
    lifted: bool = True
    circle: tuple[float, float, float] = (0.0, 0.0, 0.0)
    turned: float = 0.0

    @property
    def data(self) -> str:
        """Value of the path's ``d``; a leg that stays in its place is a dot."""
        return "".join(self.path) or f"M{point(*self.start)}h0"

    def add(self, x: float, y: float, command: str) -> None:
        """Go from (x, y) by `command`, unless that was drawn before."""
        step = (point(x, y), command)
        if step in self.seen:
            self.lifted = True
            return
        self.path += [f"M{step[0]}", command] if self.lifted else [command]
        self.seen.add(step)
        self.lifted = False

    def goes_round(self, circle: tuple[float, float, float], turn: float) -> bool:
        """Whether the circle (cx, cy, radius) was drawn all around before this further `turn` of it, in radians."""
        if math.dist(circle, self.circle) > SAME_PLACE:
            self.circle, self.turned = circle, 0.0
        self.turned += turn
        return self.turned - turn >= math.tau


def legs(moves: Sequence[ReadMove], machine: Machine) -> list[Leg]:
    """All legs of a program on its machine. Travels that stay in their place are left out.

    What the machine does between two legs, waiting or moving in its place, counts with the second.
    """
    found: list[Leg] = []
    fresh, waiting = True, 0.0
    for read, seconds in zip(moves, move_seconds([read.move for read in moves], machine), strict=True):
        move = read.move
        if isinstance(move, Beam):
            fresh = fresh or move.power == 0
        if not isinstance(move, Motion):
            waiting += seconds
            continue
        cuts = not isinstance(move, Rapid) and (machine.process != "laser" or read.power > 0)
        if fresh or found[-1].cuts != cuts or isinstance(move, DrillHole):
            start = (move.x, move.y) if isinstance(move, DrillHole) else (read.x0, read.y0)
            found.append(Leg(cuts, start, (read.line, read.line)))
        _extend(found[-1], read, move)
        found[-1].seconds += waiting + seconds
        fresh, waiting = isinstance(move, DrillHole), 0.0
    return _seen(found, waiting)


def _seen(found: list[Leg], waiting: float) -> list[Leg]:
    """Legs that can be seen; the time of the others goes to the next one, what is left with `waiting` to the last."""
    kept: list[Leg] = []
    carried = 0.0
    for leg in found:
        carried += leg.seconds
        if leg.cuts or leg.path:
            kept.append(leg)
            leg.seconds, carried = carried, 0.0
    if kept:
        kept[-1].seconds += carried + waiting
    return kept


def cut_of_each(found: Sequence[Leg], cuts: Sequence[Cut]) -> list[int | None]:
    """Index of the planned cut that each leg belongs to; None for travels, and before the first cut begins.

    Legs and cuts come in the same order, so that a leg begins the next cut or goes on with the one at hand.
    """
    at = -1
    answer: list[int | None] = []
    for leg in found:
        if leg.cuts and at + 1 < len(cuts) and math.dist(leg.start, cuts[at + 1].start) <= SAME_PLACE:
            at += 1
        answer.append(at if leg.cuts and at >= 0 else None)
    return answer


def _extend(leg: Leg, read: ReadMove, move: Motion) -> None:
    leg.lines = (leg.lines[0], read.line)
    if isinstance(move, Arc):
        _arc(leg, read, move)
    elif not isinstance(move, DrillHole) and (move.x, move.y) != (read.x0, read.y0):
        leg.add(read.x0, read.y0, f"L{point(move.x, move.y)}")


def _arc(leg: Leg, read: ReadMove, move: Arc) -> None:
    """Add an arc, unless its circle was drawn before."""
    start = math.atan2(read.y0 - move.cy, read.x0 - move.cx)
    end = math.atan2(move.y - move.cy, move.x - move.cx)
    sense = -1.0 if move.clockwise else 1.0
    turn = (sense * (end - start)) % math.tau or math.tau
    radius = math.hypot(read.x0 - move.cx, read.y0 - move.cy)
    if leg.goes_round((move.cx, move.cy, radius), turn):
        leg.lifted = True
    else:
        leg.add(read.x0, read.y0, arc_to(move.x, move.y, Centred(move.cx, move.cy, radius, start, sense * turn)))
