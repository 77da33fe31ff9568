"""Canonical moves: what a machine does, in words that mean something.

The vocabulary between `program.build`, the post-processors that write text, and the reader that takes text back.
Positions are absolute, mm, in work coordinates (zero at the sheet's lower left corner on the stock's top unless the
machine file says otherwise); feeds mm/min, times s. After NIST RS274/NGC's canonical machining functions
(Kramer, Proctor, Messina: The NIST RS274NGC Interpreter, NISTIR 6556, 2000, chapter 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Rapid:
    """Traverse in a straight line, tool out of the material and beam off."""

    x: float
    y: float
    z: float


@dataclass(frozen=True, slots=True)
class Line:
    """Straight move at `feed`."""

    x: float
    y: float
    z: float
    feed: float


@dataclass(frozen=True, slots=True)
class Arc:
    """Circular (or, where z changes, helical) move in the XY plane about (cx, cy), up to one full turn.

    An end equal to the start is a full turn.
    """

    x: float
    y: float
    z: float
    cx: float
    cy: float
    clockwise: bool
    feed: float


@dataclass(frozen=True, slots=True)
class Dwell:
    """Wait."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Beam:
    """Laser beam on at `power` (0 to 1 of the machine's full power); 0 is off.

    `dynamic`: the control scales power with the actual speed.
    """

    power: float
    dynamic: bool = False


@dataclass(frozen=True, slots=True)
class Spindle:
    """Spindle clockwise at `rpm`; 0 stops it."""

    rpm: float


@dataclass(frozen=True, slots=True)
class Air:
    """Air assist, extraction or coolant on or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class ToolChange:
    """Take tool `number` with cutting `diameter`, mm; the spindle stands still and the tool is clear."""

    number: int
    diameter: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class DrillHole:
    """One drilled hole: over (x, y) at `travel`, rapid to `clear`, feed to `bottom`, rapid back to `travel`.

    `travel` None is `clear`. `peck` > 0 retracts to `clear` after each `peck` mm, or with `chip_break` a little within
    the hole; `dwell` s at the bottom.
    """

    x: float
    y: float
    clear: float
    bottom: float
    feed: float
    peck: float = 0.0
    dwell: float = 0.0
    travel: float | None = None
    chip_break: bool = False

    @property
    def height(self) -> float:
        """Z at which the tool comes to the hole and leaves it."""
        return self.clear if self.travel is None else self.travel


@dataclass(frozen=True, slots=True)
class Comment:
    """Words for the person at the machine; changes nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """End of the program: beam or spindle off, tool clear."""


Move: TypeAlias = Rapid | Line | Arc | Dwell | Beam | Spindle | Air | ToolChange | DrillHole | Comment | End
