"""Strokes as lines and arcs that a control can follow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.machine import Abilities, Machine
from camcore.toolpath.model import Stroke
from camcore.units import FLATTEN, SAME_POINT

LEAST_CHORD = 10
"""An arc whose chord is shorter than so many output steps becomes a line: rounded to the grid, its ends could fall
together, and the control would run a full circle."""
LEAST_SWEEP = 1e-4
"""An arc of less sweep, radians, becomes a line: its centre is too ill-defined on the output grid."""


Place = tuple[float, float, float]


class Piece(NamedTuple):
    """End of a straight or circular piece, mm, and its length in the plane; of a line `sweep`, rad, is 0."""

    x: float
    y: float
    z: float
    length: float
    sweep: float = 0.0
    cx: float = 0.0
    cy: float = 0.0


def ways(strokes: Iterable[Stroke], machine: Machine) -> dict[Stroke, list[Piece]]:
    """The pieces of each stroke: arcs split to the sweep that the control takes, chords where it takes no arc.

    Chords follow their arc within `units.FLATTEN`. All strokes of a plan at once, as arrays, for speed.
    """
    strokes = list(dict.fromkeys(strokes))
    if not strokes:
        return {}
    can, step = machine.abilities, machine.step
    tables = [stroke.curve.segments for stroke in strokes]
    owner = np.repeat(np.arange(len(strokes)), [len(table) for table in tables])
    rows = np.concatenate(tables)
    form = arcs.centre_form(rows)
    round_ = _stays_arc(rows, form, can, step)
    chords = arcs.chords_needed(rows, FLATTEN)
    counts = np.where(round_, _splits(form.sweep, can), chords).astype(np.int64)
    index = np.repeat(np.arange(len(rows)), counts)
    number = np.arange(len(index)) - np.repeat(np.cumsum(counts) - counts, counts) + 1
    t = number / counts[index]
    xy = np.where((t == 1.0)[:, None], rows[index, 2:4], arcs.points_at(rows[index], t))
    lengths = arcs.lengths(rows)[index] / counts[index]
    columns = (
        xy[:, 0],
        xy[:, 1],
        _heights(strokes, owner[index], lengths),
        lengths,
        np.where(round_, form.sweep / counts, 0.0)[index],
        np.where(round_, form.cx, 0.0)[index],
        np.where(round_, form.cy, 0.0)[index],
    )
    found = [Piece(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]
    ends = np.searchsorted(owner[index], np.arange(len(strokes)), side="right").tolist()
    return {stroke: found[first:last] for stroke, first, last in zip(strokes, [0, *ends[:-1]], ends, strict=True)}


def joined(start: Place, pieces: Iterable[tuple[Piece, float]], most: float) -> list[tuple[Piece, float]]:
    """Pieces with their feeds, from a start on, with those made one that go on along one line or arc at one feed.

    most: largest sweep of an arc, rad. So a lead along the edge, the first segment and an overcut are no blocks of
    their own where they need not be.
    """
    found: list[tuple[Piece, float]] = []
    before = last = start
    for piece, feed in pieces:
        whole = _as_one(before, found[-1][0], piece, most) if found and found[-1][1] == feed else None
        if whole:
            found[-1] = (whole, feed)
        else:
            before = last
            found.append((piece, feed))
        last = (piece.x, piece.y, piece.z)
    return found


def _as_one(start: Place, first: Piece, then: Piece, most: float) -> Piece | None:
    """Two pieces that follow each other from a start, as one; None where they are not of one line or level arc."""
    length, sweep = first.length + then.length, first.sweep + then.sweep
    if first.sweep and then.sweep:
        moved = math.hypot(first.cx - then.cx, first.cy - then.cy)
        level = start[2] == first.z == then.z
        same = level and moved <= SAME_POINT and first.sweep * then.sweep > 0 and abs(sweep) <= most
        return then._replace(length=length, sweep=sweep) if same else None
    if first.sweep or then.sweep or not first.length or not then.length:
        return None
    way, share = [b - a for a, b in zip(start, then[:3], strict=True)], first.length / length
    off = math.dist(first[:3], [a + share * v for a, v in zip(start, way, strict=True)])
    return then._replace(length=length) if off <= SAME_POINT else None


def chains(strokes: Sequence[Stroke]) -> list[list[Stroke]]:
    """Strokes in runs that follow each other in the plane without a gap."""
    found: list[list[Stroke]] = []
    for stroke in strokes:
        if not found or math.dist(found[-1][-1].curve.end, stroke.curve.start) > SAME_POINT:
            found.append([])
        found[-1].append(stroke)
    return found


def _splits(sweep: Floats, can: Abilities) -> Floats:
    """How many equal arcs keep each sweep within what the control takes."""
    return np.asarray(np.maximum(1.0, np.ceil(np.abs(sweep) / np.radians(can.arc_sweep) - 1e-9)))


def _stays_arc(rows: Floats, form: arcs.ArcForm, can: Abilities, step: float) -> Bools:
    """Which rows are written as arcs."""
    if not can.arcs:
        return np.zeros(len(rows), dtype=np.bool_)
    sweep = np.abs(form.sweep) / _splits(form.sweep, can)
    radius = np.where(arcs.is_arc(rows), form.radius, 0.0)
    low, high = can.arc_radius
    long_enough = 2.0 * radius * np.sin(sweep / 2.0) >= LEAST_CHORD * step
    answer: Bools = arcs.is_arc(rows) & long_enough & (sweep >= LEAST_SWEEP) & (radius >= low) & (radius <= high)
    return answer


def _heights(strokes: Sequence[Stroke], owner: Ints, lengths: Floats) -> Floats:
    """Z at the end of each piece: even along its stroke; exact at the stroke's end."""
    total = np.bincount(owner, lengths, minlength=len(strokes))
    run = np.cumsum(lengths) - np.concatenate([[0.0], np.cumsum(total)])[owner]
    z0, z1 = (np.array([getattr(stroke, name) for stroke in strokes])[owner] for name in ("z0", "z1"))
    share = np.divide(run, total[owner], out=np.ones_like(run), where=total[owner] > 0)
    last = np.append(owner[1:] != owner[:-1], True)
    return np.where(last, z1, z0 + (z1 - z0) * share)
