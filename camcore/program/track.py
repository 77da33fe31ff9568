"""The motions of a program as arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Bools, Floats
from camcore.machine import Machine
from camcore.moves import Arc, Beam, Comment, DrillHole, Line, Move, Rapid
from camcore.program.pen import drilled


class Track(NamedTuple):
    """Motions of a program, n of them: start and end (n, 3) mm; arcs' centre (n, 2) and sense (n,), 0 for lines;
    feed (n,) mm/min, 0 for rapids; `stands`: whether the machine stands before each."""

    start: Floats
    end: Floats
    centre: Floats
    sense: Floats
    feed: Floats
    stands: Bools


class Shape(NamedTuple):
    """Length (n,) mm and unit directions (n, 3) in which each motion begins and ends.

    radius (n,) mm and signed sweep (n,) rad of arcs, up to a full turn; lines have inf and 0.
    """

    length: Floats
    entry: Floats
    exit: Floats
    radius: Floats
    sweep: Floats


def expanded(moves: Iterable[Move], machine: Machine) -> list[Move]:
    """The moves with every drilling cycle as the moves it stands for."""
    found: list[Move] = []
    for move in moves:
        if isinstance(move, DrillHole):
            found += [_back(part, move) for part in drilled(move, machine.rates.feed_z_max)]
        else:
            found.append(move)
    return found


def _back(part: Move, hole: DrillHole) -> Move:
    """A part of a cycle as the control makes it: back into a pecked hole it goes at rapid."""
    again = isinstance(part, Line) and part.feed != hole.feed
    return Rapid(part.x, part.y, part.z) if again and isinstance(part, Line) else part


def leads_on(move: Move, at: tuple[float, ...] | None) -> bool:
    """Whether a move is motion that ends elsewhere than `at`, or a full circle."""
    return isinstance(move, Arc) or (isinstance(move, Rapid | Line) and (move.x, move.y, move.z) != at)


def motions(moves: Iterable[Move]) -> Iterator[int]:
    """Index of each move that is motion: one for each row of `track`."""
    at = None
    for index, move in enumerate(moves):
        if isinstance(move, Rapid | Line | Arc) and leads_on(move, at):
            yield index
            at = (move.x, move.y, move.z)


def track(moves: Sequence[Move], live: bool = False) -> Track:
    """The motions among the moves; the machine stands wherever something else than a comment comes between.

    live: a beam that is on changes its power without a stop.
    """
    rows: list[tuple[float, ...]] = []
    at, stands, lit = None, True, False
    for move in moves:
        if isinstance(move, Rapid | Line | Arc) and not leads_on(move, at):
            continue
        if isinstance(move, Rapid):
            rows.append((move.x, move.y, move.z, 0.0, 0.0, 0.0, 0.0, stands))
        elif isinstance(move, Line):
            rows.append((move.x, move.y, move.z, 0.0, 0.0, 0.0, move.feed, stands))
        elif isinstance(move, Arc):
            sense = -1.0 if move.clockwise else 1.0
            rows.append((move.x, move.y, move.z, move.cx, move.cy, sense, move.feed, stands))
        if isinstance(move, Rapid | Line | Arc):
            at, stands = (move.x, move.y, move.z), False
        elif isinstance(move, Beam):
            stands |= not (live and lit and move.power > 0)
            lit = move.power > 0
        elif not isinstance(move, Comment):
            stands = True
    table = np.array(rows, dtype=np.float64).reshape(-1, 8)
    start = np.vstack([table[:1, :3], table[:-1, :3]])
    return Track(start, table[:, :3], table[:, 3:5], table[:, 5], table[:, 6], table[:, 7] > 0)


def shape(track: Track) -> Shape:
    """Lengths, directions and arcs of the motions."""
    arc = track.sense != 0
    chord = track.end - track.start
    spoke0, spoke1 = track.start[:, :2] - track.centre, track.end[:, :2] - track.centre
    radius = np.where(arc, np.hypot(*spoke0.T), np.inf)
    turned = np.arctan2(spoke1[:, 1], spoke1[:, 0]) - np.arctan2(spoke0[:, 1], spoke0[:, 0])
    sweep = (track.sense * turned) % (2.0 * np.pi)
    sweep = np.where(sweep < 1e-9, 2.0 * np.pi, sweep)
    flat = np.where(arc, np.where(arc, radius, 0.0) * sweep, np.hypot(chord[:, 0], chord[:, 1]))
    length = np.hypot(flat, chord[:, 2])
    directions = [np.where(arc[:, None], _tangent(spoke, track.sense), chord[:, :2]) for spoke in (spoke0, spoke1)]
    entry, exit_ = (_unit(direction, flat, chord[:, 2]) for direction in directions)
    return Shape(length, entry, exit_, radius, np.where(arc, track.sense * sweep, 0.0))


def _tangent(spoke: Floats, sense: Floats) -> Floats:
    return np.asarray(np.stack([-spoke[:, 1], spoke[:, 0]], axis=1) * sense[:, None])


def _unit(direction: Floats, flat: Floats, rise: Floats) -> Floats:
    """Unit vectors (n, 3) along `direction` in the plane, climbing `rise` over `flat`; 0 where nothing moves."""
    size = np.hypot(direction[:, 0], direction[:, 1])
    level = direction * np.divide(flat, size, out=np.zeros_like(flat), where=size > 0)[:, None]
    vector = np.column_stack([level, rise])
    norm = np.linalg.norm(vector, axis=1)
    unit: Floats = np.divide(vector, norm[:, None], out=np.zeros_like(vector), where=norm[:, None] > 0)
    return unit
