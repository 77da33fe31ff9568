"""Tables of the report: parts, proof, process, findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from camcore.findings import Finding, Severity
from camcore.nesting.model import Demand
from camcore.report.figures import Figures, trimmed
from camcore.report.markup import Child, Markup, join, tag
from camcore.report.model import JobRecord, SheetRecord
from camcore.report.process import process_rows, tool_rows
from camcore.report.sheet import item_numbers, part_shape
from camcore.report.svg import number
from camcore.verify.model import Checked

SIGNS = {Severity.ERROR: "✕", Severity.WARNING: "!", Severity.INFO: "i"}


RANK = list(Severity)
SHOWN = 3
"""Findings of one code that are seen at first."""


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

PROMISES = {
    "reading": "The control reads every word of the text",
    "modes": "What the program counts on it says, rather than take what was in force",
    "envelope": "No move leaves the machine's travel",
    "rapids": "Rapids run above the material, with the beam off",
    "power": "What cuts is running, within the machine's range",
    "loose": "No travel over parts that lie loose",
    "dwells": "The beam stands still only to pierce",
    "feeds": "Feeds are within the machine's",
    "path": "The control stays on the path",
    "change": "Tools are changed with the spindle still and clear of the stock",
    "end": "The program ends with everything off and clear",
    "tools": "Only declared tools cut",
    "stock": "Cuts stay on the sheet and go no deeper than they must",
    "gouge": "No cut reaches into a finished part",
    "uncut": "Every edge is cut, all the way through",
    "edge": "Cut edges are where the drawing has them",
    "tabs": "Tabs hold, each where it was declared",
    "bevels": "Edges are broken where they are to be, as wide as they are to be",
    "skins": "Onion skins that are to stay are whole",
    "drills": "Every hole to be drilled is drilled",
    "mark": "Marks are where the drawing has them, and do not go through",
    "pockets": "Pockets have their depth, and nothing is left in them",
    "plunge": "The tool enters the stock as it can",
    "energy": "The beam brings the same energy to every edge",
    "running": "Tools and beams run as the cuts declare it",
    "steps": "No pass goes deeper at once than declared",
    "milling": "Edges are milled the way round that is declared",
    "crop": "The line that frees the remnant is cut",
    "order": "Holes come before outlines, and all in the declared order",
}
"""What each check of a program says when it passes."""


def proof_table(record: SheetRecord) -> Markup | None:
    """Every check of one program with its figures."""
    if record.verdict is None:
        return None
    rows = [_check_row(check) for check in record.verdict.checks]
    return table(f"Proof of {record.program or record.sheet.id}", ["Check", "", "Outcome", "Figures"], rows)


def _check_row(check: Checked) -> list[Child]:
    name = check.name.replace("_", " ")
    return [name.capitalize(), PROMISES.get(check.name, ""), outcome(check.passed), _check_figures(check)]


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
    heads = ["Tool", "Name", "Diameter", "Speed", "Feed", "Plunge", "Cuts", "Path", "Life used"]
    return table("Tools", heads, rows, figures=(2, 3, 4, 5, 6, 7, 8)) if rows else None


# -- findings ---------------------------------------------------------------------------------------------------------


def finding_list(findings: Iterable[Finding]) -> Markup:
    """Findings by code, the gravest first; of many of one code all but the first are folded away."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.code, []).append(finding)
    ranked = sorted(groups.values(), key=lambda group: RANK.index(group[0].severity))
    return tag("div", [_group(group) for group in ranked], class_="groups")


def _group(group: list[Finding]) -> Markup:
    first = tag("ol", [_finding(finding) for finding in group[:SHOWN]], class_="findings")
    rest = group[SHOWN:]
    if not rest:
        return first
    more = tag("summary", f"{len(rest)} more of {group[0].code}")
    return join(first, tag("details", more, tag("ol", [_finding(finding) for finding in rest], class_="findings")))


def _finding(finding: Finding) -> Markup:
    place = [finding.file] if finding.file else []
    place += [f"{key} {plain(value)}" for key, value in finding.where.items() if value is not None]
    advice = tag("span", f" {_sentence(finding.advice)}", class_="advice") if finding.advice else None
    return tag(
        "li",
        tag("span", SIGNS[finding.severity], class_="sign", aria_hidden="true"),
        tag("span", f"{finding.severity} {finding.code}", class_="code"),
        tag("p", _sentence(finding.message), advice),
        tag("p", " · ".join(place), class_="where") if place else None,
        class_=str(finding.severity),
    )


def _sentence(words: str) -> str:
    end = "" if words.endswith((".", "?", "!")) else "."
    return words[:1].upper() + words[1:] + end
