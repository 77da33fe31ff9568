"""Minkowski sums of convex polygons."""

import numpy as np

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel


@kernel
def _lowest(points: Floats) -> int:
    """Index of the lowest vertex, the left one of two: where a ccw polygon's edge directions start to turn."""
    best = 0
    for k in range(1, len(points)):
        if points[k, 1] < points[best, 1] or (points[k, 1] == points[best, 1] and points[k, 0] < points[best, 0]):
            best = k
    return best


@kernel
def convex_sum(p: Floats, q: Floats, out: Floats) -> int:
    """Write the closed ring of P ⊕ Q into `out` (at least len(p) + len(q) + 1 rows); returns its count of rows.

    `p` and `q` are convex, counter-clockwise, shape (n, 2) and (m, 2). The edges of both, merged by direction, are the
    edges of the sum (de Berg et al., Computational Geometry, 3rd ed., section 13.3); parallel ones become one.
    """
    n, m = len(p), len(q)
    first_p, first_q = _lowest(p), _lowest(q)
    i, j, rows = 0, 0, 0
    while i < n or j < m:
        a, b = (first_p + i) % n, (first_q + j) % m
        out[rows, 0], out[rows, 1] = p[a, 0] + q[b, 0], p[a, 1] + q[b, 1]
        rows += 1
        a1, b1 = (a + 1) % n, (b + 1) % m
        ux, uy = p[a1, 0] - p[a, 0], p[a1, 1] - p[a, 1]
        vx, vy = q[b1, 0] - q[b, 0], q[b1, 1] - q[b, 1]
        turn = ux * vy - uy * vx
        if i == n:
            turn = -1.0
        elif j == m:
            turn = 1.0
        if turn >= 0.0:
            i += 1
        if turn <= 0.0:
            j += 1
    out[rows] = out[0]
    return rows + 1


@kernel
def convex_sums(p: Floats, p_first: Ints, q: Floats, q_first: Ints) -> tuple[Floats, Ints]:
    """Closed rings of P ⊕ Q for each piece P of one list and Q of another.

    Piece k of a list is ``points[first[k]:first[k + 1]]``. Returns the rings' points and their own `first`.
    """
    np_, nq = len(p_first) - 1, len(q_first) - 1
    out = np.empty((nq * len(p) + np_ * len(q) + np_ * nq, 2))
    first = np.zeros(np_ * nq + 1, np.int64)
    count, rows = 0, 0
    for i in range(np_):
        for j in range(nq):
            rows += convex_sum(p[p_first[i] : p_first[i + 1]], q[q_first[j] : q_first[j + 1]], out[rows:])
            count += 1
            first[count] = rows
    return out[:rows], first
