"""A slow, obvious judge of the plate's programs: what is left of the sheet, by polygons, and rules of safety in words.

It shares the reader with the proof (rs274 vouches for that) and nothing else: no exact distances, no bounds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import shapely
from proof_cases import HOLE, MARK, OUTLINE, Proof
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import unary_union

from camcore.moves import Arc, Line, Rapid
from camcore.verify.model import ReadMove

LIMIT = 0.02
"""Changes of the cut that must be caught, mm."""
_FLOOR, _LEFT = 0.05, 0.02
"""A pocket is wrong when its floor is by more than the one, mm, or more than the other is left uncut, mm²."""
_STEP = 0.05
_WEAK = 1e-4
"""Power per feed between the plate's mark and its cuts."""
_OUTLINE = Polygon(OUTLINE.moved(10.0, 10.0).flattened())
_HOLE = Polygon(HOLE.moved(10.0, 10.0).flattened())
_MARK = LineString(MARK.moved(10.0, 10.0).flattened())

Path = list[tuple[float, float, float]]


def points(read: ReadMove) -> Path:
    """The move as points (x, y, z) at most a small step apart."""
    move = read.move
    start, end = (read.x0, read.y0, read.z0), (move.x, move.y, move.z)  # type: ignore[union-attr]
    if not isinstance(move, Arc):
        count = max(1, math.ceil(math.dist(start, end) / _STEP))
        return [tuple(a + (b - a) * k / count for a, b in zip(start, end, strict=True)) for k in range(count + 1)]  # type: ignore[misc]
    radius = math.dist(start[:2], (move.cx, move.cy))
    first = math.atan2(start[1] - move.cy, start[0] - move.cx)
    turn = math.atan2(end[1] - move.cy, end[0] - move.cx) - first
    turn %= 2 * math.pi
    if move.clockwise:
        turn -= 2 * math.pi
    if math.dist(start[:2], end[:2]) < 1e-9:
        turn = -2 * math.pi if move.clockwise else 2 * math.pi
    count = max(8, math.ceil(radius * abs(turn) / _STEP), math.ceil(abs(turn) / 0.02))
    return [
        (
            move.cx + radius * math.cos(first + turn * k / count),
            move.cy + radius * math.sin(first + turn * k / count),
            start[2] + (end[2] - start[2]) * k / count,
        )
        for k in range(count + 1)
    ]


def danger(moves: Sequence[ReadMove], proof: Proof) -> str | None:
    """Why the program must not run; None when nothing is wrong by more than LIMIT at any of its plates."""
    if why := _unsafe(moves, proof):
        return why
    spoiled = _spoiled_laser if proof.task.process == "laser" else _spoiled_mill
    found = (spoiled(_seen_from(place.x - 10.0, moves), proof) for place in proof.task.placements)
    return next((why for why in found if why), None)


def _seen_from(x: float, moves: Sequence[ReadMove]) -> Sequence[ReadMove]:
    """The moves of a plate that lies `x` mm farther to the right, as those of the first."""
    return [_moved(read, x) for read in moves] if x else moves


def _moved(read: ReadMove, x: float) -> ReadMove:
    move = read.move
    if isinstance(move, Arc):
        move = replace(move, x=move.x - x, cx=move.cx - x)
    elif isinstance(move, Rapid | Line):
        move = replace(move, x=move.x - x)
    return replace(read, move=move, x0=read.x0 - x)


def _spoiled_laser(moves: Sequence[ReadMove], proof: Proof) -> str | None:
    burning = [read for read in moves if isinstance(read.move, Line | Arc) and read.power > 0]
    strong = [read for read in burning if read.power / read.move.feed > _WEAK]  # type: ignore[union-attr]
    weak = [LineString([p[:2] for p in points(read)]) for read in burning if read not in strong]
    cut = _swept(([p[:2] for p in points(read)] for read in strong), proof.task.kerf / 2)
    marks = unary_union(weak).intersection(_OUTLINE)  # a weak burn on the scrap spoils nothing
    if not marks.is_empty and shapely.hausdorff_distance(marks, _MARK, 0.01) > LIMIT:
        return "mark displaced"
    if marks.is_empty:
        return "mark missing"
    return _spoiled(cut, cut, _OUTLINE.difference(_HOLE), [_OUTLINE.exterior, _HOLE.exterior])


def _spoiled_mill(moves: Sequence[ReadMove], proof: Proof) -> str | None:
    plate = proof.task.parts["plate"]
    diameter = plate.drills[0].diameter if plate.drills else plate.holes[1].box.width
    drill = Point(20, 16).buffer(diameter / 2, quad_segs=64)
    top, bottom = _swept_below(moves, proof, -0.002), _swept_below(moves, proof, -1.59)
    for pocket in proof.task.parts["plate"].pockets:
        basin = Polygon(pocket.curve.moved(10.0, 10.0).flattened())
        too_deep, deep_enough = (_swept_below(moves, proof, off - pocket.depth) for off in (-_FLOOR, _FLOOR))
        radius = max(proof.task.tools.values()) / 2
        if basin.buffer(-radius).buffer(radius - LIMIT).difference(deep_enough).area > _LEFT:
            return "pocket not cleared"
        top = top.difference(basin.buffer(LIMIT)).union(too_deep)
    if why := _spoiled_sink(moves, proof):
        return why
    outline = next(cut for cut in proof.task.cuts if (cut.placement, cut.kind) == (0, "outline"))
    if outline.skin:
        ring = _OUTLINE.exterior.buffer(2.0)
        if _swept_below(moves, proof, -1.6 + outline.skin - LIMIT).intersects(ring):
            return "skin cut through"
        bottom = bottom.union(_swept_below(moves, proof, -1.59 + outline.skin).intersection(ring))
    for x, y, width in outline.tabs:
        out = (0.0, 1.5) if y == 34.0 else (-1.5, 0.0)
        neck = Point(x + out[0], y + out[1]).buffer(width / 4 - 0.75)
        if bottom.intersects(neck):
            return "tab cut through"
    zones = unary_union([Point(x, y).buffer(width / 2 + 0.5) for x, y, width in outline.tabs])
    rings = [_OUTLINE.exterior.difference(zones), _HOLE.exterior, drill.exterior]
    return _spoiled(top, bottom, _OUTLINE.difference(_HOLE).difference(drill), rings)


def _spoiled_sink(moves: Sequence[ReadMove], proof: Proof) -> str | None:
    """The cone makes nothing but the countersink of the drilled hole, 1 mm deep."""
    low = [place for read in moves if read.tool in proof.task.cones and isinstance(read.move, Line | Arc | Rapid)
           for place in points(read) if place[2] < -LIMIT]  # fmt: skip
    if any(math.dist(place[:2], (20.0, 16.0)) > LIMIT for place in low):
        return "countersink elsewhere"
    deepest = min((z for _, _, z in low), default=0.0)
    return "countersink of another depth" if proof.task.cones and abs(deepest + 1.0) > LIMIT else None


def _swept_below(moves: Sequence[ReadMove], proof: Proof, height: float) -> shapely.Geometry:
    swept = unary_union([])
    for tool, diameter in proof.task.tools.items():
        if tool in proof.task.cones:
            continue
        mine = [read for read in moves if isinstance(read.move, Line | Arc | Rapid) and (read.tool or 1) == tool]
        swept = swept.union(_swept((run for read in mine for run in _runs(points(read), height)), diameter / 2))
    return swept


def _runs(path: Path, below: float) -> Iterator[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for x, y, z in path:
        if z <= below:
            run.append((x, y))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _swept(runs: Iterator[list[tuple[float, float]]], radius: float) -> shapely.Geometry:
    lines = [LineString(run) if len(set(run)) > 1 else Point(run[0]) for run in runs]
    return unary_union([line.buffer(radius, quad_segs=48) for line in lines])


def _spoiled(
    cut: shapely.Geometry, through: shapely.Geometry, part: Polygon, rings: list[shapely.Geometry]
) -> str | None:
    if part.buffer(-LIMIT).intersects(cut):
        return "cuts into the part"
    reached = through.buffer(LIMIT)
    if any(ring.difference(reached).length > LIMIT for ring in rings):
        return "edge not cut"
    return None


def _unsafe(moves: Sequence[ReadMove], proof: Proof) -> str | None:
    fed: dict[tuple[float, float], float] = {}
    for read in moves:
        why = _unsafe_move(read, proof, fed)
        if why:
            return f"line {read.line}: {why}"
    return None


def _unsafe_move(read: ReadMove, proof: Proof, fed: dict[tuple[float, float], float]) -> str | None:
    move, mill = read.move, proof.task.process == "mill"
    if not isinstance(move, Rapid | Line | Arc):
        return None
    across = math.dist((read.x0, read.y0), (move.x, move.y)) > 1e-9
    low, place = min(read.z0, move.z), (round(move.x, 3), round(move.y, 3))
    if isinstance(move, Rapid):
        if not mill:
            return "rapid with the beam on" if read.power > 0 and across else None
        if across and low < 5.0:
            return "rapid too low"
        return "rapid plunge" if move.z < read.z0 and move.z < min(0.0, fed.get(place, 0.0)) else None
    fed[place] = min(fed.get(place, 0.0), move.z)
    if move.feed > 5000.0 or read.power > 1.0:
        return "too fast or too strong"
    if mill and low < 0 and not 5000.0 <= read.rpm <= 24000.0:
        return "spindle off, or its speed out of range"
    return "too deep" if mill and low < -2.6 else None
