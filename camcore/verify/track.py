"""The way of the tool or beam as arrays: what the checks measure on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.moves import Arc, Line, Rapid
from camcore.verify.model import ReadMove

_QUARTER = math.pi / 2


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Motion of a program, one entry per straight piece or arc of up to a quarter turn, in order.

    rows (n, 5) as in `geometry.arcs`, mm; z runs evenly from `z0` to `z1`; `feed` mm/min, 0 for rapids; `move` is the
    index into the moves read, `line` the line of the text; power, rpm, tool, length as in `ReadMove` (0: no length).
    """

    rows: Floats
    z0: Floats
    z1: Floats
    rapid: Bools
    feed: Floats
    power: Floats
    rpm: Floats
    tool: Ints
    length: Ints
    line: Ints
    move: Ints

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, which: Bools | Ints) -> Track:
        """The entries that `which` selects."""
        return Track(**{name: getattr(self, name)[which] for name in Track.__slots__})

    def between(self, t0: Floats, t1: Floats) -> Track:
        """Each entry cut down to fractions `t0` to `t1` (n,) of its length."""
        dz = self.z1 - self.z0
        still = np.hypot(*(self.rows[:, 2:4] - self.rows[:, 0:2]).T) == 0
        rows = np.where(still[:, None], self.rows, arcs.cut_out(self.rows, t0, t1))
        return replace(self, rows=rows, z0=self.z0 + dz * t0, z1=self.z0 + dz * t1)

    @property
    def lengths(self) -> Floats:
        """Length of each entry in space, mm."""
        return np.hypot(arcs.lengths(self.rows), self.z1 - self.z0)

    @property
    def still(self) -> Bools:
        """Which entries do not move in XY."""
        return np.asarray(np.hypot(*(self.rows[:, 2:4] - self.rows[:, 0:2]).T) < 1e-9)


def below(track: Track, z: float) -> Track:
    """Those stretches of the track that run below height `z`, mm."""
    low, high = np.minimum(track.z0, track.z1), np.maximum(track.z0, track.z1)
    kept = track.take(low < z)
    high = high[low < z]
    rise = kept.z1 - kept.z0
    with np.errstate(divide="ignore", invalid="ignore"):
        passing = np.where(high > z, (z - kept.z0) / rise, np.nan)
    t0 = np.where((high > z) & (rise < 0), passing, 0.0)
    t1 = np.where((high > z) & (rise > 0), passing, 1.0)
    return kept.between(t0, t1)


_MOTION = (Rapid, Line, Arc)


def track(moves: Sequence[ReadMove]) -> Track:
    """Track of all rapids, lines and arcs."""
    number = np.array([k for k, read in enumerate(moves) if isinstance(read.move, _MOTION)], dtype=np.int64)
    reads = [moves[k] for k in number.tolist()]
    paths: list[Any] = [read.move for read in reads]
    starts, ends = _columns(reads, ("x0", "y0", "z0")), _columns(paths, ("x", "y", "z"))
    rows, which = _pieces(np.column_stack([starts, ends]), _turns(paths, starts, ends))
    power, rpm, tool, line = _columns(reads, ("power", "rpm", "tool", "line"))[which].T
    return Track(
        rows=rows[:, 0:5],
        z0=rows[:, 5],
        z1=rows[:, 6],
        rapid=np.array([isinstance(path, Rapid) for path in paths], dtype=np.bool_)[which],
        feed=np.array([getattr(path, "feed", 0.0) for path in paths], dtype=np.float64)[which],
        power=power,
        rpm=rpm,
        tool=tool.astype(np.int64),
        length=np.array([read.length or 0 for read in reads], dtype=np.int64)[which],
        line=line.astype(np.int64),
        move=number[which],
    )


def _columns(things: Sequence[Any], names: tuple[str, ...]) -> Floats:
    """Attributes of many things, a column each; made one by one, as a hundred thousand tuples take longer."""
    return np.column_stack([np.array(list(map(attrgetter(name), things)), dtype=np.float64) for name in names])


def _turns(paths: Sequence[Any], starts: Floats, ends: Floats) -> Floats:
    """Centre (cx, cy) and signed turn, rad, of each move; the turn of straight ones is 0."""
    found = np.zeros((len(paths), 3))
    which = np.array([k for k, path in enumerate(paths) if isinstance(path, Arc)], dtype=np.int64)
    cx, cy, clockwise = _columns([paths[k] for k in which.tolist()], ("cx", "cy", "clockwise")).T
    (x0, y0, _), (x1, y1, _) = starts[which].T, ends[which].T
    sense = np.where(clockwise > 0, -1.0, 1.0)
    turn = sense * (np.arctan2(y1 - cy, x1 - cx) - np.arctan2(y0 - cy, x0 - cx)) % math.tau
    whole = (turn == 0) | ((x0 == x1) & (y0 == y1))
    found[which] = np.column_stack([cx, cy, sense * np.where(whole, math.tau, turn)])
    return found


def _pieces(places: Floats, turns: Floats) -> tuple[Floats, Ints]:
    """Straight moves, and arcs in pieces of up to a quarter turn: rows (m, 7), and the number of each one's move.

    The radius runs evenly from its start to its end value, as controls do it.
    """
    turn = turns[:, 2]
    counts = np.maximum(1, np.ceil(np.abs(turn) / _QUARTER - 1e-9)).astype(np.int64)
    which = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.column_stack([places[which][:, [0, 1, 3, 4]], np.tan(turn / counts / 4)[which], places[which][:, [2, 5]]])
    inner = step > 0
    nodes = _along(places[which[inner]], turns[which[inner]], step[inner] / counts[which[inner]])
    rows[inner, 0:2], rows[inner, 5] = nodes[:, 0:2], nodes[:, 2]
    before = np.flatnonzero(inner) - 1
    rows[before, 2:4], rows[before, 6] = nodes[:, 0:2], nodes[:, 2]
    return rows, which


def _along(places: Floats, turns: Floats, share: Floats) -> Floats:
    """Points (n, 3) a share of the way along arcs."""
    (x0, y0, z0, x1, y1, z1), (cx, cy, turn) = places.T, turns.T
    first, last = np.hypot(x0 - cx, y0 - cy), np.hypot(x1 - cx, y1 - cy)
    radius, at = first + (last - first) * share, np.arctan2(y0 - cy, x0 - cx) + turn * share
    return np.column_stack([cx + radius * np.cos(at), cy + radius * np.sin(at), z0 + (z1 - z0) * share])
