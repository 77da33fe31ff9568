"""A line of a program taken apart into words: the first step of reading a block, the same for every control."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from camcore.findings import Finding
from camcore.verify.controls import Control

_WORD = re.compile(r"\s*([A-Za-z])[ \t]*([-+]?(?:\d+\.?\d*|\.\d+))[ \t]*")
_COMMENT = re.compile(r"\([^()]*\)|;.*$")
_DIGITS = 15
"""A number with more digits than a float64 can hold is a slip, not a position."""


@dataclass(slots=True)
class Block:
    """One line: its codes by modal group, its values by letter. `findings` say what could not be read."""

    line: int
    codes: dict[str, str] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def refuse(self, code: str, message: str, advice: str = "") -> None:
        """Note a finding at this line."""
        self.findings.append(Finding(code, message, advice, where={"line": self.line}))


def block(text: str, line: int, control: Control) -> Block:
    """The words of one line; repeated letters, unknown letters and codes, and clashes within a group are findings."""
    found = Block(line)
    if len(text) + 1 > control.line_bytes:
        found.refuse(
            "E702", f"line of {len(text)} characters; {control.title} takes {control.line_bytes - 1}", "shorten it"
        )
        return found
    bare = _COMMENT.sub(" ", text) if "(" in text or ";" in text else text
    place = 0
    while match := _WORD.match(bare, place):
        place = match.end()
        _take(found, match[1].upper(), match[2], control)
    if rest := bare[place:].strip():
        found.refuse("E703", f"{rest[:20]!r} is not a word of a letter and a number", "write words such as X12.5")
    return found


def _take(found: Block, letter: str, number: str, control: Control) -> None:
    if len(number) > _DIGITS:
        found.refuse("E703", f"{letter}{number} has more digits than a number can have", "round it")
    elif letter in "GM":
        _take_code(found, letter, number, control)
    elif letter not in control.letters:
        found.refuse("E704", f"{control.title} knows no word {letter}", "take it out")
    elif letter in found.values:
        found.refuse("E707", f"word {letter} stands twice in one block", "split the block")
    else:
        found.values[letter] = float(number)


def _take_code(found: Block, letter: str, number: str, control: Control) -> None:
    code = f"{letter}{float(number):g}"
    group = control.groups.get(code)
    if group is None:
        why = control.refused.get(code, f"{control.title} has no such code, or this reader does not know it")
        found.refuse("E705", f"{letter}{number} is refused: {why}", "write the program without it")
    elif group in found.codes:
        found.refuse("E706", f"{found.codes[group]} and {code} belong to one group ({group})", "give them a block each")
    else:
        found.codes[group] = code
