from __future__ import annotations

import math
import time
from itertools import pairwise

import numpy as np
import pytest
from drawn import codes, the
from hypothesis import given
from hypothesis import strategies as st
from sheets import line, loose, sheet

from camcore.drawing.micro import MICRO
from camcore.drawing.notches import OVER
from camcore.geometry import Curve
from camcore.part import find

SQUARE = Curve.rectangle(100, 80)


class TestJunctions:
    def test_an_end_on_the_middle_of_a_line_that_runs_on(self) -> None:
        found = find(sheet(line((0, 0), (130, 0)), line((100, 0), (100, 80), (0, 80), (0, 0))))
        assert codes(found) == ["W223", "W213"]
        where = the(found, "W223").where
        assert (where["x"], where["y"], where["size"]) == pytest.approx((100, 0, 0))
        assert the(found, "W213").where["size"] == pytest.approx(30)
        assert found.parts[0].area == pytest.approx(8000)

    @pytest.mark.parametrize(("gap", "closes"), [(0.04, True), (-0.04, False), (0.06, False)])
    def test_an_end_just_short_of_the_line(self, gap: float, closes: bool) -> None:
        found = find(sheet(line((0, 0), (130, 0)), line((100, gap), (100, 80), (0, 80), (0, 0))))
        assert ("W223" in codes(found)) == (abs(gap) < 0.05)
        assert bool(found.parts) == (abs(gap) < 0.05) or closes
        if closes:
            assert the(found, "W223").where["size"] == pytest.approx(gap)

    def test_both_lines_of_a_corner_run_on(self) -> None:
        found = find(sheet(line((0, 0), (130, 0)), line((100, -20), (100, 80), (0, 80), (0, 0))))
        assert "E201" in codes(found)

    def test_an_end_on_the_middle_of_an_arc(self) -> None:
        arc = Curve([[50, 0, 1], [-50, 0, 0]], closed=False)
        high = math.sqrt(50**2 - 30**2)
        found = find(sheet(arc, line((-50, 0), (30, 0), (30, high))))
        assert the(found, "W223").where["size"] == pytest.approx(0, abs=1e-9)
        assert found.parts[0].outline.box[:4] == pytest.approx((-50, 0, 30, 50))

    def test_an_end_on_a_line_of_its_own_chain(self) -> None:
        found = find(sheet(line((-20, 0), (100, 0), (100, 80), (0, 80), (0, 0))))
        assert codes(found) == ["W223", "W213"]
        assert found.parts[0].area == pytest.approx(8000)

    def test_an_end_on_a_corner_inside_a_polyline(self) -> None:
        found = find(sheet(line((0, 0), (100, 0), (140, 30)), line((100, 0), (100, 80), (0, 80), (0, 0))))
        assert found.parts[0].area == pytest.approx(8000)

    def test_a_line_across_a_part_is_still_an_error(self) -> None:
        found = find(sheet(*loose(SQUARE), line((30, 0), (30, 80))))
        assert "E202" in codes(found)
        assert [part.outline.area for part in found.parts] == [8000]

    def test_a_leader_that_touches_the_outline_is_a_stray(self) -> None:
        found = find(sheet(*loose(SQUARE), line((30, 80), (40, 95))))
        assert codes(found) == ["W223", "W213"]
        assert len(found.parts) == 1

    def test_many_leaders_cost_little(self) -> None:
        leaders = [line((0.09 * k, 80), (0.09 * k, 85)) for k in range(1, 1100)]
        before = time.perf_counter()
        assert find(sheet(*loose(SQUARE), *leaders)).parts[0].area == pytest.approx(8000)
        assert time.perf_counter() - before < 5


class TestOverlaps:
    @given(st.floats(5, 90), st.floats(0.5, 100), st.booleans())
    def test_two_lines_that_lie_on_each_other_for_a_stretch(self, start: float, reach: float, turned: bool) -> None:
        end = min(100.0, start + reach)
        first, second = line((0, 0), (end, 0)), line((start, 0), (100, 0))
        found = find(sheet(first, second.reversed() if turned else second, *loose(SQUARE)[1:]))
        assert found.parts[0].area == pytest.approx(8000)
        assert the(found, "W224").where["size"] == pytest.approx(end - start)
        assert set(codes(found)) == {"W224"}

    def test_a_short_line_on_a_long_one(self) -> None:
        found = find(sheet(*loose(SQUARE), line((20, 0), (50, 0))))
        assert codes(found) == ["W224"]
        assert (the(found, "W224").where["x"], the(found, "W224").where["size"]) == (20, 30)

    def test_arcs_that_lie_on_each_other(self) -> None:
        def arc(a: float, b: float) -> Curve:
            ends = [(50 * math.cos(math.radians(t)), 50 * math.sin(math.radians(t))) for t in (a, b)]
            return Curve([[*ends[0], math.tan(math.radians(b - a) / 4)], [*ends[1], 0]], closed=False)

        found = find(sheet(arc(0, 100), arc(70, 200), arc(190, 360)))
        assert set(codes(found)) == {"W224"}
        assert found.parts[0].outline.as_circle() == pytest.approx((0, 0, 50))

    def test_lines_side_by_side_are_no_overlap(self) -> None:
        found = find(sheet(*loose(SQUARE), line((20, 0.06), (50, 0.06))))
        assert codes(found) == ["E201"]


class TestSlots:
    @pytest.mark.parametrize("over", [0.05, 1.0, 4.9])
    def test_a_slot_over_the_edge_is_cut_out(self, over: float) -> None:
        found = find(sheet(SQUARE, Curve.rectangle(20, 10, 80 + over, 30), Curve.circle(20, 20, 5)))
        assert codes(found) == ["W226"]
        (part,) = found.parts
        assert part.outline.area == pytest.approx(8000 - (20 - over) * 10)
        assert (len(part.outline), len(part.holes)) == (8, 1)
        assert the(found, "W226").where["size"] == pytest.approx(10 * over)
        assert the(found, "W226").where["x"] == pytest.approx(100)

    def test_arcs_of_the_slot_stay_arcs(self) -> None:
        slot = Curve([[80, 40, 0], [103, 40, 0], [103, 46, 0], [80, 46, 1]])
        (part,) = find(sheet(SQUARE, slot)).parts
        assert part.outline.area == pytest.approx(8000 - 120 - math.pi * 9 / 2)
        assert np.count_nonzero(part.outline.vertices[:, 2]) == 1

    def test_two_slots_in_one_edge(self) -> None:
        slots = [Curve.rectangle(20, 10, 81, y) for y in (10, 40)]
        found = find(sheet(SQUARE, *slots))
        assert codes(found) == ["W226", "W226"]
        assert found.parts[0].outline.area == pytest.approx(8000 - 2 * 190)

    @pytest.mark.parametrize(
        "other",
        [
            Curve.rectangle(20, 10, 100 - 20 * (1 - OVER) + 0.1, 30),  # too much of it lies outside
            Curve.rectangle(104, 10, -2, 30),  # it parts the outline in two
            Curve.rectangle(10, 6, 94, 76),  # over a corner, with too much outside
        ],
    )
    def test_what_may_mean_something_else_stays_an_error(self, other: Curve) -> None:
        assert "E204" in codes(find(sheet(SQUARE, other)))

    def test_a_slot_over_two_contours_stays_an_error(self) -> None:
        found = find(sheet(SQUARE, Curve.rectangle(20, 10, 81, 30), Curve.circle(81, 35, 3)))
        assert "E204" in codes(found)

    def test_a_hole_over_the_edge_of_a_hole_stays_an_error(self) -> None:
        found = find(sheet(SQUARE, Curve.rectangle(40, 40, 20, 20), Curve.rectangle(20, 10, 41, 30)))
        assert "E204" in codes(found)


class TestMicro:
    def test_short_steps_are_left_out_and_counted(self) -> None:
        steps = [(0, 0), (50, 0), (50, 0.0008), (50.0005, 0.001), (100, 0), (100, 80), (0, 80)]
        found = find(sheet(Curve.polygon(steps)))
        assert codes(found) == ["I225"]
        assert the(found, "I225").where["size"] == 2
        assert len(found.parts[0].outline) == 5

    def test_a_fine_curve_does_not_vanish(self) -> None:
        tiny = [(0.0005 * k, 0.0) for k in range(2001)]
        found = find(sheet(*[line(a, b) for a, b in pairwise([*tiny, (1, 20), (0, 20), (0, 0)])]))
        assert found.parts[0].area == pytest.approx(20, rel=1e-3)
        assert found.parts[0].box[:4] == pytest.approx((0, 0, 1, 20), abs=MICRO)

    @pytest.mark.parametrize("radius", [0.5, 0.01])
    def test_small_circles_stay(self, radius: float) -> None:
        (part,) = find(sheet(SQUARE, Curve.circle(50, 40, radius))).parts
        assert part.holes[0].as_circle() is not None

    def test_steps_beside_arcs_keep_the_arcs(self) -> None:
        outline = Curve([[0, 0, 0], [50, 0, 0], [50, 0.001, 0.5], [50, 30, 0], [0, 30, 0]])
        (part,) = find(sheet(outline)).parts
        assert part.outline.area == pytest.approx(outline.area, rel=1e-4)
        assert len(part.outline) == 4
