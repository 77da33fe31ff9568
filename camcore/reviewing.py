"""The `dfm` command: an order in words to reviews, words and pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from camcore import dfm
from camcore.dfm.model import Process
from camcore.files import write_whole
from camcore.findings import CamError, Finding, Severity, errors
from camcore.formats.dfm import DfmFile, Reviewed, document, review_drawings
from camcore.lengths import length_of, thickness_of


@dataclass(frozen=True, slots=True)
class Order:
    """How the parts are to be made, as a person says it; lengths in mm or with their unit."""

    material: str
    thickness: str
    process: str
    tool: str | None = None
    grain: bool = False
    export: bool = False
    limits: Path | None = None
    materials: Path | None = None
    fai: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """Reviews of all drawings, and the JSON document of them."""

    reviews: tuple[Reviewed, ...]
    document: DfmFile

    @property
    def exit_code(self) -> int:
        """0 no error finding, 1 some, 2 a drawing that could not be read."""
        if not all(each.readable for each in self.reviews):
            return 2
        return int(any(errors(each.findings) for each in self.reviews))


def review(drawings: Sequence[Path], order: Order, units: str | None = None) -> Outcome:
    """The drawings held against the rules. Raises CamError E333 for words of the order that make no sense."""
    if order.process not in ("laser", "mill"):
        raise CamError(Finding("E333", f"there is no process {order.process!r}", "take laser or mill"))
    tool = length_of("tool", order.tool, "E333") if order.tool is not None else None
    process: Process = "laser" if order.process == "laser" else "mill"
    own = dfm.Own(order.limits, order.materials)
    context = dfm.context(order.material, thickness_of(order.thickness, "E333"), process, tool, own)
    context = replace(context, grain=order.grain, export=order.export, fai=order.fai)
    reviews = review_drawings(drawings, context, units)
    return Outcome(tuple(reviews), document(reviews, context))


def text(outcome: Outcome) -> str:
    """The reviews in words: drawing by drawing, errors first."""
    return "\n".join(chain.from_iterable(_lines(each) for each in outcome.reviews)) + "\n"


_HEADS = {Severity.ERROR: "errors", Severity.WARNING: "warnings", Severity.INFO: "notes"}


def _lines(reviewed: Reviewed) -> Iterator[str]:
    sizes = ", ".join(f"{one.id} {one.box.width:.5g} × {one.box.height:.5g} mm" for one in reviewed.parts[:3])
    more = f" and {len(reviewed.parts) - 3} more" if len(reviewed.parts) > 3 else ""
    yield f"{reviewed.file}: {sizes}{more}" if sizes else f"{reviewed.file}: no part"
    for severity, head in _HEADS.items():
        group = [finding for finding in reviewed.findings if finding.severity is severity]
        if group:
            yield f"  {len(group)} {head if len(group) > 1 else head.removesuffix('s')}"
        yield from _told(group)
    if not reviewed.findings:
        yield "  nothing against it"


def _told(findings: Sequence[Finding]) -> Iterator[str]:
    """Findings in words; what is the same of several parts is told once, with their names."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        own = finding.message.removeprefix(f"{finding.where.get('part')}: ")
        alike.setdefault((finding.code, own), []).append(finding)
    for (code, own), group in alike.items():
        parts = [str(finding.where["part"]) for finding in group if finding.message != own]
        named = f"{', '.join(parts[:4])}{f' and {len(parts) - 4} more' if len(parts) > 4 else ''}: " if parts else ""
        where = group[0].where
        place = f" at ({where['x']:.5g}, {where['y']:.5g})" if {"x", "y"} <= where.keys() else ""
        yield f"    {code}{place} {named}{own}"
        if group[0].advice:
            yield f"         → {group[0].advice}"


def draw(outcome: Outcome, folder: Path) -> None:
    """An SVG of each part in `folder`, named after the part. Raises OSError when that cannot be made."""
    from camcore.report.marked import marked_svg

    folder.mkdir(parents=True, exist_ok=True)
    taken: set[str] = set()
    for each in outcome.reviews:
        for one in each.parts:
            name = one.id.replace("#", "-")
            while name in taken:
                name += "-again"
            taken.add(name)
            write_whole(folder / f"{name}.svg", marked_svg(one, each.findings))
