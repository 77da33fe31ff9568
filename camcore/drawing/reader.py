"""Reading: file → entities → rules → shapes, with one fate for every entity and a finding for what is not made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ezdxf.lldxf.const import DXFError

from camcore.drawing import rules as layer_rules
from camcore.drawing.convert import Made, UnreadError, convert, fills
from camcore.drawing.dimensions import FRAME, KINDS, contradictions, dimension
from camcore.drawing.findings import shortened
from camcore.drawing.ledger import Ledger
from camcore.drawing.load import load, resolve_units
from camcore.drawing.model import Dimension, Drawing, Operation, Shape, Text
from camcore.drawing.plausible import doubts, with_readings
from camcore.drawing.rules import EVERYTHING_ELSE, Decision, LayerRules
from camcore.drawing.walk import Item, Walk, attribute
from camcore.drawing.words import NOTES, WORDS, note, plain
from camcore.findings import CamError, Finding
from camcore.geometry import Curve
from camcore.units import MM_PER_UNIT, SAME_POINT

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document

BROKEN = (DXFError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What ezdxf raises over an entity whose data make no sense."""
SAYING = frozenset({*WORDS, *NOTES, *KINDS, FRAME})
"""Kinds that say something in words."""


def read_drawing(path: Path, units: str | None, rules: LayerRules | None) -> Drawing:
    """As `camcore.drawing.read`."""
    loaded = load(path)
    unit, findings = resolve_units(loaded.insunits, units, path.name)
    said = rules or layer_rules.shipped()
    reading = _read(loaded.document, path.name, unit, said)
    if not reading.makes_something and any(kind == "HATCH" for _, kind, _ in reading.ledger.ignored):
        reading = _read(loaded.document, path.name, unit, said.with_fills(), only_fills=True)
    shapes = reading.shapes
    told = reading.ledger.findings(path.name)
    told += doubts(shapes, unit, loaded.measurement, path.name)
    told += shortened(contradictions(reading.dimensions, path.name))
    findings = [with_readings(f, shapes, loaded.measurement) if f.code == "E103" else f for f in findings]
    paper = _paper_space(loaded.document, path.name, bool(shapes))
    told += paper if paper and not shapes else [*paper, *_nothing(reading, path.name)]
    return Drawing(
        path.name,
        unit,
        reading.scale,
        tuple(shapes),
        tuple(reading.fills),
        tuple(reading.texts),
        tuple(reading.dimensions),
        (*loaded.findings, *findings, *told),
    )


def _read(document: Document, name: str, unit: str | None, rules: LayerRules, only_fills: bool = False) -> _Reading:
    reading = _Reading(name, unit, rules, only_fills)
    for item in _items(document, name, reading.scale):
        reading.take(item)
    return reading


def _items(document: Document, name: str, scale: float) -> Iterator[Item]:
    """All entities. Raises CamError E101 where layers or blocks are so damaged that no entity can be judged."""
    try:
        yield from Walk(document, name).items(scale)
    except BROKEN as error:
        message = f"its layers or blocks are damaged: {' '.join(str(error).split())[:120]}"
        raise CamError(Finding("E101", message, "open it in a CAD program, run its audit, and save it", name)) from None


@dataclass(slots=True)
class _Reading:
    """What has been read so far (mutable: one pass over the entities fills it)."""

    file: str
    unit: str | None
    rules: LayerRules
    only_fills: bool = False
    shapes: list[Shape] = field(default_factory=list)
    fills: list[Curve] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    dimensions: list[Dimension] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
    _decisions: dict[tuple[str, str, int, str, str], Decision] = field(default_factory=dict)
    _count: int = 0

    @property
    def scale(self) -> float:
        """mm per drawing unit."""
        return MM_PER_UNIT[self.unit or "mm"]

    @property
    def makes_something(self) -> bool:
        """Whether anything is to be cut, marked, drilled or pocketed."""
        return any(shape.operation not in (Operation.IGNORE, Operation.REPORT) for shape in self.shapes)

    def take(self, item: Item) -> None:
        """Give one entity its fate."""
        self._count += 1
        if item.look.hidden:
            self.ledger.hidden[item.look.layer, item.look.hidden] += 1
            self._add(item, Decision(Operation.IGNORE, "hidden layers"))
        elif item.kind == "INSERT":
            self._insert(item)
        elif (decision := self._decide(item)).operation is Operation.IGNORE:
            self.ledger.ignored[decision.rule, item.kind, item.look.layer] += 1
            self._keep_aside(item)
            self._add(item, decision)
        else:
            self._convert(item, decision)

    def _insert(self, item: Item) -> None:
        """An INSERT comes here itself only when its block gives nothing."""
        if item.trouble:
            self._report(item, "E109", item.trouble, "bind or explode the block, then export again")
        else:
            self.ledger.ignored["empty blocks", item.kind, item.look.layer] += 1
            self._add(item, Decision(Operation.IGNORE, "empty blocks"))

    def _decide(self, item: Item) -> Decision:
        look = item.look
        key = (look.layer, look.linetype, look.colour, item.kind, look.block)
        if key not in self._decisions:
            self._decisions[key] = self.rules.decide(*key[:4], self.unit or "mm", look.block)
        return self._decisions[key]

    def _convert(self, item: Item, decision: Decision) -> None:
        self._keep_words(item)
        try:
            _check_allowed(item.kind, decision)
            made = convert(item, decision.outlined)
        except UnreadError as error:
            self._report(item, "E107", str(error), "explode it into lines and arcs, or draw it as a polyline")
        except BROKEN as error:
            words = " ".join(str(error).split())[:120]
            self._report(item, "E108", f"this {item.kind} makes no sense: {words}", "draw it again")
        else:
            self._note(item, decision, made)
            for curve in made.curves:
                self._add(item, decision, curve)
            if made.point:
                self._add(item, decision, point=made.point)

    def _note(self, item: Item, decision: Decision, made: Made) -> None:
        if made.slopes or max(abs(made.low), abs(made.high)) > SAME_POINT:
            self.ledger.heights.append((made.low, made.high, made.slopes))
        if made.remark:
            self._single(made.remark[0], item, *made.remark[1:])
        if self.only_fills and item.kind == "HATCH":
            self.ledger.fills[item.look.layer] += 1
        if getattr(item.entity, "has_width", False) and not decision.outlined:
            self.ledger.wide[item.look.layer] += 1
        if decision.operation is Operation.POCKET and not decision.depth:
            self.ledger.pockets[item.look.layer] += 1

    def _add(
        self, item: Item, decision: Decision, curve: Curve | None = None, point: tuple[float, float] | None = None
    ) -> None:
        self.shapes.append(
            Shape(
                operation=decision.operation,
                rule=decision.rule,
                layer=item.look.layer,
                kind=item.kind,
                entity=self._count,
                curve=curve,
                point=point,
                colour=item.look.colour,
                handle=_handle(item),
                diameter=decision.diameter,
                depth=decision.depth,
            )
        )

    def _report(self, item: Item, code: str, message: str, advice: str) -> None:
        self._single(code, item, message, advice)
        self._add(item, Decision(Operation.REPORT, ""))

    def _single(self, code: str, item: Item, message: str, advice: str) -> None:
        where = {"layer": item.look.layer, "handle": _handle(item)}
        self.ledger.single[code].append(Finding(code, message, advice, self.file, where))

    def _keep_aside(self, item: Item) -> None:
        """What ignored entities still tell: words, and which contours are filled."""
        with suppress(*BROKEN):  # the entity is ignored all the same, and counted
            self.fills += fills(item)
        self._keep_words(item)

    def _keep_words(self, item: Item) -> None:
        if item.kind not in SAYING:
            return
        with suppress(*BROKEN):
            if item.kind in WORDS or item.kind in NOTES:
                text = _text(item)
                self.texts.append(replace(text, quantity=self.rules.quantity(text.words)))
            else:
                found = dimension(item, self.scale)
                self.dimensions += [found] if found else []


def _check_allowed(kind: str, decision: Decision) -> None:
    """Words and hatches are made only where a rule speaks of them. Raises UnreadError."""
    if kind in WORDS and decision.operation is not Operation.MARK:
        raise UnreadError(f"{kind} can be marked or ignored, not {decision.operation}")
    if kind == "HATCH" and decision.rule == EVERYTHING_ELSE:
        raise UnreadError("HATCH is not read unless a rule speaks of it")


def _nothing(reading: _Reading, file: str) -> list[Finding]:
    if reading.makes_something:
        return []
    why = f"all {len(reading.shapes)} entities are ignored or unread" if reading.shapes else "it is empty"
    advice = "look at the layers, and at the rules that ignored them"
    return [Finding("E106", f"nothing in it is to be cut: {why}", advice, file)]


def _handle(item: Item) -> str:
    return str(attribute(item.entity, "handle", "") or "")


def _text(item: Item) -> Text:
    """Raises ValueError for a note without words."""
    entity: Any = item.entity
    if item.kind in NOTES:
        words, (x, y, _) = note(entity), item.plane.carried([tuple(entity.context.base_point)])[0]
        return Text(words, float(x), float(y), item.look.layer, entity.context.char_height * item.plane.scale)
    words = plain(entity)
    place = item.plane.carried([tuple(entity.dxf.insert)])[0]
    height = entity.dxf.get("char_height" if item.kind == "MTEXT" else "height", 0.0)
    return Text(words, float(place[0]), float(place[1]), item.look.layer, float(height) * item.plane.scale)


def _paper_space(document: Document, file: str, model_holds: bool) -> list[Finding]:
    """Paper space is never made: it holds the drawing's frame. An error when the geometry is only there."""
    try:
        return _sheets(document, file, model_holds)
    except BROKEN:
        return []  # damaged layouts hold nothing that is made


def _sheets(document: Document, file: str, model_holds: bool) -> list[Finding]:
    found = []
    for layout in document.layouts:
        kinds = Counter(entity.dxftype() for entity in layout if entity.dxftype() != "VIEWPORT")
        if layout.is_modelspace or not kinds:
            continue
        what = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        if model_holds:
            found.append(Finding("I122", f"paper space {layout.name!r} ignored: {what}", "", file))
        else:
            message = f"model space is empty; paper space {layout.name!r} holds {what}"
            found.append(Finding("E106", message, "move the part to model space and export again", file))
    return found
