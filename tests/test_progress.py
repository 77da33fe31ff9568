"""What a run keeps of its search: the states that were better, by work."""

from __future__ import annotations

import pytest

from camcore.nesting.model import Nest, Progress
from camcore.progress import Watch
from camcore.report import State


def never() -> Nest:
    raise AssertionError("nobody looks at the nest itself")


def seen(moves: int, sheets: int, unplaced: int, used: float) -> Progress:
    return Progress(0.5, moves, sheets, unplaced, used, 1.0, never)


@pytest.mark.parametrize("shows", [False, True])
def test_only_better_states_are_kept_and_all_are_shown(shows: bool) -> None:
    shown: list[Progress] = []
    watch = Watch(shown.append if shows else None)
    told = [
        seen(10, 2, 3, 50.0),
        seen(20, 3, 0, 90.0),  # all lie on sheets now
        seen(30, 3, 0, 90.0),  # no better
        seen(40, 2, 0, 99.0),
        seen(40, 2, 0, 80.0),  # after the same moves: the last counts
        seen(50, 2, 0, 85.0),  # worse
    ]
    for state in told:
        watch(state)
    assert watch.states == [State(10, 2, 3, 50.0), State(20, 3, 0, 90.0), State(40, 2, 0, 80.0)]
    assert shown == (told if shows else [])
