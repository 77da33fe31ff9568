"""Forms 1, 2 and 3 of AS9102: their numbered fields and what is known of them. Results are never filled in here.

Numbers and titles of the fields are those of AS9102 revision C.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from camcore.papers.article import Article
from camcore.papers.characteristic import Characteristic

STANDARD = "AS9102 Rev C"
FORM_1 = f"{STANDARD} Form 1: Part Number Accountability"
FORM_2 = f"{STANDARD} Form 2: Product Accountability"
FORM_3 = f"{STANDARD} Form 3: Characteristic Accountability"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the order says; empty where it says nothing.

    specification: of the material, with its form; lot, certificate: of the sheet; marking: of export control
    """

    number: str = ""
    name: str = ""
    serial: str = ""
    fair: str = ""
    revision: str = ""
    drawing: str = ""
    drawing_revision: str = ""
    changes: str = ""
    process: str = ""
    organization: str = ""
    supplier_code: str = ""
    purchase_order: str = ""
    material: str = ""
    specification: str = ""
    supplier: str = ""
    certificate: str = ""
    lot: str = ""
    marking: str = ""


class Field(NamedTuple):
    """A numbered field with its title and what is known of it."""

    number: str
    title: str
    value: str


def heading(facts: Facts) -> list[Field]:
    """Fields 1 to 4, which head every form."""
    return [
        Field("1", "Part Number", facts.number),
        Field("2", "Part Name", facts.name),
        Field("3", "Serial Number", facts.serial),
        Field("4", "FAIR Identifier", facts.fair),
    ]


def form_1(facts: Facts) -> list[Field]:
    """Form 1; fields 15 to 18 list the parts of an assembly and stay empty for the flat parts made here."""
    return [
        *heading(facts),
        Field("5", "Part Revision Level", facts.revision),
        Field("6", "Drawing Number", facts.drawing),
        Field("7", "Drawing Revision Level", facts.drawing_revision),
        Field("8", "Additional Changes", facts.changes),
        Field("9", "Manufacturing Process Reference", facts.process),
        Field("10", "Organization Name", facts.organization),
        Field("11", "Supplier Code", facts.supplier_code),
        Field("12", "Purchase Order Number", facts.purchase_order),
        Field("13", "Detail or Assembly", "Detail"),
        Field("14", "Full or Partial FAI, Baseline Part Number, Reason", ""),
        Field("15", "Part Number (of an assembly's parts)", ""),
        Field("16", "Part Name", ""),
        Field("17", "Part Type", ""),
        Field("18", "FAIR Identifier", ""),
        Field("19", "Documented nonconformances (yes / no)", ""),
        Field("20", "FAIR Verified By", ""),
        Field("21", "Date", ""),
        Field("22", "FAIR Reviewed / Approved By", ""),
        Field("23", "Date", ""),
        Field("24", "Customer Approval", ""),
        Field("25", "Date", ""),
        Field("26", "Comments", ""),
    ]


FORM_2_ROWS = 6
"""Rows of Form 2: the material, and room for special processes and functional tests."""
_FORM_2 = (
    ("5", "Material or Process Name"),
    ("6", "Specification Number"),
    ("7", "Code"),
    ("8", "Supplier"),
    ("9", "Customer Approval Verification"),
    ("10", "Certificate of Conformance Number"),
    ("11", "Functional Test Procedure Number"),
    ("12", "Acceptance Report Number"),
    ("13", "Comments"),
)


def form_2(facts: Facts) -> list[list[Field]]:
    """Rows of Form 2: the first is the material, the others are empty."""
    said = {"5": facts.material, "6": facts.specification, "8": facts.supplier, "10": facts.certificate}
    said["13"] = f"lot {facts.lot}" if facts.lot else ""
    first = [Field(number, title, said.get(number, "")) for number, title in _FORM_2]
    return [first, *([Field(number, title, "") for number, title in _FORM_2] for _ in range(FORM_2_ROWS - 1))]


FORM_3_TITLES = (
    ("5", "Char. No."),
    ("6", "Reference Location"),
    ("7", "Characteristic Designator"),
    ("8", "Requirement"),
    ("9", "Results"),
    ("10", "Designed / Qualified Tooling"),
    ("11", "Nonconformance Number"),
    ("12", "Additional Data / Comments"),
)
RESULTS = 4
"""Place of field 9 among those titles."""


def form_3(article: Article) -> Iterator[tuple[str, ...]]:
    """Rows of Form 3; field 12 tells where requirement and tolerance come from."""
    for row in article.characteristics:
        yield row.number, row.zone, "", row.requirement, "", "", "", comment(row)


_ORIGINS = {
    "dimension": "dimensioned",
    "callout": "callout",
    "note": "note",
    "model": "not dimensioned, from the geometry",
    "order": "from the order",
}


def datum(article: Article) -> str:
    """What positions are taken from, in words."""
    return f"Datum of positions: {article.datum_words}."


def comment(row: Characteristic) -> str:
    """Where a requirement and its tolerance come from, in short; article.json has the words of the sources."""
    given = row.draft.given
    tolerance = {
        "dimension": "own tolerance",
        "callout": "tolerance of the callout",
        "title block": f"title block {given.source.partition(': ')[0]}" if ": " in given.source else "title block",
        "ISO 2768": given.source.partition(",")[0],
        "material": given.source,
        "none": "" if row.draft.kind == "note" else "no tolerance known",
        "reference": "",
    }[given.by]
    place = "from the datum" if row.draft.kind == "position" else ""
    return "; ".join(word for word in (_ORIGINS[row.draft.origin], place, tolerance) if word)
