"""Air that hangs on a fan's output, where the machine file says so; on another machine the same output fires the beam.

MarlinFirmware/Marlin, gcode/temp/M106_M107.cpp: M106 sets the fan P to the speed S (0 to 255), M107 stops it. Only the
two lines that the machine file states are read; any other M106 or M107 is refused, as it is where none are stated.
"""

from __future__ import annotations

import re

from camcore.moves import Air
from camcore.verify.interpreter import Interpreter

_ON, _OFF = re.compile(r"M106(?: P\d)? S[1-9]\d{0,2}"), re.compile(r"M107(?: P\d)?")


class Fans(Interpreter):
    """Reads blocks for a control whose fans' outputs may switch air."""

    def _read_words(self, text: str, line: int) -> None:
        words = self.machine.beam.air_words if self.machine.beam else None
        bare = text.split(";", maxsplit=1)[0].strip()
        if self.state.ended or words is None or bare not in words or not (_ON.fullmatch(bare) or _OFF.fullmatch(bare)):
            super()._read_words(text, line)
            return
        self._line = line
        before, on = bool(self.state.air), bare.startswith("M106")
        self.state.air = self.state.air | {"fan"} if on else self.state.air - {"fan"}
        if bool(self.state.air) != before:
            self._emit(Air(on))
