"""Our reader beside LinuxCNC's own interpreter: the same text has to give the same motion, or be refused by both."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from machines_for_proof import LINUXCNC_MILL
from proof_cases import PROOFS
from rs274 import difference, interpret, needs_rs274, ours

from camcore.findings import errors
from camcore.verify.reader import read

pytestmark = needs_rs274
HEAD = "G21 G17 G90 G94 G40 G49 G80 G54\n"

PROGRAMS = {
    "lines": HEAD + "G0 Z5\nX10 Y10\nG1 Z-1 F100\nX20\nY20.5 F200\nG91\nX-3.25 Y-.5\nG90 X0 Y0\nG0 Z5\nM2\n",
    "inch": "G20 G17 G90 G94\nG0 Z.5\nX1 Y1\nG1 Z-.05 F10\nX2.5\nG2 X3 Y1.5 I.5 J0\nG3 X3 Y1.5 I.25 J.25\nG0 Z.5\nM2\n",
    "arcs by radius": HEAD + "G0 X0 Y0 Z0\nG2 X10 Y0 R8 F100\nG3 X0 Y0 R-8\nG2 X5 Y5 R5\nG3 X10 Y10 R-5\nM2\n",
    "full turns": HEAD + "G0 X10 Y0 Z0\nG2 X10 Y0 I-10 J0 F100\nG3 I-5 J0\nG3 X10 Y0 Z-3 I-5 J2\nM2\n",
    "absolute centres": HEAD + "G90.1\nG0 X10 Y0 Z0\nG2 X0 Y-10 I0 J0 F100\nG91.1\nG3 X10 Y0 I0 J10\nM2\n",
    "loose words": "%\n"
    + HEAD
    + "n10 g0x1.5y2\nG01 X 3 F 100. Y-.5 (words)\n; nothing\n/\nG2X4Y-.5I.5J0\nM30\n%\n".replace("/\n", ""),
    "G81 back to start": HEAD + "G0 Z10\nG98 G81 X10 Y10 Z-2 R2 F50\nX20\nY20 Z-3\nG80\nG0 Z20\nM2\n",
    "G81 back to R": HEAD + "G0 Z10\nG99 G81 X10 Y10 Z-2 R2 F50\nX20\nX30 Z-3\nG80\nM2\n",
    "one cycle after another": HEAD + "G0 Z10\nG99 G81 X10 Y10 Z-2 R2 F50\nX20\nG83 X30 R2 Z-1 Q0.7\nG80\nM2\n",
    "G82 with dwell": HEAD + "G0 Z10\nG99 G82 X10 Y10 Z-2 R2 P0.5 F50\nX20\nG80\nM2\n",
    "G83 pecks": HEAD + "G0 Z10\nG98 G83 X10 Y10 Z-5 R1 Q1.5 F50\nX20 Q2\nG80\nM2\n",
    "G83 exact pecks": HEAD + "G0 Z10\nG98 G83 X10 Y10 Z-5 R1 Q2 F50\nG80\nM2\n",
    "G73 chips": HEAD + "G0 Z10\nG99 G73 X10 Y10 Z-5 R1 Q2.5 F50\nG80\nM2\n",
    "cycle from below R": HEAD + "G0 Z0\nG99 G81 X10 Y10 Z-2 R2 F50\nG80\nM2\n",
    "cycles after a move": HEAD + "G0 Z4\nG98 G81 X1 Y1 Z-2 R2 F50\nG0 X5 Z8\nG98 G81 X2 Y2 Z-1 R2\nG80\nM2\n",
    "tools": HEAD + "G0 Z10\nT1 M6\nG43 H1\nM3 S1000\nG0 X1\nG1 Z-1 F100\nG0 Z10\nM5\nT2 M6\nG43 H2\nG0 X5\nM2\n",
}
REFUSED = {
    "no feed": HEAD + "G1 X10\nM2\n",
    "radii apart": HEAD + "G0 X0 Y0\nG2 X10 Y0 I5.1 J0 F100\nM2\n",
    "two motions": HEAD + "G0 G1 X10 F100\nM2\n",
    "word twice": HEAD + "G0 X1 X2\nM2\n",
    "radius too small": HEAD + "G0 X0 Y0\nG2 X10 Y0 R4 F100\nM2\n",
    "unknown code": HEAD + "G12 X1\nM2\n",
    "no word": HEAD + "G0 X\nM2\n",
    "unused word": HEAD + "G0 X1 I2\nM2\n",
    "negative peck": HEAD + "G0 Z5\nG98 G83 X1 Y1 Z-2 R1 Q-1 F50\nM2\n",
    "cycle upwards": HEAD + "G0 Z5\nG98 G81 X1 Y1 Z3 R1 F50\nM2\n",
    "next cycle without R": HEAD + "G0 Z5\nG98 G81 X1 Y1 Z-3 R1 F50\nG82 X2 P1\nM2\n",
    "cycle without R": HEAD + "G0 Z5\nG98 G81 X1 Y1 Z-3 F50\nM2\n",
    "negative speed": HEAD + "M3 S-5\nM2\n",
    "axis without motion": HEAD + "G80\nX5\nM2\n",
    "dwell without time": HEAD + "G4\nM2\n",
}


def check_same(text: str, folder: Path) -> None:
    theirs, mine = interpret(text, folder), read(text, LINUXCNC_MILL)
    assert theirs.error == ""
    assert errors(mine.findings) == []
    assert len(theirs.moves) > 0
    assert difference(theirs.moves, ours(mine.moves)) is None


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_motion(name: str, tmp_path: Path) -> None:
    check_same(PROGRAMS[name], tmp_path)


@pytest.mark.parametrize("name", [name for name in PROOFS if name.startswith("linuxcnc")])
def test_same_motion_of_the_plate(name: str, tmp_path: Path) -> None:
    check_same(PROOFS[name].text, tmp_path)


@pytest.mark.parametrize("name", REFUSED)
def test_both_refuse(name: str, tmp_path: Path) -> None:
    assert interpret(REFUSED[name], tmp_path).error != ""
    assert errors(read(REFUSED[name], LINUXCNC_MILL).findings) != []


@pytest.mark.parametrize("seed", range(20))
def test_same_motion_of_random_programs(seed: int, tmp_path: Path) -> None:
    check_same(_random_program(random.Random(seed)), tmp_path)


def _random_program(rng: random.Random) -> str:
    lines, (x, y) = [HEAD + "G0 X0 Y0 Z5 F100"], (0.0, 0.0)
    for _ in range(120):
        nx, ny = round(rng.uniform(-50, 50), 3), round(rng.uniform(-50, 50), 3)
        kind = rng.choice(["G0", "G1", "arc", "R", "turn"])
        if kind in ("G0", "G1"):
            lines.append(f"{kind} X{nx} Y{ny} Z{rng.uniform(-3, 3):.3f}")
        elif kind == "R":
            radius = rng.choice([-1, 1]) * (((nx - x) ** 2 + (ny - y) ** 2) ** 0.5 / 2 + rng.uniform(0.1, 30))
            lines.append(f"{rng.choice(['G2', 'G3'])} X{nx} Y{ny} R{radius:.4f}")
        elif kind == "turn":
            nx, ny = x, y
            i, j, z = rng.uniform(1, 9), rng.uniform(-9, 9), rng.uniform(-3, 3)
            lines.append(f"{rng.choice(['G2', 'G3'])} I{i:.3f} J{j:.3f} Z{z:.3f}")
        else:
            i, j = round(rng.uniform(-20, 20), 3), round(rng.uniform(1, 20), 3)
            nx, ny = round(x + 2 * i, 3), round(y + 2 * j, 3)
            lines.append(f"{rng.choice(['G2', 'G3'])} X{nx} Y{ny} I{i} J{j}")
        x, y = nx, ny
    return "\n".join([*lines, "G0 Z5", "M2", ""])


def test_a_difference_is_seen(tmp_path: Path) -> None:
    theirs = interpret(PROGRAMS["arcs by radius"], tmp_path).moves
    mine = ours(read(PROGRAMS["arcs by radius"].replace("X5 Y5", "X5 Y5.002"), LINUXCNC_MILL).moves)
    assert difference(theirs, mine) is not None
