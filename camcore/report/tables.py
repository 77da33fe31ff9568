"""Tables of the report: parts, proof, process, findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from camcore.findings import Finding, Severity
from camcore.nesting.model import Demand
from camcore.report.figures import Figures, trimmed
from camcore.report.markup import Child, Markup, tag
from camcore.report.model import JobRecord, SheetRecord
from camcore.report.process import process_rows, tool_rows
from camcore.report.sheet import item_numbers, part_shape
from camcore.report.svg import number
from camcore.verify.model import Checked

SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Child]], figures: Sequence[int] = ()) -> Markup:
    """A table whose first column names its rows; columns in `figures` are numbers."""
    classes = ["figure" if index in figures else None for index in range(len(heads))]
    top = [tag("th", head, scope="col", class_=kind) for head, kind in zip(heads, classes, strict=True)]
    body = []
    for row in rows:
        first, *rest = row
        cells = [tag("td", cell, class_=kind) for cell, kind in zip(rest, classes[1:], strict=True)]
        body.append(tag("tr", tag("th", first, scope="row", class_=classes[0]), cells))
    words = tag("caption", caption, class_="unseen")
    return tag("div", tag("table", words, tag("thead", tag("tr", top)), tag("tbody", body)), class_="scroll")


# -- parts ------------------------------------------------------------------------------------------------------------


def part_list(job: JobRecord) -> Markup:
    """Every part with its picture, how many were wanted and placed, and its size."""
    heads = ["Item", "", "Part", "Wanted", "Placed", "Size", "Holes", "Area"]
    rows = [_part_row(demand, job) for demand in job.nest.demands]
    return table("Parts", heads, rows, figures=(3, 4, 5, 6, 7))


def placed(job: JobRecord, part: str) -> int:
    """Pieces of a part on all sheets."""
    return sum(s.repeat * sum(p.part == part for p in s.placements) for s in job.nest.sheets)


def _part_row(demand: Demand, job: JobRecord) -> list[Child]:
    part, figures = demand.part, Figures(job.units)
    count = placed(job, part.id)
    short = count < demand.quantity and not demand.fill
    found = tag("strong", f"{count} ✕", class_="short") if short else str(count)
    box = part.box
    margin = 0.04 * max(box.width, box.height)
    view = box.grown(margin)
    icon = tag(
        "svg",
        tag("g", part_shape(part), transform=f"matrix(1 0 0 -1 0 {number(box.y0 + box.y1)})"),
        viewBox=" ".join(number(value) for value in (view.x0, view.y0, view.width, view.height)),
        class_="icon",
        aria_hidden="true",
    )
    item = str(item_numbers(job.nest.parts).get(part.id, "–"))
    holes = str(len(part.holes) + len(part.drills))
    return [
        item,
        icon,
        part.id,
        str(demand.quantity),
        found,
        figures.size(box.width, box.height),
        holes,
        figures.area(part.area),
    ]


# -- proof ------------------------------------------------------------------------------------------------------------


def proof_table(record: SheetRecord) -> Markup | None:
    """Every check of one program with its figures."""
    if record.verdict is None:
        return None
    rows = [
        [check.name.replace("_", " "), outcome(check.passed), _check_figures(check)] for check in record.verdict.checks
    ]
    return table(f"Proof of {record.program or record.sheet.id}", ["Check", "Outcome", "Figures"], rows)


def outcome(passed: bool) -> Markup:
    """Pass or fail, by sign, word and colour."""
    return tag("span", "✓ passed" if passed else "✕ failed", class_="passed" if passed else "failed")


def _check_figures(check: Checked) -> Markup:
    pairs = [tag("span", f"{key.replace('_', ' ')} ", tag("b", plain(value))) for key, value in check.figures.items()]
    return tag("span", pairs, class_="pairs")


def plain(value: Any) -> str:
    """A figure as text: four decimals at most, collections joined."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return trimmed(value, 4)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list | tuple):
        return ", ".join(map(plain, value)) or "none"
    return str(value)


# -- process ----------------------------------------------------------------------------------------------------------


def process_table(job: JobRecord) -> Markup:
    """Every number that the cuts rest on, with where it comes from."""
    return table("Process", ["Parameter", "Value", "Status and source"], process_rows(job), figures=(1,))


def tool_table(job: JobRecord) -> Markup | None:
    """Tools that the plans use; None where nothing rotates."""
    rows = list(tool_rows(job))
    heads = ["Tool", "Name", "Diameter", "Speed", "Feed", "Plunge", "Cuts"]
    return table("Tools", heads, rows, figures=(2, 3, 4, 5, 6)) if rows else None


# -- findings ---------------------------------------------------------------------------------------------------------


def finding_list(findings: Iterable[Finding]) -> Markup:
    """Findings, the gravest first, else in the order in which they came."""
    order = list(Severity)
    ranked = sorted(findings, key=lambda finding: order.index(finding.severity))
    return tag("ol", [_finding(finding) for finding in ranked], class_="findings")


def _finding(finding: Finding) -> Markup:
    place = [finding.file] if finding.file else []
    place += [f"{key} {plain(value)}" for key, value in finding.where.items()]
    return tag(
        "li",
        tag("span", SIGNS[finding.severity], class_="sign", aria_hidden="true"),
        tag("span", f"{finding.severity} {finding.code}", class_="code"),
        tag(
            "p",
            finding.message,
            tag("span", f" {finding.advice[:1].upper()}{finding.advice[1:]}.", class_="advice")
            if finding.advice
            else None,
        ),
        tag("p", " · ".join(place), class_="where") if place else None,
        class_=str(finding.severity),
    )
