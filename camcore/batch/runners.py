"""Where tasks are worked out: in processes of this machine, or on a Dask cluster that is there."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from concurrent.futures import CancelledError
from importlib import import_module
from itertools import islice
from typing import Any

from camcore.batch.model import Answer, Answers, Runner, Task
from camcore.batch.work import answered, warm
from camcore.findings import CamError, Finding
from camcore.workers import Limits, Pool

RETRIES = 1
"""So often a task begins again when the process that did it dies: its own fault or not."""
AHEAD = 4
"""Tasks for each thread of a cluster that are sent ahead, so that none waits for work, and memory stays flat."""
WAIT = 10.0
"""Seconds within which a cluster's scheduler must answer."""


def pool(processes: int, limits: Limits) -> Runner:
    """A runner in so many processes of this machine, each task within limits."""

    def run(tasks: Iterator[Task]) -> Answers:
        with Pool(processes, limits, warm) as workers:
            for (task,), done in workers.unordered(answered, ((task,) for task in tasks), retries=RETRIES):
                try:
                    yield task, done.result()
                except CamError as error:
                    yield task, Answer.failed(error.findings)
                except CancelledError:
                    return

    return run


def cluster(address: str) -> Runner:
    """A runner on the cluster whose scheduler is at `address`; limits of time and memory are the cluster's own.

    A task whose worker dies goes to another one. What runs raises E964 when the scheduler goes away.

    Raises CamError: E963 without the package, E964 where the scheduler does not answer.
    """
    client = _client(address)

    def run(tasks: Iterator[Task]) -> Answers:
        with client:
            yield from _spread(client, tasks)

    return run


def _distributed() -> Any:
    return import_module("distributed")


def _client(address: str) -> Any:
    try:
        distributed = _distributed()
    except ImportError:
        advice = "install camcore[cluster] here and on the cluster"
        raise CamError(Finding("E963", "the package distributed is not installed", advice)) from None
    try:
        return distributed.Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        message = f"no scheduler answers at {address}: {said}"
        raise CamError(Finding("E964", message, "start one with `dask scheduler`, or correct the address")) from None


def _spread(client: Any, tasks: Iterator[Task]) -> Answers:
    """Tasks to answers, a few ahead of what the cluster has threads for."""
    given: dict[str, Task] = {}
    done = _distributed().as_completed(loop=client.loop)
    _send(client, tasks, given, done)
    while given:
        future = next(done)
        task = given.pop(future.key)
        yield task, _answer(future)
        future.release()
        _send(client, tasks, given, done)


def _send(client: Any, tasks: Iterator[Task], given: dict[str, Task], done: Any) -> None:
    threads = max(1, sum(client.nthreads().values()))
    for task in islice(tasks, max(0, AHEAD * threads - len(given))):
        future = client.submit(on_cluster, task, key=f"camcore-{task.key}", pure=False)
        given[future.key] = task
        done.add(future)


def _answer(future: Any) -> Answer:
    """A future's answer; findings where the cluster lost the task for good."""
    try:
        found: Answer = future.result()
    except CancelledError:
        advice = "start it again: the same command goes on with what is left"
        raise CamError(Finding("E964", "the scheduler went away; what is done is kept", advice)) from None
    except Exception as error:
        said = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}".rstrip(": ")
        message = f"the cluster gave the task up: {said}"
        return Answer.failed([Finding("E942", message, "try again; if it stays so, report the drawing")])
    return found


def on_cluster(task: Task) -> Answer:
    """As `answered`, on a worker of a cluster: what goes wrong with camcore comes back as a finding."""
    try:
        return answered(task)
    except Exception as error:
        text = f"a defect of camcore: {type(error).__name__}: {error}"
        return Answer.failed([Finding("E399", text, "".join(traceback.format_exception_only(error)).strip())])
