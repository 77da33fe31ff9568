"""Which moves of a program come again at other places: what controls with subprograms say once.

A run begins after the rapid to a piece, where its `Comment` names it, and goes on as long as nothing but motion, beam
and waits follows. Runs whose moves are the same seen from where each begins are one subprogram.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from camcore.geometry.arrays import Floats
from camcore.moves import Arc, Beam, Comment, Dwell, Line, Move, Rapid

MOST = 99
"""No program has more subprograms: those are kept that save most."""
SAME = 0.01
"""Moves are the same where no coordinate differs by more than this share of a step of the text."""
_SHORTEST = 8
"""Runs of fewer moves are no shorter as a call."""
_INSIDE = (Rapid, Line, Arc, Dwell, Beam)


@dataclass(frozen=True, slots=True)
class Run:
    """Moves `first` up to but without `last`, which start at (x, y, z)."""

    first: int
    last: int
    x: float
    y: float
    z: float


def repeats(moves: Sequence[Move], step: float) -> tuple[tuple[Run, ...], ...]:
    """Runs that are the same but for their place, those of each subprogram together, in the order of the first."""
    alike: dict[Any, list[list[tuple[Run, Floats]]]] = {}
    for run in _runs(moves):
        places = _places(moves, run)
        bodies = alike.setdefault(_kinds(moves, run), [])
        mine = next((body for body in bodies if np.abs(body[0][1] - places).max() <= SAME * step), None)
        if mine is None:
            bodies.append([(run, places)])
        else:
            mine.append((run, places))
    found = [tuple(run for run, _ in body) for bodies in alike.values() for body in bodies if len(body) > 1]
    found.sort(key=lambda runs: -(len(runs) - 1) * (runs[0].last - runs[0].first))
    return tuple(sorted(found[:MOST], key=lambda runs: runs[0].first))


def _runs(moves: Sequence[Move]) -> Iterator[Run]:
    starts = [k for k, move in enumerate(moves) if isinstance(move, Comment) and move.text.startswith("piece ")]
    for start in starts:
        if start + 1 >= len(moves) or not isinstance(there := moves[start + 1], Rapid):
            continue
        last = start + 2
        while last < len(moves) and isinstance(moves[last], _INSIDE):
            last += 1
        if last - start - 2 >= _SHORTEST:
            yield Run(start + 2, last, there.x, there.y, there.z)


def _kinds(moves: Sequence[Move], run: Run) -> tuple[Any, ...]:
    """All of the moves but where they lead; feeds as exactly as any text says them."""
    return tuple(
        (type(move), round(getattr(move, "feed", 0.0), 3), getattr(move, "clockwise", None))
        if isinstance(move, Rapid | Line | Arc)
        else move
        for move in moves[run.first : run.last]
    )


def _places(moves: Sequence[Move], run: Run) -> Floats:
    """Coordinates of the moves, seen from the run's start; height alone counts from work zero."""
    found = [(0.0, 0.0, run.z)]
    for move in moves[run.first : run.last]:
        if isinstance(move, Rapid | Line | Arc):
            found.append((move.x - run.x, move.y - run.y, move.z))
        if isinstance(move, Arc):
            found.append((move.cx - run.x, move.cy - run.y, 0.0))
    return np.array(found)
