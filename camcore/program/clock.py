"""How long a program takes: every axis accelerates evenly, corners slow down, and the control looks ahead.

Corner speed by junction deviation as in GRBL (gnea/grbl, grbl/planner.c, plan_buffer_line; S. K. Jeon, "Improving
Grbl: Cornering Algorithm", 2011): a corner counts as an arc that leaves the path by δ, so that v² = a δ s / (1 − s),
s = sin(θ / 2), θ the angle between the way in and the way out. Between corners speed goes v² = v₀² + 2 a L.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Bools, Floats
from camcore.machine import Machine
from camcore.moves import Arc, Beam, Comment, DrillHole, Dwell, Line, Move, Rapid, ToolChange
from camcore.program.model import Program, Times
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
    """Length (n,) mm and unit directions (n, 3) in which each motion begins and ends; radius (n,), inf for lines."""

    length: Floats
    entry: Floats
    exit: Floats
    radius: Floats


def duration(program: Program, machine: Machine) -> Times:
    """Time of a program on a machine, s. The way from wherever the machine stands to the first position is not counted.

    Corners and accelerations are a model, not the control's own code; how near it comes is for each shop to measure.
    """
    moves = _expanded(program.moves, machine)
    track = _track(moves)
    shape = _shape(track)
    seconds = motion_times(track, shape, machine)
    cutting = track.feed > 0
    changes = sum(isinstance(move, ToolChange) for move in moves)
    return Times(
        cutting=float(seconds[cutting].sum()),
        rapid=float(seconds[~cutting].sum()),
        dwell=sum(move.seconds for move in moves if isinstance(move, Dwell)),
        tool_change=max(0, changes - 1) * (machine.spindle.change if machine.spindle else 0.0),
        cut_length=float(shape.length[cutting].sum()),
        rapid_length=float(shape.length[~cutting].sum()),
        pierces=sum(isinstance(a, Beam) and a.power > 0 and isinstance(b, Dwell) for a, b in pairwise(moves)),
    )


def motion_times(track: Track, shape: Shape, machine: Machine) -> Floats:
    """Time of each motion (n,), s."""
    speed, acceleration = _limits(track, shape, machine)
    entry = _look_ahead(_corners(track, shape, speed, acceleration, machine), shape.length, acceleration)
    v0, v1 = np.sqrt(entry[:-1]), np.sqrt(entry[1:])
    peak = np.minimum(speed, np.sqrt((2.0 * acceleration * shape.length + v0**2 + v1**2) / 2.0))
    ramps = (2.0 * peak**2 - v0**2 - v1**2) / (2.0 * acceleration)
    return np.asarray((2.0 * peak - v0 - v1) / acceleration + np.maximum(shape.length - ramps, 0.0) / speed)


def _expanded(moves: tuple[Move, ...], machine: Machine) -> list[Move]:
    found: list[Move] = []
    for move in moves:
        if isinstance(move, DrillHole):
            found += drilled(move, machine.rates.feed_z_max)
        else:
            found.append(move)
    return found


def _track(moves: list[Move]) -> Track:
    """The motions among the moves; the machine stands wherever something else than a comment comes between."""
    rows: list[tuple[float, ...]] = []
    stands = True
    for move in moves:
        if isinstance(move, Rapid):
            rows.append((move.x, move.y, move.z, 0.0, 0.0, 0.0, 0.0, stands))
        elif isinstance(move, Line):
            rows.append((move.x, move.y, move.z, 0.0, 0.0, 0.0, move.feed, stands))
        elif isinstance(move, Arc):
            sense = -1.0 if move.clockwise else 1.0
            rows.append((move.x, move.y, move.z, move.cx, move.cy, sense, move.feed, stands))
        stands = not isinstance(move, Rapid | Line | Arc) and (stands or not isinstance(move, Comment))
    table = np.array(rows, dtype=np.float64).reshape(-1, 8)
    start = np.vstack([table[:1, :3], table[:-1, :3]])
    return Track(start, table[:, :3], table[:, 3:5], table[:, 5], table[:, 6], table[:, 7] > 0)


def _shape(track: Track) -> Shape:
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
    return Shape(length, entry, exit_, radius)


def _tangent(spoke: Floats, sense: Floats) -> Floats:
    return np.asarray(np.stack([-spoke[:, 1], spoke[:, 0]], axis=1) * sense[:, None])


def _unit(direction: Floats, flat: Floats, rise: Floats) -> Floats:
    """Unit vectors (n, 3) along `direction` in the plane, climbing `rise` over `flat`; 0 where nothing moves."""
    size = np.hypot(direction[:, 0], direction[:, 1])
    level = direction * np.divide(flat, size, out=np.zeros_like(flat), where=size > 0)[:, None]
    vector = np.column_stack([level, rise])
    norm = np.linalg.norm(vector, axis=1)
    return np.divide(vector, norm[:, None], out=np.zeros_like(vector), where=norm[:, None] > 0)


def _limits(track: Track, shape: Shape, machine: Machine) -> tuple[Floats, Floats]:
    """Greatest speed, mm/s, and acceleration, mm/s², along each motion such that no axis exceeds its own."""
    rates = machine.rates
    flat = np.hypot(shape.entry[:, 0], shape.entry[:, 1])
    anywhere = np.column_stack([flat, flat, shape.entry[:, 2]])
    share = np.abs(np.where((track.sense != 0)[:, None], anywhere, shape.entry))
    acceleration = _least([rates.acceleration_xy] * 2 + [rates.acceleration_z], share)
    speed = _least([rates.rapid_xy] * 2 + [rates.rapid_z], share)
    speed = np.where(track.feed > 0, np.minimum(speed, track.feed), speed) / 60.0
    return np.minimum(speed, np.sqrt(acceleration * shape.radius)), acceleration


def _least(axes: list[float], share: Floats) -> Floats:
    """What the axes' own limits allow along a path of which each axis has its share."""
    with np.errstate(divide="ignore"):
        allowed = np.where(share > 1e-12, np.array(axes) / np.maximum(share, 1e-12), np.inf)
    least = allowed.min(axis=1)
    return np.asarray(np.where(np.isfinite(least), least, 1.0))


def _corners(track: Track, shape: Shape, speed: Floats, acceleration: Floats, machine: Machine) -> Floats:
    """Square of the greatest speed (n + 1,) at the start of each motion, and at the end of the last."""
    cosine = -np.einsum("ij,ij->i", shape.exit[:-1], shape.entry[1:])
    half = np.sqrt(np.clip((1.0 - cosine) / 2.0, 0.0, 1.0))
    with np.errstate(divide="ignore"):
        turn = np.minimum(acceleration[:-1], acceleration[1:]) * machine.rates.junction * half / (1.0 - half)
    square = np.minimum(turn, np.minimum(speed[:-1], speed[1:]) ** 2)
    inner = np.where(track.stands[1:], 0.0, square)
    return np.concatenate([[0.0], inner, [0.0]]) if len(speed) else np.zeros(1)


def _look_ahead(corners: Floats, length: Floats, acceleration: Floats) -> Floats:
    """Square of the speed at each corner that can be braked from and reached: one pass back, one forward."""
    gain = (2.0 * acceleration * length).tolist()
    square = corners.tolist()
    for i in range(len(gain) - 1, -1, -1):
        square[i] = min(square[i], square[i + 1] + gain[i])
    for i in range(len(gain)):
        square[i + 1] = min(square[i + 1], square[i] + gain[i])
    return np.array(square)
