"""Fagor 8055 M.

Fagor Automation, CNC 8055 Programming manual (M model): program head, G43, G4 K, G50; V02.2x, p. 162: G81 with Z, I, K.
"""

from __future__ import annotations

import re

from camcore.moves import DrillHole, End, ToolChange
from camcore.program.model import Program
from postprocessors.dialect import Dialect

NAME_LENGTH = 20
"""Longest name of a program."""


class Fagor(Dialect):
    """Tools by T with their offset D, M6 and G43; holes by G81 at every place until G80, pecked ones taken apart."""

    def begin(self, program: Program) -> None:
        """With the line that names the program and lets it be seen and changed."""
        name = re.sub("[^A-Z0-9 -]", "-", program.name.upper())[:NAME_LENGTH]
        self.lines.append(f"%{name},MX--,")
        super().begin(program)

    def tool_change(self, move: ToolChange) -> None:
        """T and D select, M6 changes, G43 takes the length of D."""
        self.cancel("")
        if self.machine.tool_change != "none":
            self.block(f"T{move.number}", f"D{move.number}")
            self.block("M6")
            self.length = ["G43"]
        self.modal["spindle"] = "M5"
        self.forget()

    def drill(self, move: DrillHole) -> None:
        """G81 at the first place, G0 in force: Z the height over the stock, I the depth, K the wait; G98, back up."""
        if self.z != self.steps(move.height):
            self.go("G0", self.axes(z=move.height))
        depth = [self.word("Z", self.steps(move.clear)), self.word("I", self.steps(move.bottom))]
        if move.dwell > 0:
            depth.append(f"K{self.time(move.dwell)}")
        feed, places = self.feed(move.feed), self.axes(move.x, move.y)
        if places and not feed and self.modal.get("cycle") == " ".join(depth):
            self.block(*places)
            return
        self.cancel("")
        here = [self.word("X", self.steps(move.x)), self.word("Y", self.steps(move.y))]
        if (rapid := self.changed("motion", "G0")) or places:
            self.block(*rapid, *here)
        self.block("G81", "G98", *here, *depth, *feed)
        self.modal["cycle"] = " ".join(depth)

    def cancel(self, motion: str) -> None:
        """G80, where a cycle is in force: every motion would have it done again."""
        if self.modal.pop("cycle", ""):
            self.block("G80")
            self.modal.pop("motion", None)

    def end(self, move: End) -> None:
        """As always, with no cycle in force."""
        self.cancel("")
        super().end(move)
