"""Whole programs of every dialect, held against files that are kept."""

from pathlib import Path

import plans
import pytest
from sampled import SAMPLES, WAYS, machine_of, sampled
from written import inches

import postprocessors
from camcore import machine as machines
from camcore.program import build

GOLDEN = Path(__file__).parent / "golden"
LASER = machines.load("generic-grbl-laser")
ROUTER = machines.load("generic-grbl-router")
MILL = machines.load("generic-linuxcnc-mill")
LINUX_LASER = machines.load("generic-linuxcnc-laser")
ALL = [machines.load(name) for name in machines.shipped()]
INCH = ("generic-grbl-laser", "generic-grbl-router", "generic-linuxcnc-laser", "generic-linuxcnc-mill", "haas-vf-2",
        "dmg-cmx-600-v", "dmg-cmx-800-v", "kondia-b640")  # fmt: skip
FIRST = {machine.dialect: machine for machine in reversed(ALL)}
"""One machine for each dialect."""
CASES = {
    f"{machine.dialect}/{machine.name.removeprefix('generic-')}{suffix}": variant
    for machine in {each.name: each for each in (LASER, ROUTER, MILL, LINUX_LASER, *FIRST.values())}.values()
    if machine.name.startswith("generic-") or machine.dialect not in ("grbl", "linuxcnc")
    for suffix, variant in (("", machine), ("-inch", inches(machine)))
    if not suffix or machine.name in INCH
}


DRAWN = {
    f"{dialect}/{Path(SAMPLES[process][sample][0]).stem}-{process}": (dialect, process, sample)
    for dialect, process, sample in WAYS
}
"""Each dialect and process with drawings of the samples: pieces, holes, marks and tabs as shops have them."""


def compare(path: Path, text: str) -> None:
    assert text.encode("ascii") == path.read_bytes(), (
        f"{path.name} differs; if that is meant, run pytest --update-golden"
    )


def check(case: str, text: str, update: bool) -> None:
    path = GOLDEN / f"{case}.nc"
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("ascii"))
    compare(path, text)


@pytest.mark.parametrize("case", CASES)
def test_golden(case: str, update_golden: bool) -> None:
    machine = CASES[case]
    check(case, postprocessors.write(build(plans.plan_for(machine), machine), machine), update_golden)


@pytest.mark.parametrize("case", DRAWN)
def test_golden_of_samples(case: str, update_golden: bool) -> None:
    dialect, process, sample = DRAWN[case]
    _, _, built = sampled(dialect, process, sample)
    check(case, postprocessors.write(built, machine_of(dialect, process)), update_golden)


def test_every_dialect_has_golden_files_and_every_golden_file_a_case() -> None:
    kept = {path.relative_to(GOLDEN).with_suffix("").as_posix() for path in GOLDEN.glob("*/*.nc")}
    assert kept == CASES.keys() | DRAWN.keys()
    assert {case.split("/")[0] for case in CASES} == set(machines.dialects())
    assert {case.split("/")[0] for case in DRAWN} == set(machines.dialects())


def test_the_comparison_fails_for_every_byte_that_changes(tmp_path: Path) -> None:
    right, path = (GOLDEN / "grbl" / "grbl-laser.nc").read_bytes(), tmp_path / "x.nc"
    path.write_bytes(right)
    compare(path, right.decode("ascii"))
    for k in range(len(right)):
        path.write_bytes(right[:k] + bytes([right[k] ^ 1]) + right[k + 1 :])
        with pytest.raises(AssertionError):
            compare(path, right.decode("ascii"))
    path.write_bytes(right.replace(b"\n", b"\r\n"))
    with pytest.raises(AssertionError):
        compare(path, right.decode("ascii"))
