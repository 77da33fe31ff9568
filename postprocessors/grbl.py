"""GRBL 1.1, mills and lasers.

Beam and spindle: gnea/grbl wiki, "Grbl v1.1 Laser Mode"; gcode.c. There is no M6 and no tool length.
"""

from __future__ import annotations

from camcore.moves import Comment, Dwell, ToolChange
from postprocessors.dialect import Dialect


class Grbl(Dialect):
    """GRBL in mill mode ($32=0) or laser mode ($32=1)."""

    def safe_start(self) -> list[str]:
        """Modes, then beam or spindle off."""
        self.modal["spindle"] = "M5"
        return [*super().safe_start(), "M5 M9"]

    def dwell(self, move: Dwell) -> None:
        """G4 P. To pierce, G1 has to be in force: under G0, M3 gives no beam; M4 gives none at rest (gcode.c)."""
        piercing = self.machine.beam and self.modal.get("spindle") == "M3" and self.modal.get("S") != self.power(0.0)
        if piercing and self.modal.get("motion") == "G0":
            feed = [] if "F" in self.modal else self.feed(self.machine.rates.feed_max)
            self.block(*self.changed("motion", "G1"), *feed)
        super().dwell(move)

    def tool_change(self, move: ToolChange) -> None:
        """T for the record; from the second tool on a pause in which a person changes it."""
        if "T" in self.modal:
            self.comment(Comment(f"change to T{move.number} {move.diameter:g} mm: {move.name}"))
            self.comment(Comment("same length as before - then resume"))
            self.block("M0")
        self.block(*self.changed("T", f"T{move.number}"))
        self.forget()
