"""Corners of a beam of constant power: where the machine slows down for one, power and feed go down with it.

A beam that follows the speed (GRBL's M4) needs none of this. One of constant power burns wider in corners, for it stays
there longer. Its power is lowered in steps to what the time model plans as speed, and the feed with it: so each length
gets the same energy, whatever the machine makes of the corner.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from camcore.machine import Machine
from camcore.moves import Arc, Beam, Line, Move
from camcore.program.clock import Speeds, speeds
from camcore.program.track import leads_on, shape, track

STEPS = 3
"""Into a corner, and out of one, power changes so often at most."""
LEAST = 0.3
"""No step is shorter than this, mm."""
LEVELS = 8
"""Power is a multiple of this part of its full value, so that what is nearly alike needs no block of its own."""


class Step(NamedTuple):
    """A stretch of a motion: its length, mm, and the time that it takes, s."""

    length: float
    time: float


def eased(moves: Sequence[Move], machine: Machine, least: float) -> list[Move]:
    """The moves of a laser with power and feed lowered about corners, never below the share `least` of either.

    Starts and ends of cuts stay as they are: they lie in the scrap.
    """
    way = track(moves, live=True)
    form = shape(way)
    plan = speeds(way, form, machine)
    turns = np.append(~way.stands[1:], False)
    done: list[Move] = []
    at, number, power = None, -1, 0.0
    for move in moves:
        if isinstance(move, Beam):
            power = move.power
        if not leads_on(move, at):
            done.append(move)
            continue
        number += 1
        if isinstance(move, Line | Arc) and power > 0:
            bends = number > 0 and bool(turns[number - 1]), bool(turns[number])
            steps = _steps(float(form.length[number]), _ramp(plan, number, bends), move.feed / 60.0)
            start = way.start[number].tolist()
            done += _stepped(move, start, power, [(step.length, _share(step, move.feed, least)) for step in steps])
        else:
            done.append(move)
        at = tuple(way.end[number].tolist())
    return done


class _Ramp(NamedTuple):
    """Speed at a motion's start, at its most, and at its end, mm/s; acceleration, mm/s²."""

    start: float
    peak: float
    end: float
    acceleration: float


def _ramp(plan: Speeds, k: int, bends: tuple[bool, bool]) -> _Ramp:
    """As planned; at the start and end of a cut as if the beam came and went at full speed."""
    peak = float(plan.peak[k])
    start, end = (float(v) if bend else peak for v, bend in zip((plan.start[k], plan.end[k]), bends, strict=True))
    return _Ramp(min(start, peak), peak, min(end, peak), float(plan.acceleration[k]))


def _steps(length: float, ramp: _Ramp, feed: float) -> list[Step]:
    """The motion in steps of even change of speed, none shorter than LEAST where the motion itself is not."""
    up, down = _rise(ramp.start, ramp), _rise(ramp.end, ramp)[::-1]
    level = max(length - sum(step.length for step in (*up, *down)), 0.0)
    found: list[Step] = []
    for step in (*up, Step(level, level / min(ramp.peak, feed)), *down):
        if found and (found[-1].length < LEAST or step.length < LEAST):
            found[-1] = Step(found[-1].length + step.length, found[-1].time + step.time)
        else:
            found.append(step)
    return found


def _rise(slow: float, ramp: _Ramp) -> list[Step]:
    """From one speed to the peak: v² = v₀² + 2 a s."""
    knots = [slow + (ramp.peak - slow) * k / STEPS for k in range(STEPS + 1)] if ramp.peak > slow else []
    return [Step((b * b - a * a) / (2 * ramp.acceleration), (b - a) / ramp.acceleration) for a, b in pairwise(knots)]


def _share(step: Step, feed: float, least: float) -> float:
    mean = step.length / step.time / (feed / 60.0) if step.time > 0 else 1.0
    return min(1.0, max(least, round(mean * LEVELS) / LEVELS))


def _stepped(move: Line | Arc, start: list[float], power: float, shares: list[tuple[float, float]]) -> Iterator[Move]:
    """The move in pieces; power is again what it was after the last."""
    total, gone, now = sum(length for length, _ in shares), 0.0, 1.0
    for k, (length, share) in enumerate(shares):
        gone += length
        if k + 1 < len(shares) and shares[k + 1][1] == share:
            continue
        if share != now:
            yield Beam(share * power)
        now = share
        piece = move if k + 1 == len(shares) else _until(move, start, gone / total)
        yield replace(piece, feed=share * move.feed)
    if now != 1.0:
        yield Beam(power)


def _until(move: Line | Arc, start: list[float], t: float) -> Line | Arc:
    """The move up to a share of its length."""
    x0, y0, z0 = start
    z = z0 + t * (move.z - z0)
    if isinstance(move, Line):
        return replace(move, x=x0 + t * (move.x - x0), y=y0 + t * (move.y - y0), z=z)
    sense = -1.0 if move.clockwise else 1.0
    first, last = math.atan2(y0 - move.cy, x0 - move.cx), math.atan2(move.y - move.cy, move.x - move.cx)
    sweep = sense * (last - first) % math.tau or math.tau
    angle, radius = first + sense * t * sweep, math.hypot(x0 - move.cx, y0 - move.cy)
    return replace(move, x=move.cx + radius * math.cos(angle), y=move.cy + radius * math.sin(angle), z=z)
