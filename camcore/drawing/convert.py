"""Entities as curves: one small converter for each kind, in the table CONVERTERS."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from ezdxf import path as paths

from camcore.drawing.hatches import boundaries
from camcore.drawing.plane import Plane
from camcore.drawing.stroke import outlined as outlines
from camcore.drawing.stroke import width
from camcore.drawing.walk import Item
from camcore.drawing.words import lines, plain
from camcore.fonts import strokes
from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Floats, Points
from camcore.geometry.fit import fit, fit_piece
from camcore.geometry.nurbs import Ellipse, Nurbs
from camcore.units import CURVE_FIT, SAME_POINT

FILL_FLATTEN = 0.02
"""Boundaries of fills become polygons within this distance, mm: they are only compared with contours."""

REACH = 1e7
"""Entities that reach farther from the origin, mm, are refused: 10 km, and float64 still resolves 1e-9 mm there."""

_FRAME_VERTEX = 16
"""Flag of POLYLINE vertices that steer a spline and do not lie on it."""


class UnreadError(ValueError):
    """This entity is of a kind that is not read; the message says what it is."""


class Made(NamedTuple):
    """What an entity becomes: curves or a point, mm; the heights between which it lay; whether it slopes.

    remark: code, message and advice of what a person should know about the reading
    """

    curves: list[Curve]
    point: tuple[float, float] | None
    low: float
    high: float
    slopes: bool
    remark: tuple[str, str, str] | None = None


def convert(item: Item, outlined: bool = False) -> Made:
    """Curves or point of one entity, mm; `outlined`: of polylines with a width the outline of their stroke.

    Raises UnreadError for a kind without converter, ValueError and what ezdxf raises for an entity that makes no sense.
    """
    if item.kind not in CONVERTERS:
        raise UnreadError(f"{item.kind} is not read")
    with np.errstate(all="ignore"):
        wide = width(item.entity) if outlined else 0.0
        made = _stroke(item, wide) if wide else CONVERTERS[item.kind](item.entity, item.plane)
        _check_reach(made)
    if not made.curves and made.point is None:
        raise ValueError("nothing of it is left to draw")
    return made


def fills(item: Item) -> list[Curve]:
    """Boundaries of a solid HATCH as closed polygons, mm; [] of any other."""
    hatch: Any = item.entity
    if item.kind != "HATCH" or not hatch.dxf.get("solid_fill", 0):
        return []
    tolerance = FILL_FLATTEN / (item.plane.scale or 1.0)
    loops = [[tuple(p) for p in loop.flattening(tolerance)] for loop in paths.from_hatch(hatch)]
    return [Curve.polygon(item.plane.carried(loop)) for loop in loops if len(loop) > 2]


def _check_reach(made: Made) -> None:
    """Raises ValueError for what lies farther out than any sheet, or nowhere."""
    reach = [_reach(curve) for curve in made.curves]
    if not all(abs(value) <= REACH for value in (*reach, *(made.point or ()), made.low, made.high)):
        raise ValueError(f"it reaches more than {REACH:.0f} mm out")


def _reach(curve: Curve) -> float:
    """How far out the curve may come, mm."""
    if len(curve) == 2:
        (x0, y0, bulge), (x1, y1, other) = curve.vertices.tolist()
        return float(max(abs(x0), abs(y0), abs(x1), abs(y1)) * (1 + max(abs(bulge), abs(other))))
    table = np.abs(curve.vertices)
    return float(table[:, :2].max() * (1 + table[:, 2].max()))


# -- makers ------------------------------------------------------------------------------------------------------------


def _made(curves: list[Curve], plane: Plane, points: Floats, point: tuple[float, float] | None = None) -> Made:
    low, high = float(points[:, 2].min()), float(points[:, 2].max())
    return Made(curves, point, low, high, high - low > SAME_POINT)


def _bent(plane: Plane, vertices: Points, height: float, closed: bool) -> Made:
    """Curve of vertices (n, 3) ``x, y, bulge`` in a plane's own coordinates at `height`."""
    table = _without_repeats(np.array(vertices, dtype=np.float64).reshape(-1, 3), closed)
    points = plane.carried(np.column_stack([table[:, :2], np.full(len(table), height)]))
    sense = -1.0 if plane.mirrors else 1.0
    if plane.keeps_circles or not table[:, 2].any():
        curve = Curve(np.column_stack([points[:, :2], sense * table[:, 2]]), closed)
    else:
        rows = Curve(table, closed).segments
        curve = Curve.from_segments(np.concatenate([_stretched(row, plane, height) for row in rows]), closed)
    made = _made([curve], plane, points)
    return made._replace(slopes=made.slopes or plane.tilted)


def _round(plane: Plane, vertices: list[tuple[float, float, float]], height: float, closed: bool) -> Made:
    """As `_bent`, and much faster, for the few vertices of an arc, which do not repeat."""
    if not plane.keeps_circles:
        return _bent(plane, vertices, height, closed)
    points = [plane.point(x, y, height) for x, y, _ in vertices]
    sense = -1.0 if plane.mirrors else 1.0
    table = [(x, y, sense * bulge) for (x, y, _), (_, _, bulge) in zip(points, vertices, strict=True)]
    low, high = min(z for _, _, z in points), max(z for _, _, z in points)
    return Made([Curve(np.array(table), closed)], None, low, high, plane.tilted or high - low > SAME_POINT)


def _without_repeats(table: Floats, closed: bool) -> Floats:
    """Vertices less those that repeat the one before them; at least two stay."""
    if len(table) < 2:
        raise ValueError("it has less than two vertices")
    same = np.append((table[1:, :2] == table[:-1, :2]).all(axis=1), closed and (table[0, :2] == table[-1, :2]).all())
    return table[~same] if (~same).sum() >= 2 else table[:2]


def _stretched(row: Floats, plane: Plane, height: float) -> Floats:
    """Rows of one line or arc under a map that makes ellipses of circles."""
    ends = plane.carried([(row[0], row[1], height), (row[2], row[3], height)])[:, :2]
    if not arcs.is_arc(row[None])[0]:
        return np.array([[*ends[0], *ends[1], 0.0]])
    form = arcs.centre_form(row[None])
    r, t0 = float(form.radius[0]), float(form.start[0])
    centre = plane.carried([(form.cx[0], form.cy[0], height)])[0]
    major, minor = plane.vector((r, 0, 0)), plane.vector((0, r, 0))
    arc = Ellipse((centre[0], centre[1]), major, minor, t0, t0 + float(form.sweep[0]))
    return np.concatenate([fit_piece(piece) for piece in arc.pieces()])


def _straight(plane: Plane, points: Iterable[Any], closed: bool) -> Made:
    """Curve of lines through points (n, 3) in world coordinates."""
    carried = plane.carried([tuple(p) for p in points])
    flat = _without_repeats(np.column_stack([carried[:, :2], np.zeros(len(carried))]), closed)
    return _made([Curve(flat, closed)], plane, carried)


# -- converters --------------------------------------------------------------------------------------------------------


def _line(entity: Any, plane: Plane) -> Made:
    (x0, y0, z0), (x1, y1, z1) = plane.point(*entity.dxf.start), plane.point(*entity.dxf.end)
    curve = Curve(np.array([[x0, y0, 0.0], [x1, y1, 0.0]]), closed=False)
    return Made([curve], None, min(z0, z1), max(z0, z1), abs(z1 - z0) > SAME_POINT)


def _circle(entity: Any, plane: Plane) -> Made:
    (x, y, z), r = entity.dxf.center, abs(entity.dxf.radius)
    return _round(plane.of(entity), [(x + r, y, 1.0), (x - r, y, 1.0)], z, closed=True)


def _arc(entity: Any, plane: Plane) -> Made:
    """An arc whose end is its start is a full circle; arcs over half a turn are written as two for their accuracy."""
    sweep = math.radians((entity.dxf.end_angle - entity.dxf.start_angle) % 360.0)
    if sweep <= 1e-12:
        return _circle(entity, plane)
    (x, y, z), r = entity.dxf.center, abs(entity.dxf.radius)
    count = 1 if sweep <= math.pi else 2
    start = math.radians(entity.dxf.start_angle)
    angles = [start + sweep * k / count for k in range(count + 1)]
    bulge = math.tan(sweep / count / 4)
    vertices = [(x + r * math.cos(a), y + r * math.sin(a), bulge) for a in angles]
    return _round(plane.of(entity), vertices, z, closed=False)


def _lwpolyline(entity: Any, plane: Plane) -> Made:
    return _bent(plane.of(entity), *_flat(entity))


def _flat(entity: Any) -> tuple[Points, float, bool]:
    """Vertices ``x, y, bulge`` of a flat polyline in its own plane, their height, and whether they close."""
    if entity.dxftype() == "LWPOLYLINE":
        return list(entity.get_points("xyb")), entity.dxf.elevation, bool(entity.closed)
    vertices = [v for v in entity.vertices if not v.dxf.flags & _FRAME_VERTEX]
    table = [(v.dxf.location.x, v.dxf.location.y, v.dxf.bulge) for v in vertices]
    return table, entity.dxf.elevation.z, bool(entity.is_closed)


def _stroke(item: Item, wide: float) -> Made:
    """A flat polyline as the outline of its stroke."""
    entity: Any = item.entity
    table, height, closed = _flat(entity)
    drawn = Curve(_without_repeats(np.array(table, dtype=np.float64).reshape(-1, 3), closed), closed)
    plane = item.plane.of(entity)
    return _together([_bent(plane, one.vertices, height, True) for one in outlines(drawn, wide)])


def _polyline(entity: Any, plane: Plane) -> Made:
    mode = entity.get_mode()
    if mode == "AcDb2dPolyline":
        return _bent(plane.of(entity), *_flat(entity))
    if mode == "AcDb3dPolyline":
        vertices = [v.dxf.location for v in entity.vertices if not v.dxf.flags & _FRAME_VERTEX]
        return _straight(plane, vertices, bool(entity.is_closed))
    if mode == "AcDbPolyFaceMesh":
        return _mesh(entity, plane)
    raise UnreadError("a POLYLINE that is a surface, not a flat contour, is not read")


def _mesh(entity: Any, plane: Plane) -> Made:
    """The rim of a flat polyface mesh: the edges of one face only. SketchUp writes flat panels so.

    Raises UnreadError for a mesh that is not flat.
    """
    faces = [plane.carried([tuple(v.dxf.location) for v in face[:-1]]).round(6) for face in entity.faces()]
    corners = np.concatenate(faces)
    if np.ptp(corners[:, 2]) > SAME_POINT:
        raise UnreadError("a POLYLINE that is a mesh in space, not a flat contour, is not read")
    around = [np.stack([face, np.roll(face, -1, axis=0)], axis=1) for face in faces]
    sides = Counter(tuple(sorted(map(tuple, side))) for sides in around for side in sides.tolist())
    rim = [Curve(np.array(side)[:, :2], closed=False) for side, count in sides.items() if count == 1]
    made = _made(rim, plane, corners)
    message = f"a mesh of {len(faces)} faces, not a contour; its rim of {len(rim)} lines was read"
    return made._replace(remark=("W116", message, "export the outline as a polyline"))


def _ellipse(entity: Any, plane: Plane) -> Made:
    dxf = entity.dxf
    minor = np.cross(tuple(dxf.extrusion.normalize()), tuple(dxf.major_axis)) * dxf.ratio
    span = (dxf.end_param - dxf.start_param) % (2 * math.pi)
    full = span < 1e-9 or span > 2 * math.pi - 1e-9
    t1 = dxf.start_param + (2 * math.pi if full else span)
    points = plane.carried([tuple(dxf.center), tuple(dxf.center + dxf.major_axis), np.array(tuple(dxf.center)) + minor])
    centre = (points[0, 0], points[0, 1])
    arc = Ellipse(centre, plane.vector(tuple(dxf.major_axis)), plane.vector(minor), dxf.start_param, t1)
    return _made([fit(arc.pieces(), closed=full)], plane, points)


def _spline(entity: Any, plane: Plane) -> Made:
    tool = entity.construction_tool()
    control = plane.carried([tuple(p) for p in tool.control_points])
    weights = np.array(tool.weights(), dtype=np.float64)
    if len(weights) == 0:
        weights = np.ones(len(control))
    curve = Nurbs(tool.degree, np.array(tool.knots(), dtype=np.float64), control[:, :2], weights)
    return _made([fit(curve.pieces())], plane, control)


def _hatch(entity: Any, plane: Plane) -> Made:
    own, height = plane.of(entity), entity.dxf.elevation.z
    found = boundaries(entity, CURVE_FIT / (own.scale or 1.0))
    return _together([_bent(own, table, height, closed) for table, closed in found])


def _words(entity: Any, plane: Plane) -> Made:
    own = plane if entity.dxftype() == "MTEXT" else plane.of(entity)
    made = _together(
        [
            _bent(own.within(line.matrix), stroke.vertices, 0.0, stroke.closed)
            for line in lines(entity)
            for stroke in line.strokes
        ]
    )
    missing = strokes().missing(plain(entity))
    message = f"the font has no {' '.join(missing)}: marked as crossed boxes"
    return made._replace(remark=("W128", message, "draw the letters as lines")) if missing else made


def _together(parts: list[Made]) -> Made:
    """What several pieces come to. Raises ValueError when there are none."""
    if not parts:
        raise ValueError("nothing of it is left to draw")
    low, high = min(made.low for made in parts), max(made.high for made in parts)
    curves = [curve for made in parts for curve in made.curves]
    return Made(curves, None, low, high, any(made.slopes for made in parts))


def _point(entity: Any, plane: Plane) -> Made:
    points = plane.carried([tuple(entity.dxf.location)])
    return _made([], plane, points, (float(points[0, 0]), float(points[0, 1])))


def _mline(entity: Any, plane: Plane) -> Made:
    """The lines and arcs that a multiline shows."""
    shown = [part for part in entity.virtual_entities() if part.dxftype() in ("LINE", "ARC")]
    return _together([CONVERTERS[part.dxftype()](part, plane) for part in shown])


CONVERTERS: dict[str, Callable[[Any, Plane], Made]] = {
    "LINE": _line,
    "CIRCLE": _circle,
    "ARC": _arc,
    "LWPOLYLINE": _lwpolyline,
    "POLYLINE": _polyline,
    "ELLIPSE": _ellipse,
    "SPLINE": _spline,
    "HELIX": _spline,
    "POINT": _point,
    "MLINE": _mline,
    "HATCH": _hatch,
    "TEXT": _words,
    "ATTRIB": _words,
    "MTEXT": _words,
}
"""Converter of each kind of entity; a kind that is not here is reported, unless a rule ignores it."""
