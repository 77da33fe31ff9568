"""GRBL 1.1, mills and lasers.

Beam and spindle: gnea/grbl wiki, "Grbl v1.1 Laser Mode"; gcode.c. There is no M6 and no tool length.
"""

from __future__ import annotations

from camcore.machine import Machine
from camcore.moves import Air, Beam, Comment, Dwell, End, ToolChange
from postprocessors.dialect import Dialect


class Grbl(Dialect):
    """GRBL in mill mode ($32=0) or laser mode ($32=1).

    A new power stands in the block of motion that it is for: alone, it would make the control wait until all motion has
    ended (gcode.c: spindle_sync unless LASER_ISMOTION).
    """

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.power_word = ""

    def beam(self, move: Beam) -> None:
        """M3 or M4 where that changes, with its power; else the power waits for the next motion."""
        code = "M4" if move.dynamic else "M3"
        if move.power > 0 and self.modal.get("spindle") != code:
            self.power_word = ""
            super().beam(move)
        else:
            self.power_word = self.power(move.power)

    def go(self, motion: str, words: list[str], before: list[str] | None = None) -> None:
        """A block of motion, with the power that has changed."""
        super().go(motion, [*words, *self.new_power()] if words else [], before)

    def new_power(self) -> list[str]:
        """The word for a power that has changed and was not written yet."""
        word, self.power_word = self.power_word, ""
        return self.changed("S", word) if word else []

    def air(self, move: Air) -> None:
        """Once the beam is what it has to be."""
        self.block(*self.new_power())
        super().air(move)

    def end(self, move: End) -> None:
        """Beam off, then the end."""
        self.block(*self.new_power())
        super().end(move)

    def safe_start(self) -> list[str]:
        """Modes, then beam or spindle off."""
        self.modal["spindle"] = "M5"
        return [*super().safe_start(), "M5 M9"]

    def dwell(self, move: Dwell) -> None:
        """G4 P. To pierce, G1 has to be in force: under G0, M3 gives no beam; M4 gives none at rest (gcode.c)."""
        self.block(*self.new_power())
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
