"""A fixed piece of work that no change of camcore touches: what others take is told as a multiple of it."""

from __future__ import annotations

import numpy as np

STEPS = 60_000


def reference() -> float:
    """Interpreted steps, and array arithmetic that fits a core's cache: about 10 ms on a core of 2025."""
    state, total = 1, 0.0
    for _ in range(STEPS):
        state = (1103515245 * state + 12345) % 2147483648
        total += state
    rows = np.linspace(0.0, 1.0, 20_000)
    for _ in range(20):
        rows = np.sqrt(rows * rows + 1e-3) - 1e-3
    return total + float(rows.sum())
