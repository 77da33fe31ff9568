"""Inside corners are slowed down for, by what the tool meets there, and by no more blocks than that takes."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from plans import curves
from shop import PARTS, part, plan_of, setup
from test_toolpath_hold import proof

from camcore import machine, program
from camcore.findings import CamError
from camcore.geometry import Curve
from camcore.geometry.track import Track
from camcore.part import Part, Pocket
from camcore.toolpath.easing import Ease, eased
from camcore.toolpath.model import Cut, Kind, Role, Stroke

FEED = 1000.0
R = 1.5


def stroke(curve: Curve, z0: float = -1.0, z1: float = -1.0) -> Stroke:
    return Stroke(curve, Role.CUT, FEED, z0, z1)


def chain(*points: tuple[float, float, float]) -> Curve:
    return Curve(np.array(points), closed=False)


@given(curves(), st.sampled_from([1.0, -1.0]), st.floats(0.05, 0.9), st.floats(0.0, 1.0))
def test_the_path_stays_what_it_was(curve: Curve, side: float, least: float, width: float) -> None:
    made = list(eased([stroke(curve, 0.0, -1.0)], Ease(R, side, least, width)))
    assert sum(each.curve.length for each in made) == pytest.approx(curve.length, abs=1e-4)
    assert made[0].curve.start == pytest.approx(curve.start, abs=1e-6)
    assert made[-1].curve.end == pytest.approx(curve.end, abs=1e-5)
    assert made[-1].z1 == -1.0
    for before, after in pairwise(made):
        assert before.curve.end == pytest.approx(after.curve.start, abs=1e-6)
        assert before.z1 == pytest.approx(after.z0)
        assert before.feed != after.feed
    assert all(least * FEED - 1e-6 <= each.feed <= FEED for each in made)


def test_the_rim_keeps_the_feed_on_inside_arcs_alone() -> None:
    quarter = math.tan(math.pi / 8)
    path = chain((0, 0, 0), (10, 0, quarter), (13, 3, 0), (13, 10, -quarter), (16, 13, 0), (30, 13, 0))
    made = list(eased([stroke(path)], Ease(R, 1.0, 0.1)))
    # ρ / (ρ + r) = 3 / 4.5, in steps of a twentieth.
    assert [each.feed / FEED for each in made] == [1.0, pytest.approx(0.65), 1.0]
    assert made[1].curve.length == pytest.approx(3 * math.pi / 2)
    other = list(eased([stroke(path)], Ease(R, -1.0, 0.1)))
    assert other[1].curve.start == pytest.approx((13, 10))


@pytest.mark.parametrize("first", [0.0, 1e-9, 1e-6, 5e-6])
def test_a_speck_at_the_start_has_the_feed_of_what_follows(first: float) -> None:
    path = chain((0, 0, 0), (first, 0, math.tan(math.pi / 8)), (3, 3, 0), (3, 10, 0))
    assert [each.feed / FEED for each in eased([stroke(path)], Ease(R, 1.0, 0.1))] == [pytest.approx(0.65), 1.0]


def test_nothing_is_parted_where_nothing_is_to_be_slowed_down() -> None:
    square = stroke(Curve.rectangle(10, 10).opened_at(0))
    assert list(eased([square], Ease(R, 1.0, 0.3))) == [square]
    assert list(eased([square], Ease(R, -1.0, 0.3, 0.5))) == [square]
    tab = Stroke(Curve.circle(0, 0, 2).opened_at(0), Role.TAB, FEED)
    assert list(eased([tab], Ease(R, 1.0, 0.3))) == [tab]
    assert next(eased([stroke(Curve.circle(0, 0, 2).opened_at(0))], Ease(R, 1.0, 1.0))).feed == FEED


def test_before_a_sharp_corner_by_the_angle_of_engagement() -> None:
    made = list(eased([stroke(chain((0, 0, 0), (10, 0, 0), (10, 10, 0)))], Ease(R, 1.0, 0.1, 1.2)))
    engaged = math.acos(1 - 1.2 / R)
    share = math.floor(20 * engaged / (engaged + math.pi / 2)) / 20
    assert [each.feed / FEED for each in made] == [1.0, pytest.approx(share), 1.0]
    assert made[1].curve.length == pytest.approx(1.2 + R * math.sin(engaged))


def _bite(cleared: shapely.Geometry, at: tuple[float, float]) -> float:
    """Angle of the rim in the stock, rad, by points on it."""
    angles = np.linspace(0, 2 * np.pi, 720, endpoint=False)
    rim = shapely.points(at[0] + R * np.cos(angles), at[1] + R * np.sin(angles))
    return float((shapely.distance(rim, cleared) > 1e-3).mean() * 2 * np.pi)


@pytest.mark.parametrize("width", [0.3, 0.6, 1.2])
def test_the_engagement_rises_within_the_slowed_stretch_and_no_farther_than_the_turn(width: float) -> None:
    """Slow twin: the rim in what the pass before has left, measured place by place along a pass into a corner."""
    before = shapely.LineString([(-40, width), (-width, width), (-width, 40)]).buffer(R, quad_segs=256)
    track = Track(chain((-40, 0, 0), (0, 0, 0), (0, 40, 0)))
    plain, most = math.acos(1 - width / R), 0.0
    slow = next(eased([stroke(track.curve)], Ease(R, 1.0, 0.1, width))).curve.length
    for at in np.arange(slow - 1, 42 + width, 0.1):
        done = shapely.LineString([(-40, 0), *track.stretch(0, at).vertices[:, :2].tolist()]).buffer(R, quad_segs=256)
        bite = _bite(done.union(before), track.point(at + 0.02))
        most = max(most, bite)
        if at < slow or at > 40.1:
            assert bite <= plain + 0.03
    assert plain + 0.3 < most <= plain + math.pi / 2 + 0.05


def milled(**more: float) -> tuple[list[Cut], float]:
    pocket = Pocket(Curve.rectangle(20, 14, 10, 8).ccw(), (), 1.0)
    made = Part("well", Curve.rectangle(60, 30), (Curve.circle(45, 15, 3).cw(),), pockets=(pocket,))
    PARTS["well"] = made
    result = plan_of(made, setup("mill", 2.0, rest=0, tool=3.175, **more))
    assert proof(result).proven
    control = machine.load("generic-linuxcnc-mill")
    return list(result.cuts), program.duration(program.build(result, control), control).cutting


def test_a_job_slows_down_in_corners_and_the_time_model_knows() -> None:
    cuts, seconds = milled()
    plain, quick = milled(corner_feed=1.0)
    assert seconds > quick
    for kind in (Kind.POCKET, Kind.HOLE):
        feeds, all_the_same = (
            {s.feed for c in made if c.kind is kind for s in c.strokes if s.role is Role.CUT} for made in (cuts, plain)
        )
        assert len(all_the_same) == 1
        assert min(feeds) < max(all_the_same)
    outline, same = ([c for c in made if c.kind is Kind.OUTLINE] for made in (cuts, plain))
    assert [s.feed for s in outline[0].strokes] == [s.feed for s in same[0].strokes]


def test_conventional_milling_turns_right_in_inside_corners() -> None:
    board = part("bay", Curve([[0, 0, 0], [60, 0, 0], [60, 30, 0], [40, 30, 0], [20, 30, 0.9], [0, 30, 0]]).ccw(),
                 Curve.circle(30, 15, 4))  # fmt: skip
    for climb in (0, 1):
        result = plan_of(board, setup("mill", 1.5, climb=climb))
        hole = next(cut for cut in result.cuts if cut.kind is Kind.HOLE)
        assert len({s.feed for s in hole.strokes if s.role is Role.CUT}) == 1
        assert max(s.feed for s in hole.strokes) < 1000 * 24 * 0.07


def test_a_share_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(CamError) as caught:
        setup("mill", 3.0, corner_feed=0.0)
    assert caught.value.findings[0].where["key"] == "process.corner_feed"
