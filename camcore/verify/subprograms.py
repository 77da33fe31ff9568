"""Subprograms of the same text, put where they are called before anything is read.

FANUC, Operator's Manual B-64484EN (M98, M99); Haas Automation, Mill Operator's Manual 96-8000 (M97); LinuxCNC,
docs/src/gcode/o-code.adoc (sub, endsub, call); HEIDENHAIN, User's Manual (LBL after M30, CALL LBL); Centroid, CNC12
Mill Operator's Manual (M98, O9100 to O9999 before they are called); Okuma, third-hand: notes after the OSP-P200L
Programming Manual (NC-PB/gEdit 2811613, syntax-okuma.md: names are text, O101 is not O0101; CALL O Q) and okuma.cps;
Mazak, no manual at hand (M98 Q is a block of the same program where P is omitted). A call of what does not stand in the
text, one with other words beside it, and one within a subprogram are left to be refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from camcore.findings import Finding
from camcore.verify.control import Control

MOST_LINES = 1_000_000
"""A program that comes to more lines than this is refused."""
Numbered = tuple[int, str]
"""A line's number in the text, and the line."""


class Form(NamedTuple):
    """What opens subprogram `n`, closes it, and calls it, perhaps several `times`.

    ends: what they stand after; before: they stand before their calls; labels: they stand anywhere, between two labels;
    blocks: what is called is the number of a block.
    """

    opens: re.Pattern[str]
    closes: re.Pattern[str]
    calls: re.Pattern[str]
    ends: re.Pattern[str] | None
    before: bool = False
    labels: bool = False
    blocks: bool = False


def _form(opens: str, closes: str, calls: str, ends: str | None, **more: bool) -> Form:
    first, last, call = (re.compile(rf"\s*{pattern}\s*") for pattern in (opens, closes, calls))
    return Form(first, last, call, re.compile(rf"\s*{ends}\s*") if ends else None, **more)


_BLOCK = re.compile(r"\s*N0*([1-9]\d*)", re.IGNORECASE)
_N = r"(?:N\d+ ?)?"
_TIMES = r"(?: ?L0*(?P<times>[1-9]\d{0,3}))?"
_END = rf"{_N}M0?(?:2|30)"
_LABEL = r"(?!ENDLABEL\b)[A-Z_]{2}[A-Z_\d]{0,30}"
FORMS: Mapping[str, Form] = {
    "M98": _form(r"O0*(?P<n>[1-9]\d{0,3})", rf"{_N}M99", rf"{_N}M98 ?P0*(?P<n>[1-9]\d{{0,3}}){_TIMES}", _END),
    "M98 Q": _form(
        r"N0*(?P<n>[1-9]\d{0,4})", rf"{_N}M99", rf"{_N}M98 ?Q0*(?P<n>[1-9]\d{{0,4}}){_TIMES}", _END, blocks=True
    ),
    "M97": _form(
        r"N0*(?P<n>[1-9]\d{0,4})", rf"{_N}M99", rf"{_N}M97 ?P0*(?P<n>[1-9]\d{{0,4}}){_TIMES}", _END, blocks=True
    ),
    "CALL": _form(
        r"O(?P<n>\d{1,4}|[A-Z][A-Z\d]{0,3})",
        r"(?:N\d{1,4} )?RTS",
        r"(?:N\d{1,4} )?CALL O(?P<n>\d{1,4}|[A-Z][A-Z\d]{0,3})(?: Q(?P<times>[1-9]\d{0,3}))?",
        r"(?:N\d{1,4} )?M0?(?:2|30)",
    ),
    "embedded": _form(r"O(?P<n>9[1-9]\d\d)", rf"{_N}M99", rf"{_N}M98 ?P(?P<n>9[1-9]\d\d){_TIMES}", None, before=True),
    "O-word": _form(
        r"O0*(?P<n>[1-9]\d{0,8}) ?SUB", r"O0*(?P<n>[1-9]\d{0,8}) ?ENDSUB", r"O0*(?P<n>[1-9]\d{0,8}) ?CALL", None
    ),
    "SUB": _form(
        rf"{_N}\(SUB 0*(?P<n>[1-9]\d{{0,3}})\)", rf"{_N}\(RET\)", rf"{_N}\(CALL 0*(?P<n>[1-9]\d{{0,3}})\)", _END
    ),
    "CALL BLOCK": _form(
        rf"{_N}(?P<n>{_LABEL}):",
        rf"{_N}(?P<n>{_LABEL}):",
        rf"{_N}(?:CALL BLOCK|(?P<again>REPEAT)) (?P<n>{_LABEL}(?(again) | TO ){_LABEL})"
        r"(?(again)(?: P ?= ?(?P<times>[1-9]\d{0,3}))?|)",
        _END,
        labels=True,
    ),
    "LBL": _form(
        r"\d+ LBL (?P<n>[1-9]\d{0,4})", r"\d+ LBL 0", r"\d+ CALL LBL (?P<n>[1-9]\d{0,4})", r"\d+ .*\bM(?:2|30)"
    ),
}
"""Forms by `Control.subprograms`."""


@dataclass(slots=True)
class _Body:
    """One subprogram: its lines, and whether anything calls it. Mutable."""

    line: int
    lines: list[Numbered] = field(default_factory=list)
    called: bool = False


def unfolded(lines: list[Numbered], control: Control) -> tuple[list[Numbered], list[Finding]]:
    """The lines in the order in which they run, and what is wrong with the subprograms among them."""
    form = FORMS.get(control.subprograms)
    if form is None or not any(form.calls.fullmatch(_bare(line, control)) for _, line in lines):
        return lines, []
    main, bodies, findings = (_labelled if form.labels else _parted)(lines, form, control)
    running: list[Numbered] = []
    for number, line in main:
        call = form.calls.fullmatch(_bare(line, control))
        body = bodies.get(call["n"]) if call else None
        if call and body and not (form.before and number < body.line):
            body.called = True
            times = int(call.groupdict().get("times") or 1)
            running += body.lines * min(times, MOST_LINES // max(len(body.lines), 1) + 1)
        else:
            running.append((number, line))
        if len(running) > MOST_LINES:
            told = Finding("E703", f"the program runs more than {MOST_LINES} lines", "split it", where={"line": number})
            return [], [*findings, told]
    return running, [*findings, *_idle(bodies), *(_numbered_twice(lines, bodies) if form.blocks else [])]


def _bare(line: str, control: Control) -> str:
    """A line without its comments, in capitals where the control takes small letters for them."""
    line = re.sub(r"\([^()]*\)", "", line) if "(" in control.comments else line
    line = line.split(";", maxsplit=1)[0] if ";" in control.comments else line
    return line if control.upper else line.upper()


def _parted(
    lines: list[Numbered], form: Form, control: Control
) -> tuple[list[Numbered], dict[str, _Body], list[Finding]]:
    """The main program, and the subprograms by number."""
    main: list[Numbered] = []
    bodies: dict[str, _Body] = {}
    findings: list[Finding] = []
    name, free = "", form.ends is None
    for number, line in lines:
        bare = _bare(line, control)
        opened, closed = form.opens.fullmatch(bare) if free else None, form.closes.fullmatch(bare)
        if name and closed and closed.groupdict().get("n", name) == name:
            name = ""
        elif name:
            bodies[name].lines.append((number, line))
        elif opened and opened["n"] not in bodies:
            name = opened["n"]
            bodies[name] = _Body(number)
        else:
            main.append((number, line))
            free = free or bool(form.ends and form.ends.fullmatch(bare))
    if name:
        where = {"line": bodies[name].line}
        findings.append(Finding("E714", f"subprogram {name} has no end", "close it", where=where))
    return main, bodies, findings


def _labelled(
    lines: list[Numbered], form: Form, control: Control
) -> tuple[list[Numbered], dict[str, _Body], list[Finding]]:
    """As `_parted`: the subprograms by what calls them say, each from one label to the next.

    The main program has all that stands before its end, and after it what no call runs.
    """
    bare = [_bare(line, control) for _, line in lines]
    labels = [(k, label["n"]) for k, text in enumerate(bare) if (label := form.opens.fullmatch(text))]
    end = next((k for k, text in enumerate(bare) if form.ends and form.ends.fullmatch(text)), len(lines))
    sections = {(first, last): (k, stop) for (k, first), (stop, last) in pairwise(labels)}
    bodies: dict[str, _Body] = {}
    gone, used = {k for k, _ in labels}, set[str]()
    for call in filter(None, map(form.calls.fullmatch, bare)):
        first, *_, last = call["n"].split()
        if place := sections.get((first, last)):
            start, stop = place
            bodies[call["n"]] = _Body(lines[start][0], lines[start + 1 : stop])
            used |= {first, last}
            gone.update(range(max(start, end + 1), stop))
    main = [numbered for k, numbered in enumerate(lines) if k not in gone]
    return main, bodies, list(_misplaced(lines, labels, used))


def _misplaced(lines: list[Numbered], labels: list[tuple[int, str]], used: set[str]) -> Iterator[Finding]:
    """Labels that nothing uses, and those that stand twice."""
    seen = set[str]()
    for k, name in labels:
        where = {"line": lines[k][0]}
        if name in seen:
            yield Finding("E705", f"label {name} stands twice", "name each place differently", where=where)
        elif name not in used:
            yield Finding("E715", f"nothing uses label {name}", "take it out, or call what follows", where=where)
        seen.add(name)


def _numbered_twice(lines: list[Numbered], bodies: Mapping[str, _Body]) -> Iterator[Finding]:
    """Blocks with the number of a subprogram: the control may find the wrong one."""
    for number, line in lines:
        block = _BLOCK.match(line)
        body = bodies.get(block[1]) if block else None
        if body and number != body.line:
            message = f"block number {line.split()[0]} is that of a subprogram too"
            yield Finding("E703", message, "number blocks otherwise", where={"line": number})


def _idle(bodies: Mapping[str, _Body]) -> Iterator[Finding]:
    for name, body in bodies.items():
        if not body.called:
            where = {"line": body.line}
            yield Finding("E715", f"nothing calls subprogram {name}", "take it out, or call it", where=where)
