"""A job made ready: machine, material, process and parts at hand before the nest and the cuts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from camcore import job as jobs
from camcore import machine as machines
from camcore import material
from camcore.edgework import worked
from camcore.findings import CamError, Finding, errors
from camcore.intake import Intake, gather, makeable, marked
from camcore.job import Job, LockedEntry, SidesTable
from camcore.machine import Machine
from camcore.material.model import Material
from camcore.nesting.model import Effort, Locked, Placement, Rules, Sides, Zone
from camcore.stocked import Source, nothing, supply
from camcore.toolpath.resolve import resolve
from camcore.toolpath.setup import Setup


@dataclass(frozen=True, slots=True)
class Budget:
    """What a call says about the search; None leaves it to the job.

    stock: URL or path of the stock database, for a job that takes from it; None for what the environment says
    """

    effort: str | None = None
    seconds: float | None = None
    seed: int | None = None
    threads: int = 1
    stock: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """A job with everything at hand that the nest and the cuts need."""

    job: Job
    machine: Machine
    material: Material
    setup: Setup
    intake: Intake
    rules: Rules

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found on the way here."""
        return (*self.setup.findings, *self.intake.findings)


def prepare(path: Path, budget: Budget, run: str = "") -> Ready:
    """Load a job and all that it names; parts that cannot be cut are refused here, so that they stop no others.

    run: the run whose reservations of stock count as free. Raises CamError where nothing can be made of it.
    """
    try:
        return _prepared(jobs.load(path), path, budget, run)
    except CamError as error:
        raise CamError(jobs.located(finding, path) for finding in error.findings) from error


def _prepared(job: Job, path: Path, budget: Budget, run: str) -> Ready:
    name = str(jobs.beside(path, job.machine)) if job.machine.endswith(".toml") else job.machine
    own = jobs.beside(path, job.materials) if job.materials else None
    machine, stuff = _calling(machines.load(name), job.output.subprograms), material.load(job.material, own)
    setup = resolve(machine, stuff, job.thickness, job.process.overrides)
    if job.output.dxf == "paths" and setup.mill:
        message, advice = "a mill's paths have depths that a flat drawing does not show", 'say dxf = "contours"'
        raise CamError(Finding("E333", message, advice, where={"key": "output.dxf"}))
    pockets = machine.process == "mill"
    drawn = worked(gather(job, path, pockets), job, pockets)
    taken = marked(makeable(drawn, setup), job, setup)
    taken = _with_stock(job, taken, setup, Source(budget.stock, run))
    taken = replace(taken, findings=(*taken.findings, *_beyond(machine, taken)))
    if errors(setup.findings) or not taken.demands:
        raise CamError((*setup.findings, *taken.findings))
    return Ready(job, machine, stuff, setup, taken, _rules(job, setup, budget))


def _calling(machine: Machine, wanted: bool | None) -> Machine:
    """The machine with subprograms or without, as the job wants. Raises CamError E333 where it cannot have them."""
    if wanted is None:
        return machine
    form = {**machine.format.model_dump(), "subprograms": wanted}
    try:
        return Machine.model_validate({**machine.model_dump(), "format": form})
    except ValidationError as error:
        why = "; ".join(problem["msg"] for problem in error.errors())
    advice = "leave the key out: the program says in full what repeats, and cuts the same"
    raise CamError(Finding("E333", f"no subprograms: {why}", advice, where={"key": "output.subprograms"}))


def _with_stock(job: Job, taken: Intake, setup: Setup, source: Source) -> Intake:
    """The intake with what it may take out of the stock, before the sheets that the job names."""
    if job.stock is None:
        return taken
    margin = job.nesting.margin if isinstance(job.nesting.margin, float) else setup.margin
    found = supply(job, taken.demands, margin, source)
    if not found and not taken.stocks:
        raise CamError((*taken.findings, nothing(job), Finding("E401", "there is no sheet", "see W933")))
    told = () if found else (nothing(job),)
    return replace(taken, stocks=(*found, *taken.stocks), findings=(*taken.findings, *told))


def _beyond(machine: Machine, taken: Intake) -> list[Finding]:
    """A finding for each stock that the machine does not reach all of, with its lower left corner at work zero."""
    (x0, x1), (y0, y1) = machine.work_area.x, machine.work_area.y
    room = f"the work area of {machine.name} ends at X{x1:g} Y{y1:g}"
    advice = "cut the sheet down first, or take a larger machine: a program that goes beyond it is refused"
    return [
        Finding("W326", f"sheet {stock.id!r} reaches to X{box.x1:g} Y{box.y1:g}, but {room}", advice)
        for stock in taken.stocks
        for box in [stock.outline.box]
        if x0 > 0 or y0 > 0 or box.x1 > x1 or box.y1 > y1
    ]


def _rules(job: Job, setup: Setup, budget: Budget) -> Rules:
    table = job.nesting
    spacing = setup.spacing if table.spacing is None else table.spacing
    sides = table.margin if isinstance(table.margin, SidesTable) else None
    if spacing < setup.min_spacing - 1e-9:
        message = f"spacing of {spacing:g} mm is less than the {setup.min_spacing:g} mm that the process needs"
        where = {"key": "nesting.spacing", "size": spacing, "limit": setup.min_spacing}
        raise CamError(Finding("E324", message, "widen it, or leave it out for the library's value", None, where))
    return Rules(
        spacing=spacing,
        margin=table.margin if isinstance(table.margin, float) else setup.margin,
        effort=table.effort if budget.effort is None else _effort(budget.effort),
        seconds=table.seconds if budget.seconds is None else budget.seconds,
        seed=table.seed if budget.seed is None else budget.seed,
        threads=budget.threads,
        margins=Sides(sides.left, sides.right, sides.bottom, sides.top) if sides else None,
        zones=tuple(Zone(zone.curve, zone.name, zone.sheet) for zone in table.zones),
        locked=tuple(_locked(job, entry) for entry in job.locked),
        most_sheets=table.most_sheets,
        close_up=setup.laser is not None and setup.laser.common_cut,
    )


def _locked(job: Job, entry: LockedEntry) -> Locked:
    """A locked piece, on the first sheet of the job where it names none."""
    placement = Placement(entry.part, entry.x, entry.y, entry.rotation % 360.0, entry.mirror)
    return Locked(entry.sheet or job.sheets[0].stock_name, placement, entry.number)


def _effort(text: str) -> Effort | int:
    if text.isdecimal() and int(text) > 0:
        return int(text)
    if text in set(Effort):
        return Effort(text)
    raise CamError(Finding("E306", f"effort {text!r} is unknown", "say quick, normal, best or a number of moves"))
