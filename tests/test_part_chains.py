"""Loose lines and arcs: chained, closed over gaps, and taken apart at junctions."""

from __future__ import annotations

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from drawn import codes, the
from hypothesis import given, settings
from hypothesis import strategies as st
from sheets import line, loose, sheet

from camcore.drawing.chain import paths
from camcore.drawing.closing import close
from camcore.geometry import Curve, arcs
from camcore.part import find

SQUARE = Curve.rectangle(100, 80)


class TestChaining:
    def test_loose_segments_in_any_order_and_direction(self) -> None:
        outline = Curve([[0, 0, 0], [50, 0, 0.5], [50, 30, 0], [20, 40, -0.2], [0, 30, 0]])
        pieces = loose(outline)
        mixed = [pieces[k] if k % 2 else pieces[k].reversed() for k in (3, 0, 4, 2, 1)]
        found = find(sheet(*mixed))
        assert found.findings == ()
        assert found.parts[0].outline.area == pytest.approx(outline.area)
        assert len(found.parts[0].outline) == 5

    def test_two_half_circles_are_a_circle(self) -> None:
        halves = [Curve([[5, 0, 1], [-5, 0, 0]], closed=False), Curve([[5, 0, -1], [-5, 0, 0]], closed=False)]
        assert find(sheet(*halves)).parts[0].outline.as_circle() == pytest.approx((0, 0, 5))

    def test_a_circle_of_many_rough_arcs_is_a_circle(self) -> None:
        angles = np.linspace(0, 2 * math.pi, 13)
        points = np.round([(30 * math.cos(a), 30 * math.sin(a)) for a in angles], 4)
        bulge = math.tan((angles[1] - angles[0]) / 4)
        pieces = [Curve([[*a, bulge], [*b, 0]], closed=False) for a, b in pairwise(points)]
        assert find(sheet(*pieces)).parts[0].outline.as_circle() == pytest.approx((0, 0, 30), abs=1e-3)

    def test_an_ellipse_is_no_circle(self) -> None:
        oval = Curve([[10, 0, 0.41], [0, 9.9, 0.41], [-10, 0, 0.41], [0, -9.9, 0.41]])
        assert find(sheet(oval)).parts[0].outline.as_circle() is None

    @settings(max_examples=40)
    @given(
        seed=st.integers(0, 2**32 - 1),
        corners=st.integers(3, 30),
        noise=st.sampled_from([0.0, 1e-7, 3e-5]),
    )
    def test_any_polygon_comes_back(self, seed: int, corners: int, noise: float) -> None:
        rng = np.random.default_rng(seed)
        angles = np.sort(rng.uniform(0, 2 * math.pi, corners))
        if np.diff([*angles, angles[0] + 2 * math.pi]).max() > 3 or np.diff(angles).min() < 0.01:
            return
        reach = rng.uniform(25, 50, corners)
        outline = Curve.polygon(np.column_stack([reach * np.cos(angles), reach * np.sin(angles)]))
        pieces = [piece.moved(*rng.uniform(-noise, noise, 2)) for piece in loose(outline)]
        rng.shuffle(pieces)
        found = find(sheet(*pieces))
        assert found.findings == ()
        assert found.parts[0].outline.area == pytest.approx(outline.area, rel=1e-4)


class TestGaps:
    def test_a_small_gap_is_joined_and_told(self) -> None:
        found = find(sheet(line((0, 0), (50, 0), (50, 30)), line((50, 30.02), (0, 30), (0, 0))))
        finding = the(found, "W212")
        assert finding.where["size"] == pytest.approx(0.02)
        assert (finding.where["x"], finding.where["y"]) == pytest.approx((50, 30.01))
        assert len(found.parts) == 1
        assert len(found.parts[0].outline) == 4

    def test_a_wide_gap_is_an_error_with_its_place(self) -> None:
        finding = the(find(sheet(line((0, 0), (50, 0), (50, 30), (0, 30), (0, 1)))), "E201")
        assert finding.where["size"] == pytest.approx(1)
        assert finding.where["y"] in (0, 1)

    def test_a_wider_tolerance_fills_the_gap_with_a_line(self) -> None:
        found = find(sheet(line((0, 0), (50, 0), (50, 30), (0, 30), (0, 1))), tolerance=1.5)
        assert [len(part.outline) for part in found.parts] == [5]
        assert codes(found) == ["W212"]

    def test_nearest_ends_join_first(self) -> None:
        a = line((0, 0), (10, 0))
        b = line((10.01, 0), (10, 10), (0, 10), (0, 0))
        stray = line((10.04, 0), (30, 0))
        done = close([a, b, stray], 0.05)
        assert len(done.closed) == 1
        assert [gap.size for gap in done.gaps] == pytest.approx([0.01])
        assert len(done.strays) == 1

    def test_a_short_dash_is_not_closed_on_itself(self) -> None:
        assert len(close([line((0, 0), (0.03, 0))], 0.05).open) == 1

    def test_fine_detail_is_never_snapped_away(self) -> None:
        steps = [(0.01 * k, 0.01 * (k % 2)) for k in range(400)]
        zigzag = [line(a, b) for a, b in pairwise([*steps, (4, 5), (0, 5), (0, 0)])]
        found = find(sheet(*zigzag))
        assert found.findings == ()
        assert len(found.parts[0].outline) == 402


class TestJunctions:
    def test_a_stray_line_is_dropped_and_told(self) -> None:
        found = find(sheet(*loose(SQUARE), line((100, 80), (120, 90))))
        assert the(found, "W213").where["size"] == pytest.approx(math.hypot(20, 10))
        assert found.parts[0].outline.area == 8000

    def test_a_tangent_lead_in_is_a_stray(self) -> None:
        arc = Curve([[-3, -3, 0], [0, 0, 0.3]], closed=False)
        assert codes(find(sheet(*loose(SQUARE), arc))) == ["W213"]

    def test_a_long_comb_of_open_lines_is_soon_told(self) -> None:
        spine = [line((k, 0), (k + 1, 0)) for k in range(3000)]
        found = find(sheet(*spine, *[line((k, 0), (k, 0.7)) for k in range(3000)]))
        assert "more like it" in [finding for finding in found.findings if finding.code == "E201"][-1].message

    def test_what_is_longer_than_the_loop_it_hangs_off_is_open(self) -> None:
        found = find(sheet(*loose(Curve.rectangle(5, 5)), line((5, 5), (50, 5), (50, 60))))
        assert "E201" in codes(found)

    def test_corner_to_corner_squares_are_two(self) -> None:
        found = find(sheet(*loose(Curve.rectangle(10, 10)), *loose(Curve.rectangle(20, 20, 10, 10))))
        assert [part.outline.area for part in found.parts] == [400, 100]
        assert codes(found) == ["I218"]

    def test_a_bridge_between_loops_is_a_stray(self) -> None:
        inner = Curve.rectangle(20, 20, 40, 30)
        found = find(sheet(*loose(SQUARE), *loose(inner), line((0, 0), (40, 30))))
        assert codes(found) == ["W213"]
        assert len(found.parts[0].holes) == 1

    def test_a_bow_tie_with_a_node_in_its_middle_is_two_triangles(self) -> None:
        ends = [(0, 0), (0, 10), (10, 0), (10, 10)]
        lines = [line(end, (5, 5)) for end in ends] + [line((0, 0), (0, 10)), line((10, 0), (10, 10))]
        assert [part.area for part in find(sheet(*lines)).parts] == [25, 25]

    def test_a_shared_edge_is_an_error(self) -> None:
        found = find(sheet(*loose(SQUARE), line((0, 80), (0, 160), (100, 160), (100, 80))))
        assert codes(found).count("E202") == 2
        assert [part.outline.area for part in found.parts] == [16000]

    def test_marks_stop_at_junctions(self) -> None:
        star = [line((0, 0), (math.cos(a), math.sin(a))) for a in (0, 2, 4)]
        assert len(paths(star)) == 3
        assert len(paths([*star, line((1, 0), (5, 0))])) == 3


def test_five_thousand_loose_lines_in_no_time() -> None:
    squares = [Curve.rectangle(5, 5, 7 * (k % 36), 7 * (k // 36)) for k in range(1250)]
    pieces = [piece for square in squares for piece in loose(square)]
    np.random.default_rng(1).shuffle(pieces)
    before = time.perf_counter()
    assert len(find(sheet(*pieces)).parts) == 1250
    assert time.perf_counter() - before < 6


def test_a_chain_keeps_its_arcs_when_flipped() -> None:
    (chain,) = paths([Curve([[0, 0, 0.5], [10, 0, 0]], closed=False), Curve([[20, 0, -0.5], [10, 0, 0]], closed=False)])
    turned = chain.flipped()
    assert arcs.lengths(turned.rows).sum() == pytest.approx(chain.length)
    assert turned.rows[0, 0:2].tolist() == chain.rows[-1, 2:4].tolist()
