"""Heidenhain Klartext, block by block: a grammar of its own, and the same moves.

HEIDENHAIN, User's Manual Conversational Programming, iTNC 530 (606 42x) and TNC 620: BEGIN PGM, TOOL CALL, L, CC, C,
CP, cycles 9 and 32; `cycle200.py` reads drilling, `subprograms.py` LBL and CALL LBL. What is not in `_BLOCKS` is
refused: APPR and DEP, RL and RR, Q parameters elsewhere than in cycle 200, polar lines, machine coordinates (M91), FK
contours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence

from camcore.findings import Finding
from camcore.machine import Machine
from camcore.moves import Air, Arc, Dwell, End, Line, Rapid, ToolChange
from camcore.verify.circles import RefusedError, check_centre
from camcore.verify.control import Control
from camcore.verify.cycle200 import DEFINES, INCH_FEED, Drill, defined
from camcore.verify.recorder import Recorder

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_TAIL = rf"(?: R0)?(?: F ?(?P<F>{_NUMBER}|MAX))?(?P<M>(?: M\d+)*)"
_BLOCK_NUMBER = re.compile(r"\s*(\d{1,9})\s*")
_REFUSED = {
    "APPR": "the way in has to stand in the text, not be made by the control",
    "DEP": "the way out has to stand in the text, not be made by the control",
    "RND": "its arc is found by the control",
    "CHF": "its corner is found by the control",
    "CR": "arcs are read with their centre (CC, C)",
    "CT": "its centre is found by the control",
    "LP": "polar lines are not read",
    "LBL": "only those after M30 are read, and none within another",
    "CALL": "what it calls does not stand in this text, or it stands in a subprogram",
    "CYCL": "only the cycles 9 (dwell), 32 (tolerance) and 200 (drilling, with plain numbers) are read",
    "FN": "parameters are not read",
    "Q": "parameters are not read",
    "PLANE": "only the XY plane is read",
}


def counted(lines: Sequence[tuple[int, str]]) -> list[Finding]:
    """E703 for each block whose number does not follow that of the block before."""
    found, last = [], None
    for line, text in lines:
        if match := _BLOCK_NUMBER.match(text):
            number = int(match[1])
            if last is not None and number != last + 1:
                message = f"block number {number} follows {last}"
                found.append(Finding("E703", message, "count the blocks one by one", where={"line": line}))
            last = number
    return found


class Klartext(Recorder):
    """Reads Klartext for one machine. A block with a finding changes nothing; nothing is raised for a bad program."""

    def __init__(self, machine: Machine, control: Control) -> None:
        super().__init__(machine, control)
        self.state.absolute = True
        self._name = ""
        self._centre: tuple[float, float] | None = None
        self._cycle = ""
        self._hole: Drill | None = None
        self._modal = False

    def read(self, text: str, line: int) -> None:
        """One block: its number, then one of the kinds that are known, or ``* `` and a heading."""
        if not text.strip():
            return
        self._line = line
        found = _BLOCK_NUMBER.match(text)
        if not found:
            self._refuse("E703", f"{text[:20]!r} has no block number", "number every block")
            return
        if len(text) + 1 > self.control.line_bytes:
            most = self.control.line_bytes - 1
            self._refuse("E702", f"line of {len(text)} characters; {self.control.title} takes {most}", "shorten it")
            return
        body = " ".join(text[found.end() :].split(";", maxsplit=1)[0].split())
        if body and not body.startswith("* "):
            self._block(body)

    def _block(self, body: str) -> None:
        if self.state.ended and not body.startswith("END PGM"):
            self._refuse("E715", "there is text after the program's end", "end the program with its last block")
            return
        if not self.state.unit and not body.startswith("BEGIN PGM"):
            self._refuse("E716", "a block before BEGIN PGM", "start with BEGIN PGM name MM")
            return
        for pattern, act in _BLOCKS:
            if match := pattern.fullmatch(body):
                act(self, match)
                return
        word = re.match(r"[A-Z]+", body)
        why = _REFUSED.get(word[0] if word else "", "no block that this reader knows")
        self._refuse("E705", f"{body[:30]!r} is refused: {why}", "write the program without it")

    def _refuse(self, code: str, message: str, advice: str) -> None:
        self.findings.append(Finding(code, message, advice, where={"line": self._line}))

    # -- blocks -------------------------------------------------------------------------------------------------------

    def _begin(self, match: re.Match[str]) -> None:
        if self.state.unit:
            self._refuse("E705", "a second BEGIN PGM", "one program a file")
        self._name, self.state.unit = match["name"], self.control.units[match["unit"]]

    def _close(self, match: re.Match[str]) -> None:
        if (match["name"], self.control.units[match["unit"]]) != (self._name, self.state.unit):
            self._refuse("E715", f"END PGM {match['name']} closes another program", f"close {self._name}")

    def _tool(self, match: re.Match[str]) -> None:
        """The tool, its length, its speed, and the feed until another is stated; the spindle stands."""
        state, number = self.state, int(match["tool"])
        if number != state.tool:
            self._emit(ToolChange(number, self.machine.diameter_of(number)))
            state.spindle = "M5"
        state.tool = state.chosen = state.length = number
        state.s = float(match["S"] or state.s)
        if match["F"]:
            self._feed(match["F"])

    def _line_block(self, match: re.Match[str]) -> None:
        again = self._modal
        if again and match["Z"] is not None:
            self._refuse("E705", "a way in Z while M89 is in force drills again", "end it with M99 before")
            return
        self._switch(match["M"], start=True)
        end = self._end(match)
        if match["F"] == "MAX":
            self._go(Rapid(*end))
        elif (feed := self._feed(match["F"])) is not None:
            self._go(Line(*end, feed))
        self._switch(match["M"], start=False)
        if again and self._modal:
            self._drill()

    def _end(self, match: re.Match[str]) -> tuple[float, float, float]:
        unit, here = self.state.unit or 1.0, (self.state.x, self.state.y, self.state.z)
        x, y, z = (
            at if match[axis] is None else float(match[axis]) * unit + (at if match[f"i{axis}"] else 0.0)
            for axis, at in zip("XYZ", here, strict=True)
        )
        return x, y, z

    def _feed(self, stated: str | None) -> float | None:
        """Feed of a block, mm/min, which holds until another is stated; None, and a finding, where there is none."""
        state = self.state
        if stated == "MAX":
            self._refuse("E705", "an arc at FMAX is not read", "state a feed")
            return None
        if stated is not None:
            state.feed = float(stated) * (1.0 if state.unit == 1.0 else INCH_FEED)
        if not state.feed or state.feed < 0:
            self._refuse("E710", "a path without a feed", "state F in its block or before it")
            return None
        return state.feed

    def _set_centre(self, match: re.Match[str]) -> None:
        self._centre = self._place(match)

    def _arc(self, match: re.Match[str]) -> None:
        self._turn(match, *self._place(match), self.state.z)

    def _place(self, match: re.Match[str]) -> tuple[float, float]:
        """X and Y, which IX and IY count from where the tool is."""
        unit, state = self.state.unit or 1.0, self.state
        x = float(match["X"]) * unit + (state.x if match["iX"] else 0.0)
        return x, float(match["Y"]) * unit + (state.y if match["iY"] else 0.0)

    def _helix(self, match: re.Match[str]) -> None:
        """The angle says the end: the radius stays what it is at the start."""
        state, unit = self.state, self.state.unit or 1.0
        angle = math.radians(float(match["IPA"]))
        if self._centre is None:
            self._refuse("E708", "CP without a centre", "state CC before it")
            return
        if (angle > 0) is (match["DR"] == "-") or not 0 < abs(angle) <= math.tau + 1e-9:
            self._refuse("E712", f"IPA{match['IPA']} does not turn as DR{match['DR']}, or by more than 360", "mend it")
            return
        (cx, cy), (dx, dy) = self._centre, (state.x - self._centre[0], state.y - self._centre[1])
        x = cx + dx * math.cos(angle) - dy * math.sin(angle)
        y = cy + dx * math.sin(angle) + dy * math.cos(angle)
        if abs(angle) > math.tau - 1e-9:
            x, y = state.x, state.y
        self._turn(match, x, y, float(match["Z"]) * unit + (state.z if match["inc"] else 0.0))

    def _turn(self, match: re.Match[str], x: float, y: float, z: float) -> None:
        if self._modal or "M99" in match["M"] or "M89" in match["M"]:
            self._refuse("E705", "an arc that ends with a drilled hole is not read", "call the cycle in a line's block")
            return
        if self._centre is None:
            self._refuse("E708", "an arc without a centre", "state CC before it")
            return
        state, clockwise = self.state, match["DR"] == "-"
        try:
            check_centre((state.x, state.y), (x, y), self._centre, clockwise, self.control)
        except RefusedError as refused:
            self._refuse("E711", str(refused), "compute the centre from the rounded start and end")
        self._switch(match["M"], start=True)
        if (feed := self._feed(match["F"])) is not None:
            self._go(Arc(x, y, z, *self._centre, clockwise, feed))
        self._switch(match["M"], start=False)

    def _alone(self, match: re.Match[str]) -> None:
        self._switch(match["M"], start=True)
        self._switch(match["M"], start=False)

    # -- cycles -------------------------------------------------------------------------------------------------------

    def _define(self, match: re.Match[str]) -> None:
        """Cycle 200 as it is defined; a call makes it."""
        found = defined(match["values"], self.state.unit or 1.0)
        if isinstance(found, Drill):
            self._hole, self._modal = found, False
        else:
            self._refuse(*found)

    def _call(self, match: re.Match[str]) -> None:
        self._switch(match["M"], start=True)
        self._modal = False
        self._drill()
        self._switch(match["M"], start=False)

    def _drill(self) -> None:
        """One hole where the tool is."""
        state, hole = self.state, self._hole
        if hole is None:
            self._refuse("E708", "a cycle is called, and none is defined", "define cycle 200 before it")
        elif state.z < hole.start - 1e-9:
            self._refuse("E705", "a cycle that is called below its set-up clearance", "lift the tool before it")
        else:
            for move in hole.moves(state.x, state.y, self.control.peck_back):
                self._go(move)

    def _cycle_name(self, match: re.Match[str]) -> None:
        """Another cycle; whether a call after it still means the one before is not known."""
        self._cycle, self._hole, self._modal = match["number"], None, False

    def _wait(self, match: re.Match[str]) -> None:
        if self._cycle != "9":
            self._refuse("E708", "CYCL DEF 9.1 without 9.0", "write both")
        self._emit(Dwell(float(match["seconds"])))

    def _tolerance(self, match: re.Match[str]) -> None:
        if self._cycle != "32":
            self._refuse("E708", "CYCL DEF 32.1 without 32.0", "write both")
        self.state.blend = float(match["T"]) * (self.state.unit or 1.0) if match["T"] else math.inf

    # -- M functions --------------------------------------------------------------------------------------------------

    def _switch(self, words: str, start: bool) -> None:
        """M3, M4, M8 and M13 act at a block's start, M0, M2, M5, M9, M30, M89 and M99 at its end (manual, "M
        functions")."""
        for code in words.split():
            if code not in _M:
                self._refuse("E705", f"{code} is refused: this reader does not know it", "write the program without it")
            elif _M[code] == start:
                self._act(code)

    def _act(self, code: str) -> None:
        state, before = self.state, (self._rpm(), bool(self.state.air))
        if code == "M4":
            self._refuse("E705", "M4 turns a mill's spindle backwards", "use M3")
        if code in ("M3", "M5", "M13"):
            state.spindle = "M5" if code == "M5" else "M3"
        if code in ("M8", "M9", "M13"):
            state.air = frozenset([] if code == "M9" else ["flood"])
        if self._rpm() != before[0]:
            self._emit(self._power_move())
        if bool(state.air) != before[1]:
            self._emit(Air(bool(state.air)))
        if code in ("M89", "M99"):
            self._modal = code == "M89"
            self._drill()
        if code in ("M2", "M30"):
            self._emit(End())
            state.ended = True


_M = {**dict.fromkeys(("M3", "M4", "M8", "M13"), True),
      **dict.fromkeys(("M0", "M2", "M5", "M9", "M30", "M89", "M99"), False)}  # fmt: skip
"""M functions, and whether they act at the start of their block."""
_AXES = "".join(rf"(?: (?P<i{axis}>I)?{axis}(?P<{axis}>{_NUMBER}))?" for axis in "XYZ")
_BLOCKS: tuple[tuple[re.Pattern[str], Callable[[Klartext, re.Match[str]], None]], ...] = tuple(
    (re.compile(pattern), act)
    for pattern, act in (
        (rf"L(?=.* I?[XYZ]){_AXES}{_TAIL}", Klartext._line_block),
        (rf"CC (?P<iX>I)?X(?P<X>{_NUMBER}) (?P<iY>I)?Y(?P<Y>{_NUMBER})", Klartext._set_centre),
        (rf"C (?P<iX>I)?X(?P<X>{_NUMBER}) (?P<iY>I)?Y(?P<Y>{_NUMBER}) DR(?P<DR>[-+]){_TAIL}", Klartext._arc),
        (rf"CP IPA(?P<IPA>{_NUMBER}) (?P<inc>I)?Z(?P<Z>{_NUMBER}) DR(?P<DR>[-+]){_TAIL}", Klartext._helix),
        (r"BEGIN PGM (?P<name>[A-Za-z0-9_.-]+) (?P<unit>MM|INCH)", Klartext._begin),
        (r"END PGM (?P<name>[A-Za-z0-9_.-]+) (?P<unit>MM|INCH)", Klartext._close),
        (r"TOOL CALL (?P<tool>\d{1,5}) Z(?: S(?P<S>\d+\.?\d*))?(?: F(?P<F>\d+\.?\d*))?", Klartext._tool),
        (r"(?:L )?(?:R0 )?(?:F ?MAX )?(?P<M>M\d+(?: M\d+)*)", Klartext._alone),
        (r"BLK FORM 0\.[12](?: Z)?(?: [XYZ][-+]?[\d.]+){3}", lambda _self, _match: None),
        (DEFINES, Klartext._define),
        (r"CYCL CALL(?P<M>(?: M\d+)*)", Klartext._call),
        (r"CYCL DEF (?P<number>9|32)\.0 (?:DWELL TIME|TOLERANCE)", Klartext._cycle_name),
        (r"CYCL DEF 9\.1 DWELL (?P<seconds>\d+\.?\d*)", Klartext._wait),
        (r"CYCL DEF 32\.1(?: T(?P<T>\d+\.?\d*))?", Klartext._tolerance),
    )
)
"""Every block that is read. More frequent ones first."""
