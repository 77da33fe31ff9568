import re
from pathlib import Path

import pytest

from camcore import machine as machines
from camcore.findings import CamError, Finding
from camcore.machine import radius_mismatch

ALWAYS = {"generic-grbl-laser", "generic-grbl-router", "generic-linuxcnc-laser", "generic-linuxcnc-mill"}
MILL = Path(machines.__file__).parent.parent / "postprocessors" / "machines" / "generic-grbl-router.toml"
LASER = MILL.with_name("generic-linuxcnc-laser.toml")


def findings(tmp_path: Path, text: str) -> list[Finding]:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(CamError) as caught:
        machines.load(path)
    return list(caught.value.findings)


def line_of(text: str, start: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def test_the_machines_that_always_exist() -> None:
    assert set(machines.shipped()) >= ALWAYS
    for name in ALWAYS:
        area = machines.load(name).work_area
        assert (area.x, area.y) == ((0.0, 1300.0), (0.0, 2600.0))


def test_there_is_a_real_machine_for_each_dialect() -> None:
    real = [machines.load(name) for name in machines.shipped() if not name.startswith("generic-")]
    assert {machine.dialect for machine in real} == set(machines.dialects())
    assert {(machine.dialect, machine.process) for machine in real} >= {
        ("grbl", "laser"),
        ("grbl", "mill"),
        ("linuxcnc", "laser"),
        ("linuxcnc", "mill"),
    }


@pytest.mark.parametrize("name", machines.shipped())
def test_shipped_machines_load_and_every_fact_has_a_source(name: str) -> None:
    machine = machines.load(name)
    assert machine.name == name
    assert "rates.rapid_xy" in machine.facts()
    for key in machine.facts():
        assert machine.provenance(key).source


@pytest.mark.parametrize("name", machines.shipped())
def test_a_real_machine_says_where_its_size_and_speed_are_from(name: str) -> None:
    machine = machines.load(name)
    if not name.startswith("generic-"):
        for key in ("work_area.x", "rates.rapid_xy"):
            source = machine.provenance(key)
            assert source.status != "uncalibrated default" or source != machine.sources["*"]


@pytest.mark.parametrize("name", machines.dialects())
def test_dialects_load_and_have_sources(name: str) -> None:
    control = machines.abilities(name)
    facts = control.facts()
    assert "*" in control.sources
    for key in control.sources:
        assert key == "*" or any(fact == key or fact.startswith(f"{key}.") for fact in facts), key
    assert control.provenance("radius_tolerance") != control.sources["*"]


DOCUMENT = re.compile(
    r"Manual|Guide|Programming\b|Using Mach3Mill|Mach3Mill Configuration|README|wiki|ConfigSamples|/src\b|man motion"
    r"|issue \d|\.(?:c|h|cpp|adoc|py|cps|ini|hal|yaml|md|org|com)\b"
)
"""What a source that names a document has: its title, its file, or where it stands."""


@pytest.mark.parametrize("name", [*machines.dialects(), *machines.shipped()])
def test_what_is_called_documented_names_its_document(name: str) -> None:
    facts = machines.abilities(name) if name in machines.dialects() else machines.load(name)
    for key, source in facts.sources.items():
        assert source.status != "documented" or DOCUMENT.search(source.source), f"{key}: {source.source}"
        assert source.status != "documented" or "choice of camcore" not in source.source, key


def test_an_unknown_dialect_has_no_abilities() -> None:
    with pytest.raises(KeyError):
        machines.abilities("klingon")


def test_the_nearest_entry_of_sources_counts() -> None:
    machine = machines.load("tormach-pcnc-1100")
    assert machine.provenance("rates.rapid_xy").status == "documented"
    assert machine.provenance("rates.junction").status == "uncalibrated default"
    assert machine.provenance("spindle.rpm_max").status == "documented"
    assert machine.provenance("extension") == machine.sources["*"]


def test_step_is_the_last_decimal_in_mm() -> None:
    machine = machines.load("generic-grbl-router")
    assert machine.step == 0.001
    inches = machine.format.model_copy(update={"units": "in", "decimals": 5})
    assert machine.model_copy(update={"format": inches}).step == pytest.approx(0.000254)


def test_four_decimals_in_inches_are_too_few_for_arcs_and_five_do() -> None:
    assert radius_mismatch(25.4e-4) > 0.005 > radius_mismatch(1e-3) > radius_mismatch(25.4e-5)


def test_an_unknown_machine_is_named_with_those_there_are() -> None:
    with pytest.raises(CamError) as caught:
        machines.load("generic-grbl-lazer")
    (finding,) = caught.value.findings
    assert finding.code == "E310"
    assert "generic-grbl-laser" in finding.advice


def test_a_shop_adds_a_machine_by_one_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(MILL.read_text().replace("generic-grbl-router", "mine"))
    assert machines.load(path).name == "mine"


SOURCE = 'status = "documented"\nsource = "x"'
WRONG = [
    ("dialect", 'dialect = "grbl"', 'dialect = "klingon"', "there is no dialect"),
    ("rates.rapid_xy", "rapid_xy = 6000.0", "rapid_xy = -1.0", "greater than 0"),
    ("rates.rapid_xy", "rapid_xy = 6000.0", 'rapid_xy = "fast"', "number"),
    ("rates.rapid_xy", "rapid_xy = 6000.0", 'rapid_xy = "6000.0"', "without quotes"),
    ("rates.rapid_xy", "rapid_xy = 6000.0", "rapid_xy = true", "must be a number"),
    ("work_area.x", "x = [0.0, 1300.0]", 'x = [0.0, "1300"]', "without quotes"),
    ("format.decimals", "[settings]", '[format]\ndecimals = "3"\n[settings]', "without quotes"),
    ("format.line_numbers", "[settings]", '[format]\nline_numbers = "yes"\n[settings]', "true or false"),
    ("format.line_numbers", "[settings]", "[format]\nline_numbers = 1\n[settings]", "true or false"),
    ("rates.rapit_xy", "rapid_xy = 6000.0", "rapid_xy = 6000.0\nrapit_xy = 1.0", "not known"),
    ("rates.rapid_z", "rapid_z = 2000.0", "rapid_z = 0.0", "a mill needs"),
    ("heights.safe", "safe = 25.0", "safe = 70.0", "above the work area"),
    ("heights.clearance", "clearance = 5.0", "clearance = 0.5", "between approach and safe"),
    ("tool_change", 'tool_change = "manual"', 'tool_change = "auto"', "no tool change"),
    ("format.decimals", "[settings]", "[format]\ndecimals = 2\n[settings]", "out of round"),
    ("format.decimals", "[settings]", '[format]\nunits = "in"\ndecimals = 4\n[settings]', "out of round"),
    ("work_area", "x = [0.0, 1300.0]", "x = [1300.0, 0.0]", "higher to the lower"),
    ("spindle", "rpm_max = 24000.0", "rpm_max = 100.0", "more than rpm_max"),
    ("tools.1", "[settings]", '[tools]\n"1" = -3.0\n[settings]', "greater than 0"),
    ("preamble", 'process = "mill"', f'process = "mill"\npreamble = ["{"X" * 100}"]', "79 bytes"),
    ("postamble", 'process = "mill"', 'process = "mill"\npostamble = ["(Fräser)"]', "printable ASCII"),
    ("sources.rate", "[sources.settings]", f"[sources.rate]\n{SOURCE}\n[sources.settings]", "no field"),
    ("sources.*", '[sources."*"]', '[sources."heights"]', "no other entry"),
    ("sources.settings.source", 'source = "gnea/grbl wiki', 'x = "', "missing"),
]


@pytest.mark.parametrize(("key", "old", "new", "says"), WRONG)
def test_what_is_wrong_in_a_machine_file_is_found_with_its_key(
    tmp_path: Path, key: str, old: str, new: str, says: str
) -> None:
    text = MILL.read_text()
    assert old in text
    found = findings(tmp_path, text.replace(old, new, 1))
    finding = next(item for item in found if item.where["key"] == key)
    assert finding.code == "E303"
    assert says in finding.message
    assert finding.where["line"] >= 1


@pytest.mark.parametrize(
    ("name", "table", "key"),
    [("haas-vf-2", "[format]\ndecimals = 4", "format.decimals"),
     ("ender-3-laser", "[format]\nline_numbers = true", "format.line_numbers"),
     ("maslow-4", "[format]\nunits = 'in'\ndecimals = 4", "format.decimals")],
)  # fmt: skip
def test_a_format_that_the_control_does_not_take_is_found(tmp_path: Path, name: str, table: str, key: str) -> None:
    text = MILL.with_name(f"{name}.toml").read_text()
    found = findings(tmp_path, f"{text}\n{table}\n")
    assert [finding.where["key"] for finding in found] == [key]


def test_a_machine_that_cannot_wait_changes_no_tools_by_hand(tmp_path: Path) -> None:
    text = MILL.read_text().replace('dialect = "grbl"', 'dialect = "smoothieware"')
    (finding,) = findings(tmp_path, text)
    assert (finding.where["key"], "cannot wait" in finding.message) == ("tool_change", True)


def test_a_wrong_value_has_its_line(tmp_path: Path) -> None:
    text = MILL.read_text().replace("rapid_xy = 6000.0", "rapid_xy = -1.0")
    (finding,) = findings(tmp_path, text)
    assert finding.where == {"line": line_of(text, "rapid_xy"), "key": "rates.rapid_xy"}


def test_what_the_dialect_cannot_say_has_its_line(tmp_path: Path) -> None:
    text = LASER.read_text().replace('mode = "constant"', 'mode = "dynamic"')
    (finding,) = findings(tmp_path, text)
    assert finding.where == {"line": line_of(text, "mode"), "key": "beam.mode"}
    assert "constant" in finding.message


def test_a_process_without_its_table(tmp_path: Path) -> None:
    text = LASER.read_text().replace('process = "laser"', 'process = "mill"')
    assert {item.where["key"] for item in findings(tmp_path, text)} >= {"spindle", "heights", "rates.rapid_z"}


def test_no_toml_and_no_file(tmp_path: Path) -> None:
    assert findings(tmp_path, "name = ")[0].code == "E302"
    with pytest.raises(CamError) as caught:
        machines.load(tmp_path / "none.toml")
    assert caught.value.findings[0].code == "E301"


def test_the_machine_in_the_documentation_loads(tmp_path: Path) -> None:
    guide = (Path(__file__).parent.parent / "docs" / "machines.md").read_text()
    path = tmp_path / "our-router.toml"
    path.write_text(guide.split("```toml\n")[1].split("```")[0])
    machine = machines.load(path)
    assert machine.provenance("rates.rapid_xy").status == "machine-proven"
