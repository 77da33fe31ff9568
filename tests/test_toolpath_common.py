import math
from dataclasses import replace

import numpy as np
import pytest
from curves import rounded
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import nest_of, part, setup, through, worst_gouge, worst_uncut

import postprocessors
from camcore import machine, program
from camcore.formats.task import task_of
from camcore.geometry import Curve
from camcore.nesting.model import Placement
from camcore.toolpath import plan
from camcore.toolpath.model import Kind, Role
from camcore.verify import inspect

LASER = machine.load("generic-grbl-laser")
KERF = 0.2


def board(width, height):
    return part("board", Curve.rectangle(width, height))


def planned(made, columns, rows, common=True, gap=KERF, **process):
    box = made.outline.box
    placements = [
        Placement(made.id, 10 + (box.width + gap) * i, 10 + (box.height + gap) * j, 0)
        for j in range(rows)
        for i in range(columns)
    ]
    nest = replace(nest_of(placements, {made.id: made}, (300, 300)), parts={made.id: made})
    (result,) = plan(nest, setup("laser", kerf=KERF, common_cut=common, **({"joints": 0} | process)))
    text = postprocessors.write(program.build(result, LASER), LASER)
    return result, inspect(text, LASER, task_of(nest, result))


def cut_length(result):
    return sum(s.curve.length for cut in result.cuts for s in cut.strokes if s.role is Role.CUT)


@settings(max_examples=12)
@given(st.floats(5, 40), st.floats(5, 40), st.integers(1, 4), st.integers(1, 4))
def test_a_grid_of_boards_is_cut_once_along_each_line_and_proven(width, height, columns, rows):
    made = board(width, height)
    result, verdict = planned(made, columns, rows)
    assert verdict.proven, [f.message for f in verdict.findings]
    assert worst_gouge(result, {"board": made}) < 1e-4
    assert worst_uncut(result, {"board": made}) < 0.005
    lines = columns * (rows + 1) * width + rows * (columns + 1) * height
    assert lines - 1e-3 <= cut_length(result) <= lines + columns * rows * math.pi * KERF + 1e-3


def test_without_the_key_every_board_is_cut_all_round():
    result, verdict = planned(board(20, 10), 3, 2, common=False)
    assert cut_length(result) == pytest.approx(6 * (60 + math.pi * KERF))
    assert verdict.proven


def test_what_is_left_begins_in_the_kerf_without_a_pierce():
    result, verdict = planned(board(20, 10), 2, 1)
    first, second = result.cuts
    assert first.strokes[0].role is Role.LEAD_IN
    assert first.pierce > 0
    assert {stroke.role for stroke in second.strokes} == {Role.CUT}
    assert second.pierce == 0
    assert not [f for f in verdict.findings if f.code == "W764"]


@pytest.mark.parametrize("gap", [KERF + 0.01, 2 * KERF])
def test_edges_farther_apart_are_two_cuts(gap):
    result, verdict = planned(board(20, 10), 2, 2, gap=gap)
    assert cut_length(result) == pytest.approx(4 * (60 + math.pi * KERF))
    assert verdict.proven


def test_arcs_are_never_common():
    """Two stadiums side by side share their straights alone; discs that touch by a kerf share nothing."""
    result, verdict = planned(part("stadium", rounded(20, 10, 4)), 1, 2)
    alone = planned(part("stadium", rounded(20, 10, 4)), 1, 1)[0]
    assert cut_length(result) == pytest.approx(2 * cut_length(alone) - 12, abs=1e-3)
    assert verdict.proven
    discs, _ = planned(part("disc", Curve.circle(6, 6, 6)), 3, 1)
    assert cut_length(discs) == pytest.approx(3 * math.tau * 6.1)


def test_the_sheets_kerf_is_swept_all_over():
    """Every place between two boards is under the beam at some time: a raster of points says so."""
    made = board(20, 10)
    result, _ = planned(made, 2, 2)
    paths = [curve for _, curve in through(result)]
    points = np.array([[30.1, y] for y in np.linspace(10, 30, 50)] + [[x, 20.1] for x in np.linspace(10, 50, 50)])
    from camcore.geometry.distance import from_points

    away = np.min([from_points(points, curve) for curve in paths], axis=0)
    assert away.max() < KERF


@pytest.mark.parametrize("common", [True, False])
@pytest.mark.parametrize("heat", [0.0, 3.0])
def test_holes_come_before_the_neighbours_that_could_free_their_part(common, heat):
    """The board in the middle hangs on nothing once its four neighbours are cut."""
    made = part("board", Curve.rectangle(20, 10), Curve.circle(5, 5, 2), Curve.circle(15, 5, 1))
    result, verdict = planned(made, 3, 3, common, heat_gap=heat)
    assert verdict.proven, [f.message for f in verdict.findings]
    kinds = [cut.kind for cut in result.cuts]
    assert kinds == [Kind.HOLE] * 18 + [Kind.OUTLINE] * 9


@settings(max_examples=10)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 3), st.booleans())
def test_a_joint_between_two_boards_holds_both(columns, rows, joints, common):
    """With no scrap between them, a joint that one board needs stands on the other one: its cut leaves it out too."""
    settings = {"joints": joints, "joint_width": 0.5, "joint_below": 1000.0}
    result, verdict = planned(board(20, 10), columns, rows, common, **settings)
    assert verdict.proven, [f.message for f in verdict.findings]
    assert all(len(cut.tabs) >= joints for cut in result.cuts)
    for cut in result.cuts:
        for tab in cut.tabs:
            away = [np.hypot(*(curve.vertices[:, :2] - (tab.x, tab.y)).T).min() for _, curve in through(result)]
            assert min(away) >= (0.5 + KERF) / 2 - 0.01


def test_a_small_part_beside_a_large_one_is_held_by_it():
    large, small = part("large", Curve.rectangle(60, 30)), part("small", Curve.rectangle(8, 6))
    parts = {"large": large, "small": small}
    placements = [Placement("large", 10, 10, 0), *(Placement("small", 12 + 10 * k, 40 + KERF, 0) for k in range(5))]
    nest = replace(nest_of(placements, parts, (300, 300)), parts=parts)
    (result,) = plan(nest, setup("laser", kerf=KERF, common_cut=True, joints=2, joint_width=0.5, joint_below=100.0))
    verdict = inspect(postprocessors.write(program.build(result, LASER), LASER), LASER, task_of(nest, result))
    assert verdict.proven, [f.message for f in verdict.findings]
    (whole,) = (cut for cut in result.cuts if cut.part == "large")
    assert whole.tabs
    assert all(tab.y == pytest.approx(40, abs=1e-6) for tab in whole.tabs)
