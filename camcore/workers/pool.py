"""A pool: warm processes, each minded by a thread that hands it tasks and holds them against their limits."""

from __future__ import annotations

import logging
import multiprocessing
import pickle
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from camcore.findings import CamError, Finding
from camcore.workers.process import LOOK, MEMORY_EXIT, work

IDLE = 1.0
"""How often, s, an idle process is looked at, so that one that died is replaced before there is work."""
FALSE_STARTS = 5
"""A process that dies this often in a row before it is warm is given up ..."""
PAUSE = 2.0
"""... for this time, s: tasks that come then fail, so that nobody waits for ever; later ones may find it mended."""
FULL = 0.6
"""A process that holds this share of its memory after a task is replaced before the next."""

log = logging.getLogger("camcore.workers")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a task may take: wall time, s, and memory of its whole process, bytes; None for as much as it likes."""

    seconds: float | None = 60.0
    memory: int | None = 2 << 30


class Task(Future[Any]):
    """A call in a process of its own. `result` gives its value, or raises CamError."""

    def __init__(
        self, payload: bytes, seconds: float | None, retries: int, heard: Callable[[Any], None] | None
    ) -> None:
        super().__init__()
        self.payload, self.seconds, self.retries, self.heard = payload, seconds, retries, heard
        self.stopping = threading.Event()
        self.begun, self.unseen = False, 0

    def stop(self) -> None:
        """Cancel the task while it waits; kill its process while it runs, so that it ends with E943."""
        if not self.cancel():
            self.stopping.set()

    def begins(self) -> bool:
        """Whether it may run, again after a retry too; from now on it cannot be cancelled any more."""
        return self.running() or self.set_running_or_notify_cancel()

    def again(self) -> bool:
        """Whether it may be given to another process after its own died: also when that never looked at it."""
        if self.begun:
            self.begun, self.retries = False, self.retries - 1
            return self.retries >= 0
        self.unseen += 1
        return self.unseen <= FALSE_STARTS


@dataclass(slots=True)
class _Queue:
    """Tasks that wait, and whether more may come. Mutable."""

    waiting: deque[Task] = field(default_factory=deque)
    open: bool = True
    changed: threading.Condition = field(default_factory=threading.Condition)

    def put(self, task: Task, first: bool = False) -> None:
        with self.changed:
            if not self.open and not first:
                raise RuntimeError("the pool is closed")
            self.waiting.appendleft(task) if first else self.waiting.append(task)
            self.changed.notify()

    def take(self, seconds: float) -> Task | None:
        """The next task that was not cancelled, or None when there is none in that time or there will be none."""
        with self.changed:
            if not self.waiting and self.open:
                self.changed.wait(seconds)
            task = self.waiting.popleft() if self.waiting else None
        return task if task and task.begins() else None

    @property
    def over(self) -> bool:
        """Whether all is done and nothing more will come."""
        return not self.open and not self.waiting

    def close(self, drop: bool) -> None:
        with self.changed:
            self.open = False
            for task in self.waiting if drop else ():
                task.cancel()
            self.changed.notify_all()


class Pool:
    """`size` warm processes. A context manager: leaving it waits for all tasks, or stops them after an exception.

    warm: called once in each new process before it takes tasks, a picklable function: imports, compiled code
    limits: of each task that names no time of its own; memory is a process's and the same for all its tasks
    """

    def __init__(self, size: int = 1, limits: Limits | None = None, warm: Callable[[], object] | None = None) -> None:
        self.limits = limits or Limits()
        self._warm = pickle.dumps(warm)
        self._queue = _Queue()
        self._minders = [_Minder(self._queue, self.limits, self._warm) for _ in range(size)]
        for minder in self._minders:
            minder.start()

    def submit(
        self,
        call: Callable[..., Any],
        *args: Any,
        seconds: float | None = None,
        retries: int = 0,
        heard: Callable[[Any], None] | None = None,
    ) -> Task:
        """Queue ``call(*args)``; all of it must be picklable.

        seconds: another limit of time; retries: how often it begins again when its process dies for no limit's sake
        heard: called, in a thread of the pool, with each value that the call hands to `report`
        """
        limit = self.limits.seconds if seconds is None else seconds
        task = Task(pickle.dumps((call, args)), limit, retries, heard)
        self._queue.put(task)
        return task

    def unordered(
        self, call: Callable[..., Any], rows: Iterable[tuple[Any, ...]], retries: int = 0
    ) -> Iterator[tuple[tuple[Any, ...], Task]]:
        """``call(*row)`` for all rows: each row with its finished task, as they finish.

        No more rows are taken than keep the processes busy, so a list without end takes no memory.
        """
        given: dict[Future[Any], tuple[Any, ...]] = {}
        source, more = iter(rows), True
        while more or given:
            while more and len(given) < 4 * len(self._minders):
                row = next(source, None)
                more = row is not None
                if row is not None:
                    given[self.submit(call, *row, retries=retries)] = row
            for done in wait(given, return_when=FIRST_COMPLETED).done if given else ():
                assert isinstance(done, Task)
                yield given.pop(done), done

    def wait_warm(self, seconds: float) -> bool:
        """Whether all processes are warm, at the latest after that time."""
        until = time.monotonic() + seconds
        return all(minder.warm.wait(max(0.0, until - time.monotonic())) for minder in self._minders)

    @property
    def pids(self) -> list[int]:
        """Process ids, of those that live."""
        return [minder.pid for minder in self._minders if minder.pid]

    def close(self, stop: bool = False) -> None:
        """Take no more tasks and wait for those there are, or stop them; then end the processes."""
        self._queue.close(stop)
        for minder in self._minders:
            minder.stopping = stop
        for minder in self._minders:
            minder.join()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.close(stop=kind is not None)


class _Minder(threading.Thread):
    """Minds one process: starts it, hands it tasks, holds them against their limits, replaces it. Mutable."""

    def __init__(self, queue: _Queue, limits: Limits, warm: bytes) -> None:
        super().__init__(daemon=True, name="camcore-minder")
        self.queue, self.limits, self.warm_call = queue, limits, warm
        self.warm = threading.Event()
        self.stopping = False
        self.false_starts, self.tried = 0, 0.0
        self.process: BaseProcess | None = None
        self.line: Connection | None = None

    @property
    def pid(self) -> int | None:
        """Process id, or None between two processes."""
        return self.process.pid if self.process else None

    def run(self) -> None:
        """Until the queue is closed and empty."""
        while not self.queue.over:
            self._ensure()
            task = self.queue.take(IDLE)
            if task and self._ensure():
                self._carry_out(task)
            elif task:
                _fail(task, "E944", "no process to do it in could be started", "look into the log of this program")
        self._end()

    # -- the process --------------------------------------------------------------------------------------------------

    def _ensure(self) -> bool:
        """A warm process, a new one where there is none; False when none will come up."""
        if self.process and not self.process.is_alive():
            self._end()
        if self.false_starts >= FALSE_STARTS and time.monotonic() > self.tried + PAUSE:
            self.false_starts = 0
        while self.line is None and self.false_starts < FALSE_STARTS and not self.stopping:
            self._start()
            if self._warmed():
                self.false_starts = 0
                self.warm.set()
            else:
                self.false_starts, self.tried = self.false_starts + 1, time.monotonic()
                self._end()
        return self.line is not None

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.line, theirs = context.Pipe()
        arguments = (theirs, self.warm_call, self.limits.memory)
        self.process = context.Process(target=work, args=arguments, daemon=True, name="camcore-worker")
        self.process.start()
        theirs.close()

    def _warmed(self) -> bool:
        """Whether the process said that it is ready, before it died or the pool was stopped."""
        while not self.queue.over:
            message = self._next(LOOK)
            if message:
                return bool(message[0] == "ready")
        return False

    def _next(self, seconds: float) -> tuple[Any, ...] | None:
        """The process's next message, ("dead",) after its end, None when there is none in that time."""
        assert self.line
        try:
            raw = self.line.recv_bytes() if self.line.poll(seconds) else None
        except (EOFError, OSError):
            return ("dead",)
        try:
            return pickle.loads(raw) if raw else None
        except Exception as error:
            return ("defect", (f"its answer cannot be had: {error}", traceback.format_exc()))

    def _end(self) -> int | None:
        """Kill the process where it still runs; its exit code."""
        process, line, self.process, self.line = self.process, self.line, None, None
        self.warm.clear()
        if line:
            line.close()
        if not process:
            return None
        process.join(LOOK if self.queue.open else 0.0)
        process.kill()
        process.join()
        code = process.exitcode
        process.close()
        return code

    # -- a task -------------------------------------------------------------------------------------------------------

    def _carry_out(self, task: Task) -> None:
        assert self.line
        until = None if task.seconds is None else time.monotonic() + task.seconds
        try:
            self.line.send_bytes(task.payload)
        except OSError:
            return self._died(task)
        while True:
            left = LOOK if until is None else min(LOOK, until - time.monotonic())
            message = self._next(max(0.0, left))
            if message and self._said(task, *message):
                return None
            if task.stopping.is_set() or self.stopping:
                return self._killed(task, "E943", "stopped on request")
            if until is not None and time.monotonic() >= until:
                return self._killed(task, "E940", f"took longer than {task.seconds:g} s", "ask for less at a time")

    def _said(self, task: Task, kind: str, value: Any = None, resident: int = 0) -> bool:
        """Pass on a message of the process; whether the task has ended with it."""
        if kind == "begun":
            task.begun = True
        elif kind == "report":
            _pass_on(task, value)
        elif kind == "dead":
            self._died(task)
        else:
            self._settle(task, kind, value, resident)
        return kind not in ("begun", "report")

    def _settle(self, task: Task, kind: str, value: Any, resident: int) -> None:
        if self.limits.memory and resident > FULL * self.limits.memory:
            self._end()
        if kind == "done":
            task.set_result(value)
        elif kind == "findings":
            task.set_exception(CamError(value))
        else:
            text, trace = value
            log.error("a task failed\n%s", trace)
            _fail(task, "E399", f"a defect of camcore: {text}", "report it with the log of this program")

    def _killed(self, task: Task, code: str, message: str, advice: str = "") -> None:
        self._end()
        _fail(task, code, message, advice)

    def _died(self, task: Task) -> None:
        """The process went away under the task: begin again where that was said, else fail."""
        code = self._end()
        if code == MEMORY_EXIT:
            most = (self.limits.memory or 0) / (1 << 20)
            _fail(task, "E941", f"needed more than {most:.0f} MiB of memory", "ask for less at a time")
        elif task.again():
            self.queue.put(task, first=True)
        else:
            how = f"by signal {-code}" if code is not None and code < 0 else f"with code {code}"
            _fail(task, "E942", f"the process that did it ended {how}", "try again; if it stays so, report the drawing")


def _pass_on(task: Task, value: Any) -> None:
    try:
        if task.heard:
            task.heard(value)
    except Exception:
        log.exception("whoever listens to a task failed")


def _fail(task: Task, code: str, message: str, advice: str = "") -> None:
    task.set_exception(CamError(Finding(code, message, advice)))
