"""The plate of `proof_cases` in every dialect: its hand-written LinuxCNC programs, read and posted anew.

`repeated` has two plates side by side: what comes again is called, and holes are drilled by cycles where the control
has some.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import machines_for_proof
from called import wanting
from proof_cases import PROOFS, Proof

import postprocessors
from camcore import machine as machines
from camcore.geometry import Curve
from camcore.machine import Machine
from camcore.moves import Arc, Comment, DrillHole, Dwell, Line, Move, Rapid, Spindle, ToolChange
from camcore.program import Program
from camcore.verify import read_program
from camcore.verify.model import IntendedCut, Running, Task

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


# -- two plates: subprograms and cycles -------------------------------------------------------------------------------

ASIDE = 50.0
"""How far the second plate lies from the first, mm."""
_HOLE = DrillHole(20.0, 16.0, 1.0, -2.0, 200.0, travel=5.0)
RUNNING = {
    "laser": {"cut": Running(1200.0, power=0.8, pierce=0.2), "mark": Running(3000.0, power=0.15)},
    "mill": {"1": Running(800.0, 200.0, 12000.0), "2": Running(200.0, 200.0, 20000.0)},
}
"""What the programs of `proof_cases` declare."""
REPEATED = [(name, kind) for name, kind in POSTED if machines.abilities(name).text.subprogram]


@cache
def repeated(dialect: str, process: str) -> Posted:
    """Two plates on a machine of a dialect that has subprograms."""
    machine, original = wanting(_machine(dialect, process)), PROOFS[f"linuxcnc-{process}"]
    moves = [move for read in read_program(original.text, original.machine) for move in _for(read.move, machine)]
    twice = _milled(moves, machine) if process == "mill" else _burnt(moves)
    text = postprocessors.write(Program("plates-7", machine.name, "sheet-1", tuple(twice)), machine)
    return Posted(f"{dialect}-{process}-repeated", machine, _two(original.task), text)


def _milled(moves: list[Move], machine: Machine) -> list[Move]:
    """Both holes are drilled by cycles where there are some; then each plate is cut out."""
    first, second = (k for k, move in enumerate(moves) if isinstance(move, ToolChange))
    drilled = [k for k in range(first, second) if isinstance(moves[k], Rapid | Line)]
    start, low, *_, up = drilled
    holes = [replace(_HOLE, peck=1.2 if machine.abilities.pecks else 0.0), replace(_HOLE, x=_HOLE.x + ASIDE)]
    hole = holes if machine.abilities.cycles else [*moves[low + 1 : up], *_aside(moves[start:up])]
    body = second + next(k for k, move in enumerate(moves[second:]) if isinstance(move, Rapid))
    end = next(k for k in range(body, len(moves)) if isinstance(moves[k], Spindle))
    return [*moves[: low + 1], *hole, *moves[up:body], moves[body], *_pieces(moves[body:end]), *moves[end:]]


def _burnt(moves: list[Move]) -> list[Move]:
    """Each plate with its mark and its hole, and then a way round it, as it is loose by then."""
    body = next(k for k, move in enumerate(moves) if isinstance(move, Rapid))
    end = max(k for k, move in enumerate(moves) if isinstance(move, Rapid))
    return [*moves[:body], *_pieces([*moves[body:end], Rapid(5.0 + ASIDE, 8.9, 0.0)]), Comment("home"), *moves[end:]]


def _pieces(moves: list[Move]) -> list[Move]:
    return [Comment("piece 0: plate"), *moves, Comment("piece 1: plate"), *_aside(moves)]


def _aside(moves: list[Move]) -> list[Move]:
    return [
        replace(move, x=move.x + ASIDE, cx=move.cx + ASIDE)
        if isinstance(move, Arc)
        else replace(move, x=move.x + ASIDE)
        if isinstance(move, Rapid | Line)
        else move
        for move in moves
    ]


def _two(task: Task) -> Task:
    """The task with a second plate beside the first."""
    (place,) = task.placements
    tools = list(dict.fromkeys(cut.tool for cut in task.cuts))
    cuts = [_cut(cut, k) for tool in tools for k in (0, 1) for cut in task.cuts if cut.tool == tool]
    sheet = Curve.rectangle(60.0 + ASIDE, 44.0)
    places = (place, replace(place, x=place.x + ASIDE))
    return replace(task, outline=sheet, placements=places, cuts=tuple(cuts), running=RUNNING[task.process])


def _cut(cut: IntendedCut, placement: int) -> IntendedCut:
    tabs = tuple((x + placement * ASIDE, y, width) for x, y, width in cut.tabs)
    return replace(cut, placement=placement, tabs=tabs)
