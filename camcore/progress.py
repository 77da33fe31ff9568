"""A progress bar for people at a terminal; nothing in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from camcore.nesting.model import Progress
from camcore.report.model import State

Show = Callable[[Progress], None]


@contextmanager
def shown(quiet: bool) -> Iterator[Show | None]:
    """What to call with the state of a search: draws a bar on stderr, or is None when quiet or in a pipe."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("nesting"), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)

        def show(state: Progress) -> None:
            bar.update(task, completed=state.share, description=_words(state))

        yield show


def _words(state: Progress) -> str:
    left = f", {state.unplaced} unplaced" if state.unplaced else ""
    return f"{state.sheets} sheet(s), last to {state.used_length:.1f} mm{left} · Ctrl-C keeps this"


class Watch:
    """Keeps every state of a search that was better than the one before, and passes all on to `show`. Mutable."""

    def __init__(self, show: Show | None = None) -> None:
        self.show, self.states = show, list[State]()

    def __call__(self, seen: Progress) -> None:
        """Take note of a state; of those after the same moves the last counts."""
        if self.show is not None:
            self.show(seen)
        now = State(seen.moves, seen.sheets, seen.unplaced, round(seen.used_length, 6))
        if self.states and _rank(now) >= _rank(self.states[-1]):
            return
        if self.states and self.states[-1].moves == now.moves:
            self.states.pop()
        self.states.append(now)


def _rank(state: State) -> tuple[int, int, float]:
    return state.unplaced, state.sheets, state.used_length
