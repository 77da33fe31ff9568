"""Plain blocks of motion, read at once: most of a program are these, and nothing but the place changes with them.

A plain block is G0 to G3 or none, ends, centre and feed, in this order, under modes that are all stated and settled.
Whatever is not plain, or is wrong, is left to `Interpreter`; both read plain blocks alike, which the tests compare.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from camcore.machine import Machine
from camcore.moves import Arc, Line, Rapid
from camcore.verify.circles import RefusedError, check_centre
from camcore.verify.control import Control
from camcore.verify.model import ReadMove
from camcore.verify.recorder import Recorder

_MOTIONS = ("G0", "G1", "G2", "G3")
_WORDS = frozenset("XYZIJF")


@cache
def _plain(control: Control) -> re.Pattern[str] | None:
    """What a plain block looks like to a control; None where blocks of motion say more than where they lead."""
    if control.commands or control.beam == "motion" or _WORDS - control.letters or _WORDS & control.highest.keys():
        return None
    most = min(*control.decimals, 6)
    length = rf"(-?\d{{1,6}}\.\d{{0,{most}}})" if control.points else r"([-+]?\d{1,6}(?:\.\d{0,6})?)"
    words = "".join(rf"(?:{letter}{length} ?)?" for letter in "XYZIJ")
    return re.compile(rf"(?:N\d{{1,4}} )?(?:G0?([0-3]) ?)?{words}(?:F(\d{{1,6}}\.?\d{{0,6}}))?")


class Lane(Recorder):
    """Reads plain blocks. `_steady` is what every move of them has in common; None where they cannot be read at once.

    `_lost`: after a refused block it is not known where the tool is; until X and Y are stated again.
    """

    def __init__(self, machine: Machine, control: Control) -> None:
        super().__init__(machine, control)
        self._lost = False
        self._pattern = _plain(control)
        self._steady: tuple[Any, ...] | None = None

    def _settle(self) -> None:
        """Look at the state anew, after any block that was not plain."""
        state = self.state
        unsettled = self._lost or state.waiting or state.ended or not state.unit or not state.absolute
        self._steady = self._in_force() if self._pattern and not unsettled else None

    def _run(self, text: str, line: int) -> bool:
        """Whether the block was plain, and is done."""
        found = self._pattern.fullmatch(text) if self._pattern else None
        if found is None or len(text) >= self.control.line_bytes:
            return False
        said, x, y, z, i, j, feed = found.groups()
        motion = f"G{said}" if said else self.state.motion
        if motion not in _MOTIONS or not (x or y or z or i or j) or bool(i or j) is not (motion in ("G2", "G3")):
            return False
        unit = self.state.unit or 1.0
        rate = float(feed) * unit if feed else self.state.feed
        if not rate and (feed or motion != "G0"):
            return False
        return self._step(line, motion, (x, y, z), (i, j), rate)

    def _step(self, line: int, motion: str, ends: tuple[Any, ...], centre: tuple[Any, ...], rate: float | None) -> bool:
        state = self.state
        unit, x0, y0, z0 = state.unit or 1.0, state.x, state.y, state.z
        x = float(ends[0]) * unit if ends[0] else x0
        y = float(ends[1]) * unit if ends[1] else y0
        z = float(ends[2]) * unit if ends[2] else z0
        move: Rapid | Line | Arc
        if motion == "G0":
            move = Rapid(x, y, z)
        elif motion == "G1":
            move = Line(x, y, z, rate or 0.0)
        else:
            if state.centre_absolute:
                return False
            cx, cy = x0 + float(centre[0] or 0.0) * unit, y0 + float(centre[1] or 0.0) * unit
            try:
                check_centre((x0, y0), (x, y), (cx, cy), motion == "G2", self.control)
            except RefusedError:
                return False
            move = Arc(x, y, z, cx, cy, motion == "G2", rate or 0.0)
        self.moves.append(ReadMove(move, line, x0, y0, z0, *(self._steady or ())))
        state.x, state.y, state.z, state.motion, state.feed, state.stopped = x, y, z, motion, rate, False
        state.firing, self._line = motion != "G0", line
        return True
