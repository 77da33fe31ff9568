"""manifest.json: what went into a run and what came out, by hash."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Sequence
from dataclasses import fields
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from pydantic import Field

import camcore
from camcore.files import sha256
from camcore.formats.common import FileModel, MarkedFile
from camcore.nesting.model import NestedSheet, Origin

LIBRARIES = ("ezdxf", "numba", "numpy", "pillow", "pydantic", "reportlab", "shapely")
"""Libraries whose version can change a result."""


class HashedFile(FileModel):
    """A file, by its name relative to the job (inputs) or the output folder (outputs), and its SHA-256."""

    file: str
    sha256: str


class StockModel(FileModel):
    """Of which material a sheet of nest.json is; one row for each of the sheets that are cut with one program.

    id: identity in the stock database, None for material that is not in one; parent: the sheet that it was cut from
    thickness: as recorded, else as the job says, mm; place: rack or bin where it lay
    """

    sheet: str
    id: str | None
    material: str
    grade: str | None = None
    manufacturer: str | None = None
    lot: str | None
    certificate: str | None
    certificate_sha256: str | None = None
    thickness: float
    parent: str | None
    place: str | None = None


class ManifestFile(MarkedFile):
    """The whole manifest. It holds no time and no path of a machine: the same job gives the same bytes.

    `stock` is only there where lots, certificates or pieces of a stock database are known.
    """

    SPARED = frozenset({"stock"})

    version: Literal[1] = 1
    job: str
    seed: int
    camcore: str
    python: str
    libraries: dict[str, str]
    inputs: list[HashedFile]
    outputs: list[HashedFile]
    stock: list[StockModel] = Field(default_factory=list)


def stock_rows(sheets: Iterable[NestedSheet], material: str, thickness: float) -> list[StockModel]:
    """What is known of the material of these sheets; `material` and `thickness`, mm, are the job's."""
    return [_stock_row(sheet.id, origin, material, thickness) for sheet in sheets for origin in sheet.stock.origins]


def _stock_row(sheet: str, origin: Origin, material: str, thickness: float) -> StockModel:
    known = {field.name: getattr(origin, field.name) for field in fields(origin)}
    return StockModel(**{**known, "sheet": sheet, "material": material, "thickness": origin.thickness or thickness})


def manifest(
    job: str, seed: int, inputs: dict[str, Path], outputs: dict[str, Path], stock: Sequence[StockModel] = ()
) -> ManifestFile:
    """Manifest of the files as they lie on disk now."""
    return ManifestFile(
        job=job,
        seed=seed,
        camcore=camcore.__version__,
        python=platform.python_version(),
        libraries={name: _version(name) for name in LIBRARIES},
        inputs=_hashed(inputs),
        outputs=_hashed(outputs),
        stock=list(stock),
    )


def _hashed(files: dict[str, Path]) -> list[HashedFile]:
    return [HashedFile(file=name, sha256=sha256(path)) for name, path in sorted(files.items())]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
