"""Reading: file → entities → rules → shapes, with one fate for every entity and a finding for what is not made."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ezdxf.lldxf.const import DXFError

from camcore.drawing import rules as layer_rules
from camcore.drawing.convert import Made, UnreadError, convert, fills
from camcore.drawing.findings import shortened
from camcore.drawing.load import load, resolve_units
from camcore.drawing.model import Drawing, Operation, Shape, Text
from camcore.drawing.rules import Decision, LayerRules
from camcore.drawing.walk import Item, Walk, attribute
from camcore.findings import Finding
from camcore.geometry import Curve, many
from camcore.units import MM_PER_INCH, MM_PER_UNIT, SAME_POINT

if TYPE_CHECKING:
    from ezdxf.document import Drawing as Document

BROKEN = (DXFError, ValueError, TypeError, ArithmeticError, LookupError, AttributeError)
"""What ezdxf raises over an entity whose data make no sense."""

SMALLEST, LARGEST = 0.1 * MM_PER_INCH, 10_000.0
"""Drawings with a longer side outside of this, mm, are probably read in the wrong units."""


def read_drawing(path: Path, units: str | None, rules: LayerRules | None) -> Drawing:
    """As `camcore.drawing.read`."""
    loaded = load(path)
    unit, findings = resolve_units(loaded.insunits, units, path.name)
    reading = _Reading(path.name, unit, rules or layer_rules.shipped())
    for item in Walk(loaded.document, path.name).items(reading.scale):
        reading.take(item)
    reading.found += _paper_space(loaded.document, path.name, bool(reading.shapes))
    reading.close()
    return Drawing(
        path.name,
        unit,
        reading.scale,
        tuple(reading.shapes),
        tuple(reading.fills),
        tuple(reading.texts),
        (*loaded.findings, *findings, *reading.found),
    )


@dataclass(slots=True)
class _Reading:
    """What has been read so far (mutable: one pass over the entities fills it)."""

    file: str
    unit: str | None
    rules: LayerRules
    shapes: list[Shape] = field(default_factory=list)
    fills: list[Curve] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    found: list[Finding] = field(default_factory=list)
    _decisions: dict[tuple[str, str, int, str], Decision] = field(default_factory=dict)
    _ignored: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    _hidden: Counter[tuple[str, str]] = field(default_factory=Counter)
    _pockets: Counter[str] = field(default_factory=Counter)
    _wide: Counter[str] = field(default_factory=Counter)
    _heights: list[tuple[float, float, bool]] = field(default_factory=list)
    _reported: dict[str, list[Finding]] = field(default_factory=lambda: defaultdict(list))
    _count: int = 0

    @property
    def scale(self) -> float:
        """mm per drawing unit."""
        return MM_PER_UNIT[self.unit or "mm"]

    def take(self, item: Item) -> None:
        """Give one entity its fate."""
        self._count += 1
        if item.look.hidden:
            self._hidden[item.look.layer, item.look.hidden] += 1
            self._add(item, Decision(Operation.IGNORE, "hidden layers"))
        elif item.kind == "INSERT":
            self._insert(item)
        elif (decision := self._decide(item)).operation is Operation.IGNORE:
            self._ignored[decision.rule, item.kind, item.look.layer] += 1
            self._keep_aside(item)
            self._add(item, decision)
        else:
            self._convert(item, decision)

    def _insert(self, item: Item) -> None:
        """An INSERT comes here itself only when its block gives nothing."""
        if item.trouble:
            self._report(item, "E109", item.trouble, "bind or explode the block, then export again")
        else:
            self._ignored["empty blocks", item.kind, item.look.layer] += 1
            self._add(item, Decision(Operation.IGNORE, "empty blocks"))

    def _decide(self, item: Item) -> Decision:
        look = item.look
        key = (look.layer, look.linetype, look.colour, item.kind)
        if key not in self._decisions:
            self._decisions[key] = self.rules.decide(*key, self.unit or "mm")
        return self._decisions[key]

    def _convert(self, item: Item, decision: Decision) -> None:
        try:
            made = convert(item)
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
            self._heights.append((made.low, made.high, made.slopes))
        if made.remark:
            where = {"layer": item.look.layer, "handle": _handle(item)}
            self._tell("W116", made.remark, "export the outline as a polyline", where)
        if getattr(item.entity, "has_width", False):
            self._wide[item.look.layer] += 1
        if decision.operation is Operation.POCKET:
            self._pockets[item.look.layer] += 1

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
            )
        )

    def _report(self, item: Item, code: str, message: str, advice: str) -> None:
        where = {"layer": item.look.layer, "handle": _handle(item)}
        self._reported[code].append(Finding(code, message, advice, self.file, where))
        self._add(item, Decision(Operation.REPORT, ""))

    def _keep_aside(self, item: Item) -> None:
        """What ignored entities still tell: words, and which contours are filled."""
        try:
            if item.kind == "HATCH":
                self.fills += fills(item)
            elif item.kind in ("TEXT", "MTEXT", "ATTRIB"):
                self.texts.append(_text(item))
        except BROKEN:
            return  # the entity is ignored all the same, and counted

    def close(self) -> None:
        """Turn what was counted into findings."""
        for findings in self._reported.values():
            self.found += shortened(findings)
        self._close_counts()
        self._close_heights()
        self._close_size()
        made = {shape.operation for shape in self.shapes} - {Operation.IGNORE, Operation.REPORT}
        if not made and not any(finding.code == "E106" for finding in self.found):
            why = f"all {self._count} entities are ignored or unread" if self._count else "it is empty"
            message = f"nothing in it is to be cut: {why}"
            advice = "look at the layers, and at the rules that ignored them"
            self.found.append(Finding("E106", message, advice, self.file))

    def _close_counts(self) -> None:
        for (rule, kind, layer), count in self._ignored.items():
            self._tell("I120", f"{count} {kind} ignored by the rule {rule!r}", "", {"layer": layer, "size": count})
        for (layer, why), count in self._hidden.items():
            advice = "show the layer in the CAD program if it belongs to the part"
            self._tell("W121", f"{count} entities ignored: {why}", advice, {"layer": layer, "size": count})
        for layer, count in self._wide.items():
            message = f"{count} polylines are drawn with a width; read along their middle"
            self._tell("I117", message, "", {"layer": layer, "size": count})
        for layer, count in self._pockets.items():
            message = f"{count} pocket contours are not made: pockets have no depth in this drawing"
            self._tell("W123", message, "mill them in a job of their own", {"layer": layer, "size": count})

    def _close_heights(self) -> None:
        sloping = [high - low for low, high, slopes in self._heights if slopes]
        if sloping:
            message = f"{len(sloping)} entities slope in z, up to {max(sloping):.4g} mm; read as seen from above"
            self._tell("W114", message, "draw the part flat", {"size": max(sloping)})
        offset = [low for low, _, slopes in self._heights if not slopes]
        if offset:
            reach = f"from {min(offset):.4g} to {max(offset):.4g} mm"
            message = f"{len(offset)} entities lie off z = 0, {reach}; z is left out"
            self._tell("I115", message, "", {"size": max(offset, key=abs)})

    def _close_size(self) -> None:
        curves = [shape.curve for shape in self.shapes if shape.curve and shape.operation is Operation.CUT]
        if not curves:
            return
        boxes = many.boxes(curves)
        width, height = (boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0)).tolist()
        size = max(width, height)
        if not SMALLEST <= size <= LARGEST:
            message = f"what is cut measures {width:.4g} × {height:.4g} mm"
            advice = f"it was read in {self.unit or 'mm'}: are these its units?"
            self._tell("W130", message, advice, {"size": size, "limit": SMALLEST if size < SMALLEST else LARGEST})

    def _tell(self, code: str, message: str, advice: str, where: dict[str, Any]) -> None:
        self.found.append(Finding(code, message, advice, self.file, where))


def _handle(item: Item) -> str:
    return str(attribute(item.entity, "handle", "") or "")


def _text(item: Item) -> Text:
    entity: Any = item.entity
    words = entity.plain_text() if item.kind == "MTEXT" else str(entity.dxf.text)
    place = item.plane.carried([tuple(entity.dxf.insert)])[0]
    height = entity.dxf.get("char_height" if item.kind == "MTEXT" else "height", 0.0)
    return Text(words, float(place[0]), float(place[1]), item.look.layer, float(height) * item.plane.scale)


def _paper_space(document: Document, file: str, model_holds: bool) -> list[Finding]:
    """Paper space is never made: it holds the drawing's frame. An error when the geometry is only there."""
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
