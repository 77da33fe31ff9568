"""Random faults planted in proven programs: every one that spoils the part or is unsafe has to be found."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable

import pytest
from naive_proof import danger
from proof_cases import PROOFS, Proof

from camcore.findings import errors
from camcore.verify import inspect
from camcore.verify.reader import read

EACH = 110
"""Mutants of each program."""
_WORD = re.compile(r"([XYZIJRFSPQTH])([-+]?[\d.]+)")
Fault = Callable[[random.Random, list[str]], None]


def _lines_with(lines: list[str], letters: str) -> list[int]:
    return [k for k, line in enumerate(lines) if line[:1] not in "(;%" and re.search(f"[{letters}][-+]?[\\d.]", line)]


def _change_word(rng: random.Random, lines: list[str], letters: str, change: Callable[[float], float]) -> None:
    k = rng.choice(_lines_with(lines, letters))
    words = [match for match in _WORD.finditer(lines[k]) if match[1] in letters]
    word = rng.choice(words)
    lines[k] = f"{lines[k][: word.start(2)]}{change(float(word[2])):.4g}{lines[k][word.end(2) :]}"


def flip_sign(rng: random.Random, lines: list[str]) -> None:
    _change_word(rng, lines, "XYZIJ", lambda value: -value)


def nudge(rng: random.Random, lines: list[str]) -> None:
    _change_word(rng, lines, "XYZIJR", lambda value: value + rng.choice([-1, 1]) * rng.choice([0.03, 0.06, 0.3, 1.0]))


def scale(rng: random.Random, lines: list[str]) -> None:
    _change_word(rng, lines, "XYZIJRFSPQTH", lambda value: value * rng.choice([0.1, 10.0, 25.4]))


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
    k = rng.choice([k for k, line in enumerate(lines) if line.startswith(("G2 ", "G3 "))])
    lines[k] = ("G3" if lines[k].startswith("G2") else "G2") + lines[k][2:]


def other_code(rng: random.Random, lines: list[str]) -> None:
    pairs = [("G0 ", "G1 "), ("G1 ", "G0 "), ("M3", "M5"), ("M5", "M3"), ("G90", "G91"), ("G21", "G20")]
    old, new = rng.choice([pair for pair in pairs if any(pair[0] in line for line in lines)])
    k = rng.choice([k for k, line in enumerate(lines) if old in line])
    lines[k] = lines[k].replace(old, new, 1)


def shift_all(rng: random.Random, lines: list[str]) -> None:
    axis, by = rng.choice("XY"), rng.choice([-1, 1]) * rng.choice([0.03, 0.1, 1.0])
    for k in _lines_with(lines, axis):
        lines[k] = re.sub(f"{axis}([-\\d.]+)", lambda match: f"{axis}{float(match[1]) + by:.4f}", lines[k])


def deeper(rng: random.Random, lines: list[str]) -> None:
    if deep := [k for k, line in enumerate(lines) if "Z-" in line]:
        k = rng.choice(deep)
        lines[k] = re.sub(r"Z-([\d.]+)", lambda match: f"Z-{float(match[1]) + 1.1:.3f}", lines[k])


FAULTS: list[Fault] = [
    flip_sign, nudge, scale, lose_line, lose_word, swap_lines, repeat_line, turn_arc, other_code, shift_all, deeper
]  # fmt: skip


def mutants(proof: Proof) -> list[tuple[str, str]]:
    """Seeded mutants: the fault's name and the text; those that are the program itself are left out."""
    found = []
    for number in range(EACH):
        rng = random.Random(f"{proof.name} {number}")
        fault, lines = FAULTS[number % len(FAULTS)], proof.text.splitlines()
        fault(rng, lines)
        if lines != proof.text.splitlines():
            found.append((fault.__name__, "\n".join(lines) + "\n"))
    return found


@pytest.mark.parametrize("name", PROOFS)
def test_every_dangerous_mutant_is_caught(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    proof, score = PROOFS[name], Counter[str]()
    survivors = []
    for fault, text in mutants(proof):
        verdict = inspect(text, proof.machine, proof.task)
        unreadable = bool(errors(read(text, proof.machine).findings))
        why = None if unreadable else danger(verdict.moves, proof)
        score["unread" if unreadable else "dangerous" if why else "harmless"] += 1
        score["refused though harmless"] += not unreadable and why is None and not verdict.proven
        if why and verdict.proven:
            survivors.append((fault, why, _difference(proof.text, text)))
    with capsys.disabled():
        print(f"\n{name}: {dict(score)}, {len(survivors)} dangerous mutants not caught")
    assert score["dangerous"] > EACH / 5
    assert survivors == []


def _difference(old: str, new: str) -> list[str]:
    return [line for line in new.splitlines() if line not in old.splitlines()] or ["(a line lost or moved)"]


@pytest.mark.parametrize("name", PROOFS)
def test_the_judge_finds_nothing_in_right_programs(name: str) -> None:
    proof = PROOFS[name]
    assert danger(read(proof.text, proof.machine).moves, proof) is None
