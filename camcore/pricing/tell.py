"""A quote in words: a table of its breaks, and each line opened to where its figures come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from camcore.formats.quote import BreakModel, InputModel, LineModel, QuoteFile
from camcore.pricing.model import Group

HEADS = ("quantity", "each", "total", *(group.value for group in Group), "sheets", "machine")
ALWAYS = {"quantity", "each", "total", "sheets", "machine"}
"""Columns that stand even where they are empty."""


def text(quote: QuoteFile, explain: bool = False) -> str:
    """The table of breaks; with `explain`, below it every line of every break."""
    told = [*_head(quote), "", *_aligned(table(quote)), *_notes(quote)]
    for each in quote.breaks if explain else ():
        told += ["", f"{each.quantity} {quote.each}(s): {each.total} {quote.currency}", *_opened(each)]
    return "\n".join(told) + "\n"


def table(quote: QuoteFile) -> list[list[str]]:
    """Heads and one row a break: amounts by what they are for; columns of which all amounts are 0 are left out."""
    rows = [_row(each) for each in quote.breaks]
    shown = [head for head in HEADS if head in ALWAYS or any(row[head] for row in rows)]
    return [shown, *([row[head] for head in shown] for row in rows)]


def _row(each: BreakModel) -> dict[str, str]:
    sums = {group.value: _sum(line.amount for line in each.lines if line.group == group) for group in Group}
    return {
        "quantity": str(each.quantity),
        "each": str(each.unit_price),
        "total": str(each.total),
        **{name: str(amount) if amount else "" for name, amount in sums.items()},
        "sheets": f"{sum(stock.count for stock in each.stocks) - 1 + each.last_share:.2f}",
        "machine": clock(each.seconds),
    }


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def clock(seconds: float) -> str:
    """A time in hours and minutes."""
    hours, minutes = divmod(round(seconds / 60.0), 60)
    return f"{hours} h {minutes:02d} min" if seconds >= 3600 else f"{seconds / 60.0:.1f} min"


def _head(quote: QuoteFile) -> Iterator[str]:
    stuff = f"{quote.material} {quote.thickness:g} mm on {quote.machine}"
    yield f"{quote.name}: {stuff}, in {quote.currency} a {quote.each}"
    whose = "EXAMPLE RATES, not prices of anybody" if quote.example else quote.shop
    yield f"by the rates of {quote.rates}: {whose}"


def _notes(quote: QuoteFile) -> list[str]:
    rises = [f"{each.quantity}: each costs more, {each.why}" for each in quote.breaks if each.why]
    return ["", *rises] if rises else []


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _opened(each: BreakModel) -> Iterator[str]:
    for rule in each.scrap:
        yield f"  scrap: {given(rule)}"
    for line in each.lines:
        yield f"  {line.group:<10}  {line.name:<24} {line.amount:>12}  = {line.formula}"
        yield from (f"{'':14}{given(figure)}" for figure in figures(line))


def figures(line: LineModel) -> list[InputModel]:
    """All figures of a line, those that it rests on last."""
    return [*line.inputs, *line.about]


def given(figure: InputModel) -> str:
    """A figure with its unit and where it comes from."""
    unit = "" if figure.unit == figure.name else figure.unit
    return f"{figure.name} {figure.value} {unit}".rstrip() + f"   [{source(figure)}]"


def source(figure: InputModel) -> str:
    """Where a figure comes from, in words."""
    told = figure.origin
    place = ":".join(str(word) for word in (told.file, told.line) if word is not None)
    return ", ".join(word for word in (place or told.kind, told.key, told.status) if word)
