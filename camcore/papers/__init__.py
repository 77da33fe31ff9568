"""Papers that go with the parts: setup sheet, traveler, certificate; what people read at the machine and sign."""

from __future__ import annotations

from collections.abc import Iterator

from camcore.papers.documents import Documents
from camcore.papers.record import papers_file

__all__ = ["Documents", "job_papers", "papers_file", "setup_sheets", "written"]


def setup_sheets(documents: Documents) -> Iterator[tuple[str, bytes]]:
    """Name and PDF of a setup sheet for each program that was saved."""
    from camcore.papers.setup import setup_sheet

    for laid in documents.sheets():
        if laid.paper.program is not None:
            yield f"{laid.paper.program.rpartition('.')[0]}.setup.pdf", setup_sheet(documents, laid)


def job_papers(documents: Documents) -> Iterator[tuple[str, bytes]]:
    """Name and PDF of the papers of the whole job: traveler and certificate of conformance."""
    from camcore.papers.certificate import certificate
    from camcore.papers.traveler import traveler

    yield "traveler.pdf", traveler(documents)
    yield "certificate.pdf", certificate(documents)


def written(documents: Documents) -> dict[str, bytes]:
    """All papers of a run, by name."""
    return dict([*setup_sheets(documents), *job_papers(documents)])
