"""How the search's pace and memory grow with the count of pieces and of vertices, and a shop's nest with its order.

Example: python -m benchmarks.growth
         python -m benchmarks.growth --sheets

Strips of ten made-up shapes; each row in a process of its own, on compiled kernels. Set-up is all before the first
relocation: shapes, regions, grids, map, constructions; CPU seconds of one thread. With --sheets orders of ten made-up
shapes on sheets of 240 × 180: CPU seconds of one thread from the demands to the checked nest, for a budget of
as many moves as there are pieces.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.strip import pack
from camcore.part import Part

SHAPES = 10
PIECES, VERTICES = (24, 50, 100, 200, 400), (8, 32, 128, 512)
USUAL_PIECES, USUAL_VERTICES = 50, 16
ORDERS = (200, 2_000, 20_000)
FEW, MANY = 6_000, 16_000
"""Budgets in moves; the pace is that of the moves between."""
TURNS = (0.0, 90.0, 180.0, 270.0)


def main() -> int:
    """The command; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", action="store_true")
    if parser.parse_args().sheets:
        _orders()
    else:
        _strips()
    return 0


def _strips() -> None:
    print("| pieces | vertices | set-up, CPU s | moves / CPU s | peak memory, MB |\n|---|---|---|---|---|")
    for pieces, vertices in [(n, USUAL_VERTICES) for n in PIECES] + [(USUAL_PIECES, n) for n in VERTICES]:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            setup, pace, memory = pool.submit(_measured, pieces, vertices).result()
        print(f"| {pieces} | {vertices} | {setup:.2f} | {pace:.0f} | {memory:.0f} |", flush=True)


def _orders() -> None:
    """Time and memory of ever larger orders, and the exponent of the time from the row before."""
    print("| pieces | sheets | layouts | CPU s | exponent | peak memory, MB |\n|---|---|---|---|---|---|")
    before: tuple[int, float] | None = None
    for pieces in ORDERS:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            sheets, layouts, seconds, memory = pool.submit(_order, pieces).result()
        steeper = f"{math.log(seconds / before[1]) / math.log(pieces / before[0]):.2f}" if before else ""
        print(f"| {pieces} | {sheets} | {layouts} | {seconds:.2f} | {steeper} | {memory:.0f} |", flush=True)
        before = pieces, seconds


def _order(pieces: int) -> tuple[int, int, float, float]:
    """Sheets, different layouts, CPU seconds and peak memory (MB) of an order of so many pieces."""
    parts = [star(k, USUAL_VERTICES) for k in range(SHAPES)]
    rules, sheet = Rules(0.5, 2.0, pieces), Stock.rectangle(240, 180)
    nest([Demand(part, 2, TURNS) for part in parts], [sheet], rules)
    begun = time.process_time()
    found = nest([Demand(part, pieces // SHAPES, TURNS) for part in parts], [sheet], rules)
    seconds = time.process_time() - begun
    sheets = sum(each.repeat for each in found.sheets)
    return sheets, len(found.sheets), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


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
