"""Where lines and circular arcs cross.

Rows are ``x0, y0, x1, y1, bulge`` in mm, as in `arcs`; functions answer for each pair of rows.
"""

from __future__ import annotations

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arcs import STRAIGHT, Circles
from camcore.geometry.arrays import Bools, Floats

_TANGENT = 1e-9
"""Line and circle, or two circles, that miss each other by less, mm, are taken to touch."""


def crossings(a: Floats, b: Floats, slack: float = 0.0) -> Floats:
    """Up to two points (n, 2, 2), mm, in which row i of `a` meets row i of `b`; NaN where there is none.

    Ends count as part of a segment, and are prolonged by `slack` mm. Segments that lie on each other (collinear,
    or arcs of one circle) give no points.
    """
    found = np.full((len(a), 2, 2), np.nan)
    a_arc, b_arc = arcs.is_arc(a), arcs.is_arc(b)
    for which, meet in (
        (~a_arc & ~b_arc, _lines),
        (~a_arc & b_arc, _line_circle),
        (a_arc & ~b_arc, lambda x, y: _line_circle(y, x)),
        (a_arc & b_arc, _circles),
    ):
        if which.any():
            found[which] = meet(a[which], b[which])
    pair, place = np.nonzero(np.isfinite(found[:, :, 0]))
    points = found[pair, place]
    off = ~(on_segment(a[pair], points, slack) & on_segment(b[pair], points, slack))
    found[pair[off], place[off]] = np.nan
    return found


def on_segment(segments: Floats, points: Floats, slack: float = 0.0) -> Bools:
    """Whether a point of the segment's whole line or circle lies between its ends, prolonged by `slack` mm."""
    lies, arc = np.empty(len(segments), dtype=np.bool_), arcs.is_arc(segments)
    for which, between in ((~arc, _on_line), (arc, _on_arc)):
        with np.errstate(invalid="ignore"):
            lies[which] = between(segments[which], points[which], slack)
    return lies


def _on_line(segments: Floats, points: Floats, slack: float) -> Bools:
    chord = segments[:, 2:4] - segments[:, 0:2]
    length = np.hypot(chord[:, 0], chord[:, 1])
    along = np.einsum("ij,ij->i", chord, points - segments[:, 0:2]) / np.where(length > 0, length, 1.0)
    answer: Bools = (along >= -slack) & (along <= length + slack)
    return answer


def _on_arc(segments: Floats, points: Floats, slack: float) -> Bools:
    circles = arcs.circles(segments)
    past, give = past_start(segments, circles, points), slack / circles.radius
    answer: Bools = (past <= np.abs(arcs.sweeps(segments)) + give) | (past >= 2 * np.pi - give)
    return answer


def past_start(segments: Floats, circles: Circles, points: Floats) -> Floats:
    """Angle [0, 2π) about the centre by which a point lies past the start of an arc of these circles, in its direction.

    Taken from the start, not from the centre, so that it keeps its digits for arcs of huge radius.
    """
    x0, y0, _, _, bulge = segments.T
    start_x, start_y, to_x, to_y = x0 - circles.cx, y0 - circles.cy, points[:, 0] - x0, points[:, 1] - y0
    cross = start_x * to_y - start_y * to_x
    dot = start_x * to_x + start_y * to_y + start_x**2 + start_y**2
    past = np.arctan2(np.sign(bulge) * cross, dot)
    return np.asarray(np.where(past < 0, past + 2 * np.pi, past))


def _lines(a: Floats, b: Floats) -> Floats:
    da, db, gap = a[:, 2:4] - a[:, 0:2], b[:, 2:4] - b[:, 0:2], b[:, 0:2] - a[:, 0:2]
    turn = da[:, 0] * db[:, 1] - da[:, 1] * db[:, 0]
    parallel = np.abs(turn) <= STRAIGHT * np.hypot(*da.T) * np.hypot(*db.T)
    t = (gap[:, 0] * db[:, 1] - gap[:, 1] * db[:, 0]) / np.where(parallel, 1.0, turn)
    once = np.where(parallel[:, None], np.nan, a[:, 0:2] + t[:, None] * da)
    return np.stack([once, np.full_like(once, np.nan)], axis=1)


def _line_circle(line: Floats, arc: Floats) -> Floats:
    form = arcs.circles(arc)
    chord = line[:, 2:4] - line[:, 0:2]
    length = np.hypot(*chord.T)
    unit = chord / np.where(length > 0, length, 1.0)[:, None]
    to = np.stack([form.cx, form.cy], 1) - line[:, 0:2]
    foot = line[:, 0:2] + np.einsum("ij,ij->i", to, unit)[:, None] * unit
    off = np.abs(unit[:, 0] * to[:, 1] - unit[:, 1] * to[:, 0])
    half = _half_chord(form.radius, off)
    return np.stack([foot - half[:, None] * unit, foot + half[:, None] * unit], axis=1)


def _circles(a: Floats, b: Floats) -> Floats:
    fa, fb = arcs.circles(a), arcs.circles(b)
    dx, dy = fb.cx - fa.cx, fb.cy - fa.cy
    apart = np.hypot(dx, dy)
    concentric = apart < _TANGENT
    safe = np.where(concentric, 1.0, apart)
    along = (apart**2 + (fa.radius - fb.radius) * (fa.radius + fb.radius)) / (2 * safe)
    half = np.where(concentric, np.nan, _half_chord(fa.radius, np.abs(along)))
    ux, uy = dx / safe, dy / safe
    x, y = fa.cx + along * ux, fa.cy + along * uy
    return np.stack([np.stack([x - half * uy, y + half * ux], 1), np.stack([x + half * uy, y - half * ux], 1)], axis=1)


def _half_chord(radius: Floats, off: Floats) -> Floats:
    """Half the chord that a line `off` mm from the centre cuts from the circle; 0 when it just touches, else NaN."""
    square = (radius - off) * (radius + off)
    touching = np.abs(radius - off) <= _TANGENT
    return np.sqrt(np.where(square >= 0, square, np.where(touching, 0.0, np.nan)))
