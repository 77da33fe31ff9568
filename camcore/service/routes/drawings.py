"""Drawings: sent once, asked about by id."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Query, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from camcore.formats.read import ReadFile
from camcore.service import work
from camcore.service.drawings import Stored
from camcore.service.problems import told
from camcore.service.requests import Unit
from camcore.service.routes.common import DrawingIdPath, Serving, answers, json_text, media

router = APIRouter(prefix="/drawings", tags=["drawings"])
ALONE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
"""A picture has its style inside, and nothing else."""
Name = Annotated[str | None, Query(max_length=200, description="file name, where it was sent under several")]
Units = Annotated[Unit | None, Query(description="units of the drawing, whatever it says")]


class DrawingInfo(BaseModel):
    """A drawing that was sent."""

    id: str = Field(description="sha256 of its bytes")
    name: str = Field(description="file name; parts are named after it", examples=["bracket.dxf"])
    size: int = Field(description="bytes")


def _info(stored: Stored) -> DrawingInfo:
    return DrawingInfo(id=stored.id, name=stored.name, size=stored.size)


@router.post("", status_code=201, responses=told(400, 413, 422))
async def send(
    service: Serving, response: Response, file: Annotated[UploadFile, File(description="a DXF drawing")]
) -> DrawingInfo:
    """Send a drawing. The same bytes get the same id; nothing is read of it yet."""
    stored = await service.keep(await file.read(), file.filename or "drawing.dxf")
    response.headers["Location"] = f"/api/v1/drawings/{stored.id}"
    return _info(stored)


@router.get("/{id}", responses=told(404, 422))
def info(service: Serving, id: DrawingIdPath, name: Name = None) -> DrawingInfo:
    """A drawing's name and size."""
    return _info(service.drawings.find(id, name))


@router.get(
    "/{id}/file",
    response_class=FileResponse,
    responses=media("image/vnd.dxf", "the drawing") | told(404, 422),
)
def file(service: Serving, id: DrawingIdPath, name: Name = None) -> FileResponse:
    """The drawing as it was sent."""
    stored = service.drawings.find(id, name)
    return FileResponse(stored.path, media_type="image/vnd.dxf", filename=stored.name)


@router.get(
    "/{id}/parts",
    response_class=Response,
    responses=answers(ReadFile, "its parts in mm, and findings") | told(404, 422, 503),
)
async def parts(service: Serving, id: DrawingIdPath, name: Name = None, units: Units = None) -> Response:
    """What the drawing holds: parts with outlines, holes, marks and drills, and what is wrong with it."""
    stored = service.drawings.find(id, name)
    return json_text(await service.answer(work.parts, stored.path, units))


@router.get(
    "/{id}/picture.svg",
    response_class=Response,
    responses=media("image/svg+xml", "the picture") | told(404, 422, 503),
)
async def picture(
    service: Serving,
    id: DrawingIdPath,
    part: Annotated[str | None, Query(max_length=200, description="id of a part; the first unless told")] = None,
    name: Name = None,
    units: Units = None,
) -> Response:
    """A part with the places of its findings marked and numbered."""
    stored = service.drawings.find(id, name)
    text = await service.answer(work.picture, stored.path, units, part)
    return Response(text, media_type="image/svg+xml", headers=ALONE)
