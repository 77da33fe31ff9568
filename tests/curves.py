"""Named shapes and hypothesis strategies of curves, for every test that needs one."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from camcore.geometry import Curve, arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.contain import contains

COORDINATE = st.floats(-50, 50, allow_subnormal=False).map(lambda v: round(v, 3))
BULGE = st.one_of(st.just(0.0), st.floats(-2.0, 2.0).map(lambda v: round(v, 3)))


@st.composite
def segments(draw: st.DrawFn, count: int = 1) -> Floats:
    """Rows of independent lines and arcs, none of them a point."""
    rows = []
    while len(rows) < count:
        row = [draw(COORDINATE) for _ in range(4)] + [draw(BULGE)]
        if math.dist(row[:2], row[2:4]) < 0.01:
            row[0] += 1.0
        rows.append(row)
    return np.array(rows)


@st.composite
def stars(draw: st.DrawFn) -> Curve:
    """Simple closed curves around the origin, of lines and gentle arcs: star-shaped, so they never cross themselves."""
    count = draw(st.integers(3, 12))
    radii = [draw(st.floats(8, 30)) for _ in range(count)]
    bulges = [draw(st.sampled_from([0.0, 0.0, 0.15, -0.15, 0.3, -0.1])) for _ in range(count)]
    angle = np.arange(count) * 2 * math.pi / count
    curve = Curve(np.column_stack([radii * np.cos(angle), radii * np.sin(angle), bulges]))
    return curve if is_simple(curve) else Curve(curve.vertices * (1, 1, 0))


def is_simple(curve: Curve) -> bool:
    """Slow twin: no two of the curve's chords cross."""
    import shapely

    return bool(shapely.Polygon(curve.flattened(1e-3)).is_valid)


def sampled(rows: Floats, per_segment: int = 400) -> Floats:
    """Points spread evenly over each segment."""
    t = np.linspace(0.0, 1.0, per_segment)
    each = np.repeat(np.asarray(rows), per_segment, axis=0)
    return arcs.points_at(each, np.tile(t, len(rows)))


def obround(length: float, width: float) -> Curve:
    """Slot outline of total length along x, centred on the origin."""
    r, half = width / 2, length / 2 - width / 2
    return Curve([[-half, -r, 0], [half, -r, 1], [half, r, 0], [-half, r, 1]])


def rounded(width: float, height: float, radius: float) -> Curve:
    """Rectangle with rounded corners, its lower left corner at the origin."""
    w, h, r, b = width, height, radius, math.tan(math.pi / 8)
    return Curve(
        [[r, 0, 0], [w - r, 0, b], [w, r, 0], [w, h - r, b], [w - r, h, 0], [r, h, b], [0, h - r, 0], [0, r, b]]
    )


def dumbbell(lobe: float, neck: float, reach: float) -> Curve:
    """Two squares of side `lobe`, `reach` apart, joined by a bar of width `neck`."""
    a, n, x = lobe, (lobe - neck) / 2, lobe + reach
    return Curve.polygon(
        [(0, 0), (a, 0), (a, n), (x, n), (x, 0), (x + a, 0), (x + a, a), (x, a), (x, a - n), (a, a - n), (a, a), (0, a)]
    )


def gear(teeth: int, inner: float, outer: float) -> Curve:
    """Gear of arcs: tips and roots are concentric arcs, flanks are straight."""
    pitch = 2 * math.pi / teeth
    rows = []
    for k in range(teeth):
        for radius, share, arc in ((inner, 0.0, 1), (inner, 0.45, 0), (outer, 0.55, 1), (outer, 0.9, 0)):
            angle = (k + share) * pitch
            sweep = (0.45 if radius == inner else 0.35) * pitch
            rows.append([radius * math.cos(angle), radius * math.sin(angle), arc * math.tan(sweep / 4)])
    return Curve(rows)


def comb(teeth: int, pitch: float = 6.0, width: float = 3.0, depth: float = 15.0) -> Curve:
    """Busbar barrier: a comb of slots open at the top."""
    points = [(0.0, 0.0), (teeth * pitch, 0.0)]
    for k in reversed(range(teeth)):
        x = k * pitch
        points += [(x + pitch, depth), (x + pitch - width, depth), (x + pitch - width, 5.0), (x, 5.0)]
    return Curve.polygon(points)


def c_frame(size: float, wall: float, mouth: float) -> Curve:
    """Square frame with a mouth in its right wall."""
    s, w, low, high = size, wall, (size - mouth) / 2, (size + mouth) / 2
    inside = [(s - w, low), (s - w, w), (w, w), (w, s - w), (s - w, s - w), (s - w, high)]
    return Curve.polygon([(0, 0), (s, 0), (s, low), *inside, (s, high), (s, s), (0, s)])


def wave(count: int, radius: float = 40.0, lift: float = 3.0) -> Curve:
    """Smooth closed curve of many short arcs."""
    angle = np.arange(count) * 2 * math.pi / count
    r = radius + lift * np.sin(7 * angle)
    chord = np.full(count, math.tan(math.pi / (2 * count)))
    return Curve(np.column_stack([r * np.cos(angle), r * np.sin(angle), chord]))


SHAPES: dict[str, Curve] = {
    "square": Curve.rectangle(20, 20),
    "triangle": Curve.polygon([(0, 0), (30, 0), (8, 22)]),
    "circle": Curve.circle(3, -2, 10),
    "obround": obround(40, 10),
    "rounded": rounded(40, 25, 4),
    "dumbbell": dumbbell(20, 3, 10),
    "gear": gear(11, 16, 20),
    "comb": comb(5),
    "c-frame": c_frame(30, 8, 4),
    "bite": Curve([[0, 0, 0], [30, 0, 0], [30, 20, 0], [20, 20, -1], [10, 20, 0], [0, 20, 0]]),
    "half moon": Curve([[10, 0, 1], [-10, 0, -0.4]]),
    "wave": wave(60),
}


def contains_point(curve: Curve, x: float, y: float) -> bool:
    """Whether one point lies inside a closed curve."""
    return bool(contains(curve, np.array([[x, y]]))[0])
