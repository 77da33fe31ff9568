"""Papers made again from the folder of a run, from its documents alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from camcore import papers
from camcore.files import sha256, write_whole
from camcore.findings import CamError, Finding
from camcore.folder import MANIFEST
from camcore.formats.common import FileModel, FindingsFile, read_json
from camcore.formats.cut import CutFile
from camcore.formats.manifest import HashedFile, ManifestFile
from camcore.formats.nest import NestFile
from camcore.formats.papers import PapersFile
from camcore.formats.verify import VerifyFile
from camcore.papers import Documents
from camcore.tomlfile import spoken

ModelT = TypeVar("ModelT", bound=FileModel)


@dataclass(frozen=True, slots=True)
class Papered:
    """The papers that were written, and what they leave blank."""

    out: Path
    files: tuple[str, ...]
    findings: tuple[Finding, ...]


def write(folder: Path) -> Papered:
    """Write setup sheets, traveler and certificate of the run in `folder` into it, and list them in its manifest.

    Raises CamError: E970 a document that is missing or none of camcore's; E971 a file that is no longer what the run
    wrote, so that nothing is stated of it.
    """
    manifest = _read(folder / MANIFEST, ManifestFile)
    _unchanged(folder, manifest)
    documents = read(folder, manifest)
    made = papers.written(documents)
    for name, content in made.items():
        write_whole(folder / name, content)
    hashes = {row.file: row.sha256 for row in manifest.outputs} | {name: sha256(folder / name) for name in made}
    rows = [HashedFile(file=name, sha256=hash_) for name, hash_ in sorted(hashes.items())]
    write_whole(folder / MANIFEST, manifest.model_copy(update={"outputs": rows}).text())
    return Papered(folder, tuple(made), tuple(blanks(documents)))


def read(folder: Path, manifest: ManifestFile) -> Documents:
    """The documents of a run. Raises CamError E970 as `write`."""
    sheets = _read(folder / "papers.json", PapersFile)
    programs = [sheet.program for sheet in sheets.sheets if sheet.program]
    return Documents(
        papers=sheets,
        nest=_read(folder / "nest.json", NestFile),
        verify=_read(folder / "verify.json", VerifyFile),
        findings=_read(folder / "findings.json", FindingsFile),
        cuts={name: _read(folder / f"{name.rpartition('.')[0]}.cut.json", CutFile) for name in programs},
        hashes={row.file: row.sha256 for row in manifest.outputs},
        stock=tuple(manifest.stock),
    )


def blanks(documents: Documents) -> list[Finding]:
    """I972 for what the papers leave to be filled in by hand, W973 for sheets whose lot nobody has stated."""
    heading = documents.papers.heading
    found = []
    missing = [name for name in ("company", "customer", "order", "date") if not getattr(heading, name)]
    unnamed = [item.part for item in documents.papers.items if not item.number]
    if missing or unnamed:
        told = [*missing, *(f"number of {part}" for part in unnamed)]
        advice = "state them in [papers] and [[parts]] of the job, or write them in"
        found.append(Finding("I972", f"left blank on the papers: {', '.join(told)}", advice))
    unknown = [sheet.id for sheet in documents.nest.sheets if not any(row.lot for row in documents.lots(sheet.id))]
    if unknown:
        message = f"no lot is known of {', '.join(unknown)}: the papers do not trace it"
        found.append(Finding("W973", message, "give lot and certificate in [[sheets]], or nest from the stock"))
    return found


def _unchanged(folder: Path, manifest: ManifestFile) -> None:
    """E971 for outputs that are not there, papers aside, or not what the run wrote."""
    wrong = []
    for row in manifest.outputs:
        path = folder / row.file
        known = Path(row.file).name == row.file and path.is_file()
        if not known and path.suffix != ".pdf":
            wrong.append(Finding("E971", f"{row.file} is no longer there", "run the job again", str(path)))
        if known and sha256(path) != row.sha256:
            message = f"{row.file} is not what the run wrote: nothing can be stated of it"
            wrong.append(Finding("E971", message, "run the job again", str(path)))
    if wrong:
        raise CamError(wrong)


def _read(path: Path, model: type[ModelT]) -> ModelT:
    try:
        return model.model_validate(read_json(path))
    except CamError as error:
        first = error.findings[0]
        advice = "name the folder of a run of this version; run the job again"
        raise CamError(Finding("E970", f"{path.name}: {first.message}", advice, str(path))) from None
    except ValidationError as error:
        first_error = error.errors()[0]
        why = f"{spoken(first_error['loc']) or 'the document'}: {first_error['msg']}"
        raise CamError(Finding("E970", f"{path.name}: {why}", "run the job again", str(path))) from None
