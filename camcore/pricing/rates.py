"""The rates of a shop: one TOML file, strict; every figure knows the line that it stands on."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from camcore import tomlfile
from camcore.findings import Finding
from camcore.lengths import Length, PositiveLength
from camcore.pricing.model import Input, Origin
from camcore.tomlfile import Key, Strict

VARIABLE = "CAMCORE_RATES"
"""Environment variable that names the shop's rates, where no call names them."""
SHIPPED, EXAMPLE = "rates.toml", "example"
"""The rates that come with camcore, and how a call names them."""
THICKNESS = 0.05
"""Thicknesses are one where they differ by no more than this share: 1.57 mm is 0.062 in."""

Amount = Annotated[Decimal, Field(ge=0, le=10_000_000)]
Share = Annotated[Decimal, Field(ge=0, le=1)]
Minutes = Annotated[Decimal, Field(ge=0, le=100_000)]
Process = Literal["laser", "mill"]
Per = Literal["m2", "ft2", "kg", "lb"]


class MaterialCost(Strict):
    """One ``[[material.costs]]`` table: what stock costs per area or weight; absent material or thickness: any."""

    material: str | None = None
    thickness: PositiveLength | None = None
    cost: Amount
    per: Per = "m2"

    def fits(self, material: str, thickness: float) -> bool:
        """Whether it is the cost of that stock; thickness in mm."""
        same = self.thickness is None or abs(self.thickness - thickness) <= THICKNESS * thickness
        return self.material in (None, material) and same


class MaterialTable(Strict):
    """The ``[material]`` table.

    charge: "sheets" for whole sheets, "share" for as much of the last as is used, where the rest is kept
    keep: a rest with at least this longer and this shorter side, mm, is kept as a remnant
    credit: share of a kept rest's cost that is taken off where whole sheets are charged; handling: share put on top
    """

    charge: Literal["sheets", "share"]
    keep: tuple[Length, Length]
    credit: Share = Decimal(0)
    handling: Annotated[Decimal, Field(ge=0, le=10)] = Decimal(0)
    costs: tuple[MaterialCost, ...] = ()


class SetupTable(Strict):
    """The ``[setup]`` table: `rate` and `programming_rate` an hour; programming for each part, once a quote."""

    rate: Amount
    programming_rate: Amount
    programming_minutes: Minutes


class MachineTable(Strict):
    """A ``[machines.NAME]`` table, of one machine or of all lasers or mills: `rate` an hour of running.

    setup_minutes: once a batch; sheet_minutes: to load and unload each sheet
    allowance: share of the run time that is added for what the time model does not know
    """

    rate: Amount
    setup_minutes: Minutes
    sheet_minutes: Minutes
    allowance: Annotated[Decimal, Field(ge=0, le=5)] = Decimal(0)


class ToolEntry(Strict):
    """One ``[[tools]]`` table: price of a tool, absent diameter: any; `life`, m, where the materials know none."""

    kind: Literal["endmill", "v-bit"] = "endmill"
    diameter: PositiveLength | None = None
    price: Amount
    life: Annotated[Decimal, Field(gt=0)] | None = None


class Operation(Strict):
    """One ``[[operations]]`` table: work beside the machine, at `rate` an hour, with charges of its own.

    minutes and charges: for the batch, each piece, each metre of finished edge
    share, least: of how many of the pieces, and at least how many: inspection looks at some
    only: processes or materials for which it is done, if not for all; asked: it is done only where it is asked for
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    rate: Amount = Decimal(0)
    batch_minutes: Minutes = Decimal(0)
    piece_minutes: Minutes = Decimal(0)
    metre_minutes: Minutes = Decimal(0)
    batch_charge: Amount = Decimal(0)
    piece_charge: Amount = Decimal(0)
    metre_charge: Amount = Decimal(0)
    share: Share = Decimal(1)
    least: int = Field(default=1, ge=0)
    only: tuple[str, ...] = ()
    asked: bool = False

    def suits(self, process: str, material: str, asked: Sequence[str]) -> bool:
        """Whether it is done for this work."""
        fits = not self.only or process in self.only or material in self.only
        return fits and (not self.asked or self.name in asked)


class ScrapEntry(Strict):
    """One ``[[scrap]]`` table, the first that fits holds: so many pieces more, and this share of the quantity.

    up_to: for quantities so large at most
    """

    material: str | None = None
    up_to: int | None = Field(default=None, ge=1)
    pieces: int = Field(default=0, ge=0, le=1000)
    share: Share = Decimal(0)

    def fits(self, material: str, quantity: int) -> bool:
        """Whether it holds for such a quantity."""
        return self.material in (None, material) and (self.up_to is None or quantity <= self.up_to)


class PriceTable(Strict):
    """The ``[price]`` table: `markup` on cost or `margin` of the price, one of them; `minimum` charge of an order.

    decimals: of amounts; unit_decimals: of the price of one piece
    """

    markup: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    margin: Annotated[Decimal, Field(ge=0, lt=1)] | None = None
    minimum: Amount = Decimal(0)
    decimals: int = Field(default=2, ge=0, le=4)
    unit_decimals: int = Field(default=2, ge=0, le=6)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.markup is None) == (self.margin is None):
            raise ValueError("give either markup, a share of the cost, or margin, a share of the price")
        return self


class Rates(Strict):
    """A whole file of rates. `currency` is a word that stands by amounts; `example`: they are nobody's own."""

    version: Literal[1]
    shop: str
    example: bool = False
    currency: str = Field(pattern=r"^\S{1,8}$")
    material: MaterialTable
    setup: SetupTable
    machines: dict[str, MachineTable]
    tools: tuple[ToolEntry, ...] = ()
    operations: tuple[Operation, ...] = ()
    scrap: tuple[ScrapEntry, ...] = ()
    price: PriceTable

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [operation.name for operation in self.operations]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"operations of one name: {', '.join(twice)}")
        return self


@dataclass(frozen=True, slots=True, eq=False)
class Book:
    """Rates with the places where they stand. `file` is the name that origins give; sha256: of its text."""

    rates: Rates
    file: str
    sha256: str
    lines: dict[Key, int]

    def origin(self, *key: str | int) -> Origin:
        """Where a rate stands; its table where the file leaves it to the default."""
        status = "example of camcore" if self.rates.example else f"rate of {self.rates.shop}"
        said = status if key in self.lines else f"{status}, default"
        return Origin("rates", said, self.file, tomlfile.spoken(key), tomlfile.line_of(key, self.lines))

    def rate(self, name: str, value: Decimal | float, unit: str, *key: str | int) -> Input:
        """A rate as an input of a line."""
        return Input(name, Decimal(str(value)), unit, self.origin(*key))

    @property
    def money(self) -> Decimal:
        """The least amount."""
        return Decimal(1).scaleb(-self.rates.price.decimals)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """W900 for rates that are nobody's own."""
        if not self.rates.example:
            return ()
        message = "the rates are examples that come with camcore, not prices of anybody"
        advice = f"write your own, see docs/quoting.md, and name them: --rates FILE or {VARIABLE}"
        return (Finding("W900", message, advice, self.file),)


def load(path: Path | None = None) -> Book:
    """The rates at `path`, else those that VARIABLE names, else, or where `path` is EXAMPLE, those of camcore.

    Raises CamError as `tomlfile.load`.
    """
    return parse(*text_of(path))


def text_of(path: Path | None = None) -> tuple[str, str]:
    """Text and file name of the rates that `load` reads. Raises CamError E301 where they cannot be read."""
    named = path or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named and str(named) != EXAMPLE:
        return tomlfile.read_text(named), str(named)
    return (resources.files("camcore.pricing") / SHIPPED).read_text("utf-8"), SHIPPED


def parse(text: str, file: str) -> Book:
    """As `load`, from text; `file` is the name in findings."""
    rates = tomlfile.parse(text, Rates, file, unit="mm")
    return Book(rates, Path(file).name, hashlib.sha256(text.encode()).hexdigest(), tomlfile.key_lines(text))
