"""Drawings of the samples on one machine of each dialect, planned and made into moves."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from camcore import drawing, material, nesting, part, program, toolpath
from camcore import machine as machines
from camcore.machine import Machine
from camcore.nesting.model import Demand, Nest, Rules, Stock
from camcore.program.model import Program
from camcore.toolpath.model import Plan
from camcore.toolpath.setup import Setup

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = {
    "laser": [("pet-washers/d-washer.dxf", "pet", 0.25), ("nomex-gaskets/slot-wedge.dxf", "nomex", 0.25)],
    "mill": [("remnant/stop-block.dxf", "fr4", 1.57), ("fr4-kit/gusset.dxf", "fr4", 1.57)],
}
"""Drawings of the samples, each with its material and thickness, mm."""
ALL = [machines.load(name) for name in machines.shipped()]
ONE_EACH = {(machine.dialect, machine.process): machine for machine in ALL}
WAYS = [(*key, sample) for key, machine in ONE_EACH.items() for sample in range(len(SAMPLES[machine.process]))]


def roomy(machine: Machine) -> Machine:
    """The machine with a work area that takes any sheet of the samples."""
    area = machine.work_area.model_copy(update={"x": (0.0, 2000.0), "y": (0.0, 2000.0)})
    return machine.model_copy(update={"work_area": area})


@cache
def nested(process: str, sample: int) -> Nest:
    """Two pieces of a drawing on a sheet, as any machine of the process would have them."""
    file, stuff, thickness = SAMPLES[process][sample]
    machine = roomy(machines.load("generic-grbl-laser" if process == "laser" else "generic-grbl-router"))
    setup = toolpath.resolve(machine, material.load(stuff), thickness)
    found = part.find(drawing.read(ROOT / "samples" / file))
    demands = [Demand(each, 2) for each in found.parts]
    rules = Rules(setup.spacing, setup.margin, effort=10)
    return nesting.nest(demands, [Stock.rectangle(700.0, 500.0)], rules)


def setup_for(machine: Machine, sample: int) -> Setup:
    _, stuff, thickness = SAMPLES[machine.process][sample]
    return toolpath.resolve(machine, material.load(stuff), thickness)


def machine_of(dialect: str, process: str) -> Machine:
    return roomy(ONE_EACH[dialect, process])


@cache
def sampled(dialect: str, process: str, sample: int) -> tuple[Nest, Plan, Program]:
    """The nest of a sample's drawing, and its one sheet for a machine of the dialect."""
    machine, found = machine_of(dialect, process), nested(process, sample)
    (plan,) = toolpath.plan(found, setup_for(machine, sample))
    return found, plan, program.build(plan, machine)
