"""What is worked out before the separation: grids and lattices beside slow twins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcore.geometry import Curve
from camcore.kernels.depth import CELLS, Lattice, fill_lattice
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.separation import depth_lattice, depth_table
from camcore.part import Part

HOOK = Part("hook", Curve.polygon([(0, 0), (50, 0), (50, 12), (10, 10), (10, 40), (35, 40), (50, 60), (0, 50)]))
RING = Part("ring", Curve.circle(0, 0, 20), (Curve.circle(0, 0, 14).cw(),))
TURNS = (0.0, 30.0, 90.0, 120.0, 180.0, 300.0)


@pytest.fixture(scope="module")
def depths():
    hole = (Curve.circle(60, 60, 9),)
    demands = [Demand(HOOK, 1, TURNS, mirror=True), Demand(RING, 1), Demand(Part("bar", Curve.rectangle(30, 6)), 1)]
    problem = Problem(demands, [Stock("s", Curve.rectangle(300, 120), holes=hole)], Rules(1.0, 2.0, threads=2))
    return depth_table(problem, lambda: None)


def square_away(edges, x, y):
    rx, ry = x - edges[:, 0], y - edges[:, 1]
    t = np.clip((rx * edges[:, 2] + ry * edges[:, 3]) * edges[:, 4], 0.0, 1.0)
    return (rx - t * edges[:, 2]) ** 2 + (ry - t * edges[:, 3]) ** 2


@given(st.data(), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_a_cell_lists_the_edge_nearest_to_anything_in_it(depths, data, u, v):
    r = data.draw(st.integers(0, len(depths.grid) - 1))
    x0, y0, per_x, per_y = depths.grid[r]
    x, y = x0 + u * CELLS / per_x, y0 + v * CELLS / per_y
    column, row = (min(CELLS - 1, max(0, int(p))) for p in ((x - x0) * per_x, (y - y0) * per_y))
    cell = (r * CELLS + row) * CELLS + column
    listed = depths.near[depths.first[cell] : depths.first[cell + 1]]
    lists = depths.near[depths.first[r * CELLS**2] : depths.first[(r + 1) * CELLS**2]]
    own = np.arange(lists.min(), lists.max() + 1)
    ways = depths.edges[own]
    if len(listed):
        least = square_away(depths.edges[listed], x, y).min()
        assert least == pytest.approx(square_away(ways, x, y).min(), abs=1e-9)
    else:
        y1 = ways[:, 1] + ways[:, 3]
        with np.errstate(divide="ignore", invalid="ignore"):
            at = ways[:, 0] + ways[:, 2] * (y - ways[:, 1]) / ways[:, 3]
        assert (((ways[:, 1] < y) != (y1 < y)) & (at > x)).sum() % 2 == 0


def test_copied_depths_are_those_worked_out(depths):
    found = depth_lattice(depths, 3.0, 2)
    slow = Lattice(found.step, found.pairs, np.zeros_like(found.spans), np.zeros_like(found.values))
    fill_lattice(depths, slow, np.argwhere(np.ones(depths.region.shape, np.bool_)))
    assert np.allclose(found.values, slow.values, atol=1e-4)
    assert (found.values > 0).sum() == pytest.approx((slow.values > 0).sum(), rel=1e-3)
    assert found.values.max() > 10.0


def test_boxes_hold_the_regions_of_all_pairs(depths):
    for a, b in np.argwhere(np.isfinite(depths.box[:, :, 0])):
        turn = depths.turn[a, b].reshape(2, 2)
        r = depths.region[a, b]
        corners = depths.grid[r, :2] + np.array([(0, 0), (1, 0), (0, 1), (1, 1)]) * CELLS / depths.grid[r, 2:]
        low, high = (corners @ turn).min(axis=0), (corners @ turn).max(axis=0)
        assert (depths.box[a, b, :2] >= low - 1e-9).all()
        assert (depths.box[a, b, 2:] <= high + 1e-9).all()
