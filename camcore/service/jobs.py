"""Jobs carried out: threads that claim them from the database, have a process do them, and settle what came of it."""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import threading
import uuid
from concurrent.futures import CancelledError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from camcore.files import write_whole
from camcore.findings import CamError, Finding
from camcore.service import work
from camcore.service.boards import Boards
from camcore.service.drawings import Drawings, Stored
from camcore.service.requests import JobRequest, drawings_of, job_toml
from camcore.service.settings import Settings
from camcore.service.store import LIVE, Job, Store
from camcore.workers import Pool, Task

IDLE = 1.0
"""How often, s, a runner looks for a job that it was not told of."""
LOST = ("E942", "E944")
"""Ends of a task that are not the job's fault: its process died, or there was none."""
log = logging.getLogger("camcore.service")


def now() -> str:
    """The time, as the database and the documents have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Jobs:
    """All jobs of a service: taken in, carried out by `runners` at a time, watched, stopped."""

    def __init__(self, settings: Settings, drawings: Drawings, boards: Boards) -> None:
        self.settings, self.drawings, self.boards = settings, drawings, boards
        self.folder = settings.data / "jobs"
        self.folder.mkdir(parents=True, exist_ok=True)
        self.store = Store(settings.data / "service.db")
        self.store.resume()
        self._sweep()
        self.pool = Pool(settings.runners, settings.long, work.warm_runner)
        self._running: dict[str, Task] = {}
        self._news = threading.Event()
        self._closing = False
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(settings.runners)]
        for thread in self._threads:
            thread.start()

    # -- taking in ----------------------------------------------------------------------------------------------------

    def earlier(self, asked: JobRequest, key: str | None) -> Job | None:
        """The job that came with that key before. Raises CamError E949 where it was another."""
        return self._same(self.store.by_key(key), digest_of(asked))

    def _same(self, job: Job | None, digest: str) -> Job | None:
        if job and job.digest != digest:
            message = f"the key of idempotency was used for another job, {job.id}"
            raise CamError(Finding("E949", message, "take a new key for a new job"))
        return job

    def lay_out(self, asked: JobRequest) -> Path:
        """A new folder with the job.toml and the drawings of a job. Raises CamError E946 for drawings never sent."""
        if self.store.count("queued") >= self.settings.most_queued:
            raise CamError(Finding("E954", f"{self.settings.most_queued} jobs wait already", "try again later"))
        wanted = {named: self.drawings.find(*named) for named in drawings_of(asked)}
        files = _file_names(wanted)
        folder = self.folder / uuid.uuid4().hex
        folder.mkdir()
        for named, stored in wanted.items():
            shutil.copyfile(stored.path, folder / files[named])
        write_whole(folder / "job.toml", job_toml(asked, files))
        return folder

    def add(self, asked: JobRequest, key: str | None, folder: Path) -> tuple[Job, bool]:
        """Queue the job laid out in a folder; the job, and whether it is new. Raises CamError E949 as `earlier`."""
        digest = digest_of(asked)
        row = {
            "id": folder.name,
            "key": key,
            "digest": digest,
            "name": asked.name,
            "work": asked.work,
            "request": asked.model_dump(mode="json", exclude_unset=True),
            "created": now(),
        }
        job, new = self.store.add(row)
        if not new:
            shutil.rmtree(folder, ignore_errors=True)
            self._same(job, digest)
        self._news.set()
        return job, new

    # -- carrying out -------------------------------------------------------------------------------------------------

    def _serve(self) -> None:
        """The life of a runner."""
        while not self._closing:
            try:
                job = self.store.claim(now())
                if job is None:
                    self._news.wait(IDLE)
                    self._news.clear()
                else:
                    self._carry_out(job)
            except Exception:  # the runner goes on, whatever one job or the disk does
                log.exception("a runner stumbled")
                self._news.wait(IDLE)

    def _carry_out(self, job: Job) -> None:
        board, out = self.boards.of(job.id), self.folder / job.id / job.folder
        board.put("stage", "read")
        task = self.pool.submit(work.carry_out, out.parent, out, job.work, heard=lambda event: board.put(*event))
        self._running[job.id] = task
        if self.store.get(job.id) != job:  # cancelled in between
            task.stop()
        try:
            outcome, state = task.result(), "done"
        except (CamError, CancelledError) as error:
            findings = error.findings if isinstance(error, CamError) else ()
            if self._closing or not findings or (findings[0].code in LOST and self.store.again(job)):
                self._news.wait(IDLE)
                return
            outcome, state = {"exit": 2, "findings": [finding.as_dict() for finding in findings]}, "failed"
        finally:
            self._running.pop(job.id, None)
        if self.store.end(job, state, outcome, now()):
            self._tidy(job)
        self.boards.close(job.id)

    def _tidy(self, job: Job) -> None:
        """Take away what attempts that came to nothing have left."""
        for path in (self.folder / job.id).glob("attempt-*"):
            if path.name != job.folder:
                shutil.rmtree(path, ignore_errors=True)

    def _sweep(self) -> None:
        """Take away folders that were laid out for jobs which never were."""
        for path in self.folder.iterdir():
            if self.store.get(path.name) is None:
                shutil.rmtree(path, ignore_errors=True)

    # -- looking on ---------------------------------------------------------------------------------------------------

    def get(self, id: str) -> Job:
        """The job of that id. Raises CamError E946 for none."""
        job = self.store.get(id)
        if job is None:
            raise CamError(Finding("E946", f"there is no job {id[:80]!r}", "ask for the list of jobs"))
        return job

    def cancel(self, id: str) -> Job:
        """Stop a job that waits or runs. Raises CamError E946 for none, E951 for one that is over."""
        job = self.store.cancel(id, now())
        if job is None:
            raise CamError(Finding("E951", f"the job is {self.get(id).state}: nothing to stop", "", None, {}))
        task = self._running.get(id)
        if task:
            task.stop()
        self.boards.close(id)
        return job

    def files(self, job: Job) -> dict[str, Path]:
        """What a job that is done, or failed, has written, by name. Raises CamError E951 while it waits or runs."""
        if job.state in LIVE:
            raise CamError(Finding("E951", f"the job is {job.state}: it has no files yet", "wait until it is done"))
        folder = self.folder / job.id
        kept = folder / job.folder
        found = sorted(kept.glob("[!.]*")) if job.state != "cancelled" and kept.is_dir() else []
        return {path.name: path for path in [*found, folder / "job.toml"] if path.is_file()}

    def close(self) -> None:
        """End; what runs is begun again by the next service on this folder."""
        self._closing = True
        self._news.set()
        self.pool.close(stop=True)
        for thread in self._threads:
            thread.join(10.0)
        self.store.close()


def digest_of(asked: JobRequest) -> str:
    """Digest of what a job asks for."""
    text = json.dumps(asked.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _file_names(wanted: dict[tuple[str, str | None], Stored]) -> dict[tuple[str, str | None], str]:
    """A name for each drawing in the folder of a job: its own, with a number where another has that already."""
    names: dict[tuple[str, str | None], str] = {}
    taken: dict[str, str] = {}
    for named, stored in wanted.items():
        stem = stored.name.removesuffix(".dxf")
        tries = [stored.name, *(f"{stem}-{count}.dxf" for count in range(2, len(wanted) + 2))]
        name = next(each for each in tries if taken.get(each.lower(), stored.id) == stored.id)
        names[named], taken[name.lower()] = name, stored.id
    return names


def document(job: Job) -> dict[str, Any]:
    """A job as callers see it."""
    shown = ("id", "name", "work", "state", "attempt", "created", "started", "ended")
    came = {"exit": None, "programs": [], "summary": None, "unplaced": [], "findings": [], "seconds": {}, **job.outcome}
    return {**{name: getattr(job, name) for name in shown}, **came}
