"""Programs in which pieces come again, and machines that say them once."""

import random
from dataclasses import replace

from camcore.machine import Machine
from camcore.moves import Air, Arc, Beam, Comment, Dwell, End, Line, Move, Rapid, Spindle, ToolChange
from camcore.program import Program
from camcore.verify.reader import Reading


def milled(x: float, y: float, size: float) -> list[Move]:
    """A bore down a helix and a square with a rounded corner, from travel to travel."""
    bore = [
        Rapid(x, y, 1.0),
        Line(x, y, 0.0, 300.0),
        Arc(x, y, -1.6, x + 2.0, y, False, 300.0),
        Arc(x, y, -1.6, x + 2.0, y, False, 600.0),
        Rapid(x, y, 5.0),
    ]
    left, low, high = x - size, y - size, y + size
    edge = [
        Rapid(left, low, 5.0),
        Rapid(left, low, 1.0),
        Line(left, low, -1.6, 300.0),
        Line(x + size, low, -1.6, 600.0),
        Arc(x + size + 1.0, low + 1.0, -1.6, x + size, low + 1.0, False, 600.0),
        Line(x + size + 1.0, high, -1.6, 600.0),
        Dwell(0.5),
        Line(left, low, -1.6, 600.0),
        Rapid(left, low, 5.0),
    ]
    return [*bore, *edge]


def burnt(x: float, y: float, size: float) -> list[Move]:
    """The same by a laser."""
    cut: list[Move] = [Beam(0.5), Dwell(0.2), Beam(0.8)]
    edge = [replace(m, z=0.0) for m in milled(x, y, size)[8:] if isinstance(m, Line | Arc)]
    return [
        *cut,
        Arc(x, y, 0.0, x + 2.0, y, False, 600.0),
        Beam(0.0),
        Rapid(x - size, y - size, 0.0),
        *cut,
        *edge,
        Beam(0.0),
    ]


def program(process: str, name: str = "sheet-7", count: int = 6) -> Program:
    """Two kinds of pieces where their places are no whole steps of any text."""
    rng, moves = random.Random(5), list[Move]()
    head = [ToolChange(1, 2.0), Spindle(12000.0)] if process == "mill" else []
    for number in range(count):
        x, y = 15 + 30 * number + rng.random(), 20 + rng.random()
        over = [Rapid(x, y, 25.0)] if process == "mill" and not number else []
        start = Rapid(x, y, 5.0 if process == "mill" else 0.0)
        body = milled(x, y, 6.0 + number % 2) if process == "mill" else burnt(x, y, 6.0 + number % 2)
        moves += [*over, Comment(f"piece {number}: part-{number % 2}"), start, *body]
    tail = [Rapid(x, y, 25.0), Spindle(0.0), End()] if process == "mill" else [End()]
    return Program(name, "m", "s", (Air(True), *head, *moves, Air(False), *tail))


def wanting(machine: Machine) -> Machine:
    return machine.model_copy(update={"format": machine.format.model_copy(update={"subprograms": True})})


def motion(reading: Reading) -> list[Move]:
    assert reading.findings == ()
    return [read.move for read in reading.moves]
