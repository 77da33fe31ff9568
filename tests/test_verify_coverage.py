"""Measures of the proof beside slow twins: how far edges stay from cuts, what a disc cannot reach, the track."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from machines_for_proof import GRBL_LASER, GRBL_MILL
from naive_proof import points as naive_points
from proof_cases import PROOFS, rounded

from camcore.geometry import Curve, Pose, arcs
from camcore.geometry.distance import nearest
from camcore.geometry.offset import offset
from camcore.moves import Arc, Line
from camcore.nesting.model import Placement
from camcore.part import Part
from camcore.verify import inspect
from camcore.verify.checks.notes import MOST, few
from camcore.verify.coverage import _bound_on_arcs, coverage
from camcore.verify.features import Edges, Feature
from camcore.verify.model import IntendedCut, ReadMove, Task, Verdict
from camcore.verify.reachable import leftover
from camcore.verify.reader import read
from camcore.verify.sweep import Sweep
from camcore.verify.track import below, track

RADIUS = 1.5
COORDINATE = st.floats(-8, 8).map(lambda value: round(value, 3))
BULGE = st.one_of(st.just(0.0), st.floats(-1.0, 1.0).map(lambda value: round(value, 3)))


def no_excuse(owner: np.ndarray, points: np.ndarray) -> np.ndarray:
    return np.zeros(len(points))


def edges_of(curve: Curve) -> Edges:
    rows = curve.segments
    feature = Feature("p", 0, "outline", 0, curve, curve.flattened())
    return Edges((feature,), rows, np.zeros(len(rows), dtype=np.int64))


def sweep_along(curve: Curve, radius: float) -> Sweep:
    lines = [
        ReadMove(Line(x1, y1, 0, 100) if bulge == 0 else _arc(x0, y0, x1, y1, bulge), k, x0, y0, 0.0)
        for k, (x0, y0, x1, y1, bulge) in enumerate(curve.segments.tolist())
    ]
    path = track(lines)
    return Sweep(path, np.full(len(path), radius))


def _arc(x0: float, y0: float, x1: float, y1: float, bulge: float) -> Arc:
    lift = (1 - bulge * bulge) / (4 * bulge)
    cx, cy = (x0 + x1) / 2 - (y1 - y0) * lift, (y0 + y1) / 2 + (x1 - x0) * lift
    return Arc(x1, y1, 0, cx, cy, bulge < 0, 100)


def curves(closed: bool) -> st.SearchStrategy[Curve]:
    vertices = st.lists(st.tuples(COORDINATE, COORDINATE, BULGE), min_size=2, max_size=5, unique_by=lambda v: v[:2])
    return vertices.map(lambda rows: Curve(np.array(rows), closed))


@settings(max_examples=60)
@given(curves(True), curves(False), st.floats(0.05, 3.0))
def test_shortfall_is_that_of_many_points(edge: Curve, path: Curve, radius: float) -> None:
    pieces = coverage(edges_of(edge), sweep_along(path, radius), 0.01, no_excuse)
    swept = shapely.LineString(path.flattened(1e-5))
    fine = edge.flattened(1e-4)
    dense = shapely.segmentize(shapely.LineString(np.vstack([fine, fine[:1]])), 0.02).coords
    shapely.prepare(swept)
    naive = shapely.distance(shapely.points(np.array(dense)), swept) - radius
    if naive.max() > 0.012:
        assert pieces.over.any()
        far = min(naive.max(), 0.2)
        assert pieces.short.max() > far - 0.02
    elif naive.max() < 0.009:
        assert not pieces.over.any()
        assert naive.max() - 2e-4 <= pieces.short.max() <= max(naive.max(), 0.0) + 0.0016


@given(curves(True))
def test_pieces_are_the_whole_edge(edge: Curve) -> None:
    pieces = coverage(edges_of(edge), sweep_along(edge, 0.5), 0.01, no_excuse)
    assert pieces.length.sum() == pytest.approx(edge.length, rel=1e-9)
    assert pieces.short.max() <= 0.0


@given(st.floats(0.02, 3.0), st.floats(0.3, 20.0), st.booleans())
def test_an_offset_circle_is_exact(radius: float, hole: float, outside: bool) -> None:
    if not outside and hole <= radius:
        return
    path = Curve.circle(0, 0, hole + radius if outside else hole - radius)
    pieces = coverage(edges_of(Curve.circle(0, 0, hole)), sweep_along(path, radius), 0.01, no_excuse)
    assert abs(pieces.short.max()) < 1e-9
    assert len(pieces.length) <= 8 + hole * 2 * math.pi / 10


def test_a_gap_in_the_path_is_measured() -> None:
    path = Curve(np.array([[0.2, 1.5, 0.0], [40.0, 1.5, 0.0]]), closed=False)
    edge = Curve(np.array([[0.0, 0.0, 0.0], [40.0, 0.0, 0.0], [20.0, 0.001, 0.0]]))
    pieces = coverage(edges_of(edge), sweep_along(path, RADIUS), 0.01, no_excuse)
    assert pieces.short.max() == pytest.approx(math.hypot(0.2, 1.5) - 1.5, abs=1e-6)


def test_leftover_of_a_square_corner() -> None:
    square = Curve.rectangle(10, 10)
    inside, outside = leftover(square, RADIUS, outside=False), leftover(square, RADIUS, outside=True)
    corner = np.array([[0.0, 0.0], [5.0, 0.0], [0.0, RADIUS]])
    assert inside(corner) == pytest.approx([RADIUS * (2**0.5 - 1), 0.0, 0.0], abs=3e-4)
    assert outside(corner) == pytest.approx([0.0, 0.0, 0.0], abs=3e-4)
    assert np.isinf(leftover(Curve.rectangle(2, 2), RADIUS, outside=False)(corner)).all()


@given(st.floats(0.001, 6.28), st.booleans(), st.floats(-3, 3), st.floats(0.01, 50))
def test_arcs_of_the_track_follow_the_arc(turn: float, clockwise: bool, first: float, radius: float) -> None:
    sign = -1 if clockwise else 1
    start = (radius * math.cos(first), radius * math.sin(first))
    end = (radius * math.cos(first + sign * turn), radius * math.sin(first + sign * turn))
    read_move = ReadMove(Arc(*end, -2.0, 0.0, 0.0, clockwise, 100), 1, *start, 1.0)
    path = track([read_move])
    assert path.lengths.sum() == pytest.approx(math.hypot(radius * turn, 3.0), rel=0.02)
    assert (path.z0[0], path.z1[-1]) == (1.0, -2.0)
    mine = np.array([point[:2] for point in naive_points(read_move)])
    line = Curve(np.vstack([path.rows[:, [0, 1, 4]], [*path.rows[-1, 2:4], 0.0]]), closed=False)
    assert shapely.distance(shapely.points(mine), shapely.LineString(line.flattened(1e-5))).max() < 1e-4


def test_below_cuts_ramps_where_they_cross() -> None:
    path = track([ReadMove(Line(10, 0, -3, 100), 1, 0.0, 0.0, 1.0), ReadMove(Line(10, 0, 1, 100), 2, 10.0, 0.0, -3.0)])
    low = below(path, -1.0)
    assert low.rows[0].tolist() == pytest.approx([5, 0, 10, 0, 0])
    assert low.rows[1].tolist() == pytest.approx([10, 0, 10, 0, 0])
    assert low.z0.tolist() == pytest.approx([-1, -3])
    assert low.z1.tolist() == pytest.approx([-3, -1])


def square_hole(path: float) -> Verdict:
    """A part with a square window of 10 mm, milled with 3 mm along a square whose half side is `path`."""
    part = Part("window", rounded(40, 24, 3), (Curve.rectangle(10, 10, 15, 7).cw(),))
    cuts = (IntendedCut("window", 0, "hole", 0, 1), IntendedCut("window", 0, "outline", 0, 1))
    sheet, where = Curve.rectangle(60, 44), (Placement("window", 10, 10, 0),)
    task = Task("s", sheet, where, {"window": part}, "mill", cuts, tools={1: 3.0}, bottom_z=-1.6)
    a, b, c, d = 30 - path, 30 + path, 22 - path, 22 + path
    hole = f"G0 X30 Y22\nG0 Z1\nG1 Z-1.8 F200\nG1 X30 Y{c} F800\nX{b}\nY{d}\nX{a}\nY{c}\nX30\nG0 Z5\n"
    outline = PROOFS["grbl-mill"].text.split("; outline\n")[1].split("G1 X33.5")[0]
    rest = "G1 X13\nG3 X8.5 Y31 I0 J-4.5\nG1 Y13\nG3 X13 Y8.5 I4.5 J0\nG1 X31\nG0 Z20\nM5\nM30\n"
    head = "G21 G90 G17 G94 G54\nG0 Z20\nT1\nM3 S12000\n"
    return inspect(head + hole + outline + rest, GRBL_MILL, task)


def test_sharp_inner_corners_are_a_warning_with_their_figure() -> None:
    verdict = square_hole(3.5)
    assert verdict.proven, [str(finding) for finding in verdict.findings]
    assert [finding.code for finding in verdict.findings] == ["W754"]
    figures = {checked.name: checked.figures for checked in verdict.checks}
    assert figures["uncut"]["corner_leftover"] == pytest.approx(1.5 * (2**0.5 - 1), abs=2e-3)
    assert figures["edge"]["deviation"] < 0.003


@pytest.mark.parametrize(("path", "code"), [(3.47, "E753"), (3.53, "E750")])
def test_a_fault_beside_sharp_corners_is_still_seen(path: float, code: str) -> None:
    assert code in [finding.code for finding in square_hole(path).findings]


@pytest.mark.parametrize("degrees", [25.0, 45.0, 60.0])
@pytest.mark.parametrize("turn", [0.0, 20.0, 45.0])
def test_corners_of_any_sharpness_are_excused_by_what_a_disc_cannot_reach(degrees: float, turn: float) -> None:
    half = math.radians(degrees) / 2
    wedge = Curve.polygon([(0, 0), (60, -60 * math.tan(half)), (60, 60 * math.tan(half))]).posed(Pose(0, 0, turn))
    path = offset(wedge, -RADIUS)[0]
    excuse = leftover(wedge, RADIUS, outside=False)
    pieces = coverage(edges_of(wedge), sweep_along(path, RADIUS), 0.01, lambda _, points: excuse(points))
    assert pieces.excess.max() < 0.003
    assert pieces.short.max() == pytest.approx(RADIUS * (1 / math.sin(half) - 1), abs=0.03)


@pytest.mark.parametrize("rotation", [0.0, 90.0, 37.0])
@pytest.mark.parametrize("mirror", [False, True])
def test_turned_and_mirrored_parts_are_proven(rotation: float, mirror: bool) -> None:
    """The plate's laser program, turned about with its placement."""
    proof = PROOFS["grbl-laser"]
    pose = Placement("plate", 600.0, 700.0, rotation, mirror).pose
    text = _turned(proof.text, pose)
    where = (Placement("plate", 600.0, 700.0, rotation, mirror),)
    task = Task(
        "s", Curve.rectangle(1300, 2600), where, proof.task.parts, "laser", proof.task.cuts, kerf=proof.task.kerf
    )
    verdict = inspect(text, GRBL_LASER, task)
    assert verdict.proven, [str(finding) for finding in verdict.findings]
    deviation = next(checked for checked in verdict.checks if checked.name == "edge").figures["deviation"]
    assert deviation < 0.003


def _turned(text: str, pose: object) -> str:
    """The same moves carried from the plate's place at (10, 10) to another pose."""
    lines = ["G21 G17 G90 G94 G54"]
    mirror = np.linalg.det(pose.matrix) < 0  # type: ignore[attr-defined]

    def at(x: float, y: float) -> tuple[float, float]:
        moved = pose.points(np.array([[x - 10, y - 10]]))[0]  # type: ignore[attr-defined]
        return float(moved[0]), float(moved[1])

    for read_move in read(text, GRBL_LASER).moves:
        move = read_move.move
        if isinstance(move, Arc):
            (x, y), (cx, cy), (x0, y0) = at(move.x, move.y), at(move.cx, move.cy), at(read_move.x0, read_move.y0)
            x0, y0 = round(x0, 3), round(y0, 3)
            code = "G2" if move.clockwise != mirror else "G3"
            lines.append(f"{code} X{x:.3f} Y{y:.3f} I{cx - x0:.3f} J{cy - y0:.3f} F{move.feed:g}")
        elif hasattr(move, "x"):
            x, y = at(move.x, move.y)
            code, feed = ("G1", f" F{move.feed:g}") if isinstance(move, Line) else ("G0", "")
            lines.append(f"{code} X{x:.3f} Y{y:.3f}{feed}")
        elif type(move).__name__ == "Beam":
            lines.append(f"M3 S{move.power * 1000:g}" if move.power else "M5")  # type: ignore[union-attr]
    return "\n".join([*lines, "M2", ""])


def test_many_like_findings_become_few() -> None:
    text = "G21 G90\nM3 S500\n" + "".join(f"G0 X{k}\n" for k in range(1, 40)) + "M5\nM2\n"
    rapids = next(checked for checked in inspect(text, GRBL_LASER).checks if checked.name == "rapids")
    assert len(rapids.findings) == MOST
    assert f"and {39 - MOST} more" in rapids.findings[-1].message
    assert few(()) == ()


@given(st.floats(0.5, 20), st.floats(0.2, 1.5), st.floats(-0.6, 0.9), st.floats(-0.6, 0.6), st.floats(-0.5, 0.5), BULGE)
def test_the_bound_on_a_cut_arc_holds_and_is_tight(
    radius: float, turn: float, from_arc: float, off: float, later: float, bulge: float
) -> None:
    """A piece about as long as the arc beside it: no point of it is farther off than the bound, and one is as far."""
    cut = np.array([[radius, 0, radius * math.cos(turn), radius * math.sin(turn), math.tan(turn / 4)]])
    reach, ends = radius + from_arc * radius, (later, turn + off)
    piece = np.array([[f(a) * reach for a in ends for f in (math.cos, math.sin)] + [bulge]])
    bound = float(_bound_on_arcs(piece, cut)[0])
    away = nearest(arcs.points_at(np.repeat(piece, 400, axis=0), np.linspace(0, 1, 400)), np.repeat(cut, 400, axis=0))
    assert bound >= away.distance.max() - 1e-9
    facing = 0 <= later < turn + off <= turn
    if np.isfinite(bound) and facing:
        assert bound <= away.distance.max() + 0.01 * radius
