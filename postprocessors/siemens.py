"""SINUMERIK 840D sl, milling.

Siemens, SINUMERIK 840D sl / 828D Programming Manual Fundamentals, 06/2015: program names, D, SUPA, G641 and ADIS.
"""

from __future__ import annotations

import re

from camcore.moves import ToolChange
from camcore.program.model import Program
from postprocessors.dialect import Dialect


class Siemens(Dialect):
    """Tools by T, M6 and their cutting edge D1; drilling is taken apart, as cycles are subprograms here."""

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
