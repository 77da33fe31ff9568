"""Guided separation of a crowd: pieces that overlap are moved, one at a time, to where they overlap least by weight.

Weights of pairs that go on overlapping rise, so that a crowd which is stuck is pushed out of its rut: guided local
search (Voudouris and Tsang 1999) as used for nesting by Egeblad, Nielsen and Odgaard 2007, Umetani et al. 2009, and
Gardeyn, Vanden Berghe and Wauters 2025 (doi 10.48550/arXiv.2509.13329). What is measured here is the exact depth.
"""

from typing import NamedTuple

from camcore.geometry.arrays import Floats, Ints
from camcore.kernels import kernel
from camcore.kernels.crowd import Crowd, Ground, measure, measure_all
from camcore.kernels.depth import Depths, Lattice, Map
from camcore.kernels.dice import shuffled
from camcore.kernels.pushing import push_apart
from camcore.kernels.relocation import relocate

WEIGHT_LEAST, WEIGHT_MOST, WEIGHT_DECAY = 1.2, 2.0, 0.95
"""Weights of pairs that overlap grow by the first (shallow) to the second (deepest); the others decay to 1."""
PROGRESS = 0.98
"""Less than this share of the overlap before is progress worth more patience."""
PUSH_NEAR = 3.0
"""Pushing is tried after a sweep that leaves less than this many times the least overlap so far."""
PAUSED, SEPARATED, STUCK = 0, 1, 2
"""Answers of `separate`."""


class Record(NamedTuple):
    """Best arrangement of the attempt under way, and its counters; lets an attempt be paused and taken up again.

    counts: (3,) sweeps without progress, strikes, sweeps in all
    totals: (2,) least overlap so far, least overlap when the strike began
    """

    stance: Ints
    x: Floats
    y: Floats
    counts: Ints
    totals: Floats


class Limits(NamedTuple):
    """When an attempt ends.

    tolerance: sum of overlaps that counts as none, mm
    patience: sweeps without progress that make a strike
    strikes: strikes in a row that end the attempt
    moves: the attempt pauses when about so many were made
    """

    tolerance: float
    patience: int
    strikes: int
    moves: int


@kernel
def reweigh(crowd: Crowd) -> None:
    """Raise the weights of pairs that overlap, the deeper the more; let the others decay."""
    most = crowd.overlap.max()
    n = len(crowd.x)
    for i in range(n):
        for j in range(n):
            if crowd.overlap[i, j] > 0.0:
                crowd.weight[i, j] *= WEIGHT_LEAST + (WEIGHT_MOST - WEIGHT_LEAST) * crowd.overlap[i, j] / most
            else:
                crowd.weight[i, j] = max(1.0, crowd.weight[i, j] * WEIGHT_DECAY)


@kernel
def sweep(table: Depths, lattice: Lattice, crowd: Crowd, ground: Ground, field: Map, tolerance: float) -> int:
    """Relocate once, in random order, every piece that overlaps by more than `tolerance`; returns how many were."""
    moves = 0
    for i in shuffled(crowd.dice, len(crowd.x)):
        if crowd.kind[i] >= 0 and crowd.overlap[i].sum() > tolerance:
            relocate(table, lattice, crowd, ground, i, field)
            measure(table, crowd, i)
            moves += 1
    return moves


@kernel
def restore(table: Depths, crowd: Crowd, record: Record) -> None:
    """Put all pieces back to where the record has them."""
    crowd.stance[:], crowd.x[:], crowd.y[:] = record.stance, record.x, record.y
    measure_all(table, crowd)


@kernel
def begin(table: Depths, crowd: Crowd, record: Record) -> None:
    """Start an attempt from how the crowd lies now, with all weights 1."""
    crowd.weight[:] = 1.0
    total = measure_all(table, crowd)
    record.stance[:], record.x[:], record.y[:] = crowd.stance, crowd.x, crowd.y
    record.counts[:] = 0
    record.totals[:] = total


@kernel
def separate(
    model: tuple[Depths, Lattice, Ground], crowd: Crowd, record: Record, limits: Limits, field: Map
) -> tuple[int, int]:
    """Carry an attempt on until it is SEPARATED, STUCK (it then lies as it was best) or PAUSED; also moves made."""
    table, lattice, ground = model
    moves = 0
    while True:
        if record.counts[0] >= limits.patience:
            record.counts[0] = 0
            record.counts[1] = 0 if record.totals[0] < PROGRESS * record.totals[1] else record.counts[1] + 1
            record.totals[1] = record.totals[0]
            restore(table, crowd, record)
            if record.counts[1] >= limits.strikes:
                return STUCK, moves
        if moves >= limits.moves:
            return PAUSED, moves
        moves += sweep(table, lattice, crowd, ground, field, limits.tolerance)
        total = crowd.overlap.sum()
        record.counts[2] += 1
        if total <= limits.tolerance:
            return SEPARATED, moves
        if total < record.totals[0]:
            if total < PROGRESS * record.totals[0]:
                record.counts[0] = 0
            record.totals[0] = total
            record.stance[:], record.x[:], record.y[:] = crowd.stance, crowd.x, crowd.y
        else:
            record.counts[0] += 1
        if total < PUSH_NEAR * record.totals[0] and push_apart(table, crowd, ground, limits.tolerance):
            return SEPARATED, moves
        reweigh(crowd)
