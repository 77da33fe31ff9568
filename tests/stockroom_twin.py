"""What tests of the stock share: pieces to add, and a twin of the stockroom that is a dictionary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from camcore.findings import CamError
from camcore.stockroom import Arrival, Kind


def rectangle(width: float, height: float) -> tuple[tuple[float, float, float], ...]:
    return ((0.0, 0.0, 0.0), (width, 0.0, 0.0), (width, height, 0.0), (0.0, height, 0.0))


SHEET = Arrival("fr4", 1.57, rectangle(1219.2, 914.4), lot="L-77", certificate="C-12", grain="x", cost=85.0)
REMNANT = replace(SHEET, kind=Kind.REMNANT, outline=rectangle(400.0, 300.0), cost=12.5, place="B-3")


def codes(work: Callable[[], object]) -> set[str]:
    """Codes of what is raised."""
    with pytest.raises(CamError) as caught:
        work()
    return {finding.code for finding in caught.value.findings}


class Twin:
    """The stock as a plain dictionary: id → state, holder, program; what cannot be raises KeyError."""

    def __init__(self) -> None:
        self.state: dict[str, str] = {}
        self.holder: dict[str, tuple[str, str, str]] = {}
        self.until: dict[str, str] = {}
        self.program: dict[str, str] = {}
        self.parent: dict[str, str] = {}
        self.today = "2026-01-01"

    def add(self, ids: list[str], parent: str | None = None) -> None:
        for each in ids:
            self.state[each] = "available"
            if parent:
                self.parent[each] = parent

    def _free(self, piece: str) -> bool:
        lapsed = self.state[piece] == "reserved" and self.until.get(piece, "9999") < self.today
        return self.state[piece] == "available" or lapsed

    def _let_go(self, piece: str) -> None:
        self.state[piece] = "available"
        for table in (self.holder, self.until, self.program):
            table.pop(piece, None)

    def reserve(self, ids: list[str], holder: tuple[str, str, str], until: str | None) -> None:
        if not all(self._free(each) for each in ids):
            raise KeyError
        for each in ids:
            self._let_go(each)
            self.state[each], self.holder[each] = "reserved", holder
            if until:
                self.until[each] = until

    def _own(self, holder: tuple[str, str, str]) -> list[str]:
        return [
            each for each, who in self.holder.items() if who[2] == holder[2] != "" and self.state[each] == "reserved"
        ]

    def hold(self, ids: list[str], holder: tuple[str, str, str]) -> None:
        own = self._own(holder)
        if not all(self._free(each) or each in own for each in ids):
            raise KeyError
        for each in own:
            self._let_go(each)
        self.reserve(ids, holder, None)

    def keep(self, holder: tuple[str, str, str], programs: dict[str, str]) -> None:
        own = self._own(holder)
        if not set(programs) <= set(own):
            raise KeyError
        for each in own:
            if each in programs:
                self.program[each] = programs[each]
            else:
                self._let_go(each)

    def release(self, ids: list[str]) -> None:
        if not all(self.state[each] == "reserved" for each in ids):
            raise KeyError
        for each in ids:
            self._let_go(each)

    def release_of(self, job: str) -> None:
        for each, who in list(self.holder.items()):
            if who[0] == job and self.state[each] == "reserved":
                self._let_go(each)

    def consume(self, piece: str, job: str, program: str) -> bool:
        """Whether remnants come back: not where the same program has consumed it already."""
        if self.state[piece] == "consumed" and self.program[piece] == program:
            return False
        held = self.state[piece] == "reserved" and not self._free(piece)
        if held:
            if self.holder[piece][0] != job or self.program.get(piece, program) != program:
                raise KeyError
        elif not self._free(piece):
            raise KeyError
        run = self.holder[piece][2] if held else ""
        self._let_go(piece)
        self.state[piece], self.holder[piece], self.program[piece] = "consumed", (job, "me", run), program
        return True

    def scrap(self, piece: str) -> None:
        if not self._free(piece):
            raise KeyError
        self._let_go(piece)
        self.state[piece] = "scrapped"
