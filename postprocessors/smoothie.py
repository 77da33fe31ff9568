"""Smoothieware, lasers and mills.

Beam: Smoothieware/Smoothieware, src/modules/tools/laser/Laser.cpp: S on G1, G2 and G3, off in G0 and at rest, scaled
with the speed.
"""

from __future__ import annotations

from camcore.moves import Beam
from postprocessors.dialect import Dialect


class Smoothie(Dialect):
    """A laser's power stands in the block that it cuts."""

    def beam(self, move: Beam) -> None:
        """The power for the next cutting block."""
        self.modal["beam"] = self.power(move.power)

    def go(self, motion: str, words: list[str], before: list[str] | None = None) -> None:
        """With the power, where the block cuts."""
        if words and motion != "G0" and self.machine.beam:
            words = [*words, *self.changed("S", self.modal.get("beam", "S0"))]
        super().go(motion, words, before)
