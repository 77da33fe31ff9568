"""The documents of a run that its papers rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from camcore.formats.common import FindingModel, FindingsFile, MarkedFile
from camcore.formats.cut import CutFile
from camcore.formats.manifest import StockModel
from camcore.formats.nest import NestFile, SheetModel
from camcore.formats.papers import ItemModel, PapersFile, SheetPaperModel
from camcore.formats.verify import ProgramModel, VerifyFile

if TYPE_CHECKING:
    from camcore.papers.pdf import Head


@dataclass(frozen=True, slots=True, eq=False)
class Documents:
    """What a run wrote: its documents, the programs' hashes by file name, and of which material its sheets are.

    cuts: by the name of the program
    """

    papers: PapersFile
    nest: NestFile
    verify: VerifyFile
    findings: FindingsFile
    cuts: Mapping[str, CutFile]
    hashes: Mapping[str, str]
    stock: tuple[StockModel, ...] = ()

    def files(self) -> Iterator[tuple[str, MarkedFile]]:
        """Name and content of the documents of the whole job."""
        yield "nest.json", self.nest
        yield "verify.json", self.verify
        yield "findings.json", self.findings
        yield "papers.json", self.papers

    def head(self, title: str, subject: str = "") -> Head:
        """What stands around every page of a paper."""
        from camcore.papers.pdf import Head

        heading = self.papers.heading
        issuer = " · ".join(filter(None, (heading.company, heading.address)))
        return Head(title, self.papers.job, subject, self.papers.export_control or "", issuer, heading.page)

    def sheets(self) -> list[Laid]:
        """The sheets of the nest, each with what belongs to it."""
        proofs = {proof.program: proof for proof in self.verify.programs}
        rows = zip(self.nest.sheets, self.papers.sheets, strict=True)
        return [
            Laid(layout, paper, self.cuts.get(paper.program or ""), proofs.get(paper.program or ""))
            for layout, paper in rows
        ]

    def lots(self, sheet: str) -> list[StockModel]:
        """Material of one layout, a row for each sheet that is cut of it, or one for all of them."""
        return [row for row in self.stock if row.sheet == sheet]

    def warnings(self, laid: Laid) -> list[FindingModel]:
        """Errors and warnings of a sheet and its program, and what tools wear out there."""
        program = laid.paper.program
        return [
            finding
            for finding in self.findings.findings
            if (finding.severity != "info" or finding.code == "I508")
            and (finding.where.get("sheet") == laid.layout.id or (program is not None and finding.file == program))
        ]

    @property
    def nested(self) -> dict[str, int]:
        """Pieces of each part on all sheets."""
        found: dict[str, int] = {}
        for laid in self.sheets():
            for part, count in laid.counts.items():
                found[part] = found.get(part, 0) + laid.layout.repeat * count
        return found

    @property
    def items(self) -> dict[str, ItemModel]:
        """Parts by their id."""
        return {item.part: item for item in self.papers.items}


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """One layout with its paper, its cuts and its proof; both None where no program was saved."""

    layout: SheetModel
    paper: SheetPaperModel
    cut: CutFile | None
    proof: ProgramModel | None

    @property
    def counts(self) -> dict[str, int]:
        """Pieces of each part on one sheet of this layout."""
        found: dict[str, int] = {}
        for placement in self.layout.placements:
            found[placement.part] = found.get(placement.part, 0) + 1
        return found
