"""Drawing frames on layers that are cut: sheets of paper with title blocks, known by their size and what they hold.

A plate may have the size of a sheet of paper too. So a frame is only left out where three things come together: lines
along both axes that hang together and have the size of a sheet or of the room within its margins; words inside; and
either more lines than the four sides, as title blocks and folds have, or a second rectangle of that kind within the
first; and where something to cut lies inside, apart from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely

from camcore.drawing.chain import united
from camcore.drawing.findings import Notes
from camcore.drawing.model import Shape, Text
from camcore.geometry import Box, Curve, many
from camcore.geometry.arrays import Bools, Floats
from camcore.units import JOIN_GAP

ISO_A = ((210.0, 297.0), (297.0, 420.0), (420.0, 594.0), (594.0, 841.0), (841.0, 1189.0))
ANSI = ((215.9, 279.4), (279.4, 431.8), (431.8, 558.8), (558.8, 863.6), (863.6, 1117.6))
PAPER = (*ISO_A, *ANSI)
"""Sheets of paper, mm (ISO 216; ANSI/ASME Y14.1)."""
MARGINS = (0.0, 10.0, 20.0, 25.4, 30.0)
"""What the margins of both sides take off a sheet of paper, mm (ISO 5457: 20 + 10; 10 + 10; others)."""
SAME_SIZE = 0.6
"""Frames are drawn this near to their size, mm."""
SMALLEST = ISO_A[0][1] - MARGINS[-1] - SAME_SIZE
"""No frame's longer side is shorter, mm."""
MORE_LINES = 3
"""A frame with a title block has at least so many lines beside its four sides."""


def is_paper(box: Box) -> bool:
    """Whether the box is a sheet of paper, or the frame that is drawn within its margins."""
    short, long = sorted((box.width, box.height))
    return any(
        min(abs(a - short - margin) for margin in MARGINS) < SAME_SIZE
        and min(abs(b - long - margin) for margin in MARGINS) < SAME_SIZE
        for a, b in PAPER
    )


@dataclass(frozen=True, slots=True)
class _Lattice:
    """Lines that hang together: numbers of their curves, the box around them, how many segments they have."""

    members: tuple[int, ...]
    box: Box
    segments: int


def without_frames(shapes: Sequence[Shape], texts: Sequence[Text], notes: Notes) -> list[Shape]:
    """The shapes without those of drawing frames, which are told."""
    frames = _frames(shapes, texts)
    message = "a drawing frame of {width:.5g} × {height:.5g} mm with its title block was left out"
    wheres = []
    for frame in frames:
        x, y = frame.box.centre
        first = shapes[frame.members[0]]
        size = {"size": len(frame.members), "width": frame.box.width, "height": frame.box.height}
        wheres.append({"layer": first.layer, "handle": first.handle, "x": x, "y": y, **size})
    notes.tell("W231", message, "put it on a layer of its own, such as BORDER", wheres)
    out = {i for frame in frames for i in frame.members}
    return [shape for i, shape in enumerate(shapes) if i not in out]


def _frames(shapes: Sequence[Shape], texts: Sequence[Text]) -> list[_Lattice]:
    curves = [shape.curve for shape in shapes if shape.curve is not None]
    if not texts or len(curves) < len(shapes) or not curves:
        return []
    boxes = many.boxes(curves)
    if (boxes[:, 2:] - boxes[:, :2]).max() < SMALLEST:
        return []
    chosen = np.flatnonzero(_along_axes(curves)).tolist()
    lattices = _lattices(curves, boxes, chosen) if chosen else []
    found = [one for one in lattices if is_paper(one.box) and _holds_words(one.box, texts)]
    sheets = [one for one in found if _four_sides(one, curves)]
    frames = [one for one in sheets if one.segments >= 4 + MORE_LINES or _nested(one, sheets)]
    lines = [i for one in frames for i in one.members]
    rest = np.delete(boxes, lines, axis=0)
    return [one for one in frames if _holds_some(one.box, rest)]


def _along_axes(curves: Sequence[Curve]) -> Bools:
    """Which curves are made of straight lines along the axes only."""
    rows, first = many.rows_of(curves)
    slope = np.minimum(abs(rows[:, 2] - rows[:, 0]), abs(rows[:, 3] - rows[:, 1]))
    return np.asarray(np.logical_and.reduceat((rows[:, 4] == 0) & (slope < JOIN_GAP), first))


def _lattices(curves: Sequence[Curve], boxes: Floats, chosen: list[int]) -> list[_Lattice]:
    """The chosen curves, put together where they touch each other."""
    lines = np.array([_line(curves[k]) for k in chosen])
    i, j = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=JOIN_GAP)
    groups: dict[int, list[int]] = {}
    pairs = zip(i[i < j].tolist(), j[i < j].tolist(), strict=True)
    for k, root in zip(chosen, united(len(chosen), pairs), strict=True):
        groups.setdefault(root, []).append(k)
    return [
        _Lattice(
            tuple(group),
            Box(*boxes[group, :2].min(axis=0).tolist(), *boxes[group, 2:].max(axis=0).tolist()),
            sum(len(curves[k].segments) for k in group),
        )
        for group in groups.values()
    ]


def _line(curve: Curve) -> shapely.LineString:
    rows = curve.segments
    return shapely.LineString(np.vstack([rows[:1, 0:2], rows[:, 2:4]]))


def _four_sides(lattice: _Lattice, curves: Sequence[Curve]) -> bool:
    """Whether lines run all along the box."""
    box = lattice.box
    ring = shapely.box(box.x0, box.y0, box.x1, box.y1).exterior
    drawn = shapely.union_all([_line(curves[i]) for i in lattice.members])
    return bool(shapely.covers(shapely.buffer(drawn, JOIN_GAP), ring))


def _holds_words(box: Box, texts: Sequence[Text]) -> bool:
    return any(box.holds(Box(text.x, text.y, text.x, text.y)) for text in texts)


def _nested(one: _Lattice, sheets: Sequence[_Lattice]) -> bool:
    """Whether it lies in another frame, or another one in it."""
    return any(other is not one and (one.box.holds(other.box) or other.box.holds(one.box)) for other in sheets)


def _holds_some(box: Box, others: Floats) -> bool:
    inside = (others[:, :2] > (box.x0, box.y0)).all(axis=1) & (others[:, 2:] < (box.x1, box.y1)).all(axis=1)
    return bool(inside.any())
