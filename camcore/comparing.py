"""The `compare` command: two drawings to what changed, words, JSON and a picture."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from camcore import compare, drawing, part
from camcore.compare.features import net_area, posed
from camcore.compare.model import Comparison, Said, Statement
from camcore.drawing import Drawing
from camcore.files import write_whole
from camcore.findings import CamError, Finding, errors
from camcore.formats.common import FindingModel
from camcore.formats.compare import CompareFile, compared_part, said_models
from camcore.geometry import Pose
from camcore.lengths import length_above_0
from camcore.part import Part
from camcore.report.figures import Figures
from camcore.report.overlay import overlay_svg, summary, told

Alignment = Literal["drawn", "corner", "fit"]


@dataclass(frozen=True, slots=True)
class Order:
    """How to compare: the tolerance as a length in words; units of each drawing, where it is not to say itself.

    shapes_only: what the drawings say in notes and dimensions is left out
    """

    alignment: Alignment = "drawn"
    tolerance: str = "0.05mm"
    units: str | None = None
    units_b: str | None = None
    shapes_only: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Comparisons of the parts that belong together, with both parts; the JSON document; findings."""

    pairs: tuple[tuple[Comparison, Part, Part], ...]
    said: tuple[Said, ...]
    findings: tuple[Finding, ...]
    document: CompareFile
    figures: Figures

    @property
    def exit_code(self) -> int:
        """0 the same within the tolerance; 1 not, or a drawing has errors, so that something may be missing."""
        return int(not self.document.same)


def compare_files(a: Path, b: Path, order: Order) -> Outcome:
    """The two drawings held against each other.

    Raises CamError for a drawing that cannot be read; E990 where one has no part; E991 for a tolerance that is none.
    """
    tolerance = length_above_0("tolerance", order.tolerance, "E991")
    sheet_a, parts_a, found_a = _parts(a, order.units)
    sheet_b, parts_b, found_b = _parts(b, order.units_b or order.units)
    mates = _mates(parts_a, parts_b, order.alignment)
    pairs = tuple(_pair(parts_a[i], parts_b[j], tolerance, order.alignment) for i, j in mates)
    said = () if order.shapes_only else compare.said(sheet_a, sheet_b, pairs[0][0].pose)
    only_a = [one.id for i, one in enumerate(parts_a) if i not in {i for i, _ in mates}]
    only_b = [one.id for j, one in enumerate(parts_b) if j not in {j for _, j in mates}]
    found = (*found_a, *found_b, *_hints(pairs, tolerance, order.alignment, str(b)))
    document = CompareFile(
        a=str(a),
        b=str(b),
        tolerance=tolerance,
        alignment=order.alignment,
        same=not (only_a or only_b or said or errors(found)) and all(pair[0].same for pair in pairs),
        parts=[compared_part(pair[0]) for pair in pairs],
        only_in_a=only_a,
        only_in_b=only_b,
        said=said_models(said),
        findings=[FindingModel.of(finding) for finding in found],
    )
    return Outcome(pairs, said, found, document, Figures("in" if sheet_a.units in ("in", "ft", "mil") else "mm"))


def _parts(path: Path, units: str | None) -> tuple[Drawing, tuple[Part, ...], tuple[Finding, ...]]:
    sheet = drawing.read(path, units)
    found = part.find(sheet)
    if not found.parts:
        advice = "draw its outline as a closed contour; `camcore read` tells what the drawing holds"
        raise CamError([*found.findings, Finding("E990", "no part to compare", advice, path.name)])
    return sheet, found.parts, found.findings


def _pair(a: Part, b: Part, tolerance: float, alignment: Alignment) -> tuple[Comparison, Part, Part]:
    pose = Pose()
    if alignment == "corner":
        pose = Pose(a.box.x0 - b.box.x0, a.box.y0 - b.box.y0)
    elif alignment == "fit":
        pose = compare.fitted(a, b, tolerance)
    return compare.compare(a, b, tolerance, pose), a, posed(b, pose)


def _mates(a: tuple[Part, ...], b: tuple[Part, ...], alignment: Alignment) -> list[tuple[int, int]]:
    """Which parts of two drawings belong together: the nearest ones, or those most alike unless they lie as drawn."""

    def apart(one: Part, other: Part) -> float:
        (x, y), (u, v) = one.box.centre, other.box.centre
        return math.hypot(x - u, y - v)

    def unlike(one: Part, other: Part) -> float:
        sizes = [(net_area(each), each.outline.length, len(each.holes) + 1.0) for each in (one, other)]
        return sum(abs(math.log(max(p, 1e-9) / max(q, 1e-9))) for p, q in zip(*sizes, strict=True))

    cost: Callable[[Part, Part], float] = apart if alignment == "drawn" else unlike
    offers = sorted((round(cost(p, q), 6), i, j) for i, p in enumerate(a) for j, q in enumerate(b))
    mates: dict[int, int] = {}
    for _, i, j in offers:
        if i not in mates and j not in mates.values():
            mates[i] = j
    return sorted(mates.items())


def _hints(
    pairs: tuple[tuple[Comparison, Part, Part], ...], tolerance: float, alignment: Alignment, file: str
) -> Iterator[Finding]:
    """I992 for parts that would be the same if they were laid on each other."""
    for found, a, b in pairs:
        if alignment == "fit" or found.same or found.deviation.size <= tolerance:
            continue
        pose = compare.fitted(a, b, tolerance)
        if compare.compare(a, b, tolerance, pose).same:
            message = f"{b.id} is {a.id} moved by ({pose.x:.5g}, {pose.y:.5g}) mm, turned by {pose.rotation:.4g}°"
            over = " and turned over" if pose.mirror else ""
            yield Finding("I992", f"{message}{over}: the shapes are the same", "say --fit", file, {"part": b.id})


def text(outcome: Outcome) -> str:
    """What changed, in words."""
    return "\n".join(_lines(outcome)) + "\n"


def _lines(outcome: Outcome) -> Iterator[str]:
    document, figures = outcome.document, outcome.figures
    for found, _, _ in outcome.pairs:
        verdict = "the same" if found.same else "not the same"
        yield f"{found.a} → {found.b}: {verdict} within {figures.length(found.tolerance)}"
        pose = found.pose
        if pose != Pose():
            over = ", turned over" if pose.mirror else ""
            yield f"  laid on: moved by ({pose.x:.6g}, {pose.y:.6g}) mm, turned by {pose.rotation:.6g}°{over}"
        yield from (f"  {line}" for line in summary(found, figures))
        yield from (f"  {told(change, figures)}" for change in found.differences)
        yield f"  {len(found.changes) - len(found.differences)} features as they were"
    for name, parts in ((document.a, document.only_in_a), (document.b, document.only_in_b)):
        yield from (f"only in {name}: {each}" for each in parts)
    for said in outcome.said:
        kind = "".join({one.kind for one in (said.before, said.after) if one})
        yield f"{kind}: {_words(said.before)} → {_words(said.after)}"


def _words(one: Statement | None) -> str:
    if one is None:
        return "nothing"
    give = f" (+{one.plus:.4g} −{one.minus:.4g})" if one.plus or one.minus else ""
    return f"“{' '.join(one.words.split())}”{give}"


def draw(outcome: Outcome, path: Path) -> list[Path]:
    """The picture at `path`; of several parts the second goes to ``NAME-2.svg`` and so on. Raises OSError."""
    names = Path(outcome.document.a).name, Path(outcome.document.b).name
    written = []
    for k, pair in enumerate(outcome.pairs, 1):
        file = path if k == 1 else path.with_stem(f"{path.stem}-{k}")
        write_whole(file, overlay_svg(pair, names, outcome.figures))
        written.append(file)
    return written
