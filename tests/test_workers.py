"""Processes that mind tasks: those that hang, eat memory or are killed, and what becomes of the others."""

import os
import pickle
import signal
import time
from concurrent.futures import CancelledError
from pathlib import Path

import pytest

from camcore.findings import CamError, Finding
from camcore.workers import FALSE_STARTS, Limits, Pool, Task, report, resident

MIB = 1 << 20

# -- tasks, as they run in the processes ------------------------------------------------------------------------------


def square(number: int) -> int:
    return number * number


def whose() -> int:
    return os.getpid()


def hang(seconds: float = 600.0) -> None:
    time.sleep(seconds)


def eat(megabytes: int) -> int:
    held = [bytearray(MIB) for _ in range(megabytes)]
    return len(held)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(folder: str) -> str:
    """Dies the first time; a file says that it did."""
    here = Path(folder) / "died"
    if here.exists():
        return "done"
    here.write_text("")
    os.kill(os.getpid(), signal.SIGKILL)
    return "not reached"


def refuse() -> None:
    raise CamError(Finding("E101", "no drawing", "take another", "a.dxf", {"line": 3}))


def stumble() -> None:
    raise KeyError("x")


def answer_with_a_function() -> object:
    return lambda: None


def count(to: int) -> int:
    for number in range(to):
        report(number)
    return to


def break_down() -> None:
    os._exit(3)


# -- tests ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool():
    with Pool(2, Limits(30.0, 400 * MIB)) as pool:
        assert pool.wait_warm(60.0)
        yield pool


def code_of(task: Task) -> str:
    with pytest.raises(CamError) as caught:
        task.result(60.0)
    assert len(caught.value.findings) == 1
    return caught.value.findings[0].code


def still_works(pool: Pool) -> None:
    tasks = [pool.submit(square, number) for number in range(6)]
    assert [task.result(60.0) for task in tasks] == [0, 1, 4, 9, 16, 25]


def test_tasks_are_done_in_processes_of_their_own(pool):
    still_works(pool)
    assert pool.submit(whose).result(60.0) in set(pool.pids)
    assert os.getpid() not in pool.pids


def test_a_task_that_hangs_is_ended_at_its_limit_and_its_process_replaced(pool):
    before = time.monotonic()
    task = pool.submit(hang, seconds=0.5)
    assert code_of(task) == "E940"
    assert time.monotonic() - before < 10.0
    still_works(pool)


def test_a_task_that_eats_memory_is_ended(pool):
    assert code_of(pool.submit(eat, 4000)) == "E941"
    still_works(pool)
    assert pool.submit(eat, 20).result(60.0) == 20


def test_a_killed_process_fails_its_task_or_the_task_begins_again_where_that_is_said(pool, tmp_path):
    assert code_of(pool.submit(die)) == "E942"
    assert pool.submit(die_once, str(tmp_path), retries=1).result(60.0) == "done"
    assert code_of(pool.submit(die, retries=2)) == "E942"
    assert code_of(pool.submit(break_down)) == "E942"
    still_works(pool)


def test_a_process_killed_while_idle_costs_no_task(pool):
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    still_works(pool)


def test_findings_come_back_whole_and_a_defect_says_what_it_was(pool):
    with pytest.raises(CamError) as caught:
        pool.submit(refuse).result(60.0)
    assert caught.value.findings == (Finding("E101", "no drawing", "take another", "a.dxf", {"line": 3}),)
    with pytest.raises(CamError, match="KeyError"):
        pool.submit(stumble).result(60.0)
    assert code_of(pool.submit(answer_with_a_function)) == "E399"
    still_works(pool)


def test_what_cannot_be_sent_is_told_to_the_caller_at_once(pool):
    with pytest.raises((pickle.PicklingError, AttributeError)):
        pool.submit(lambda: None)


def test_reports_are_heard_in_order_before_the_result_and_a_deaf_listener_harms_nobody(pool):
    heard: list[int] = []
    assert pool.submit(count, 50, heard=heard.append).result(60.0) == 50
    assert heard == list(range(50))
    assert pool.submit(count, 3, heard=lambda _: 1 / 0).result(60.0) == 3
    still_works(pool)
    report("outside of a process nothing happens")


def test_a_running_task_is_stopped_and_a_waiting_one_cancelled():
    with Pool(1) as pool:
        running = pool.submit(hang)
        while not running.running():
            time.sleep(0.01)
        waiting = pool.submit(square, 2)
        waiting.stop()
        running.stop()
        assert code_of(running) == "E943"
        with pytest.raises(CancelledError):
            waiting.result(60.0)
        still_works(pool)


def test_a_long_list_is_taken_as_it_is_worked_off(pool):
    taken = 0

    def rows():
        nonlocal taken
        for number in range(40):
            taken += 1
            yield (number,)

    seen = {}
    for row, task in pool.unordered(square, rows()):
        seen[row[0]] = task.result()
        assert taken <= len(seen) + 8
    assert seen == {number: number**2 for number in range(40)}


def test_bad_rows_stop_nothing(pool):
    ended = {row: code_of(task) for row, task in pool.unordered(die, [(), ()])}
    assert ended == {(): "E942"}
    still_works(pool)


def test_a_pool_that_is_left_by_an_exception_stops_its_tasks():
    before = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Pool(1) as pool:  # noqa: PT012
        running, waiting = pool.submit(hang), pool.submit(hang)
        while not running.running():
            time.sleep(0.01)
        raise KeyboardInterrupt
    assert time.monotonic() - before < 30.0
    assert code_of(running) in ("E943", "E944")
    assert waiting.cancelled()
    assert not pool.pids
    with pytest.raises(RuntimeError, match="closed"):
        pool.submit(square, 1)


def test_processes_that_never_come_up_fail_their_tasks():
    with Pool(1, warm=break_down) as pool:
        assert code_of(pool.submit(square, 1)) == "E944"
        assert not pool.wait_warm(0.0)


def linger() -> None:
    time.sleep(0.5)


def test_a_process_killed_while_it_gets_warm_is_replaced_as_often_as_it_takes():
    with Pool(1, warm=linger) as pool:
        killed: set[int] = set()
        while len(killed) < FALSE_STARTS + 1:
            for pid in set(pool.pids) - killed:
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)
        assert pool.wait_warm(60.0)
        assert pool.submit(square, 3).result(60.0) == 9


def test_a_process_goes_with_its_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, sys, time\nfrom tests.test_workers import hang\nfrom camcore.workers import Pool\n"
        "if __name__ == '__main__':\n    pool = Pool(1)\n    pool.submit(hang)\n    pool.wait_warm(60)\n"
        "    print(pool.pids[0], flush=True)\n    time.sleep(0.3)\n    os.kill(os.getpid(), 9)\n"
    )
    import subprocess
    import sys

    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
    )
    child = int(done.stdout)
    until = time.monotonic() + 10.0
    while Path(f"/proc/{child}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{child}").exists()


def test_memory_is_seen():
    before = resident()
    held = bytearray(64 * MIB)
    assert resident() - before > 32 * MIB
    del held
