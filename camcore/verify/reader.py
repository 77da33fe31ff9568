"""Text of a program → moves, read as the control would; a strict reader that refuses what it does not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from camcore.findings import CamError, Finding, errors
from camcore.machine import Machine
from camcore.verify.control import Control
from camcore.verify.controls import READERS
from camcore.verify.cycle200 import joined
from camcore.verify.fagor import Fagor
from camcore.verify.fans import Fans
from camcore.verify.interpreter import Interpreter
from camcore.verify.klartext import Klartext, counted
from camcore.verify.model import ReadMove
from camcore.verify.recorder import Recorder
from camcore.verify.siemens import Sinumerik
from camcore.verify.subprograms import unfolded

MAX_CHARACTERS = 64_000_000
"""A larger program is refused unread: it is 100 times the largest that a sheet of 500 parts needs."""
_MOST_FINDINGS = 50
MOST_MOVES = 3_000_000
"""A program that makes more moves, as cycles with very many pecks do, is not read to its end."""
_MARKS_OF_ORDER = ("\ufeff", "\xef\xbb\xbf")
"""What other programs put before text: as Unicode, and its three bytes one by one."""

_GRAMMARS: Mapping[str, type[Recorder]] = {
    "words": Interpreter, "klartext": Klartext, "sinumerik": Sinumerik, "fagor": Fagor, "fans": Fans
}  # fmt: skip


class Reading(NamedTuple):
    """What a text gave: its moves, and what was wrong with it."""

    moves: tuple[ReadMove, ...]
    findings: tuple[Finding, ...]


def read_program(text: str, machine: Machine) -> tuple[ReadMove, ...]:
    """Moves of a program in the machine's dialect. Raises CamError with all findings of the reading (E70x, E71x)."""
    reading = read(text, machine)
    if errors(reading.findings):
        raise CamError(errors(reading.findings))
    return reading.moves


def read(text: str, machine: Machine) -> Reading:
    """As `read_program`, but a bad program gives its findings, and the moves of the blocks that could be read."""
    control = READERS.get(machine.dialect)
    if control is None:
        known = ", ".join(READERS)
        return _nothing(f"there is no reader for dialect {machine.dialect!r}", f"the readers are {known}")
    if fault := _fault_of_text(text):
        return fault
    interpreter: Recorder = _GRAMMARS[control.grammar](machine, control)
    lines, tail = _lines(text, control)
    if control.grammar == "klartext":
        lines, broken = joined(lines, control)
        interpreter.findings += [*broken, *counted(lines)]
    running, wrong = unfolded(lines, control)
    interpreter.findings += wrong
    for number, line in running:
        interpreter.read(line, number)
        if len(interpreter.moves) > MOST_MOVES:
            message = f"the program makes more than {MOST_MOVES} moves"
            interpreter.findings.append(Finding("E703", message, "split it", where={"line": number}))
        if len(interpreter.findings) >= _MOST_FINDINGS or len(interpreter.moves) > MOST_MOVES:
            break
    else:
        interpreter.findings += tail
        if not interpreter.state.ended:
            advice = f"end it with {' or '.join(sorted(control.ends))}"
            interpreter.findings.append(
                Finding("E714", "the program has no end", advice, where={"line": text.count("\n") + 1})
            )
    return Reading(tuple(interpreter.moves), tuple(interpreter.findings))


def _nothing(message: str, advice: str, line: int | None = None) -> Reading:
    where = {} if line is None else {"line": line}
    return Reading((), (Finding("E701", message, advice, where=where),))


def _fault_of_text(text: str) -> Reading | None:
    if len(text) > MAX_CHARACTERS:
        return _nothing(f"the program has more than {MAX_CHARACTERS} characters", "split it")
    if not text.strip():
        return _nothing("the program is empty", "is this the right file?")
    if text.startswith(_MARKS_OF_ORDER):
        return _nothing("the file begins with a byte order mark", "save it as plain ASCII, without one", 1)
    body = text.replace("\r\n", "\n")
    if _plain(body):
        return None
    bad = next(k for k, sign in enumerate(body) if not (" " <= sign <= "~" or sign in "\n\t"))
    line = body.count("\n", 0, bad) + 1
    if body[bad] == "\r":
        return _nothing("a line ends with CR alone", "end lines with LF, or CR and LF", line)
    return _nothing(f"character {body[bad]!r} is not printable ASCII", "controls read ASCII only", line)


def _plain(text: str) -> bool:
    return text.isascii() and text.replace("\n", "").replace("\t", "").isprintable()


def _lines(text: str, control: Control) -> tuple[list[tuple[int, str]], list[Finding]]:
    """Lines with their numbers, without the one that names the program; where ``%`` marks start and end, those between,
    and a finding on what stands outside; one mark at the very end ends what has no other."""
    lines = list(enumerate(text.replace("\r\n", "\n").split("\n"), 1))
    marks = [number for number, line in lines if line.strip() == "%"] if control.percent else []
    if not marks:
        return _unnamed(lines, control), []
    if len(marks) == 1 and not any(line.strip() for number, line in lines if number > marks[0]):
        marks = [0, *marks]
    last = marks[1] if len(marks) > 1 else len(lines) + 1
    outside = [number for number, line in lines if (number < marks[0] or number > last) and line.strip(" \t%")]
    message = "there is text outside the % marks, which the control does not read"
    findings = [Finding("E715", message, "take it out", where={"line": number}) for number in outside[:1]]
    return _unnamed([(number, line) for number, line in lines if marks[0] < number < last], control), findings


def _unnamed(lines: list[tuple[int, str]], control: Control) -> list[tuple[int, str]]:
    """The lines without the first that is not empty, where that names the program."""
    first = next((k for k, (_, line) in enumerate(lines) if line.strip()), None)
    if first is None or control.name is None or not control.name.match(lines[first][1]):
        return lines
    return lines[first + 1 :]
