"""Work spread over threads that looks at the clock, and ends everywhere when it has to end anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")
Tick = Callable[[], None]
"""Called often while something long is done; it may raise to stop that."""

AT_ONCE = 16
"""Items that are worked on before the clock is looked at: a tenth of a second for batches of no-fit regions."""


def spread(function: Callable[[ItemT], ResultT], items: Sequence[ItemT], threads: int, tick: Tick) -> list[ResultT]:
    """Result of each item, in order; `tick` is called now and then and may raise to stop."""
    results: list[ResultT] = []
    with ThreadPoolExecutor(threads) as pool:
        for k in range(0, len(items), AT_ONCE):
            results += pool.map(function, items[k : k + AT_ONCE])
            tick()
    return results


class _Halted(Exception):  # noqa: N818  (a signal, not an error)
    """Another thread had to stop."""


def each(function: Callable[[ItemT, Tick], ResultT], items: Iterable[ItemT], threads: int, tick: Tick) -> list[ResultT]:
    """Result of each item, in order; `function` gets a tick to call, which stops all as soon as one has to stop.

    Raises what `tick` or a `function` raised, or KeyboardInterrupt, when no thread works any more.
    """
    halt = Event()

    def look() -> None:
        if halt.is_set():
            raise _Halted
        tick()

    with ThreadPoolExecutor(threads) as pool:
        try:
            jobs = [pool.submit(function, item, look) for item in items]
            return [job.result() for job in jobs]
        except BaseException:
            halt.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
