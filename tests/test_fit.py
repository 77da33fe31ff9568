from __future__ import annotations

import math

import numpy as np
import pytest
from curves import sampled
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.geometry import Curve, arcs, many
from camcore.geometry.distance import from_points
from camcore.geometry.fit import fit, fit_piece
from camcore.geometry.nurbs import Ellipse, Nurbs, Smooth
from camcore.units import CURVE_FIT

NUMBER = st.floats(-60, 60).map(lambda v: round(v, 3))


def spline(control: list[tuple[float, float]], degree: int = 3, weights: list[float] | None = None) -> Nurbs:
    """Clamped spline with even knots."""
    inner = list(range(1, len(control) - degree))
    last = len(control) - degree
    knots = [0.0] * (degree + 1) + [float(k) for k in inner] + [float(last)] * (degree + 1)
    table = np.array(control, dtype=float)
    return Nurbs(degree, np.array(knots), table, np.array(weights or [1.0] * len(table)))


def slow_point(curve: Nurbs, t: float) -> np.ndarray:
    """Slow twin: the sum of basis functions, by their recursive definition (NURBS Book, eq. 2.5)."""
    u, p = curve.knots, curve.degree

    def basis(i: int, q: int) -> float:
        if q == 0:
            last = t == u[-1] and u[i] < u[i + 1] == u[-1]
            return 1.0 if u[i] <= t < u[i + 1] or last else 0.0
        left = (t - u[i]) / (u[i + q] - u[i]) * basis(i, q - 1) if u[i + q] > u[i] else 0.0
        right = (u[i + q + 1] - t) / (u[i + q + 1] - u[i + 1]) * basis(i + 1, q - 1) if u[i + q + 1] > u[i + 1] else 0.0
        return left + right

    share = np.array([basis(i, p) for i in range(len(curve.control))]) * curve.weights
    return share @ curve.control / share.sum()


def two_way(pieces: list[Smooth], curve: Curve) -> float:
    """Greatest distance between a fitted curve and what it was fitted to, both ways; slow."""
    points = np.concatenate([piece.at(np.linspace(piece.grid[0], piece.grid[-1], 6000)) for piece in pieces])
    keep = np.append(True, np.hypot(*np.diff(points, axis=0).T) > 1e-12)
    truth = Curve(points[keep], closed=False)
    return float(max(from_points(points, curve).max(), from_points(sampled(curve.segments, 20), truth).max()))


def corners(curve: Curve) -> np.ndarray:
    """Angle, rad, by which the direction jumps at each inner vertex."""
    rows = curve.segments
    ends = arcs.directions_at(rows[:-1], np.ones(len(rows) - 1))
    starts = arcs.directions_at(rows[1:], np.zeros(len(rows) - 1))
    cross = ends[:, 0] * starts[:, 1] - ends[:, 1] * starts[:, 0]
    return np.abs(np.arctan2(cross, np.einsum("ij,ij->i", ends, starts)))


class TestNurbs:
    @settings(max_examples=40)
    @given(
        control=st.lists(st.tuples(NUMBER, NUMBER), min_size=5, max_size=9),
        degree=st.integers(1, 4),
        share=st.floats(0, 1),
        seed=st.integers(0, 99),
    )
    def test_points_as_the_definition_has_them(self, control: list, degree: int, share: float, seed: int) -> None:
        weights = np.random.default_rng(seed).uniform(0.3, 3, len(control)).tolist()
        curve = spline(control, degree, weights)
        t = share * curve.knots[-1]
        assert curve.at(np.array([t]))[0] == pytest.approx(slow_point(curve, t), abs=1e-9)

    @given(control=st.lists(st.tuples(NUMBER, NUMBER), min_size=5, max_size=9), share=st.floats(0.01, 0.99))
    def test_derivative_is_the_slope(self, control: list, share: float) -> None:
        curve, step = spline(control), 1e-6
        t = np.array([share * curve.knots[-1]])
        slope = (curve.at(t + step) - curve.at(t - step)) / (2 * step)
        assert curve.trace(t)[1] == pytest.approx(slope, abs=1e-3)

    def test_pieces_meet_at_corners_only(self) -> None:
        knots = np.array([0, 0, 0, 0, 1, 1, 1, 2, 3, 3, 3, 3], dtype=float)
        control = np.array([(0, 0), (5, 10), (10, 10), (15, 0), (20, 10), (30, 5), (40, 0), (50, 3)], dtype=float)
        curve = Nurbs(3, knots, control, np.ones(8))
        first, second = curve.pieces()
        for piece, low, high in ((first, 0, 1), (second, 1, 3)):
            t = np.linspace(low, high, 9)
            assert piece.at(t) == pytest.approx(curve.at(t), abs=1e-12)
        assert first.at(np.array([1.0]))[0].tolist() == [15, 0]

    @pytest.mark.parametrize(
        "bad",
        [{"knots": [0, 0, 1]}, {"knots": [0, 0, 0, 1, 0.5, 1]}, {"weights": [1, 0, 1]}, {"degree": 3}],
    )
    def test_what_is_no_spline(self, bad: dict) -> None:
        told = {"degree": 2, "knots": [0, 0, 0, 1, 1, 1], "weights": [1, 1, 1]} | bad
        control = np.array([(0, 0), (1, 1), (2, 0)], dtype=float)
        with pytest.raises(ValueError, match="knots"):
            Nurbs(told["degree"], np.array(told["knots"]), control, np.array(told["weights"]))

    def test_unclamped_periodic_spline_is_closed(self) -> None:
        ring = [(math.cos(k * math.pi / 4) * 20, math.sin(k * math.pi / 4) * 20) for k in range(8)]
        curve = Nurbs(3, np.arange(15.0), np.array(ring + ring[:3]), np.ones(11))
        fitted = fit(curve.pieces())
        assert fitted.closed
        assert two_way(curve.pieces(), fitted) <= CURVE_FIT
        assert corners(fitted).max() < 1e-6


class TestFit:
    @settings(max_examples=20)
    @given(control=st.lists(st.tuples(NUMBER, NUMBER), min_size=4, max_size=12, unique=True), degree=st.integers(2, 4))
    def test_any_spline_within_the_tolerance_both_ways(self, control: list, degree: int) -> None:
        curve = spline(control, min(degree, len(control) - 1))
        fitted = fit(curve.pieces())
        assert two_way(curve.pieces(), fitted) <= CURVE_FIT * 1.05

    @settings(max_examples=25)
    @given(
        a=st.floats(0.5, 80),
        ratio=st.floats(0.01, 1),
        turn=st.floats(0, 6.28),
        arc=st.tuples(st.floats(0, 6.28), st.floats(-6.28, 6.28)),
    )
    def test_any_ellipse_within_the_tolerance_both_ways(self, a: float, ratio: float, turn: float, arc: tuple) -> None:
        t0, span = arc
        if abs(span) * a < 0.01:
            return
        c, s = math.cos(turn), math.sin(turn)
        ellipse = Ellipse((3, -4), (a * c, a * s), (-a * ratio * s, a * ratio * c), t0, t0 + span)
        fitted = fit(ellipse.pieces())
        assert two_way([ellipse], fitted) <= CURVE_FIT * 1.05
        ends = ellipse.at(np.array([t0, t0 + span]))
        assert np.array([fitted.start, fitted.end]) == pytest.approx(ends, abs=2e-6)

    def test_conjugate_diameters(self) -> None:
        ellipse = Ellipse((0, 0), (10, 3), (-2, 8), 1.0, -2.5)
        for t, piece in zip((1.0, -2.5), (ellipse.pieces()[0], ellipse.pieces()[-1]), strict=True):
            end = piece.grid[0 if t == 1.0 else -1]
            assert piece.at(np.array([end]))[0] == pytest.approx(ellipse.at(np.array([t]))[0])

    def test_tangents_are_common_where_the_source_is_smooth(self) -> None:
        curve = spline([(0, 0), (10, 30), (30, -20), (40, 10), (60, 0), (70, 30)])
        assert corners(fit(curve.pieces())).max() < 1e-9

    def test_corners_stay(self) -> None:
        knots = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2], dtype=float)
        control = np.array([(0, 0), (5, 10), (10, 10), (15, 0), (20, 10), (30, 10), (40, 0)], dtype=float)
        fitted = fit(Nurbs(3, knots, control, np.ones(7)).pieces())
        jumps = corners(fitted)
        assert (jumps > 0.1).sum() == 1
        assert np.hypot(*(fitted.vertices[:, :2] - (15, 0)).T).min() < 1e-9

    def test_a_triple_control_point_is_a_corner(self) -> None:
        curve = spline([(0, 0), (10, 0), (20, 0), (20, 0), (20, 0), (20, 10), (20, 20)])
        fitted = fit(curve.pieces())
        assert np.hypot(*(fitted.vertices[:, :2] - (20, 0)).T).min() < 1e-9
        assert two_way(curve.pieces(), fitted) <= CURVE_FIT

    def test_a_cusp_inside_a_span_is_followed(self) -> None:
        cusp = spline([(0, 0), (100, 50), (0, 50), (100, 0)])
        assert two_way([cusp], fit([cusp])) <= CURVE_FIT

    def test_a_quadratic_circle_is_exactly_a_circle(self) -> None:
        half = math.sqrt(0.5)
        corners_ = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0)]
        knots = np.array([0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4], dtype=float)
        curve = Nurbs(2, knots, np.array(corners_) * 20.0, np.array([1, half] * 4 + [1]))
        fitted = fit(curve.pieces())
        assert len(fitted) == 4
        assert fitted.as_circle(1e-9) == pytest.approx((0, 0, 20))

    def test_straight_splines_are_lines(self) -> None:
        assert len(fit([spline([(0, 0), (10, 5), (20, 10), (30, 15), (40, 20)])])) == 2

    def test_out_and_back_is_kept(self) -> None:
        there = spline([(0, 0), (40, 0), (40, 0), (0, 0)])
        assert fit([there]).box.width == pytest.approx(30, abs=CURVE_FIT)

    def test_the_count_is_small(self) -> None:
        """No more than half above what the theory asks for: ∫ (|κ′| / 324 tol)^⅓ ds biarcs, two arcs each."""
        ellipse = Ellipse((0, 0), (50, 0), (0, 30))
        t = np.linspace(0, 2 * np.pi, 20001)
        speed = np.hypot(50 * np.sin(t), 30 * np.cos(t))
        bend = 50 * 30 / speed**3
        change = np.abs(np.gradient(bend, t)) / speed
        least = float(np.sum(np.cbrt(change / (324 * CURVE_FIT)) * speed) * (t[1] - t[0]))
        assert len(fit(ellipse.pieces())) <= 2 * least * 1.5

    def test_a_coarser_tolerance_takes_fewer(self) -> None:
        curve = spline([(0, 0), (10, 30), (30, -20), (40, 10), (60, 0)])
        counts = [len(fit(curve.pieces(), tolerance=tolerance)) for tolerance in (0.1, 0.01, 0.001, 0.0001)]
        assert counts == sorted(counts)
        assert counts[0] < counts[-1] / 4

    def test_what_jumps_or_is_a_point_is_refused(self) -> None:
        with pytest.raises(ValueError, match="jumps"):
            fit([spline([(0, 0), (1, 1), (2, 0), (3, 3)]), spline([(9, 9), (1, 1), (2, 0), (3, 3)])])
        with pytest.raises(ValueError, match="single point"):
            fit([spline([(1, 1)] * 4)])

    def test_absurd_curves_are_refused(self) -> None:
        with pytest.raises(ValueError, match="more than"):
            fit_piece(spline([(0, 0), (1e7, 1e7), (-1e7, 1e7), (0, 1)]), tolerance=1e-12)


def test_measures_of_many_are_those_of_each() -> None:
    curves = [Curve.circle(5, 5, 3), Curve.rectangle(4, 2, 1e4, 1e4), Curve([[0, 0, 0.4], [9, 0, 0], [9, 9, -1]])]
    assert many.boxes(curves) == pytest.approx(np.array([curve.box for curve in curves]))
    assert many.lengths(curves) == pytest.approx([curve.length for curve in curves])
    assert many.areas(curves) == pytest.approx([curve.area for curve in curves], rel=1e-12)
    points, number = many.flattened(curves)
    for i, curve in enumerate(curves):
        assert points[number == i] == pytest.approx(curve.flattened())
    for measure in (many.boxes, many.lengths, many.areas):
        assert len(measure([])) == 0
