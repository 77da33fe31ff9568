import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from camcore.kernels import nearby, tour
from camcore.toolpath.tour import _lists

PLACES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40)


def stops(starts, ends, pairs=()):
    """Stops as the planner hands them over; the last is home."""
    starts, ends = np.array(starts, dtype=float), np.array(ends, dtype=float)
    table, count = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2), len(starts) - 1
    (x, y), (u, v) = np.ascontiguousarray(starts.T), np.ascontiguousarray(ends.T)
    return tour.Stops(
        np.hstack([starts, ends]),
        nearby.nearest(u, v, x[:-1], y[:-1], tour.NEIGHBOURS),
        nearby.nearest(x, y, u[:-1], v[:-1], tour.NEIGHBOURS),
        *_lists(table, count),
        *_lists(table[:, ::-1], count),
    )


def dice(seed=1):
    return np.array([seed], dtype=np.uint64)


@given(PLACES, PLACES)
def test_nearest_points_are_the_nearest(places, points):
    x, y = np.array(places, dtype=float).T.copy()
    px, py = np.array(points, dtype=float).T.copy()
    found = nearby.nearest(x, y, px, py, 5)
    for k, row in enumerate(found):
        away = naive.nearest_away(places[k], points, k)
        got = [math.dist(places[k], points[j]) for j in row if j >= 0]
        assert got == pytest.approx(away[:5])


@st.composite
def jobs(draw):
    count = draw(st.integers(1, 6))
    place = st.tuples(st.integers(0, 20), st.integers(0, 20))
    starts, ends = ([draw(place) for _ in range(count + 1)] for _ in range(2))
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=4))
    return starts, ends, [(a, b) for a, b in pairs if a < b]


@given(jobs(), st.integers(1, 1000))
def test_small_tours_are_the_shortest(job, seed):
    """Slow twin: all permutations."""
    starts, ends, pairs = job
    given_ = stops(starts, ends, pairs)
    first = tour.greedy(given_, np.zeros(len(starts), dtype=np.int64), 0.0)
    found = tour.improved(given_, first, 300, dice(seed))
    assert found[0] == len(starts) - 1
    assert naive.keeps(found[1:].tolist(), pairs)
    assert naive.keeps(first[1:].tolist(), pairs)
    best = naive.shortest_tour(starts, ends, pairs)
    assert tour.length(given_, found) <= tour.length(given_, first) + 1e-9
    assert best - 1e-9 <= tour.length(given_, found) <= 1.08 * best + 1e-9


def test_kicks_help_and_are_the_same_again():
    points = np.random.default_rng(5).uniform(0, 100, (201, 2))
    given_ = stops(points, points)
    first = tour.greedy(given_, np.zeros(201, dtype=np.int64), 0.0)
    still, kicked, again = (tour.improved(given_, first, kicks, dice(9)) for kicks in (0, 2000, 2000))
    assert tour.length(given_, kicked) < 0.98 * tour.length(given_, still)
    assert kicked.tolist() == again.tolist()


@pytest.mark.parametrize(("count", "seed"), [(100, 1), (200, 2)])
def test_tours_are_as_short_as_those_of_lkh(count, seed):
    """LKH: Helsgaun, An effective implementation of the Lin-Kernighan traveling salesman heuristic, 2000."""
    elkai = pytest.importorskip("elkai", reason="elkai (LKH) is not installed")
    points = np.random.default_rng(seed).uniform(0, 1000, (count, 2))
    points = np.vstack([points, [[0.0, 0.0]]])
    given_ = stops(points, points)
    first = tour.greedy(given_, np.zeros(count + 1, dtype=np.int64), 0.0)
    ours = tour.length(given_, tour.improved(given_, first, 10 * count, dice()))
    away = np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))
    away[:, count] = 0.0
    theirs = elkai.DistanceMatrix(np.rint(away * 1000).astype(int).tolist()).solve_tsp(runs=1)[:-1]
    at = theirs.index(count)
    best = naive.travel(points[theirs[at:] + theirs[:at]])
    assert ours <= 1.05 * best
