"""Several passes of a beam: what one does not cut through, the next does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle, islice, pairwise

from camcore.toolpath.model import Cut, Kind, Role, Stroke
from camcore.units import SAME_POINT


def repeated(cut: Cut, step: float) -> Cut:
    """The cut with all its passes; of contours each has its focus `step` mm lower than the one before.

    A closed path goes round and round without a break. One with gaps, one that is open, and one on which the head has
    to stop for its focus go back and forth: so no pass ever begins elsewhere than where the one before it ended, and
    the head travels nowhere in between.
    """
    if cut.passes == 1:
        return cut
    step = step if cut.kind in (Kind.HOLE, Kind.OUTLINE) else 0.0
    rounds = [stroke for stroke in cut.strokes if stroke.role is Role.CUT]
    if step == 0 and _closes(rounds):
        last = cut.strokes.index(rounds[-1]) + 1
        more = tuple(replace(stroke, role=Role.AGAIN) for stroke in rounds) * (cut.passes - 1)
        return replace(cut, strokes=(*cut.strokes[:last], *more, *cut.strokes[last:]))
    forth = [replace(stroke, role=Role.AGAIN) for stroke in cut.strokes]
    back = [replace(stroke, curve=stroke.curve.reversed()) for stroke in reversed(forth)]
    turns = [list(cut.strokes), *islice(cycle((back, forth)), cut.passes - 1)]
    return replace(cut, strokes=tuple(_at(-step * k, stroke) for k, turn in enumerate(turns) for stroke in turn))


def _at(z: float, stroke: Stroke) -> Stroke:
    return replace(stroke, z0=z, z1=z) if z else stroke


def _closes(strokes: Sequence[Stroke]) -> bool:
    """Whether strokes follow each other without a gap, the first on the last too."""
    around = pairwise([*strokes, *strokes[:1]])
    return all(math.dist(before.curve.end, after.curve.start) <= SAME_POINT for before, after in around)
