"""The traveler: one paper that goes with a job from the rack to the dock, and on which every step is signed."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from camcore.formats.papers import ItemModel
from camcore.papers.documents import Documents, Laid
from camcore.papers.pdf import Cell, Column, document, facts, grid, section, signatures, together, words
from camcore.report.figures import Figures, duration

AFTER = (
    "Separate parts from the skeleton, take tabs off, deburr",
    "Clean, dry, look at edges",
    "Inspect as the drawing asks; record measurements",
    "Mark or label with part number, revision and lot",
    "Pack, with certificate of conformance and material certificates",
)
"""Operations after the cutting, where the job names none."""
TALL = 9 * mm
"""Rows to write into are at least this high, points."""


def traveler(documents: Documents) -> bytes:
    """The PDF for one job."""
    head = documents.head("Traveler", documents.papers.heading.order or "")
    width = head.width
    story: list[Flowable] = [
        facts(list(_first(documents)), width),
        *section("Parts", _parts(documents, width)),
        *section("Material", _material(documents, width)),
        *section("Operations", _operations(documents, width)),
        *together("Nonconformance and notes", grid([Column("", 1)], [[""]], width, least=22 * mm)),
        *together("Closed", signatures(("Production", "Quality"), width)),
    ]
    return document(head, story)


def _first(documents: Documents) -> Iterator[tuple[str, str]]:
    papers = documents.papers
    figures, stuff = Figures(papers.units), papers.material
    for name in ("customer", "order", "date"):
        yield name.capitalize(), getattr(papers.heading, name) or BLANK
    yield "Machine", f"{papers.machine.title} ({papers.machine.name})"
    yield "Material", ", ".join(filter(None, (stuff.title, stuff.specification, figures.length(stuff.thickness))))
    yield "Sheets", str(documents.nest.summary.sheets)
    spent = [laid.paper.times.total * laid.layout.repeat for laid in documents.sheets() if laid.paper.times]
    yield "Time of the programs", f"{duration(sum(spent))} (estimated)" if spent else "–"


BLANK = "_" * 24
"""A field to be filled in by hand."""


def _parts(documents: Documents, width: float) -> Flowable:
    columns = [
        Column("Item", 2),
        Column("Part", 8),
        Column("Number and revision", 8),
        Column("Wanted", 3, True),
        Column("Nested", 3, True),
        Column("Good", 3),
        Column("Scrap", 3),
    ]
    nested = documents.nested
    rows: list[list[Cell]] = []
    for part in documents.nest.parts:
        item = documents.items.get(part.id)
        rows.append(
            [
                str(item.item) if item else "–",
                titled(part.id, item),
                numbered(item),
                str(part.quantity),
                str(nested.get(part.id, 0)),
                "",
                "",
            ]
        )
    return grid(columns, rows, width, least=6 * mm)


def titled(part: str, item: ItemModel | None) -> str:
    """A part's id with its title, where it has one."""
    return f"{part}: {item.title}" if item and item.title else part


def numbered(item: ItemModel | None) -> str:
    """Part number and revision."""
    if item is None or not item.number:
        return ""
    return f"{item.number} rev. {item.revision}" if item.revision else item.number


def _material(documents: Documents, width: float) -> Flowable:
    """A row for each sheet to be taken from the rack."""
    columns = [
        Column("Layout", 4),
        Column("Stock", 5),
        Column("Sheet", 4),
        Column("Lot", 4),
        Column("Certificate", 4),
        Column("Thickness measured", 4),
        Column("Issued by, date", 5),
    ]
    rows = [row for laid in documents.sheets() for row in _sheets(documents, laid)]
    return grid(columns, rows, width, least=TALL)


def _sheets(documents: Documents, laid: Laid) -> Iterator[list[Cell]]:
    """One row for each sheet of a layout; of a single lot for all of them, that lot each time."""
    known = documents.lots(laid.layout.id)
    for number in range(laid.layout.repeat):
        row = known[min(number, len(known) - 1)] if known else None
        which = f" ({number + 1} of {laid.layout.repeat})" if laid.layout.repeat > 1 else ""
        told = [row.id or "", row.lot or "", row.certificate or ""] if row else ["", "", ""]
        yield [laid.layout.id + which, laid.layout.stock, *told, "", ""]


def _operations(documents: Documents, width: float) -> Flowable:
    columns = [
        Column("No.", 2),
        Column("Operation", 16),
        Column("Good", 3),
        Column("Scrap", 3),
        Column("By", 4),
        Column("Date", 4),
    ]
    rows: list[list[Cell]] = [
        [str(10 * number), words(operation), "", "", "", ""]
        for number, operation in enumerate(_operation_words(documents), 1)
    ]
    return grid(columns, rows, width, least=TALL)


def _operation_words(documents: Documents) -> Iterator[str]:
    """What is done, in order: material, each program with the beginning of its hash, first piece, then the rest."""
    yield "Issue material: grade, thickness and lot as above; mark remnants with the lot"
    for laid in documents.sheets():
        if laid.paper.program is None:
            yield f"{laid.layout.id}: NO PROVEN PROGRAM, see findings.json"
            continue
        often = f", {laid.layout.repeat} sheets" if laid.layout.repeat > 1 else ""
        time = f", {duration(laid.paper.times.total)} a sheet" if laid.paper.times else ""
        hash_ = documents.hashes[laid.paper.program][:16]
        yield f"Cut {laid.paper.program} by its setup sheet{often}{time}\nSHA-256 {hash_}…"
    given = documents.papers.operations
    yield from AFTER if given is None else given
