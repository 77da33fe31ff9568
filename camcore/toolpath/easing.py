"""Slower in inside corners: where the tool is wider engaged, or its rim runs faster than its centre.

On an arc of radius ρ that the tool's centre follows inside a curve, the cut edge has the radius ρ + r: at one feed of
the centre the rim would run (ρ + r) / ρ times as fast along it, so the feed is lowered to ρ / (ρ + r) of itself (P.
Smid, CNC Programming Handbook, chapter on circular interpolation: feedrate for inside arcs).

In a sharp inside corner the path turns by θ, and so much may be added to the engagement φ of a pass that is w wide,
cos φ = 1 − w / r: the feed goes down to φ / (φ + θ) of itself from w + r sin φ before the corner: so far ahead the rim
cuts, and so far before it the pass before has begun to turn (for right angles; the tests measure both).
A slot is engaged by half a turn everywhere; its sharp corners need no less.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.track import Track
from camcore.toolpath.model import Role, Stroke
from camcore.units import SAME_POINT

STEPS = 20
"""Feeds are rounded to so many steps, so that arcs nearly alike need no feed of their own."""
WORTH = 0.9
"""A feed that would stay above this share is not lowered."""
_SPECK = 10 * SAME_POINT
"""A shorter stretch, mm, has the feed of the one before it; at the start, of the one after it."""
_SHARP = math.radians(20)
"""Smaller turns are no corners."""


class Ease(NamedTuple):
    """Radius of the tool, mm; +1 where inside corners turn left, −1 right; least share of the feed; width of the pass
    on a straight, mm (0: a slot)."""

    radius: float
    side: float
    least: float
    width: float = 0.0


def eased(strokes: Iterable[Stroke], ease: Ease) -> Iterator[Stroke]:
    """The strokes, parted where the feed changes; those that need nothing are the same objects."""
    for stroke in strokes:
        if ease.least < 1 and stroke.role in (Role.CUT, Role.RAMP):
            yield from _parted(stroke, ease)
        else:
            yield stroke


def _parted(stroke: Stroke, ease: Ease) -> Iterator[Stroke]:
    rows = stroke.curve.segments
    share = _on_arcs(rows, ease)
    corner, at = _at_corners(rows, ease)
    if ((share == 1.0).all() and (corner == 1.0).all()) or stroke.curve.length <= _SPECK:
        yield stroke
        return
    track, done = Track(stroke.curve), 0.0
    runs = list(_merged(zip(track.starts.tolist(), arcs.lengths(rows).tolist(), share, corner, strict=True), at))
    for end, factor in runs:
        part = track.stretch(done, end) if len(runs) > 1 else stroke.curve
        z0, z1 = (stroke.z0 + (stroke.z1 - stroke.z0) * place / track.length for place in (done, end))
        yield Stroke(part, stroke.role, stroke.feed * factor, z0, stroke.z1 if end == runs[-1][0] else z1)
        done = end


def _merged(rows: Iterable[tuple[float, float, float, float]], before: float) -> Iterator[tuple[float, float]]:
    """Ends, mm along the stroke, and shares of the feed of the stretches on which it stays the same.

    rows: start, length, share of each segment, and share in the corner at its end.
    """
    pieces: list[tuple[float, float]] = []
    for start, length, share, corner in rows:
        end = start + length
        slow = min(before, length) if corner < share else 0.0
        found = [(end - slow, share)] if length - slow > _SPECK else []
        for piece in [*found, (end, corner)] if slow else [(end, share)]:
            if pieces and (piece[1] == pieces[-1][1] or piece[0] - pieces[-1][0] <= _SPECK):
                piece = piece[0], pieces.pop()[1]
            if pieces or piece[0] > _SPECK:
                pieces.append(piece)
    yield from pieces


def _on_arcs(rows: Floats, ease: Ease) -> Floats:
    """Share of the feed (n,) on each segment."""
    inside = arcs.is_arc(rows) & (rows[:, 4] * ease.side > 0)
    radius = np.where(inside, arcs.centre_form(rows).radius, 1.0)
    return np.where(inside, _rounded(radius / (radius + ease.radius), ease.least), 1.0)


def _at_corners(rows: Floats, ease: Ease) -> tuple[Floats, float]:
    """Share of the feed (n,) in the corner at the end of each segment, and from how far before it, mm."""
    none = np.ones(len(rows))
    if ease.width <= SAME_POINT or len(rows) < 2:
        return none, 0.0
    leave = arcs.directions_at(rows[:-1], np.ones(len(rows) - 1))
    enter = arcs.directions_at(rows[1:], np.zeros(len(rows) - 1))
    cross = ease.side * (leave[:, 0] * enter[:, 1] - leave[:, 1] * enter[:, 0])
    turn = np.arctan2(cross, np.einsum("ij,ij->i", leave, enter))
    engaged = math.acos(max(-1.0, 1 - ease.width / ease.radius))
    none[:-1] = np.where(turn > _SHARP, _rounded(engaged / (engaged + np.maximum(turn, 0.0)), ease.least), 1.0)
    return none, ease.width + ease.radius * math.sin(engaged)


def _rounded(share: Floats, least: float) -> Floats:
    share = np.maximum(np.floor(share * STEPS + 1e-9) / STEPS, least)
    return np.where(share > WORTH, 1.0, share)
