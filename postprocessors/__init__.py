"""Post-processors: programs as text, one dialect a class, one machine a TOML file."""

from camcore.machine import Machine
from camcore.program.model import Program
from postprocessors.dialect import Dialect
from postprocessors.grbl import Grbl
from postprocessors.linuxcnc import LinuxCnc

DIALECTS: dict[str, type[Dialect]] = {"grbl": Grbl, "linuxcnc": LinuxCnc}
"""The class for each `Abilities.words`: adding one is one file and one line here."""

__all__ = ["DIALECTS", "Dialect", "write"]


def write(program: Program, machine: Machine) -> str:
    """The program as text in the machine's dialect: ASCII, line ends ``\\n``; same program, same bytes.

    Raises CamError: E606 a move that the control would refuse, E607 a line longer than it takes.
    """
    return DIALECTS[machine.abilities.words](machine).write(program)
