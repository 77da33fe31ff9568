"""Pages that all papers share: frame, marking, page numbers, letters, blocks."""

from __future__ import annotations

import io

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from camcore.papers import pdf

LONG = "WARNING - export of what this holds is restricted by law, see the terms of the order. " * 4


def texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def story(head: pdf.Head, rows: int) -> list[pdf.Flowable]:
    columns = [pdf.Column("Item", 1), pdf.Column("Name", 4), pdf.Column("mm", 1, figure=True)]
    body = [[str(number), f"part {number}", f"{number / 8:g}"] for number in range(rows)]
    return [
        pdf.facts([("Machine", "router"), ("Material", "FR-4"), ("Stock", "36x48in")], head.width),
        *pdf.section("Parts", pdf.grid(columns, body, head.width)),
        *pdf.together("Checks", pdf.checks(["zero is set"], head.width), pdf.signatures(["Made by"], head.width)),
    ]


@pytest.mark.parametrize("marking", ["", "ITAR controlled", LONG])
@pytest.mark.parametrize("rows", [0, 3, 200])
def test_every_page_has_marking_title_job_and_number(marking: str, rows: int) -> None:
    head = pdf.Head("Setup sheet", "kit-4711", "sheet-1", marking, "Example Insulators", "letter")
    pages = texts(pdf.document(head, story(head, rows)))
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert "Setup sheet" in page
        assert "kit-4711" in page
        flat = " ".join(page.split())
        assert flat.count(" ".join(marking.split())) == (2 if marking else flat.count(""))
    assert (len(pages) > 2) == (rows == 200)


def test_heads_of_a_table_stand_on_every_page_and_no_row_is_lost() -> None:
    head = pdf.Head("Parts", "job")
    pages = texts(pdf.document(head, story(head, 200)))
    assert sum("Item" in page for page in pages) >= 3
    assert all(f"part {number}" in "\n".join(pages) for number in range(200))


def test_same_content_same_bytes() -> None:
    head = pdf.Head("Parts", "job", marking="EAR99")
    assert pdf.document(head, story(head, 50)) == pdf.document(head, story(head, 50))


@pytest.mark.parametrize("size", list(pdf.SIZES))
@pytest.mark.parametrize("wide", [False, True])
def test_page_sizes(size: pdf.PageSize, wide: bool) -> None:
    head = pdf.Head("Parts", "job", size=size, wide=wide)
    box = PdfReader(io.BytesIO(pdf.document(head, story(head, 3)))).pages[0].mediabox
    assert (box.width > box.height) == wide
    assert sorted((float(box.width), float(box.height))) == pytest.approx(sorted(pdf.SIZES[size]), abs=0.01)


def test_fonts_are_embedded() -> None:
    page = PdfReader(io.BytesIO(pdf.document(pdf.Head("Parts", "job"), [pdf.words("x")]))).pages[0]
    used = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert any("Vera" in font["/BaseFont"] and "/FontFile2" in font["/FontDescriptor"] for font in used)


def test_letters_the_font_has_not_are_told_by_their_code_point() -> None:
    assert pdf.printable("Łódź") == "Łód[U+017A]"
    assert pdf.printable("a\x00b\tc\u3000d\ne") == "a b c d\ne"
    assert pdf.printable("⌀ 3") == "Ø 3"
    assert pdf.printable("A\u030a") == "Å"


@settings(max_examples=25, phases=[Phase.generate])
@given(st.text(max_size=300))
def test_no_text_breaks_a_page(text: str) -> None:
    head = pdf.Head(text, text, text, text[:100], text)
    grid = pdf.grid([pdf.Column(text, 1), pdf.Column("b", 9)], [[text, text]], head.width)
    assert texts(pdf.document(head, [*pdf.section(text, grid), pdf.checks([text], head.width)]))


@pytest.mark.parametrize("markup", ["<b>not bold</b>", "a & b", "<para>", "]]>", "<!--"])
def test_text_is_never_markup(markup: str) -> None:
    (page,) = texts(pdf.document(pdf.Head("Parts", "job"), [pdf.words(markup)]))
    assert markup in page
