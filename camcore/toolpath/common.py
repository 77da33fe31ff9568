"""Common lines: where two parts lie one kerf apart along straight edges, one cut parts them, and none is made twice."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from camcore.geometry import Curve, arcs
from camcore.geometry.facing import facing
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath.model import Cut, Kind, Role, Stroke

SAME_LINE = 0.002
"""Paths this near to each other, mm, are one line: a fifth of what the proof allows."""
LEAST = 1.0
"""A shorter common stretch, mm, is cut twice rather than begun anew."""
Span = tuple[float, float]


class _Path(NamedTuple):
    """The path of a cut that may share its lines: the stroke once round, and the number of the cut."""

    number: int
    stroke: Stroke


class Shared(NamedTuple):
    """Cuts in their order, and for each the number of the one after which its piece hangs on nothing more."""

    cuts: list[Cut]
    freed: list[int]


def shared(cuts: Sequence[Cut], kerf: float, aside: Container[int] = ()) -> Shared:
    """The cuts in their order, of each outline only what none before it has cut.

    What is left begins and ends in the kerf that is there already: it needs neither a lead nor a pierce. Cuts with tabs
    keep all of theirs, and nobody shares them; nor those of placements `aside`.
    """
    taking_part = ((k, cut) for k, cut in enumerate(cuts) if cut.placement not in aside)
    paths = [_Path(k, stroke) for k, cut in taking_part for stroke in _rounds(cut)]
    found = Shared(list(cuts), list(range(len(cuts))))
    if len(paths) < 2:
        return found
    tables = [path.stroke.curve.segments for path in paths]
    index = SegmentIndex(np.vstack(tables))
    owner = np.repeat(np.arange(len(paths)), [len(table) for table in tables])
    for turn, path in enumerate(paths):
        common = _common(path.stroke.curve, turn, index, owner)
        if common:
            k, runs = path.number, _left(path.stroke, _merged([span for span, _ in common]))
            edges = [run for run in runs if not _is_corner(run.curve, kerf)]
            if runs:
                found.cuts[k] = replace(cuts[k], strokes=tuple(edges or runs), pierce=0.0)
            if not edges:
                found.freed[k] = max(paths[other].number for _, other in common)
    return found


def _rounds(cut: Cut) -> list[Stroke]:
    strokes = [stroke for stroke in cut.strokes if stroke.role is Role.CUT]
    whole = cut.kind is Kind.OUTLINE and not cut.tabs and len(strokes) == 1
    return strokes if whole else []


def _common(curve: Curve, turn: int, index: SegmentIndex, owner: np.ndarray) -> list[tuple[Span, int]]:
    """Stretches of a path, mm from its start, on straights of paths before it that run the other way; and whose."""
    rows = curve.segments
    starts = np.concatenate([[0.0], np.cumsum(arcs.lengths(rows))])
    i, j = index.pairs(rows, SAME_LINE)
    mine = owner[j] < turn
    i, j = i[mine], j[mine]
    low, high = facing(rows[i], index.segments[j], SAME_LINE).T
    long = np.flatnonzero(high - low >= LEAST).tolist()
    return [((starts[i[k]] + low[k], starts[i[k]] + high[k]), int(owner[j[k]])) for k in long]


def _merged(spans: Sequence[Span]) -> list[Span]:
    found: list[Span] = []
    for low, high in sorted(spans):
        if found and low <= found[-1][1] + SAME_LINE:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def _left(stroke: Stroke, spans: Sequence[Span]) -> list[Stroke]:
    """What is left of a path without some stretches of it."""
    track = Track(Curve(stroke.curve.vertices[:-1]))
    gaps = [*spans, (spans[0][0] + track.length, 0.0)]
    runs = [(a[1], b[0]) for a, b in pairwise(gaps) if b[0] - a[1] > SAME_LINE]
    return [Stroke(track.stretch(a, b), Role.CUT, stroke.feed) for a, b in runs]


def _is_corner(curve: Curve, kerf: float) -> bool:
    """Whether a stretch only turns about a sharp corner, both of whose edges are cut."""
    form = arcs.centre_form(curve.segments)
    return bool(np.abs(form.radius - kerf / 2).max() <= SAME_LINE)
