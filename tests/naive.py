"""Slow, obvious twins of the kernels: what each of them ought to answer."""

from __future__ import annotations

import math
from itertools import pairwise, permutations
from typing import Any

import numpy as np
import shapely
from shapely import LineString, MultiPoint, Point, Polygon

from camcore.geometry.arrays import Floats


def convex_sum(p: Floats, q: Floats) -> Polygon:
    """P ⊕ Q as the hull of all sums of vertices."""
    return MultiPoint((p[:, None] + q[None]).reshape(-1, 2)).convex_hull


def minkowski(p: Polygon, q: Polygon) -> Polygon:
    """P ⊕ Q as the union of the sums of their triangles."""
    triangles = [
        [np.asarray(face.exterior.coords)[:3] for face in shapely.constrained_delaunay_triangles(shape).geoms]
        for shape in (p, q)
    ]
    return shapely.union_all([convex_sum(a, b) for a in triangles[0] for b in triangles[1]])


def region(edges: Floats) -> Polygon:
    """Directed edges, inside on the left, as an area."""
    rings, rows = [], {tuple(row[:2]): tuple(row[2:]) for row in edges.tolist()}
    while rows:
        ring = [next(iter(rows))]
        while ring[-1] in rows:
            ring.append(rows.pop(ring[-1]))
        rings.append(Polygon(ring))
    area = shapely.union_all([r for r in rings if r.exterior.is_ccw])
    return area.difference(shapely.union_all([r for r in rings if not r.exterior.is_ccw]))


def deep_inside(area: Polygon, x: float, y: float, slack: float) -> bool:
    """Whether a point lies in an area, farther than `slack` from its boundary."""
    return bool(area.contains(Point(x, y)) and area.boundary.distance(Point(x, y)) > slack)


def touching(regions: list[Polygon], bounds: Floats, slack: float) -> Floats:
    """Corners of regions and bounds, and crossings of all their boundaries, that are in no region and in the bounds."""
    lines = [shapely.box(*bounds).exterior] + [area.boundary for area in regions]
    points = [np.asarray(line.coords)[:, :2] for part in lines for line in getattr(part, "geoms", [part])]
    for k, one in enumerate(lines):
        for other in lines[:k]:
            points += [shapely.get_coordinates(one.intersection(other))]
    found = np.unique(np.round(np.concatenate(points), 7), axis=0)
    low, high = bounds[:2] - slack, bounds[2:] + slack
    found = found[((found >= low) & (found <= high)).all(axis=1)]
    free = [p for p in found if not any(deep_inside(area, *p, slack) for area in regions)]
    return np.array(free).reshape(-1, 2)


def depth(area: Polygon, x: float, y: float) -> float:
    """Distance out of an area, 0 outside it."""
    return float(area.boundary.distance(Point(x, y))) if area.contains(Point(x, y)) else 0.0


def penalty(areas: list[Polygon], weights: list[float], x: float, y: float) -> float:
    """Sum of weighted depths in several areas."""
    return sum(weight * depth(area, x, y) for area, weight in zip(areas, weights, strict=True))


def nearest_away(place: tuple[float, float], points: list[tuple[float, float]], but: int) -> list[float]:
    """Distances of all points from a place, nearest first, without that of number `but`."""
    return sorted(math.dist(place, point) for k, point in enumerate(points) if k != but)


def keeps(order: list[int], pairs: list[tuple[int, int]]) -> bool:
    """Whether the first of each pair stands before the second."""
    return all(order.index(a) < order.index(b) for a, b in pairs)


def travel(points: Floats) -> float:
    """Length of the way through points (n, 2) in turn, not closed."""
    return float(np.hypot(*np.diff(points, axis=0).T).sum())


def shortest_tour(
    starts: list[tuple[float, float]], ends: list[tuple[float, float]], pairs: list[tuple[int, int]]
) -> float:
    """Least way from home, the last stop, through all others, of all orders that keep the pairs."""
    home = len(starts) - 1
    orders = (order for order in permutations(range(home)) if keeps(list(order), pairs))
    return min(sum(math.dist(ends[a], starts[b]) for a, b in pairwise((home, *order))) for order in orders)


Block = tuple[tuple[float, float, float], tuple[float, float, float], float]
"""A straight block: its start and end, mm, and its greatest speed, mm/s."""


def blocks(moves: list[Any], rates: Any, chord: float) -> list[list[Block]]:
    """Runs of straight blocks without a stop, arcs in chords as GRBL's mc_arc makes them."""
    runs: list[list[Block]] = [[]]
    at: tuple[float, float, float] | None = None
    for move in moves:
        if not hasattr(move, "z"):
            runs += [[]] if runs[-1] and type(move).__name__ != "Comment" else []
            continue
        end = (move.x, move.y, move.z)
        if (at is not None and at != end) or (hasattr(move, "cx") and at is not None):
            ways = [end] if not hasattr(move, "cx") else _chopped(at, move, chord)
            for to in ways:
                if to != at:
                    runs[-1].append((at, to, _top_speed(at, to, getattr(move, "feed", 0.0), rates)))
                at = to
        at = end
    return [run for run in runs if run]


def _chopped(at: tuple[float, float, float], arc: Any, chord: float) -> list[tuple[float, float, float]]:
    radius = math.dist(at[:2], (arc.cx, arc.cy))
    a, b = (math.atan2(y - arc.cy, x - arc.cx) for x, y in (at[:2], (arc.x, arc.y)))
    sweep = (a - b if arc.clockwise else b - a) % math.tau or math.tau
    count = max(1, math.floor(0.5 * sweep * radius / math.sqrt(chord * (2 * radius - chord))))
    sign, rise = (-1 if arc.clockwise else 1), arc.z - at[2]
    turns = [a + sign * sweep * k / count for k in range(1, count)]
    steps = [(arc.cx + radius * math.cos(t), arc.cy + radius * math.sin(t)) for t in turns]
    return [(x, y, at[2] + rise * (k + 1) / count) for k, (x, y) in enumerate(steps)] + [(arc.x, arc.y, arc.z)]


def _axes(vector: list[float], xy: float, z: float) -> float:
    return min(limit / abs(v) for v, limit in zip(vector, (xy, xy, z), strict=True) if abs(v) > 1e-12)


def _unit(a: tuple[float, ...], b: tuple[float, ...]) -> list[float]:
    return [(q - p) / math.dist(a, b) for p, q in zip(a, b, strict=True)]


def _top_speed(a: tuple[float, ...], b: tuple[float, ...], feed: float, rates: Any) -> float:
    rapid = _axes(_unit(a, b), rates.rapid_xy, rates.rapid_z)
    return (min(feed, rapid) if feed else rapid) / 60


def motion_seconds(run: list[Block], rates: Any, held: int, step: float = 1e-4) -> float:
    """Seconds of one run, its motion followed in time steps, by a planner that only ever knows `held` blocks.

    At each moment the speed is the greatest from which every corner, and a stop at the end of the last known block, can
    still be reached; it rises by the acceleration.
    """
    ways = [_unit(a, b) for a, b, _ in run]
    force = [_axes(way, rates.acceleration_xy, rates.acceleration_z) for way in ways]
    pairs = zip(pairwise(ways), pairwise(run), strict=True)
    corner = [0.0, *(min(_corner(*way, rates), before[2], after[2]) for way, (before, after) in pairs)]
    lengths, speed, seconds = [math.dist(a, b) for a, b, _ in run], 0.0, 0.0
    for k, (length, (_, _, top)) in enumerate(zip(lengths, run, strict=True)):
        square = 0.0
        for ahead in range(min(k + held, len(run)) - 1, k, -1):
            square = min(square + 2 * force[ahead] * lengths[ahead], corner[ahead] ** 2)
        leave, place = math.sqrt(square), 0.0
        while place < length:
            brake = math.sqrt(leave**2 + 2 * force[k] * (length - place))
            speed = max(min(speed + force[k] * step, top, brake), 1e-3)
            place += speed * step
            seconds += step
    return seconds


def _corner(a: list[float], b: list[float], rates: Any) -> float:
    """GRBL's plan_buffer_line: speed at a corner by junction deviation."""
    cosine = -sum(p * q for p, q in zip(a, b, strict=True))
    if cosine > 0.999999:
        return 0.0
    if cosine < -0.999999:
        return 1e9
    change = [q - p for p, q in zip(a, b, strict=True)]
    size = math.hypot(*change)
    force = _axes([c / size for c in change], rates.acceleration_xy, rates.acceleration_z)
    half = math.sqrt(0.5 * (1 - cosine))
    return math.sqrt(force * rates.junction * half / (1 - half))


def top(area: Polygon, pitch: float, phase: float) -> float:
    """Upper end of what an area and its repeats by `pitch` cover of the line x = phase; −inf for nothing."""
    x0, y0, x1, y1 = area.bounds
    ends = [-np.inf]
    for k in range(int((x0 - phase) // pitch) - 1, int((x1 - phase) // pitch) + 2):
        line = LineString([(phase + k * pitch, y0 - 1.0), (phase + k * pitch, y1 + 1.0)])
        ends += [float(y) for _, y in shapely.get_coordinates(area.intersection(line))]
    return max(ends)


def deviation(a: Any, b: Any, step: float) -> float:
    """The farthest of places of `a`, at most `step` mm apart along it, from the chords of `b`."""
    chords = a.flattened(1e-3)
    line = LineString([*chords, chords[0]])
    places = [*shapely.line_interpolate_point(line, np.arange(0.0, line.length, step)), *shapely.points(chords)]
    other = b.flattened(1e-3)
    return float(shapely.distance(places, LineString([*other, other[0]])).max())


def off(place: Floats, curve: Any) -> float:
    """Distance of a place from the chords of a closed curve."""
    chords = curve.flattened(1e-5)
    return float(LineString([*chords, chords[0]]).distance(Point(place)))


def most_in_courses(own: Polygon, pair: Polygon | None, across: float, room: float, pitch: float, shares: int) -> int:
    """Most pieces in rows along x, some shifts tried, on a rectangle that has `across` × `room` for their corners.

    own, pair: regions of the shape, and of the turned shape, against it; `pitch`: least one
    """
    best, most = 0, int(across / pitch + 1e-7) + 1
    for other, back in [(own, own)] + ([(pair, shapely.affinity.scale(pair, -1, -1, origin=(0, 0)))] if pair else []):
        under = shapely.affinity.scale(own, -1, -1, origin=(0, 0)) if other is own else back
        for share in np.linspace(0.0, 1.0, shares):
            for n, wide in [(most, None), (most, pitch)][: min(2, most)]:
                if wide is None:
                    share_ = share * min(1.0, max(0.0, across / pitch - (n - 1)))
                    step = across / (n - 1 + share_) if n > 1 and across > 0 else pitch
                    second, shift = n, step * share_ if n > 1 else share * across
                else:
                    step, second, shift = pitch, n - 1, share * pitch
                if n == 1:
                    step = 1e6
                up, down = max(0.0, top(other, step, shift)), max(0.0, top(under, step, -shift))
                down += max(0.0, top(own, step, 0.0) - up - down)
                y, rows = 0.0, 0
                while y <= room + 1e-7:
                    best = max(best, (rows // 2 + 1) * n + (rows + 1) // 2 * second)
                    y += down if rows % 2 else up
                    rows += 1
    return best
