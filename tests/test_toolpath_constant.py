"""Constant engagement: each mm of the way takes no more than the width asked for, and all is cleared that can be."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
import shapely
from curves import dumbbell, rounded
from shapely.ops import substring
from shop import PARTS, plan_of, setup
from test_toolpath_hold import proof
from test_toolpath_pocket import DEPTH, THICK, pocket_cuts, pocketed

from camcore.geometry import Curve
from camcore.toolpath import clearing, constant
from camcore.toolpath.model import Cut, Role

R = 3.175 / 2
WIDTH = 0.4 * 3.175
SHAPES = {
    "rounded": (rounded(40, 25, 4),),
    "sharp": (Curve.rectangle(30, 20),),
    "dumbbell": (dumbbell(12, 5, 8),),
    "island": (rounded(40, 30, 4), Curve.circle(20, 15, 5)),
    "round": (Curve.circle(0, 0, 9.3),),
}


def taken(lines: list[shapely.LineString], done: shapely.Geometry) -> Iterator[float]:
    """Slow twin: area for each mm of the way that the tool takes from what stands, half a mm at a time."""
    for line in lines:
        before = shapely.Point(line.coords[0]).buffer(R, quad_segs=24)
        for at in np.arange(0.0, line.length, 0.5):
            piece = substring(line, at, min(at + 0.5, line.length))
            if piece.length > 0.2:
                yield piece.buffer(R, quad_segs=24).difference(before).difference(done).area / piece.length
            before = substring(line, max(0.0, at - 1.5), min(at + 0.5, line.length)).buffer(R, quad_segs=24)
        done = shapely.simplify(done.union(line.buffer(R, quad_segs=24)), 0.0005)


def way(cut: Cut) -> list[shapely.LineString]:
    return [shapely.LineString(stroke.curve.flattened(5e-4)) for stroke in cut.strokes if stroke.role is Role.CUT]


@pytest.mark.parametrize("name", SHAPES)
def test_engagement_is_bounded_and_all_is_cleared(name: str) -> None:
    outline, *islands = SHAPES[name]
    made = pocketed(outline, *islands)
    PARTS["plate"], usual = made, PARTS["plate"]
    try:
        chosen = setup("mill", THICK, clearing="constant", corner_feed=1, rest=0, tool=3.175)  # type: ignore[arg-type]
        result = plan_of(made, chosen)
        verdict = proof(result)
    finally:
        PARTS["plate"] = usual
    assert {finding.code for finding in verdict.findings} <= {"W754"}
    (cut,) = pocket_cuts(result)
    first, *others = way(cut)
    walls = 1 + len(islands)
    helix = first.buffer(R, quad_segs=64)
    assert max(taken(others[:-walls], helix)) <= 1.03 * WIDTH
    if islands or name == "round":
        return
    by_offset = way(pocket_cuts(plan_of(made, setup("mill", THICK, corner_feed=1, rest=0, tool=3.175)))[0])
    ramp = by_offset[0].buffer(R, quad_segs=64)
    assert max(taken(by_offset[1:], ramp)) > 1.3 * WIDTH


def test_each_depth_begins_with_a_helix_and_walls_come_last() -> None:
    made = pocketed(rounded(40, 25, 4), depth=2.5)
    chosen = setup("mill", THICK, clearing="constant", step_down=1.5, corner_feed=1, rest=0)  # type: ignore[arg-type]
    (cut,) = pocket_cuts(plan_of(made, chosen))
    ramps = [stroke for stroke in cut.strokes if stroke.role is Role.RAMP]
    assert [stroke.z1 for stroke in ramps] == pytest.approx([-1.25, -2.5] * 2)
    for stroke in ramps:
        assert (stroke.z0 - stroke.z1) / stroke.curve.length <= math.tan(math.radians(3)) + 1e-9


@pytest.mark.parametrize("arc", [0.2, 1.0, 3.0])
@pytest.mark.parametrize("width", [0.1, 0.5, 1.0])
def test_reach_is_the_ring_that_a_round_takes(arc: float, width: float) -> None:
    s = constant.reach(arc, R, width)
    ring = math.pi * ((arc + R) ** 2 - (arc + R - s) ** 2)
    assert ring / (2 * math.pi * arc) == pytest.approx(width)


def test_a_slot_hardly_wider_than_the_tool_is_the_wall_pass_alone() -> None:
    """Two chambers, each with a helix of its own, joined by the last pass."""
    shape = dumbbell(12, 3.3, 8)
    region = clearing.region_of([shape.ccw()])
    made = constant.grown(region, R, WIDTH)
    assert made is not None
    assert len(made) == 2
    result = plan_of(pocketed(shape, depth=DEPTH), setup("mill", THICK, clearing="constant", rest=0))  # type: ignore[arg-type]
    assert pocket_cuts(result)
