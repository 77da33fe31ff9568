"""Random numbers whose state the caller holds: the same on any thread, machine and version."""

from typing import Any

import numpy as np

from camcore.kernels import kernel

Dice = Any
"""(1,) uint64, not 0: the state."""


@kernel
def rolled(dice: Dice) -> float:
    """Next number in [0, 1): xorshift with 13, 7, 17 (Marsaglia, Xorshift RNGs, 2003, doi 10.18637/jss.v008.i14)."""
    state = dice[0]
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    dice[0] = state
    return float(np.float64(state >> np.uint64(11)) * (1.0 / 9007199254740992.0))


@kernel
def rolled_to(dice: Dice, count: int) -> int:
    """Next whole number from 0 to count − 1."""
    return int(rolled(dice) * count)


@kernel
def shuffled(dice: Dice, count: int) -> Any:
    """The numbers 0 … count − 1 in random order (Fisher and Yates)."""
    order = np.arange(count)
    for k in range(count - 1, 0, -1):
        other = rolled_to(dice, k + 1)
        order[k], order[other] = order[other], order[k]
    return order
