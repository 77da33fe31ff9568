"""Many processes at one stock, and processes that are killed at any moment: nothing is taken twice, nothing is half."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from databases import url
from stockroom_twin import REMNANT, SHEET

from camcore.findings import CamError
from camcore.stockroom import Cut, Holder, Query, State, Stockroom, Use, open_room
from camcore.stockroom.audit import disagreements
from camcore.stockroom.model import Change

__all__ = ["url"]

FORK = multiprocessing.get_context("fork")
RACERS = 6
KILLS = 100


def race(work: Any, *given: Any) -> list[Any]:
    """What `work(number, start, *given)` gives in each of RACERS processes that start together."""
    start, answers = FORK.Barrier(RACERS), FORK.Queue()

    def entrant(number: int) -> None:
        answers.put((number, work(number, start, *given)))

    processes = [FORK.Process(target=entrant, args=(number,)) for number in range(RACERS)]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=60) for _ in processes)
    for process in processes:
        process.join()
    return [found[number] for number in range(RACERS)]


def take_all(number: int, start: Any, url: str, ids: list[str]) -> list[str]:
    room = open_room(url)
    order = random.Random(number).sample(ids, len(ids))
    got = []
    start.wait()
    for pair in zip(order[::2], order[1::2], strict=True):
        try:
            got += [piece.id for piece in room.reserve(pair, Holder(f"job-{number}", "me"))]
        except CamError as error:
            got += [finding.code for finding in error.findings if finding.code != "E925"]
    return got


def test_no_two_processes_take_the_same_piece(url):
    room = open_room(url, create=True)
    ids = [piece.id for piece in room.add([REMNANT] * 24, "me")]
    got = race(take_all, url, ids)
    taken = Counter(piece for each in got for piece in each)
    assert set(taken.values()) == {1}
    assert set(taken) <= set(ids)
    assert len(taken) >= len(ids) / 2
    holders = {piece.id: piece.holder.job for piece in room.pieces() if piece.holder}
    assert holders == {piece: f"job-{number}" for number, each in enumerate(got) for piece in each}
    assert disagreements(*room.ledger()) == []


def first_to_come(number: int, start: Any, url: str) -> str:
    start.wait()
    try:
        return open_room(url, create=True).add([SHEET], f"me-{number}")[0].id
    except CamError as error:
        return str(error)


def test_a_new_database_is_made_once_by_many(url):
    ids = race(first_to_come, url)
    assert len(set(ids)) == RACERS
    assert sorted(piece.id for piece in open_room(url).pieces()) == sorted(ids)


def consume_one(number: int, start: Any, url: str, piece: str) -> int:
    room = open_room(url)
    use = Use(piece, "kit", Cut("sheet-01.nc", "0" * 64), (replace(REMNANT, parent=piece),))
    start.wait()
    return len(room.consume([use], f"me-{number}"))


def test_a_run_that_is_booked_by_many_at_once_is_booked_once(url):
    room = open_room(url, create=True)
    (sheet,) = room.add([SHEET], "me")
    assert sorted(race(consume_one, url, sheet.id)) == [0] * (RACERS - 1) + [1]
    assert [piece.what.parent for piece in room.pieces()] == [None, sheet.id]


def course(url: str, number: int) -> None:
    """Receive, hold, keep and consume two sheets together."""
    run, cut = f"host:/run-{number}", Cut("sheet-01.nc", f"{number:064x}")
    room = open_room(url)
    pair = [piece.id for piece in room.add([SHEET, SHEET], "me")]
    room.hold(pair, Holder("kit", "me", run))
    room.keep(run, dict.fromkeys(pair, cut), "me")
    room.consume([Use(piece, "kit", cut, (replace(REMNANT, parent=piece),)) for piece in pair], "me")


def work_on(url: str, number: int) -> None:
    while True:
        course(url, number)


def killed(url: str, number: int, after: float) -> None:
    process = FORK.Process(target=work_on, args=(url, number))
    process.start()
    time.sleep(after)
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()


def whole(room: Stockroom) -> None:
    """Every step was of two sheets: none is there for one of them alone."""
    pieces, movements = room.ledger()
    assert disagreements(pieces, movements) == []
    of_run = Counter((movement.run, movement.change) for movement in movements if movement.run)
    assert all(count % 2 == 0 for count in of_run.values())
    consumed = {piece.id for piece in pieces if piece.state is State.CONSUMED}
    assert Counter(piece.what.parent for piece in pieces if piece.what.parent) == dict.fromkeys(consumed, 1)
    used = Counter(movement.piece for movement in movements if movement.change is Change.CONSUMED)
    assert used == dict.fromkeys(consumed, 1)


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_nothing_half(url):
    room = open_room(url, create=True)
    dice, start = random.Random(0), time.monotonic()
    course(url, KILLS)
    once = time.monotonic() - start
    for number in range(KILLS):
        killed(url, number, dice.uniform(0.005, 0.01 + 1.8 * once))
        if number % 10 == 0:
            whole(room)
    whole(room)
    states = Counter(piece.state for piece in room.pieces())
    assert states[State.CONSUMED] >= KILLS / 4
    assert states[State.RESERVED] + states[State.AVAILABLE] > KILLS / 4
    before = len(room.pieces(Query(states=(State.RESERVED,))))
    for piece in room.pieces(Query(states=(State.RESERVED,))):
        room.release_run(piece.holder.run if piece.holder else "", "me")
    assert room.pieces(Query(states=(State.RESERVED,))) == ()
    assert len(room.free(Query())) == states[State.AVAILABLE] + before


@pytest.mark.parametrize("damage", ["UPDATE stock_movement SET note = 'x'", "DELETE FROM stock_movement",
                                    "DELETE FROM stock_piece"])  # fmt: skip
def test_the_ledger_is_only_added_to(url, damage):
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    room = open_room(url, create=True)
    room.add([SHEET], "me")
    with pytest.raises(DBAPIError, match="only added to"), room._engine.begin() as connection:
        connection.execute(text(damage))


def test_a_database_that_is_kept_busy_is_a_finding(url, monkeypatch):
    from sqlalchemy import text

    from camcore.stockroom import connect

    monkeypatch.setattr(connect, "PATIENCE", 0.05)
    room = open_room(url, create=True)
    (piece,) = room.add([SHEET], "me")
    other = open_room(url)
    with other._engine.begin() as connection:
        connection.execute(text("UPDATE stock_piece SET place = 'B' WHERE number = 1"))
        with pytest.raises(CamError) as caught:
            room.reserve([piece.id], Holder("kit", "me"))
        assert room.piece(piece.id).what.place is None
    assert caught.value.findings[0].code == "E921"
    room.reserve([piece.id], Holder("kit", "me"))


def test_a_file_of_a_killed_process_opens_again(tmp_path: Path):
    file = str(tmp_path / "stock.sqlite")
    open_room(file, create=True)
    killed(file, 1, 0.2)
    assert open_room(file).pieces()
