"""The life of a worker process: get warm, then one task after another, within limits, until the pipe closes."""

from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import traceback
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from typing import Any

from camcore.findings import CamError

LOOK = 0.1
"""How often, s, a running task is held against its limits, and a process looks for its parent."""
MEMORY_EXIT = 86
"""Exit code of a process that found itself over its limit of memory."""

_line: Connection | None = None
_sending = threading.Lock()


def report(value: Any) -> None:
    """Tell whoever submitted the running task something picklable; outside of a pool's process nothing happens."""
    _send("report", value)


def _send(kind: str, value: Any = None) -> None:
    if _line is not None:
        message = pickle.dumps((kind, value, resident()))
        with _sending:
            _line.send_bytes(message)


def work(line: Connection, warm: bytes, memory: int | None) -> None:
    """The life of a process: get warm, then one task after another until the pipe closes."""
    global _line
    _line = line
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal reaches all; the parent decides
    if memory:
        _limit(memory)
    threading.Thread(target=_watch, args=(memory,), daemon=True).start()
    call = pickle.loads(warm)
    if call:
        call()
    _send("ready")
    while True:
        try:
            payload = line.recv_bytes()
        except (EOFError, OSError):
            return
        _answer(payload)


def _answer(payload: bytes) -> None:
    _send("begun")
    try:
        call, args = pickle.loads(payload)
        _send("done", call(*args))
    except MemoryError:
        os._exit(MEMORY_EXIT)
    except CamError as error:
        _send("findings", error.findings)
    except Exception as error:
        _send("defect", (f"{type(error).__name__}: {error}", traceback.format_exc()))


def _limit(memory: int) -> None:
    """Let the system refuse memory beyond the limit: private writable pages, so reserved address room is free."""
    if sys.platform != "win32":
        import resource

        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
        resource.setrlimit(resource.RLIMIT_DATA, (most, hard))


def _watch(memory: int | None) -> None:
    """End this process when its parent is gone, or when it holds more memory than it may and the system lets it."""
    parent = parent_process()
    assert parent
    while not wait_for([parent.sentinel], LOOK):
        if memory and resident() > memory:
            os._exit(MEMORY_EXIT)
    os._exit(0)


def resident() -> int:
    """Memory that this process holds, bytes: as it is now, or where the system does not tell, its most so far.

    Windows tells neither without more: 0 there.
    """
    try:
        with open("/proc/self/statm", "rb") as file:  # noqa: PTH123  # ten times a second: no path object
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return _most_resident()


def _most_resident() -> int:
    if sys.platform == "win32":
        return 0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
