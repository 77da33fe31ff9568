"""A shop's own materials over those of the library: by call, job and environment; what is wrong at its line."""

from __future__ import annotations

import json
from pathlib import Path

import jobs
import pytest
from conftest import ROOT

from camcore import dfm, listing, material, reviewing
from camcore.findings import CamError
from camcore.ready import Budget, prepare

OWN = """version = 1

[sources]
trials = "trials of spring on the big laser"

[laser.polyester]
kerf_base = { value = 0.31, status = "shop-calibrated", source = "trials" }

[materials.house-board]
title = "board of the house"
grain = false
form = "rigid"
density = { value = 1.4, status = "shop-calibrated", source = "trials" }
mill = "phenolic"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    family = material.load("pet").entry.laser
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("[laser.polyester]", f"[laser.{family}]"))
    return path


def test_fields_are_replaced_one_by_one(own):
    ours, shipped = material.load("pet", own), material.load("pet")
    assert (ours.laser.kerf_base.value, ours.laser.kerf_base.status) == (0.31, "shop-calibrated")
    assert ours.cited(ours.laser.kerf_base) == "shop-calibrated: shop: trials of spring on the big laser"
    assert (ours.laser.severance, ours.entry) == (shipped.laser.severance, shipped.entry)
    assert material.load("fr4", own).entry == material.load("fr4").entry


def test_materials_are_added(own):
    assert material.load("house-board", own).mill == material.load("phenolic-xx").mill
    assert set(material.names(own)) - set(material.names()) == {"house-board"}


def test_the_environment_names_it_and_a_call_goes_before(own, tmp_path, monkeypatch):
    monkeypatch.setenv(material.SHOP, str(own))
    assert material.load("house-board").entry.density.value == 1.4
    (tmp_path / "other.toml").write_text("version = 1\n")
    assert "house-board" not in material.names(tmp_path / "other.toml")


def test_a_job_names_it_and_its_run_lists_it(own):
    path = jobs.job(own.parent)
    path.write_text(path.read_text().replace("thickness", 'materials = "own.toml"\nthickness', 1))
    ready = prepare(path, Budget())
    assert ready.material.laser.kerf_base.value == 0.31
    assert ready.intake.inputs["own.toml"] == own


def test_what_the_environment_names_is_an_input_too(own, monkeypatch):
    monkeypatch.setenv(material.SHOP, str(own))
    ready = prepare(jobs.job(own.parent), Budget())
    assert (ready.material.laser.kerf_base.value, ready.intake.inputs["own.toml"]) == (0.31, own)


def test_a_review_takes_it(own):
    kerf = [dfm.context("pet", 1.0, "laser", own=one).width for one in (dfm.Own(), dfm.Own(materials=own))]
    assert kerf[1] - kerf[0] == pytest.approx(0.31 - material.load("pet").laser.kerf_base.value)
    order = reviewing.Order("house-board", "3mm", "mill", materials=own)
    assert json.loads(reviewing.review([], order).document.text())["material"] == "house-board"


def test_lists_say_what_is_the_shops(own):
    rows = {row["id"]: row for row in listing.materials(own)}
    assert {name for name, row in rows.items() if row["from"] == "shop"} >= {"house-board", "pet"}
    assert rows["fr4"]["from"] == "camcore"
    assert rows["house-board"]["source"].startswith("shop: ")
    fields = {row["field"]: row for row in listing.material("pet", own)}
    assert fields["laser.kerf_base"]["status"] == "shop-calibrated"


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("[mill.phenolic]\nclimb = { value = true }\n", 1, "version"),
        ("version = 1\n[mill.phenolic]\nclimb = { value = true }\n", 3, "mill.phenolic.climb.status"),
        ("version = 1\n[mill.phenolic]\nclimp = 1\n", 3, "mill.phenolic.climp"),
        ('version = 1\n[mill.new]\ntool = "x"\n', 2, "mill.new.surface_speed"),
        ('version = 1\n[materials.fr4]\nmill = "wood"\n', 1, ""),
        ("version = 1\nmaterials = 3\n", 2, "materials"),
        ("version = 1\n[materials]\nfr4 = 3\n", 3, "materials.fr4"),
        ('version = 1\n[sources]\nsgs = "ours"\n', 3, "sources.sgs"),
        ("version = 1\n[sources]\nours = 3\n", 3, "sources.ours"),
        ("version = 2\n", 1, "version"),
        ("version = 1\n[wood]\n", 2, "wood"),
    ],
)
def test_slips_are_told_at_their_line(text, line, key, tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(CamError) as caught:
        material.load("fr4", path)
    found = caught.value.findings[0]
    assert (found.code, found.file, found.where.get("line"), found.where.get("key")) == ("E303", str(path), line, key)


@pytest.mark.parametrize(("text", "code"), [(None, "E301"), ("version = ", "E302")])
def test_files_that_cannot_be_read_are_findings(text, code, tmp_path):
    path = tmp_path / "own.toml"
    if text is not None:
        path.write_text(text)
    with pytest.raises(CamError) as caught:
        material.load("fr4", path)
    assert caught.value.findings[0].code == code


def test_the_documentation_shows_a_valid_file(tmp_path):
    example = (ROOT / "docs" / "dfm.md").read_text("utf-8").split("```toml\n")[-1].split("```")[0]
    (tmp_path / "own.toml").write_text(example, "utf-8")
    assert material.load("fr4", tmp_path / "own.toml").mill.surface_speed.value == 150
    assert material.load("house-board", tmp_path / "own.toml").mill
