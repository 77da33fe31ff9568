"""The `quote` command: a job, or a drawing with an order in words, to price breaks, each nested by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from camcore import estimate, estimating, pricing
from camcore.estimate import Estimate
from camcore.estimating import Asked, LayOf, Order, TimeOf
from camcore.findings import CamError, Finding, errors
from camcore.formats.common import FindingModel
from camcore.formats.estimate import QuoteModel, StockModel
from camcore.formats.quote import BreakModel, InputModel, LineModel, MadeModel, OriginModel, QuoteFile
from camcore.nesting.model import Demand
from camcore.pricing import Book, Terms
from camcore.pricing.model import Input, Line, Price, Work
from camcore.program.piece import piece_time

BREAKS = (1, 10, 25, 50, 100, 250, 500, 1000)
"""Quantities that are priced unless a call names others."""
MOST_PIECES = 1_000_000
"""More pieces in one break are a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be priced beside the order itself: quantities (none: those it names), rates, operations asked for."""

    quantities: tuple[int, ...] = BREAKS
    rates: Path | None = None
    operations: tuple[str, ...] = ()


def wish(quantity: str | None, rates: Path | None = None, operations: str = "") -> Wish:
    """The wish that words of a call make. Raises CamError E336 for quantities that make no sense."""
    quantities = BREAKS if quantity is None else tuple(estimating.quantities(quantity))
    return Wish(quantities, rates, tuple(word.strip() for word in operations.split(",") if word.strip()))


@dataclass(frozen=True, slots=True)
class Outcome:
    """Prices, smallest quantity first, what was found on the way, and the document of both."""

    prices: tuple[Price, ...]
    findings: tuple[Finding, ...]
    document: QuoteFile

    @property
    def exit_code(self) -> int:
        """0 when every quantity has a price and nothing is wrong, else 1."""
        return int(bool(errors(self.findings)))


def of_file(path: Path, order: Order, wish: Wish) -> Outcome:
    """The quote of a job (a .toml file) or of a drawing.

    Raises CamError as `estimating.of_file`, `pricing.load` and `pricing.terms` do.
    """
    book = pricing.load(wish.rates)
    return of_asked(estimating.asked(path, order), path.stem, wish, book)


def of_asked(
    wanted: Asked, name: str, wish: Wish, book: Book, lay: LayOf = estimate.lay, time: TimeOf = piece_time
) -> Outcome:
    """The quote of what is asked for, in sets; `lay` and `time` may remember what they found.

    Parts that only fill what room there is are left out: nobody promises them. Raises CamError as `of_file`.
    """
    wanted = replace(wanted, demands=tuple(d for d in wanted.demands if not d.fill) or wanted.demands)
    work = Work(wanted.demands, wanted.stocks, wanted.process, wish.operations)
    terms = pricing.terms(work, book)
    quantities = sorted(set(wish.quantities or wanted.quantities))
    _check(wanted, quantities)
    made = [pricing.made(terms, quantity) for quantity in quantities]
    found = estimating.estimates(wanted, [_kit(wanted, each) for each in made], lay, time)
    rows = list(zip(quantities, made, found, strict=True))
    prices = [pricing.price(terms, *row) for row in rows if _whole(row[2], wanted)]
    findings = (
        *book.findings,
        *wanted.findings,
        *(_unpriced(quantity, each, wanted) for quantity, _, each in rows if not _whole(each, wanted)),
        *terms.unpriced(found),
        *_rises(prices),
    )
    return Outcome(tuple(prices), findings, _document(terms, wanted.job or name, prices, findings))


def priced(path: Path, order: Order, rates: Path) -> estimating.Outcome:
    """The estimates of `estimating.of_file`, each with its whole price by those rates.

    Raises CamError as `of_file`.
    """
    book = pricing.load(rates)
    wanted = estimating.asked(path, order)
    outcome = estimating.of_asked(wanted)
    quote = of_asked(wanted, path.stem, Wish(wanted.quantities), book)
    prices = {each.quantity: _brief(each, book) for each in quote.prices}
    rows = zip(outcome.document.estimates, wanted.quantities, strict=True)
    estimates = [row.model_copy(update={"quote": prices.get(quantity)}) for row, quantity in rows]
    document = {"estimates": estimates, "findings": quote.document.findings}
    return replace(outcome, findings=quote.findings, document=outcome.document.model_copy(update=document))


def _brief(price: Price, book: Book) -> QuoteModel:
    rates = book.rates
    return QuoteModel(currency=rates.currency, unit_price=price.unit, total=price.total, example=rates.example)


def _check(wanted: Asked, quantities: Sequence[int]) -> None:
    """Raises CamError E905 for quantities that make no sense."""
    each = sum(demand.quantity for demand in wanted.demands)
    for quantity in quantities:
        if not 1 <= quantity * each <= MOST_PIECES:
            advice = f"give whole numbers from 1 on, of {MOST_PIECES} pieces in all at most"
            raise CamError(Finding("E905", f"a quantity of {quantity} makes no sense", advice))


def _kit(wanted: Asked, made: Mapping[str, int]) -> list[Demand]:
    return [replace(demand, quantity=made[demand.part.id]) for demand in wanted.demands]


def _whole(found: Estimate, wanted: Asked) -> bool:
    return not found.unplaced and not wanted.refused and bool(found.sheets)


def _unpriced(quantity: int, found: Estimate, wanted: Asked) -> Finding:
    left = {**found.unplaced, **wanted.refused}
    names = ", ".join(f"{count} × {name}" for name, count in left.items())
    advice = "add sheets, or a larger size, or correct the drawing"
    message = f"{quantity}: no price, {names} go on no sheet or cannot be made"
    return Finding("E905", message, advice, where={"size": quantity})


def _rises(prices: Sequence[Price]) -> list[Finding]:
    return [
        Finding("I906", f"{after.quantity}: {why}", "", where={"size": after.quantity})
        for before, after in pairwise(prices)
        if (why := pricing.rise(before, after))
    ]


# -- the document -----------------------------------------------------------------------------------------------------


def _document(terms: Terms, name: str, prices: Sequence[Price], findings: Sequence[Finding]) -> QuoteFile:
    work, rates = terms.work, terms.book.rates
    alone = len(work.demands) == 1 and work.demands[0].quantity == 1
    return QuoteFile(
        name=name,
        each="piece" if alone else "set",
        currency=rates.currency,
        shop=rates.shop,
        example=rates.example,
        rates=terms.book.file,
        rates_sha256=terms.book.sha256,
        machine=work.process.machine.name,
        material=work.process.material.id,
        thickness=work.process.setup.thickness,
        operations=list(work.operations),
        breaks=[_break(each, before, work) for before, each in zip([None, *prices], prices, strict=False)],
        findings=[FindingModel.of(finding) for finding in findings],
    )


def _break(each: Price, before: Price | None, work: Work) -> BreakModel:
    told = estimating.model(each.estimate)
    asked = {demand.part.id: demand.quantity * each.quantity for demand in work.demands}
    return BreakModel(
        quantity=each.quantity,
        unit_price=each.unit,
        total=each.total,
        why=(pricing.rise(before, each) or None) if before else None,
        parts=[MadeModel(id=name, quantity=count, made=each.made[name]) for name, count in asked.items()],
        stocks=[StockModel(stock=name, count=count) for name, count in each.estimate.sheets.items()],
        last_share=told.last_share,
        yield_=told.yield_,
        seconds=told.seconds,
        confidence=told.confidence,
        scrap=[_input(rule) for rule in each.scrap],
        lines=[_line(line) for line in each.lines],
    )


def _line(line: Line) -> LineModel:
    return LineModel(
        group=line.group.value,
        name=line.name,
        amount=line.amount,
        formula=line.formula,
        inputs=[_input(each) for each in line.inputs],
        about=[_input(each) for each in line.about],
    )


def _input(given: Input) -> InputModel:
    origin = given.origin
    told = OriginModel(kind=origin.kind, status=origin.status, file=origin.file, key=origin.key, line=origin.line)
    return InputModel(name=given.name, value=given.value, unit=given.unit, origin=told)
