"""From a job that was cut to papers.json."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import fields
from itertools import groupby

from camcore.drawing import Drawing
from camcore.formats import papers as files
from camcore.formats.common import contour
from camcore.job import Job
from camcore.machine import Machine
from camcore.material.model import Material
from camcore.program import Times
from camcore.report import JobRecord, SheetRecord
from camcore.report.figures import trimmed
from camcore.report.motion import cut_of_each, legs
from camcore.report.process import process_rows
from camcore.report.sheet import item_numbers
from camcore.toolpath import wear
from camcore.toolpath.model import Plan
from camcore.units import clean

DIGITS = 6
"""Decimals of lengths and times in the file."""


def papers_file(job: Job, record: JobRecord, material: Material, drawings: Mapping[str, Drawing]) -> files.PapersFile:
    """What the papers of a run tell; `drawings` are by the id of each part."""
    return files.PapersFile(
        export_control=job.papers.export_control,
        job=job.name,
        units=job.units,
        heading=_heading(job),
        operations=list(job.papers.operations) if job.papers.operations is not None else None,
        machine=_machine(record.machine),
        material=_material(material, job.thickness),
        items=list(_items(job, record, drawings)),
        process=[
            files.FactModel(name=name, value=value, source=source) for name, value, source in process_rows(record)
        ],
        tools=list(_tools(record)),
        sheets=list(_sheets(record)),
    )


def _heading(job: Job) -> files.HeadingModel:
    said = job.papers
    return files.HeadingModel(
        company=said.company,
        address=said.address,
        customer=said.customer,
        order=said.order,
        date=said.date,
        page=said.page or ("letter" if job.units == "in" else "A4"),
    )


def _material(material: Material, thickness: float) -> files.MaterialModel:
    entry = material.entry
    return files.MaterialModel(
        id=material.id,
        title=entry.title,
        nema=entry.nema,
        specification=entry.mil.value if entry.mil else "",
        thickness=thickness,
    )


def _items(job: Job, record: JobRecord, drawings: Mapping[str, Drawing]) -> Iterator[files.ItemModel]:
    for name, item in item_numbers(record.nest.parts).items():
        drawing = drawings[name].file
        entries = (entry for entry in job.parts if entry.drawing == drawing and entry.part in (None, name))
        named = next(entries, None)
        yield files.ItemModel(
            part=name,
            item=item,
            drawing=drawing,
            number=named.number if named else None,
            revision=named.revision if named else None,
            title=named.title if named else None,
        )


# -- machine ----------------------------------------------------------------------------------------------------------


def _machine(machine: Machine) -> files.MachineModel:
    return files.MachineModel(
        name=machine.name,
        title=machine.title,
        control_title=machine.abilities.title,
        process=machine.process,
        control=[files.FactModel(name=name, value=value, source=source) for name, value, source in _control(machine)],
    )


def _control(machine: Machine) -> Iterator[tuple[str, str, str]]:
    """What programs for this machine count on: name, value, status of the fact."""
    can, text = machine.abilities, machine.abilities.text

    def stated(key: str) -> str:
        return can.provenance(key).status

    word = text.units[machine.format.units != "mm"]
    yield "Units", f"{word} ({machine.format.units}), {machine.format.decimals} decimals", stated("text.units")
    if text.modes:
        yield "Modes that the program sets", " ".join(text.modes), stated("text.modes")
    offset = next((mode for mode in text.modes if mode in WORK_OFFSETS), "the one that is in force")
    yield "Work offset", f"{offset}: zero as in the picture", stated("text.modes")
    yield "Arcs", _arcs(machine), stated("arcs")
    unit = {1.0: "seconds", 1000.0: "milliseconds"}.get(text.dwell_second, f"1/{text.dwell_second:g} s")
    yield "Dwell", f"{text.dwell} of G4 counts {unit}", stated("text.dwell_second")
    if text.blend:
        yield "Path control", f"{text.blend}{trimmed(machine.rates.blend, 4)} mm", stated("text.blend")
    for name, value in machine.settings.items():
        yield name, value, machine.provenance(f"settings.{name}").status
    for name, lines in (("First lines", machine.preamble), ("Last lines", machine.postamble)):
        if lines:
            yield name, " / ".join(lines), machine.provenance(name).status


WORK_OFFSETS = frozenset({"G54", "G55", "G56", "G57", "G58", "G59"})
"""Words that choose a work offset (RS274/NGC, table 5)."""


def _arcs(machine: Machine) -> str:
    can = machine.abilities
    if not can.arcs:
        return "none: chords"
    return f"kept, at most {can.arc_sweep:g}° each; radii may differ by {trimmed(can.radius_tolerance, 4)} mm"


# -- tools ------------------------------------------------------------------------------------------------------------


def _tools(record: JobRecord) -> Iterator[files.ToolModel]:
    mill = record.setup.mill
    used = {cut.tool for each in record.sheets if each.plan for cut in each.plan.cuts}
    for tool in mill.tools.values() if mill else ():
        if mill and tool.number in used:
            yield files.ToolModel(
                number=tool.number,
                name=tool.name,
                kind=tool.kind,
                diameter=clean(tool.diameter, DIGITS),
                rpm=clean(tool.rpm, DIGITS),
                feed=clean(mill.feed[tool.number], DIGITS),
                plunge=clean(mill.plunge[tool.number], DIGITS),
                life=mill.tool_life or None,
            )


def _uses(record: JobRecord) -> Iterator[list[files.ToolUseModel]]:
    """Tools of one sheet after the other, each new at the start of the job."""
    life = record.setup.mill.tool_life if record.setup.mill else 0.0
    heights = record.machine.heights
    done: dict[int, float] = defaultdict(float)
    for each in record.sheets:
        rows = []
        for number, metres in _metres(each.plan).items():
            before, done[number] = done[number], done[number] + metres * each.sheet.repeat
            depth = _depth(each.plan, number)
            clear = each.plan.clearance if each.plan else 0.0
            rows.append(
                files.ToolUseModel(
                    number=number,
                    depth=clean(depth, DIGITS),
                    stick_out=clean(depth + (clear or heights.clearance if heights else clear), DIGITS),
                    metres=clean(metres, DIGITS),
                    before=clean(before, DIGITS),
                    changes=int(done[number] / life) - int(before / life) if life else 0,
                )
            )
        yield rows


def _metres(plan: Plan | None) -> dict[int, float]:
    """Path of each rotating tool of a plan in the stock, m; what drills do is no path."""
    if plan is None or plan.process == "laser":
        return {}
    return dict.fromkeys(sorted({cut.tool for cut in plan.cuts}), 0.0) | wear.lengths(plan)


def _depth(plan: Plan | None, tool: int) -> float:
    """How far below the stock's top a tool goes, mm."""
    cuts = [cut for cut in plan.cuts if cut.tool == tool] if plan else []
    low = [-min(stroke.z0, stroke.z1) for cut in cuts for stroke in cut.strokes]
    return max(0.0, *low, *(cut.hole.depth for cut in cuts if cut.hole))


# -- sheets -----------------------------------------------------------------------------------------------------------


def _sheets(record: JobRecord) -> Iterator[files.SheetPaperModel]:
    for each, uses in zip(record.sheets, _uses(record), strict=True):
        times = each.times
        yield files.SheetPaperModel(
            sheet=each.sheet.id,
            program=each.program or None,
            times=_times(times) if times else None,
            steps=list(_steps(each, record.machine)),
            tools=uses,
            zones=[
                files.ZoneModel(name=zone.name, outline=contour(zone.outline))
                for zone in record.nest.rules.zones
                if zone.stock in (None, each.sheet.stock.id)
            ],
        )


def _times(times: Times) -> files.TimesModel:
    stated = {field.name: getattr(times, field.name) for field in fields(times)}
    return files.TimesModel.model_validate({name: clean(value, DIGITS) for name, value in stated.items()})


def _steps(each: SheetRecord, machine: Machine) -> Iterator[files.StepModel]:
    """Steps of a program as the proof read it; the way to a cut, and waiting for it, counts with it."""
    if each.plan is None or each.verdict is None:
        return
    found = legs(each.verdict.moves, machine)
    index = cut_of_each(found, each.plan.cuts)
    rows: list[tuple[int, float]] = []
    waiting = 0.0
    for leg, at in zip(found, index, strict=True):
        waiting += leg.seconds
        if at is not None:
            rows.append((at, waiting))
            waiting = 0.0
    cuts = each.plan.cuts
    for tool, group in groupby(rows, key=lambda row: cuts[row[0]].tool):
        members = list(group)
        kinds = Counter(cuts[at].kind for at in sorted({at for at, _ in members}))
        counts = {kind.value: count for kind, count in kinds.items()}
        yield files.StepModel(tool=tool, cuts=counts, seconds=clean(sum(spent for _, spent in members), DIGITS))
