"""The setup sheet: everything that the person at the machine needs to set one program up, run it and sign for it."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from camcore.formats.common import curve
from camcore.formats.papers import StepModel, ToolModel, ToolUseModel
from camcore.papers.documents import Documents, Laid
from camcore.papers.pdf import (
    BODY,
    LABEL,
    SMALL,
    Column,
    checks,
    document,
    facts,
    gap,
    grid,
    section,
    signatures,
    together,
    words,
)
from camcore.papers.picture import SheetPicture
from camcore.report.figures import Figures, counted, duration, trimmed

PICTURE = 112 * mm
"""Greatest height of the picture, points."""
WORDS = {
    "mark": ("engrave", "mark"),
    "drill": ("drill", "hole"),
    "pocket": ("clear", "pocket"),
    "hole": ("cut", "opening"),
    "outline": ("cut free", "part"),
}
"""What is done to what in each kind of cut."""


def setup_sheet(documents: Documents, laid: Laid) -> bytes:
    """The PDF for one layout, whose program was saved."""
    head = documents.head("Setup sheet", f"{laid.paper.program} · {laid.layout.id}")
    width = head.width
    story: list[Flowable] = [
        facts(list(_first(documents, laid)), width),
        facts([("SHA-256 of it", documents.hashes[laid.paper.program or ""])], width, columns=1),
        gap(),
        SheetPicture(documents, laid, width, PICTURE),
        *section("Pieces of one sheet", _pieces(documents, laid, width)),
        *section("Work zero and hold-down", facts(list(_holding(documents, laid)), width, columns=1)),
        *_tools(documents, laid, width),
        *section("Process", _process(documents, width)),
        *section("What the program counts on at the control", _control(documents, width)),
        *section("Steps", _steps(documents, laid, width)),
        *section("Material", material(documents, laid.layout.id, width)),
        *section("Proof of the program", *_proof(laid, width)),
        *_warnings(documents, laid, width),
        *together("Before the start", checks(list(_checks(documents, laid)), width)),
        *together("Signatures", signatures(("Set up by", "First piece checked by", "Run by"), width)),
    ]
    return document(head, story)


def _first(documents: Documents, laid: Laid) -> Iterator[tuple[str, str]]:
    """What everybody asks first."""
    papers, layout = documents.papers, laid.layout
    figures, box, times = Figures(papers.units), curve(layout.outline).box, laid.paper.times
    yield "Program", laid.paper.program or ""
    yield "Machine", f"{papers.machine.title} ({papers.machine.name})"
    yield "Control", papers.machine.control_title
    yield "Material", f"{papers.material.title}, {figures.length(papers.material.thickness)}"
    yield "Stock", f"{layout.stock}: {figures.size(box.width, box.height)}"
    yield "Sheets of this layout", counted(layout.repeat, "sheet")
    yield "Pieces of one sheet", str(len(layout.placements))
    if times:
        more = f", {duration(layout.repeat * times.total)} for all" if layout.repeat > 1 else ""
        yield "Time of one sheet", f"{duration(times.total)}{more} (estimated)"
    for name in ("customer", "order", "date"):
        if value := getattr(papers.heading, name):
            yield name.capitalize(), value


def _pieces(documents: Documents, laid: Laid, width: float) -> Flowable:
    columns = [
        Column("Item", 1),
        Column("Part", 5),
        Column("Number", 4),
        Column("Revision", 2),
        Column("On it", 2, True),
    ]
    rows = []
    for name, count in sorted(laid.counts.items(), key=lambda row: documents.items[row[0]].item):
        item = documents.items[name]
        rows.append([str(item.item), name, item.number or "", item.revision or "", str(count)])
    return grid(columns, rows, width)


def _holding(documents: Documents, laid: Laid) -> Iterator[tuple[str, str]]:
    figures, mill = Figures(documents.papers.units), documents.papers.machine.process == "mill"
    top = " on the stock's top" if mill else ", focus on the stock as the process below says"
    yield "Work zero", f"lower left corner of the sheet{top}; X to the right, Y away from it, as in the picture"
    cuts = laid.cut.cuts if laid.cut else []
    tabs = [tab for cut in cuts for tab in cut.tabs]
    outlines = [cut for cut in cuts if cut.kind == "outline"]
    held = len({cut.placement for cut in outlines if cut.tabs})
    name = "tab" if mill else "micro-joint"
    if tabs:
        widest = figures.length(max(tab[2] for tab in tabs))
        yield "Tabs", f"{counted(len(tabs), name)} up to {widest} wide on {counted(held, 'piece')}; dots in the picture"
    loose = len(laid.layout.placements) - held
    if loose:
        how = "hold them by vacuum, tape or film" if mill else "they may drop or tip"
        yield "Without tabs", f"{counted(loose, 'piece')}: {how}"
    if laid.cut and mill and (deep := max((use.depth for use in laid.paper.tools), default=0.0)):
        below = deep - (laid.cut.stock_top_z - laid.cut.stock_bottom_z)
        if below > 0:
            yield "Spoilboard", f"needed: cuts reach {figures.length(below)} below the stock"
    if laid.paper.zones:
        yield "Clamps and zones", ", ".join(zone.name for zone in laid.paper.zones) + ": no part lies there"
    if laid.layout.remnant is not None:
        yield "Rest", f"crop at X {figures.length(laid.layout.used_length)}, label the remnant and keep it"


# -- tools and control ------------------------------------------------------------------------------------------------


def _tools(documents: Documents, laid: Laid, width: float) -> list[Flowable]:
    if not laid.paper.tools:
        return []
    figures, known = Figures(documents.papers.units), {tool.number: tool for tool in documents.papers.tools}
    columns = [
        Column("Tool", 3),
        Column("Name", 12),
        Column(f"Diameter, {figures.units}", 7, True),
        Column("Speed, rpm", 6, True),
        Column(f"Feed / plunge, {figures.units}/min", 9, True),
        Column(f"Depth, {figures.units}", 5, True),
        Column(f"Out of holder, {figures.units}", 7, True),
        Column("Cuts, m", 5, True),
        Column("Forecast of its life", 12),
    ]
    rows = [_tool(known[use.number], use, laid.layout.repeat, figures) for use in laid.paper.tools]
    note = (
        "Depth: how far the tool goes below the stock's top, so the least length of cut. Out of the holder: at least "
        "the depth and the height of travel over the stock. Forecast: each tool new at the start of the job."
    )
    return section("Tools", grid(columns, rows, width), words(note, LABEL))


def _tool(tool: ToolModel, use: ToolUseModel, repeat: int, figures: Figures) -> list[str]:
    feeds = " / ".join(figures.feed(value).split()[0] for value in (tool.feed, tool.plunge))
    sizes = [figures.bare(value) for value in (tool.diameter, use.depth, use.stick_out)]
    return [
        f"T{tool.number}",
        tool.name or tool.kind,
        sizes[0],
        f"{tool.rpm:,.0f}",
        feeds,
        sizes[1],
        sizes[2],
        trimmed(use.metres * repeat, 1) if use.metres else "–",
        forecast(tool, use, repeat),
    ]


def forecast(tool: ToolModel, use: ToolUseModel, repeat: int) -> str:
    """When a tool will be worn, in words."""
    if not use.metres:
        return "not forecast"
    if not tool.life:
        return "life not known"
    if use.changes:
        left = max(0.0, tool.life - use.before % tool.life)
        return f"worn after {left:.0f} m of it: {counted(use.changes, 'change')}, have new ones at hand"
    return f"{use.before + use.metres * repeat:.0f} of {tool.life:g} m used after it"


def _process(documents: Documents, width: float) -> Flowable:
    """Parameters with their values; those that nobody has tried say so."""
    rows = []
    for fact in documents.papers.process:
        doubt = " (uncalibrated default)" if fact.source.startswith("uncalibrated") else ""
        rows.append((fact.name, fact.value + doubt))
    return facts(rows, width)


def _control(documents: Documents, width: float) -> Flowable:
    columns = [Column("Setting", 5), Column("Must be", 10), Column("Status", 4), Column("Checked", 2)]
    rows = [[fact.name, fact.value, fact.source, "____"] for fact in documents.papers.machine.control]
    return grid(columns, rows, width)


# -- steps, proof, warnings -------------------------------------------------------------------------------------------


def _steps(documents: Documents, laid: Laid, width: float) -> Flowable:
    names = {tool.number: tool.name or tool.kind for tool in documents.papers.tools}
    columns = [
        Column("No.", 1),
        Column("What", 8),
        Column("Tool", 8),
        Column("Time", 3, True),
        Column("After", 3, True),
    ]
    rows, done = [], 0.0
    for number, step in enumerate(laid.paper.steps, 1):
        done += step.seconds
        tool = f"T{step.tool} {names.get(step.tool, '')}" if step.tool else "beam"
        rows.append([str(number), _what(step), tool, duration(step.seconds), duration(done)])
    return grid(columns, rows, width)


def _what(step: StepModel) -> str:
    done = [f"{WORDS[kind][0]} {counted(count, WORDS[kind][1])}" for kind, count in step.cuts.items()]
    text = ", ".join(done)
    return text[:1].upper() + text[1:]


def material(documents: Documents, sheet: str, width: float) -> Flowable:
    """Lots and certificates of the sheets of one layout; a row to fill in by hand where nothing is known."""
    columns = [Column(head, share) for head, share in LOTS]
    rows = [
        [row.id or "", row.lot or "", row.certificate or "", row.grade or row.material, row.manufacturer or "", ""]
        for row in documents.lots(sheet)
    ]
    return grid(columns, rows or [["", "", "", documents.papers.material.title, "", ""]], width, least=7 * mm)


LOTS = (("Sheet", 4), ("Lot", 4), ("Certificate", 4), ("Grade", 4), ("Manufacturer", 4), ("Taken by", 3))


def _proof(laid: Laid, width: float) -> Iterator[Flowable]:
    if laid.proof is None:
        yield words("no proof", BODY)
        return
    passed = [check for check in laid.proof.checks if check.passed]
    state = "proven" if laid.proof.proven else "NOT PROVEN"
    yield words(f"{state}: {len(passed)} of {len(laid.proof.checks)} checks of the program's own text passed.", BODY)
    yield words(", ".join(check.name.replace("_", " ") for check in passed), SMALL)
    figures = {check.name: check.figures for check in laid.proof.checks}
    rows = [(name, _figure(figures, *key)) for name, key in FIGURES.items()]
    yield facts([(name, value) for name, value in rows if value], width)


FIGURES = {
    "Farthest edge from the drawing": ("edge", "deviation"),
    "Deepest reach into a finished part": ("gouge", "largest_gouge"),
    "Most left uncut": ("uncut", "largest_uncut"),
    "Lowest travel over the stock": ("rapids", "lowest_travel"),
}
"""Figures of the proof that the setup sheet repeats: check and its figure, mm."""


def _figure(figures: dict[str, dict[str, object]], check: str, name: str) -> str:
    value = figures.get(check, {}).get(name)
    return f"{trimmed(float(value), 4)} mm" if isinstance(value, int | float) else ""


def _warnings(documents: Documents, laid: Laid, width: float) -> list[Flowable]:
    found = documents.warnings(laid)
    if not found:
        return []
    columns = [Column("Code", 2), Column("Warning", 11), Column("What to do", 8)]
    return section("Warnings", grid(columns, [[row.code, row.message, row.advice] for row in found], width))


def _checks(documents: Documents, laid: Laid) -> Iterator[str]:
    """What has to be so before the program runs."""
    papers, figures = documents.papers, Figures(documents.papers.units)
    mill = papers.machine.process == "mill"
    yield f"The program in the control is {laid.paper.program}, unchanged (SHA-256 above)"
    yield f"Material, thickness {figures.length(papers.material.thickness)} measured: ________, lot written above"
    yield "Settings of the control are as in the table above"
    yield "Work zero is set" + (", tool lengths are measured" if mill else ", focus is set, extraction runs")
    if mill:
        yield "Tools are sharp, out of the holder as far as stated, and turn as stated; extraction runs"
    yield "The sheet lies flat and is held; nothing stands in the way of travels; clamps are where the picture has them"
    yield "First piece measured before the rest is released"
