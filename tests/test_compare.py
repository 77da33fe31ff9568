"""What changed between two parts: planted changes are found with their sizes, a copy laid elsewhere is the same."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from conftest import DATA
from curves import obround, stars
from hypothesis import given, settings
from hypothesis import strategies as st

from camcore.compare import compare, fitted
from camcore.compare.features import features, posed
from camcore.drawing import read
from camcore.findings import CamError
from camcore.geometry import Curve, Pose
from camcore.geometry.deviation import WITHIN
from camcore.part import Drill, Part, Pocket, find

POSES = st.builds(Pose, st.floats(-500, 500), st.floats(-500, 500), st.floats(0, 360), st.booleans())
TOLERANCE = 0.05


def plate(*holes: Curve, width: float = 120.0, height: float = 80.0, **more: object) -> Part:
    return Part("plate", Curve.rectangle(width, height), tuple(hole.cw() for hole in holes), **more)


def grid(columns: int, rows: int) -> Part:
    holes = [Curve.circle(10 + 15 * i, 10 + 15 * j, 3) for i in range(columns) for j in range(rows)]
    return plate(*holes, width=15.0 * columns + 5, height=15.0 * rows + 5)


CLIPPED = Curve.polygon([(0, 0), (95, 0), (95, 65), (4, 65), (0, 61)])
"""The outline of a grid with one corner off: it can only be laid on itself in one way."""

SHAPES = {
    "grid": grid(6, 4),
    "symmetric": plate(*(Curve.circle(x, y, 4) for x in (10, 110) for y in (10, 70))),
    "ring": Part("ring", Curve.circle(5, 6, 50), (Curve.circle(5, 6, 20).cw(),)),
    "disc of six, one smaller": Part(
        "disc",
        Curve.circle(0, 0, 50),
        tuple(Curve.circle(35 * np.cos(t), 35 * np.sin(t), 4 if t else 3).cw() for t in np.arange(6) * np.pi / 3),
    ),
    "hexagon": Part("hex", Curve.polygon([(30 * np.cos(t), 30 * np.sin(t)) for t in np.arange(6) * np.pi / 3])),
    "hand": Part(
        "hand", Curve.polygon([(0, 0), (50, 0), (50, 10), (10, 10), (10, 80), (0, 80)]), (Curve.circle(5, 70, 2).cw(),)
    ),
    "square with a mark": plate(
        Curve.circle(40, 40, 10), width=80.0, marks=(Curve(np.array([[5, 5, 0], [12, 5, 0]]), closed=False),)
    ),
    "slots and drills": plate(
        obround(20, 6).moved(40, 40),
        drills=(Drill(100, 60, 3.2), Drill(20, 60, 0.0)),
        pockets=(Pocket(Curve.rectangle(10, 10, 80, 10), (), 1.0),),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=4)
@given(pose=POSES)
def test_a_copy_laid_elsewhere_is_the_same(name, pose):
    part = SHAPES[name]
    copy = posed(part, pose)
    found = compare(part, copy, TOLERANCE, fitted(part, copy, TOLERANCE))
    assert found.same, [(change.what, change.feature.kind) for change in found.differences]
    assert found.deviation.size < 1e-6


@settings(max_examples=10)
@given(stars(), POSES)
def test_a_copy_of_any_outline_is_the_same(curve, pose):
    part = Part("star", curve.ccw())
    copy = posed(part, pose)
    assert compare(part, copy, TOLERANCE, fitted(part, copy, TOLERANCE)).same


@settings(max_examples=8)
@given(POSES, st.floats(-0.8, 0.8), st.floats(0.11, 0.8), st.floats(0.11, 1.0))
def test_planted_changes_are_found_with_their_sizes(pose, dx, dy, wider):
    part = replace(grid(6, 4), outline=CLIPPED)
    holes = list(part.holes)
    holes[3], holes[11] = holes[3].moved(dx, dy), Curve.circle(*holes[11].as_circle()[:2], 3 + wider / 2).cw()
    gone = holes.pop(17)
    changed = replace(part, holes=tuple(holes))
    copy = posed(changed, pose)
    found = compare(part, copy, TOLERANCE, fitted(part, copy, TOLERANCE))
    told = {change.what: change for change in found.differences}
    assert sorted(told) == ["moved", "removed", "resized"]
    assert (told["moved"].dx, told["moved"].dy) == (pytest.approx(dx, abs=1e-6), pytest.approx(dy, abs=1e-6))
    assert told["resized"].b.form.length - told["resized"].a.form.length == pytest.approx(wider, abs=1e-6)
    assert np.allclose(told["removed"].a.curve.vertices, gone.vertices)
    assert found.area_b - found.area_a == pytest.approx(gone.area * -1 - np.pi * ((3 + wider / 2) ** 2 - 9))


def changed_plates() -> list[tuple[Part, Part]]:
    base = plate(Curve.circle(20, 20, 5), Curve.circle(60, 40, 6), obround(20, 6).moved(90, 60))
    wider = plate(Curve.circle(20, 20, 5), Curve.circle(60.3, 40, 6.5), obround(22, 6).moved(90, 60), width=121.0)
    fewer = plate(Curve.circle(60, 40, 6), Curve.rectangle(12, 12, 14, 14))
    return [(base, wider), (base, fewer), (wider, fewer), (base, plate(*base.holes, width=119.0))]


@pytest.mark.parametrize(("a", "b"), changed_plates())
def test_swapped_parts_swap_the_answer(a, b):
    there, back = compare(a, b, TOLERANCE), compare(b, a, TOLERANCE)
    turned = {"added": "removed", "removed": "added"}
    mine = [
        (turned.get(c.what, c.what), round(-c.dx, 9), round(-c.dy, 9), round(c.deviation, 9)) for c in there.changes
    ]
    assert sorted(mine) == sorted((c.what, round(c.dx, 9), round(c.dy, 9), round(c.deviation, 9)) for c in back.changes)
    assert (there.forth.size, there.back.size) == pytest.approx((back.back.size, back.forth.size), abs=WITHIN)


def test_the_greatest_deviation_has_its_place():
    base, wider = changed_plates()[0]
    found = compare(base, wider, TOLERANCE)
    assert found.deviation.size == pytest.approx(1.0, abs=WITHIN)
    assert found.deviation.x == pytest.approx(120 if found.deviation == found.forth else 121)
    assert [c.what for c in found.changes] == ["resized", "same", "moved and resized", "resized"]


def test_depths_marks_and_drill_points_count():
    part = SHAPES["slots and drills"]
    deeper = replace(
        part, pockets=(Pocket(part.pockets[0].curve, (), 1.4),), drills=(Drill(100, 60, 3.5), Drill(21, 60, 0.0))
    )
    found = {(c.feature.kind, c.what): c.deviation for c in compare(part, deeper, TOLERANCE).differences}
    assert found == {
        ("pocket", "resized"): pytest.approx(0.4),
        ("hole", "resized"): pytest.approx(0.15),
        ("centre mark", "moved"): pytest.approx(1.0),
    }
    assert {feature.kind for feature in features(part)} == {"outline", "hole", "centre mark", "pocket"}


def test_a_measured_part_with_noise_is_laid_on_its_drawing():
    rng = np.random.default_rng(4)
    part = SHAPES["grid"]
    vertices = part.outline.vertices.copy()
    vertices[:, :2] += rng.normal(0, 0.08, (len(vertices), 2))
    holes = tuple(Curve.circle(*(np.array(hole.as_circle()) + rng.normal(0, 0.05, 3))).cw() for hole in part.holes)
    measured = posed(replace(part, outline=Curve(vertices), holes=holes), Pose(50, -60, 217.0, True))
    found = compare(part, measured, 0.4, fitted(part, measured, 0.4))
    assert found.same
    assert 0.05 < found.deviation.size < 0.4


def test_five_hundred_holes_are_fitted_within_a_second():
    part = grid(25, 20)
    copy = posed(part, Pose(12, 34, 123.4, True))
    fitted(SHAPES["grid"], SHAPES["grid"], TOLERANCE)
    start = time.process_time()
    pose = fitted(part, copy, TOLERANCE)
    assert time.process_time() - start < 1.0
    start = time.process_time()
    assert compare(part, copy, TOLERANCE, pose).same
    assert time.process_time() - start < 2.0


@pytest.mark.parametrize("path", sorted((DATA / "dxf").glob("*.dxf"))[::2], ids=lambda path: path.stem[:30])
def test_real_parts_laid_elsewhere_are_the_same(path):
    try:
        parts = find(read(path, "mm")).parts
    except CamError:
        pytest.skip("cannot be read")
    for part in parts[:1]:
        copy = posed(part, Pose(37, -12, 71.3, True))
        found = compare(part, copy, TOLERANCE, fitted(part, copy, TOLERANCE))
        assert found.same
        assert found.deviation.size < 1e-4  # some are nearly symmetric, and are laid on turned over
