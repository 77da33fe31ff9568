"""The service without HTTP: drawings that were sent, answers from worker processes, jobs, all in one data folder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from starlette.concurrency import run_in_threadpool

from camcore.files import lock
from camcore.findings import CamError, Finding
from camcore.service import work
from camcore.service.boards import Boards
from camcore.service.drawings import Drawings, Stored
from camcore.service.jobs import Jobs
from camcore.service.requests import JobRequest
from camcore.service.settings import Settings, checked
from camcore.service.store import Job
from camcore.workers import Pool


class Service:
    """What the routes call. One a data folder.

    Raises CamError: E952 for settings that leave it open, E953 for a folder that it cannot have.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = checked(settings)
        self._lock = _locked(settings.data)
        self.drawings = Drawings(settings.data / "drawings")
        self.boards = Boards()
        self.jobs = Jobs(settings, self.drawings, self.boards)
        self.pool = Pool(settings.workers, settings.quick, work.warm)
        self._asked = 0

    def close(self) -> None:
        """End all processes and let go of the folder."""
        self.pool.close(stop=True)
        self.jobs.close()
        self._lock.close()

    async def answer(self, call: Callable[..., Any], *args: Any) -> Any:
        """What a worker process makes of ``call(*args)``. Raises CamError: its own, E940 to E944, E954."""
        if self._asked >= self.settings.most_waiting:
            raise CamError(Finding("E954", f"{self._asked} requests wait already", "try again in some seconds"))
        self._asked += 1
        try:
            return await asyncio.wrap_future(self.pool.submit(call, *args, retries=1))
        finally:
            self._asked -= 1

    async def keep(self, data: bytes, name: str) -> Stored:
        """Keep a drawing. Raises CamError E948 for one that is too large."""
        if len(data) > self.settings.most_bytes:
            message = f"the drawing is larger than {self.settings.most_bytes:,} bytes"
            raise CamError(Finding("E948", message, "leave out what is not needed", name[:200]))
        return await run_in_threadpool(self.drawings.keep, data, name)

    async def take(self, asked: JobRequest, key: str | None) -> tuple[Job, bool]:
        """The job that was asked for, queued, and whether it is new. Raises CamError for what cannot become a job."""
        jobs = self.jobs
        earlier = await run_in_threadpool(jobs.earlier, asked, key)
        if earlier:
            return earlier, False
        folder = await run_in_threadpool(jobs.lay_out, asked)
        try:
            await self.answer(work.check, folder)
        except BaseException:
            await run_in_threadpool(_remove, folder)
            raise
        return await run_in_threadpool(jobs.add, asked, key, folder)

    async def answer_together(self, asked: JobRequest, call: Callable[..., str], *args: Any) -> str:
        """What a worker process makes of ``call(folder, *args)`` for the folder of a job that nobody keeps."""
        folder = await run_in_threadpool(self.jobs.lay_out, asked)
        try:
            text: str = await self.answer(call, folder, *args)
        finally:
            await run_in_threadpool(_remove, folder)
        return text


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)


def _locked(folder: Path) -> IO[bytes]:
    """The folder's lock, held while the file is open. Raises CamError E953 where the folder is another service's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "lock").open("ab")
    except OSError as error:
        reason = f"cannot use the data folder: {error.strerror}"
        raise CamError(Finding("E953", reason, "name another with --data", str(folder))) from None
    try:
        lock(file)
    except OSError:
        file.close()
        message = "another service works in this data folder"
        raise CamError(Finding("E953", message, "stop it, or name another folder with --data", str(folder))) from None
    return file
