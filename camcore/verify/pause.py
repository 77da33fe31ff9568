"""Python's search for unreachable cycles of objects, put off."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles meanwhile, in the whole process; afterwards as before.

    A proof makes an object or two for each block, and no cycles: what is let go is freed all the same. Searching all of
    them over and over again took a sixth of the time of 100,000 blocks.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
