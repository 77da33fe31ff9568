"""The main job: from job.toml to a folder of proven programs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import postprocessors
from camcore import papers, precheck, program, report, toolpath
from camcore.booking import Booking
from camcore.files import sha256, write_whole
from camcore.findings import CamError, Finding, errors
from camcore.folder import Folder, opened
from camcore.formats.common import FindingModel, FindingsFile, read_json
from camcore.formats.cut import CutFile
from camcore.formats.history import HistoryFile, StateModel
from camcore.formats.layers import sheet_dxf
from camcore.formats.manifest import stock_rows
from camcore.formats.nest import NestFile
from camcore.formats.nest import read as read_nest
from camcore.formats.task import task_of
from camcore.formats.verify import ProgramModel, VerifyFile
from camcore.nesting import bounds, nest
from camcore.nesting.measure import summary
from camcore.nesting.model import Nest, NestedSheet
from camcore.program.limits import has_air
from camcore.progress import Show, Watch
from camcore.ready import Budget, Ready, prepare
from camcore.report import JobRecord, SheetRecord, State
from camcore.stocked import assigned, pieces_of
from camcore.toolpath.model import Plan
from camcore.verify import inspect
from camcore.verify.model import Verified


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What came of a job. `seconds` by stage is for people; no output file holds it.

    review: what the review of manufacturability says besides; it stops nothing
    """

    out: Path
    findings: tuple[Finding, ...]
    nest: Nest
    programs: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    review: tuple[Finding, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 when all parts but fillers are placed and every program is proven, else 1."""
        fillers = {demand.part.id for demand in self.nest.demands if demand.fill}
        left = [row for row in self.nest.unplaced if row.part not in fillers]
        return 1 if errors(self.findings) or left else 0

    def as_dict(self) -> dict[str, Any]:
        """Plain form, for ``--json``."""
        document = NestFile.of(self.nest).model_dump(mode="json", by_alias=True)
        return {
            "exit": self.exit_code,
            "out": str(self.out),
            "programs": list(self.programs),
            "summary": document["summary"],
            "unplaced": document["unplaced"],
            "findings": [finding.as_dict() for finding in (*self.findings, *self.review)],
            "seconds": {stage: round(spent, 3) for stage, spent in self.seconds.items()},
        }

    def lines(self) -> list[str]:
        """What a person wants to know first."""
        total = summary(self.nest)
        placed = sum(sheet.repeat * len(sheet.placements) for sheet in self.nest.sheets)
        told = [
            f"{placed} pieces on {total.sheets} sheet(s), stopped by {self.nest.stopped_by}: yield {total.yield_:.1%}, "
            f"to the crop line {total.yield_to_crop_line:.1%}, at most {total.yield_bound:.1%} possible"
        ]
        least = bounds.of_nest(self.nest)
        told += [f"{least.sheets} sheet(s) at least: {least.reason}"] if least.sheets else []
        told += [f"unplaced: {row.quantity} × {row.part}: {row.why}" for row in self.nest.unplaced]
        told += [f"{sheet.id} is {_lying(sheet)}" for sheet in self.nest.sheets if pieces_of(sheet)]
        told.append(" · ".join(f"{stage} {spent:.2f} s" for stage, spent in self.seconds.items()))
        return [*told, *(f"proven and saved: {self.out / program}" for program in self.programs)]


def _lying(sheet: NestedSheet) -> str:
    """The pieces of the stock that a sheet is, and where they lie."""
    places = dict.fromkeys(origin.place for origin in sheet.stock.origins if origin.place)
    return f"{sheet.stock.id} of the stock{' in ' if places else ''}{', '.join(places)}"


class Clock:
    """How long each stage took, s; `told` is called with the name of each as it begins."""

    def __init__(self, told: Callable[[str], None] | None = None) -> None:
        self.seconds: dict[str, float] = {}
        self._told = told or (lambda _: None)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time one stage; stages of one name add up."""
        self._told(name)
        start = time.perf_counter()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start


def nest_only(
    path: Path, out: Path, budget: Budget, progress: Show | None = None, start: Path | None = None
) -> Outcome:
    """Nest the job at `path`, going on from the nest.json `start` if there is one, and write it to the file `out`."""
    clock = Clock()
    if not out.parent.is_dir():
        raise CamError(Finding("E307", "there is no folder to write it to", "make the folder first", str(out)))
    with clock.stage("read"):
        ready = prepare(path, budget)
        given = read_nest(read_json(start), str(start)) if start else None
    with clock.stage("nest"):
        found = _nested(ready, progress, given)
    found = assigned(found)
    write_whole(out, NestFile.of(found).marked(ready.job.papers.export_control).text())
    told = (replace(finding, file=str(start)) for finding in found.findings)
    return Outcome(out, (*ready.findings, *told), found, (), clock.seconds)


def _nested(ready: Ready, progress: Show | None, start: Nest | None = None) -> Nest:
    """The nest, with the pieces that were refused before it listed as unplaced."""
    taken = ready.intake
    found = nest(taken.demands, taken.stocks, ready.rules, job=ready.job.name, progress=progress, start=start)
    return replace(found, unplaced=(*found.unplaced, *taken.refused))


def run(
    path: Path, out: Path, budget: Budget, progress: Show | None = None, stage: Callable[[str], None] | None = None
) -> Outcome:
    """The job at `path` from drawings to proven programs in the folder `out`.

    The folder's files are the same for the same job, seed and version; the nest's wall time is therefore 0 in it.
    `stage` is called with the name of each stage as it begins, those of sheets once for each.
    Raises CamError where nothing can be made of the job; findings.json says so in the folder too. Raises it as well
    where another run is writing into the folder, which is left alone then.
    """
    clock = Clock(stage)
    with opened(out) as folder, Booking(out, budget.stock) as booking:
        try:
            ready, found, history = _nested_and_held(path, budget, progress, clock, booking)
        except CamError as error:
            folder.document("findings.json", _findings_file(error.findings))
            raise
        return _cut(ready, found, history, folder, clock, booking)


def _nested_and_held(
    path: Path, budget: Budget, progress: Show | None, clock: Clock, booking: Booking
) -> tuple[Ready, Nest, tuple[State, ...]]:
    """The nest, and how it grew; made again where others took pieces of the stock from it meanwhile."""
    while True:
        with clock.stage("read"):
            ready = prepare(path, budget, booking.source.run)
        watch = Watch(progress)
        with clock.stage("nest"):
            found = booking.hold(_nested(ready, watch))
        if found is not None:
            return ready, found, tuple(watch.states)


def _cut(
    ready: Ready, found: Nest, history: tuple[State, ...], folder: Folder, clock: Clock, booking: Booking
) -> Outcome:
    """From the nest to proven programs and papers."""
    with clock.stage("cuts"):
        plans = toolpath.plan(found, ready.setup)
    folder.marking = ready.job.papers.export_control
    making = Making(ready, found, folder, clock)
    sheets = [making.sheet(plan) for plan in plans]
    findings = (*ready.findings, *(finding for sheet in sheets for finding in sheet.findings))
    with clock.stage("review"):
        review = precheck.of_job(ready, findings)
    with clock.stage("report"):
        booking.keep(found, {made.record.sheet.id: folder.path / made.record.program for made in _saved(sheets)})
        told = JobRecord(
            replace(found, seconds=0.0),
            ready.machine,
            ready.setup,
            ready.material.title,
            tuple(made.record for made in sheets),
            (*findings, *review),
            ready.job.units,
            folder.marking or "",
            history,
        )
        _write_papers(ready, told, sheets, folder)
    programs = tuple(made.record.program for made in _saved(sheets))
    return Outcome(folder.path, findings, found, programs, clock.seconds, review)


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """One sheet's way through the rooms, with its entry in verify.json; `cut` is there where a program was saved."""

    record: SheetRecord
    findings: tuple[Finding, ...]
    proof: ProgramModel | None
    cut: CutFile | None = None


def _saved(sheets: Iterable[Made]) -> list[Made]:
    return [made for made in sheets if made.record.program]


class Making:
    """Sheet after sheet from plan to proven program."""

    def __init__(self, ready: Ready, found: Nest, folder: Folder, clock: Clock) -> None:
        self.ready, self.found, self.folder, self.clock = ready, found, folder, clock

    def sheet(self, plan: Plan) -> Made:
        """Build, post and prove one sheet's program; it is saved only when it is proven."""
        name = f"sheet-{self.found.sheets.index(plan.sheet) + 1:02d}"
        machine = self.ready.machine
        file = f"{name}.{machine.extension}"
        try:
            with self.clock.stage("post"):
                built = program.build(plan, machine, self.folder.marking or "")
                text = postprocessors.write(built, machine)
                times = program.duration(built, machine)
        except CamError as error:
            return Made(SheetRecord(plan.sheet, plan), (*plan.findings, *error.findings), None)
        air = plan.air and has_air(machine)
        with self.clock.stage("proof"):
            verdict = inspect(text, machine, task_of(self.found, plan, self.ready.setup, air))
        findings = (*plan.findings, *built.findings, *_of_file(verdict.findings, file))
        saved = verdict.proven and not errors((*plan.findings, *built.findings))
        cut = CutFile.of(plan, file, machine.name, self.ready.setup, air) if saved else None
        if cut:
            self.folder.save(Verified(verdict), file)
            self.folder.document(f"{name}.cut.json", cut)
            if content := self.ready.job.output.dxf:
                drawn = sheet_dxf(plan, self.found.parts, content, self.folder.marking or "")
                self.folder.write(f"{name}.dxf", drawn)
        proof = ProgramModel.of(verdict, file, machine.name, plan.sheet.id)
        return Made(SheetRecord(plan.sheet, plan, verdict, times, file if saved else ""), findings, proof, cut)


def _of_file(findings: Iterable[Finding], file: str) -> list[Finding]:
    return [replace(finding, file=finding.file or file) for finding in findings]


def _findings_file(findings: Iterable[Finding]) -> FindingsFile:
    return FindingsFile(findings=[FindingModel.of(finding) for finding in findings])


def _write_papers(ready: Ready, record: JobRecord, sheets: list[Made], folder: Folder) -> None:
    found = record.nest
    stock = stock_rows([made.record.sheet for made in _saved(sheets)], ready.job.material, ready.job.thickness)
    documents = papers.Documents(
        papers=papers.papers_file(ready.job, record, ready.material, ready.intake.drawings),
        nest=NestFile.of(found),
        verify=VerifyFile(programs=[sheet.proof for sheet in sheets if sheet.proof]),
        findings=_findings_file(record.findings),
        cuts={made.record.program: made.cut for made in sheets if made.cut},
        hashes={name: sha256(folder.path / name) for name in folder.outputs},
        stock=tuple(stock),
    )
    for name, model in documents.files():
        folder.document(name, model)
    states = [StateModel(**state._asdict()) for state in record.history]
    folder.document("history.json", HistoryFile(job=found.job, states=states))
    folder.write("report.html", report.write(record))
    for name, picture in report.pictures(record) if ready.job.output.pictures else ():
        folder.write(name, picture)
    if ready.job.output.papers:
        for name, pdf in papers.written(documents).items():
            folder.write(name, pdf)
    folder.finish(found.job, found.rules.seed, ready.intake.inputs, stock)
