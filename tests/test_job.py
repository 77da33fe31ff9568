from pathlib import Path

import pytest

from camcore import job
from camcore.findings import CamError
from camcore.nesting.model import Effort

GOOD = """version = 1
name = "kit"
machine = "generic-grbl-laser"
material = "fr4"
thickness = 1.57

[[parts]]
drawing = "a.dxf"
quantity = 4

[[sheets]]
size = [914.4, 1219.2]
"""


def load(tmp_path: Path, text: str) -> job.Job:
    (tmp_path / "a.dxf").write_text("")
    path = tmp_path / "job.toml"
    path.write_text(text)
    return job.load(path)


def findings(tmp_path: Path, text: str) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(CamError) as caught:
        load(tmp_path, text)
    return [(f.code, f.where.get("line"), f.where.get("key")) for f in caught.value.findings]


def test_defaults(tmp_path):
    loaded = load(tmp_path, GOOD)
    assert loaded.parts[0].rotations == (0.0, 90.0, 180.0, 270.0)
    assert loaded.sheets[0].stock_name == "36x48in"
    assert loaded.nesting.effort is Effort.NORMAL
    assert loaded.process.overrides == {}


def test_bare_numbers_are_in_the_jobs_units_and_texts_in_their_own(tmp_path):
    text = GOOD.replace('name = "kit"', 'name = "kit"\nunits = "in"').replace("[914.4, 1219.2]", '[36, "1219.2mm"]')
    text = text.replace("thickness = 1.57", "thickness = 0.062") + '[nesting]\nspacing = "1/8in"\nmargin = 0.5\n'
    loaded = load(tmp_path, text)
    assert loaded.thickness == pytest.approx(1.5748)
    assert loaded.sheets[0].size == pytest.approx((914.4, 1219.2))
    assert (loaded.nesting.spacing, loaded.nesting.margin) == pytest.approx((3.175, 12.7))


@pytest.mark.parametrize(
    ("said", "allowed"),
    [
        ('"fixed"', (0.0,)),
        ('"grain"', (0.0, 180.0)),
        ('"ortho"', (0.0, 90.0, 180.0, 270.0)),
        ('"free"', None),
        ("[0, -90]", (0.0, 270.0)),
    ],
)
def test_rotations(tmp_path, said, allowed):
    assert load(tmp_path, GOOD.replace("quantity = 4", f"rotation = {said}")).parts[0].rotations == allowed


@pytest.mark.parametrize(("said", "effort"), [('"quick"', Effort.QUICK), ("5000", 5000)])
def test_effort_is_a_name_or_a_count_of_moves(tmp_path, said, effort):
    assert load(tmp_path, GOOD + f"[nesting]\neffort = {said}\n").nesting.effort == effort


@pytest.mark.parametrize(
    ("old", "new", "line", "key"),
    [
        ("quantity = 4", "quantity = 0", 9, "parts[0].quantity"),
        ("quantity = 4", 'quantity = "4"', 9, "parts[0].quantity"),
        ("quantity = 4", "quantity = true", 9, "parts[0].quantity"),
        ("quantity = 4", 'mirror = "yes"', 9, "parts[0].mirror"),
        ("quantity = 4", "quantiy = 4", 9, "parts[0].quantiy"),
        ("quantity = 4", 'rotation = "sideways"', 9, "parts[0].rotation"),
        ("quantity = 4", "rotation = []", 7, "parts[0]"),
        ("thickness = 1.57", "thickness = -1", 5, "thickness"),
        ("thickness = 1.57", 'thickness = "1,5mm"', 5, "thickness"),
        ("thickness = 1.57", "thickness = true", 5, "thickness"),
        ("size = [914.4, 1219.2]", "size = [914.4]", 12, "sheets[0].size[1]"),
        ("size = [914.4, 1219.2]", "cost = 3", 11, "sheets[0]"),
        ('machine = "generic-grbl-laser"\n', "", 1, "machine"),
        ("version = 1", "version = 2", 1, "version"),
    ],
)
def test_each_error_has_its_line_and_key(tmp_path, old, new, line, key):
    assert findings(tmp_path, GOOD.replace(old, new)) == [("E303", line, key)]


def test_all_errors_are_told_at_once(tmp_path):
    bad = GOOD.replace("quantity = 4", "quantity = 0").replace("thickness = 1.57", "thickness = 0")
    assert {line for _, line, _ in findings(tmp_path, bad)} == {5, 9}


def test_a_near_miss_is_named(tmp_path):
    with pytest.raises(CamError, match="did you mean 'quantity'"):
        load(tmp_path, GOOD.replace("quantity", "quantiy"))


def test_broken_toml_has_its_line(tmp_path):
    assert findings(tmp_path, GOOD.replace("quantity = 4", "quantity = = 4"))[0][:2] == ("E302", 9)


def test_a_missing_drawing_is_found_before_any_work(tmp_path):
    assert findings(tmp_path, GOOD.replace("a.dxf", "b.dxf")) == [("E304", 8, "parts[0].drawing")]


def test_a_missing_or_unreadable_job(tmp_path):
    with pytest.raises(CamError, match="E301"):
        job.load(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CamError, match="not UTF-8"):
        job.load(tmp_path / "binary.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * 1_000_001)
    with pytest.raises(CamError, match="larger"):
        job.load(tmp_path / "large.toml")


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ({"size": (914.4, 1219.2)}, "36x48in"),
        ({"size": (600.0, 400.0)}, "600x400mm"),
        ({"size": (600.0, 400.0), "name": "offcut"}, "offcut"),
        ({"drawing": "stock/remnant-12.dxf"}, "remnant-12"),
    ],
)
def test_stock_names(entry, name):
    assert job.SheetEntry.model_validate(entry).stock_name == name


def test_drawings_have_rules_and_a_join_of_their_own(tmp_path):
    for name in ("shop.toml", "theirs.toml", "materials.toml"):
        (tmp_path / name).write_text("")
    text = GOOD.replace("quantity = 4", 'rules = "theirs.toml"\njoin = "1/16in"')
    text = text.replace("thickness", 'materials = "materials.toml"\nthickness', 1)
    loaded = load(tmp_path, text + '[drawing]\nrules = "shop.toml"\njoin = 0.2\n')
    assert (loaded.drawing.rules, loaded.drawing.join, loaded.materials) == ("shop.toml", 0.2, "materials.toml")
    assert (loaded.parts[0].rules, loaded.parts[0].join) == ("theirs.toml", pytest.approx(1.5875))


def test_files_of_rules_and_materials_must_be_there(tmp_path):
    text = GOOD.replace("quantity = 4", 'rules = "b.toml"').replace("thickness", 'materials = "m.toml"\nthickness', 1)
    assert sorted(findings(tmp_path, text + '[drawing]\nrules = "c.toml"\n')) == [
        ("E304", 5, "materials"), ("E304", 10, "parts[0].rules"), ("E304", 15, "drawing.rules")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[914.4, 1219.2]", "[914.4, 20000.1]", "sheets[0].size[1]"),
        ("[914.4, 1219.2]", '["1in", "1000000in"]', "sheets[0].size[1]"),
        ("thickness = 1.57", "thickness = 300", "thickness"),
        ("quantity = 4", "join = 11", "parts[0].join"),
    ],
)
def test_lengths_beyond_all_reason_are_errors(tmp_path, old, new, key):
    assert [(code, at) for code, _, at in findings(tmp_path, GOOD.replace(old, new))] == [("E303", key)]


def test_the_largest_sheet_is_none(tmp_path):
    assert load(tmp_path, GOOD.replace("[914.4, 1219.2]", "[3000, 20000]")).sheets[0].size == (3000, 20000)
