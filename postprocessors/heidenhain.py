"""Heidenhain Klartext (TNC 426 to TNC 640).

HEIDENHAIN, User's Manual Conversational Programming iTNC 530 / TNC 620: L, CC, C, CP, TOOL CALL, cycles 9 and 32.
Cycle 200, drilling, as Autodesk's heidenhain.cps writes it: one block of several lines, called by M99.
"""

from __future__ import annotations

import math
import re

from camcore.machine import Machine
from camcore.moves import Arc, DrillHole, Dwell, End, Rapid, Spindle, ToolChange
from camcore.program.model import Program
from camcore.units import MM_PER_UNIT
from postprocessors.dialect import SECOND_DECIMALS, Dialect, decimal

ANGLE_DECIMALS = 6
"""Angles of helices are written so finely that the end is off by less than a step at any radius of the control."""
INCH_FEED = 10.0
"""In inch programs F counts tenths of an inch per minute."""


class Heidenhain(Dialect):
    """Blocks have numbers, numbers have signs, arcs their centre in a block before; a block may be several lines."""

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.name = ""
        self.tool = 0

    def begin(self, program: Program) -> None:
        """The block that names the program and its units."""
        self.name = f"{re.sub('[^A-Z0-9_-]', '-', program.name.upper())} {self.units_word()}"
        self.block(f"BEGIN PGM {self.name}")
        super().begin(program)
        self.cycle("32", "TOLERANCE", f"T{self.blend()}")

    def safe_start(self) -> list[str]:
        """Nothing: positions are absolute and in XY unless a block says otherwise."""
        return []

    def cycle(self, number: str, name: str, values: str) -> None:
        """A cycle that takes effect where it is defined; one that was to be called is said anew after it."""
        self.modal.pop("cycle", None)
        self.block(f"CYCL DEF {number}.0 {name}")
        self.block(f"CYCL DEF {number}.1 {values}")

    def rapid(self, move: Rapid) -> None:
        """L at FMAX. From an unknown place the tool first goes up, then across."""
        if self.z is None or self.x is None:
            self.go("L", [*self.axes(z=move.z), "R0 FMAX"])
        if axes := self.axes(move.x, move.y, move.z):
            self.go("L", [*axes, "R0 FMAX"])

    def go(self, motion: str, words: list[str], before: list[str] | None = None) -> None:
        """A block that begins with its kind of path."""
        self.block("L" if motion == "G1" else motion, *words)

    def arc(self, move: Arc) -> None:
        """CC, then C to the end, or CP with the angle where the height changes. Raises CamError E606."""
        x0, y0 = self.start(move)
        x1, y1, cx, cy = (self.steps(value) for value in (move.x, move.y, move.cx, move.cy))
        self.check_radii(move, math.hypot(x0 - cx, y0 - cy), math.hypot(x1 - cx, y1 - cy))
        sense = -1 if move.clockwise else 1
        turn = sense * (math.atan2(y1 - cy, x1 - cx) - math.atan2(y0 - cy, x0 - cx)) % math.tau or math.tau
        rise = 0 if self.z is None else self.steps(move.z) - self.z
        ends = [self.at("X", x1), self.at("Y", y1)]
        self.block("CC", self.at("X", cx), self.at("Y", cy))
        self.x, self.y, self.z = x1, y1, self.steps(move.z)
        turned = f"DR{'-' if move.clockwise else '+'}"
        if rise:
            angle = signed(round(sense * math.degrees(turn) * 10**ANGLE_DECIMALS), ANGLE_DECIMALS)
            self.block("CP", f"IPA{angle}", self.word("IZ", rise), turned, *self.feed(move.feed))
        else:
            self.block("C", *ends, turned, *self.feed(move.feed))

    def at(self, axis: str, new: int) -> str:
        """As always, with I before an axis that says how far it goes."""
        word = super().at(axis, new)
        return f"I{word}" if self.relative else word

    def word(self, letter: str, steps: int) -> str:
        """A letter with a length of so many steps, always signed."""
        return letter + signed(steps, self.decimals)

    def feed(self, feed: float) -> list[str]:
        """F in mm/min, or in tenths of an inch per minute."""
        return self.changed("F", "F" + decimal(self.tenths(feed), 1))

    def tenths(self, feed: float) -> int:
        """A feed in tenths of the control's unit."""
        units = self.machine.format.units
        return round(feed / MM_PER_UNIT[units] * (1.0 if units == "mm" else INCH_FEED) * 10)

    def drill(self, move: DrillHole) -> None:
        """Cycle 200 where it is not yet defined so, and its call over the hole; the feed is said anew after it."""
        if self.z != self.steps(move.height):
            self.go("L", [*self.axes(z=move.height), "R0 FMAX"])
        cycle = " ~".join(f"\n    {value} ;{meaning}" for meaning, value in self.parameters(move).items())
        if self.changed("cycle", cycle):
            self.block("CYCL DEF 200 DRILLING ~")
            self.lines[-1] += cycle
        axes = self.axes(move.x, move.y) or [self.word("X", self.steps(move.x))]
        self.go("L", [*axes, "R0 FMAX M99"])
        self.modal.pop("F", None)

    def parameters(self, move: DrillHole) -> dict[str, str]:
        """Those of cycle 200 by what they mean: lengths count from the stock's top, and one movement makes the hole."""
        bottom = self.steps(move.bottom)
        return {
            "SET-UP CLEARANCE": self.word("Q200=", self.steps(move.clear)),
            "DEPTH": self.word("Q201=", bottom),
            "FEED RATE FOR PLNGNG": f"Q206={signed(self.tenths(move.feed), 1)}",
            "PLUNGING DEPTH": self.word("Q202=", -bottom),
            "DWELL TIME AT TOP": "Q210=+0",
            "SURFACE COORDINATE": self.word("Q203=", 0),
            "2ND SET-UP CLEARANCE": self.word("Q204=", self.steps(move.height)),
            "DWELL TIME AT DEPTH": f"Q211={signed(round(move.dwell * 10**SECOND_DECIMALS), SECOND_DECIMALS)}",
        }

    def dwell(self, move: Dwell) -> None:
        """Cycle 9."""
        self.cycle("9", "DWELL TIME", f"DWELL {self.number(move.seconds, SECOND_DECIMALS)}")

    def tool_change(self, move: ToolChange) -> None:
        """Kept until the speed is known, which stands in the same block."""
        self.tool = move.number
        self.modal.pop("cycle", None)
        self.modal["spindle"] = "M5"
        self.forget()

    def spindle(self, move: Spindle) -> None:
        """TOOL CALL takes the tool with its length and its speed; then M3."""
        if move.rpm > 0:
            self.block(f"TOOL CALL {self.tool} Z S{self.number(move.rpm, 0)}")
        self.block(*self.changed("spindle", "M3" if move.rpm > 0 else "M5"))

    def end(self, move: End) -> None:
        """Off, the end, and the block that closes the program."""
        super().end(move)
        self.block(f"END PGM {self.name}")

    def label(self) -> str:
        """Number of the next block, whose lines are kept as one; they count from 0."""
        return f"{len(self.lines)} "


def signed(steps: int, decimals: int) -> str:
    """As `decimal`, with its sign."""
    return ("" if steps < 0 else "+") + decimal(steps, decimals)
