"""Which of a shop's rates hold for some work."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from camcore.estimate import Estimate
from camcore.findings import CamError, Finding
from camcore.nesting.model import Stock
from camcore.pricing.model import Input, Work
from camcore.pricing.rates import Book, MachineTable, MaterialCost, Operation, ToolEntry
from camcore.toolpath.model import Tool
from camcore.toolpath.setup import MillSetup

SAME_TOOL = 0.01
"""Diameters this near, mm, are one tool."""


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Work with the rates that hold for it. `station` is the name of the machine's table.

    costs: number and entry of the cost of each stock that has none of its own, by its id
    operations: number and entry of each that is done
    """

    work: Work
    book: Book
    station: str
    costs: dict[str, tuple[int, MaterialCost]]
    operations: tuple[tuple[int, Operation], ...]

    @property
    def machine(self) -> MachineTable:
        """The rates of the machine."""
        return self.book.rates.machines[self.station]

    def tool(self, tool: Tool) -> tuple[int, ToolEntry] | None:
        """Number and entry of the first price that fits a tool; None where there is none."""
        for number, entry in enumerate(self.book.rates.tools):
            same = entry.diameter is None or abs(entry.diameter - tool.diameter) <= SAME_TOOL
            if same and entry.kind == tool.kind:
                return number, entry
        return None

    def scrap(self, asked: int) -> tuple[int, tuple[Input, ...]]:
        """How many pieces more are made where so many are asked for, and the rule that says so."""
        for number, entry in enumerate(self.book.rates.scrap):
            if entry.fits(self.work.process.material.id, asked):
                more = entry.pieces + int((entry.share * asked).to_integral_value(ROUND_CEILING))
                pieces = self.book.rate("pieces more", Decimal(entry.pieces), "pieces", "scrap", number, "pieces")
                return more, (pieces, self.book.rate("share more", entry.share, "", "scrap", number, "share"))
        return 0, ()

    def unpriced(self, estimates: Iterable[Estimate]) -> list[Finding]:
        """W903 for tools that wear, but have no price or no life."""
        mill, worn = self.work.process.setup.mill, sorted({number for each in estimates for number in each.wear})
        return [self._unpriced(mill, mill.tools[number]) for number in worn if mill and not self._known(mill, number)]

    def _known(self, mill: MillSetup, number: int) -> bool:
        entry = self.tool(mill.tools[number])
        return entry is not None and bool(mill.tool_life or entry[1].life)

    def _unpriced(self, mill: MillSetup, tool: Tool) -> Finding:
        lacks = "life" if self.tool(tool) else "price"
        message = f"{tool.name or tool.kind}, {tool.diameter:g} mm: no {lacks} is known; its wear is not charged"
        advice = "add it to the [[tools]] of the rates" if lacks == "price" else "add life to its entry, in m"
        return Finding("W903", message, advice, self.book.file, {"key": "tools", "size": tool.diameter})


def terms(work: Work, book: Book) -> Terms:
    """The rates that hold for some work.

    Raises CamError: E901 for a machine, E902 for a material without a rate, E904 for an operation that there is not.
    """
    machine, problems = work.process.machine, list(_unknown(work, book))
    station = next((name for name in (machine.name, machine.process) if name in book.rates.machines), None)
    if station is None:
        advice = f"add a table [machines.{machine.process}], or one of its name"
        problems.append(
            Finding("E901", f"the rates have no hour of {machine.name}", advice, book.file, {"key": "machines"})
        )
    costs = {stock.id: _cost(work, book, stock, problems) for stock in work.stocks if stock.cost is None}
    if problems or station is None:
        raise CamError(problems)
    material, done = work.process.material.id, enumerate(book.rates.operations)
    chosen = tuple((k, each) for k, each in done if each.suits(machine.process, material, work.operations))
    return Terms(work, book, station, {name: cost for name, cost in costs.items() if cost}, chosen)


def _unknown(work: Work, book: Book) -> Iterable[Finding]:
    names = [operation.name for operation in book.rates.operations]
    for name in work.operations:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            advice = f"did you mean {close[0]!r}?" if close else f"take one of {', '.join(names)}"
            yield Finding("E904", f"the rates have no operation {name!r}", advice, book.file, {"key": "operations"})


def _cost(work: Work, book: Book, stock: Stock, problems: list[Finding]) -> tuple[int, MaterialCost] | None:
    material, thickness = work.process.material.id, work.process.setup.thickness
    for number, entry in enumerate(book.rates.material.costs):
        if entry.fits(material, thickness):
            return number, entry
    message = f"there is no cost of {material} of {thickness:g} mm (sheet {stock.id})"
    advice = "add it to the [[material.costs]] of the rates, or name the cost of a sheet"
    problems.append(Finding("E902", message, advice, book.file, {"key": "material.costs"}))
    return None
