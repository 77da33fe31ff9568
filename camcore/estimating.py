"""The `estimate` command: a job, or a drawing with an order in words, to estimates, words and JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from camcore import drawing, estimate, material, part, ready
from camcore import machine as machines
from camcore.estimate import Estimate, Lay, Process
from camcore.findings import CamError, Finding, errors
from camcore.formats.common import FindingModel
from camcore.formats.estimate import ConfidenceModel, EstimateFile, EstimateModel, PartModel, StockModel
from camcore.job import MAX_QUANTITY, ROTATIONS, SheetEntry
from camcore.lengths import size_of, thickness_of
from camcore.machine import Machine
from camcore.material.model import Material
from camcore.nesting.model import Demand, Rules, Stock
from camcore.part import Part, Parts
from camcore.program.piece import PieceTime, piece_time
from camcore.toolpath import resolve
from camcore.toolpath.setup import Setup
from camcore.units import MAX_COST

USUAL = (914.4, 1219.2)
"""A sheet, mm (36 × 48 in), where neither the call nor the material library names one."""
MACHINES = ("generic-grbl-laser", "generic-grbl-router")
"""What a drawing is estimated for where no machine is named: the first that may cut the material."""
DIGITS = 6
LayOf = Callable[[Demand, Stock, Rules], Lay]
TimeOf = Callable[[Part, Setup, Machine], PieceTime]


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for beside a drawing, as a person says it; lengths in mm or with their unit, None for defaults."""

    material: str | None = None
    thickness: str | None = None
    quantity: str = "1"
    sheet: str | None = None
    machine: str | None = None
    rotation: str = "ortho"
    units: str | None = None
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Estimates, for each set of quantities one, what was found on the way, and the document of both."""

    estimates: tuple[Estimate, ...]
    findings: tuple[Finding, ...]
    document: EstimateFile

    @property
    def exit_code(self) -> int:
        """0 when all pieces go on sheets and nothing is wrong, else 1."""
        return int(bool(errors(self.findings)) or any(each.unplaced for each in self.estimates))


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Parts and sheets at hand, to be estimated in any quantities.

    quantities: of sets that the order names; refused: pieces by part that cannot be made
    """

    demands: tuple[Demand, ...]
    stocks: tuple[Stock, ...]
    process: Process
    findings: tuple[Finding, ...]
    quantities: tuple[int, ...] = (1,)
    refused: Mapping[str, int] = field(default_factory=dict)
    job: str | None = None

    @property
    def plain(self) -> bool:
        """Whether it is one part by itself on one stock."""
        alone = len(self.demands) == len(self.stocks) == 1
        return alone and not self.process.rules.locked and self.demands[0].kit is None

    def sets(self, count: int) -> tuple[Demand, ...]:
        """The demands, so many times."""
        return tuple(replace(demand, quantity=demand.quantity * count) for demand in self.demands)


def of_file(path: Path, order: Order) -> Outcome:
    """Estimates of a job (a .toml file) or of a drawing.

    Raises CamError: E336 for words of the order that make no sense, and as reading, `ready.prepare` and `nest` do.
    """
    return of_asked(asked(path, order))


def asked(path: Path, order: Order) -> Asked:
    """What a job, or a drawing with an order, asks for. Raises CamError as `of_file`."""
    if path.suffix.lower() == ".toml":
        return _asked_by_job(path)
    return asked_of(part.find(drawing.read(path, order.units)), order)


def of_parts(drawn: Parts, order: Order, lay: LayOf = estimate.lay, time: TimeOf = piece_time) -> Outcome:
    """Estimates of the parts of a drawing; `lay` and `time` may remember what they found.

    Raises CamError as `of_file`.
    """
    return of_asked(asked_of(drawn, order), lay, time)


def of_asked(wanted: Asked, lay: LayOf = estimate.lay, time: TimeOf = piece_time) -> Outcome:
    """Estimates of the quantities that the order names."""
    found = estimates(wanted, [wanted.sets(count) for count in wanted.quantities], lay, time)
    refused = dict(wanted.refused)
    told = [
        replace(each, quantities=each.quantities | refused, unplaced=each.unplaced | refused) if refused else each
        for each in found
    ]
    return _outcome(told, wanted)


def estimates(
    wanted: Asked, kits: Sequence[Sequence[Demand]], lay: LayOf = estimate.lay, time: TimeOf = piece_time
) -> list[Estimate]:
    """Estimates of what is asked for, in other quantities: smaller ones first."""
    if not wanted.plain:
        return estimate.of_kits(kits, wanted.stocks, wanted.process)
    (demand,), process = wanted.demands, wanted.process
    each = time(demand.part, process.setup, process.machine)
    laid = lay(demand, wanted.stocks[0], process.rules)
    return estimate.of_lay(laid, [kit[0].quantity for kit in kits], process, each)


def _asked_by_job(path: Path) -> Asked:
    job = ready.prepare(path, ready.Budget())
    process, taken = Process(job.machine, job.material, job.setup, job.rules), job.intake
    refused = {row.part: row.quantity for row in taken.refused}
    return Asked(taken.demands, taken.stocks, process, job.findings, refused=refused, job=job.job.name)


def asked_of(drawn: Parts, order: Order) -> Asked:
    """What an order asks for of the parts of a drawing. Raises CamError as `of_file`."""
    stuff = material.load(_said(order.material, "material", "an id from `camcore materials`"))
    thickness = thickness_of(_said(order.thickness, "thickness", "1.57mm, say, or 1/16in"), "E336")
    process = _process(stuff, thickness, order.machine)
    counts = tuple(quantities(order.quantity))
    if order.rotation not in ROTATIONS:
        raise CamError(
            Finding("E336", f"there is no rotation {order.rotation!r}", f"take one of {', '.join(ROTATIONS)}")
        )
    if errors(drawn.findings):
        raise CamError(drawn.findings)
    demands = tuple(Demand(each, 1, ROTATIONS[order.rotation]) for each in drawn.parts)
    stock = replace(_stock(order.sheet, stuff), cost=_cost(order.cost))
    return Asked(demands, (stock,), process, (*process.setup.findings, *drawn.findings), counts)


def _said(text: str | None, name: str, example: str) -> str:
    if text is None:
        raise CamError(Finding("E336", f"the {name} is missing", f"add --{name}: {example}"))
    return text


def _process(stuff: Material, thickness: float, name: str | None) -> Process:
    """The machine of that name, or the first general one that may cut the material, and how it cuts it."""
    tried = [name] if name else [each for each in MACHINES if _may(stuff, each)]
    machine = machines.load(tried[0] if tried else MACHINES[0])
    setup = resolve(machine, stuff, thickness)
    return Process(machine, stuff, setup, Rules(setup.spacing, setup.margin))


def _may(stuff: Material, machine: str) -> bool:
    laser = stuff.laser is not None and stuff.laser.policy.value == "allow"
    return laser if machine == MACHINES[0] else stuff.mill is not None


def quantities(text: str) -> list[int]:
    """Whole numbers, by commas. Raises CamError E336 for anything else."""
    words = [word.strip() for word in text.split(",")]
    if not all(word.isdecimal() and 0 < int(word) <= MAX_QUANTITY for word in words):
        advice = f"give whole numbers from 1 to {MAX_QUANTITY}, as 10,100,1000"
        raise CamError(Finding("E336", f"quantity {text!r} makes no sense", advice))
    return [int(word) for word in words]


def _cost(cost: float | None) -> float | None:
    if cost is not None and not 0.0 <= cost <= MAX_COST:
        raise CamError(Finding("E336", f"a cost of {cost:g} makes no sense", f"give 0 to {MAX_COST:g}"))
    return cost


def _stock(text: str | None, stuff: Material) -> Stock:
    """The sheet that the words name (``36x48in``), else the first usual one of the material."""
    if text is None:
        usual = stuff.entry.sheets.sizes[0] if stuff.entry.sheets else USUAL
        return _named(usual)
    return _named(size_of("sheet", text, "E336"))


def _named(size: tuple[float, float]) -> Stock:
    return replace(Stock.rectangle(*size), id=SheetEntry(size=size).stock_name)


def _outcome(found: Sequence[Estimate], wanted: Asked) -> Outcome:
    process, findings = wanted.process, wanted.findings
    file = EstimateFile(
        job=wanted.job,
        machine=process.machine.name,
        material=process.material.id,
        thickness=process.setup.thickness,
        spacing=round(process.rules.spacing, DIGITS),
        margin=round(process.rules.margin, DIGITS),
        estimates=[model(each) for each in found],
        findings=[FindingModel.of(finding) for finding in findings],
    )
    return Outcome(tuple(found), findings, file)


def model(found: Estimate) -> EstimateModel:
    """The estimate's file form."""
    sure = found.confidence
    placed = sum(found.quantities.values()) - sum(found.unplaced.values())
    return EstimateModel(
        parts=[
            PartModel(id=name, quantity=quantity, unplaced=found.unplaced.get(name, 0))
            for name, quantity in found.quantities.items()
        ],
        sheets=found.count,
        stocks=[StockModel(stock=name, count=count) for name, count in found.sheets.items()],
        last_share=round(found.last_share, DIGITS),
        per_sheet=found.per_sheet,
        yield_=round(found.yield_, DIGITS),
        yield_bound=round(found.yield_bound, DIGITS),
        least_sheets=found.least.sheets,
        least_sheets_reason=found.least.reason,
        seconds=round(found.seconds, 1),
        seconds_each=round(found.seconds / placed, 2) if placed else 0.0,
        price=found.price,
        confidence=ConfidenceModel(
            level=sure.level, sheets_low=round(sure.low, 3), sheets_high=round(sure.high, 3), reason=sure.reason
        ),
    )


def text(outcome: Outcome) -> str:
    """The estimates in words."""
    file = outcome.document
    head = (
        f"{file.material} {file.thickness:g} mm on {file.machine}, spacing {file.spacing:g}, margin {file.margin:g} mm"
    )
    rows = zip(outcome.estimates, file.estimates, strict=True)
    return "\n".join([head, *(line for found, told in rows for line in (*_lines(found), *_quoted(told)))]) + "\n"


def _quoted(told: EstimateModel) -> Iterator[str]:
    if told.quote:
        whose = ", by EXAMPLE RATES" if told.quote.example else ""
        yield f"  price {told.quote.total} {told.quote.currency}, {told.quote.unit_price} each{whose}"


def _lines(found: Estimate) -> Iterator[str]:
    wanted = ", ".join(f"{quantity} × {name}" for name, quantity in found.quantities.items())
    sheets = ", ".join(f"{count} × {name}" for name, count in found.sheets.items()) or "no sheet"
    each = f", {found.per_sheet} on a full one" if found.per_sheet else ""
    price = "" if found.price is None else f", sheets {found.price:.2f}"
    yield f"{wanted}: {sheets}, of the last {found.last_share:.0%}{each}"
    yield f"  yield {found.yield_:.1%} of at most {found.yield_bound:.1%}; {_clock(found.seconds)} of cutting{price}"
    sure = found.confidence
    yield f"  {sure.level}: {sure.low:.2f} to {sure.high:.2f} sheets; {sure.reason}"
    for name, count in found.unplaced.items():
        yield f"  {count} × {name} go on no sheet"


def _clock(seconds: float) -> str:
    hours, rest = divmod(round(seconds / 60.0), 60)
    return f"{hours} h {rest:02d} min" if seconds >= 3600 else f"{seconds / 60.0:.1f} min"
