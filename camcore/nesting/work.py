"""Work spread over threads, with a look at the clock in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

ItemT = TypeVar("ItemT")
ResultT = TypeVar("ResultT")

AT_ONCE = 16
"""Items that are worked on before the clock is looked at: a tenth of a second for batches of no-fit regions."""


def spread(
    function: Callable[[ItemT], ResultT], items: Sequence[ItemT], threads: int, tick: Callable[[], None]
) -> list[ResultT]:
    """Result of each item, in order; `tick` is called now and then and may raise to stop."""
    results: list[ResultT] = []
    with ThreadPoolExecutor(threads) as pool:
        for k in range(0, len(items), AT_ONCE):
            results += pool.map(function, items[k : k + AT_ONCE])
            tick()
    return results
