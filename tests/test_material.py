import pytest

from camcore import material, tomlfile
from camcore.findings import CamError
from camcore.material import library
from camcore.material.model import Library, Table, figures

CONTRACT = [
    "g10", "fr4", "g11", "g7", "g9", "phenolic-x", "phenolic-xx", "phenolic-xxx", "phenolic-c", "phenolic-ce",
    "phenolic-l", "phenolic-le", "gpo3", "fish-paper", "nomex", "pet", "kapton", "polycarbonate",
]  # fmt: skip


def test_all_materials_of_the_contract_are_shipped():
    assert set(CONTRACT) <= set(material.names())


@pytest.mark.parametrize("name", material.names())
def test_every_material_is_whole(name):
    stuff = material.load(name)
    assert stuff.id == name
    assert 0.5 < stuff.entry.density.value < 2.5
    assert stuff.mill or stuff.laser
    if stuff.entry.sheets:
        assert all(100 < a <= b < 4000 for a, b in stuff.entry.sheets.sizes)
    if stuff.entry.thicknesses:
        assert sorted(stuff.entry.thicknesses.values) == list(stuff.entry.thicknesses.values)


def test_every_figure_has_a_source_that_is_used():
    found = list(figures(library()))
    assert len(found) > 150
    assert {figure.source for figure in found} == set(library().sources)
    assert all(figure.status != "documented" for figure in found if figure.source in ("practice", "severance"))


def test_glass_and_phenolic_warn_and_pvc_is_banned_on_lasers():
    policies = {name: material.load(name).laser.policy.value for name in material.names()}
    assert {name for name, policy in policies.items() if policy == "ban"} == {"ptfe", "pvc"}
    assert {"fr4", "g10", "g11", "phenolic-xx", "phenolic-le"} <= {n for n, p in policies.items() if p == "warn"}
    assert {"pet", "kapton", "nomex", "fish-paper"} <= {n for n, p in policies.items() if p == "allow"}


def test_fr4_may_stand_for_g10_and_not_the_other_way():
    assert material.load("fr4").entry.substitutes_for == ("g10",)
    assert material.load("g10").entry.substitutes_for == ()


@pytest.mark.parametrize(("wrong", "right"), [("FR-4", "fr4"), ("phenolic-xxxx", "phenolic-xxx"), ("nomx", "nomex")])
def test_unknown_material_names_the_nearest(wrong, right):
    with pytest.raises(CamError) as caught:
        material.load(wrong)
    (found,) = caught.value.findings
    assert found.code == "E330"
    assert repr(right) in found.advice


def test_tables_run_straight_between_their_points():
    table = Table(points=((1.0, 0.1), (3.0, 0.5)), status="derived", source="x")
    assert [table.at(d) for d in (0.5, 1.0, 2.0, 3.0, 9.0)] == pytest.approx([0.05, 0.1, 0.3, 0.5, 0.5])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('mill = "phenolic"', 'mill = "fenolic"', "there is no [mill.fenolic]"),
        ('laser = "aramid"', 'laser = "arami"', "there is no [laser.arami]"),
        ('source = "ati"', 'source = "at"', "not in [sources]"),
        ("surface_speed = {", "surface_sped = {", "surface_speed"),
        ('policy = { value = "ban"', 'policy = { value = "forbid"', "policy"),
    ],
)
def test_a_library_with_a_slip_is_refused(old, new, said):
    from importlib import resources

    text = (resources.files("camcore.material") / "library.toml").read_text("utf-8")
    assert old in text
    with pytest.raises(CamError) as caught:
        tomlfile.parse(text.replace(old, new, 1), Library, "library.toml")
    assert any(said in f"{found.message} {found.advice}" for found in caught.value.findings)
