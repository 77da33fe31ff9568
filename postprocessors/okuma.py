"""Okuma OSP, machining centres.

Jazzer360/fusion-posts a714fde, okuma.cps; Okuma, OSP-P200M Programming manual: G15 H work offset, G56 H tool length.
"""

from __future__ import annotations

from camcore.moves import ToolChange
from postprocessors.dialect import Dialect


class Okuma(Dialect):
    """G56 instead of G43, and the work offset by number."""

    def safe_start(self) -> list[str]:
        """Modes, then the first work offset."""
        return [*super().safe_start(), "G15 H1"]

    def tool_change(self, move: ToolChange) -> None:
        """As always, but for the word that takes the length."""
        super().tool_change(move)
        self.length = self.length and ["G56", f"H{move.number}"]
