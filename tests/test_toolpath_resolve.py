import math
import re

import pytest

from camcore import machine, material
from camcore.findings import CamError
from camcore.toolpath import resolve
from camcore.toolpath.resolve import INSTEAD, LASER_KEYS, MILL_KEYS

LASER, MILL = machine.load("generic-grbl-laser"), machine.load("generic-linuxcnc-mill")


def changed(base, **tables):
    """The machine with some of its tables' values changed."""
    data = base.model_dump()
    for table, value in tables.items():
        data[table] = data[table] | value if isinstance(value, dict) and table != "tools" else value
    return type(base).model_validate(data)


@pytest.mark.parametrize("name", material.names())
@pytest.mark.parametrize("process", ["laser", "mill"])
def test_every_material_resolves_or_is_refused_with_a_reason(name, process):
    stuff = material.load(name)
    base, family = (LASER, stuff.laser) if process == "laser" else (MILL, stuff.mill)
    if family is None or (name in ("pvc", "ptfe") and process == "laser"):
        with pytest.raises(CamError, match="E331"):
            resolve(base, stuff, 1.0)
        return
    setup = resolve(base, stuff, 1.0)
    assert setup.process == process
    assert (setup.laser is None) != (setup.mill is None)
    assert 0 < setup.min_spacing <= setup.spacing < setup.margin + 10
    resolved = setup.laser or setup.mill
    keys = {"laser": ("kerf", "feed", "power"), "mill": ("feed", "plunge", "rpm", "step_down", "climb", "tab_width")}
    for key in keys[process]:
        assert ": " in setup.sources[key] or setup.sources[key] == "job"
    assert "spacing" in setup.sources
    assert resolved


def test_laser_feed_brings_the_severance_energy():
    setup = resolve(LASER, material.load("kapton"), 2.0)
    energy = setup.laser.power * LASER.beam.watts / (setup.laser.feed / 60 * 2.0)
    assert energy == pytest.approx(material.load("kapton").laser.severance.value)


def test_thin_film_lowers_the_power_where_the_machine_is_not_faster():
    setup = resolve(LASER, material.load("pet"), 0.1)
    assert setup.laser.feed == LASER.rates.feed_max
    assert setup.laser.power < 0.5
    energy = setup.laser.power * LASER.beam.watts / (setup.laser.feed / 60 * 0.1)
    assert energy == pytest.approx(1.25)


def test_films_close_with_an_overcut_alone_and_boards_lead_out_as_well():
    for name in material.names():
        stuff = material.load(name)
        if stuff.laser and stuff.laser.policy.value != "ban":
            laser = resolve(LASER, stuff, 0.5).laser
            assert laser.overcut > 0
            assert laser.lead_out == (0 if stuff.entry.form == "film" else laser.lead / 2)


def test_banned_and_doubtful_materials():
    for name, code in (("pvc", "E331"), ("ptfe", "E331")):
        with pytest.raises(CamError) as caught:
            resolve(LASER, material.load(name), 1.0)
        assert caught.value.findings[0].code == code
    with pytest.raises(CamError) as caught:
        resolve(MILL, material.load("kapton"), 0.1)
    assert caught.value.findings[0].code == "E331"
    for name in ("fr4", "g10", "phenolic-xx"):
        assert [f.code for f in resolve(LASER, material.load(name), 0.5).findings] == ["W332"]
    assert resolve(LASER, material.load("pet"), 0.5).findings == ()


def test_polycarbonate_is_cut_as_film_only():
    assert resolve(LASER, material.load("polycarbonate"), 0.5).findings == ()
    (found,) = resolve(LASER, material.load("polycarbonate"), 1.5).findings
    assert (found.code, found.where) == ("W332", {"size": 1.5, "limit": 0.508})


def test_weak_beam_is_said():
    weak = changed(LASER, beam={"watts": 5.0})
    assert "W334" in [f.code for f in resolve(weak, material.load("g11"), 3.0).findings]


def test_mill_speed_and_feed_follow_from_the_material():
    mill = resolve(MILL, material.load("fr4"), 1.57).mill
    tool = mill.tools[mill.profile_tool]
    assert tool.rpm == pytest.approx(1000 * 120 / (math.pi * tool.diameter))
    assert mill.feed[tool.number] == pytest.approx(tool.rpm * material.load("fr4").mill.feed_per_rev.at(tool.diameter))
    assert mill.step_down == pytest.approx(tool.diameter)
    assert mill.pass_depth(3) == pytest.approx(1.0)
    assert mill.climb


def test_spindle_limits_hold_and_are_said():
    slow = changed(MILL, spindle={"rpm_min": 1000.0, "rpm_max": 6000.0})
    assert max(tool.rpm for tool in resolve(slow, material.load("fr4"), 1.5).mill.tools.values()) == 6000
    fast = changed(MILL, spindle={"rpm_min": 20000.0, "rpm_max": 24000.0})
    assert "W335" in [f.code for f in resolve(fast, material.load("fr4"), 1.5).findings]


@pytest.mark.parametrize(
    ("base", "overrides", "field"),
    [
        (LASER, {"kerf": 0.2}, "kerf"),
        (LASER, {"feed": 900.0}, "feed"),
        (LASER, {"power": 0.4}, "power"),
        (LASER, {"pierce": 0.3}, "pierce"),
        (LASER, {"lead": 0.0}, "lead"),
        (LASER, {"overcut": 0.0}, "overcut"),
        (LASER, {"lead_out": 0.7}, "lead_out"),
        (LASER, {"mark_feed": 100.0}, "mark_feed"),
        (LASER, {"mark_power": 0.05}, "mark_power"),
        (MILL, {"step_down": 0.5}, "step_down"),
        (MILL, {"breakthrough": 0.1}, "breakthrough"),
        (MILL, {"ramp_angle": 5.0}, "ramp_angle"),
        (MILL, {"tab_width": 3.0}, "tab_width"),
        (MILL, {"tab_height": 0.3}, "tab_height"),
        (MILL, {"tabs": 3}, "tabs"),
        (MILL, {"climb": False}, "climb"),
        (MILL, {"mark_depth": 0.1}, "mark_depth"),
    ],
)
def test_the_job_goes_before_the_library(base, overrides, field):
    setup = resolve(base, material.load("pet"), 1.0, overrides)
    assert getattr(setup.laser or setup.mill, field) == overrides[field]
    assert setup.sources[field] == "job"


def test_feed_plunge_and_speed_of_a_mill():
    mill = resolve(MILL, material.load("fr4"), 1.0, {"feed": 500.0, "plunge": 100.0, "rpm": 10000.0}).mill
    assert mill.feed[mill.profile_tool] == 500
    assert mill.plunge[mill.profile_tool] == 100
    assert mill.tools[mill.profile_tool].rpm == 10000


@pytest.mark.parametrize("diameter", [3.175, 3.18, 2.0, 2.4])
def test_the_job_chooses_the_profile_tool(diameter):
    mill = resolve(MILL, material.load("fr4"), 1.0, {"tool": diameter}).mill
    tool = mill.tools[mill.profile_tool]
    assert tool.diameter == pytest.approx(diameter, abs=0.01)
    assert tool.kind == "endmill"
    assert sorted(mill.tools) == list(range(1, len(mill.tools) + 1))


def test_machines_without_tool_change_have_one_tool():
    fixed = changed(MILL, tool_change="none")
    assert [t.diameter for t in resolve(fixed, material.load("fr4"), 1.0).mill.tools.values()] == [3.175]
    own = changed(MILL, tool_change="none", tools={"burr": 2.4, "drill": 1.0})
    assert [t.diameter for t in resolve(own, material.load("fr4"), 1.0).mill.tools.values()] == [2.4]
    other = resolve(own, material.load("fr4"), 1.0, {"tool": 1.6}).mill
    assert [t.diameter for t in other.tools.values()] == [1.6]


def test_tools_of_the_machine_are_taken_with_their_kind():
    own = changed(MILL, tool_change="auto", tools={"router 2.4": 2.4, "drill 1.1": 1.1})
    tools = resolve(own, material.load("fr4"), 1.0).mill.tools
    assert {number: (tool.kind, tool.diameter) for number, tool in tools.items()} == {
        1: ("endmill", 2.4),
        2: ("drill", 1.1),
    }


@pytest.mark.parametrize(
    ("base", "overrides", "key"),
    [
        (LASER, {"kerff": 0.2}, "kerff"),
        (LASER, {"tool": 3.0}, "tool"),
        (MILL, {"kerf": 0.2}, "kerf"),
        (MILL, {"lead": 2.0}, "lead"),
        (MILL, {"lead_out": 2.0}, "lead_out"),
        (MILL, {"overcut": 0.3}, "overcut"),
        (LASER, {"kerf": 0.0}, "kerf"),
        (LASER, {"power": 1.5}, "power"),
        (LASER, {"feed": 0.0}, "feed"),
        (LASER, {"feed": "fast"}, "feed"),
        (LASER, {"feed": float("nan")}, "feed"),
        (MILL, {"step_down": 0.0}, "step_down"),
        (MILL, {"ramp_angle": 0.0}, "ramp_angle"),
        (MILL, {"rpm": 99000.0}, "rpm"),
        (MILL, {"tab_width": 0.0}, "tab_width"),
        (MILL, {"plunge": 0.0}, "plunge"),
        (MILL, {"tool": -1.0}, "tool"),
    ],
)
def test_settings_that_do_not_fit_are_refused(base, overrides, key):
    with pytest.raises(CamError) as caught:
        resolve(base, material.load("pet"), 1.0, overrides)
    (found,) = caught.value.findings
    assert (found.code, found.where["key"]) == ("E333", f"process.{key}")


def test_settings_of_the_other_process_are_refused_with_what_to_do_instead():
    for (process, key), advice in INSTEAD.items():
        with pytest.raises(CamError) as caught:
            resolve({"laser": LASER, "mill": MILL}[process], material.load("pet"), 1.0, {key: 1.0})
        assert caught.value.findings[0].advice == advice
        for other in re.findall(r"set (\w+)", advice):
            assert other in (LASER_KEYS if process == "laser" else MILL_KEYS)


@pytest.mark.parametrize("thickness", [0.0, -1.0, float("nan")])
def test_no_thickness_no_setup(thickness):
    with pytest.raises(CamError, match="E333"):
        resolve(LASER, material.load("pet"), thickness)


def test_near_names_are_offered():
    with pytest.raises(CamError) as caught:
        resolve(LASER, material.load("pet"), 1.0, {"kerff": 0.2})
    assert "'kerf'" in caught.value.findings[0].advice


def test_a_cut_deeper_than_the_flutes_is_told():
    setup = resolve(MILL, material.load("fr4"), 6.0, {"flute": 5.0})
    (found,) = [f for f in setup.findings if f.code == "W507"]
    assert (found.where["size"], found.where["limit"]) == (pytest.approx(6.3), 5.0)
    for overrides in ({"flute": 8.0}, {}):
        setup = resolve(MILL, material.load("fr4"), 6.0, overrides)
        assert "W507" not in {f.code for f in setup.findings}


def test_tabs_higher_than_the_sheet_are_refused():
    with pytest.raises(CamError) as caught:
        resolve(MILL, material.load("fr4"), 1.5, {"tab_height": 2.0})
    assert [(f.code, f.where["key"]) for f in caught.value.findings] == [("E333", "process.tab_height")]
