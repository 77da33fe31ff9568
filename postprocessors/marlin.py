"""Marlin 2.1 in its standard cutter mode.

Beam and spindle: marlinfw.org, M3 and M5; MarlinFirmware/Marlin, gcode/parser.cpp: one command a line, and a line of
coordinates alone is no command unless GCODE_MOTION_MODES is set.
"""

from __future__ import annotations

from camcore.moves import Beam, ToolChange
from postprocessors.dialect import Dialect


class Marlin(Dialect):
    """Every command on a line of its own, with its code. M3 and M5 wait until the machine stands."""

    def safe_start(self) -> list[str]:
        """Units and modes, then off."""
        self.modal["spindle"] = "M5"
        return [self.units_word(), *self.text.modes, "M5"]

    def beam(self, move: Beam) -> None:
        """M3 with its power, or M5; there is no S by itself."""
        if move.power > 0:
            self.switch("M3", self.power(move.power))
        else:
            self.block(*self.changed("spindle", "M5"))

    def power(self, share: float, letter: str = "S") -> str:
        """In whole units: the control keeps no fractions."""
        full = self.machine.beam.word_max if self.machine.beam else 0.0
        return letter + self.number(share * full, 0)

    def switch(self, code: str, value: str) -> None:
        """A code with its value, always both."""
        if self.changed("spindle", f"{code} {value}"):
            self.block(code, value)

    def tool_change(self, move: ToolChange) -> None:
        """Nothing to say: T would call for another extruder."""
        self.forget()

    def before_motion(self) -> None:
        """No motion holds over from the block before."""
        self.modal.pop("motion", None)
