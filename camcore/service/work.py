"""What the worker processes do: each function takes plain values and gives text, and imports what it needs itself.

The service's own process imports this file only for the functions' names.
"""

from __future__ import annotations

import os
import tempfile
from collections import OrderedDict, deque
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from camcore.findings import CamError, Finding
from camcore.workers import report

if TYPE_CHECKING:
    from camcore.estimate import Lay
    from camcore.machine import Machine
    from camcore.nesting.model import Demand, Rules, Stock
    from camcore.part import Part, Parts
    from camcore.program.piece import PieceTime
    from camcore.toolpath.setup import Setup

MOST_DRAWINGS, MOST_BYTES = 64, 50_000_000
"""Drawings, and bytes of their files, that a process remembers."""
MOST_LAYS = 16
"""Lays of one drawing that it remembers: sheets, spacings, rotations."""
MOST_TIMES = 8
"""Times of its parts that it remembers: machines, thicknesses."""

_DOT = "0\nSECTION\n2\nENTITIES\n0\nCIRCLE\n8\n0\n10\n0\n20\n0\n30\n0\n40\n10\n0\nENDSEC\n0\nEOF\n"
_PAIR = ("disc.dxf", "other.dxf")
_JOB = """version = 1
name = "warm"
machine = "generic-grbl-router"
material = "fr4"
thickness = 1.5
parts = [{drawing = "disc.dxf", units = "mm", quantity = 2}, {drawing = "other.dxf", units = "mm"}]
sheets = [{size = [200, 100]}]
"""


def warm() -> None:
    """Import the rooms of answers and load their compiled code, by answers about two discs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for each in _PAIR:
            (folder / each).write_text(_DOT)
        (folder / "job.toml").write_text(_JOB)
        path, how = folder / _PAIR[0], {"material": "fr4", "thickness": "1.5mm"}
        quote(path, {**how, "units": "mm"}, [10], [])
        review(path, {**how, "process": "mill"}, "mm")
        estimate_job(folder)
        _drawn.clear()


def warm_runner() -> None:
    """Get ready for jobs: they give way to answers."""
    import_module("camcore.run")

    if hasattr(os, "nice"):
        os.nice(5)

    warm()


# -- drawings that are remembered -------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False)
class Drawn:
    """A drawing's parts, how they lie on what they were asked for, and how long each takes. Mutable: both are added."""

    parts: Parts
    size: int
    lays: OrderedDict[tuple[object, ...], Lay] = field(default_factory=OrderedDict)
    times: deque[tuple[str, Setup, Machine, PieceTime]] = field(default_factory=lambda: deque(maxlen=MOST_TIMES))

    def lay(self, demand: Demand, stock: Stock, rules: Rules) -> Lay:
        """As `estimate.lay`, remembered."""
        from camcore import estimate

        box = stock.outline.box
        key = (demand.part.id, demand.rotations, box.width, box.height, rules.spacing, rules.margin)
        laid = self.lays.pop(key, None) or estimate.lay(demand, stock, rules)
        self.lays[key] = laid
        if len(self.lays) > MOST_LAYS:
            self.lays.popitem(last=False)
        return laid if laid.stock.cost == stock.cost else replace(laid, stock=replace(laid.stock, cost=stock.cost))

    def time(self, part: Part, setup: Setup, machine: Machine) -> PieceTime:
        """As `piece_time`, remembered."""
        from camcore.program.piece import piece_time

        for known in self.times:
            if known[:3] == (part.id, setup, machine):
                return known[3]
        found = piece_time(part, setup, machine)
        self.times.append((part.id, setup, machine, found))
        return found


_drawn: OrderedDict[tuple[str, str | None], Drawn] = OrderedDict()


def drawn(path: Path, units: str | None) -> Drawn:
    """The parts of a kept drawing. The file's folder is named after its content, so its path stands for that."""
    from camcore import drawing, part

    key = (str(path), units)
    found = _drawn.pop(key, None)
    if found is None:
        found = Drawn(_named(part.find(drawing.read(path, units)), path.name), path.stat().st_size)
    _drawn[key] = found
    while len(_drawn) > MOST_DRAWINGS or (len(_drawn) > 1 and sum(each.size for each in _drawn.values()) > MOST_BYTES):
        _drawn.popitem(last=False)
    return found


def _named(parts: Parts, name: str) -> Parts:
    return replace(parts, findings=tuple(_without_path(finding, name) for finding in parts.findings))


def _without_path(finding: Finding, name: str) -> Finding:
    """The finding under the name that the caller gave the file: no path of this system leaves it."""
    return replace(finding, file=name) if finding.file else finding


# -- answers at once --------------------------------------------------------------------------------------------------


def estimate(path: Path, order: dict[str, Any]) -> str:
    """Estimates of a kept drawing, as the text of an estimate document; `order`: fields of `estimating.Order`."""
    from camcore import estimating

    found = drawn(path, order["units"])
    return estimating.of_parts(found.parts, estimating.Order(**order), found.lay, found.time).document.text()


def quote(path: Path, order: dict[str, Any], quantities: list[int], operations: list[str]) -> str:
    """Price breaks of a kept drawing by the shop's rates, as the text of a quote document."""
    from camcore import estimating, pricing, quoting

    found = drawn(path, order["units"])
    wanted = estimating.asked_of(found.parts, estimating.Order(**order))
    wish = quoting.Wish(tuple(quantities), None, tuple(operations))
    return quoting.of_asked(wanted, path.stem, wish, pricing.load(None), found.lay, found.time).document.text()


def quote_job(folder: Path, quantities: list[int], operations: list[str]) -> str:
    """Price breaks of the job in a folder, in sets, as the text of a quote document."""
    from camcore import estimating, pricing, quoting

    wanted = estimating.asked(folder / "job.toml", estimating.Order())
    wish = quoting.Wish(tuple(quantities), None, tuple(operations))
    return quoting.of_asked(wanted, wanted.job or "job", wish, pricing.load(None)).document.text()


def estimate_job(folder: Path) -> str:
    """Estimate of all parts of the job in a folder together, as the text of an estimate document."""
    from camcore import estimating
    from camcore.estimating import Order

    return estimating.of_file(folder / "job.toml", Order()).document.text()


def review(path: Path, order: dict[str, Any], units: str | None) -> str:
    """Review of a kept drawing, as the text of a dfm document; `order`: fields of `reviewing.Order`."""
    from camcore import reviewing

    return _relative(reviewing.review([path], reviewing.Order(**order), units).document, path.name)


def parts(path: Path, units: str | None) -> str:
    """What a kept drawing holds, as the text of a read document."""
    from camcore.formats.read import read_drawings

    return _relative(read_drawings([path], units)[0], path.name)


def _relative(document: Any, name: str) -> str:
    for each in document.drawings:
        each.file = name
        for finding in each.findings:
            finding.file = name if finding.file else None
    text: str = document.text()
    return text


def picture(path: Path, units: str | None, part: str | None) -> str:
    """Picture of a part of a kept drawing, the first unless one is named, with its findings, as SVG."""
    from camcore.report.marked import marked_svg

    found = drawn(path, units).parts
    chosen = [one for one in found.parts if part is None or one.id == part]
    if not chosen:
        raise CamError(Finding("E946", f"there is no part {part or ''!r} in it", "ask for its parts", path.name))
    return marked_svg(chosen[0], found.findings)


def check(folder: Path) -> None:
    """Hold the job in a folder against what is installed. Raises CamError for what can be told without its drawings."""
    from camcore import job, machine, material
    from camcore.toolpath import resolve

    path = folder / "job.toml"
    try:
        said = job.load(path)
        resolve(machine.load(said.machine), material.load(said.material), said.thickness, said.process.overrides)
    except CamError as error:
        raise CamError(job.located(_without_path(finding, "job.toml"), path) for finding in error.findings) from None


# -- jobs -------------------------------------------------------------------------------------------------------------


def carry_out(folder: Path, out: Path, work: str) -> dict[str, Any]:
    """Run the job in a folder ("run"), or nest it and no more ("nest"), into the folder `out`; what came of it."""
    from camcore import run
    from camcore.ready import Budget
    from camcore.service.layouts import Watch

    watch, path = Watch(report), folder / "job.toml"
    try:
        if work == "nest":
            out.mkdir(parents=True, exist_ok=True)
            outcome = run.nest_only(path, out / "nest.json", Budget(), watch.show)
        else:
            outcome = run.run(path, out, Budget(), watch.show, watch.stage)
    except CamError as error:
        raise CamError(_without_path(finding, Path(finding.file or "").name) for finding in error.findings) from None
    _to_disk(out)
    return {key: value for key, value in outcome.as_dict().items() if key != "out"}


def _to_disk(folder: Path) -> None:
    """Have the system write the folder's files to the disk, before a database says that they are there."""
    if os.name == "posix":
        for path in [*folder.iterdir(), folder]:
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)
