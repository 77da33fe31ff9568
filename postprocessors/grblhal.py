"""grblHAL, mills and lasers.

Tool change: grblHAL/core, tool_change.c; what M6 does is setting $341.
"""

from __future__ import annotations

from camcore.moves import ToolChange
from postprocessors.grbl import Grbl


class GrblHal(Grbl):
    """GRBL with M6, which stops until the tool is changed and its length measured ($341 = 0 to 3)."""

    def tool_change(self, move: ToolChange) -> None:
        """T and M6; the length is the control's own business."""
        if self.machine.tool_change != "none":
            self.block(f"T{move.number}", "M6")
        self.modal["spindle"] = "M5"
        self.forget()
