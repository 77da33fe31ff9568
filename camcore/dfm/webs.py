"""Rules on what is left between edges, and on what is open between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from camcore.dfm.model import Context, Look
from camcore.findings import Finding
from camcore.geometry import arcs, many
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.geometry.necks import Neck, facing
from camcore.geometry.offset import parallel
from camcore.units import CUT_EDGE

BLUNT = 10.0
"""Sides that taper by more than this, degrees, make a point and no web."""
LEAST_TONGUE = 5.0
"""Straight edges shorter than this, mm, make no tongue."""
TIP = 2.0
"""The way around the end of a tongue is at most this many widths (a half circle takes π / 2)."""


class Spot(NamedTuple):
    """A place, mm, and how bad it is there."""

    size: float
    x: float
    y: float


def places(spots: Iterable[Any]) -> list[list[float]]:
    """Places for `where`, mm, of what has x and y."""
    return [[round(spot.x, 3), round(spot.y, 3)] for spot in spots]


def _more(spots: Sequence[Any]) -> str:
    """Words for how many there are, of which only the worst is told."""
    return f"; {len(spots)} such places" if len(spots) > 1 else ""


def webs(look: Look) -> list[Neck]:
    """Necks of material that are no points; of two curves the narrowest alone."""
    best: dict[object, Neck] = {}
    for k, neck in enumerate(look.necks):
        if neck.solid and (neck.first != neck.second or neck.angle <= BLUNT):
            best.setdefault((neck.first, neck.second) if neck.first != neck.second else k, neck)
    return list(best.values())


def thin_web(look: Look, context: Context) -> Iterator[Finding]:
    """E817, W816: material between two edges that is narrower than it should be; the narrowest of each kind."""
    limit, lost = context.limit("web"), context.limit("web-lost") or 0.0
    if limit is None:
        return
    kinds: dict[str, list[Neck]] = {}
    for neck in webs(look):
        if neck.width < limit - CUT_EDGE:
            kinds.setdefault(_kind(neck), []).append(neck)
    for kind, necks in kinds.items():
        worst = necks[0]
        gone = worst.width < lost
        names = " and ".join(look.name(number) for number in sorted({worst.first, worst.second}) if number)
        names = f" ({names})" if names else ""
        yield look.finding(
            "E817" if gone else "W816",
            f"{worst.width:.3g} mm of material {kind}{names}{_more(necks)}",
            f"widen it to {limit:.4g} mm" + ("; the cut would take it away" if gone else ", or agree on broken edges"),
            x=worst.x,
            y=worst.y,
            size=worst.width,
            limit=lost if gone else limit,
            places=places(necks),
        )


def _kind(neck: Neck) -> str:
    if neck.first == neck.second:
        return "across the outline" if neck.first == 0 else "across a tongue in a hole"
    return "between a hole and the edge" if neck.first == 0 else "between two holes"


def narrow_slot(look: Look, context: Context) -> Iterator[Finding]:
    """E812: an opening that the tool does not enter, or that the beam would widen."""
    limit = context.limit("slot")
    if limit is None:
        return
    least = limit - CUT_EDGE
    narrow: dict[int, list[Neck]] = {}
    for neck in look.necks:
        if not neck.solid and neck.first == neck.second and neck.width < least:
            narrow.setdefault(neck.first, []).append(neck)
    round_ = {spot.number for spot in look.rounds}
    for number in range(1, len(look.curves)):
        if number not in narrow and number not in round_ and not parallel(look.curves[number], -least / 2).curves:
            narrow[number] = [_inscribed(look, number, least)]
    if context.process == "laser":
        small = [spot for spot in look.rounds if spot.diameter < least]
        narrow |= {
            spot.number: [Neck(spot.x, spot.y, spot.diameter, spot.number, spot.number, False)] for spot in small
        }
    all_ = sorted((neck for each in narrow.values() for neck in each), key=lambda neck: neck.width)
    if all_:
        worst = all_[0]
        what = look.name(worst.first) if worst.first else "a slot in the outline"
        yield look.finding(
            "E812",
            f"{what} is only {worst.width:.3g} mm wide for the {context.tool}{_more(all_)}",
            f"open it to {limit:.4g} mm, or take a smaller tool"
            if context.process == "mill"
            else f"open it to {limit:.4g} mm",
            x=worst.x,
            y=worst.y,
            size=worst.width,
            limit=limit,
            places=places(all_),
        )


def _inscribed(look: Look, number: int, most: float) -> Neck:
    """About the largest circle inside a hole that is smaller than `most` mm."""
    import shapely

    polygon = shapely.make_valid(shapely.Polygon(look.curves[number].flattened()))
    circle = shapely.maximum_inscribed_circle(polygon, tolerance=0.001)
    x, y = circle.coords[0]
    return Neck(x, y, min(2 * circle.length, most), number, number, False)


def thin_point(look: Look, context: Context) -> Iterator[Finding]:
    """W818: material that runs out to a point: a corner, or sides that taper to less than a web."""
    limit, web = context.limit("point"), context.limit("web") or 0.0
    if limit is None:
        return
    found: list[Spot] = []
    for curve in look.curves:
        rows = curve.segments
        angle = _corners(rows)
        sharp = angle < limit - 0.01
        found += map(Spot, angle[sharp].tolist(), rows[sharp, 2].tolist(), rows[sharp, 3].tolist())
    for neck in look.necks:
        blunt = neck.solid and neck.first == neck.second and neck.angle > BLUNT
        if blunt and neck.width < web and neck.angle < limit - 0.01:
            found.append(Spot(neck.angle, neck.x, neck.y))
    if found:
        worst = min(found)
        yield look.finding(
            "W818",
            f"the material comes to a point of {worst.size:.3g}°{_more(found)}",
            "round or blunt it: thin points break, burn or fray",
            x=worst.x,
            y=worst.y,
            size=worst.size,
            limit=limit,
            places=places(found),
        )


def _corners(rows: Floats) -> Floats:
    """Angle (n,) of the material, degrees, at the end of each row."""
    count = len(rows)
    leave = arcs.directions_at(rows, np.ones(count))
    enter = np.roll(arcs.directions_at(rows, np.zeros(count)), -1, axis=0)
    turn = np.arctan2(leave[:, 0] * enter[:, 1] - leave[:, 1] * enter[:, 0], np.einsum("ij,ij->i", leave, enter))
    return np.asarray(180.0 - np.degrees(turn))


def tongue(look: Look, context: Context) -> Iterator[Finding]:
    """W819: a tongue held at one end, longer than so many times its width."""
    limit = context.limit("cantilever")
    if limit is None:
        return
    rows, _ = many.rows_of(look.curves)
    edges = SegmentIndex(rows)
    found: list[Spot] = []
    for curve in look.curves:
        found += _tongues(curve.segments, edges, limit)
    if found:
        worst = max(found)
        yield look.finding(
            "W819",
            f"a tongue is {worst.size:.1f} times as long as wide{_more(found)}",
            "widen or shorten it, or hold it with a tab to the end: it vibrates and breaks",
            x=worst.x,
            y=worst.y,
            size=worst.size,
            limit=limit,
            places=places(found),
        )


def _tongues(rows: Floats, edges: SegmentIndex, limit: float) -> list[Spot]:
    """Length over width and the middle of each tongue between two straight edges of one curve."""
    lengths = arcs.lengths(rows)
    long = np.flatnonzero(~arcs.is_arc(rows) & (lengths >= LEAST_TONGUE))
    if len(long) < 2:
        return []
    i, j = SegmentIndex(rows[long]).own_pairs(float(lengths[long].max()) / limit)
    i, j = long[i], long[j]
    between = facing(rows[i], rows[j])
    middle = (between.low + between.high) / 2
    width, run = 2 * between.radius(middle), between.high - between.low
    good = (between.side > 0) & (between.angle < np.radians(BLUNT)) & (run > limit * width)
    good &= _one_end(lengths, i, j, width)
    good[good] = from_points_to(between.centre(middle)[good], edges) >= width[good] / 2 - CUT_EDGE
    centre = between.centre(middle)
    return [Spot(float(run[k] / width[k]), float(centre[k, 0]), float(centre[k, 1])) for k in np.flatnonzero(good)]


def _one_end(lengths: Floats, i: Ints, j: Ints, width: Floats) -> Bools:
    """Whether the two segments i < j are joined by a short way around a tip, at one of their ends only."""
    end = np.cumsum(lengths)
    there = end[j] - lengths[j] - end[i]
    back = end[-1] - (end[j] - (end[i] - lengths[i]))
    return np.asarray((there <= TIP * width) ^ (back <= TIP * width))
