"""Pace of the nesting's stages: make bench."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.growth import TURNS, star
from camcore.geometry import Curve
from camcore.nesting import nest
from camcore.nesting.construct import STRATEGIES, Construction
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.row import row_of
from camcore.nesting.separation import Model, model
from camcore.nesting.squeeze import Worker

DEMANDS = [Demand(star(k, 32), 5, TURNS) for k in range(8)]
SHEET = Stock("strip", Curve.rectangle(200, 70), quantity=1)
RULES = Rules(0.5, 1.0, 2_000)


def problem() -> Problem:
    return Problem(DEMANDS, [SHEET], RULES)


@pytest.fixture(scope="module")
def worker() -> Worker:
    made = problem()
    construction = Construction(made, STRATEGIES[0])
    construction.run(lambda: None)
    row = row_of(made, construction.draft)
    assert row is not None
    return Worker(ready(made), row, 1)


def ready(made: Problem) -> Model:
    pieces = sum(shape.demand.quantity for shape in made.shapes)
    return model(made, sum(shape.area * shape.demand.quantity for shape in made.shapes), pieces)


def test_shapes(benchmark: Any) -> None:
    benchmark(problem)


def test_regions_grids_and_map(benchmark: Any) -> None:
    benchmark(lambda: ready(problem()))


def test_construction(benchmark: Any) -> None:
    made = problem()
    benchmark(lambda: Construction(made, STRATEGIES[0]).run(lambda: None))


def test_thousand_relocations(benchmark: Any, worker: Worker) -> None:
    benchmark(lambda: worker.work(1000, 0.1))


def test_quick_nest(benchmark: Any) -> None:
    benchmark.pedantic(lambda: nest(DEMANDS, [SHEET], RULES), rounds=3, warmup_rounds=1)
