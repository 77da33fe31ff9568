"""The JSON of `camcore quote`: price breaks, each figure with where it comes from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from camcore.formats.common import FileModel, FindingModel
from camcore.formats.estimate import Amount, ConfidenceModel, Count, Share, StockModel


class OriginModel(FileModel):
    """Where a figure comes from: a file with key and line, where it is one, and how far it can be trusted."""

    kind: Literal["rates", "estimate", "order", "machine", "material", "rule"]
    status: str
    file: str | None
    key: str | None
    line: int | None


class InputModel(FileModel):
    """A figure, by the name that formulas have for it."""

    name: str
    value: Amount
    unit: str
    origin: OriginModel


class LineModel(FileModel):
    """A line: the formula over the names of the inputs gives the amount, rounded half up to the currency's decimals.

    about: figures that the inputs rest on
    """

    group: Literal["material", "setup", "run", "tools", "operations", "margin", "minimum", "rounding"]
    name: str
    amount: Amount
    formula: str
    inputs: list[InputModel]
    about: list[InputModel]


class MadeModel(FileModel):
    """Pieces of a part that are asked for, and that are made: the others are scrap or spare."""

    id: str
    quantity: Count
    made: Count


class BreakModel(FileModel):
    """The price of one quantity; `total` is the sum of the lines' amounts.

    unit_price: of each piece or set; seconds: of the machine; why: why each costs more than in the quantity before,
    null where it does not; scrap: the rules by which more is made
    """

    quantity: Annotated[int, Field(ge=1)]
    unit_price: Amount
    total: Amount
    why: str | None
    parts: list[MadeModel]
    stocks: list[StockModel]
    last_share: Share
    yield_: Annotated[Share, Field(alias="yield")]
    seconds: Annotated[float, Field(ge=0.0)]
    confidence: ConfidenceModel
    scrap: list[InputModel]
    lines: list[LineModel]


class QuoteFile(FileModel):
    """Price breaks of a drawing or a job. `each` is what the price of each is for: one piece, or a set of all parts.

    example: the rates are those that come with camcore, nobody's own; rates: their file; operations: those asked for
    """

    version: Literal[1] = 1
    name: str
    each: Literal["piece", "set"]
    currency: str
    shop: str
    example: bool
    rates: str
    rates_sha256: str
    machine: str
    material: str
    thickness: float
    operations: list[str]
    breaks: list[BreakModel]
    findings: list[FindingModel]
