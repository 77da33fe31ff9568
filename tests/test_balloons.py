"""Balloons stand clear: of edges, of each other, of each other's leaders; each number once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT
from curves import stars
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.compare.features import edges
from camcore.drawing import read
from camcore.geometry import Curve
from camcore.geometry.distance import from_points
from camcore.papers.article import Order, article
from camcore.papers.balloons import CLEAR, RADIUS, Point, Window, placed
from camcore.papers.pictured import HEIGHT, WIDTH, pictured
from camcore.part import Part, find

SAMPLES = sorted((ROOT / "samples").glob("*/*.dxf"))


def naive_gap(p: Sequence[float], a: Sequence[float], b: Sequence[float]) -> float:
    """Distance of a place from a leader, by many places on it."""
    steps = np.linspace(0, 1, 150)[:, None]
    return float(np.hypot(*(np.array(a) + steps * (np.array(b) - np.array(a)) - p).T).min())


def check(part: Part, windows: Sequence[Window], numbers: Sequence[int]) -> None:
    assert sorted(balloon.number for window in windows for balloon in window.balloons) == sorted(numbers)
    for window in windows:
        assert window.crowded == ()
        for balloon in window.balloons:
            at = np.array([balloon.x, balloon.y])
            assert (at >= RADIUS).all()
            assert at[0] <= window.width - RADIUS
            assert at[1] <= window.height - RADIUS
            back = (at - (window.left, window.low)) / window.scale + (window.box.x0, window.box.y0)
            for curve in edges(part):
                assert from_points(back[None], curve)[0] * window.scale >= RADIUS + CLEAR - 1e-6
            for other in window.balloons:
                if other.number != balloon.number:
                    assert math.dist((balloon.x, balloon.y), (other.x, other.y)) >= 2 * RADIUS + CLEAR - 1e-6
                    assert naive_gap(at, (other.x, other.y), (other.to_x, other.to_y)) >= RADIUS - 0.05


@settings(max_examples=8)
@given(stars(), st.integers(1, 12))
def test_balloons_of_any_outline(curve, count):
    part = Part("star", curve.ccw())
    step = max(1, len(curve) // count)
    points = [Point(k + 1, *curve.vertices[i, :2].tolist()) for k, i in enumerate(range(0, len(curve), step))]
    windows = placed(part, points, WIDTH, HEIGHT)
    check(part, windows, [point.number for point in points])
    assert windows[0].balloons == placed(part, points, WIDTH, HEIGHT)[0].balloons


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_balloons_of_the_samples_are_those_of_their_characteristics(path: Path) -> None:
    sheet = read(path, "mm")
    parts = find(sheet).parts
    found = article(parts[0], sheet, parts, Order(iso="m"))
    picture = pictured(found, "title", "")
    there = [balloon.number for window in picture.windows for balloon in window.balloons]
    beside = [number for number, _ in picture.unplaced]
    assert sorted({*there, *beside}) == sorted({row.balloon for row in found.characteristics})
    check(parts[0], picture.windows, there)


def test_a_crowded_part_is_shown_in_several_windows():
    holes = [Curve.circle(4 + 6 * i, 4 + 6 * j, 1).cw() for i in range(16) for j in range(10)]
    part = Part("grid", Curve.rectangle(98, 62), tuple(holes))
    points = [Point(k + 1, *hole.as_circle()[:2]) for k, hole in enumerate(holes)]
    windows = placed(part, points, WIDTH, HEIGHT)
    assert len(windows) > 1
    check(part, windows, [point.number for point in points])
