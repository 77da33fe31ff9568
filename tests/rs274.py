"""LinuxCNC's own interpreter as a second witness: runs `rs274 -g` and takes its canonical moves.

The Debian package linuxcnc-uspace has it. It prints positions with four decimals in program units.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from camcore.moves import Arc, Line, Rapid
from camcore.units import MM_PER_INCH
from camcore.verify.model import ReadMove

needs_rs274 = pytest.mark.skipif(
    shutil.which("rs274") is None, reason="rs274 (Debian linuxcnc-uspace) is not installed"
)
_CALL = re.compile(r"\s*\d+\s+N\S*\s+(?P<name>[A-Z_]+)\((?P<values>[^)]*)\)")
_SECONDS = 20


@dataclass(frozen=True)
class Canon:
    """One canonical motion, mm: what it is, its end, and of an arc its centre and direction."""

    kind: str
    x: float
    y: float
    z: float
    cx: float = 0.0
    cy: float = 0.0
    clockwise: bool = False


@dataclass(frozen=True)
class Interpreted:
    """All motion of a program as rs274 read it, and its error message, if any."""

    moves: tuple[Canon, ...]
    error: str


def interpret(text: str, folder: Path) -> Interpreted:
    """Let rs274 read a program, with a home of its own as it rewrites ~/.tool.mmap."""
    program = folder / "program.ngc"
    program.write_text(text)
    tools = folder / "tool.tbl"
    tools.write_text("".join(f"T{n} P{n} D1 Z0\n" for n in range(1, 10)))
    environment = {**os.environ, "HOME": str(folder)}
    command = ["rs274", "-g", "-t", str(tools), str(program)]
    ran = subprocess.run(
        command, capture_output=True, text=True, timeout=_SECONDS, cwd=folder, env=environment, check=False
    )
    error = next((line for line in ran.stderr.splitlines() if line.strip() and not line.startswith("executing")), "")
    return Interpreted(tuple(_motion(ran.stdout)), error)


def _motion(output: str) -> list[Canon]:
    found: list[Canon] = []
    unit = 1.0
    for call in _CALL.finditer(output):
        name, values = call["name"], call["values"]
        if name == "USE_LENGTH_UNITS":
            unit = MM_PER_INCH if "INCHES" in values else 1.0
        elif name in ("STRAIGHT_TRAVERSE", "STRAIGHT_FEED"):
            x, y, z = (float(value) * unit for value in values.split(",")[:3])
            found.append(Canon("rapid" if name == "STRAIGHT_TRAVERSE" else "line", x, y, z))
        elif name == "ARC_FEED":
            x, y, cx, cy, turn, z = (float(value) for value in values.split(",")[:6])
            found.append(Canon("arc", x * unit, y * unit, z * unit, cx * unit, cy * unit, turn < 0))
    return found


def ours(moves: Sequence[ReadMove]) -> list[Canon]:
    """The same form of what our reader took from the text."""
    found = []
    for read in moves:
        move = read.move
        if isinstance(move, Rapid | Line):
            found.append(Canon("rapid" if isinstance(move, Rapid) else "line", move.x, move.y, move.z))
        elif isinstance(move, Arc):
            found.append(Canon("arc", move.x, move.y, move.z, move.cx, move.cy, move.clockwise))
    return found


def difference(theirs: Sequence[Canon], mine: Sequence[Canon], limit: float = 0.001) -> str | None:
    """The first place where two readings part by more than `limit` mm; None where they agree."""
    theirs, mine = _moving(theirs), _moving(mine)
    for number, (a, b) in enumerate(zip(theirs, mine, strict=False)):
        if a.kind != b.kind or a.clockwise != b.clockwise:
            return f"move {number}: {a} is not {b}"
        apart = max(math.dist((a.x, a.y, a.z), (b.x, b.y, b.z)), math.dist((a.cx, a.cy), (b.cx, b.cy)))
        if apart > limit:
            return f"move {number}: {a} and {b} are {apart:.5f} mm apart"
    return None if len(theirs) == len(mine) else f"{len(theirs)} moves are not {len(mine)}"


def _moving(moves: Sequence[Canon]) -> list[Canon]:
    """Without moves that go nowhere, which one reader may report and another not."""
    found: list[Canon] = []
    here = (0.0, 0.0, 0.0)
    for move in moves:
        there = (move.x, move.y, move.z)
        if move.kind == "arc" or math.dist(here, there) > 1e-4:
            found.append(move)
        here = there
    return found
