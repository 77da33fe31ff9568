"""The report as one page that needs nothing beside itself."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from importlib import resources

import camcore
from camcore.findings import errors
from camcore.nesting import bounds, measure
from camcore.program import Times
from camcore.report import tables
from camcore.report.figures import Figures, counted, duration, percent
from camcore.report.growth import growth
from camcore.report.markup import Child, Markup, facts, join, tag
from camcore.report.model import JobRecord
from camcore.report.panel import sheet_article


def write(job: JobRecord) -> str:
    """The report of a job as the text of an HTML file: same record, same bytes."""
    body = tag(
        "body",
        _marking(job),
        _header(job),
        tag("main", _summary(job), _findings(job), _sheets(job), _parts(job), _proof(job), _process(job)),
        tag("footer", f"camcore {camcore.__version__} · seed {job.nest.rules.seed} · lengths in {job.units}"),
        _marking(job),
        _script(),
    )
    return f"<!doctype html>\n{tag('html', _head(job), body, lang='en')}\n"


def _asset(name: str) -> str:
    return (resources.files("camcore.report") / name).read_text("utf-8")


def _head(job: JobRecord) -> Markup:
    """Nothing is loaded, and no script runs but the one whose hash stands here."""
    digest = base64.b64encode(hashlib.sha256(_asset("script.js").encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{_name(job)} · cutting report"),
        tag("style", Markup(_asset("sheet.css") + _asset("page.css") + _every_page(job.marking))),
    )


def _every_page(marking: str) -> str:
    """Style that prints the marking in the upper and lower margin of every page (CSS Paged Media 3, margin boxes)."""
    letters = "".join(f"\\{ord(letter):06x}" for letter in " ".join(marking.split()))
    boxes = "".join(f'@{side}-center {{ content: "{letters}"; {MARGIN_BOX} }}' for side in ("top", "bottom"))
    return f"@media print {{ @page {{ {boxes} }} }}\n" if marking else ""


MARGIN_BOX = "font: 700 7pt/1.2 system-ui, sans-serif; width: 100%; text-align: center; color: #000"
"""Style of the marking on paper."""


def _marking(job: JobRecord) -> Markup | None:
    return tag("p", job.marking, class_="marking", role="note", aria_label="Marking") if job.marking else None


def _script() -> Markup:
    return tag("script", Markup(_asset("script.js")))


def _name(job: JobRecord) -> str:
    return job.nest.job or "job"


# -- top --------------------------------------------------------------------------------------------------------------


def _header(job: JobRecord) -> Markup:
    figures = Figures(job.units)
    rows = [
        ("Machine", tag("span", job.machine.title, " ", tag("code", job.machine.name))),
        ("Material", job.material),
        ("Thickness", figures.length(job.setup.thickness)),
        ("Process", job.setup.process),
        ("Stock", ", ".join(_stocks(job)) or "none used"),
    ]
    return tag("header", tag("p", "Cutting report", class_="kind"), tag("h1", _name(job)), facts(rows))


def _stocks(job: JobRecord) -> Iterator[str]:
    counts: dict[str, int] = {}
    for sheet in job.nest.sheets:
        counts[sheet.stock.id] = counts.get(sheet.stock.id, 0) + sheet.repeat
    for name, count in counts.items():
        yield f"{count} × {name}"


def _summary(job: JobRecord) -> Markup:
    """The verdict in one line, and the figures that everybody asks for first."""
    nest, figures = job.nest, Figures(job.units)
    total = measure.summary(nest)
    wanted = sum(demand.quantity for demand in nest.demands)
    done = sum(sheet.repeat * len(sheet.placements) for sheet in nest.sheets)
    times, least = _all_times(job), bounds.of_nest(nest)
    cells = [
        ("Sheets", str(total.sheets), counted(len(nest.sheets), "layout")),
        ("Pieces", f"{done:,}", f"of {wanted:,} wanted"),
        (
            "Yield",
            percent(total.yield_),
            f"{percent(total.yield_to_crop_line)} to the crop line; bound {percent(total.yield_bound)}",
        ),
        (
            "Machine time",
            duration(times.total),
            f"{counted(times.pierces, 'pierce')}" if times.pierces else "estimated",
        ),
        ("Cut length", figures.travel(times.cut_length), f"{figures.travel(times.rapid_length)} of rapids"),
    ]
    cells += _cost(job, done)
    tiles = [tag("div", tag("dt", name), tag("dd", tag("b", value), tag("small", note))) for name, value, note in cells]
    reason = tag("p", f"At least {counted(least.sheets, 'sheet')}: {least.reason}.", class_="lead")
    return tag(
        "section", _verdict(job), tag("dl", tiles, class_="tiles"), reason, aria_label="Summary", class_="summary"
    )


def _cost(job: JobRecord, pieces: int) -> Iterator[tuple[str, str, str]]:
    """What the sheets cost, where the job says it; no price of work is known here."""
    costs = [(sheet.stock.cost, sheet.repeat) for sheet in job.nest.sheets]
    known = [cost * repeat for cost, repeat in costs if cost is not None]
    if known and pieces:
        part = "" if len(known) == len(costs) else "; of some sheets it is not known"
        yield "Cost of sheets", f"{sum(known):,.2f}", f"{sum(known) / pieces:,.2f} a piece{part}"


def _all_times(job: JobRecord) -> Times:
    """Times of all sheets, each as often as it is cut."""
    rows = [(record.times, record.sheet.repeat) for record in job.sheets if record.times]
    names = ("cutting", "rapid", "dwell", "tool_change", "cut_length", "rapid_length", "pierces")
    return Times(*(sum(getattr(times, name) * repeat for times, repeat in rows) for name in names))


def _verdict(job: JobRecord) -> Markup:
    proven = sum(record.verdict is not None and record.verdict.proven for record in job.sheets)
    missing = sum(row.quantity for row in job.nest.unplaced)
    faults = (
        [] if proven == len(job.sheets) else [f"{counted(len(job.sheets) - proven, 'sheet')} without a proven program"]
    )
    faults += [f"{counted(missing, 'piece')} not placed"] if missing else []
    faults += [counted(len(errors(job.findings)), "error")] if errors(job.findings) else []
    if faults:
        return tag("p", tag("b", "✕ Not complete"), " — ", "; ".join(faults), class_="verdict failed")
    words = f"every piece placed, {counted(proven, 'program')} read back and proven"
    return tag("p", tag("b", "✓ Complete"), " — ", words, class_="verdict passed")


def _findings(job: JobRecord) -> Markup | None:
    missing = [tag("li", f"{row.quantity} × {row.part}: {row.why}") for row in job.nest.unplaced]
    left_out = join(tag("h3", "Not placed"), tag("ul", missing, class_="unplaced")) if missing else None
    grave = [finding for finding in job.findings if finding.severity != "info"]
    notes = [finding for finding in job.findings if finding.severity == "info"]
    listed = tables.finding_list(grave) if grave else None
    folded = tag("details", tag("summary", counted(len(notes), "note")), tables.finding_list(notes)) if notes else None
    if left_out is listed is folded is None:
        return None
    return _section("findings", "Findings", left_out, listed, folded)


def _section(name: str, title: str, *children: Child) -> Markup:
    return tag("section", tag("h2", title, id=name), *children, aria_labelledby=name, class_=name)


# -- sections -------------------------------------------------------------------------------------------------------


def _sheets(job: JobRecord) -> Markup:
    articles = [sheet_article(record, job, f"s{index}") for index, record in enumerate(job.sheets, 1)]
    return _section("sheets", "Sheets", articles, growth(job))


def _parts(job: JobRecord) -> Markup:
    return _section("parts", "Parts", tables.part_list(job))


def _proof(job: JobRecord) -> Markup | None:
    blocks = []
    for record in job.sheets:
        checks = tables.proof_table(record)
        if checks is not None and record.verdict is not None:
            name = record.program or record.sheet.id
            blocks.append(join(tag("h3", name, " ", tables.outcome(record.verdict.proven)), checks))
    words = "The text of each program was read back and held against the drawings. Lengths in mm."
    return _section("proof", "Proof", tag("p", words, class_="lead"), blocks) if blocks else None


def _process(job: JobRecord) -> Markup:
    return _section("process", "Process", tables.tool_table(job), tables.process_table(job))
