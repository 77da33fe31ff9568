"""The JSON of `camcore estimate`: yield, sheets, time and price without a full nest."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from camcore.formats.common import FileModel, FindingModel

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Count = Annotated[int, Field(ge=0)]
Amount = Annotated[Decimal, Field(description="exact decimal number, written as text")]


class PartModel(FileModel):
    """A part, how many were asked for, and how many of them go on no sheet."""

    id: str
    quantity: Count
    unplaced: Count


class StockModel(FileModel):
    """How many sheets of a stock."""

    stock: str
    count: Count


class ConfidenceModel(FileModel):
    """How sure the estimate is, and why; least and most sheets, the last one counted as far as it is used."""

    level: Literal["sure", "fair", "rough"]
    sheets_low: float
    sheets_high: float
    reason: str


class QuoteModel(FileModel):
    """The whole price by a shop's rates, work and margin included: see `camcore quote`, which opens it line by line.

    unit_price: of each piece, or of each set of a drawing's or job's parts
    """

    currency: str
    unit_price: Amount
    total: Amount
    example: bool


class EstimateModel(FileModel):
    """What one set of quantities comes to.

    last_share: used share of the last sheet's length; per_sheet: pieces on a full sheet, of a single part
    yield: share of the stock's area that becomes parts, of the last sheet as far as it is used; yield_bound: the most
    that areas allow; least_sheets: fewer cannot do, for the reason in `least_sheets_reason`; seconds: of cutting,
    travel and tool changes; price: of the sheets, null without costs; quote: the whole price, null without rates
    """

    parts: list[PartModel]
    sheets: Count
    stocks: list[StockModel]
    last_share: Share
    per_sheet: Count | None
    yield_: Annotated[Share, Field(alias="yield")]
    yield_bound: Share
    least_sheets: Count | None = None
    least_sheets_reason: str | None = None
    seconds: Annotated[float, Field(ge=0.0)]
    seconds_each: Annotated[float, Field(ge=0.0)]
    price: float | None
    quote: QuoteModel | None = None
    confidence: ConfidenceModel


class EstimateFile(FileModel):
    """Estimates for each set of quantities of one call; lengths in mm. `job` is its name, null for a drawing."""

    version: Literal[1] = 1
    job: str | None
    machine: str
    material: str
    thickness: float
    spacing: float
    margin: float
    estimates: list[EstimateModel]
    findings: list[FindingModel]
