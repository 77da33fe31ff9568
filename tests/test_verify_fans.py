"""Air that hangs on a fan's output of a Marlin board: stated by the machine file, written, and read back."""

from __future__ import annotations

from pathlib import Path

import plans
import pytest

import postprocessors
from camcore import machine as machines
from camcore.findings import CamError
from camcore.machine import Machine
from camcore.moves import Air
from camcore.program import build
from camcore.verify.reader import read

STATED = Path(postprocessors.__file__).parent / "machines" / "ender-3-laser.toml"
ON, OFF = "M106 P1 S255", "M107 P1"


def machine(folder: Path, *lines: str, source: Path = STATED) -> Machine:
    """The shipped machine with more lines under [beam]."""
    file = folder / "mine.toml"
    file.write_text(source.read_text().replace("[beam]\n", "\n".join(["[beam]", *lines, ""])))
    return machines.load(file)


def airs(text: str, on: Machine) -> list[bool]:
    """When the air goes on and off."""
    reading = read(text, on)
    assert reading.findings == ()
    return [each.move.on for each in reading.moves if isinstance(each.move, Air)]


def test_the_words_of_the_machine_file_are_written_and_read(tmp_path: Path) -> None:
    mine = machine(tmp_path, "air = true", f'air_words = ["{ON}", "{OFF}"]')
    text = postprocessors.write(build(plans.laser_plan(), mine), mine)
    assert (text.count(ON), text.count(OFF)) == (1, 1)
    assert airs(text, mine) == [True, False]
    commented = text.replace(ON, f"{ON} ; on").replace("M77", f"{OFF}\nM77")
    assert airs(commented, mine) == [True, False]
    assert all(each.air for each in read(text, mine).moves if each.power > 0)


def test_without_them_air_is_switched_by_the_usual_words(tmp_path: Path) -> None:
    plain = machine(tmp_path, "air = true")
    text = postprocessors.write(build(plans.laser_plan(), plain), plain)
    assert ("M8\n" in text, "M9\n" in text, "M106" in text) == (True, True, False)
    assert airs(text, plain) == [True, False]


@pytest.mark.parametrize(
    "line", ["M106 P0 S255", "M106 P1 S128", "M106 S255", "M106 P1", "M107", "m106 P1 S255", f"{ON} M5"]
)
def test_any_other_fan_is_refused(tmp_path: Path, line: str) -> None:
    """It may be what fires the beam."""
    mine = machine(tmp_path, "air = true", f'air_words = ["{ON}", "{OFF}"]')
    for on in (mine, machines.load(STATED)):
        assert read(f"G21\nG90\n{line}\nM77\n", on).findings[0].code in ("E705", "E706")


def test_nothing_is_read_after_the_end(tmp_path: Path) -> None:
    mine = machine(tmp_path, "air = true", f'air_words = ["{ON}", "{OFF}"]')
    assert {each.code for each in read(f"G21\nG90\nM77\n{ON}\n", mine).findings} & {"E715", "E705"}


@pytest.mark.parametrize(
    "words",
    [
        ["M106 P0 S0", "M107 P0"], ["M106 P0 S256", "M107 P0"], ["M106 P0 S255", "M107 P1"], ["M107", "M106 S255"],
        ["M3 S255", "M5"], ["M106 P0 S255\\nG1 X0", "M107 P0"], ["M106 P0 S255", "M107"],
    ],
)  # fmt: skip
def test_only_a_fans_output_can_be_air(tmp_path: Path, words: list[str]) -> None:
    with pytest.raises(CamError) as wrong:
        machine(tmp_path, "air = true", f'air_words = ["{words[0]}", "{words[1]}"]')
    assert "beam.air_words" in str(wrong.value.findings[0])


def test_words_for_air_are_of_no_use_without_air_or_where_the_control_has_its_own(tmp_path: Path) -> None:
    words = f'air_words = ["{ON}", "{OFF}"]'
    with pytest.raises(CamError, match="air = false"):
        machine(tmp_path, words)
    with pytest.raises(CamError, match="M8 and M9 alone"):
        machine(tmp_path, words, source=STATED.parent / "ortur-laser-master-2.toml")
