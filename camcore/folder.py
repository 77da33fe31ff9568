"""The folder of a run: one run at a time, whole files only, none left over from before, and a manifest of all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from camcore.files import held, write_whole
from camcore.findings import CamError, Finding
from camcore.formats.common import MarkedFile
from camcore.formats.manifest import StockModel, manifest
from camcore.verify.model import Verified

MANIFEST = "manifest.json"
LOCK = ".camcore.lock"
"""The file by which a run holds its folder; it is there only meanwhile."""
ADVICE = "name a folder that can be written"


def make(path: Path) -> None:
    """Make a folder where there is none. Raises CamError E307 where that cannot be."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CamError(Finding("E307", f"cannot make the folder: {error.strerror}", ADVICE, str(path))) from None


@contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """The folder of a run, made where there is none, for this run alone.

    Raises CamError E307 where that cannot be, E311 where another run writes into it; nothing in it is touched then.
    """
    make(path)
    with ExitStack() as stack:
        try:
            stack.enter_context(held(path / LOCK))
        except BlockingIOError as error:
            message = "another run is writing into this folder" + (f": {error.strerror}" if error.strerror else "")
            raise CamError(Finding("E311", message, "wait until it is done, or name another", str(path))) from None
        except OSError as error:
            message = f"cannot write into the folder: {error.strerror}"
            raise CamError(Finding("E307", message, ADVICE, str(path / LOCK))) from None
        yield Folder(path)


class Folder:
    """Collects what a run writes. Mutable.

    What an earlier run wrote is taken away first, so that no program of it outlives a run that fails or is stopped.
    `marking` is the export-control marking of the job, which every document then carries.
    """

    def __init__(self, path: Path) -> None:
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
