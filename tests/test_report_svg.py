"""Curves as path data, poses as matrices, and words as markup."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import Page, svg_points

from camcore.geometry import Curve, Pose, arcs
from camcore.geometry.distance import from_points
from camcore.report.markup import Markup, tag
from camcore.report.svg import matrix, path_data

SIDES = st.floats(-100, 100).map(lambda value: round(value, 3))
BULGES = st.one_of(st.just(0.0), st.floats(-3, 3).map(lambda value: round(value, 4)))


@given(st.lists(st.tuples(SIDES, SIDES, BULGES), min_size=2, max_size=6), st.booleans())
def test_path_data_follows_the_curve(rows, closed):
    curve = Curve(np.array(rows), closed)
    chords = np.hypot(*(curve.segments[:, 2:4] - curve.segments[:, 0:2]).T)
    if chords.min() < 1.0:
        return
    drawn = svg_points(path_data([curve]))
    assert from_points(drawn, curve).max() < 0.01
    along = arcs.points_at(np.repeat(curve.segments, 9, axis=0), np.tile(np.linspace(0, 1, 9), len(curve.segments)))
    polyline = Curve(np.vstack([drawn, drawn[:1]]) if closed else drawn, closed=False)
    radii = arcs.centre_form(curve.segments).radius
    sagitta = 0.02 * max(radii[radii < 1e6], default=0.0)  # 16 chords of a half circle stand off by r (1 − cos(π / 32))
    assert from_points(along, polyline).max() < sagitta + 0.01


def test_arcs_turn_the_right_way():
    left, right = (path_data([Curve([[0, 0, sense], [10, 0, 0]], closed=False)]) for sense in (0.2, -0.2))
    assert left == "M0 0A13 13 0 0 1 10 0"
    assert right == "M0 0A13 13 0 0 0 10 0"


@given(SIDES, SIDES, st.floats(0, 360), st.booleans())
def test_matrix_carries_points_as_the_pose_does(x, y, rotation, mirror):
    pose = Pose(x, y, rotation, mirror)
    a, b, c, d, e, f = (float(word) for word in matrix(pose)[7:-1].split())
    px, py = 12.0, -34.0
    ((qx, qy),) = pose.points(np.array([[px, py]])).tolist()
    assert (a * px + c * py + e, b * px + d * py + f) == pytest.approx((qx, qy), abs=0.002)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])), st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_text_and_attributes_come_back_as_they_were(words, value):
    found = Page(tag("p", words, title=value))
    assert "".join(found.words) == words
    assert found.found == [("p", {"title": value})]


def test_control_characters_cannot_reach_a_page():
    assert tag("p", "a\x00\x1b\ud800b") == "<p>a���b</p>"


def test_markup_is_not_escaped_again():
    assert tag("p", tag("b", "<"), Markup("<i></i>"), None, ["x", 1]) == "<p><b>&lt;</b><i></i>x1</p>"
