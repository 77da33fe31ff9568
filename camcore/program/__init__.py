"""Plans become programs: what the machine does, move by move, and how long it takes."""

from camcore.program.build import build
from camcore.program.clock import duration, move_seconds
from camcore.program.model import Program, Times

__all__ = ["Program", "Times", "build", "duration", "move_seconds"]
