"""What a price is made of. Value types only; money and what it is worked out from are exact decimals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from camcore.estimate import Estimate, Process
from camcore.nesting.model import Demand, Stock

Kind = Literal["rates", "estimate", "order", "machine", "material", "rule"]
"""Where a figure comes from: the shop's rates, the estimate, the order, a file of the machine or the materials, or
camcore's own rule."""


class Group(StrEnum):
    """What a line of a price is for, in the order in which lines stand."""

    MATERIAL = "material"
    SETUP = "setup"
    RUN = "run"
    TOOLS = "tools"
    OPERATIONS = "operations"
    MARGIN = "margin"
    MINIMUM = "minimum"
    ROUNDING = "rounding"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a figure comes from: a file with key and line (from 1), where it is one, and how far it can be trusted."""

    kind: Kind
    status: str
    file: str | None = None
    key: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(word) for word in (self.file, self.line) if word is not None)
        return ", ".join(word for word in (place or str(self.kind), self.key, self.status) if word)


@dataclass(frozen=True, slots=True)
class Input:
    """A figure that goes into a line, by the name that the line's formula has for it."""

    name: str
    value: Decimal
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a price: `formula` over the names of its inputs gives the amount, which is rounded to money.

    about: figures that the inputs rest on, such as the machine's speeds
    """

    group: Group
    name: str
    amount: Decimal
    formula: str
    inputs: tuple[Input, ...]
    about: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """The price of so many pieces or sets: `total` is the sum of the lines, `unit` the price of each.

    made: pieces made of each part, scrap among them; scrap: the rules that say how many more
    """

    quantity: int
    made: Mapping[str, int]
    estimate: Estimate
    lines: tuple[Line, ...]
    unit: Decimal
    total: Decimal
    scrap: tuple[Input, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """What is priced: parts as they are asked for in one set, on which sheets, how they are cut, and which operations
    are asked for besides, by name."""

    demands: tuple[Demand, ...]
    stocks: tuple[Stock, ...]
    process: Process
    operations: tuple[str, ...] = ()

    def edge(self, made: Mapping[str, int]) -> float:
        """Length of all finished edges of so many pieces, m."""
        lengths = {d.part.id: sum(c.length for c in (d.part.outline, *d.part.holes)) for d in self.demands}
        return sum(lengths[name] * count for name, count in made.items()) / 1000.0
