"""One block after another, in four steps as GRBL announces them: copy the state, read the words, check everything,
execute (gnea/grbl, gcode.c, gc_execute_line). A block with a finding changes nothing.
"""

from __future__ import annotations

import math
from functools import cache

from camcore.findings import Finding
from camcore.machine import Machine
from camcore.moves import Air, Arc, Beam, Dwell, End, Line, Move, Rapid, Spindle, ToolChange
from camcore.units import MM_PER_INCH
from camcore.verify import cycles
from camcore.verify.circles import RefusedError, centre
from camcore.verify.controls import Control
from camcore.verify.modal import Modal
from camcore.verify.model import ReadMove
from camcore.verify.words import Block, block

_PATH = frozenset("XYZIJR")
_ALWAYS = frozenset("FSTN")
_SWITCHES = frozenset("ST")
_USES = {
    "G80": "",
    "G2": "XYZIJRP",
    "G3": "XYZIJRP",
    "G4": "P",
    "G43": "H",
    "G64": "PQ",
    "M62": "P",
    "M63": "P",
    "M64": "P",
    "M65": "P",
    "M67": "EQ",
    "M68": "EQ",
    **dict.fromkeys(cycles.CYCLES, "XYZRPQL"),
}
"""Value words that a code may use; every other word beside F, S, T, N is an axis of the motion in force."""
_NEEDS = {"G4": "P", "M62": "P", "M63": "P", "M64": "P", "M65": "P", "M67": "EQ", "M68": "EQ"}


@cache
def _used(codes: tuple[str, ...], motion: str | None) -> frozenset[str]:
    """Value words that a block with these codes, under this motion, may have."""
    letters = "".join(_USES.get(code, "") for code in codes) + (_USES.get(motion, "XYZ") if motion else "")
    return _ALWAYS.union(letters)


def _moves(words: Block) -> bool:
    return not _PATH.isdisjoint(words.values)


class Interpreter:
    """Reads blocks for one machine; `moves` and `findings` grow. Nothing is raised for a bad program.

    After a refused block it is not known where the tool is: until X and Y are stated again, arcs are not blamed.
    """

    def __init__(self, machine: Machine, control: Control) -> None:
        self.machine, self.control = machine, control
        self.state = Modal(motion=None if control.percent else "G0", blend=math.inf if control.blends else 0.0)
        self.moves: list[ReadMove] = []
        self.findings: list[Finding] = []
        self._line = 0
        self._lost = False

    # -- the four steps ---------------------------------------------------------------------------------------------

    def read(self, text: str, line: int) -> None:
        """One block."""
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
            del self.moves[count:]
            self.findings += words.findings
            self._lost = True

    # -- step 3: check ----------------------------------------------------------------------------------------------

    def _check(self, words: Block) -> None:
        if self.state.ended:
            words.refuse("E715", "there is text after the program's end", "end the program with its last block")
            return
        self._check_values(words)
        self._check_uses(words)
        self._check_modes(words)
        if "motion" in words.codes or _moves(words):
            self._check_motion(words)

    def _check_values(self, words: Block) -> None:
        for letter, value in words.values.items():
            highest = self.control.highest.get(letter)
            if letter in "FSTNPQHLE" and value < 0:
                words.refuse("E712", f"{letter}{value:g} is negative", "give a positive number")
            elif letter in "TNHLE" and value != int(value):
                words.refuse("E712", f"{letter}{value:g} is no whole number", "give a whole number")
            elif highest is not None and value > highest:
                words.refuse("E712", f"{letter}{value:g} is more than {highest:g}", "give a smaller number")

    def _check_uses(self, words: Block) -> None:
        used = _used(tuple(words.codes.values()), self._motion(words))
        for letter in sorted(words.values.keys() - used):
            words.refuse("E709", f"nothing in this block uses {letter}{words.values[letter]:g}", "take it out")
        for code in words.codes.values():
            for letter in _NEEDS.get(code, ""):
                if letter not in words.values:
                    words.refuse("E708", f"{code} needs a word {letter}", f"add {letter}")

    def _check_modes(self, words: Block) -> None:
        state, codes = self.state, words.codes
        unit = self._unit(words)
        if state.unit is not None and unit != state.unit:
            words.refuse("E705", f"{codes['units']} changes the units in mid-program", "write a program in one unit")
        if (offset := codes.get("work offset")) and offset != self._offset(offset):
            words.refuse("E705", f"{offset} changes the work zero from {self._offset(offset)}", "keep one work offset")
        if codes.get("spindle") == "M4" and self.machine.process == "mill":
            words.refuse("E705", "M4 turns a mill's spindle backwards", "use M3")
        self._check_tool(words)

    def _offset(self, chosen: str) -> str:
        """The work offset in force: until one is stated it is free, but once anything has moved it was G54."""
        moved = any(isinstance(read.move, Rapid | Line | Arc) for read in self.moves)
        return self.state.offset or ("G54" if moved else chosen)

    def _check_tool(self, words: Block) -> None:
        state, tool = self.state, self._tool(words)
        if words.codes.get("tool length") == "G43" and tool and int(words.values.get("H", tool)) != tool:
            words.refuse("E713", f"G43 H{words.values['H']:g} is not the length of tool {tool}", "call its own length")
        if self.control.changes_tool == "T" and state.tool and tool != state.tool and not state.stopped:
            words.refuse("E740", f"T{tool} with no stop to change the tool in", "stop with M0 before it")

    def _check_motion(self, words: Block) -> None:
        motion, state = self._motion(words), self.state
        if not _moves(words):
            if motion in ("G2", "G3"):
                words.refuse("E708", f"{motion} without an end and a centre", "add X Y and I J")
            return
        if motion is None:
            words.refuse("E709", "axis words, but no motion is in force", "write G0 or G1 before them")
        if self._unit(words) is None or self._absolute(words) is None:
            words.refuse("E716", "a move before units (G21) and distance mode (G90) are stated", "start with G21 G90")
        if motion not in ("G0", None) and not self._feed(words):
            words.refuse("E710", f"{motion} without a feed", "state F before it or in its block")
        if motion in cycles.CYCLES:
            cycles.check(words, str(motion), state, self._absolute(words) is True)

    # -- what will be in force once the block's modes are set ---------------------------------------------------------

    def _motion(self, words: Block) -> str | None:
        """Motion this block makes or sets; None when it has nothing to do with motion, or none is in force."""
        return words.codes.get("motion") or (self.state.motion if _moves(words) else None)

    def _unit(self, words: Block) -> float | None:
        code = words.codes.get("units")
        return self.state.unit if code is None else MM_PER_INCH if code == "G20" else 1.0

    def _absolute(self, words: Block) -> bool | None:
        code = words.codes.get("distance")
        return self.state.absolute if code is None else code == "G90"

    def _feed(self, words: Block) -> float | None:
        return words.values["F"] * (self._unit(words) or 1.0) if "F" in words.values else self.state.feed

    def _tool(self, words: Block) -> int:
        takes = self.control.changes_tool == "T" or "tool change" in words.codes
        return int(words.values.get("T", self.state.chosen)) if takes else self.state.tool

    # -- step 4: execute, in the order that both controls document -----------------------------------------------------

    def _execute(self, words: Block) -> None:
        self._set_modes(words)
        if len(words.codes) > ("motion" in words.codes) or not _SWITCHES.isdisjoint(words.values):
            self._set_tool(words)
            self._set_power(words)
            self._set_air(words)
        if words.codes.get("dwell"):
            self._emit(Dwell(words.values["P"]))
        if self._motion(words):
            self._move(words)
        if words.codes.get("stop") in ("M2", "M30"):
            self._emit(End())
            self.state.ended = True
        elif words.codes.get("stop") == "M0":
            self.state.stopped = True

    def _set_modes(self, words: Block) -> None:
        state, codes = self.state, words.codes
        state.feed = self._feed(words)
        state.unit, state.absolute = self._unit(words), self._absolute(words)
        self._set_offset(codes.get("work offset"))
        state.retract = codes.get("retract", state.retract)
        if "path control" in codes:
            state.blend = self._blend(words)
        if "arc distance" in codes:
            state.centre_absolute = codes["arc distance"] == "G90.1"

    def _set_offset(self, code: str | None) -> None:
        """G54 is where work zero is taken; a program in another offset is read all the same, but told (W717)."""
        if code and code != "G54" and self.state.offset is None:
            message = f"the program counts from the work offset {code}, not G54"
            where = {"line": self._line}
            self.findings.append(Finding("W717", message, f"take the sheet's zero in {code}, or use G54", where=where))
        self.state.offset = code or self.state.offset

    def _blend(self, words: Block) -> float:
        """How far the path may be left, mm: P for corners; Q, without which P holds, for points merged into a line."""
        if words.codes["path control"] != "G64":
            return 0.0
        limit = words.values.get("P", math.inf)
        return max(limit, words.values.get("Q", 0.0)) * (self.state.unit or 1.0)

    def _set_tool(self, words: Block) -> None:
        state = self.state
        tool = self._tool(words)
        state.chosen = int(words.values.get("T", state.chosen))
        if tool != state.tool or "tool change" in words.codes:
            state.tool = tool
            if self.control.changes_tool == "M6":
                state.spindle, state.length = "M5", None
            self._emit(ToolChange(tool, self.machine.tools.get(str(tool), 0.0)))
        if words.codes.get("tool length") == "G43":
            state.tool = state.length = tool or int(words.values.get("H", 0))
        elif "tool length" in words.codes:
            state.length = None

    def _set_power(self, words: Block) -> None:
        state = self.state
        before = (self._power(), self._rpm())
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
        state, before = self.state, self._air()
        if "M7" in words.codes.values():
            state.mist = True
        if "M8" in words.codes.values():
            state.flood = True
        if "M9" in words.codes.values():
            state.mist = state.flood = False
        if self._air() != before:
            self._emit(Air(self._air()))

    # -- motion -------------------------------------------------------------------------------------------------------

    def _move(self, words: Block) -> None:
        state, motion = self.state, self._motion(words)
        before = state.motion
        state.motion = None if motion == "G80" else motion
        if not _moves(words):
            return
        self._release_outputs()
        state.stopped = False
        if motion in cycles.CYCLES:
            if before not in cycles.CYCLES:
                state.old_z = state.z
            if before != motion:
                state.sticky = {}
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
        cx, cy = centre(state, (x, y), words.values, clockwise, self.control)
        return Arc(x, y, z, cx, cy, clockwise, feed)

    def _target(self, words: Block) -> tuple[float, float, float]:
        state, unit = self.state, self.state.unit or 1.0
        here = (state.x, state.y, state.z)
        said = [words.values.get(axis) for axis in "XYZ"]
        x, y, z = (
            old if value is None else value * unit if state.absolute else old + value * unit
            for old, value in zip(here, said, strict=True)
        )
        return x, y, z

    def _go(self, move: Move) -> None:
        self._emit(move)
        if isinstance(move, Rapid | Line | Arc):
            self.state.x, self.state.y, self.state.z = move.x, move.y, move.z

    def _release_outputs(self) -> None:
        before = self._power()
        for name, value in self.state.waiting.items():
            setattr(self.state, name, value)
        self.state.waiting = {}
        if self._power() != before:
            self._emit(self._power_move())

    # -- what is on ---------------------------------------------------------------------------------------------------

    def _power(self) -> float:
        """Share of full beam power that the words command; a rapid under it counts as a rapid with the beam on."""
        state, beam = self.state, self.machine.beam
        if beam is None or state.spindle == "M5" or state.gate is False:
            return 0.0
        return (state.s if state.level is None else state.level) / beam.word_max

    def _rpm(self) -> float:
        return self.state.s if self.machine.process == "mill" and self.state.spindle == "M3" else 0.0

    def _dynamic(self) -> bool:
        """Whether the beam's power follows the speed: GRBL's M4; power said by outputs does not."""
        return self.machine.process == "laser" and self.state.spindle == "M4" and self.control.beam == "spindle"

    def _air(self) -> bool:
        return self.state.mist or self.state.flood

    def _power_move(self) -> Beam | Spindle:
        return Spindle(self._rpm()) if self.machine.process == "mill" else Beam(self._power(), self._dynamic())

    def _emit(self, move: Move) -> None:
        state = self.state
        self.moves.append(
            ReadMove(
                move,
                self._line,
                state.x,
                state.y,
                state.z,
                state.tool,
                self._rpm(),
                self._power(),
                self._air(),
                state.length,
                state.blend,
                self._dynamic(),
            )
        )
