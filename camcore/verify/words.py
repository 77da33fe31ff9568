"""A line of a program taken apart into words: the first step of reading a block, the same for all of RS-274."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from camcore.findings import Finding
from camcore.verify.control import Control

_WORD = re.compile(r"\s*([A-Za-z])[ \t]*([-+]?(?:\d+\.?\d*|\.\d+))[ \t]*")
_NAMED = re.compile(r"\s*([A-Z]+)[ \t]*=[ \t]*(AC\(|IC\()?([-+]?(?:\d+\.?\d*|\.\d+))(\)?)[ \t]*")
_KEYWORD = re.compile(r"\s*([A-Z]{2,}\d*)\b[ \t]*")
_COMMENTS = {
    "();": re.compile(r"\([^()]*\)|;.*$"),
    "()": re.compile(r"\([^()]*\)"),
    ";": re.compile(r";.*$"),
}
_UNREAD = {
    "(": "is a comment without an end, or a statement, which is not read here",
    "#": "is a parameter; its value is not read",
    "[": "is an expression; its value is not read",
    "O": "is a subprogram, a loop or a condition, which is not read here",
    "/": "is a block that the machine may skip, which is not read",
}
_PLAIN = frozenset(["G0", "G1", "G2", "G3"])
_DIGITS = 15
"""A number with more digits than a float64 can hold is a slip, not a position."""


@dataclass(slots=True)
class Block:
    """One line: its codes by modal group, its values by letter. `findings` say what could not be read.

    decimals: how many a number has, where it has a point; absolute: centre words that count from the work zero.
    """

    line: int
    codes: dict[str, str] = field(default_factory=dict)
    values: dict[str, float] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    decimals: dict[str, int] = field(default_factory=dict)
    absolute: set[str] = field(default_factory=set)

    def refuse(self, code: str, message: str, advice: str = "") -> None:
        """Note a finding at this line."""
        self.findings.append(Finding(code, message, advice, where={"line": self.line}))


def block(text: str, line: int, control: Control) -> Block:
    """The words of one line; repeated letters, unknown letters and codes, and clashes within a group are findings."""
    found = Block(line)
    if len(text) + 1 > control.line_bytes and not (control.packs and _packed(text, control) + 1 <= control.line_bytes):
        found.refuse(
            "E702", f"line of {len(text)} characters; {control.title} takes {control.line_bytes - 1}", "shorten it"
        )
        return found
    if why := _alive(text, control):
        found.refuse("E703", why, "take it out")
        return found
    bare = _COMMENTS[control.comments].sub(" ", text) if "(" in text or ";" in text else text
    place = 0
    while True:
        if match := _WORD.match(bare, place):
            _take(found, match[1], match[2], control)
        elif control.named and (match := _NAMED.match(bare, place)):
            _take_named(found, match, control)
        elif (match := _KEYWORD.match(bare, place)) and (control.named or match[1] in control.refused):
            _take_code(found, match[1], match[1], control)
        else:
            break
        place = match.end()
    if rest := bare[place:].strip():
        unread = (_UNREAD[sign] for sign in rest[:2].upper() if sign in _UNREAD)
        why = next(unread, "is not a word of a letter and a number")
        found.refuse("E703", f"{rest[:20]!r} {why}", "write words such as X12.5")
    return found


def _packed(text: str, control: Control) -> int:
    """Length of a line without comments and blanks."""
    return sum(not sign.isspace() for sign in _COMMENTS[control.comments].sub("", text))


def _alive(text: str, control: Control) -> str | None:
    """Why a line does something by what stands in its comments; None where it does nothing."""
    if sign := next((sign for sign in control.acts_on if sign in text), None):
        return f"{control.title} acts on {sign!r} wherever it stands, in comments too"
    if control.runs and (match := control.runs.search(text)):
        return f"{control.title} runs a comment that begins with {match[0]!r}"
    return None


def _take(found: Block, written: str, number: str, control: Control) -> None:
    letter = written.upper()
    if len(number) > _DIGITS:
        found.refuse("E703", f"{letter}{number} has more digits than a number can have", "round it")
    elif control.upper and written != letter:
        found.refuse("E703", f"{control.title} reads capitals only, not {written}{number}", "write capitals")
    elif letter == "O" and letter not in control.letters:
        found.refuse("E703", f"{letter}{number} {_UNREAD[letter]}", "write the program without it")
    elif letter in "GM":
        _take_code(found, f"{letter}{float(number):g}", f"{letter}{number}", control)
    else:
        _take_value(found, letter, number, control)


def _take_named(found: Block, match: re.Match[str], control: Control) -> None:
    """NAME=value, NAME=AC(value) or NAME=IC(value)."""
    letter, how = control.named.get(match[1], match[1]), match[2] or ""
    if bool(how) != bool(match[4]) or (how and letter not in "IJ"):
        found.refuse("E703", f"{match[0].strip()[:20]!r} is not read", "write NAME=number; AC and IC stand for I and J")
        return
    if how == "AC(":
        found.absolute.add(letter)
    _take_value(found, letter, match[3], control, match[1])


def _take_value(found: Block, letter: str, number: str, control: Control, name: str | None = None) -> None:
    known = control.letters if name is None else control.named
    if (name or letter) not in known:
        found.refuse("E704", f"{control.title} knows no word {name or letter}", "take it out")
    elif letter in found.values:
        found.refuse("E707", f"word {name or letter} stands twice in one block", "split the block")
    else:
        found.values[letter] = float(number)
        if "." in number:
            found.decimals[letter] = len(number) - number.index(".") - 1


def _take_code(found: Block, code: str, written: str, control: Control) -> None:
    group = control.groups.get(code)
    if group is None:
        why = control.refused.get(code, f"{control.title} has no such code, or this reader does not know it")
        found.refuse("E705", f"{written} is refused: {why}", "write the program without it")
    elif control.cancels and (motion := _motion_beside_cancel(code, found.codes.get(group))):
        found.codes[group] = motion
    elif group in found.codes:
        found.refuse("E706", f"{found.codes[group]} and {code} belong to one group ({group})", "give them a block each")
    else:
        found.codes[group] = code


def _motion_beside_cancel(code: str, before: str | None) -> str | None:
    """The motion of two codes of which the other only cancels drilling cycles."""
    rest = {code, before} - {"G80"}
    return rest.pop() if len(rest) == 1 and rest < _PLAIN and "G80" in (code, before) else None
