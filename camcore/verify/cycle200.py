"""Cycle 200, drilling, of Heidenhain Klartext: a block of several lines, and the moves that a call of it makes.

HEIDENHAIN, User's Manual TNC 426/430, 8.3: one movement where the plunging depth Q202 is the depth or more; Q203 is
absolute, the others count from it. Autodesk, heidenhain.cps, and programs that it wrote: a line that ends with ``~``
goes on in the next, which has no block number. The tool goes at FMAX to Q200 over the surface Q203, drills by Q201,
waits Q211, and goes back at FMAX to Q204 over the surface. After each peck of Q202 it goes up to Q200, waits Q210, and
comes back at FMAX: accounts differ in how near to the last depth, 0.2 mm or Q200; the nearer is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from camcore.findings import Finding
from camcore.moves import Dwell, Line, Move, Rapid
from camcore.units import MM_PER_INCH
from camcore.verify.control import Control

INCH_FEED = 0.1 * MM_PER_INCH
"""In inch programs feeds count tenths of an inch per minute."""
_NUMBER = r"[-+]?(?:\d{1,7}(?:\.\d{0,7})?|\.\d{1,7})"
_OPENS = re.compile(r"(?P<block>\s*\d{1,9}\s+CYCL DEF \d{1,3} [^;~]*)(?:;.*)?~\s*")
_GOES_ON = re.compile(r"\s+(?P<value>Q\d{1,4} ?= ?[^;~\s]+)\s*(?:;[^~]*)?(?P<more>~)?\s*")
VALUES = re.compile(rf" Q(\d{{1,4}}) ?= ?({_NUMBER})")
"""One parameter of a definition, after its lines were joined."""
DEFINES = rf"CYCL DEF 200(?: [A-Z][A-Z .-]*)?(?P<values>(?: Q\d{{1,4}} ?= ?{_NUMBER})+)"
_NEEDED = {
    200: "set-up clearance",
    201: "depth",
    206: "feed for plunging",
    202: "plunging depth",
    210: "dwell time at top",
    203: "surface coordinate",
    204: "2nd set-up clearance",
    211: "dwell time at depth",
}
_POINT = 395
"""Depth of the point (0) or of the full diameter (1); later versions ask for it."""
_MOST_PECKS = 10_000
Numbered = tuple[int, str]


class Drill(NamedTuple):
    """The cycle: heights that it starts from, drills to and goes back to, mm; feed mm/min; waits at top and bottom, s.

    surface and peck: where pecks count from, and how deep each is.
    """

    start: float
    surface: float
    bottom: float
    back: float
    peck: float
    feed: float
    top: float
    dwell: float

    def moves(self, x: float, y: float, gap: float) -> Iterator[Move]:
        """Over (x, y): down at rapid, each peck, up at rapid. After a peck the tool comes back to `gap` mm above it."""
        yield Rapid(x, y, self.start)
        depth = self.surface - self.peck
        while depth > self.bottom + 1e-9:
            yield Line(x, y, depth, self.feed)
            yield Rapid(x, y, self.start)
            if self.top:
                yield Dwell(self.top)
            yield Rapid(x, y, min(depth + gap, self.start))
            depth -= self.peck
        yield Line(x, y, self.bottom, self.feed)
        if self.dwell:
            yield Dwell(self.dwell)
        yield Rapid(x, y, self.back)


def joined(lines: Sequence[Numbered], control: Control) -> tuple[list[Numbered], list[Finding]]:
    """The lines with those of a definition as one, without their comments, and what is wrong with such lines."""
    found: list[Numbered] = []
    findings: list[Finding] = []
    more = False
    for number, text in lines:
        part = (_GOES_ON if more else _OPENS).fullmatch(text) if len(text) < control.line_bytes else None
        if more and part:
            found[-1] = (found[-1][0], f"{found[-1][1]} {part['value']}")
            more = bool(part["more"])
            continue
        if more:
            findings.append(_broken(number - 1))
        found.append((number, part["block"].rstrip() if part else text))
        more = bool(part)
    return found, findings + ([_broken(lines[-1][0])] if more else [])


def _broken(line: int) -> Finding:
    message = "a definition that ~ says goes on, and does not"
    return Finding("E703", message, "write its parameters in the next lines, or take ~ out", where={"line": line})


def defined(said: str, unit: float) -> Drill | tuple[str, str, str]:
    """The cycle that ``Q200=… Q201=…`` define in a program whose `unit` is so many mm; or code, message and advice."""
    pairs = [(int(number), float(value)) for number, value in VALUES.findall(said)]
    q = dict(pairs)
    if len(q) < len(pairs):
        return "E707", "a parameter of cycle 200 stands twice", "state each once"
    if unknown := sorted(q.keys() - _NEEDED.keys() - {_POINT}):
        return "E709", f"cycle 200 is not read with Q{unknown[0]}", "write it without"
    if missing := [number for number in _NEEDED if number not in q]:
        return "E708", f"cycle 200 has no Q{missing[0]} ({_NEEDED[missing[0]]})", "state all eight"
    if wrong := _wrong(q):
        return "E712", wrong, "put it right"
    feed = q[206] * (1.0 if unit == 1.0 else INCH_FEED)
    start, bottom, back, peck = (
        length * unit for length in (q[203] + q[200], q[203] + q[201], q[203] + q[204], q[202])
    )
    return Drill(start, q[203] * unit, bottom, back, peck, feed, q[210], q[211])


def _wrong(q: Mapping[int, float]) -> str:
    """The first thing that is out of range or in the wrong order; empty where nothing is."""
    if q[201] >= 0:
        return f"Q201={q[201]:g} does not drill downwards: the sign of the depth is the direction"
    for number in (206, 202):
        if q[number] <= 0:
            return f"Q{number}={q[number]:g} ({_NEEDED[number]}) is not positive"
    for number in (200, 210, 211):
        if q[number] < 0:
            return f"Q{number}={q[number]:g} ({_NEEDED[number]}) is negative"
    if q[204] < q[200]:
        return f"Q204={q[204]:g} brings the tool back lower than Q200={q[200]:g} starts it"
    if -q[201] / q[202] > _MOST_PECKS:
        return f"Q202={q[202]:g} makes more than {_MOST_PECKS} pecks"
    return "depths of the full diameter (Q395=1) are not read" if q.get(_POINT) else ""
