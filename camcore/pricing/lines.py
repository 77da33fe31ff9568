"""The lines of a price: each is a formula over named figures, and each figure says where it comes from."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal

from camcore.estimate import Estimate
from camcore.nesting.model import Stock
from camcore.pricing import formula
from camcore.pricing.model import Group, Input, Line, Origin
from camcore.pricing.rates import Book, Operation, Per
from camcore.pricing.terms import Terms
from camcore.units import MM_PER_UNIT

SQUARE = {"m2": 1e6, "ft2": MM_PER_UNIT["ft"] ** 2}
"""mm² of each unit of area."""
MASS = {"kg": 1000.0, "lb": 453.59237}
"""Grams of each unit of mass; the pound as of the agreement of 1959."""
SPELT = {"m2": "m²", "ft2": "ft²", "kg": "kg", "lb": "lb"}
SHARE_DIGITS, SECOND_DIGITS, METRE_DIGITS = 4, 1, 3
"""Sheets, seconds and metres are rounded to so many digits before they are multiplied: what is told is what counts."""
SUM = Origin("rule", "sum of the lines above")


def line(book: Book, group: Group, name: str, text: str, inputs: Sequence[Input], about: Sequence[Input] = ()) -> Line:
    """A line whose amount is its formula's value, rounded half up to money."""
    exact = formula.value(text, {each.name: each.value for each in inputs})
    amount = exact.quantize(book.money, ROUND_HALF_UP)
    return Line(group, name, amount, text, tuple(inputs), tuple(about))


def figure(value: float, digits: int) -> Decimal:
    """A measured figure, rounded to digits."""
    return Decimal(str(round(value, digits)))


def all_lines(terms: Terms, made: Mapping[str, int], found: Estimate) -> list[Line]:
    """Lines of cost, without what comes on top."""
    return [
        *(each for name in found.sheets for each in _material(terms, name, found)),
        *_setup(terms, found),
        *_run(terms, found),
        *_tools(terms, found),
        *(_operation(terms, number, each, made) for number, each in terms.operations),
    ]


def estimated(found: Estimate, name: str, value: Decimal, unit: str) -> Input:
    """A figure of the estimate, with how sure it is."""
    return Input(name, value, unit, Origin("estimate", f"{found.confidence.level}: {found.confidence.reason}"))


# -- material ---------------------------------------------------------------------------------------------------------


def _material(terms: Terms, name: str, found: Estimate) -> Iterator[Line]:
    book, table = terms.book, terms.book.rates.material
    stock = next(stock for stock in terms.work.stocks if stock.id == name)
    kept = name == found.last_stock and _is_kept(stock, found.last_share, table.keep)
    share = table.charge == "share" and kept
    sheets = figure(found.sheets[name] - (1 - found.last_share if share else 0), SHARE_DIGITS)
    cost, inputs = _cost(terms, stock)
    handling = book.rate("handling", table.handling, "", "material", "handling")
    rule = [
        Input("charged", sheets, "sheets", book.origin("material", "charge")),
        *(book.rate(f"kept from {side}", float(mm), "mm", "material", "keep") for side, mm in _sides(table.keep)),
    ]
    charged = [estimated(found, "sheets", sheets, "sheets"), *inputs, handling]
    yield line(book, Group.MATERIAL, name, f"sheets × {cost} × (1 + handling)", charged, rule)
    if kept and not share and table.credit:
        rest = figure(1 - found.last_share, SHARE_DIGITS)
        given = book.rate("credit", table.credit, "", "material", "credit")
        text = f"−rest × {cost} × credit"
        back = [estimated(found, "rest", rest, "sheets"), *inputs, given]
        yield line(book, Group.MATERIAL, f"remnant of {name}", text, back, rule[1:])


def _sides(keep: tuple[float, float]) -> list[tuple[str, float]]:
    return [("length", max(keep)), ("width", min(keep))]


def _is_kept(stock: Stock, share: float, keep: tuple[float, float]) -> bool:
    """Whether what is left of a sheet beyond the crop line is large enough."""
    box = stock.outline.box
    rest = sorted(((1 - share) * box.width, box.height))
    return rest[0] >= min(keep) and rest[1] >= max(keep) and rest[0] > 0


def _cost(terms: Terms, stock: Stock) -> tuple[str, list[Input]]:
    """What a sheet costs, as a formula and its inputs."""
    if stock.cost is not None:
        origin = Origin("order", f"cost of sheet {stock.id}, as ordered")
        return "cost per sheet", [Input("cost per sheet", Decimal(str(stock.cost)), terms.book.rates.currency, origin)]
    number, entry = terms.costs[stock.id]
    unit, process = SPELT[entry.per], terms.work.process
    per = terms.book.rate(
        f"cost per {unit}", entry.cost, terms.book.rates.currency, "material", "costs", number, "cost"
    )
    area = abs(stock.outline.area)
    if entry.per in SQUARE:
        size = Input(f"{unit} per sheet", figure(area / SQUARE[entry.per], 6), unit, _outline(stock))
        return f"{unit} per sheet × cost per {unit}", [size, per]
    density = process.material.entry.density
    mass = area * process.setup.thickness / 1000.0 * density.value
    cited = f"{density.value:g} g/cm³, {process.material.cited(density)}; {_outline(stock).status}"
    weight = Input(f"{unit} per sheet", _mass(mass, entry.per), unit, Origin("material", cited, key="density"))
    return f"{unit} per sheet × cost per {unit}", [weight, per]


def _mass(grams: float, unit: Per) -> Decimal:
    return figure(grams / MASS[unit], 6)


def _outline(stock: Stock) -> Origin:
    return Origin("order", f"outline of sheet {stock.id}")


# -- setting up and running -------------------------------------------------------------------------------------------


def _setup(terms: Terms, found: Estimate) -> Iterator[Line]:
    book, table, station = terms.book, terms.machine, terms.station
    rate = book.rate("rate", book.rates.setup.rate, "per hour", "setup", "rate")
    own = book.rate("set-up minutes", table.setup_minutes, "min", "machines", station, "setup_minutes")
    yield line(book, Group.SETUP, "set-up", "set-up minutes / 60 × rate", [own, rate])
    each = book.rate("sheet minutes", table.sheet_minutes, "min", "machines", station, "sheet_minutes")
    sheets = estimated(found, "sheets", Decimal(found.count), "sheets")
    yield line(book, Group.SETUP, "loading", "sheets × sheet minutes / 60 × rate", [sheets, each, rate])
    setup = book.rates.setup
    parts = Input("parts", Decimal(len(terms.work.demands)), "parts", Origin("order", "parts asked for"))
    minutes = book.rate("programming minutes", setup.programming_minutes, "min", "setup", "programming_minutes")
    dear = book.rate("programming rate", setup.programming_rate, "per hour", "setup", "programming_rate")
    text = "parts × programming minutes / 60 × programming rate"
    yield line(book, Group.SETUP, "programming", text, [parts, minutes, dear])


def _run(terms: Terms, found: Estimate) -> Iterator[Line]:
    book, station, table = terms.book, terms.station, terms.machine
    inputs = [
        estimated(found, "seconds", figure(found.seconds, SECOND_DIGITS), "s"),
        book.rate("allowance", table.allowance, "", "machines", station, "allowance"),
        book.rate("machine rate", table.rate, "per hour", "machines", station, "rate"),
    ]
    text = "seconds × (1 + allowance) / 3600 × machine rate"
    yield line(book, Group.RUN, "machine", text, inputs, list(_speeds(terms)))


def _speeds(terms: Terms) -> Iterator[Input]:
    """What run time rests on: the machine's rates with their status, and the feed with its source."""
    machine, setup = terms.work.process.machine, terms.work.process.setup
    for name in ("rapid_xy", "feed_max", "acceleration_xy", "junction"):
        source = machine.provenance(f"rates.{name}")
        unit = {"acceleration_xy": "mm/s²", "junction": "mm"}.get(name, "mm/min")
        origin = Origin("machine", f"{source.status}: {source.source}", f"{machine.name}.toml", f"rates.{name}")
        yield Input(name, figure(getattr(machine.rates, name), 6), unit, origin)
    feed = setup.laser.feed if setup.laser else setup.mill.feed[setup.mill.profile_tool] if setup.mill else 0.0
    yield Input("feed", figure(feed, 3), "mm/min", Origin("material", setup.sources.get("feed", ""), key="feed"))


def _tools(terms: Terms, found: Estimate) -> Iterator[Line]:
    book, mill, setup = terms.book, terms.work.process.setup.mill, terms.work.process.setup
    for number, metres in sorted(found.wear.items()):
        assert mill
        tool, entry = mill.tools[number], terms.tool(mill.tools[number])
        if entry is None or not (mill.tool_life or entry[1].life):
            continue
        at, priced = entry
        life = (
            Input(
                "life", figure(mill.tool_life, 3), "m", Origin("material", setup.sources["tool_life"], key="tool_life")
            )
            if mill.tool_life
            else book.rate("life", priced.life or Decimal(1), "m", "tools", at, "life")
        )
        inputs = [
            estimated(found, "metres", figure(metres, METRE_DIGITS), "m"),
            life,
            book.rate("price of a tool", priced.price, book.rates.currency, "tools", at, "price"),
        ]
        name = tool.name or f"{tool.kind} {tool.diameter:g} mm"
        yield line(book, Group.TOOLS, name, "metres / life × price of a tool", inputs)


# -- work beside the machine ------------------------------------------------------------------------------------------


def _operation(terms: Terms, number: int, work: Operation, made: Mapping[str, int]) -> Line:
    """One operation; of what it does not charge, nothing is told."""
    hours, minutes = _shares(terms, number, work, made, "minutes")
    charges, amounts = _shares(terms, number, work, made, "charge")
    inputs = [*minutes, *amounts]
    if hours:
        inputs.append(terms.book.rate("rate", work.rate, "per hour", "operations", number, "rate"))
    text = " + ".join(word for word in (f"({hours}) / 60 × rate" if hours else "", charges) if word)
    return line(terms.book, Group.OPERATIONS, work.name, text or "0", list(dict.fromkeys(inputs)))


def _shares(terms: Terms, number: int, work: Operation, made: Mapping[str, int], what: str) -> tuple[str, list[Input]]:
    """What the batch, the pieces and the metres of edge come to in minutes or charges: a formula and its inputs."""
    measure = "min" if what == "minutes" else terms.book.rates.currency
    texts, inputs = list[str](), list[Input]()
    for unit, amount in (("batch", None), ("piece", _looked_at(work, made)), ("metre", _edge(terms, made))):
        rate, key = getattr(work, f"{unit}_{what}"), f"{unit}_{what}"
        if rate:
            inputs.append(terms.book.rate(f"{unit} {what}", rate, measure, "operations", number, key))
            inputs += [amount] if amount else []
            texts.append(f"{amount.name} × {unit} {what}" if amount else f"{unit} {what}")
    return " + ".join(texts), inputs


def _looked_at(work: Operation, made: Mapping[str, int]) -> Input:
    """Pieces that an operation takes in hand."""
    total = sum(made.values())
    count = min(total, max(work.least, math.ceil(work.share * total)))
    return Input("pieces", Decimal(count), "pieces", Origin("rule", f"of {total} made"))


def _edge(terms: Terms, made: Mapping[str, int]) -> Input:
    metres = figure(terms.work.edge(made), METRE_DIGITS)
    return Input("metres", metres, "m", Origin("rule", "finished edges of the pieces made"))
