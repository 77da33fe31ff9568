"""Independent check of a finished nest: true curves, exact distances, own code; it shares nothing with the search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely import Polygon

from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import between_segments
from camcore.geometry.index import SegmentIndex
from camcore.nesting.check_constraints import constraint_faults
from camcore.nesting.model import Demand, Nest, NestedSheet, Placement, Rules, Stock
from camcore.part import Part

GIVE = 1e-3
"""Distances may fall short by this, mm: 1 µm, below what any machine cuts."""
REPEATED = 1e-6
"""Two pairs whose relative positions agree to this, mm, are one case: a thousandth of what is given."""
BATCH = 200_000
"""Pairs of segments measured at once; bounds memory."""


class Fault(NamedTuple):
    """What is wrong on a sheet, and the numbers of the placements that it is about."""

    placements: tuple[int, ...]
    text: str


def faults(nest: Nest) -> list[str]:
    """What is wrong with a nest: parts too near each other or the edge, overlapping, off the sheet, turned as they must
    not be; counts that do not add up."""
    found = [*_wrong_counts(nest), *constraint_faults(nest)]
    demands = {demand.part.id: demand for demand in nest.demands}
    for sheet in nest.sheets:
        turns = [text for p in sheet.placements for text in wrong_turn(p, demands[p.part], sheet.stock)]
        found += [f"{sheet.id}: {text}" for text in [*turns, *(fault.text for fault in sheet_faults(sheet, nest))]]
    return found


def _wrong_counts(nest: Nest) -> Iterator[str]:
    have = Counter({row.part: row.quantity for row in nest.unplaced})
    for sheet in nest.sheets:
        have.update({part: sheet.repeat * n for part, n in Counter(p.part for p in sheet.placements).items()})
    wanted = {demand.part.id: demand.quantity for demand in nest.demands}
    for part in sorted(have.keys() | wanted.keys()):
        if have[part] != wanted.get(part, 0):
            yield f"{have[part]} pieces of {part!r} are placed or unplaced, {wanted.get(part, 0)} are demanded"


def wrong_turn(placement: Placement, demand: Demand, stock: Stock | None = None) -> Iterator[str]:
    """What is wrong with how a piece is turned, on a stock whose grain may run along y."""
    turns, across = demand.rotations, stock is not None and demand.along_grain and stock.grain == "y"
    if turns is not None and across:
        turns = tuple(turn + 90.0 for turn in turns)
    if turns is not None and all(abs((placement.rotation - t + 180.0) % 360.0 - 180.0) > 1e-9 for t in turns):
        yield f"{placement.part!r} is turned by {placement.rotation}, which is not allowed"
    if placement.mirror and not demand.mirror:
        yield f"{placement.part!r} is mirrored, which is not allowed"


def sheet_faults(sheet: NestedSheet, nest: Nest) -> list[Fault]:
    """Where pieces overlap, or are nearer than allowed to each other or the sheet's edge."""
    told = _telling(sheet, nest)
    bodies = [_posed(nest.parts[p.part], p) for k in told for p in [sheet.placements[k]]]
    edge = [sheet.stock.outline, *sheet.stock.holes]
    names = [f"{sheet.placements[k].part!r} (placement {k})" for k in told]
    found = [Fault((i, j), f"{names[i]} and {names[j]} overlap") for i, j in _overlaps(bodies, nest.rules.spacing)]
    found += [Fault((k,), f"{names[k]} lies off the sheet") for k in _off_sheet(bodies, edge)]
    found += _too_near([*bodies, edge], [*names, "the sheet's edge"], nest.rules, sheet.stock)
    return [Fault(tuple(told[k] for k in fault.placements), fault.text) for fault in found]


def _telling(sheet: NestedSheet, nest: Nest) -> list[int]:
    """Placements to look at: those near the sheet's edge, and an example of each two neighbours that lie alike.

    Sheets of thousands of pieces repeat a few pairs: same parts, turned alike, as far from each other to REPEATED.
    """
    ways = {(p.part, p.rotation, p.mirror): p for p in sheet.placements}
    number = {way: k for k, way in enumerate(ways)}
    boxes = np.array([nest.parts[p.part].outline.posed(replace(p, x=0.0, y=0.0).pose).box for p in ways.values()])
    kind = np.array([number[p.part, p.rotation, p.mirror] for p in sheet.placements])
    at = np.array([(p.x, p.y) for p in sheet.placements])
    around = boxes[kind] + np.hstack([at, at])
    inner = shapely.box(*(around + [-GIVE, -GIVE, GIVE, GIVE] + nest.rules.margin * np.array([-1, -1, 1, 1])).T)
    area = _polygons([[sheet.stock.outline, *sheet.stock.holes]], GIVE / 10.0)[0]
    shapely.prepare(area)
    wanted = ~shapely.covers(area, inner)
    near = shapely.box(*(around + nest.rules.spacing * np.array([-1, -1, 1, 1])).T)
    i, j = shapely.STRtree(near).query(near)
    i, j = i[i < j], j[i < j]
    way = np.round((at[j] - at[i]) / REPEATED).astype(np.int64)
    _, first = np.unique(np.column_stack([kind[i], kind[j], way]), axis=0, return_index=True)
    wanted[i[first]] = wanted[j[first]] = True
    return [int(k) for k in np.flatnonzero(wanted)]


def _posed(part: Part, placement: Placement) -> list[Curve]:
    return [curve.posed(placement.pose) for curve in (part.outline, *part.holes)]


def _too_near(bodies: list[list[Curve]], names: list[str], rules: Rules, stock: Stock) -> Iterator[Fault]:
    """Pairs whose edges come nearer than allowed; the last body is the sheet's edge.

    Where the sides of the sheet's box have distances of their own, edges that lie on them are looked at elsewhere.
    """
    tables = [curve.segments for body in bodies for curve in body]
    numbers = [k for k, body in enumerate(bodies) for _ in body]
    owner = np.repeat(numbers, [len(table) for table in tables])
    rows = np.concatenate(tables)
    i, j = SegmentIndex(rows).own_pairs(max(rules.spacing, rules.margin))
    other = owner[i] != owner[j]
    i, j = i[other], j[other]
    margins = np.full(len(rows), rules.margin)
    if rules.margins is not None:
        margins[_on_sides(rows, stock)] = 0.0
    least = np.where(owner[j] == len(bodies) - 1, margins[j], rules.spacing)
    for k in range(0, len(i), BATCH):
        cut = slice(k, k + BATCH)
        distance = between_segments(rows[i[cut]], rows[j[cut]])
        for n in np.flatnonzero(distance < least[cut] - GIVE):
            pair = int(owner[i[cut][n]]), int(owner[j[cut][n]])
            text = f"{names[pair[0]]} and {names[pair[1]]} are {distance[n]:.6f} mm apart, less than {least[cut][n]}"
            yield Fault(tuple(k for k in pair if k < len(bodies) - 1), text)


def _on_sides(rows: Floats, stock: Stock) -> Bools:
    """Which straight segments lie on a side of the stock's box."""
    x0, y0, x1, y1 = stock.outline.box
    x, y = rows[:, [0, 2]], rows[:, [1, 3]]
    sides = [np.abs(column - at) < GIVE for column, at in ((x, x0), (x, x1), (y, y0), (y, y1))]
    on: Bools = np.array(sides).all(axis=2).any(axis=0) & ~arcs.is_arc(rows)
    return on


def _polygons(bodies: list[list[Curve]], tolerance: float) -> Any:
    rings = [[curve.flattened(tolerance) for curve in body] for body in bodies]
    return shapely.make_valid([Polygon(first, rest) for first, *rest in rings])


def _overlaps(bodies: list[list[Curve]], spacing: float) -> Iterator[tuple[int, int]]:
    """Pairs with common material. Where a spacing keeps the edges apart, that is one inside the other's material."""
    if spacing > 100 * GIVE:
        solid = _polygons(bodies, spacing / 10.0)
    else:
        solid = shapely.buffer(_polygons(bodies, GIVE / 10.0), -GIVE / 2.0)
    i, j = shapely.STRtree(solid).query(solid, predicate="intersects")
    return ((int(a), int(b)) for a, b in zip(i, j, strict=True) if a < b)


def _off_sheet(bodies: list[list[Curve]], edge: list[Curve]) -> list[int]:
    sheet = shapely.buffer(_polygons([edge], GIVE / 10.0)[0], GIVE)
    shapely.prepare(sheet)
    inside = shapely.covers(sheet, _polygons(bodies, GIVE / 2.0))
    return [int(k) for k in np.flatnonzero(~inside)]
