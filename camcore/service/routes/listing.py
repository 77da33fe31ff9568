"""What is installed: machines, materials, formats; and whether the service is up."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from camcore import __version__, listing
from camcore import machine as machines_room
from camcore import material as materials_room
from camcore.findings import CamError, Finding
from camcore.formats import SCHEMAS
from camcore.formats import schema as schema_of
from camcore.service.problems import told
from camcore.service.requests import MachineName, MaterialId
from camcore.service.routes.common import Serving

router = APIRouter(tags=["installed"])
Rows = list[dict[str, Any]]


class Health(BaseModel):
    """The service as it is. `warm`: all processes for answers have loaded their code; earlier answers take longer."""

    status: Literal["up"] = "up"
    version: str
    key: bool
    warm: bool
    queued: int
    running: int


@router.get("/health")
def health(service: Serving) -> Health:
    """Whether the service is up, whether it is warm and wants a key, and how many jobs wait and run."""
    store = service.jobs.store
    known = service.settings.key is not None
    warm = service.pool.wait_warm(0.0)
    queued, running = store.count("queued"), store.count("running")
    return Health(version=__version__, key=known, warm=warm, queued=queued, running=running)


@cache
def _machines() -> Rows:
    return listing.machines()


@cache
def _materials() -> Rows:
    return [{**row, "sheets": _sheets(row["id"])} for row in listing.materials()]


def _sheets(name: str) -> dict[str, Any]:
    """Sizes, mm, that the material usually comes in, and thicknesses."""
    usual = materials_room.load(name).entry.sheets
    return {"sizes": [list(size) for size in usual.sizes] if usual else []}


@router.get("/machines")
def machines() -> Rows:
    """The machines, with the source and status of their sizes."""
    return _machines()


@router.get("/machines/{name}", responses=told(404, 422))
def machine(name: MachineName) -> Rows:
    """One machine whole: each fact with its source and status."""
    _known(name, machines_room.shipped(), "machine")
    return listing.machine(name)


@router.get("/materials")
def materials() -> Rows:
    """The materials, the shop's own among them, with source and status, and their usual sheets in mm."""
    return _materials()


@router.get("/materials/{id}", responses=told(404, 422))
def material(id: MaterialId) -> Rows:
    """One material whole: each figure with its source and status."""
    _known(id, materials_room.names(), "material")
    return listing.material(id)


@router.get("/schema")
def schemas() -> list[str]:
    """Names of the formats of files."""
    return list(SCHEMAS)


@router.get("/schema/{name}", responses=told(404, 422))
def schema(name: str) -> dict[str, Any]:
    """JSON Schema of a format of files."""
    _known(name, SCHEMAS, "format")
    return schema_of(name)


def _known(name: str, names: Any, what: str) -> None:
    if name not in names:
        raise CamError(Finding("E946", f"there is no {what} {name[:80]!r}", f"take one of {', '.join(names)}"))
