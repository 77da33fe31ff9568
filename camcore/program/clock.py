"""How long a program takes: every axis accelerates evenly, corners slow down, and the control looks ahead.

Corner speed by junction deviation as in GRBL (gnea/grbl, grbl/planner.c, plan_buffer_line; S. K. Jeon, "Improving
Grbl: Cornering Algorithm", 2011): a corner counts as an arc that leaves the path by δ, so that v² = a δ s / (1 − s),
s = sin(θ / 2), θ the angle between the way in and the way out; a is what the axes allow in the direction in which the
speed changes. Between corners speed goes v² = v₀² + 2 a L. An arc is held to v² = a r, unless the control makes chords
of it: those have corners like any others.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.machine import Machine
from camcore.moves import Beam, Dwell, Move, ToolChange
from camcore.program.model import Program, Times
from camcore.program.track import Shape, Track, expanded, motions, shape, track


def duration(program: Program, machine: Machine) -> Times:
    """Time of a program on a machine, s. The way from wherever the machine stands to the first position is not counted.

    Corners and accelerations are a model, not the control's own code; how near it comes is for each shop to measure.
    """
    moves = expanded(program.moves, machine)
    way = track(moves, machine.abilities.live_power)
    form = shape(way)
    seconds = motion_times(way, form, machine)
    cutting = way.feed > 0
    changes = sum(isinstance(move, ToolChange) for move in moves)
    return Times(
        cutting=float(seconds[cutting].sum()),
        rapid=float(seconds[~cutting].sum()),
        dwell=sum(move.seconds for move in moves if isinstance(move, Dwell)),
        tool_change=max(0, changes - 1) * (machine.spindle.change if machine.spindle else 0.0),
        cut_length=float(form.length[cutting].sum()),
        rapid_length=float(form.length[~cutting].sum()),
        pierces=sum(isinstance(a, Beam) and a.power > 0 and isinstance(b, Dwell) for a, b in pairwise(moves)),
    )


def move_seconds(moves: Sequence[Move], machine: Machine) -> list[float]:
    """Time of each move, s; together they are the `duration` of the program."""
    parts = [(owner, part) for owner, move in enumerate(moves) for part in expanded([move], machine)]
    whole = [part for _, part in parts]
    way = track(whole, machine.abilities.live_power)
    spent = [0.0] * len(moves)
    for owner, part in parts:
        spent[owner] += part.seconds if isinstance(part, Dwell) else 0.0
    for row, seconds in zip(motions(whole), motion_times(way, shape(way), machine).tolist(), strict=True):
        spent[parts[row][0]] += seconds
    changes = [index for index, move in enumerate(moves) if isinstance(move, ToolChange)]
    for index in changes[1:]:
        spent[index] += machine.spindle.change if machine.spindle else 0.0
    return spent


def motion_times(way: Track, form: Shape, machine: Machine) -> Floats:
    """Time of each motion (n,), s."""
    if machine.abilities.arc_chord:
        chords, owner = _chords(way, form, machine.abilities.arc_chord)
        times = _times(chords, shape(chords), machine)
        return np.asarray(np.bincount(owner, times, minlength=len(form.length)), dtype=np.float64)
    return _times(way, form, machine)


def _chords(way: Track, form: Shape, tolerance: float) -> tuple[Track, Ints]:
    """The motions with the chords that a control makes of arcs, and the motion that each belongs to.

    Their number as in GRBL (mc_arc): half the arc's length over √(tol (2 r − tol)), rounded down.
    """
    radius = np.where(way.sense != 0, form.radius, 1.0)
    half = np.sqrt(np.maximum(tolerance * (2.0 * radius - tolerance), 1e-12))
    count = np.where(way.sense != 0, np.floor(np.abs(form.sweep) * radius / 2.0 / half), 1.0)
    count = np.maximum(count, 1.0).astype(np.int64)
    owner = np.repeat(np.arange(len(count)), count)
    number = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count) + 1
    share = number / count[owner]
    spoke = way.start[owner, :2] - way.centre[owner]
    turn = form.sweep[owner] * share
    cos, sin = np.cos(turn), np.sin(turn)
    places = way.centre[owner] + np.column_stack(
        [spoke[:, 0] * cos - spoke[:, 1] * sin, spoke[:, 0] * sin + spoke[:, 1] * cos]
    )
    rise = way.start[owner, 2] + share * (way.end[owner, 2] - way.start[owner, 2])
    last = (number == count[owner])[:, None]
    end = np.where(last, way.end[owner], np.column_stack([places, rise]))
    start = np.vstack([way.start[:1], end[:-1]])
    none = np.zeros(len(owner))
    return Track(start, end, np.zeros((len(owner), 2)), none, way.feed[owner], way.stands[owner] & (number == 1)), owner


class Speeds(NamedTuple):
    """Of each motion (n,) the speed at its start, at its most, and at its end, and the speed allowed, mm/s;
    acceleration, mm/s²."""

    start: Floats
    peak: Floats
    end: Floats
    limit: Floats
    acceleration: Floats


def speeds(way: Track, form: Shape, machine: Machine) -> Speeds:
    """How fast the machine goes along each motion."""
    speed, acceleration = _limits(way, form, machine)
    corners = _corners(way, form, speed, machine)
    if machine.abilities.planner_blocks:
        corners = np.minimum(corners, _stopping(form.length * acceleration, machine.abilities.planner_blocks))
    entry = _look_ahead(corners, form.length, acceleration)
    v0, v1 = np.sqrt(entry[:-1]), np.sqrt(entry[1:])
    peak = np.minimum(speed, np.sqrt((2.0 * acceleration * form.length + v0**2 + v1**2) / 2.0))
    return Speeds(v0, peak, v1, speed, acceleration)


def _times(way: Track, form: Shape, machine: Machine) -> Floats:
    v0, peak, v1, speed, acceleration = speeds(way, form, machine)
    ramps = (2.0 * peak**2 - v0**2 - v1**2) / (2.0 * acceleration)
    return np.asarray((2.0 * peak - v0 - v1) / acceleration + np.maximum(form.length - ramps, 0.0) / speed)


def _limits(way: Track, form: Shape, machine: Machine) -> tuple[Floats, Floats]:
    """Greatest speed, mm/s, and acceleration, mm/s², along each motion such that no axis exceeds its own."""
    rates = machine.rates
    flat = np.hypot(form.entry[:, 0], form.entry[:, 1])
    anywhere = np.column_stack([flat, flat, form.entry[:, 2]])
    share = np.abs(np.where((way.sense != 0)[:, None], anywhere, form.entry))
    acceleration = _least([rates.acceleration_xy] * 2 + [rates.acceleration_z], share)
    speed = _least([rates.rapid_xy] * 2 + [rates.rapid_z], share)
    speed = np.where(way.feed > 0, np.minimum(speed, way.feed), speed) / 60.0
    return np.minimum(speed, np.sqrt(acceleration * form.radius)), acceleration


def _least(axes: list[float], share: Floats) -> Floats:
    """What the axes' own limits allow along a path of which each axis has its share."""
    with np.errstate(divide="ignore"):
        allowed = np.where(share > 1e-12, np.array(axes) / np.maximum(share, 1e-12), np.inf)
    least = allowed.min(axis=1)
    return np.asarray(np.where(np.isfinite(least), least, 1.0))


def _stopping(work: Floats, blocks: int) -> Floats:
    """Square of the speed (n + 1,) from which one can stop within the blocks that are planned meanwhile.

    One place of the planner's ring is free, and the block before is under way.
    """
    done = np.concatenate([[0.0], np.cumsum(work)])
    ahead = np.minimum(np.arange(len(done)) + blocks - 2, len(work))
    return np.asarray(2.0 * (done[ahead] - done))


def _corners(way: Track, form: Shape, speed: Floats, machine: Machine) -> Floats:
    """Square of the greatest speed (n + 1,) at the start of each motion, and at the end of the last."""
    cosine = -np.einsum("ij,ij->i", form.exit[:-1], form.entry[1:])
    half = np.sqrt(np.clip((1.0 - cosine) / 2.0, 0.0, 1.0))
    rates, change = machine.rates, form.entry[1:] - form.exit[:-1]
    size = np.linalg.norm(change, axis=1, keepdims=True)
    share = np.abs(np.divide(change, size, out=np.zeros_like(change), where=size > 0))
    with np.errstate(divide="ignore"):
        turn = (
            _least([rates.acceleration_xy] * 2 + [rates.acceleration_z], share) * rates.junction * half / (1.0 - half)
        )
    square = np.minimum(turn, np.minimum(speed[:-1], speed[1:]) ** 2)
    inner = np.where(way.stands[1:], 0.0, square)
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
