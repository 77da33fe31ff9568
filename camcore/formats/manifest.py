"""manifest.json: what went into a run and what came out, by hash."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import camcore
from camcore.files import sha256
from camcore.formats.common import FileModel

LIBRARIES = ("ezdxf", "numba", "numpy", "pydantic", "shapely")
"""Libraries whose version can change a result."""


class HashedFile(FileModel):
    """A file, by its name relative to the job (inputs) or the output folder (outputs), and its SHA-256."""

    file: str
    sha256: str


class ManifestFile(FileModel):
    """The whole manifest. It holds no time and no path of a machine: the same job gives the same bytes."""

    version: Literal[1] = 1
    job: str
    seed: int
    camcore: str
    python: str
    libraries: dict[str, str]
    inputs: list[HashedFile]
    outputs: list[HashedFile]


def manifest(job: str, seed: int, inputs: dict[str, Path], outputs: dict[str, Path]) -> ManifestFile:
    """Manifest of the files as they lie on disk now."""
    return ManifestFile(
        job=job,
        seed=seed,
        camcore=camcore.__version__,
        python=platform.python_version(),
        libraries={name: _version(name) for name in LIBRARIES},
        inputs=_hashed(inputs),
        outputs=_hashed(outputs),
    )


def _hashed(files: dict[str, Path]) -> list[HashedFile]:
    return [HashedFile(file=name, sha256=sha256(path)) for name, path in sorted(files.items())]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
