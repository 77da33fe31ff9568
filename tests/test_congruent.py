from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import pytest
from drawn import codes, the
from hypothesis import given
from hypothesis import strategies as st
from sheets import sheet

from camcore.drawing import read
from camcore.geometry import Curve, Pose
from camcore.geometry.congruent import pose_of_copy
from camcore.part import find

BRACKET = [
    Curve([[0, 0, 0], [60, 0, 0.3], [60, 20, 0], [20, 20, 0], [20, 50, 0], [0, 50, 0]]),
    Curve.circle(10, 40, 3),
    Curve.rectangle(10, 4, 30, 8),
]
DISC = [Curve.circle(5, 5, 20), Curve.circle(17, 5, 2), Curve.circle(5, -5, 3)]
RING = [Curve.circle(5, 5, 20), Curve.circle(5, 5, 10)]
SQUARE = [Curve.rectangle(20, 20), Curve.circle(5, 10, 2)]
SHAPES = {"bracket": BRACKET, "disc": DISC, "ring": RING, "square": SQUARE}


def placed(shape: list[Curve], pose: Pose) -> list[Curve]:
    outline, *holes = [curve.posed(pose) for curve in shape]
    first = np.roll(outline.ccw().vertices, 1, axis=0)
    return [Curve(first), *reversed(holes)]


@given(
    name=st.sampled_from(sorted(SHAPES)),
    x=st.floats(-500, 500),
    y=st.floats(-500, 500),
    turn=st.floats(0, 359),
    mirror=st.booleans(),
)
def test_a_copy_is_found_with_its_pose(name: str, x: float, y: float, turn: float, mirror: bool) -> None:
    shape = SHAPES[name]
    copy = placed(shape, Pose(x, y, turn, mirror))
    pose = pose_of_copy(shape, copy)
    assert pose is not None
    for curve, near in zip(shape[1:], reversed(copy[1:]), strict=True):
        assert curve.posed(pose).box[:4] == pytest.approx(near.box[:4], abs=0.02)
    if name == "bracket":
        assert pose.mirror == mirror


@pytest.mark.parametrize(
    "other",
    [
        [BRACKET[0], Curve.circle(10, 40, 3.02), BRACKET[2]],
        [BRACKET[0], Curve.circle(10.05, 40, 3), BRACKET[2]],
        [BRACKET[0], BRACKET[1], BRACKET[2].moved(0.05, 0)],
        BRACKET[:2],
        [BRACKET[0].scaled(1.001), *BRACKET[1:]],
        DISC,
    ],
)
def test_another_shape_is_not(other: list[Curve]) -> None:
    assert pose_of_copy(BRACKET, other) is None


def test_the_angle_of_holes_in_a_disc_counts() -> None:
    wrong = [DISC[0], DISC[1], Curve.circle(5 + 10 * math.sin(0.01), 5 - 10 * math.cos(0.01), 3)]
    assert pose_of_copy(DISC, wrong) is None


def test_groups_are_told_with_counts() -> None:
    poses = [Pose(), Pose(100, 0), Pose(200, 100, 33), Pose(400, 0, 90, True)]
    found = find(sheet(*[curve for pose in poses for curve in placed(BRACKET, pose)], *placed(DISC, Pose(0, 200))))
    finding = the(found, "I227")
    assert codes(found).count("I227") == 1
    assert finding.where["size"] == 4
    assert "4 parts have one shape" in finding.message
    over = [word for word in ("1 turned over", "3 turned over") if word in finding.message]
    assert over
    assert finding.where["part"] == found.parts[1].id or finding.where["part"] == found.parts[0].id


def test_parts_of_their_own_are_not_told() -> None:
    assert "I227" not in codes(find(sheet(Curve.rectangle(50, 20), Curve.rectangle(50, 20.03, 100, 0))))


def test_a_thousand_copies_cost_little() -> None:
    copies = [curve for k in range(1000) for curve in placed(SQUARE, Pose(50 * (k % 40), 50 * (k // 40), 90 * (k % 4)))]
    drawing = sheet(*copies)
    before = time.perf_counter()
    assert the(find(drawing), "I227").where["size"] == 1000
    assert time.perf_counter() - before < 6


def test_fifty_strips(data: Path) -> None:
    (path,) = (data / "dxf").glob("*midlittles*")
    assert the(find(read(path, "mm")), "I227").where["size"] == 50
