"""Fagor 8055 M.

Fagor Automation, CNC 8055 Programming manual (M model): program head, G43, G4 K, G50.
"""

from __future__ import annotations

import re

from camcore.moves import ToolChange
from camcore.program.model import Program
from postprocessors.dialect import Dialect

NAME_LENGTH = 20
"""Longest name of a program."""


class Fagor(Dialect):
    """Tools by T with their offset D, M6 and G43; drilling is taken apart, as G81 counts its depth from elsewhere."""

    def begin(self, program: Program) -> None:
        """With the line that names the program and lets it be seen and changed."""
        name = re.sub("[^A-Z0-9 -]", "-", program.name.upper())[:NAME_LENGTH]
        self.lines.append(f"%{name},MX--,")
        super().begin(program)

    def tool_change(self, move: ToolChange) -> None:
        """T and D select, M6 changes, G43 takes the length of D."""
        if self.machine.tool_change != "none":
            self.block(f"T{move.number}", f"D{move.number}")
            self.block("M6")
            self.length = ["G43"]
        self.modal["spindle"] = "M5"
        self.forget()
