"""Independent check of what a shop asks for beyond distances: kits, clamps, locked pieces, sides, count of sheets."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from shapely import Polygon

from camcore.geometry import Curve
from camcore.nesting.model import Locked, Nest, NestedSheet, Placement

GIVE = 1e-3
"""Distances may fall short by this, mm."""
FLAT = 1e-4
"""Arcs become chords within this, mm, before areas are compared."""


def constraint_faults(nest: Nest) -> Iterator[str]:
    """What is wrong with kits, locked pieces and the count of sheets; with sides, clamps and holes on each sheet."""
    yield from _too_many(nest)
    yield from _torn_kits(nest)
    yield from _moved(nest)
    for sheet in nest.sheets:
        for text in (*_beyond_sides(sheet, nest), *_in_zones(sheet, nest), *_in_holes(sheet, nest)):
            yield f"{sheet.id}: {text}"


def _too_many(nest: Nest) -> Iterator[str]:
    sheets, most = sum(sheet.repeat for sheet in nest.sheets), nest.rules.most_sheets
    if most is not None and sheets > most:
        yield f"{sheets} sheets are used, {most} are allowed"


def _torn_kits(nest: Nest) -> Iterator[str]:
    kits = {demand.part.id: demand.kit for demand in nest.demands if demand.kit is not None}
    for kit in sorted(set(kits.values())):
        on = [sheet for sheet in nest.sheets if any(kits.get(p.part) == kit for p in sheet.placements)]
        if sum(sheet.repeat for sheet in on) > 1:
            yield f"kit {kit!r} lies on {sum(sheet.repeat for sheet in on)} sheets"
        if on and any(kits.get(row.part) == kit for row in nest.unplaced):
            yield f"kit {kit!r} is placed in part"


def _moved(nest: Nest) -> Iterator[str]:
    """Locked pieces that are not where they have to be, each group on a sheet of its own."""
    groups: dict[tuple[str, int], list[Locked]] = defaultdict(list)
    for row in nest.rules.locked:
        groups[row.stock, row.sheet].append(row)
    free = [sheet for sheet in nest.sheets if sheet.repeat == 1]
    for (stock, number), rows in sorted(groups.items()):
        wanted = [row.placement for row in rows]
        found = next((s for s in free if s.stock.id == stock and all(p in s.placements for p in wanted)), None)
        if found is None:
            yield f"the {len(wanted)} locked pieces of sheet {number} of {stock!r} are not where they have to be"
        else:
            free.remove(found)


def _beyond_sides(sheet: NestedSheet, nest: Nest) -> Iterator[str]:
    sides, outer = nest.rules.margins, sheet.stock.outline.box
    for k, p in enumerate(sheet.placements if sides is not None else ()):
        assert sides is not None
        box = nest.parts[p.part].outline.posed(p.pose).box
        rooms = {
            "left": (box.x0 - outer.x0, sides.left),
            "right": (outer.x1 - box.x1, sides.right),
            "bottom": (box.y0 - outer.y0, sides.bottom),
            "top": (outer.y1 - box.y1, sides.top),
        }
        for name, (room, least) in rooms.items():
            if room < least - GIVE:
                yield f"{p.part!r} (placement {k}) is {room:.6f} mm from the {name} side, less than {least}"


def _in_zones(sheet: NestedSheet, nest: Nest) -> Iterator[str]:
    zones = [zone for zone in nest.rules.zones if zone.stock in (None, sheet.stock.id)]
    if not zones:
        return
    bodies = _bodies(sheet, nest)
    for zone in zones:
        distance = shapely.distance(_polygon([zone.outline]), bodies)
        for k in np.flatnonzero(distance < nest.rules.spacing - GIVE):
            part = sheet.placements[k].part
            yield f"{part!r} (placement {k}) is {distance[k]:.6f} mm from {zone.name!r}, where nothing may lie"
        inside = shapely.area(shapely.intersection(_polygon([zone.outline]), bodies))
        for k in np.flatnonzero(inside > GIVE):
            yield f"{sheet.placements[k].part!r} (placement {k}) lies in {zone.name!r}, where nothing may lie"


def _in_holes(sheet: NestedSheet, nest: Nest) -> Iterator[str]:
    closed = {demand.part.id for demand in nest.demands if not demand.into_holes and demand.part.holes}
    hosts = [k for k, p in enumerate(sheet.placements) if p.part in closed]
    bodies = _bodies(sheet, nest) if hosts else []
    for host in hosts:
        placement = sheet.placements[host]
        for hole in nest.parts[placement.part].holes:
            area = _polygon([hole.posed(placement.pose)])
            for k in np.flatnonzero(shapely.area(shapely.intersection(area, bodies)) > GIVE):
                if k != host:
                    yield f"{sheet.placements[k].part!r} (placement {k}) lies in a hole of {placement.part!r}"


def _bodies(sheet: NestedSheet, nest: Nest) -> Any:
    return np.array([_polygon(_posed(nest, placement)) for placement in sheet.placements])


def _posed(nest: Nest, placement: Placement) -> list[Curve]:
    part = nest.parts[placement.part]
    return [curve.posed(placement.pose) for curve in (part.outline, *part.holes)]


def _polygon(curves: list[Curve]) -> Any:
    first, *rest = (curve.flattened(FLAT) for curve in curves)
    return shapely.make_valid(Polygon(first, rest))
