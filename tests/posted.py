"""The plate of `proof_cases` in every dialect: its hand-written LinuxCNC programs, read and posted anew."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import machines_for_proof
from proof_cases import PROOFS, Proof

import postprocessors
from camcore import machine as machines
from camcore.machine import Machine
from camcore.moves import Dwell, Move, Spindle, ToolChange
from camcore.program import Program
from camcore.verify import read_program

BEAMS = ("grbl", "grblhal", "fluidnc", "linuxcnc", "marlin", "smoothieware")
"""Dialects with a laser."""
SPINDLES = tuple(name for name in machines.dialects() if name not in ("marlin", "smoothieware"))
"""Dialects with tools; Marlin and Smoothieware mill with one tool alone."""


@dataclass(frozen=True)
class Posted(Proof):
    """A proof whose text comes from the dialect's post-processor."""

    written: str = ""

    @property
    def text(self) -> str:
        return self.written


def _machine(dialect: str, process: str) -> Machine:
    can = machines.abilities(dialect)
    plain = getattr(machines_for_proof, process)(dialect)
    change = "none" if process == "laser" else "auto" if can.tool_change else "manual"
    text = plain.format.model_copy(update={"decimals": 4 if dialect == "mach3" else 3})
    return plain.model_copy(update={"tool_change": change, "format": text})


@cache
def posted(dialect: str, process: str) -> Posted:
    """The plate on a machine of that dialect."""
    machine, original = _machine(dialect, process), PROOFS[f"linuxcnc-{process}"]
    moves = [move for read in read_program(original.text, original.machine) for move in _for(read.move, machine)]
    text = postprocessors.write(Program("plate", machine.name, "sheet-1", tuple(moves)), machine)
    return Posted(f"{dialect}-{process}", machine, original.task, text)


def _for(move: Move, machine: Machine) -> list[Move]:
    """The spindle stands at a tool change, and no beam that follows the speed can pierce at rest."""
    if isinstance(move, Dwell) and not machine.abilities.rest_beam:
        return []
    return [Spindle(0.0), move] if isinstance(move, ToolChange) else [move]


POSTED = [(dialect, "laser") for dialect in BEAMS] + [(dialect, "mill") for dialect in SPINDLES]
"""Every dialect with each of its processes."""
