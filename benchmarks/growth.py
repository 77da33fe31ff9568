"""How the search's pace and memory grow with the count of pieces and of vertices.

Example: python -m benchmarks.growth

Strips of ten made-up shapes; each row in a process of its own, on compiled kernels. Set-up is all before the first
relocation: shapes, regions, grids, map, constructions; CPU seconds of one thread.
"""

from __future__ import annotations

import math
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from camcore.geometry import Curve
from camcore.nesting.model import Demand, Rules
from camcore.nesting.strip import pack
from camcore.part import Part

SHAPES = 10
PIECES, VERTICES = (24, 50, 100, 200, 400), (8, 32, 128, 512)
USUAL_PIECES, USUAL_VERTICES = 50, 16
FEW, MANY = 6_000, 16_000
"""Budgets in moves; the pace is that of the moves between."""
TURNS = (0.0, 90.0, 180.0, 270.0)


def main() -> int:
    """The command; returns its exit code."""
    print("| pieces | vertices | set-up, CPU s | moves / CPU s | peak memory, MB |\n|---|---|---|---|---|")
    for pieces, vertices in [(n, USUAL_VERTICES) for n in PIECES] + [(USUAL_PIECES, n) for n in VERTICES]:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            setup, pace, memory = pool.submit(_measured, pieces, vertices).result()
        print(f"| {pieces} | {vertices} | {setup:.2f} | {pace:.0f} | {memory:.0f} |", flush=True)
    return 0


def _measured(pieces: int, vertices: int) -> tuple[float, float, float]:
    """CPU seconds of the set-up, moves a CPU second, and peak memory of the process, MB."""
    demands = [Demand(star(k, vertices), math.ceil(pieces / SHAPES), TURNS) for k in range(SHAPES)]
    height = 10.0 * math.sqrt(pieces)
    _seconds(demands, height, 500)
    few, many = _seconds(demands, height, FEW), _seconds(demands, height, MANY)
    pace = (MANY - FEW) / (many - few)
    return max(0.0, few - FEW / pace), pace, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def _seconds(demands: list[Demand], height: float, moves: int) -> float:
    begun = time.process_time()
    pack(demands, height, Rules(0.0, 0.0, moves, None, 0, 1))
    return time.process_time() - begun


def star(seed: int, vertices: int) -> Part:
    """A lobed part of some 10 units across."""
    dice = np.random.default_rng(seed)
    angle = np.arange(vertices) * (2.0 * math.pi / vertices)
    lobes, shift = dice.integers(2, 5, 2), dice.uniform(0.0, 6.0, 2)
    radius = 5.0 + sum(np.cos(count * angle + phase) for count, phase in zip(lobes, shift, strict=True))
    return Part(f"star-{seed}", Curve.polygon(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])))


if __name__ == "__main__":
    sys.exit(main())
