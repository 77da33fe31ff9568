"""Every sample on every machine that always exists: nested once, then planned, built, posted and proven.

`test_dialects` takes smaller work through every dialect.
"""

import tomllib
from functools import cache
from pathlib import Path

import pytest
from rs274 import interpret, needs_rs274

import postprocessors
from camcore import machine as machines
from camcore import program, toolpath
from camcore.findings import errors
from camcore.formats.task import task_of
from camcore.nesting import nest
from camcore.nesting.model import Nest
from camcore.ready import Budget, Ready, prepare
from camcore.toolpath.model import Plan
from camcore.units import CUT_EDGE
from camcore.verify import inspect

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = sorted(path.parent.name for path in (ROOT / "samples").glob("*/job.toml"))


def process(sample: str) -> str:
    job = tomllib.loads((ROOT / "samples" / sample / "job.toml").read_text("utf-8"))
    return machines.load(job["machine"]).process


def fits(name: str, sample: str) -> bool:
    return name.startswith("generic-") and machines.load(name).process == process(sample)


PAIRS = [(sample, name) for sample in SAMPLES for name in machines.shipped() if fits(name, sample)]


@cache
def nested(sample: str) -> tuple[Ready, Nest]:
    ready = prepare(ROOT / "samples" / sample / "job.toml", Budget(effort="quick"))
    return ready, nest(ready.intake.demands, ready.intake.stocks, ready.rules, job=sample)


def test_there_are_samples_for_both_processes():
    assert len(SAMPLES) >= 4
    assert {process(sample) for sample in SAMPLES} == {"laser", "mill"}


@pytest.mark.parametrize("sample", SAMPLES)
def test_every_piece_finds_its_place(sample):
    ready, found = nested(sample)
    assert not errors(ready.findings)
    assert [row for row in found.unplaced if not fillers(found, row.part)] == []
    placed = sum(sheet.repeat * len(sheet.placements) for sheet in found.sheets)
    assert placed + sum(row.quantity for row in found.unplaced) == sum(d.quantity for d in found.demands)


def fillers(found: Nest, part: str) -> bool:
    return next(demand.fill for demand in found.demands if demand.part.id == part)


@cache
def programs(sample: str, name: str) -> list[tuple[Plan, str, list[str]]]:
    """Plan, text and what is wrong with them, for each sheet."""
    ready, found = nested(sample)
    machine = machines.load(name)
    setup = toolpath.resolve(machine, ready.material, ready.job.thickness, ready.job.process.overrides)
    made = []
    for plan in toolpath.plan(found, setup):
        built = program.build(plan, machine)
        made.append(
            (plan, postprocessors.write(built, machine), [str(f) for f in errors((*plan.findings, *built.findings))])
        )
    return made


@pytest.mark.parametrize(("sample", "name"), PAIRS)
def test_every_program_is_proven(sample, name):
    _, found = nested(sample)
    machine = machines.load(name)
    for plan, text, wrong in programs(sample, name):
        verdict = inspect(text, machine, task_of(found, plan))
        assert wrong + [str(finding) for finding in errors(verdict.findings)] == []
        figures = {check.name: check.figures for check in verdict.checks}
        assert figures["edge"]["deviation"] <= CUT_EDGE
        assert figures["gouge"]["largest_gouge"] <= CUT_EDGE


LINUXCNC = [(sample, name) for sample, name in PAIRS if machines.load(name).dialect == "linuxcnc"]


@needs_rs274
@pytest.mark.parametrize(("sample", "name"), LINUXCNC)
def test_linuxcnc_itself_reads_every_program(sample, name, tmp_path):
    for text in (written[1] for written in programs(sample, name)):
        assert interpret(text, tmp_path).error == ""
