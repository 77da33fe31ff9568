"""Jobs: queued, watched, stopped, and their files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path as File
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from fastapi.responses import FileResponse, StreamingResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from camcore.findings import CamError, Finding
from camcore.formats.common import FindingModel
from camcore.service.boards import MOST_WATCHERS
from camcore.service.examples import JOB
from camcore.service.jobs import document
from camcore.service.problems import told
from camcore.service.requests import JobRequest
from camcore.service.routes.common import JobIdPath, Serving, answers, media

router = APIRouter(prefix="/jobs", tags=["jobs"])
REPORT = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; sandbox allow-scripts allow-modals"
}
"""A report is a page of its own, with style and script inside; it reaches nothing, and nothing reaches it."""
MEDIA = {".json": "application/json", ".html": "text/html", ".dxf": "image/vnd.dxf", ".toml": "application/toml"}


class JobInfo(BaseModel):
    """A job: where it stands and, once it is over, what came of it, as `camcore run --json` tells it."""

    id: str
    name: str
    work: Literal["run", "nest"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    attempt: int = Field(description="how often it was begun: more than once after a restart")
    created: str
    started: str | None
    ended: str | None
    exit: int | None = Field(description="0 all placed and proven, 1 not all, 2 nothing could be made of it")
    programs: list[str]
    summary: dict[str, Any] | None
    unplaced: list[dict[str, Any]]
    findings: list[FindingModel]
    seconds: dict[str, float] = Field(description="wall time by stage")


class JobList(BaseModel):
    """Jobs, the newest first. `before` gives the next page, null where there is none."""

    jobs: list[JobInfo]
    before: int | None


class FileInfo(BaseModel):
    """A file of a job."""

    name: str
    size: int
    href: str


class FileList(BaseModel):
    """The files of a job."""

    files: list[FileInfo]


@router.post(
    "",
    status_code=201,
    response_model=JobInfo,
    responses=answers(JobInfo, "the job that came with this Idempotency-Key before") | told(400, 404, 413, 422, 503),
)
async def post(
    service: Serving,
    response: Response,
    asked: JobRequest = JOB,
    idempotency_key: Annotated[
        str | None, Header(min_length=1, max_length=200, description="the same key never makes a second job")
    ] = None,
) -> dict[str, Any]:
    """Queue a job: nest, cut, post, prove and report, or nest alone. Drawings are sent before."""
    job, new = await service.take(asked, idempotency_key)
    response.status_code = 201 if new else 200
    response.headers["Location"] = f"/api/v1/jobs/{job.id}"
    return document(job)


@router.get("", response_model=JobList, responses=told(422))
def latest(
    service: Serving,
    most: Annotated[int, Query(ge=1, le=200)] = 50,
    before: Annotated[int | None, Query(ge=0, le=2**53)] = None,
) -> dict[str, Any]:
    """The newest jobs."""
    found = service.jobs.store.latest(most, before)
    return {"jobs": [document(job) for job in found], "before": found[-1].number if len(found) == most else None}


@router.get("/{id}", response_model=JobInfo, responses=told(404, 422))
def get(service: Serving, id: JobIdPath) -> dict[str, Any]:
    """Where a job stands, and what came of it."""
    return document(service.jobs.get(id))


@router.delete("/{id}", response_model=JobInfo, responses=told(404, 409, 422))
def cancel(service: Serving, id: JobIdPath) -> dict[str, Any]:
    """Stop a job that waits or runs. What it has made so far is not kept."""
    return document(service.jobs.cancel(id))


@router.get(
    "/{id}/events",
    response_class=StreamingResponse,
    responses=media("text/event-stream", "server-sent events") | told(404, 422, 503),
)
async def events(service: Serving, id: JobIdPath) -> StreamingResponse:
    """The job as it goes on, as server-sent events, until it is over.

    `state` and `end` carry the job; `stage` its name; `progress` share, sheets, unplaced, used_length and seconds of
    the search; `parts` what to draw, once; `layout` the sheets so far, placements as rows of part, x, y, rotation and
    mirror. Each event replaces those of its kind before it: who comes late, or back, sees the last of each.
    """
    await run_in_threadpool(service.jobs.get, id)
    if service.boards.watchers >= MOST_WATCHERS:
        raise CamError(Finding("E954", f"{MOST_WATCHERS} others watch already", "ask for the job's state instead"))
    stream = service.boards.watch(id, lambda: document(service.jobs.get(id)))
    return StreamingResponse(stream, media_type="text/event-stream", headers={"Cache-Control": "no-store"})


@router.get("/{id}/files", response_model=FileList, responses=told(404, 409, 422))
def files(service: Serving, id: JobIdPath) -> dict[str, Any]:
    """The files of a job that is over: nest.json, programs, their cut.json, verify.json, report.html, manifest.json."""
    found = service.jobs.files(service.jobs.get(id))
    rows = [(name, path.stat().st_size, f"/api/v1/jobs/{id}/files/{name}") for name, path in found.items()]
    return {"files": [{"name": name, "size": size, "href": href} for name, size, href in rows]}


@router.get(
    "/{id}/files/{name}",
    response_class=FileResponse,
    responses=media("application/octet-stream", "the file") | told(404, 409, 422),
)
def file(
    service: Serving,
    id: JobIdPath,
    name: Annotated[str, Path(max_length=200)],
    look: Annotated[bool, Query(description="to be shown, not saved")] = False,
) -> FileResponse:
    """One file of a job."""
    found = service.jobs.files(service.jobs.get(id))
    if name not in found:
        raise CamError(Finding("E946", f"the job has no file {name[:80]!r}", "ask for the list of its files"))
    media = MEDIA.get(found[name].suffix, "text/plain")
    how = "inline" if look and media in ("text/html", "text/plain", "application/json") else "attachment"
    headers = REPORT if media == "text/html" else None
    return FileResponse(found[name], media_type=media, filename=name, headers=headers, content_disposition_type=how)


@router.get(
    "/{id}/files.zip",
    response_class=Response,
    responses=media("application/zip", "all files") | told(404, 409, 422),
)
def archive(service: Serving, id: JobIdPath) -> Response:
    """All files of a job in one archive."""
    job = service.jobs.get(id)
    head = {"Content-Disposition": f'attachment; filename="job-{id[:8]}.zip"'}
    return Response(_zipped(service.jobs.files(job)), media_type="application/zip", headers=head)


def _zipped(files: dict[str, File]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, path in files.items():
            zipped.write(path, name)
    return memory.getvalue()
