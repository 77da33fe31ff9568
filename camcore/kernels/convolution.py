"""Boundaries of Minkowski sums of polygons, from their convolution.

The convolution of two polygons is made of the edges of each, moved by those vertices of the other at which a tangent
that walks around passes the edge's direction; backwards where the vertex is reflex (Guibas, Ramshaw and Stolfi, A
kinetic framework for computational geometry, 1983). It winds around a point once for each piece of the common area that
the polygons have in that position, so the boundary of the sum is where it stops to wind at all (Wein, Exact and
efficient construction of planar Minkowski sums using the convolution method, 2006).

A polygon is a ring of vertices that does not turn around a hole: a hole is joined to its outline by a bridge there and
back. Vertex k is followed by ``after[k]`` and stands behind ``before[k]``, so that several rings may stand in one list.
"""

import math
from typing import NamedTuple

import numpy as np

from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.kernels import kernel

JOIN = 100.0
"""Ends of boundary edges are one when they are nearer than so many times the gap."""


Work = tuple[Floats, Floats, Ints]
"""Room for what is worked out about each edge."""


class Rings(NamedTuple):
    """Counter-clockwise rings: points (n, 2), and each vertex's neighbours."""

    points: Floats
    before: Ints
    after: Ints


@kernel
def _headings(rings: Rings) -> Floats:
    """Direction of the edge from each vertex, radians in -pi .. pi."""
    points, out = rings.points, np.empty(len(rings.points))
    for k in range(len(out)):
        n = rings.after[k]
        out[k] = math.atan2(points[n, 1] - points[k, 1], points[n, 0] - points[k, 0])
    return out


@kernel
def _turn(headings: Floats, ranks: Ints, edge_in: int, edge_out: int) -> tuple[int, int, bool]:
    """Ranks between which a tangent turns at a vertex, counter-clockwise, and whether it turns left from in to out.

    Ranks settle all ties, so that the convolution is closed whatever the rounding.
    """
    low, high = ranks[edge_in], ranks[edge_out]
    way = headings[edge_out] - headings[edge_in]
    left = way < np.pi if high > low else way < -np.pi
    return (low, high, True) if left else (high, low, False)


@kernel
def _moved_edges(
    p: Rings, q: Rings, own: tuple[int, int], table: tuple[Floats, Ints, Ints], out: Floats, rows: int
) -> tuple[Floats, int]:
    """Append the edges of P moved by the vertices of Q; the numbers of their edges start at `own`."""
    headings, ranks, order = table
    first, other = own
    for k in range(len(q.points)):
        at, stop, left = _turn(headings, ranks, other + q.before[k], other + k)
        x, y = q.points[k, 0], q.points[k, 1]
        if rows + len(order) > len(out):
            out = np.concatenate((out, np.empty((len(out) + len(order), 5))))
        while True:
            at = at + 1 if at + 1 < len(order) else 0
            if at == stop:
                break
            i = order[at] - first
            if 0 <= i < len(p.points):
                a, b = (i, p.after[i]) if left else (p.after[i], i)
                out[rows, 0], out[rows, 1] = p.points[a, 0] + x, p.points[a, 1] + y
                out[rows, 2], out[rows, 3] = p.points[b, 0] + x, p.points[b, 1] + y
                out[rows, 4] = 1.0 if left else 0.0
                rows += 1
    return out, rows


@kernel
def convolution(p: Rings, q: Rings) -> Floats:
    """Directed edges (n, 5) ``x0, y0, x1, y1`` of the convolution; the last column is 1 where one may be boundary."""
    headings = np.concatenate((_headings(p), _headings(q)))
    order = np.argsort(headings, kind="mergesort")
    ranks = np.empty_like(order)
    ranks[order] = np.arange(len(order))
    table, n = (headings, ranks, order), len(p.points)
    out, rows = _moved_edges(p, q, (0, n), table, np.empty((8 * len(order), 5)), 0)
    out, rows = _moved_edges(q, p, (n, 0), table, out, rows)
    return out[:rows]


@kernel
def _crossings(ends: tuple[Floats, Floats, Floats, Floats], row: Floats, gap: float, events: Floats, work: Work) -> int:
    """Where edges cross the line `gap` right of edge `row`: how far along, the same on the edge's own line, winding.

    Where an edge ends between the two lines, its end is what it comes to on the edge's own.
    """
    x0, y0, x1, y1 = ends
    ox, oy, dx, dy = row[0], row[1], row[2], row[3]
    side, side_to, names = work
    for k in range(len(x0)):
        side[k] = dx * (y0[k] - oy) - dy * (x0[k] - ox) + gap
        side_to[k] = dx * (y1[k] - oy) - dy * (x1[k] - ox) + gap
    some = 0
    for k in range(len(x0)):
        names[some] = k
        some += (side[k] > 0.0) != (side_to[k] > 0.0)
    for c in range(some):
        k = names[c]
        a, b = side[k], side_to[k]
        along = dx * (x0[k] - ox) + dy * (y0[k] - oy)
        way = dx * (x1[k] - x0[k]) + dy * (y1[k] - y0[k])
        events[c, 0] = along + way * (a / (a - b))
        if (a > gap) != (b > gap):
            events[c, 1] = along + way * ((a - gap) / (a - b))
        else:
            events[c, 1] = along if a > 0.0 else along + way
        events[c, 2] = 1.0 if a > 0.0 else -1.0
    return some


@kernel
def _sorted(events: Floats, count: int) -> None:
    """Bring rows into order of their first column."""
    for k in range(1, count):
        a, b, c = events[k, 0], events[k, 1], events[k, 2]
        j = k
        while j > 0 and events[j - 1, 0] > a:
            events[j] = events[j - 1]
            j -= 1
        events[j, 0], events[j, 1], events[j, 2] = a, b, c


@kernel
def _open_stretches(events: Floats, count: int, length: float, gap: float, out: Floats) -> int:
    """Stretches from .. to of an edge right of which nothing winds; `events` as of `_crossings`."""
    winding, some = 0.0, 0
    for k in range(count):
        if events[k, 0] <= 0.0:
            winding += events[k, 2]
        elif events[k, 0] < length:
            events[some] = events[k]
            some += 1
    _sorted(events, some)
    found, start = 0, 0.0
    for k in range(some + 1):
        stop = min(length, max(0.0, events[k, 1])) if k < some else length
        if winding == 0.0 and stop - start > gap:
            out[found, 0], out[found, 1] = start, stop
            found += 1
        if k < some:
            winding += events[k, 2]
            start = stop
    return found


@kernel
def _stretches(edges: Floats, gap: float) -> Floats:
    """Boundary edges (n, 4) of the convolution: parts of its edges that have no winding `gap` to their right."""
    ends = (edges[:, 0].copy(), edges[:, 1].copy(), edges[:, 2].copy(), edges[:, 3].copy())
    work = (np.empty(len(edges)), np.empty(len(edges)), np.empty(len(edges) + 1, np.int64))
    events, parts, row = np.empty((len(edges), 3)), np.empty((len(edges), 2)), np.empty(4)
    out, rows = np.empty((len(edges) + 16, 4)), 0
    for e in range(len(edges)):
        if edges[e, 4] == 0.0:
            continue
        ox, oy, dx, dy = edges[e, 0], edges[e, 1], edges[e, 2] - edges[e, 0], edges[e, 3] - edges[e, 1]
        length = math.sqrt(dx * dx + dy * dy)
        row[0], row[1], row[2], row[3] = ox, oy, dx / length, dy / length
        count = _crossings(ends, row, gap, events, work)
        found = _open_stretches(events, count, length, gap, parts)
        if rows + found > len(out):
            out = np.concatenate((out, np.empty((len(out) + found, 4))))
        for k in range(found):
            low, high = parts[k, 0] / length, parts[k, 1] / length
            out[rows, 0], out[rows, 1] = ox + dx * low, oy + dy * low
            out[rows, 2], out[rows, 3] = ox + dx * high, oy + dy * high
            if parts[k, 1] == length:
                out[rows, 2], out[rows, 3] = edges[e, 2], edges[e, 3]
            rows += 1
    return out[:rows]


@kernel
def _seen_from(row: Floats, other: Floats, gap: float) -> tuple[float, float]:
    """From where to where, along edge `row`, an edge of the same direction lies on it, mm; (0, 0) for none."""
    dx, dy = row[2] - row[0], row[3] - row[1]
    square = dx * dx + dy * dy
    ax, ay = other[0] - row[0], other[1] - row[1]
    bx, by = other[2] - row[0], other[3] - row[1]
    off, off_to, most = dx * ay - dy * ax, dx * by - dy * bx, 4.0 * gap * gap * square
    if off * off > most or off_to * off_to > most:
        return 0.0, 0.0
    length = math.sqrt(square)
    low, high = (dx * ax + dy * ay) / length, (dx * bx + dy * by) / length
    return (low, high) if high > gap and low < length - gap and high - low > gap else (0.0, 0.0)


@kernel
def _once(rows: Floats, gap: float) -> Floats:
    """The edges, of which several may lie on each other, once each."""
    out, count = np.empty((2 * len(rows) + 16, 4)), len(rows)
    out[:count] = rows
    kept, k = 0, 0
    while k < count:
        row, gone = out[k].copy(), False
        k += 1
        for j in range(kept):
            low, high = _seen_from(row, out[j], gap)
            if high == low:
                continue
            length = math.hypot(row[2] - row[0], row[3] - row[1])
            if low > gap and high < length - gap:
                if count == len(out):
                    out = np.concatenate((out, np.empty_like(out)))
                out[count, 0], out[count, 1], out[count, 2], out[count, 3] = out[j, 2], out[j, 3], row[2], row[3]
                count += 1
            if low > gap:
                row[2], row[3] = out[j, 0], out[j, 1]
            elif high < length - gap:
                row[0], row[1] = out[j, 2], out[j, 3]
            else:
                gone = True
                break
        if not gone:
            out[kept] = row
            kept += 1
    return out[:kept]


@kernel
def _following(rows: Floats, k: int, used: Bools, gap: float) -> int:
    """The edge that starts where edge k ends: where several do, the one farthest to the right; −1 for none."""
    x, y = rows[k, 2], rows[k, 3]
    least = np.inf
    for j in range(len(rows)):
        if not used[j]:
            least = min(least, (rows[j, 0] - x) ** 2 + (rows[j, 1] - y) ** 2)
    if least > (JOIN * gap) ** 2:
        return -1
    near = (math.sqrt(least) + 0.5 * gap) ** 2
    best, best_turn, back = -1, np.inf, math.atan2(rows[k, 1] - y, rows[k, 0] - x)
    for j in range(len(rows)):
        if not used[j] and (rows[j, 0] - x) ** 2 + (rows[j, 1] - y) ** 2 <= near:
            turn = (math.atan2(rows[j, 3] - rows[j, 1], rows[j, 2] - rows[j, 0]) - back) % (2.0 * np.pi)
            if turn < best_turn:
                best, best_turn = j, turn
    return best


@kernel
def _off_line(a: Floats, b: Floats, c: Floats) -> float:
    """Square of how far point b stands off the segment from a to c."""
    dx, dy = c[0] - a[0], c[1] - a[1]
    rx, ry = b[0] - a[0], b[1] - a[1]
    square = dx * dx + dy * dy
    t = min(1.0, max(0.0, (rx * dx + ry * dy) / square)) if square > 0.0 else 0.0
    return float((rx - t * dx) ** 2 + (ry - t * dy) ** 2)


@kernel
def _cleaned(ring: Floats, clean: float) -> int:
    """Leave out vertices that stand off the line between their neighbours by less than `clean`; their new count."""
    count, start = len(ring), 0
    for k in range(count):
        if ring[k, 0] < ring[start, 0] or (ring[k, 0] == ring[start, 0] and ring[k, 1] < ring[start, 1]):
            start = k
    turned = np.concatenate((ring[start:], ring[: start + 1]))
    kept = 1
    ring[0] = turned[0]
    for k in range(1, count):
        if _off_line(ring[kept - 1], turned[k], turned[k + 1]) >= clean * clean:
            ring[kept] = turned[k]
            kept += 1
    return kept


@kernel
def _linked(rows: Floats, gap: float, clean: float) -> tuple[Floats, bool]:
    """Edges that follow each other around rings, cleaned; and whether they did close."""
    used = np.zeros(len(rows), np.bool_)
    out, count = np.empty((len(rows), 4)), 0
    ring = np.empty((len(rows) + 1, 2))
    for first in range(len(rows)):
        if used[first]:
            continue
        k, size = first, 0
        while True:
            ring[size] = rows[k, 0:2]
            size += 1
            k = _following(rows, k, used, gap)
            if k < 0:
                return out[:0], False
            used[k] = True
            if k == first:
                break
        size = _cleaned(ring[:size], clean)
        if size < 3:
            continue
        for c in range(size):
            after = c + 1 if c + 1 < size else 0
            out[count, 0:2], out[count, 2:4] = ring[c], ring[after]
            count += 1
    return out[:count], True


@kernel
def sum_boundary(p: Rings, q: Rings, gap: float) -> tuple[Floats, bool]:
    """Boundary of P ⊕ Q, directed edges (n, 4) with the sum on their left that follow each other around rings.

    Slits narrower than `gap` are closed, and vertices less than `gap` off the line of their neighbours left out. The
    flag is false where rounding kept the rings from closing; the edges are then of no use.
    """
    return _linked(_once(_stretches(convolution(p, q), gap), gap), gap, gap)


@kernel
def _posed(table: Rings, start: int, stop: int, matrix: Floats) -> Rings:
    """Rows start .. stop of a table of rings, whose neighbours are numbered from its own start, under a 2 × 2 map."""
    points = np.empty((stop - start, 2))
    for k in range(stop - start):
        x, y = table.points[start + k, 0], table.points[start + k, 1]
        points[k, 0], points[k, 1] = matrix[0, 0] * x + matrix[0, 1] * y, matrix[1, 0] * x + matrix[1, 1] * y
    before, after = table.before[start:stop], table.after[start:stop]
    if matrix[0, 0] * matrix[1, 1] < matrix[0, 1] * matrix[1, 0]:
        before, after = after, before
    return Rings(points, before, after)


@kernel
def sum_boundaries(table: Rings, first: Ints, pairs: Ints, matrices: Floats, gap: float) -> tuple[Floats, Ints]:
    """Boundaries of Q ⊕ M P for rows (n, 2) of P and Q and as many maps M, end to end, and their counts of edges.

    Shape s is rows ``first[s]`` .. ``first[s + 1]`` of the table, its neighbours numbered from 0. A count of -1 is
    what `sum_boundary` flags.
    """
    out, rows = np.empty((64 * len(pairs), 4)), 0
    counts = np.zeros(len(pairs), np.int64)
    identity = np.eye(2)
    for k in range(len(pairs)):
        p, q = pairs[k, 0], pairs[k, 1]
        moving = _posed(table, first[p], first[p + 1], matrices[k])
        lying = _posed(table, first[q], first[q + 1], identity)
        found, closed = sum_boundary(lying, moving, gap)
        if not closed:
            counts[k] = -1
            continue
        if rows + len(found) > len(out):
            out = np.concatenate((out, np.empty((len(out) + len(found), 4))))
        out[rows : rows + len(found)] = found
        rows += len(found)
        counts[k] = len(found)
    return out[:rows], counts


@kernel
def winding(edges: Floats, x: float, y: float) -> int:
    """How often the convolution `edges` winds around (x, y)."""
    turns = 0
    for k in range(len(edges)):
        y0, y1 = edges[k, 1], edges[k, 3]
        if (y0 > y) != (y1 > y) and edges[k, 0] + (edges[k, 2] - edges[k, 0]) * ((y - y0) / (y1 - y0)) > x:
            turns += 1 if y1 > y0 else -1
    return turns
