"""Centres of arcs from the numbers in the text, with the tolerance that the control itself applies to them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from camcore.verify.control import Control
from camcore.verify.modal import Modal

Point = tuple[float, float]


class RefusedError(Exception):
    """The control would refuse this arc; the text says why."""


def centre(state: Modal, end: Point, values: Mapping[str, float], clockwise: bool, control: Control) -> Point:
    """Centre of an arc from the current position to `end`, mm. Raises RefusedError as the control would refuse it."""
    start = (state.x, state.y)
    if values.get("P", 1.0) != 1.0:
        raise RefusedError("an arc of several turns (P) is not read")
    if "R" in values:
        if "I" in values or "J" in values:
            raise RefusedError("an arc has either R or I and J")
        return _of_radius(start, end, values["R"] * (state.unit or 1.0), clockwise)
    middle = _of_offsets(state, values)
    check_centre(start, end, middle, clockwise, control)
    return middle


def check_centre(start: Point, end: Point, middle: Point, clockwise: bool, control: Control) -> None:
    """Raise RefusedError for a centre with which the control would refuse the arc, or make a full turn of it."""
    _check_radii(start, end, middle, control)
    _check_sweep(start, end, middle, clockwise, control)


def _of_offsets(state: Modal, values: Mapping[str, float]) -> Point:
    if "I" not in values and "J" not in values:
        raise RefusedError("an arc needs I or J, or R")
    unit = state.unit or 1.0
    if state.centre_absolute:
        if "I" not in values or "J" not in values:
            raise RefusedError("with G90.1 an arc needs both I and J")
        return values["I"] * unit, values["J"] * unit
    return state.x + values.get("I", 0.0) * unit, state.y + values.get("J", 0.0) * unit


def _of_radius(start: Point, end: Point, radius: float, clockwise: bool) -> Point:
    """R > 0 is the shorter arc, R < 0 the longer one (NIST RS274NGC, 3.5.3.1)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    chord = math.hypot(dx, dy)
    if chord == 0:
        raise RefusedError("an arc given by R cannot end where it starts")
    square = radius * radius - chord * chord / 4
    if square < 0:
        raise RefusedError(f"radius {abs(radius):.4f} mm is less than half the chord of {chord:.4f} mm")
    lift = math.sqrt(square) * (-1 if clockwise else 1) * (1 if radius > 0 else -1)
    return (start[0] + end[0]) / 2 - dy / chord * lift, (start[1] + end[1]) / 2 + dx / chord * lift


def _check_radii(start: Point, end: Point, middle: Point, control: Control) -> None:
    first, last = math.dist(start, middle), math.dist(end, middle)
    apart = abs(first - last)
    if first == 0:
        raise RefusedError("the arc's centre is its start")
    if apart > 100 * control.arc_slack or (apart > control.arc_slack and apart > control.arc_ratio * max(first, last)):
        raise RefusedError(f"radius is {first:.4f} mm at the start and {last:.4f} mm at the end")


def _check_sweep(start: Point, end: Point, middle: Point, clockwise: bool, control: Control) -> None:
    """An arc with different ends whose sweep rounds to nothing is run as a full turn by the control."""
    angle = sweep(start, end, middle, clockwise)
    if start != end and (angle < control.full_turn or angle > 2 * math.pi - control.full_turn):
        raise RefusedError("the arc is so short that the control makes a full turn of it")


def sweep(start: Point, end: Point, middle: Point, clockwise: bool) -> float:
    """Angle swept from `start` to `end`, rad, in (0, 2π]; equal ends are a full turn."""
    if start == end:
        return 2 * math.pi
    first = math.atan2(start[1] - middle[1], start[0] - middle[0])
    last = math.atan2(end[1] - middle[1], end[0] - middle[0])
    turn = (first - last if clockwise else last - first) % (2 * math.pi)
    return turn or 2 * math.pi
