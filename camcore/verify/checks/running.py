"""Check: tools and beams run as declared: feed, plunge, speed, power, pierce, air."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from camcore.findings import Finding
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.index import SegmentIndex
from camcore.moves import Arc, Dwell, Line, Rapid
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.checks.plunge import cleared, starts_of
from camcore.verify.marks import energy
from camcore.verify.model import Checked, Running
from camcore.verify.track import Track

SLACK = 0.01
"""What numbers of the text may be off by rounding, as a share …"""
STEP = 1.0
"""… and besides, mm/min or rpm: words count whole ones at the coarsest."""
LEAST_FEED = 0.1
"""Slower than this share of the declared feed a tool rubs: a rule of this proof. In corners and skins camcore keeps
above 0.15 unless a job says otherwise."""
SAME_POWER = 0.1
"""Power per feed of a beam may differ from what is declared by this share."""


def running(case: Case) -> Checked:
    """E778 for a cut faster, at another speed, or with other power than declared, W779 for one ten times slower, E780
    for one without the air that is declared.

    What is declared beyond the machine's own limits is taken for these. Straight down and on ramps it is the part of
    the feed in Z that counts as plunge, but not on the way back into a hole that the same tool has been in. Figures:
    the largest feed and plunge, as shares of what is declared.
    """
    found = [*_without_air(case)]
    if not case.task.running:
        return Checked("running", {}, few(found))
    if case.task.process == "laser":
        return Checked("running", {}, few([*found, *_beam(case)]))
    figures: dict[str, float | int] = {}
    for name, declared in case.task.running.items():
        mine = case.all_cuts.track.take(np.asarray(case.all_cuts.track.tool == int(name)))
        if len(mine):
            found += _tool(case, mine, declared, figures)
    return Checked("running", figures, few(found))


# -- mills ------------------------------------------------------------------------------------------------------------


def _tool(case: Case, cuts: Track, declared: Running, figures: dict[str, float | int]) -> Iterator[Finding]:
    """What one tool does otherwise than declared, in its cuts."""
    fed = cuts.take(~cuts.rapid)
    yield from _speed(case, fed, declared)
    new = fed.take(~_in_air(fed, declared, case.tolerance))
    yield from _over(new, new.feed, declared.feed, "feed", figures)
    if declared.plunge:
        yield from _over(new, _falling(new, case.machine.step), declared.plunge, "plunge", figures)
    usual = np.where(fed.still, declared.plunge or declared.feed, declared.feed)
    slow = (fed.feed < LEAST_FEED * usual) & (fed.lengths > SAME_POINT)
    for k in _first_of_lines(fed, slow):
        message = f"F is {fed.feed[k]:.0f} mm/min; {declared.feed:.0f} are declared: the tool rubs and burns"
        where = {"line": int(fed.line[k]), "size": float(fed.feed[k]), "limit": declared.feed}
        yield Finding("W779", message, "check F and its units", where=where)


def _speed(case: Case, cuts: Track, declared: Running) -> Iterator[Finding]:
    spindle = case.machine.spindle
    if declared.rpm is None or spindle is None:
        return
    wanted = min(max(declared.rpm, spindle.rpm_min), spindle.rpm_max)
    off = np.abs(cuts.rpm - wanted) > SLACK * wanted + STEP
    for k in _first_of_lines(cuts, off & (cuts.rpm > 0))[:1]:
        message = f"tool {cuts.tool[k]} cuts at {cuts.rpm[k]:.0f} rpm; {wanted:.0f} are declared"
        where = {"line": int(cuts.line[k]), "size": float(cuts.rpm[k]), "limit": wanted}
        yield Finding("E778", message, "state S where the tool is called", where=where)


def _over(cuts: Track, values: Floats, limit: float, what: str, figures: dict[str, float | int]) -> Iterator[Finding]:
    if len(values):
        figures[what] = max(figures.get(what, 0.0), float(values.max() / limit))
    for k in _first_of_lines(cuts, values > limit * (1 + SLACK) + STEP):
        message = f"{what} of {values[k]:.0f} mm/min in the stock; {limit:.0f} are declared for tool {cuts.tool[k]}"
        where = {"line": int(cuts.line[k]), "size": float(values[k]), "limit": limit}
        yield Finding("E778", message, "lower F", where=where)


def _falling(cuts: Track, step: float) -> Floats:
    """The part of the feed that goes down, mm/min; heights are rounded to steps."""
    fall = np.maximum(cuts.z0 - cuts.z1 - step, 0.0)
    return np.asarray(cuts.feed * fall / np.maximum(cuts.lengths, SAME_POINT))


def _in_air(cuts: Track, declared: Running, tolerance: float) -> Bools:
    """Which stretches go straight up, or fast straight down where the same tool has been as deep before."""
    found = cuts.still & (cuts.z1 >= cuts.z0)
    fast = np.flatnonzero(cuts.still & ~found & (cuts.feed > min(declared.feed, declared.plunge or declared.feed)))
    if len(fast):
        found[fast] = cleared(cuts, SegmentIndex(cuts.rows), fast, tolerance)
    return np.asarray(found)


def _first_of_lines(cuts: Track, which: Bools) -> list[int]:
    chosen = np.flatnonzero(which)
    _, first = np.unique(cuts.line[chosen], return_index=True)
    return [int(k) for k in chosen[np.sort(first)]]


# -- lasers -----------------------------------------------------------------------------------------------------------


def _beam(case: Case) -> Iterator[Finding]:
    """Cuts with another power per feed than declared, all in all or at one place, and marks alike."""
    cut = case.task.running.get("cut")
    if cut is None or not cut.power:
        return
    along = case.cuts.track
    yield from _off(along, energy(along) / _wanted(case, cut), "cut")
    if cut.pierce and case.machine.abilities.rest_beam:
        yield from _pierces(case, cut.pierce)
    marks = [each for name in ("mark", "score") if (each := case.task.running.get(name)) and each.power]
    if marks:
        made = case.all_cuts.take(case.marking).track
        shares = np.stack([energy(made) / _wanted(case, each) for each in marks])
        nearest = shares[np.abs(shares - 1).argmin(axis=0), np.arange(shares.shape[1])]
        yield from _off(made, nearest, "mark")


def _pierces(case: Case, wanted: float) -> Iterator[Finding]:
    """Cuts that begin in the full sheet and are pierced for another time than declared."""
    waits, starts = _waits(case), starts_of(case)
    open_already = cleared(case.cuts.track, case.cuts.index, starts, case.tolerance) | _at_the_rim(case, starts)
    for k in starts[~open_already].tolist():
        waited = waits.get(int(case.cuts.track.move[k]), 0.0)
        if abs(waited - wanted) > SAME_POWER * wanted:
            message = f"a cut begins after {waited:g} s of piercing; {wanted:g} s are declared"
            where = {"line": int(case.cuts.track.line[k]), "size": waited, "limit": wanted}
            yield Finding("E778", message, "dwell so long with the beam on before it", where=where)


def _at_the_rim(case: Case, starts: Ints) -> Bools:
    """Which cuts begin where the beam reaches the sheet's edge, or beyond it: there nothing is to be pierced."""
    rim = shapely.linearrings(case.task.outline.flattened())
    places = shapely.points(case.cuts.track.rows[starts, 0:2])
    sheet = shapely.Polygon(rim)
    return np.asarray((shapely.distance(places, rim) <= case.task.kerf) | ~shapely.contains(sheet, places))


def _waits(case: Case) -> dict[int, float]:
    """For each move how long the beam has been on at its start, s."""
    found, waited = dict[int, float](), 0.0
    for number, read in enumerate(case.moves):
        if isinstance(read.move, Dwell):
            waited += read.move.seconds if read.power > 0 and not read.dynamic else 0.0
        elif isinstance(read.move, Line | Arc | Rapid):
            found[number], waited = waited, 0.0
    return found


def _wanted(case: Case, declared: Running) -> float:
    return (declared.power or 0.0) / min(declared.feed, case.machine.rates.feed_max)


def _off(cuts: Track, share: Floats, what: str) -> Iterator[Finding]:
    """Where power is lowered about corners, the feed is lowered with it."""
    for k in _first_of_lines(cuts, np.asarray(np.abs(share - 1) > SAME_POWER)):
        message = f"a {what} is made with {share[k]:.0%} of the declared power per feed"
        where = {"line": int(cuts.line[k]), "size": float(share[k]), "limit": SAME_POWER}
        yield Finding("E778", message, "check S (or Q) and F there", where=where)


# -- both -------------------------------------------------------------------------------------------------------------


def _without_air(case: Case) -> Iterator[Finding]:
    if not case.task.air:
        return
    track, moves = case.all_cuts.track, case.moves
    bare = np.array([not moves[k].air for k in track.move.tolist()], dtype=np.bool_)
    for line in np.unique(track.line[bare]).tolist():
        advice = "switch it on before the cut, and off at the end only"
        yield Finding("E780", "a cut without the air or extraction that is declared", advice, where={"line": line})
