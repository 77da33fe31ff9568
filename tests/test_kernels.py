import subprocess
import sys

import naive
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon

from camcore.kernels import touching
from camcore.nesting.nofit import boundary_edges

SLACK = 1e-6
coordinates = st.integers(-20, 20)


ring_region = boundary_edges(Polygon([(-9, -9), (9, -9), (9, 9), (-9, 9)], [[(-4, -4), (-4, 4), (4, 4), (4, -4)]]))
notched_region = boundary_edges(Polygon([(0, 0), (10, 0), (10, 10), (6, 10), (6, 2), (4, 2), (4, 10), (0, 10)]))


@given(st.sampled_from([ring_region, notched_region]), coordinates, coordinates, st.sampled_from([0.0, 1e-9, 0.5]))
def test_deep_inside_agrees_with_shapely(edges, x, y, nudge):
    px, py = x / 2 + nudge, y / 2 - nudge
    assert touching.deep_inside(edges, px, py, SLACK) == naive.deep_inside(naive.region(edges), px, py, SLACK)


def boxes_of(regions):
    return np.array([[*edges[:, :2].min(axis=0), *edges[:, :2].max(axis=0)] for edges in regions])


def all_touching(regions, placed, bounds):
    """Candidates as a frontier collects them, piece by piece."""
    edges, first = np.concatenate(regions), np.cumsum([0, *(len(r) for r in regions)])
    boxes = boxes_of(regions)
    x0, y0, x1, y1 = bounds
    candidates = np.array([(x0, y0), (x1, y0), (x0, y1), (x1, y1)])
    for k in range(len(placed)):
        free = touching.kept(edges, first, boxes, placed[k], candidates, SLACK)
        fresh = touching.added(edges, first, boxes, placed[: k + 1], bounds, SLACK)
        candidates = np.concatenate([free, fresh])
    return candidates


@given(st.lists(st.tuples(st.integers(0, 1), coordinates, coordinates), min_size=1, max_size=5))
def test_touching_positions_are_all_found_and_all_free(pieces):
    placed = np.array(pieces, dtype=float)
    bounds = np.array([-15.0, -15.0, 15.0, 15.0])
    regions = [ring_region, notched_region]
    found = all_touching(regions, placed, bounds)
    areas = [naive.region(regions[int(r)] + np.array([x, y, x, y])) for r, x, y in placed]
    assert not any(naive.deep_inside(area, *p, 2 * SLACK) for area in areas for p in found)
    for p in naive.touching(areas, bounds, SLACK):
        assert len(found), p
        assert np.hypot(*(found - p).T).min() < 1e-5, p


@given(st.lists(st.tuples(st.integers(0, 1), coordinates, coordinates), min_size=1, max_size=9), st.integers(0, 9))
def test_pieces_settle_at_once_as_one_by_one(pieces, begun):
    """And places that all of them leave free are those that each leaves free."""
    placed, bounds = np.array(pieces, dtype=float), np.array([-15.0, -15.0, 15.0, 15.0])
    regions = [ring_region, notched_region]
    known = np.concatenate(regions), np.cumsum([0, *(len(r) for r in regions)]), boxes_of(regions)
    begun = min(begun, len(placed) - 1)
    first = all_touching(regions, placed[:begun], bounds)
    got = touching.settled(*known, placed, begun, 0, first, bounds, SLACK)
    assert got.tolist() == all_touching(regions, placed, bounds).tolist()
    mute = touching.settled(*known, placed, begun, len(placed), first, bounds, SLACK)
    assert mute.tolist() == touching.kept_by_all(*known, placed[begun:], first, SLACK).tolist()


def test_first_by_takes_the_least_and_of_equals_the_lowest():
    rows = np.array([(3.0, 0.0), (1.0, 5.0), (1.0 + 1e-7, 2.0), (2.0, -9.0)])
    assert touching.first_by(rows, 1.0, 0.0, 1e-5) == 2
    assert touching.first_by(np.empty((0, 2)), 1.0, 0.0, 1e-5) == -1


def test_kernels_run_uncompiled_too():
    """The same source is plain Python: with the compiler off it gives the same answer."""
    code = (
        "import numpy as np; from camcore.kernels import touching;"
        "from camcore.nesting.rings import ringed; from camcore.kernels.convolution import sum_boundary;"
        "sq = np.array([(0., 0.), (1., 0.), (1., 1.), (0., 1.)]);"
        "assert len(sum_boundary(ringed([sq]), ringed([sq]), 1e-6)[0]) == 4;"
        "e = np.hstack([sq, np.roll(sq, -1, 0)]);"
        "assert touching.deep_inside(e, .5, .5, 1e-6) and not touching.deep_inside(e, 1.5, .5, 1e-6)"
    )
    env = {"NUMBA_DISABLE_JIT": "1", "PATH": ""}
    subprocess.run([sys.executable, "-c", code], check=True, env=env)
