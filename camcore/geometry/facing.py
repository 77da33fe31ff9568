"""Straight segments that run along one line in opposite directions: where the edges of two bodies face each other."""

from __future__ import annotations

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats


def facing(rows: Floats, others: Floats, off: float) -> Floats:
    """The stretch (n, 2) of each segment (n, 5), mm from its start, along which the other one of its pair lies.

    That one runs the other way, and neither end of it is farther than `off` mm from the line. The end is not after the
    start where there is none, nor for arcs.
    """
    way = rows[:, 2:4] - rows[:, 0:2]
    length = np.hypot(*way.T)
    way = way / np.where(length > 0, length, 1.0)[:, None]
    to = others[:, :4].reshape(-1, 2, 2) - rows[:, None, 0:2]
    along = np.einsum("nkd,nd->nk", to, way)
    apart = np.abs(to[:, :, 0] * way[:, None, 1] - to[:, :, 1] * way[:, None, 0]).max(axis=1)
    low, high = np.maximum(0.0, along[:, 1]), np.minimum(length, along[:, 0])
    none = (apart > off) | arcs.is_arc(rows) | arcs.is_arc(others)
    return np.stack([low, np.where(none, low, high)], axis=1)
