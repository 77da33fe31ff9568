"""Nearest points of many, by a grid."""

from typing import Any

import numpy as np

from camcore.kernels import kernel


@kernel
def nearest(x: Any, y: Any, px: Any, py: Any, count: int) -> Any:
    """For each place (x, y) the `count` nearest points of (px, py) but the one of its own number; -1 is none."""
    n, m = len(x), len(px)
    found = np.full((n, count), -1)
    x0, y0 = px.min(), py.min()
    size = max(np.sqrt((px.max() - x0) * (py.max() - y0) * 2.0 / m), max(px.max() - x0, py.max() - y0) / m, 1e-6)
    across, up = int((px.max() - x0) / size) + 1, int((py.max() - y0) / size) + 1
    first, order = _cells(px, py, (x0, y0, size), (across, up))
    best = np.empty(count)
    for k in range(n):
        best[:] = np.inf
        i = min(max(int((x[k] - x0) / size), 0), across - 1)
        j = min(max(int((y[k] - y0) / size), 0), up - 1)
        # Whoever stands outside the grid is at least as far from a ring as its own cell's edge is.
        for ring in range(max(across, up)):
            if best[-1] <= (ring - 1) * size:
                break
            for b in range(max(j - ring, 0), min(j + ring, up - 1) + 1):
                step = 1 if abs(b - j) == ring else max(2 * ring, 1)
                for a in range(i - ring, i + ring + 1, step):
                    if 0 <= a < across:
                        for place in range(first[b * across + a], first[b * across + a + 1]):
                            if order[place] != k:
                                _insert(
                                    best,
                                    found[k],
                                    order[place],
                                    np.hypot(px[order[place]] - x[k], py[order[place]] - y[k]),
                                )
    return found


@kernel
def _cells(px: Any, py: Any, grid: tuple[float, float, float], size: tuple[int, int]) -> tuple[Any, Any]:
    """Points by cell of a grid: where each cell's begin, and their numbers."""
    x0, y0, step = grid
    across, up = size
    cell = np.empty(len(px), np.int64)
    first = np.zeros(across * up + 1, np.int64)
    for k in range(len(px)):
        cell[k] = int((py[k] - y0) / step) * across + int((px[k] - x0) / step)
        first[cell[k] + 1] += 1
    first = np.cumsum(first)
    fill = first.copy()
    order = np.empty(len(px), np.int64)
    for k in range(len(px)):
        order[fill[cell[k]]] = k
        fill[cell[k]] += 1
    return first, order


@kernel
def _insert(best: Any, names: Any, name: int, away: float) -> None:
    """Take one into a list that is kept nearest first."""
    k = len(best) - 1
    if away >= best[k]:
        return
    while k > 0 and best[k - 1] > away:
        best[k], names[k] = best[k - 1], names[k - 1]
        k -= 1
    best[k], names[k] = away, name
