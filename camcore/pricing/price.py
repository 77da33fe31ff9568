"""From an estimate to a price: lines of cost, then margin, minimum charge and the price of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from camcore.estimate import Estimate
from camcore.pricing.lines import SUM, all_lines, line
from camcore.pricing.model import Group, Input, Line, Origin, Price
from camcore.pricing.rates import Book
from camcore.pricing.terms import Terms


def price(terms: Terms, quantity: int, made: Mapping[str, int], found: Estimate) -> Price:
    """The price of so many pieces or sets, of which `made` are made, as estimated.

    The price of each is rounded up to its decimals, so that the total, which is so many times that, is never below the
    sum of the lines; the difference is a line too.
    """
    book = terms.book
    lines = all_lines(terms, made, found)
    lines += _on_top(book, lines)
    before = _sum(lines)
    least = Decimal(1).scaleb(-book.rates.price.unit_decimals)
    unit = (before / quantity).quantize(least, ROUND_CEILING)
    total = (unit * quantity).quantize(book.money, ROUND_HALF_UP)
    if total != before:
        inputs = [
            Input("price of each", unit, book.rates.currency, book.origin("price", "unit_decimals")),
            Input("quantity", Decimal(quantity), "", Origin("order", "quantity asked for")),
            Input("sum", before, book.rates.currency, SUM),
        ]
        lines.append(line(book, Group.ROUNDING, "rounding", "price of each × quantity − sum", inputs))
    scrap = tuple(rule for count in _asked(terms, quantity).values() for rule in terms.scrap(count)[1])
    return Price(quantity, dict(made), found, tuple(lines), unit, total, tuple(dict.fromkeys(scrap)))


def _asked(terms: Terms, quantity: int) -> dict[str, int]:
    return {demand.part.id: demand.quantity * quantity for demand in terms.work.demands}


def made(terms: Terms, quantity: int) -> dict[str, int]:
    """Pieces to be made of each part for so many sets, scrap among them."""
    return {name: count + terms.scrap(count)[0] for name, count in _asked(terms, quantity).items()}


def _sum(lines: list[Line]) -> Decimal:
    return sum((each.amount for each in lines), Decimal(0))


def _on_top(book: Book, lines: list[Line]) -> Iterator[Line]:
    """Margin, once, on the cost; then what is lacking to the minimum charge."""
    table, cost, money = book.rates.price, _sum(lines), book.rates.currency
    key, share, text = (
        ("markup", table.markup, "cost × markup")
        if table.markup is not None
        else ("margin", table.margin or Decimal(0), "cost × margin / (1 − margin)")
    )
    rate = book.rate(key, share, "", "price", key)
    margin = line(book, Group.MARGIN, key, text, [Input("cost", cost, money, SUM), rate])
    yield margin
    if cost + margin.amount < table.minimum:
        least = book.rate("minimum", table.minimum, money, "price", "minimum")
        inputs = [least, Input("sum", cost + margin.amount, money, SUM)]
        yield line(book, Group.MINIMUM, "minimum charge", "minimum − sum", inputs)


def rise(before: Price, after: Price) -> str:
    """Why each costs more in the larger of two quantities: which line rose most; "" where it does not."""
    if after.unit <= before.unit:
        return ""
    each = {(one.group, one.name): one.amount / after.quantity for one in after.lines}
    for one in before.lines:
        each[one.group, one.name] = each.get((one.group, one.name), Decimal(0)) - one.amount / before.quantity
    (group, name), more = max(each.items(), key=lambda item: item[1])
    what = f"{group}, {name}" if name != group else name
    sheets = f"{after.estimate.count} sheets for {after.quantity}, {before.estimate.count} for {before.quantity}"
    made = f"{sum(after.made.values())} pieces made, {sum(before.made.values())} before"
    return f"{what}: {more:+.4f} each ({sheets}; {made})"
