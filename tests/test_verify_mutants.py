"""Random faults planted in proven programs: every one that spoils the part or is unsafe has to be found.

``CAMCORE_MUTANTS=10000 pytest tests/test_verify_mutants.py`` plants that many over all dialects.
"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from collections.abc import Callable
from itertools import count

import pytest
from naive_proof import danger
from posted import POSTED, REPEATED, posted, repeated
from proof_cases import DRILLED, PROOFS, Proof

from camcore.findings import errors
from camcore.verify import inspect
from camcore.verify.reader import read

CASES: dict[str, Proof] = {
    **{f"posted-{dialect}-{process}": posted(dialect, process) for dialect, process in POSTED},
    **{f"repeated-{dialect}-{process}": repeated(dialect, process) for dialect, process in REPEATED},
    **PROOFS,
    "linuxcnc-drilled": DRILLED,
}
WANTED = int(os.environ.get("CAMCORE_MUTANTS", "0"))
FEW, MANY = 11, 110
"""Mutants of each posted program, and of each that was written by hand."""
_WORD = re.compile(r"([XYZIJRFSPQTHKDE])([-+]?[\d.]+)")
Fault = Callable[[random.Random, list[str]], None]


def _lines_with(lines: list[str], letters: str) -> list[int]:
    return [k for k, line in enumerate(lines) if line[:1] not in "(;%" and re.search(f"[{letters}][-+]?[\\d.]", line)]


def _change_word(rng: random.Random, lines: list[str], letters: str, change: Callable[[float], float]) -> None:
    k = rng.choice(_lines_with(lines, letters))
    words = [match for match in _WORD.finditer(lines[k]) if match[1] in letters]
    word = rng.choice(words)
    lines[k] = f"{lines[k][: word.start(2)]}{_like(word[2], change(float(word[2])))}{lines[k][word.end(2) :]}"


def _like(old: str, value: float) -> str:
    """The number in the control's own writing: with a sign, with a point."""
    text = f"{value:.4f}".rstrip("0")
    return ("+" if old[0] in "+-" and value >= 0 else "") + (text if "." in old else text.rstrip("."))


def flip_sign(rng: random.Random, lines: list[str]) -> None:
    _change_word(rng, lines, "XYZIJ", lambda value: -value)


def nudge(rng: random.Random, lines: list[str]) -> None:
    _change_word(rng, lines, "XYZIJR", lambda value: value + rng.choice([-1, 1]) * rng.choice([0.03, 0.06, 0.3, 1.0]))


def scale(rng: random.Random, lines: list[str]) -> None:
    _change_word(rng, lines, "XYZIJRFSPQTHKD", lambda value: value * rng.choice([0.1, 10.0, 25.4]))


def lose_line(rng: random.Random, lines: list[str]) -> None:
    del lines[rng.randrange(1, len(lines))]


def lose_word(rng: random.Random, lines: list[str]) -> None:
    k = rng.choice(_lines_with(lines, "GMXYZIJRFST"))
    words = lines[k].split()
    del words[rng.randrange(len(words))]
    lines[k] = " ".join(words)


def swap_lines(rng: random.Random, lines: list[str]) -> None:
    k = rng.randrange(1, len(lines) - 1)
    lines[k], lines[k + 1] = lines[k + 1], lines[k]


def repeat_line(rng: random.Random, lines: list[str]) -> None:
    k = rng.randrange(1, len(lines))
    lines.insert(rng.randrange(1, len(lines)), lines[k])


def turn_arc(rng: random.Random, lines: list[str]) -> None:
    k = rng.choice([k for k, line in enumerate(lines) if re.search(r"^G[23] | DR[-+]", line)])
    turned = {"G2": "G3", "G3": "G2", "DR-": "DR+", "DR+": "DR-"}
    lines[k] = re.sub(r"^G[23]|DR[-+]", lambda match: turned[match[0]], lines[k])


CODES = [
    ("G0 ", "G1 "), ("G1 ", "G0 "), ("M3", "M5"), ("M5", "M3"), ("G90", "G91"), ("G21", "G20"), ("G710", "G700"),
    ("G71 ", "G70 "), (" MM", " INCH"), ("FMAX", "F800"), ("F800", "FMAX"), ("G54", "G55"), ("G43 ", ""), ("M8", "M9"),
    ("G91.1", "G90.1"), ("G91 ", ""), ("M6", ""), ("D1", "D0"), ("L ", "L I"),
]  # fmt: skip


def other_code(rng: random.Random, lines: list[str]) -> None:
    old, new = rng.choice([pair for pair in CODES if any(pair[0] in line for line in lines)])
    k = rng.choice([k for k, line in enumerate(lines) if old in line])
    lines[k] = lines[k].replace(old, new, 1)


def shift_all(rng: random.Random, lines: list[str]) -> None:
    axis, by = rng.choice("XY"), rng.choice([-1, 1]) * rng.choice([0.03, 0.1, 1.0])
    for k in _lines_with(lines, axis):
        lines[k] = re.sub(
            rf"(?<!I){axis}([-+]?[\d.]+)", lambda match: axis + _like(match[1], float(match[1]) + by), lines[k]
        )


def deeper(rng: random.Random, lines: list[str]) -> None:
    if deep := [k for k, line in enumerate(lines) if "Z-" in line]:
        k = rng.choice(deep)
        lines[k] = re.sub(r"Z-([\d.]+)", lambda match: f"Z-{float(match[1]) + 1.1:.3f}", lines[k])


FAULTS: list[Fault] = [
    flip_sign, nudge, scale, lose_line, lose_word, swap_lines, repeat_line, turn_arc, other_code, shift_all, deeper
]  # fmt: skip


def mutants(proof: Proof, wanted: int) -> list[tuple[str, str]]:
    """Seeded mutants: the fault's name and the text; those that are the program itself are left out."""
    found = []
    for number in range(wanted):
        rng = random.Random(f"{proof.name} {number}")
        fault, lines = FAULTS[number % len(FAULTS)], proof.text.splitlines()
        fault(rng, lines)
        if lines != proof.text.splitlines():
            found.append((fault.__name__, _numbered("\n".join(lines) + "\n")))
    return found


def _numbered(text: str) -> str:
    """Klartext with its blocks counted anew, so that a lost block does not give itself away."""
    if "BEGIN PGM" not in text:
        return text
    lines, number = [re.sub(r"^\d+ ", "", line) for line in text.splitlines()], count()
    goes_on = [False, *(line.endswith("~") for line in lines)]
    told = (line if inside else f"{next(number)} {line}" for line, inside in zip(lines, goes_on, strict=False))
    return "".join(f"{line}\n" for line in told)


def count_for(name: str) -> int:
    """How many mutants of a program to plant."""
    return WANTED // len(CASES) + 1 if WANTED else FEW if name.startswith(("posted", "repeated")) else MANY


@pytest.mark.parametrize("name", CASES)
def test_every_dangerous_mutant_is_caught(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    proof, score = CASES[name], Counter[str]()
    survivors = []
    for fault, text in mutants(proof, count_for(name)):
        verdict = inspect(text, proof.machine, proof.task)
        unreadable = bool(errors(read(text, proof.machine).findings))
        why = None if unreadable else danger(verdict.moves, proof)
        score["unread" if unreadable else "dangerous" if why else "harmless"] += 1
        score["refused though harmless"] += not unreadable and why is None and not verdict.proven
        if why and verdict.proven:
            survivors.append((fault, why, _difference(proof.text, text)))
    with capsys.disabled():
        print(f"\n{name}: {dict(score)}, {len(survivors)} dangerous mutants not caught")
    assert score["dangerous"] > count_for(name) / 10
    assert survivors == []


def _difference(old: str, new: str) -> list[str]:
    return [line for line in new.splitlines() if line not in old.splitlines()] or ["(a line lost or moved)"]


@pytest.mark.parametrize(("dialect", "process"), REPEATED)
def test_two_plates_are_said_once(dialect: str, process: str) -> None:
    assert repeated(dialect, process).text.count("X") < 1.4 * posted(dialect, process).text.count("X")


@pytest.mark.parametrize("name", CASES)
def test_the_judge_finds_nothing_in_right_programs(name: str) -> None:
    proof = CASES[name]
    assert danger(read(proof.text, proof.machine).moves, proof) is None
