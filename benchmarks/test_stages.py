"""Pace of kernels and stages, told as multiples of a reference in the same run: make bench, make bench-check."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import postprocessors
from benchmarks.growth import TURNS, star
from benchmarks.reference import reference
from camcore import drawing, machine, material, nesting, part, program, toolpath, verify
from camcore.formats.task import task_of
from camcore.kernels import lattice, touching
from camcore.nesting.convex import convex_pieces
from camcore.nesting.lattice import Boundary, Regions
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.nofit import region_edges

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
DRAWING = SAMPLES / "fr4-kit" / "hub-disc.dxf"
REPEATED = [Demand(star(k, 32), 5, TURNS) for k in range(6)]


def test_reference(benchmark: Any) -> None:
    benchmark(reference)


@functools.cache
def regions() -> Regions:
    from shapely import Polygon

    return Regions.of(convex_pieces(Polygon(star(3, 48).outline.vertices[:, :2])), True)


def test_kernel_no_fit_region(benchmark: Any) -> None:
    from shapely import Polygon

    one, two = (convex_pieces(Polygon(star(k, 64).outline.vertices[:, :2])) for k in (1, 2))
    benchmark(lambda: region_edges(one, two))


def test_kernel_lattice(benchmark: Any) -> None:
    own, pair, area = regions()
    boxes = [np.concatenate([edges[:, :2].min(axis=0), edges[:, :2].max(axis=0)]) for edges in (own, pair)]
    firsts = Boundary(own).points(Boundary(own).upper(160))
    benchmark(lambda: lattice.scan(own, boxes[0], pair, boxes[1], firsts, 2 * area, 1.03, 1e-6))


def test_kernel_touching_positions(benchmark: Any) -> None:
    own = regions().own
    first, box = np.array([0, len(own)]), np.concatenate([own[:, :2].min(axis=0), own[:, :2].max(axis=0)])[None]
    grid = np.array([(0.0, 11.0 * i, 11.0 * j) for i in range(9) for j in range(9)])
    bounds = np.array([0.0, 0.0, 120.0, 120.0])
    corners = np.array([(0.0, 0.0), (120.0, 0.0), (0.0, 120.0), (120.0, 120.0)])
    benchmark(lambda: touching.settled(own, first, box, grid, 0, 0, corners, bounds, 1e-6))


@functools.cache
def made() -> tuple[Any, Any, Any, Any, Any]:
    """Machine, set-up, parts, nest and plan of a small milled sheet."""
    router = machine.load("generic-grbl-router")
    setup = toolpath.resolve(router, material.load("fr4"), thickness=1.57)
    parts = part.find(drawing.read(DRAWING)).parts
    nest = nesting.nest(
        [Demand(each, 8) for each in parts], [Stock.rectangle(600, 400)], Rules(setup.spacing, 10.0, 800)
    )
    return router, setup, parts, nest, toolpath.plan(nest, setup)[0]


def test_stage_read(benchmark: Any) -> None:
    benchmark(lambda: part.find(drawing.read(DRAWING)))


def test_stage_nest(benchmark: Any) -> None:
    sheet, rules = Stock.rectangle(70, 70), Rules(0.5, 1.0, 1000)
    nesting.nest(REPEATED, [sheet], rules)
    benchmark.pedantic(lambda: nesting.nest(REPEATED, [sheet], rules), rounds=3)


def test_stage_plan(benchmark: Any) -> None:
    _, setup, _, nest, _ = made()
    benchmark(lambda: toolpath.plan(nest, setup))


def test_stage_program(benchmark: Any) -> None:
    router, *_, plan = made()
    benchmark(lambda: postprocessors.write(program.build(plan, router), router))


def test_stage_proof(benchmark: Any) -> None:
    router, _, _, nest, plan = made()
    text, task = postprocessors.write(program.build(plan, router), router), task_of(nest, plan)
    verdict = benchmark(lambda: verify.inspect(text, router, task))
    assert verdict.proven


@pytest.mark.parametrize("quantity", [500])
def test_stage_estimate(benchmark: Any, quantity: int) -> None:
    from camcore import estimate

    router, setup, parts, *_ = made()
    how = estimate.Process(router, material.load("fr4"), setup, Rules(setup.spacing, setup.margin))
    benchmark(lambda: estimate.of_part(Demand(parts[0], 1), [quantity], Stock.rectangle(900, 600), how))
