"""Common lines: where two parts lie one kerf apart along straight edges, one cut parts them, and none is made twice."""

from __future__ import annotations

import math
from collections.abc import Container, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Bools, Ints
from camcore.geometry.facing import facing
from camcore.geometry.index import SegmentIndex
from camcore.geometry.track import Track
from camcore.toolpath.joints import LEAST_JOINT
from camcore.toolpath.model import Cut, Kind, Role, Stroke, Tab
from camcore.units import SAME_POINT

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
        common = _common(path.stroke.curve, index, owner, owner < turn, LEAST)
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


def bridged(cuts: Sequence[Cut], kerf: float) -> list[Cut]:
    """The cuts, of each outline left standing what a neighbour one kerf away needs for its micro-joints.

    Such a joint holds on to the neighbour, there being no scrap between them: both have it, and both are held by it.
    """
    gaps = [(k, gap) for k, cut in enumerate(cuts) if cut.kind is Kind.OUTLINE for gap in _gaps(cut)]
    if not gaps:
        return list(cuts)
    index = SegmentIndex(np.array([[*a, *b, 0.0] for _, (a, b) in gaps]))
    owner = np.array([k for k, _ in gaps])
    return [_spared(cut, index, owner, owner != k, kerf) if cut.kind is Kind.OUTLINE else cut
            for k, cut in enumerate(cuts)]  # fmt: skip


def _gaps(cut: Cut) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Where the beam is off for a joint: from and to."""
    round_ = [stroke.curve for stroke in cut.strokes if stroke.role is Role.CUT]
    steps = [(before.end, after.start) for before, after in pairwise(round_)]
    return [step for step in steps if math.dist(*step) > SAME_POINT]


def _spared(cut: Cut, index: SegmentIndex, owner: Ints, other: Bools, kerf: float) -> Cut:
    """A cut without what lies on some of the indexed gaps."""
    strokes: list[Stroke] = []
    tabs = list(cut.tabs)
    for stroke in cut.strokes:
        cuts_edge = stroke.role in (Role.CUT, Role.OVERCUT)
        common = _common(stroke.curve, index, owner, other, LEAST_JOINT + kerf) if cuts_edge else []
        track, spans = Track(stroke.curve), _merged([span for span, _ in common])
        strokes += _between(track, stroke, spans) if spans else [stroke]
        tabs += [_joint(track, span, kerf) for span in spans if stroke.role is Role.CUT]
    return replace(cut, strokes=tuple(strokes), tabs=tuple(tabs)) if len(tabs) > len(cut.tabs) else cut


def _between(track: Track, stroke: Stroke, spans: Sequence[Span]) -> list[Stroke]:
    """What is left of an open stroke without some stretches of it."""
    ends = [0.0, *(end for span in spans for end in span), track.length]
    runs = list(pairwise(ends))[::2]
    return [replace(stroke, curve=track.stretch(a, b)) for a, b in runs if b - a > SAME_POINT]


def _joint(track: Track, span: Span, kerf: float) -> Tab:
    """A joint on the finished edge, which is half a kerf to the right of the path."""
    at, way = track.frames(np.array([sum(span) / 2]))
    x, y = (at + kerf / 2 * np.stack([way[:, 1], -way[:, 0]], axis=1))[0].tolist()
    return Tab(x, y, span[1] - span[0] - kerf, 0.0)


def _common(curve: Curve, index: SegmentIndex, owner: Ints, among: Bools, least: float) -> list[tuple[Span, int]]:
    """Stretches of a path, mm from its start, on some of the indexed straights that run the other way; and whose."""
    rows = curve.segments
    starts = np.concatenate([[0.0], np.cumsum(arcs.lengths(rows))])
    i, j = index.pairs(rows, SAME_LINE)
    i, j = i[among[j]], j[among[j]]
    low, high = facing(rows[i], index.segments[j], SAME_LINE).T
    long = np.flatnonzero(high - low >= least - SAME_POINT).tolist()
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
