"""What a closed curve is: a circle, a slot, a rectangle, or some other shape; with the sizes that people name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.curve import Curve

SAME = 0.005
"""Radii, widths and centres that differ by less, mm, are the same."""
SQUARE = 1e-3
"""Directions that differ by less, rad, are the same."""


@dataclass(frozen=True, slots=True)
class Form:
    """A shape about its middle (x, y), mm: of circles both sizes are the diameter; of slots and rectangles `length` is
    the longer side, overall, at `angle` degrees from x, 0 to below 180; of other shapes they are those of the box in
    x and y. `corner` is the radius of a rectangle's corners.
    """

    name: Literal["circle", "slot", "rectangle", "other"]
    x: float
    y: float
    length: float
    width: float
    angle: float = 0.0
    corner: float = 0.0


def form_of(curve: Curve) -> Form:
    """What the closed curve is."""
    found = curve.as_circle(SAME)
    if found:
        return Form("circle", found[0], found[1], 2 * found[2], 2 * found[2])
    rows = simple_rows(curve)
    box = curve.box
    return _slot(rows) or _rectangle(rows) or Form("other", *box.centre, box.width, box.height)


def simple_rows(curve: Curve) -> Floats:
    """The closed curve's rows (n, 5) with neighbours on one line, or on one circle, made one."""
    rows = curve.ccw().segments
    joins = [_goes_on(rows[i - 1], row) for i, row in enumerate(rows)]
    if all(joins):
        return rows
    first = joins.index(False)
    made: list[Floats] = []
    for k in range(len(rows)):
        i = (first + k) % len(rows)
        if joins[i]:
            last = made[-1]
            turned = np.tan(np.arctan(last[4]) + np.arctan(rows[i][4]))
            made[-1] = np.array([*last[:2], *rows[i][2:4], turned])
        else:
            made.append(rows[i])
    return np.array(made)


def _goes_on(a: Floats, b: Floats) -> bool:
    """Whether b goes on along the line or circle of a."""
    pair = np.stack([a, b])
    if not _smooth(pair) or arcs.is_arc(pair).sum() == 1:
        return False
    if not arcs.is_arc(pair).any():
        return True
    form = arcs.centre_form(pair)
    same = np.hypot(np.ptp(form.cx), np.ptp(form.cy)) + np.ptp(form.radius) < SAME
    return bool(same and np.ptp(np.sign(form.sweep)) == 0 and np.abs(form.sweep).sum() < 1.99 * np.pi)


def _smooth(pair: Floats) -> bool:
    end, start = arcs.directions_at(pair, np.array([1.0, 0.0]))
    return bool(abs(end[0] * start[1] - end[1] * start[0]) < SQUARE and end @ start > 0)


def _slot(rows: Floats) -> Form | None:
    """Two straight sides between two half circles."""
    if len(rows) != 4:
        return None
    rows = np.roll(rows, -1, axis=0) if arcs.is_arc(rows)[0] else rows
    if arcs.is_arc(rows).tolist() != [False, True, False, True]:
        return None
    form = arcs.centre_form(rows[1::2])
    if np.ptp(form.radius) > SAME or (np.abs(form.sweep - np.pi) > 10 * SQUARE).any():
        return None
    between = np.array([np.diff(form.cx)[0], np.diff(form.cy)[0]])
    width = 2 * float(form.radius.mean())
    return Form(
        "slot",
        form.cx.mean(),
        form.cy.mean(),
        float(np.hypot(*between)) + width,
        width,
        _angle(float(between[0]), float(between[1])),
    )


def _rectangle(rows: Floats) -> Form | None:
    """Four straight sides at right angles, with sharp corners or with rounds of one radius."""
    bent = arcs.is_arc(rows)
    sides, rounds = rows[~bent], arcs.centre_form(rows[bent])
    if len(sides) != 4 or len(rounds.cx) not in (0, 4) or (len(rounds.cx) and (bent[:-1] & bent[1:]).any()):
        return None
    way = arcs.directions_at(sides, np.full(4, 0.5))
    turned = np.roll(way, -1, axis=0)
    if (np.abs(np.einsum("ij,ij->i", way, turned)) > SQUARE).any():
        return None
    if len(rounds.cx) and (np.ptp(rounds.radius) > SAME or (np.abs(rounds.sweep - np.pi / 2) > 10 * SQUARE).any()):
        return None
    along = sides[:, 0:4].reshape(-1, 2) @ way[0]
    across = sides[:, 0:4].reshape(-1, 2) @ way[1]
    length, width = float(np.ptp(along)), float(np.ptp(across))
    middle = (along.max() + along.min()) / 2 * way[0] + (across.max() + across.min()) / 2 * way[1]
    longer = way[0] if length >= width - SAME else way[1]
    corner = float(rounds.radius.mean()) if len(rounds.cx) else 0.0
    return Form(
        "rectangle",
        float(middle[0]),
        float(middle[1]),
        max(length, width),
        min(length, width),
        _angle(float(longer[0]), float(longer[1])),
        corner,
    )


def _angle(x: float, y: float) -> float:
    """Direction in degrees, 0 to below 180."""
    angle = float(np.degrees(np.arctan2(y, x))) % 180.0
    return 0.0 if 180.0 - angle < 1e-6 else round(angle, 9) + 0.0
