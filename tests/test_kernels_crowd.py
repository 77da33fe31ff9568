"""The separation's kernels beside slow twins, on a small problem of a notched part and a ring."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from camcore.geometry import Curve
from camcore.kernels import crowd as kernels
from camcore.kernels import depth as depths
from camcore.kernels import dice, penalties, pushing, relocation
from camcore.kernels.wide import LANES
from camcore.nesting.construct import STRATEGIES, Construction
from camcore.nesting.model import Demand, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.row import draft_of, row_of
from camcore.nesting.separation import depth_lattice, model
from camcore.nesting.squeeze import Squeeze, Worker
from camcore.part import Part

NOTCHED = Part("c", Curve.polygon([(0, 0), (50, 0), (50, 10), (10, 10), (10, 40), (50, 40), (50, 50), (0, 50)]))
RING = Part("ring", Curve.circle(0, 0, 20), (Curve.circle(0, 0, 14).cw(),))
BAR = Part("bar", Curve.rectangle(30, 6))
ROUND_OFF = 1e-9

coordinate = st.floats(-80, 80)


@pytest.fixture(scope="module")
def problem():
    demands = [Demand(NOTCHED, 4, mirror=True), Demand(RING, 4), Demand(BAR, 6, (0.0, 30.0))]
    return Problem(demands, [Stock("sheet", Curve.rectangle(400, 120))], Rules(1.0, 2.0, 100))


@pytest.fixture(scope="module")
def ready(problem):
    return model(problem, 15_000.0, 14)


@pytest.fixture(scope="module")
def areas(problem):
    """The no-fit region of each pair as a shapely area."""
    stances = problem.stances
    return [[naive.region(problem.nofit.region(a, b)) for b in stances] for a in stances]


@given(st.data(), coordinate, coordinate)
def test_depth_is_the_distance_out_of_the_region(problem, ready, areas, data, x, y):
    a, b = (data.draw(st.integers(0, len(problem.stances) - 1)) for _ in range(2))
    assert depths.depth(ready.depths, a, b, x, y) == pytest.approx(naive.depth(areas[a][b], x, y), abs=1e-7)


@given(st.data(), coordinate, coordinate)
def test_way_out_leads_to_the_boundary(problem, ready, areas, data, x, y):
    a, b = (data.draw(st.integers(0, len(problem.stances) - 1)) for _ in range(2))
    ox, oy = depths.way_out(ready.depths, a, b, x, y)
    assert naive.depth(areas[a][b], x + ox, y + oy) < 1e-7


@given(st.integers(0, 10**6))
def test_regions_of_a_pair_mirror_each_other(problem, ready, seed):
    """a overlaps b as deep as b overlaps a."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, len(problem.stances), 2)
    x, y = rng.uniform(-60, 60, 2)
    assert depths.depth(ready.depths, a, b, x, y) == pytest.approx(depths.depth(ready.depths, b, a, -x, -y), abs=1e-9)


def test_lattice_holds_the_depths_at_its_nodes(ready):
    lattice = depth_lattice(ready.depths, 7.0, 2)
    for a, b in ((0, 1), (3, 5), (7, 7)):
        start, u0, v0, columns, rows, span = lattice.pairs[a, b]
        for v in range(rows):
            at = start + v * (columns + LANES)
            row, padding = np.split(lattice.values[at : at + columns + LANES], [columns])
            assert not padding.any()
            exact = [depths.depth(ready.depths, a, b, (u0 + u) * 7.0, (v0 + v) * 7.0) for u in range(columns)]
            assert row == pytest.approx(exact, rel=1e-6)
            first, last = lattice.spans[span + v]
            assert not np.delete(row, slice(first, last)).any()


def crowd_of(ready, seed, count=9):
    """Pieces strewn over the sheet, with random weights."""
    rng = np.random.default_rng(seed)
    kind = rng.integers(0, len(ready.size), count)
    stance = np.array([rng.integers(ready.stances[k], ready.stances[k + 1]) for k in kind])
    weight = rng.uniform(1.0, 3.0, (count, count))
    weight = weight + weight.T
    x, y = rng.uniform(40, 160, count), rng.uniform(40, 80, count)
    scale, overlap, state = np.ones((count, count)), np.zeros((count, count)), np.array([seed + 1], np.uint64)
    lie = kernels.Crowd(kind, stance, x, y, weight, scale, overlap, state)
    kernels.measure_all(ready.depths, lie)
    return lie


def regions_around(ready, areas, lie, i, a):
    from shapely.affinity import translate

    others = [j for j in range(len(lie.x)) if j != i]
    placed = [translate(areas[a][lie.stance[j]], lie.x[j], lie.y[j]) for j in others]
    return placed, [lie.weight[i, j] for j in others]


@given(st.integers(0, 10**6), st.floats(0, 200), st.floats(0, 120))
def test_penalty_is_the_sum_of_weighted_depths(ready, areas, seed, x, y):
    lie = crowd_of(ready, seed)
    a = int(lie.stance[0])
    rows = kernels.gather(ready.depths, lie, 0, (a, x, y), 5.0)
    placed, weights = regions_around(ready, areas, lie, 0, a)
    for px, py in ((x, y), (x + 4.9, y - 4.9)):
        slow = naive.penalty(placed, weights, px, py)
        assert kernels.penalty(ready.depths, rows, px, py, np.inf)[0] == pytest.approx(slow, abs=1e-6)


def test_penalty_stops_early_but_not_below_its_limit(ready):
    lie = crowd_of(ready, 5)
    rows = kernels.gather(ready.depths, lie, 0, (int(lie.stance[0]), 100.0, 60.0), 0.0)
    whole, _, _ = kernels.penalty(ready.depths, rows, 100.0, 60.0, np.inf)
    assert kernels.penalty(ready.depths, rows, 100.0, 60.0, whole / 2)[0] >= whole / 2


@given(st.integers(0, 10**6), st.floats(0, 200), st.floats(0, 120), st.floats(0, 6.28))
def test_penalty_falls_as_its_slope_says(ready, seed, x, y, heading):
    """Checked by a small step each way; where the two differ lies an edge of the penalty, and neither is wrong."""
    lie, step = crowd_of(ready, seed), 1e-5
    rows = kernels.gather(ready.depths, lie, 0, (int(lie.stance[0]), x, y), 1.0)
    value, gx, gy = kernels.penalty(ready.depths, rows, x, y, np.inf)
    dx, dy = step * np.cos(heading), step * np.sin(heading)
    ahead, _, _ = kernels.penalty(ready.depths, rows, x + dx, y + dy, np.inf)
    behind, _, _ = kernels.penalty(ready.depths, rows, x - dx, y - dy, np.inf)
    if abs(ahead + behind - 2 * value) < 1e-9:
        assert behind - ahead == pytest.approx(2 * (gx * dx + gy * dy), abs=2e-8)


def test_map_is_the_penalty_at_lattice_nodes(ready, areas):
    """Exactly so, when all other pieces lie on nodes."""
    lie, step = crowd_of(ready, 3), ready.lattice.step
    lie.x[:], lie.y[:] = np.round(lie.x / step) * step, np.round(lie.y / step) * step
    a = int(lie.stance[2])
    field = np.full((40 + LANES) * 30, 9.0, np.float32)
    penalties.add_to_map(ready.lattice, lie, 2, a, (5, 3, 40, 30), field)
    placed, weights = regions_around(ready, areas, lie, 2, a)
    for v in range(0, 30, 7):
        for u in range(0, 40, 7):
            slow = naive.penalty(placed, weights, (5 + u) * step, (3 + v) * step)
            assert field[v * (40 + LANES) + u] == pytest.approx(slow, rel=1e-4, abs=1e-4)


@given(st.integers(0, 10**6))
def test_relocation_never_makes_a_piece_worse_and_keeps_it_on_the_sheet(ready, seed):
    lie = crowd_of(ready, seed)
    ground = ready.ground(np.array([(0.0, 0.0, 220.0, 120.0)]))
    for i in range(len(lie.x)):
        x0, y0, x1, y1 = kernels.allowed(ground, 0, lie.stance[i])
        lie.x[i], lie.y[i] = np.clip(lie.x[i], x0, x1), np.clip(lie.y[i], y0, y1)
    kernels.measure_all(ready.depths, lie)
    before = (lie.weight[4] * lie.overlap[4]).sum()
    relocation.relocate(ready.depths, ready.lattice, lie, ground, 4, np.zeros(20_000, np.float32))
    kernels.measure(ready.depths, lie, 4)
    assert (lie.weight[4] * lie.overlap[4]).sum() <= before + ROUND_OFF
    x0, y0, x1, y1 = kernels.allowed(ground, 0, lie.stance[4])
    assert x0 - ROUND_OFF <= lie.x[4] <= x1 + ROUND_OFF
    assert y0 - ROUND_OFF <= lie.y[4] <= y1 + ROUND_OFF


@given(st.integers(0, 10**6))
def test_pushing_apart_ends_without_overlap_when_it_says_so(ready, seed):
    lie = crowd_of(ready, seed, 6)
    ground = ready.ground(np.array([(0.0, 0.0, 400.0, 400.0)]))
    if pushing.push_apart(ready.depths, lie, ground, 1e-6):
        assert kernels.measure_all(ready.depths, lie) <= 1e-6


def test_a_tight_column_makes_room_together(ready):
    """Nine bars in a column that has room for them and no more, the middle two overlapping."""
    kind = np.full(9, 2)
    stance = np.full(9, ready.stances[2])
    height, spacing = 6.0, 1.0
    y = np.arange(9) * (height + spacing)
    y[5:] -= 0.9
    lie = kernels.Crowd(
        kind, stance, np.full(9, 50.0), y, np.ones((9, 9)), np.ones((9, 9)), np.zeros((9, 9)), np.ones(1, np.uint64)
    )
    ground = ready.ground(np.array([(0.0, 0.0, 100.0, 9 * height + 8 * spacing + 0.01)]))
    assert pushing.push_apart(ready.depths, lie, ground, 1e-6)


def test_dice_are_even_and_repeat():
    state = np.array([12345], np.uint64)
    numbers = [dice.rolled(state) for _ in range(20_000)]
    assert 0.0 <= min(numbers) < max(numbers) < 1.0
    assert np.mean(numbers) == pytest.approx(0.5, abs=0.01)
    again = np.array([12345], np.uint64)
    assert [dice.rolled(again) for _ in range(5)] == numbers[:5]
    assert sorted(dice.shuffled(state, 50).tolist()) == list(range(50))


def test_starts_keep_the_best_apart():
    starts = penalties.new_starts(2)
    for value, x in ((5.0, 0.0), (3.0, 10.0), (4.0, 10.1), (1.0, 20.0)):
        penalties.insert(starts, value, x, 0.0, 0, 1.0)
    assert starts.value.tolist() == [1.0, 3.0]
    assert starts.x.tolist() == [20.0, 10.0]


def search(problem, ready, threads, moves):
    construction = Construction(problem, STRATEGIES[0])
    construction.run(lambda: None)
    row = row_of(problem, construction.draft)
    found = Squeeze([Worker(ready, row, seed) for seed in range(threads)])
    found.run(lambda made: made / moves, lambda _: None)
    return row, found


def test_squeeze_shortens_and_is_the_same_whenever_threads_meet(problem, ready):
    row, one = search(problem, ready, 2, 12_000)
    _, two = search(problem, ready, 2, 12_000)
    assert one.best.length < row.start.length
    assert one.best.x.tolist() == two.best.x.tolist()
    draft = draft_of(problem, row, one.best)
    assert sum(len(sheet.pieces) for sheet in draft.sheets) == 14


def test_pieces_of_a_sheet_that_is_given_up_find_another():
    """Two sheets whose parts fit on one: the row loses its last bin."""
    demands = [Demand(Part("square", Curve.rectangle(40, 40)), 6, (0.0,))]
    problem = Problem(demands, [Stock("sheet", Curve.rectangle(140, 100))], Rules(1.0, 2.0, 100))
    half = Construction(problem, STRATEGIES[0])
    half.run(lambda: None)
    assert Polygon(half.problem.shapes[0].polygon).area == pytest.approx(1600)
    draft = half.draft
    split = draft._replace(
        sheets=(
            draft.sheets[0]._replace(pieces=draft.sheets[0].pieces[:3]),
            draft.sheets[0]._replace(pieces=draft.sheets[0].pieces[:3]),
        )
    )
    row = row_of(problem, split)
    found = Squeeze([Worker(model(problem, 9600.0, 6), row, 0)])
    found.run(lambda made: made / 4000, lambda _: None)
    assert len(draft_of(problem, row, found.best).sheets) == 1
