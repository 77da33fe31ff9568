"""LinuxCNC 2.9, mills and lasers.

Modes and cycles: LinuxCNC, docs/src/gcode/g-code.adoc; outputs: docs/src/gcode/m-code.adoc, M62 to M68.
"""

from __future__ import annotations

from camcore.machine import Machine
from camcore.moves import Air, Beam, Dwell, End, ToolChange
from camcore.program.model import Program
from postprocessors.dialect import Dialect


class LinuxCnc(Dialect):
    """LinuxCNC. A laser is armed by M3 S; analogue output 0 sets its power, digital output 0 gates its beam.

    Outputs that change as the next motion starts (M62, M63, M67) keep the beam in step with the path without a stop.
    Where no motion follows, to pierce and at the end, they are switched at once (M64, M65, M68).
    """

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        self.wanted = 0.0

    def begin(self, program: Program) -> None:
        """A laser starts with its beam off."""
        super().begin(program)
        if self.machine.beam:
            self.outputs(at_once=True)
            self.switch("M3", f"S{self.number(self.machine.beam.enable, 3)}")

    def beam(self, move: Beam) -> None:
        """Power for whatever comes next."""
        self.wanted = move.power

    def before_motion(self) -> None:
        """The beam changes as the motion starts."""
        self.outputs(at_once=False)

    def dwell(self, move: Dwell) -> None:
        """G4 P; a beam that is to pierce comes on before it."""
        self.outputs(at_once=True)
        super().dwell(move)

    def air(self, move: Air) -> None:
        """M8 and M9, once the beam is what it has to be."""
        self.outputs(at_once=True)
        super().air(move)

    def outputs(self, at_once: bool) -> None:
        """Bring power and gate to what is wanted; a beam that is off keeps its power setting."""
        if not self.machine.beam:
            return
        level = self.changed("Q", self.power(self.wanted, "Q")) if self.wanted or at_once else []
        self.block(*(["M68 E0" if at_once else "M67 E0", *level] if level else []))
        if self.changed("gate", "on" if self.wanted else "off"):
            now, then = ("M64", "M62") if self.wanted else ("M65", "M63")
            self.block(now if at_once else then, "P0")

    def tool_change(self, move: ToolChange) -> None:
        """As always, with the tool's length at once: it takes no way in Z."""
        super().tool_change(move)
        self.block(*self.length)
        self.length = []

    def end(self, move: End) -> None:
        """Off, then the end."""
        self.outputs(at_once=True)
        super().end(move)
