import math
from itertools import combinations

import numpy as np
import pytest
from curves import contains_point, sampled
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import PARTS, barrier, edges, nest_of, part, plan_of, setup, through, worst_uncut
from test_toolpath_hold import proof

from camcore.geometry import Curve, arcs
from camcore.geometry.distance import from_points
from camcore.geometry.track import Track
from camcore.nesting.model import Placement
from camcore.toolpath import plan, tabs
from camcore.toolpath.model import Kind, Role
from camcore.toolpath.passes import Descent, Feeds, depths, descent, strokes
from camcore.toolpath.tabs import TabShape


def outline(result):
    return next(cut for cut in result.cuts if cut.kind is Kind.OUTLINE)


def height_of(cut, z_bottom):
    """Slow twin: heights of the last round along the path, as (x, y, z) points close together."""
    rounds = [s for s in cut.strokes if s.role is not Role.RAMP]
    points = []
    for stroke in rounds:
        t = np.linspace(0, 1, 200)
        track = Track(stroke.curve)
        xy = np.array([track.point(v) for v in t * track.length])
        points.append(np.column_stack([xy, stroke.z0 + (stroke.z1 - stroke.z0) * t]))
    return np.vstack(points)


@settings(max_examples=40)
@given(
    st.floats(0.2, 8), st.floats(0.5, 4), st.floats(0, 50), st.lists(st.floats(4, 26), max_size=4), st.floats(0.1, 1.0)
)
def test_tabs_stand_and_everything_else_is_cut(total, most, start, places, height):
    """z of every place of the last round is the bottom, or the tab's trapezoid where that is higher; no gaps in z."""
    track = Track(Curve.rectangle(30, 20))
    shape = TabShape(4.0, 4.0 + 2 * height, -total + min(height, total), height)
    levels = depths(total, most)
    made = strokes(track, Descent(start, levels, math.tan(math.radians(3)), Feeds(1000, 300)), tuple(places), shape)
    z = 0.0
    for stroke in made:
        assert stroke.z0 == pytest.approx(z, abs=1e-9)
        z = stroke.z1
        assert stroke.z0 >= -total - 1e-9
        if stroke.z1 < stroke.z0:
            fall = stroke.z0 - stroke.z1
            assert stroke.feed * fall / math.hypot(fall, stroke.curve.length) <= 300 * (1 + 1e-6)
    left = sum(stroke.curve.length for stroke in made)
    assert left >= track.length * len(levels)
    lowest = min(min(stroke.z0, stroke.z1) for stroke in made)
    if not places:
        assert lowest == pytest.approx(-total)
        assert all(stroke.role is not Role.TAB for stroke in made)
    for stroke in made:
        for share in (0.001, 0.5, 0.999):
            point = Track(stroke.curve).point(share * stroke.curve.length)
            z = stroke.z0 + (stroke.z1 - stroke.z0) * share
            for place in places:
                x, y = track.point(place)
                if math.dist(point, (x, y)) < 1.9:
                    assert z >= shape.top - 1e-6


def test_depths_are_equal_and_end_at_the_bottom():
    assert depths(1.87, 3.175) == [-1.87]
    assert depths(6.0, 2.0) == pytest.approx([-2, -4, -6])
    assert depths(6.1, 2.0) == pytest.approx([-1.525, -3.05, -4.575, -6.1])


@given(st.floats(0.05, 2000), st.floats(0.2, 12), st.floats(0.3, 4), st.floats(0.01, 0.5))
def test_no_round_cuts_deeper_than_a_pass_and_none_winds_endlessly(length, total, most, slope):
    levels, fall = descent(length, total, most, slope)
    assert levels[-1] == pytest.approx(-total)
    steps = -np.diff([0.0, *levels])
    if len(levels) == 1:
        assert min(total, fall * length) <= most + 1e-9
        assert total / (fall * length) <= max(6, math.ceil(total / most)) + 1e-9
    else:
        assert steps.max() <= most + 1e-9
        assert fall == slope


@pytest.mark.parametrize("name", ["terminal", "gusset", "plate", "frame", "barrier"])
def test_tabs_stand_on_straights_away_from_corners(name):
    result = plan_of(PARTS[name], setup("mill"))
    cut = outline(result)
    assert len(cut.tabs) >= 2
    edge = PARTS[name].outline.posed(result.sheet.placements[0].pose)
    rows = edge.segments
    for tab in cut.tabs:
        point = np.array([[tab.x, tab.y]])
        assert from_points(point, edge)[0] < 1e-6
        away = [from_points(point, Curve.from_segments(row[None], closed=False))[0] for row in rows]
        near = int(np.argmin(away))
        assert not arcs.is_arc(rows)[near]
        ends = np.hypot(*(rows[near, :4].reshape(2, 2) - point).T)
        assert ends.min() >= tab.width / 2 + 3.175 / 2 - 1e-6


def test_a_declared_tab_is_what_stays_uncut():
    """Nothing outside the declared widths is left, and inside each the sheet is not cut through."""
    result = plan_of(PARTS["plate"], setup("mill"))
    cut = outline(result)
    bottom = -result.thickness
    heights = height_of(cut, bottom)
    for tab in cut.tabs:
        near = np.hypot(heights[:, 0] - tab.x, heights[:, 1] - tab.y) < 3.175 / 2 + 0.3
        assert (heights[near, 2] >= bottom + tab.height - 1e-6).all()
        assert tab.width == pytest.approx(1.524 + 3.175 + 2 * tab.height, abs=0.1)
    assert worst_uncut(result) < 0.67


def test_no_tab_stands_in_a_slot_of_a_comb():
    """Tabs in slots of 8 mm hold nothing; elsewhere three of four landed there."""
    result = plan_of(barrier(), setup("mill"))
    box = barrier().outline.posed(result.sheet.placements[0].pose).box
    for tab in outline(result).tabs:
        # The first tooth begins 8 mm from the left end.
        assert min(tab.x - box.x0 - 8, box.x1 - tab.x, tab.y - box.y0, box.y1 - tab.y) < 1e-6


def test_round_parts_get_tabs_on_their_arcs():
    result = plan_of(PARTS["washer"], setup("mill"))
    assert len(outline(result).tabs) == 2
    assert all(cut.tabs == () for cut in result.cuts if cut.kind is Kind.HOLE)


@pytest.mark.parametrize("diameter", [5, 10, 20, 44])
@pytest.mark.parametrize("climb", [0, 1])
def test_a_tab_on_an_arc_declares_the_edge_that_it_leaves(diameter, climb):
    """The tool's centre goes a longer way round than the edge; the neck is that of a straight, or little less."""
    made = part("round", Curve.circle(0, 0, diameter / 2))
    result = plan_of(made, setup("mill", climb=climb, breakthrough=0.0))
    radius, edge = 3.175 / 2, made.outline.posed(result.sheet.placements[0].pose)
    cut = outline(result)
    assert cut.tabs
    assert (len(cut.tabs) >= 2) != any(f.code == "W504" for f in result.findings)
    points = sampled(edge.segments, 4000)
    away = np.min([from_points(points, curve) for _, curve in through(result, deep=True)], axis=0) - radius
    for tab in cut.tabs:
        near = np.hypot(*(points - (tab.x, tab.y)).T) <= tab.width / 2 + 0.2
        assert (near & (away > 1e-5)).sum() * edge.length / len(points) == pytest.approx(tab.width, abs=0.03)
        turn = tab.width / (diameter / 2)
        neck = (diameter + 2 * radius) * math.sin(turn / 2) - 2 * radius
        assert neck > 1.524


def test_a_disc_too_small_for_a_neck_gets_no_tab():
    """W504"""
    result = plan_of(part("dot", Curve.circle(0, 0, 1.5)), setup("mill"))
    assert outline(result).tabs == ()
    assert [f.code for f in result.findings] == ["W504"]


def test_larger_parts_get_more_tabs_and_the_job_decides():
    large = part("large", Curve.rectangle(250, 350, -125, -175))
    assert len(outline(plan_of(large, setup("mill"))).tabs) == 5
    assert len(outline(plan_of(large, setup("mill", tabs=7))).tabs) == 7
    assert outline(plan_of(large, setup("mill", tabs=0))).tabs == ()


def test_part_too_small_for_tabs_is_said():
    """W504"""
    small = part("small", Curve.rectangle(4, 4))
    result = plan_of(small, setup("mill"))
    (found,) = [f for f in result.findings if f.code == "W504"]
    assert found.where["part"] == "small"
    assert outline(result).tabs == ()


def test_tabs_look_for_the_skeleton():
    """Two bars side by side: tabs stand on the outer sides, where the sheet stays."""
    bar = part("bar", Curve.rectangle(100, 20))
    result = plan(nest_of([Placement("bar", 50, 50, 0), Placement("bar", 50, 74.2, 0)], {"bar": bar}), setup("mill"))[0]
    placed = {number: edge for number, _, _, edge in edges(result, {"bar": bar})}
    for cut in result.cuts:
        other = placed[1 - cut.placement]
        for tab in cut.tabs:
            assert from_points(np.array([[tab.x, tab.y]]), other)[0] > 2 * 3.175
    assert result.findings == ()


def bars(count, size=40, gap=4.2):
    return [
        Placement("bar", 20 + (size + gap) * i, 20 + (size + gap) * j, 0) for i in range(count) for j in range(count)
    ]


def test_tabs_that_find_no_skeleton_and_no_partner_are_said():
    """W505: plates held by vacuum all around, which have no tabs themselves."""
    bar, plate = part("bar", Curve.rectangle(40, 40)), part("plate", Curve.rectangle(44.4, 40.2))
    around = [
        Placement("bar" if k == 4 else "plate", *spot, 0)
        for k, spot in enumerate(
            [
                (20, 20),
                (20, 64.4),
                (20, 108.8),
                (68.6, 20),
                (68.6, 64.4),
                (68.6, 108.8),
                (112.8, 20),
                (112.8, 64.4),
                (112.8, 108.8),
            ]
        )
    ]
    (result,) = plan(nest_of(around, {"bar": bar, "plate": plate}), setup("mill", vacuum_area=1700.0))
    (found,) = [f for f in result.findings if f.code == "W505"]
    assert found.where["part"] == "bar"


def test_a_bar_among_bars_hangs_on_its_neighbours():
    """The one in the middle was told of by W505: its tabs ended where the neighbours are cut."""
    bar = part("bar", Curve.rectangle(40, 40))
    (result,) = plan(nest_of(bars(3), {"bar": bar}), setup("mill"))
    assert result.findings == ()
    assert _held(result, {"bar": bar}) == (set(range(9)), 0)
    assert {finding.code for finding in proof(result, known={"bar": bar}).findings} <= {"W754"}


def test_looking_out():
    track = Track(PARTS["frame"].outline.cw())
    middles = track.starts + arcs.lengths(track.rows) / 2
    out = tabs.faces_out(track, middles, 1.0)
    for place, free in zip(middles.tolist(), out.tolist(), strict=True):
        (x, y), (ux, uy) = track.point(place), track.direction(place)
        inside_box = contains_point(Curve.rectangle(40, 40), x - 0.1 * uy, y + 0.1 * ux)
        assert free is not inside_box


def test_tabs_that_were_asked_for_and_have_no_room_are_told():
    """tabs = 40 was cut down without a word."""
    made = part("board", Curve.rectangle(60, 40))
    for count, told in ((4, False), (40, True)):
        result = plan_of(made, setup("mill", tabs=count))
        assert any(f.code == "W504" and "40" in f.message for f in result.findings) == told


@pytest.mark.parametrize("name", ["plate", "frame", "washer"])
def test_triangular_tabs_rise_to_an_edge_and_hold_by_their_base(name):
    result = plan_of(PARTS[name], setup("mill", 3.0, tab_shape="triangle"))
    cut, mill = outline(result), setup("mill", 3.0).mill
    assert cut.tabs
    for stroke in cut.strokes:
        if stroke.role is Role.TAB and stroke.z0 != stroke.z1:
            steep = abs(stroke.z1 - stroke.z0) / stroke.curve.length
            assert steep == pytest.approx(2 * mill.tab_height / mill.tab_width, rel=1e-3)
        elif stroke.role is Role.TAB:
            assert stroke.curve.length == pytest.approx(3.175, rel=1e-3)
    verdict = proof(result)
    assert {finding.code for finding in verdict.findings} <= {"W754"}
    if name != "washer":
        figures = next(checked.figures for checked in verdict.checks if checked.name == "tabs")
        assert figures["narrowest"] == pytest.approx(mill.tab_width, abs=0.05)


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.floats(0, 99.9), st.booleans()), min_size=1, max_size=14), st.integers(1, 5), st.floats(2, 12)
)
def test_no_tab_is_without_skeleton_as_long_as_another_place_has_it(spots, count, span):
    """As many good places as any choice of places two spans apart has (all of them tried)."""
    allowed, good = (np.array(column) for column in zip(*sorted(spots), strict=True))
    chosen = tabs.choose(allowed, good, 100.0, count, span)

    def fits(rows):
        return all(
            tabs.round_trip(np.array(allowed[i] - allowed[j]), 100.0) >= 2 * span for i, j in combinations(rows, 2)
        )

    most = next(
        size
        for size in range(count, -1, -1)
        if any(fits(rows) for rows in combinations(np.flatnonzero(good).tolist(), size))
    )
    assert fits(chosen)
    assert 1 <= len(chosen) <= count
    assert good[chosen].sum() == most


def _held(result, parts, diameter=3.175):
    """Slow twin: placements that hang together with the skeleton, and how many tabs hold on to nothing."""
    outlines = {number: edge for number, kind, _, edge in edges(result, parts) if kind is Kind.OUTLINE}
    posts = [(cut.placement, tab.x, tab.y) for cut in result.cuts for tab in cut.tabs]
    joined, void = {number: set() for number in outlines}, 0
    skeleton = set()
    for number, x, y in posts:
        four = [(x + diameter * i, y + diameter * j) for i, j in ((1, 0), (-1, 0), (0, 1), (0, -1))]
        beyond = next(
            spot
            for spot in four
            if not contains_point(outlines[number], *spot)
            and from_points(np.array([spot]), outlines[number])[0] > diameter - 0.01
        )
        others = {k: float(from_points(np.array([beyond]), edge)[0]) for k, edge in outlines.items() if k != number}
        near = min(others, key=others.get)
        if others[near] >= diameter:
            skeleton.add(number)
            continue
        opposite = [
            k
            for k, u, v in posts
            if k == near and math.hypot(u - x, v - y) < 2 * diameter and min(abs(u - x), abs(v - y)) < 0.05
        ]
        void += not opposite
        for k in opposite:
            joined[number].add(k)
            joined[k].add(number)
    while fresh := [k for n in skeleton for k in joined[n] if k not in skeleton]:
        skeleton |= set(fresh)
    return skeleton, void


@settings(max_examples=8)
@given(st.integers(2, 4), st.integers(2, 4), st.floats(24, 60), st.floats(24, 60), st.floats(3.3, 6.2), st.booleans())
def test_tabs_without_skeleton_stand_opposite_to_tabs_of_the_neighbour(across, up, width, height, gap, brick):
    """Bars close together in rows: W505 says exactly where one is not held by the skeleton, if only through others."""
    bar = part("bar", Curve.rectangle(width, height, -width / 2, -height / 2))
    spots = [
        Placement(
            "bar", 40 + (width + gap) * i + (brick and j % 2) * width / 3, 40 + (height + gap) * j, 180.0 * (i % 2)
        )
        for i in range(across)
        for j in range(up)
    ]
    (result,) = plan(nest_of(spots, {"bar": bar}), setup("mill"))
    held, void = _held(result, {"bar": bar})
    said = any(f.code == "W505" for f in result.findings)
    assert said == (held != set(range(len(spots))) or void > 0)
