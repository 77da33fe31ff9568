"""The certificate of conformance: what is delivered, of which material; the maker signs it, nothing here does."""

from __future__ import annotations

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from camcore.formats.manifest import StockModel
from camcore.papers.documents import Documents
from camcore.papers.pdf import Cell, Column, document, facts, gap, grid, section, signatures, together, words
from camcore.papers.traveler import BLANK, numbered
from camcore.report.figures import Figures

STATEMENT = (
    "We certify that the items listed above were made from the material listed above, inspected and found to conform "
    "to the requirements of the order and of the drawings and revisions named, except as noted below. Records of "
    "manufacture, inspection and material are on file and available for examination."
)
"""What the signature below it states."""


def certificate(documents: Documents) -> bytes:
    """The PDF for one job. Quantity delivered, exceptions, names, signatures and missing facts stay blank."""
    head = documents.head("Certificate of conformance", documents.papers.heading.order or "")
    width = head.width
    story: list[Flowable] = [
        facts(list(_first(documents)), width),
        *section("Items", _items(documents, width)),
        *section("Material", *_material(documents, width)),
        *together("Statement", words(STATEMENT), gap(), _exceptions(width)),
        *together("Signature", signatures(("Authorized by (name and title)",), width)),
    ]
    return document(head, story)


def _first(documents: Documents) -> Iterator[tuple[str, str]]:
    heading = documents.papers.heading
    yield "Manufacturer", heading.company or BLANK
    yield "Customer", heading.customer or BLANK
    yield "Address", heading.address or BLANK
    yield "Purchase order and line", heading.order or BLANK
    yield "Job", documents.papers.job
    yield "Date of the paper", heading.date or BLANK
    yield "Certificate no.", BLANK
    yield "Packing slip no.", BLANK


def _items(documents: Documents, width: float) -> Flowable:
    columns = [
        Column("Item", 2),
        Column("Part or drawing number, revision", 9),
        Column("Description", 9),
        Column("Ordered", 3, True),
        Column("Delivered", 4),
        Column("Serial or date code", 5),
    ]
    rows: list[list[Cell]] = []
    for number, part in enumerate(documents.nest.parts, 1):
        item = documents.items.get(part.id)
        title = item.title if item and item.title else part.id
        rows.append([str(number), numbered(item), title, str(part.quantity), "", ""])
    return grid(columns, rows, width, least=7 * mm)


def _material(documents: Documents, width: float) -> Iterator[Flowable]:
    stuff = documents.papers.material
    figures = Figures(documents.papers.units)
    named = [stuff.title, stuff.nema and f"NEMA {stuff.nema}", stuff.specification, figures.length(stuff.thickness)]
    yield words(", ".join(filter(None, named)))
    columns = [
        Column("Manufacturer", 6),
        Column("Grade", 4),
        Column("Lot", 5),
        Column("Certificate", 6),
        Column("Sheets", 7),
    ]
    rows = [list(row) for row in _lots(documents)]
    yield grid(columns, rows or [[""] * len(columns)], width, least=7 * mm)


def _lots(documents: Documents) -> Iterator[tuple[str, str, str, str, str]]:
    """One row for each lot and certificate, with the layouts that were cut of it."""
    groups: dict[tuple[str, str, str, str], list[StockModel]] = {}
    for row in documents.stock:
        key = row.manufacturer or "", row.grade or "", row.lot or "", row.certificate or ""
        groups.setdefault(key, []).append(row)
    for key, rows in groups.items():
        yield *key, ", ".join(dict.fromkeys(row.id or row.sheet for row in rows))


def _exceptions(width: float) -> Flowable:
    return grid(
        [Column("Exceptions and deviations (write none where there are none)", 1)], [[""]], width, least=16 * mm
    )
