"""The way of the tool or beam as arrays: what the checks measure on."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.moves import Arc, Line, Rapid
from camcore.verify.circles import sweep
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


def track(moves: Sequence[ReadMove]) -> Track:
    """Track of all rapids, lines and arcs."""
    motion = [(k, read) for k, read in enumerate(moves) if isinstance(read.move, Rapid | Line | Arc)]
    parts = [_rows(read) for _, read in motion]
    counts = np.array([len(part) for part in parts], dtype=np.int64)
    table = np.concatenate(parts) if parts else np.empty((0, 7))

    def column(values: list[Any], kind: type = np.float64) -> Any:
        return np.repeat(np.array(values, dtype=kind), counts)

    return Track(
        rows=table[:, 0:5],
        z0=table[:, 5],
        z1=table[:, 6],
        rapid=column([isinstance(read.move, Rapid) for _, read in motion], np.bool_),
        feed=column([getattr(read.move, "feed", 0.0) for _, read in motion]),
        power=column([read.power for _, read in motion]),
        rpm=column([read.rpm for _, read in motion]),
        tool=column([read.tool for _, read in motion], np.int64),
        length=column([read.length or 0 for _, read in motion], np.int64),
        line=column([read.line for _, read in motion], np.int64),
        move=column([k for k, _ in motion], np.int64),
    )


def _rows(read: ReadMove) -> list[tuple[float, ...]]:
    move = read.move
    if isinstance(move, Arc):
        return _arc_rows(read, move)
    assert isinstance(move, Rapid | Line)
    return [(read.x0, read.y0, move.x, move.y, 0.0, read.z0, move.z)]


def _arc_rows(read: ReadMove, move: Arc) -> list[tuple[float, ...]]:
    """Pieces of up to a quarter turn; the radius runs evenly from its start to its end value, as controls do it."""
    start, end, middle = (read.x0, read.y0), (move.x, move.y), (move.cx, move.cy)
    turn = sweep(start, end, middle, move.clockwise) * (-1 if move.clockwise else 1)
    count = max(1, math.ceil(abs(turn) / _QUARTER - 1e-9))
    angle = math.atan2(start[1] - middle[1], start[0] - middle[0])
    first, last = math.dist(start, middle), math.dist(end, middle)
    bulge = math.tan(turn / count / 4)
    nodes = [(start[0], start[1], read.z0)]
    for k in range(1, count):
        radius, at = first + (last - first) * k / count, angle + turn * k / count
        z = read.z0 + (move.z - read.z0) * k / count
        nodes.append((middle[0] + radius * math.cos(at), middle[1] + radius * math.sin(at), z))
    nodes.append((end[0], end[1], move.z))
    return [(a[0], a[1], b[0], b[1], bulge, a[2], b[2]) for a, b in itertools.pairwise(nodes)]
