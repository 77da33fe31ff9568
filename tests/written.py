"""Texts of a few moves, and machines that write in inches."""

import postprocessors
from camcore.machine import Machine
from camcore.moves import Move
from camcore.program import Program


def inches(machine: Machine) -> Machine:
    """The machine with programs in inches."""
    decimals = min(5, machine.abilities.text.decimals[1])
    return machine.model_copy(
        update={"format": machine.format.model_copy(update={"units": "in", "decimals": decimals})}
    )


def text_of(machine: Machine, *moves: Move) -> list[str]:
    """Lines of a program of these moves, less the heading."""
    head = len(postprocessors.write(Program("p", "m", "s", ()), machine).splitlines())
    return postprocessors.write(Program("p", "m", "s", moves), machine).splitlines()[head:]
