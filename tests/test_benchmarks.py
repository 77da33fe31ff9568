"""The benchmark commands print what outsiders rely on, and their layouts are right."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import shapely
from shapely.affinity import rotate, translate

from benchmarks import proof
from benchmarks.instance import read_strip
from camcore.nesting.model import Rules
from camcore.nesting.strip import pack

ROOT = Path(__file__).resolve().parent.parent


def command(module, path, *more):
    """The JSON that ``python -m benchmarks.…`` prints."""
    line = [sys.executable, "-m", f"benchmarks.{module}", str(path), "--threads", "2", "--json", *more]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def item(number, turns, kind, data):
    """Four of an item in the instances' JSON; `turns` None leaves its rotation free."""
    allowed = {} if turns is None else {"allowed_orientations": turns}
    return {"id": number, "demand": 4, **allowed, "shape": {"type": kind, "data": data}}


@pytest.fixture
def instance(tmp_path):
    """Notched pieces and a bar for each notch, on a strip 40 high."""
    notched = [[0, 0], [20, 0], [20, 6], [6, 6], [6, 14], [20, 14], [20, 20], [0, 20], [0, 0]]
    items = [
        {
            "id": 0,
            "demand": 4,
            "allowed_orientations": [0.0, 180.0],
            "shape": {"type": "simple_polygon", "data": notched},
        },
        {
            "id": 1,
            "demand": 4,
            "shape": {"type": "rectangle", "data": {"x_min": 0, "y_min": 0, "width": 13, "height": 8}},
        },
    ]
    path = tmp_path / "notched.json"
    path.write_text(json.dumps({"name": "notched", "strip_height": 40.0, "items": items}))
    return path


def test_strip_prints_a_layout_that_anyone_can_check(instance):
    found = command("strip", instance, "--moves", "20000", "--seed", "3")
    assert list(found) == ["instance", "density", "length", "seconds", "seed", "placements"]
    tree = json.loads(instance.read_text())
    shapes = {0: shapely.Polygon(tree["items"][0]["shape"]["data"]), 1: shapely.box(0, 0, 13, 8)}
    parts = [
        translate(rotate(shapes[p["item"]], p["rotation"], origin=(0, 0)), p["x"], p["y"]) for p in found["placements"]
    ]
    assert sorted(p["item"] for p in found["placements"]) == [0] * 4 + [1] * 4
    assert shapely.union_all(parts).area == pytest.approx(sum(part.area for part in parts), rel=1e-6)
    x0, y0, x1, y1 = shapely.total_bounds(parts)
    assert min(x0, y0) >= -1e-6
    assert x1 <= found["length"] + 1e-6
    assert y1 <= 40.0 + 1e-6
    assert found["density"] == pytest.approx(sum(part.area for part in parts) / (40.0 * found["length"]))


def test_bars_fit_the_notches_exactly(instance):
    """8 high bars in 8 high notches: only then does all of it go on 2 × 2 squares."""
    _, height, demands = read_strip(instance)
    found = pack(demands, height, Rules(0, 0, 40_000))
    assert found.length == pytest.approx(40.0, abs=1e-4)


def test_a_part_higher_than_the_strip_is_refused(instance):
    _, _, demands = read_strip(instance)
    with pytest.raises(ValueError, match="higher than the strip"):
        pack(demands, 15.0, Rules(0, 0, 100))


def test_sheets_print_those_of_nest_json(tmp_path):
    part = {
        "name": "plate",
        "exterior": [[0, 0], [60, 0], [60, 40], [0, 40]],
        "holes": [],
        "qty": 30,
        "rotations": [0, 90],
    }
    path = tmp_path / "job.json"
    path.write_text(json.dumps({"name": "plates", "sheet": [400, 300], "spacing": 2, "margin": 5, "parts": [part]}))
    found = command("sheets", path, "--seconds", "1")
    assert list(found) == ["sheets", "summary"]
    assert sum(sheet["repeat"] * len(sheet["placements"]) for sheet in found["sheets"]) == 30
    assert found["summary"]["sheets"] == 1


@pytest.mark.parametrize("process", ["mill", "laser"])
def test_the_sheet_of_the_proof_benchmark_is_proven(process, monkeypatch):
    monkeypatch.setattr(proof, "PARTS", 10)
    figures, stages = proof.proof(process)
    assert "10 parts, proven" in figures
    assert "read" in stages
