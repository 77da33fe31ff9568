"""What every reader keeps while it reads: the state of the control, the moves so far, and what was wrong."""

from __future__ import annotations

import math
from typing import Any

from camcore.findings import Finding
from camcore.machine import Machine
from camcore.moves import Arc, Beam, Line, Move, Rapid, Spindle
from camcore.verify.control import Control
from camcore.verify.modal import Modal
from camcore.verify.model import ReadMove


class Recorder:
    """Reads for one machine; `moves` and `findings` grow. Mutable."""

    def __init__(self, machine: Machine, control: Control) -> None:
        self.machine, self.control = machine, control
        self.state = Modal(motion=control.start, blend=math.inf if control.blends else 0.0)
        self.moves: list[ReadMove] = []
        self.findings: list[Finding] = []
        self._line = 0

    def read(self, text: str, line: int) -> None:
        """One block."""
        raise NotImplementedError

    def _go(self, move: Move) -> None:
        self._emit(move)
        if isinstance(move, Rapid | Line | Arc):
            self.state.x, self.state.y, self.state.z = move.x, move.y, move.z

    def _home(self) -> Rapid:
        """Straight up to Z's reference: the upper end of its travel."""
        state = self.state
        return Rapid(state.x, state.y, max(state.z, self.machine.work_area.z[1]))

    # -- what is on ---------------------------------------------------------------------------------------------------

    def _power(self) -> float:
        """Share of full beam power that the words command; a rapid under it counts as a rapid with the beam on."""
        state, beam = self.state, self.machine.beam
        if beam is None:
            return 0.0
        if self.control.beam == "motion":
            return state.s / beam.word_max if state.firing else 0.0
        if state.spindle == "M5" or state.gate is False:
            return 0.0
        return (state.s if state.level is None else state.level) / beam.word_max

    def _rpm(self) -> float:
        return self.state.s if self.machine.process == "mill" and self.state.spindle == "M3" else 0.0

    def _dynamic(self) -> bool:
        """Whether the beam's power follows the speed: GRBL's M4, and power that stands in blocks of motion; power said
        by outputs does not."""
        if self.machine.process != "laser" or self.control.beam == "outputs":
            return False
        return self.control.beam == "motion" or (self.state.spindle == "M4" and not self.control.commands)

    def _power_move(self) -> Beam | Spindle:
        return Spindle(self._rpm()) if self.machine.process == "mill" else Beam(self._power(), self._dynamic())

    def _in_force(self) -> tuple[Any, ...]:
        """What a move has from the state: the last fields of `ReadMove`."""
        state = self.state
        on = (self._rpm(), self._power(), bool(state.air))
        return (state.tool, *on, state.length, state.blend, self._dynamic())

    def _emit(self, move: Move) -> None:
        state = self.state
        self.moves.append(ReadMove(move, self._line, state.x, state.y, state.z, *self._in_force()))
