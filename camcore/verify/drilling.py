"""Holes that a control drills anew at every place until that is called off: what SINUMERIK and Fagor have in common.

A way in Z in between would drill elsewhere or again, and is refused.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from camcore.findings import Finding
from camcore.moves import Dwell, Line, Rapid
from camcore.verify.interpreter import Interpreter
from camcore.verify.words import Block


class Hole(NamedTuple):
    """Heights that a hole returns to, starts from and is drilled to, mm; s at its bottom."""

    back: float
    start: float
    bottom: float
    dwell: float


class Drilling(Interpreter):
    """Reads blocks for a control with modal drilling; `_OFF` calls it off."""

    _OFF: ClassVar[str]
    _hole: Hole | None = None

    def _settle(self) -> None:
        super()._settle()
        self._steady = None if self._hole else self._steady

    def _move(self, words: Block) -> None:
        super()._move(words)
        if self._hole is None:
            return
        if "Z" in words.values:
            message = "a way in Z while a modal cycle is in force drills again"
            self._wrong("E705", message, f"call it off with {self._OFF} first")
        else:
            self._make(self._hole)

    def _make(self, hole: Hole) -> None:
        """Drill where the tool is."""
        state = self.state
        if not state.feed or state.z < hole.start:
            self._wrong("E705", "a drilling cycle below its start, or without a feed", "lift the tool, and state F")
            return
        x, y = state.x, state.y
        self._go(Rapid(x, y, hole.start))
        self._go(Line(x, y, hole.bottom, state.feed))
        if hole.dwell:
            self._emit(Dwell(hole.dwell))
        self._go(Rapid(x, y, hole.back))

    def _wrong(self, code: str, message: str, advice: str) -> None:
        self.findings.append(Finding(code, message, advice, where={"line": self._line}))
