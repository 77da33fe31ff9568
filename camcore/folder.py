"""The folder of a run: whole files only, none left over from a run before, and a manifest of all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from camcore.files import write_whole
from camcore.findings import CamError, Finding
from camcore.formats.common import MarkedFile
from camcore.formats.manifest import StockModel, manifest
from camcore.verify.model import Verified

MANIFEST = "manifest.json"


class Folder:
    """Collects what a run writes. Mutable.

    What an earlier run wrote is taken away first, so that no program of it outlives a run that fails or is stopped.
    `marking` is the export-control marking of the job, which every document then carries.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            advice = "name a folder that can be written"
            raise CamError(Finding("E307", f"cannot make the folder: {error.strerror}", advice, str(path))) from None
        self.path = path
        self.marking: str | None = None
        self.outputs: dict[str, Path] = {}
        for name in _listed(path / MANIFEST):
            (path / name).unlink(missing_ok=True)
        (path / MANIFEST).unlink(missing_ok=True)

    def write(self, name: str, content: str | bytes) -> None:
        """Write a paper."""
        write_whole(self.path / name, content)
        self.outputs[name] = self.path / name

    def document(self, name: str, model: MarkedFile) -> None:
        """Write a document, marked as the job is."""
        self.write(name, model.marked(self.marking).text())

    def save(self, verified: Verified, name: str) -> None:
        """Write a proven program."""
        self.outputs[name] = verified.save(self.path / name)

    def finish(self, job: str, seed: int, inputs: dict[str, Path], stock: Sequence[StockModel] = ()) -> None:
        """Write the manifest of everything that the run wrote, and of the material that it is for."""
        listed = manifest(job, seed, inputs, self.outputs, stock)
        write_whole(self.path / MANIFEST, listed.marked(self.marking).text())


def _listed(path: Path) -> set[str]:
    """Names of the outputs in an earlier manifest; only plain names of files, whatever it says."""
    try:
        rows = json.loads(path.read_text("utf-8"))["outputs"]
        return {str(row["file"]) for row in rows if Path(row["file"]).name == row["file"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()
