"""Pockets: nothing is left that a tool could reach, nothing is gouged, engagement stays within the step-over."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from curves import dumbbell, obround, rounded
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import part, plan_of, setup

from camcore.findings import errors
from camcore.geometry import Curve
from camcore.geometry.track import Track
from camcore.part import Part, Pocket
from camcore.toolpath import clearing, unmakeable
from camcore.toolpath.model import Cut, Kind, Plan, Role

DEPTH = 1.0
THICK = 3.0


def pocketed(curve: Curve, *islands: Curve, depth: float = DEPTH) -> Part:
    """A plate with one pocket."""
    box = curve.box.grown(8)
    plate = part("plate", Curve.rectangle(box.width, box.height, box.x0, box.y0))
    pocket = Pocket(curve.ccw(), tuple(island.cw() for island in islands), depth)
    return Part(plate.id, plate.outline, pockets=(pocket,))


def region(made: Part, plan: Plan) -> shapely.Geometry:
    """The drawn pocket on the sheet."""
    pose, (pocket,) = plan.sheet.placements[0].pose, made.pockets
    rings = [curve.posed(pose).flattened(1e-4) for curve in (pocket.curve, *pocket.holes)]
    return shapely.Polygon(rings[0], rings[1:])


def swept(plan: Plan, cut: Cut, z: float) -> shapely.Geometry:
    """What a cut takes away at a depth, slightly too little: chords, and circles of chords."""
    radius = plan.tools[cut.tool].diameter / 2
    lines = [
        shapely.LineString(stroke.curve.flattened(2e-4))
        for stroke in cut.strokes
        if max(stroke.z0, stroke.z1) <= z + 1e-9
    ]
    return shapely.union_all([line.buffer(radius, quad_segs=48) for line in lines])


def pocket_cuts(plan: Plan) -> list[Cut]:
    return [cut for cut in plan.cuts if cut.kind is Kind.POCKET]


SHAPES = {
    "rounded": (rounded(40, 25, 4),),
    "sharp": (Curve.rectangle(30, 20),),
    "round": (Curve.circle(0, 0, 9.3),),
    "barely larger than the tool": (Curve.circle(0, 0, 1.7),),
    "slot": (obround(30, 3.3),),
    "slot as wide as the largest tool": (obround(20, 2.05),),
    "island": (rounded(40, 30, 5), Curve.circle(20, 15, 6)),
    "islands near each other and the wall": (
        rounded(50, 30, 3), Curve.circle(15, 15, 5), Curve.rectangle(5, 12, 21.5, 9), Curve.circle(42, 8, 5.5),
    ),
    "dumbbell": (dumbbell(16, 4, 6),),
    "neck too narrow": (dumbbell(16, 2.5, 6),),
}  # fmt: skip


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_is_left_and_nothing_gouged(name: str) -> None:
    made = pocketed(*SHAPES[name])
    plan = plan_of(made, setup("mill", THICK), rotation=30.0)
    drawn, cuts = region(made, plan), pocket_cuts(plan)
    assert errors(plan.findings) == []
    away = shapely.union_all([swept(plan, cut, -DEPTH) for cut in cuts])
    finest = min(plan.tools[cut.tool].diameter for cut in cuts) / 2
    missed = clearing.reached(drawn, finest).difference(away)
    assert max((piece.area for piece in shapely.get_parts(missed)), default=0.0) < 0.01
    whole = shapely.union_all([swept(plan, cut, 0.0) for cut in cuts])
    assert whole.difference(drawn.buffer(2e-3)).area < 1e-6
    assert min(min(stroke.z0, stroke.z1) for cut in cuts for stroke in cut.strokes) == pytest.approx(-DEPTH)


@settings(max_examples=12, deadline=None)
@given(st.floats(4, 40), st.floats(4, 30), st.floats(0.2, 8), st.floats(0, 6), st.floats(0, 1), st.floats(0.2, 0.5))
def test_any_pocket_is_cleared(width: float, height: float, fillet: float, hole: float, at: float, step: float) -> None:
    fillet = min(fillet, width / 2.1, height / 2.1)
    islands = [Curve.circle(width * (0.3 + 0.4 * at), height / 2, hole)] if 0.3 < hole < min(width, height) / 5 else []
    made = pocketed(rounded(width, height, fillet), *islands)
    plan = plan_of(made, setup("mill", THICK, step_over=round(step, 2)))
    drawn, cuts = region(made, plan), pocket_cuts(plan)
    finest = min((plan.tools[cut.tool].diameter for cut in cuts), default=1.0) / 2
    away = shapely.union_all([swept(plan, cut, -DEPTH) for cut in cuts])
    missed = clearing.reached(drawn, finest).difference(away)
    assert max((piece.area for piece in shapely.get_parts(missed)), default=0.0) < 0.01


def test_engagement_stays_within_the_step_over() -> None:
    """Each pass after the innermost finds the material no more than a step-over from what is cleared."""
    made = pocketed(rounded(40, 25, 4))
    plan = plan_of(made, setup("mill", THICK, step_over=0.3, corner_feed=1))
    (cut, *_) = pocket_cuts(plan)
    radius = plan.tools[cut.tool].diameter / 2
    rounds = [stroke for stroke in cut.strokes if stroke.role is Role.CUT]
    assert len(rounds) > 4
    for before, after in pairwise(rounds):
        points = Track(after.curve).frames(np.linspace(0, after.curve.length, 200))[0]
        away = shapely.distance(shapely.points(points), shapely.LineString(before.curve.flattened(1e-4)))
        assert np.quantile(away, 0.7) <= 0.3 * 2 * radius + 1e-3
        assert away.max() <= 0.3 * 2 * radius * math.sqrt(2) + 1e-3


def test_the_tool_goes_down_on_ramps_and_cuts_in_climb() -> None:
    made = pocketed(rounded(40, 25, 4), depth=2.5)
    chosen = setup("mill", THICK, step_down=1.0, corner_feed=1)
    cut = pocket_cuts(plan_of(made, chosen))[0]
    floors = sorted({stroke.z1 for stroke in cut.strokes if stroke.role is Role.CUT}, reverse=True)
    assert floors == pytest.approx([-2.5 / 3, -5 / 3, -2.5])
    for stroke in cut.strokes:
        fall = stroke.z0 - stroke.z1
        assert fall <= math.tan(math.radians(chosen.mill.ramp_angle)) * stroke.curve.length + 1e-9
        assert (fall > 0) == (stroke.role is Role.RAMP)
    loop = next(stroke.curve for stroke in reversed(cut.strokes) if stroke.role is Role.CUT)
    assert Curve(loop.vertices[:-1]).area > 0


def test_corners_are_cleared_by_a_smaller_tool_after_the_larger() -> None:
    made = pocketed(rounded(30, 20, 0.6))
    plan = plan_of(made, setup("mill", THICK))
    tools = [plan.tools[cut.tool].diameter for cut in pocket_cuts(plan)]
    assert tools == [3.175, 1.0]
    first, rest = pocket_cuts(plan)
    length = sum(stroke.curve.length for stroke in rest.strokes)
    assert length < 0.25 * sum(stroke.curve.length for stroke in first.strokes)
    assert plan.cuts[-1].kind is Kind.OUTLINE
    alone = pocket_cuts(plan_of(made, setup("mill", THICK, rest=0)))
    assert len(alone) == 1


def test_corners_sharper_than_every_tool_are_told() -> None:
    plan = plan_of(pocketed(Curve.rectangle(30, 20)), setup("mill", THICK))
    (told,) = [finding for finding in plan.findings if finding.code == "W502"]
    assert told.where["size"] == pytest.approx(0.5 * (math.sqrt(2) - 1), abs=2e-3)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (pocketed(obround(20, 0.8)), "too narrow"),
        (pocketed(Curve.rectangle(20, 20), depth=3.0), "goes through"),
        (pocketed(dumbbell(16, 0.7, 6)), "does not get in"),
        (pocketed(rounded(40, 30, 5), Curve.circle(6.3, 15, 6)), "does not get in"),
    ],
)
def test_what_no_tool_makes_is_an_error(made: Part, words: str) -> None:
    (told,) = unmakeable(made, setup("mill", THICK))
    assert told.code == "E501"
    assert words in told.message


def test_lasers_make_no_pockets_and_say_so_elsewhere() -> None:
    plan = plan_of(pocketed(Curve.circle(0, 0, 5)), setup("laser", 0.25))
    assert [cut.kind for cut in plan.cuts] == [Kind.OUTLINE]


@pytest.mark.parametrize("step", [0.0, 0.6])
def test_a_step_over_that_leaves_something_is_refused(step: float) -> None:
    with pytest.raises(Exception, match="step_over"):
        setup("mill", THICK, step_over=step)
    with pytest.raises(ValueError, match="step-over"):
        clearing.passes([Curve.circle(0, 0, 5)], 0.5, step)


def test_no_pass_runs_where_all_is_cleared() -> None:
    """The innermost pass of a round pocket would be a circle of 0.06 mm; the one before has been everywhere."""
    levels = clearing.passes([Curve.circle(0, 0, 8)], 1.5875, 1.27)
    assert [len(loops) for loops in levels] == [1] * 5
    assert levels[-1][0].as_circle()[2] == pytest.approx(8 - 1.5875 - 4 * 1.27)
    two = clearing.passes([dumbbell(16, 6, 6)], 1.5, 1.2)
    assert all(len(loop) > 1 for loops in two for loop in loops)


def test_a_pocket_comes_before_the_holes_in_its_floor() -> None:
    """The holes are then less deep; one on an island and one beside the pocket may come whenever it suits."""
    plate = pocketed(rounded(40, 25, 4), Curve.circle(30, 12, 5))
    holes = [Curve.circle(x, y, r).cw() for x, y, r in ((10, 12, 2.3), (20, 8, 0.75), (30, 12, 2.3), (-5, 12, 1.0))]
    made = Part(plate.id, plate.outline, tuple(holes), pockets=plate.pockets)
    for mirror in (False, True):
        cuts = plan_of(made, setup("mill", THICK), rotation=30.0, mirror=mirror).cuts
        last = max(k for k, cut in enumerate(cuts) if cut.kind is Kind.POCKET and cut.tool == cuts[-1].tool)
        first = {cut.index: k for k, cut in reversed(list(enumerate(cuts))) if cut.kind is Kind.HOLE}
        assert first[0] > last
        assert first[1] > last
        assert len(first) == 4
        assert cuts[-1].kind is Kind.OUTLINE
