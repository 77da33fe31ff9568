"""One block after another, in four steps as GRBL announces them: copy the state, read the words, check everything,
execute (gnea/grbl, gcode.c, gc_execute_line). A block with a finding changes nothing.
"""

from __future__ import annotations

import math

from camcore.findings import Finding
from camcore.moves import Air, Arc, Dwell, End, Line, Move, Rapid, ToolChange
from camcore.verify import cycles
from camcore.verify.checker import Checker
from camcore.verify.circles import RefusedError, centre
from camcore.verify.words import Block, block

_SWITCHES = frozenset("STD")
_CUTTING = ("G1", "G2", "G3")


class Interpreter(Checker):
    """Reads blocks of RS-274 for one machine. Nothing is raised for a bad program; arcs of one that is lost are not
    blamed.
    """

    # -- the four steps ---------------------------------------------------------------------------------------------

    def read(self, text: str, line: int) -> None:
        """One block."""
        if self._steady is None or not self._run(text, line):
            self._read_words(text, line)
            self._settle()

    def _read_words(self, text: str, line: int) -> None:
        words = block(text, line, self.control)
        before, count = self.state, len(self.moves)
        if not words.findings and (words.codes or words.values):
            self._line = line
            self._check(words)
            if not words.findings:
                self.state = before.copy()
                self._execute(words)
        if words.findings:
            self.state = before
            if all(one.code == "E716" for one in words.findings):
                before.motion, before.feed = words.codes.get("motion", before.motion), self._feed(words)
            del self.moves[count:]
            self.findings += [one for one in words.findings if one.code != "E716" or not self._told(one)]
            self._lost = True

    def _told(self, finding: Finding) -> bool:
        """Whether it was found before: what a program does not state at its start is missing in every block."""
        return any((one.code, one.message) == (finding.code, finding.message) for one in self.findings)

    # -- step 4: execute, in the order that both controls document -----------------------------------------------------

    def _execute(self, words: Block) -> None:
        before = (self._power(), self._rpm())
        self._set_modes(words)
        self.state.firing = self._moves(words) and self._motion(words) in _CUTTING
        if len(words.codes) > ("motion" in words.codes) or not _SWITCHES.isdisjoint(words.values):
            self._set_tool(words)
            self._set_power(words, before)
            self._set_air(words)
        elif self.control.beam == "motion":
            self._set_power(words, before)
        if words.codes.get("dwell"):
            letter = next(iter(words.values.keys() & self.control.dwell.keys()))
            self._emit(Dwell(self._seconds(words, letter)))
        if self._motion(words):
            self._move(words)
        if "home" in words.codes:
            self._go(self._home())
        if self.control.commands:
            self.state.motion = None
        if not self.control.ends.isdisjoint(words.codes.values()):
            self._emit(End())
            self.state.ended = True
        elif words.codes.get("stop") == "M0":
            self.state.stopped = True

    def _seconds(self, words: Block, letter: str) -> float:
        return self.control.seconds(letter, words.values[letter], letter in words.decimals)

    def _set_modes(self, words: Block) -> None:
        state, codes = self.state, words.codes
        state.feed = self._feed(words)
        state.unit, state.absolute = self._unit(words), self._absolute(words)
        self._set_offset(self._offset_word(words))
        state.retract = codes.get("retract", state.retract)
        if "path control" in codes:
            state.blend = self._blend(words)
        if "arc distance" in codes:
            state.centre_absolute = codes["arc distance"] == "G90.1"

    def _set_offset(self, code: str | None) -> None:
        """The first is where work zero is taken; a program in another offset is read all the same, but told (W717)."""
        usual = self.control.offset
        if code and code != usual and self.state.offset is None:
            message = f"the program counts from the work offset {code}, not {usual}"
            advice, where = f"take the sheet's zero in {code}, or use {usual}", {"line": self._line}
            self.findings.append(Finding("W717", message, advice, where=where))
        self.state.offset = code or self.state.offset

    def _blend(self, words: Block) -> float:
        """How far the path may be left, mm: the largest of the words that bound it (LinuxCNC's P for corners, and Q for
        points merged into a line); without the first of them nothing does."""
        bounds = self.control.blend.get(words.codes["path control"])
        if bounds is None:
            return 0.0
        if bounds[:1] not in words.values:
            return math.inf
        return max(words.values.get(letter, 0.0) for letter in bounds) * (self.state.unit or 1.0)

    def _set_tool(self, words: Block) -> None:
        state = self.state
        tool = self._tool(words)
        state.chosen = int(words.values.get("T", state.chosen))
        if tool != state.tool or "tool change" in words.codes:
            state.tool = tool
            changed = self.control.changes_tool == "M6"
            state.length = None if changed else state.length
            state.spindle = "M5" if self.control.stops else state.spindle
            self._emit(ToolChange(tool, self.machine.diameter_of(tool)))
            state.spindle = "M5" if changed else state.spindle
        if self.control.length == "D" and "D" in words.values:
            state.length = tool if words.values["D"] else None
        if words.codes.get("tool length") == self.control.length != "":
            state.tool = state.length = tool or int(words.values.get("H", 0))
        elif "tool length" in words.codes:
            state.length = None

    def _set_power(self, words: Block, before: tuple[float, float]) -> None:
        state = self.state
        if "dwell" not in words.codes or "S" not in self.control.dwell:
            state.s = words.values.get("S", state.s)
        state.spindle = words.codes.get("spindle", state.spindle)
        self._set_outputs(words)
        if (self._power(), self._rpm()) != before:
            self._emit(self._power_move())

    def _set_outputs(self, words: Block) -> None:
        code = words.codes.get("outputs")
        if code in ("M62", "M63", "M64", "M65") and words.values["P"] == 0:
            on = code in ("M62", "M64")
            self._output("gate", on, at_once=code in ("M64", "M65"))
        elif code in ("M67", "M68") and words.values["E"] == 0:
            self._output("level", words.values["Q"], at_once=code == "M68")

    def _output(self, name: str, value: bool | float, at_once: bool) -> None:
        """Synchronised outputs (M62, M63, M67) change when the next motion starts, not before."""
        if at_once:
            setattr(self.state, name, value)
            self.state.waiting.pop(name, None)
        else:
            self.state.waiting[name] = value

    def _set_air(self, words: Block) -> None:
        before = self.state.air
        for code in words.codes.values():
            names, on = self.control.air.get(code, ("", True))
            changed = frozenset(names.split())
            self.state.air = self.state.air | changed if on else self.state.air - changed
        if bool(self.state.air) != bool(before):
            self._emit(Air(bool(self.state.air)))

    # -- motion -------------------------------------------------------------------------------------------------------

    def _move(self, words: Block) -> None:
        state, motion = self.state, self._motion(words)
        before = state.motion
        state.motion = None if motion == "G80" else motion
        if not self._moves(words):
            return
        self._release_outputs()
        state.stopped = False
        if motion in cycles.CYCLES:
            if before not in cycles.CYCLES:
                state.old_z = state.z
            if before != motion:
                state.sticky = {}
            if "P" in words.values:
                words.values["P"] = self._seconds(words, "P")
            for move in cycles.expand(words, state, self.control.peck_back):
                self._go(move)
            return
        try:
            self._go(self._one_move(words))
        except RefusedError as refused:
            if not self._lost:
                words.refuse("E711", str(refused), "compute I and J from the rounded start and end")
            state.x, state.y, state.z = self._target(words)
        self._lost = self._lost and not {"X", "Y"} <= words.values.keys()

    def _one_move(self, words: Block) -> Move:
        state = self.state
        x, y, z = self._target(words)
        if state.motion == "G0":
            return Rapid(x, y, z)
        feed = state.feed or 0.0
        if state.motion == "G1":
            return Line(x, y, z, feed)
        clockwise = state.motion == "G2"
        cx, cy = centre(state, (x, y), self._centre_words(words), clockwise, self.control)
        return Arc(x, y, z, cx, cy, clockwise, feed)

    def _centre_words(self, words: Block) -> dict[str, float]:
        """The words of an arc, with those centre words counted from its start that count from the work zero."""
        here, unit = {"I": self.state.x, "J": self.state.y}, self.state.unit or 1.0
        return {
            letter: value - here[letter] / unit if letter in words.absolute else value
            for letter, value in words.values.items()
        }

    def _target(self, words: Block) -> tuple[float, float, float]:
        state, unit = self.state, self.state.unit or 1.0
        here = (state.x, state.y, state.z)
        said = [words.values.get(axis) for axis in "XYZ"]
        x, y, z = (
            old if value is None else value * unit if state.absolute else old + value * unit
            for old, value in zip(here, said, strict=True)
        )
        return x, y, z

    def _release_outputs(self) -> None:
        before = self._power()
        for name, value in self.state.waiting.items():
            setattr(self.state, name, value)
        self.state.waiting = {}
        if self._power() != before:
            self._emit(self._power_move())
