"""What a program is made of. Value types only."""

from __future__ import annotations

from dataclasses import dataclass

from camcore.findings import Finding
from camcore.moves import Move


@dataclass(frozen=True, slots=True)
class Program:
    """All moves that one sheet takes on one machine; every move is one that the machine's control understands.

    name: what the program is called on the machine; machine, sheet: their names
    """

    name: str
    machine: str
    sheet: str
    moves: tuple[Move, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """How long a program takes, s, by what the machine does meanwhile; path lengths mm, and how often the beam pierces.

    dwell counts piercing and waiting for the spindle.
    """

    cutting: float = 0.0
    rapid: float = 0.0
    dwell: float = 0.0
    tool_change: float = 0.0
    cut_length: float = 0.0
    rapid_length: float = 0.0
    pierces: int = 0

    @property
    def total(self) -> float:
        """All of it, s."""
        return self.cutting + self.rapid + self.dwell + self.tool_change
