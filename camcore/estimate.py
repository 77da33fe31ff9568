"""Estimates: how many sheets, how long and at what price, without a full nest and without cuts.

A single part is laid in quantity on its lattices; several parts get a quick nest. Either is a whole layout, so no more
sheets are needed than are told; fewer than the bound on areas allows cannot be.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from camcore.machine import Machine
from camcore.material.model import Material
from camcore.nesting import measure, nest
from camcore.nesting.bounds import Bound, fewest_sheets
from camcore.nesting.model import Demand, Nest, Rules, Stock
from camcore.nesting.problem import Problem
from camcore.nesting.quantity import Repeated, Sheetful, reach_of, repeated
from camcore.nesting.shapes import COARSE
from camcore.program.piece import PieceTime, piece_time, sheet_time
from camcore.toolpath.setup import Setup

KIT_EFFORT = 3000
"""Moves of the quick nest of several parts: a few constructions."""
SURE, FAIRLY = 0.02, 0.06
"""Shares of the sheets by which the bound may fall short of the layout for an estimate that is sure, or fairly so."""
LARGE, LARGER = 1000, 5000
"""Where there is a nest of this many pieces, kits of so many get none of their own: a quick nest of them was never
denser, on the samples, than the smaller one again."""
BEHIND, AROUND = 1.15, 1.15
"""Ways from piece to piece are so much longer where neighbours wait for each other, and round loose parts: measured on
the samples' programs."""
BLOCKS_UP_TO = 250
"""Sheets of more pieces are estimated without a second block: that would add about one piece in a hundred."""


@dataclass(frozen=True, slots=True)
class Process:
    """What an estimate needs to know of machine and material: spacing and margin, mm, and how it is cut."""

    machine: Machine
    material: Material
    setup: Setup
    rules: Rules


Level = Literal["sure", "fair", "rough"]


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure an estimate is: "sure", "fair" or "rough", why, and least and most sheets, parts of the last counted."""

    level: Level
    low: float
    high: float
    reason: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What some quantities come to.

    quantities: pieces asked for, by part; unplaced: those of them that go on no sheet
    sheets: by stock id; last_share: used share of the last sheet's length; per_sheet: pieces on a full one, of one part
    yield_, yield_bound: share of stock area up to the last crop line that becomes parts, and the most that areas allow
    seconds: of cutting, with travel and tool changes, without loading; price: of the sheets, None without costs
    least: fewest whole sheets that any nest of what is placed needs
    last_stock: id of the stock that the last sheet is of; wear: path of each end mill in the stock, m, by its number
    """

    quantities: dict[str, int]
    unplaced: dict[str, int]
    sheets: dict[str, int]
    last_share: float
    per_sheet: int | None
    yield_: float
    yield_bound: float
    seconds: float
    price: float | None
    least: Bound
    confidence: Confidence
    last_stock: str | None = None
    wear: dict[int, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Sheets in all."""
        return sum(self.sheets.values())

    @property
    def equivalent(self) -> float:
        """Full sheets, and the used share of the last."""
        return self.count - 1 + self.last_share if self.sheets else 0.0


def of_part(
    demand: Demand, quantities: Sequence[int], stock: Stock, process: Process, time: PieceTime | None = None
) -> list[Estimate]:
    """Estimates of one part in several quantities, each by itself, on one stock.

    `time` of a piece is worked out where it is not given. Raises CamError as `nest` and `piece_time` do.
    """
    return of_lay(lay(demand, stock, process.rules), quantities, process, time)


def of_lay(laid: Lay, quantities: Sequence[int], process: Process, time: PieceTime | None = None) -> list[Estimate]:
    """As `of_part`, of a part whose lay on its stock is known."""
    each = piece_time(laid.demand.part, process.setup, process.machine) if time is None else time
    return [_in_quantity(laid, quantity, process, each) for quantity in quantities]


def lay(demand: Demand, stock: Stock, rules: Rules) -> Lay:
    """How a part lies on a stock in quantity: what takes the time of an estimate. Raises CamError as `nest` does."""
    solid = replace(demand, part=replace(demand.part, holes=()), rotations=demand.turns_on(stock))
    problem = Problem([solid], [stock], rules, share=COARSE)
    ready = repeated(problem.shapes[0], rules.spacing)
    full = Sheetful.of(problem, 0, 0, ready, BLOCKS_UP_TO, thorough=False)
    return Lay(demand, ready, full, stock, measure.yield_bound([demand], [stock], rules), demand.part.area)


@dataclass(frozen=True, slots=True, eq=False)
class Lay:
    """How one part lies on one stock: a full sheet of it, None where none fits; the most yield; its area, mm²."""

    demand: Demand
    ready: Repeated
    full: Sheetful | None
    stock: Stock
    bound: float
    area: float

    def last_share(self, quantity: int, rules: Rules) -> float:
        """Share of the sheet's length that so many pieces take, no more than a full sheet's."""
        assert self.full
        reach = reach_of(self.full.problem, self.full.last(quantity)) + rules.sides.right
        return min(1.0, reach / self.stock.outline.box.width)


def _in_quantity(lay: Lay, quantity: int, process: Process, each: PieceTime) -> Estimate:
    part, stock, full, bound = lay.demand.part, lay.stock, lay.full, lay.bound
    most = stock.quantity * full.count if full and stock.quantity else quantity
    placed = min(quantity, most) if full else 0
    sheets, share = 0, 0.0
    if full and placed:
        sheets = math.ceil(placed / full.count)
        share = lay.last_share(placed - (sheets - 1) * full.count, process.rules)
    used = (sheets - 1 + share) if sheets else 0.0
    area = measure.stock_area(stock)
    least = placed * lay.area / (area * bound) if bound else 0.0
    travel = _travel(each, lay.ready.lattices[0].each, process)
    once = sheet_time([each], process.machine)
    fewest = fewest_sheets([replace(lay.demand, quantity=placed)] if placed else [], [stock], process.rules)
    return Estimate(
        quantities={part.id: quantity},
        unplaced={part.id: quantity - placed} if placed < quantity else {},
        sheets={stock.id: sheets} if sheets else {},
        last_share=share,
        per_sheet=full.count if full else None,
        yield_=placed * lay.area / (used * area) if used else 0.0,
        yield_bound=bound,
        seconds=placed * (each.each + travel) + sheets * once,
        price=None if stock.cost is None else sheets * stock.cost,
        least=fewest,
        confidence=_confidence(_range(least, used, fewest), fewest, "laid in rows and lattices", placed < quantity),
        last_stock=stock.id if sheets else None,
        wear=_wear([(each, placed)]),
    )


def _wear(pieces: Iterable[tuple[PieceTime, float]]) -> dict[int, float]:
    """Path of each end mill, m, for so many of each piece."""
    found: dict[int, float] = defaultdict(float)
    for piece, count in pieces:
        for tool, length in piece.wear.items():
            found[tool] += length * count
    return dict(found)


def _travel(piece: PieceTime, area: float, process: Process) -> float:
    """Time, s, from one piece to the next with each tool: as far as they lie apart, speeding up and slowing down."""
    rates, way = process.machine.rates, math.sqrt(area) * _detour(process.setup)
    return len(piece.tools) * (way / rates.rapid_xy * 60.0 + rates.rapid_xy / 60.0 / rates.acceleration_xy)


def _detour(setup: Setup) -> float:
    """How much longer a laser's way is: the next piece is not the neighbour where webs must cool (`toolpath.heat`)."""
    if setup.laser is None:
        return 1.0
    return (BEHIND if setup.laser.heat_gap else 1.0) * (AROUND if setup.laser.goes_round else 1.0)


def of_kit(demands: Sequence[Demand], stocks: Sequence[Stock], process: Process) -> Estimate:
    """Estimate of several parts together, from a quick nest. Raises CamError as `nest` and `piece_time` do."""
    return of_kits([demands], stocks, process)[0]


def of_kits(kits: Sequence[Sequence[Demand]], stocks: Sequence[Stock], process: Process) -> list[Estimate]:
    """Estimates of the same parts in several quantities, smaller ones first, each from a quick nest of its own.

    Where the nest of fewer pieces, repeated, takes fewer sheets, that is taken. Raises CamError as `of_kit`.
    """
    times = {demand.part.id: piece_time(demand.part, process.setup, process.machine) for demand in kits[0]}
    rules, found = replace(process.rules, effort=KIT_EFFORT), list[Nest]()
    endless = not rules.locked and not rules.most_sheets and not any(stock.quantity for stock in stocks)
    for demands in kits:
        whole = [each for each in found if endless and not each.unplaced]
        large = [each for each in whole if _pieces(each.demands) >= LARGE]
        own = [] if large and _pieces(demands) >= LARGER else [nest(demands, stocks, rules)]
        found.append(min([*own, *(_again(each, demands) for each in whole)], key=_used))
    return [_of_nest(each, stocks, times, process) for each in found]


def _pieces(demands: Iterable[Demand]) -> int:
    return sum(demand.quantity for demand in demands)


def _again(found: Nest, demands: Sequence[Demand]) -> Nest:
    """A nest so often that its pieces are enough; some may be left over."""
    often = max(math.ceil(d.quantity / made.quantity) for d, made in zip(demands, found.demands, strict=True))
    sheets = tuple(replace(sheet, repeat=sheet.repeat * often) for sheet in found.sheets)
    return replace(found, demands=tuple(demands), sheets=sheets)


def _used(found: Nest) -> float:
    """Sheets of a nest, of the last one as much as is used."""
    last = found.sheets[-1] if found.sheets else None
    return measure.summary(found).sheets - 1 + last.used_length / last.stock.outline.box.width if last else 0.0


def _of_nest(found: Nest, stocks: Sequence[Stock], times: dict[str, PieceTime], process: Process) -> Estimate:
    told, sheets, seconds = measure.summary(found), dict[str, int](), 0.0
    needed = _needed(found)
    for sheet in found.sheets:
        sheets[sheet.stock.id] = sheets.get(sheet.stock.id, 0) + sheet.repeat
        own = [times[placement.part] for placement in sheet.placements]
        area = measure.cropped_area(sheet) / len(own)
        run = sum(piece.each + _travel(piece, area, process) for piece in own)
        seconds += sheet.repeat * (sheet_time(own, process.machine) + run)
    last = found.sheets[-1] if found.sheets else None
    share = last.used_length / last.stock.outline.box.width if last else 0.0
    used = _used(found)
    costs = {stock.id: stock.cost for stock in stocks}
    least = _placed_least(found)
    low = used * _yield_of_used(found) / told.yield_bound if told.yield_bound else 0.0
    prices = [n * cost for name, n in sheets.items() if (cost := costs[name]) is not None]
    return Estimate(
        quantities={demand.part.id: demand.quantity for demand in found.demands},
        unplaced={row.part: row.quantity for row in found.unplaced},
        sheets=sheets,
        last_share=share,
        per_sheet=None,
        yield_=_yield_of_used(found),
        yield_bound=told.yield_bound,
        seconds=seconds * needed,
        price=sum(prices) if len(prices) == len(sheets) and sheets else None,
        least=least,
        confidence=_confidence(
            _range(low, used, least), least, f"a quick nest of {len(found.demands)} parts", bool(found.unplaced)
        ),
        last_stock=last.stock.id if last else None,
        wear=_wear((times[p.part], sheet.repeat * needed) for sheet in found.sheets for p in sheet.placements),
    )


def _needed(found: Nest) -> float:
    """Share of the pieces on the sheets that are asked for: the rest stays uncut."""
    wanted = _pieces(found.demands) - sum(row.quantity for row in found.unplaced)
    placed = sum(sheet.repeat * len(sheet.placements) for sheet in found.sheets)
    return wanted / placed if placed else 1.0


def _yield_of_used(found: Nest) -> float:
    """Net area over that of all sheets, of the last only as far as its crop line."""
    net = sum(sheet.repeat * found.parts[p.part].area for sheet in found.sheets for p in sheet.placements)
    gross = sum(sheet.repeat * measure.stock_area(sheet.stock) for sheet in found.sheets)
    last = found.sheets[-1] if found.sheets else None
    spare = measure.stock_area(last.stock) - measure.cropped_area(last) if last else 0.0
    return net / (gross - spare) if last else 0.0


def _placed_least(found: Nest) -> Bound:
    """Fewest sheets for the pieces that a nest places."""
    left = {row.part: row.quantity for row in found.unplaced}
    placed = [replace(d, quantity=d.quantity - left.get(d.part.id, 0)) for d in found.demands]
    return fewest_sheets([d for d in placed if d.quantity], [sheet.stock for sheet in found.sheets], found.rules)


def _range(area: float, used: float, fewest: Bound) -> tuple[float, float]:
    """Least and most sheets: by areas, or by whole sheets of which the last may be hardly begun; and as laid."""
    return min(max(area, fewest.sheets - 1.0), used), used


def _confidence(span: tuple[float, float], fewest: Bound, how: str, short: bool) -> Confidence:
    """Words for a range of sheets whose upper end is a whole layout and whose lower end a bound."""
    low, high = span
    gap = (high - low) / high if high else 0.0
    if short:
        return Confidence("rough", low, high, f"{how}; not all pieces go on the sheets that there are")
    if math.ceil(round(high, 6)) == fewest.sheets:
        return Confidence("sure", low, high, f"{how}: a whole layout, and fewer sheets cannot do: {fewest.reason}")
    rough: Level = "fair" if gap <= FAIRLY or how.startswith("laid") else "rough"
    level = "sure" if gap <= SURE else rough
    return Confidence(level, low, high, f"{how}: a whole layout; by areas it could be {gap:.0%} less")
