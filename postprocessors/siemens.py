"""SINUMERIK 840D sl, milling.

Siemens, SINUMERIK 840D sl / 828D Programming Manual Fundamentals, 06/2015: program names, D, SUPA, G641 and ADIS.
Siemens, SINUMERIK 840D Programming Guide Cycles, 11/2002: CYCLE81 with RTP, RFP, SDIS, DP; CYCLE82 with DTB; MCALL.
"""

from __future__ import annotations

import re

from camcore.moves import DrillHole, ToolChange
from camcore.program.model import Program
from postprocessors.dialect import Dialect


class Siemens(Dialect):
    """Tools by T, M6 and their cutting edge D1; holes by a modal call, pecked ones taken apart."""

    def begin(self, program: Program) -> None:
        """With the name that the control files the program under."""
        self.lines.append(f"; %_N_{re.sub('[^A-Z0-9]', '_', program.name.upper())}_MPF")
        super().begin(program)

    def tool_change(self, move: ToolChange) -> None:
        """T selects, M6 changes, D1 takes the length."""
        if self.machine.tool_change != "none":
            self.home()
            for word in (f"T{move.number}", "M6", "D1"):
                self.block(word)
        self.modal["spindle"] = "M5"
        self.forget()

    def drill(self, move: DrillHole) -> None:
        """CYCLE81, or CYCLE82 with a dwell, that MCALL has done at every place until it stands alone."""
        if self.z != self.steps(move.height):
            self.go("G0", self.axes(z=move.height))
        call = f"MCALL {self.cycle(move)}"
        self.block(*self.feed(move.feed))
        if self.modal.get("cycle") != call:
            self.cancel("")
            self.block(*self.changed("cycle", call))
        words = self.axes(move.x, move.y) or [self.word("X", self.steps(move.x))]
        self.block(*self.changed("motion", "G0"), *words)

    def cycle(self, move: DrillHole) -> str:
        """The cycle with its values: heights of return and of the stock's top, gap over it, depth, wait."""
        lengths = (move.height, 0.0, move.clear, move.bottom)
        values = ",".join(self.word("", self.steps(length)) for length in lengths)
        return f"CYCLE82({values},,{self.time(move.dwell)})" if move.dwell > 0 else f"CYCLE81({values})"

    def cancel(self, motion: str) -> None:
        """MCALL alone, where a cycle is in force: every motion would have it done again."""
        if self.modal.pop("cycle", ""):
            self.block("MCALL")
            self.modal.pop("motion", None)
