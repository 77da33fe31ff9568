"""Moves as the legs that a report plays."""

import math
from itertools import pairwise

import numpy as np
import pytest
from pages import svg_points
from records import record

from camcore import machine
from camcore.geometry.distance import from_points
from camcore.moves import Arc, DrillHole, Line, Rapid
from camcore.program import move_seconds
from camcore.report.motion import cut_of_each, legs
from camcore.verify.model import ReadMove

MILL = machine.load("generic-linuxcnc-mill")


@pytest.mark.parametrize("kind", ["laser", "mill"])
def test_each_cut_is_a_leg_and_each_way_between_a_rapid(kind):
    job = record(kind, laps=1 if kind == "laser" else 3)
    (one,) = job.sheets
    found = legs(one.verdict.moves, job.machine)
    cutting = [leg for leg in found if leg.cuts]
    assert [index for index in cut_of_each(found, one.plan.cuts) if index is not None] == list(
        range(len(one.plan.cuts))
    )
    assert len(cutting) == len(one.plan.cuts)
    for leg, cut in zip(cutting, one.plan.cuts, strict=True):
        drawn = svg_points(leg.data)
        assert np.min([from_points(drawn, stroke.curve) for stroke in cut.strokes], axis=0).max() < 0.01
        assert leg.lines[0] <= leg.lines[1]
    assert all(first.lines[1] < second.lines[0] for first, second in pairwise(found))


def test_laps_are_drawn_once():
    one, three = (
        [len(leg.data) for leg in legs(record("mill", laps=laps).sheets[0].verdict.moves, MILL) if leg.cuts]
        for laps in (1, 3)
    )
    assert max(b - a for a, b in zip(one, three, strict=True)) < 200


def test_a_helix_with_rounded_coordinates_is_one_circle():
    moves, x, y = [], 3.0, 0.0
    for lap in range(40):
        angle = (lap + 1) * 3.1
        x1, y1 = round(3 * math.cos(angle), 3), round(3 * math.sin(angle), 3)
        moves.append(ReadMove(Arc(x1, y1, -0.1 * lap, 0.0, 0.0, False, 100.0), lap, x, y, -0.1 * lap))
        x, y = x1, y1
    (leg,) = legs(moves, MILL)
    assert len(leg.data) < 400
    assert leg.seconds == pytest.approx(60 * math.hypot(40 * 3.1 * 3, 0) / 100, rel=0.03)


def test_drilled_holes_are_dots_and_times_add_up():
    moves = [
        ReadMove(Rapid(10.0, 0.0, 5.0), 1, 0.0, 0.0, 5.0),
        ReadMove(DrillHole(10.0, 0.0, 5.0, -1.0, 60.0), 2, 10.0, 0.0, 5.0),
        ReadMove(DrillHole(20.0, 0.0, 5.0, -1.0, 60.0), 3, 10.0, 0.0, 5.0),
        ReadMove(Line(20.0, 6.0, 5.0, 60.0), 4, 20.0, 0.0, 5.0),
    ]
    found = legs(moves, MILL)
    assert [leg.data for leg in found] == ["M0 0L10 0", "M10 0h0", "M20 0h0", "M20 0L20 6"]
    assert [leg.seconds for leg in found] == pytest.approx([0.0, 6.0, 6.0, 6.0], rel=0.1)
    assert sum(leg.seconds for leg in found) == pytest.approx(sum(move_seconds([read.move for read in moves], MILL)))
