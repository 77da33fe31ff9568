"""Post-processors: programs as text, one dialect a class or none, one control and one machine a TOML file each."""

from camcore.machine import Machine
from camcore.program.model import Program
from postprocessors.dialect import Dialect
from postprocessors.fagor import Fagor
from postprocessors.grbl import Grbl
from postprocessors.grblhal import GrblHal
from postprocessors.heidenhain import Heidenhain
from postprocessors.linuxcnc import LinuxCnc
from postprocessors.marlin import Marlin
from postprocessors.okuma import Okuma
from postprocessors.siemens import Siemens
from postprocessors.smoothie import Smoothie

DIALECTS: dict[str, type[Dialect]] = {
    "iso": Dialect,
    "grbl": Grbl,
    "grblhal": GrblHal,
    "linuxcnc": LinuxCnc,
    "marlin": Marlin,
    "smoothie": Smoothie,
    "siemens": Siemens,
    "fagor": Fagor,
    "okuma": Okuma,
    "heidenhain": Heidenhain,
}
"""The class for each `Abilities.words`: adding one is one file and one line here."""

__all__ = ["DIALECTS", "Dialect", "write"]


def write(program: Program, machine: Machine) -> str:
    """The program as text in the machine's dialect: ASCII, line ends ``\\n``; same program, same bytes.

    Raises CamError: E606 a move that the control would refuse, E607 a line longer than it takes.
    """
    return DIALECTS[machine.abilities.words](machine).write(program)
