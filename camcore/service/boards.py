"""What is known of running jobs beside the database: a board for each, read by whoever watches."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

ALIVE = 15.0
"""A line is sent at least this often, s, so that nobody in between takes the connection for dead."""
MOST_WATCHERS = 100
"""Watchers at a time."""


class Board:
    """The last event of each kind of one job, and how many there were. Mutable; changed by threads of the pool."""

    def __init__(self) -> None:
        self.version = 0
        self.last: dict[str, tuple[int, Any]] = {}
        self.over = False
        self._waiting: set[Callable[[], object]] = set()
        self._lock = threading.Lock()

    def put(self, kind: str, value: Any) -> None:
        """A new event: the last of its kind from now on."""
        with self._lock:
            self.version += 1
            self.last[kind] = (self.version, value)
        self._wake()

    def close(self) -> None:
        """The job is over: watchers leave."""
        self.over = True
        self._wake()

    def since(self, seen: int) -> list[tuple[int, str, Any]]:
        """Events after number `seen` that no later one of their kind has replaced, in order."""
        with self._lock:
            news = [(number, kind, value) for kind, (number, value) in self.last.items() if number > seen]
        return sorted(news, key=lambda event: event[0])

    def _wake(self) -> None:
        for call in list(self._waiting):
            call()

    async def changed(self, seen: int, seconds: float) -> None:
        """Return when there is more than `seen`, or the job is over, or the time is up."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()

        def call() -> object:
            return loop.call_soon_threadsafe(news.set)

        self._waiting.add(call)
        try:
            if self.version <= seen and not self.over:
                await asyncio.wait_for(news.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(call)


class Boards:
    """The boards of all jobs that wait or run."""

    def __init__(self) -> None:
        self._boards: dict[str, Board] = {}
        self.watchers = 0

    def of(self, id: str) -> Board:
        """The job's board, a new one if it has none."""
        return self._boards.setdefault(id, Board())

    def close(self, id: str) -> None:
        """The job is over."""
        board = self._boards.pop(id, None)
        if board:
            board.close()

    async def watch(self, id: str, state: Callable[[], dict[str, Any]]) -> AsyncIterator[str]:
        """Server-sent events of a job until it is over; `state` tells its document. First and last is its state."""
        board, seen, told = self.of(id), 0, ""
        self.watchers += 1
        try:
            while True:
                now = state()
                over = now["state"] not in ("queued", "running")
                if over or now["state"] != told:
                    told = now["state"]
                    yield sse("end" if over else "state", now)
                if over:
                    self.close(id)
                    return
                news = board.since(seen)
                for number, kind, value in news:
                    yield sse(kind, value, number)
                seen = max([seen, *(number for number, _, _ in news)])
                if not news:
                    yield ": alive\n\n"
                await board.changed(seen, ALIVE)
        finally:
            self.watchers -= 1


def sse(kind: str, value: Any, number: int | None = None) -> str:
    """One server-sent event (WHATWG HTML, section 9.2)."""
    head = "" if number is None else f"id: {number}\n"
    return f"{head}event: {kind}\ndata: {json.dumps(value, ensure_ascii=False, allow_nan=False)}\n\n"
