"""Drilling cycles of a control against the plain blocks of the same holes."""

from __future__ import annotations

from typing import Any

import pytest

import postprocessors
from camcore.machine import Machine
from camcore.moves import DrillHole, Rapid
from camcore.program import Program
from camcore.program.pen import Pen
from camcore.verify.model import ReadMove
from camcore.verify.reader import read

LENGTHS = ("x", "y", "z", "feed", "seconds")


def written(moves: list[Any], machine: Machine) -> tuple[str, list[tuple[Any, ...]]]:
    """The text, and what is read back: kind, speed, tool and lengths of each move that leads somewhere."""
    text = postprocessors.write(Program("p", "m", "s", tuple(moves)), machine)
    reading = read(text, machine)
    assert reading.findings == ()
    kept = [each for each in reading.moves if not _still(each)]
    return text, [
        (type(each.move), each.rpm, each.tool, *(getattr(each.move, name, 0.0) for name in LENGTHS)) for each in kept
    ]


def _still(each: ReadMove) -> bool:
    """Whether it is a way to where the tool already is."""
    move = each.move
    return isinstance(move, Rapid) and (move.x, move.y, move.z) == (each.x0, each.y0, each.z0)


def check_same(first: list[tuple[Any, ...]], second: list[tuple[Any, ...]]) -> None:
    """Alike to 1e-9 mm."""
    assert [row[:3] for row in first] == [row[:3] for row in second]
    ways = [[value for row in rows for value in row[3:]] for rows in (first, second)]
    assert ways[0] == pytest.approx(ways[1], abs=1e-9)


def cycles_left(machine: Machine, peck: float) -> int:
    """1 where a hole, drilled by pecks of so many mm unless that is 0, stays a cycle; 0 where it is taken apart."""
    pen = Pen(machine, {})
    pen.rapid(1.0, 2.0, 1.0)
    pen.drill(DrillHole(1.0, 2.0, 1.0, -5.0, 100.0, peck=peck))
    return sum(isinstance(move, DrillHole) for move in pen.moves)
