"""What a block has to be before it changes anything: its words, their values, and what is in force when it comes.

RS274/NGC (Kramer, Proctor, Messina: NISTIR 6556, 2000, chapter 3) for what needs what; limits are each control's own
(`control.py`). E705 to E718 and E740, E742, each on the block that is wrong.
"""

from __future__ import annotations

from functools import cache

from camcore.findings import Finding
from camcore.moves import Arc, Line, Rapid
from camcore.verify import cycles
from camcore.verify.control import Control
from camcore.verify.lane import Lane
from camcore.verify.words import Block

_PATH = frozenset("XYZIJR")
_BY_MACHINE = ("G53", "SUPA")
"""Words whose block counts from the machine's zero."""
_USES = {
    "G80": "",
    "G2": "XYZIJRP",
    "G3": "XYZIJRP",
    **dict.fromkeys(cycles.CYCLES, "XYZRPQL"),
}
"""Value words that a code may use, unless its control says otherwise; every other word beside those that always may
stand is an axis of the motion in force."""
_NEEDS = {"M62": "P", "M63": "P", "M64": "P", "M65": "P", "M67": "EQ", "M68": "EQ", "G15": "H"}


@cache
def _used(control: Control, codes: tuple[str, ...], motion: str | None) -> frozenset[str]:
    """Value words that a block with these codes, under this motion, may have."""
    uses = {**_USES, "G4": "".join(control.dwell), **control.uses}
    letters = "".join(uses.get(code, "") for code in codes) + (uses.get(motion, "XYZ") if motion else "")
    return control.always.union(letters)


class Checker(Lane):
    """Refuses blocks in whole. The state stays as it is; only a distance mode that nothing states is taken as G90."""

    def _check(self, words: Block) -> None:
        if self.state.ended:
            words.refuse("E715", "there is text after the program's end", "end the program with its last block")
            return
        if self.control.commands:
            self._check_command(words)
        self._check_values(words)
        self._check_uses(words)
        self._check_modes(words)
        if "home" in words.codes:
            self._check_home(words)
        elif "motion" in words.codes or self._moves(words):
            self._check_motion(words)

    def _check_command(self, words: Block) -> None:
        if len(words.codes) != 1:
            code, why = ("E706", "several codes") if words.codes else ("E709", "words without a code")
            words.refuse(code, f"{why}: {self.control.title} takes one command a line", "write one code a line")

    def _check_home(self, words: Block) -> None:
        """Z alone to its reference: from the machine's zero, or by way of the place where the tool is."""
        code, z = words.codes["home"], words.values.get("Z")
        by_machine = code in _BY_MACHINE
        straight = by_machine and words.codes.get("motion", self.state.motion) == "G0"
        mode = self._absolute(words) is by_machine is straight
        if words.values.keys() & _PATH - {"Z"} or (code != "M25" and (z != 0 or not mode)):
            how = "G0 and Z0, absolute" if by_machine else "G91 and Z0"
            words.refuse("E705", f"{code} is read only with {how}", "write it so, and go nowhere else with it")

    def _check_values(self, words: Block) -> None:
        if self.control.points:
            self._check_points(words)
        for letter, value in words.values.items():
            highest = self.control.highest.get(letter)
            if letter in "FSTNPQHLE" and value < 0:
                words.refuse("E712", f"{letter}{value:g} is negative", "give a positive number")
            elif letter in ("TNHLE" if self.control.beam == "outputs" else "TNHLD") and value != int(value):
                words.refuse("E712", f"{letter}{value:g} is no whole number", "give a whole number")
            elif letter in self.control.whole and letter in words.decimals:
                words.refuse("E712", f"{self.control.title} takes no point in {letter}", "write a whole number")
            elif highest is not None and value > highest:
                words.refuse("E712", f"{letter}{value:g} is more than {highest:g}", "give a smaller number")

    def _check_points(self, words: Block) -> None:
        """Lengths of a control that counts least steps: with a point, and no finer than those."""
        inch = (self._unit(words) or 1.0) != 1.0
        for letter in sorted(words.values.keys() & self.control.points):
            value = words.values[letter]
            if letter not in words.decimals and value:
                least = "milliseconds" if "dwell" in words.codes else "least steps"
                message = f"{letter}{value:g} has no decimal point: it would count {least}"
                words.refuse("E718", message, f"write {letter}{value:g}.")
            elif words.decimals.get(letter, 0) > self.control.decimals[inch]:
                most = self.control.decimals[inch]
                words.refuse("E712", f"{self.control.title} keeps {most} decimals of {letter}{value:g}", "round it")

    def _check_uses(self, words: Block) -> None:
        used = _used(self.control, tuple(words.codes.values()), self._motion(words))
        for letter in sorted(words.values.keys() - used):
            words.refuse("E709", f"nothing in this block uses {letter}{words.values[letter]:g}", "take it out")
        for code in words.codes.values():
            for letter in _NEEDS.get(code, ""):
                if letter not in words.values:
                    words.refuse("E708", f"{code} needs a word {letter}", f"add {letter}")
        if "dwell" in words.codes and len(words.values.keys() & self.control.dwell.keys()) != 1:
            letters = " or ".join(self.control.dwell)
            words.refuse("E708", f"{words.codes['dwell']} needs one word {letters}", f"add {letters}")

    def _check_modes(self, words: Block) -> None:
        state, codes = self.state, words.codes
        unit = self._unit(words)
        if state.unit is not None and unit != state.unit:
            words.refuse("E705", f"{codes['units']} changes the units in mid-program", "write a program in one unit")
        if (offset := self._offset_word(words)) and offset != self._offset(offset):
            words.refuse("E705", f"{offset} changes the work zero from {self._offset(offset)}", "keep one work offset")
        if codes.get("spindle") == "M4" and self.machine.process == "mill":
            words.refuse("E705", "M4 turns a mill's spindle backwards", "use M3")
        if codes.get("stop") in ("M0", "M1") and self._power() > 0 and not self._dynamic():
            words.refuse("E742", "the program stops with the beam on", "switch the beam off (M5, S0 or M63) before it")
        self._check_tool(words)

    def _offset(self, chosen: str) -> str:
        """The work offset in force: until one is stated it is free, but once anything has moved it was G54."""
        moved = any(isinstance(read.move, Rapid | Line | Arc) for read in self.moves)
        return self.state.offset or (self.control.offset if moved else chosen)

    def _offset_word(self, words: Block) -> str | None:
        """The work offset that a block states; on some controls by number."""
        code = words.codes.get("work offset")
        return f"{code} H{words.values.get('H', 0):g}" if code == "G15" else code

    def _check_tool(self, words: Block) -> None:
        state, tool = self.state, self._tool(words)
        called = words.codes.get("tool length")
        if called == self.control.length and tool and int(words.values.get("H", tool)) != tool:
            number = words.values["H"]
            words.refuse("E713", f"{called} H{number:g} is not the length of tool {tool}", "call its own length")
        if self.control.length == "D" and words.values.get("D", 0) > 1:
            number = words.values["D"]
            words.refuse("E713", f"D{number:g} is the length of another edge of tool {tool}", "call D1")
        chosen = words.values.get("T", state.chosen)
        if self.control.length == "G43" and words.values.get("D", chosen) != chosen:
            words.refuse("E713", f"D{words.values['D']:g} is not the offset of tool {chosen:g}", "call its own offset")
        if self.control.changes_tool == "T" and state.tool and tool != state.tool and not state.stopped:
            words.refuse("E740", f"T{tool} with no stop to change the tool in", "stop with M0 before it")

    def _check_motion(self, words: Block) -> None:
        motion, state = self._motion(words), self.state
        if not self._moves(words):
            if motion in ("G2", "G3"):
                words.refuse("E708", f"{motion} without an end and a centre", "add X Y and I J")
            return
        if motion is None:
            words.refuse("E709", "axis words, but no motion is in force", "write G0 or G1 before them")
        if self._unit(words) is None:
            units = " or ".join(self.control.units)
            words.refuse("E716", f"a move before units ({units}) are stated", "start with units and distance mode")
        elif self._absolute(words) is None:
            where = {"line": words.line}
            message = "a move before the distance mode (G90) is stated; read on as if it were"
            self.findings.append(Finding("E716", message, "start with units and distance mode", where=where))
            self.state.absolute = True
        if motion not in ("G0", None) and not self._feed(words):
            words.refuse("E710", f"{motion} without a feed", "state F before it or in its block")
        if motion in cycles.CYCLES:
            cycles.check(words, str(motion), state, self._absolute(words) is True)

    # -- what will be in force once the block's modes are set ---------------------------------------------------------

    def _moves(self, words: Block) -> bool:
        """Whether a block has words for the motion in force; a reference's and a dwell's words are not for that."""
        if "home" in words.codes:
            return False
        if "dwell" in words.codes:
            return not _PATH.isdisjoint(words.values.keys() - self.control.dwell.keys())
        return not _PATH.isdisjoint(words.values)

    def _motion(self, words: Block) -> str | None:
        """Motion this block makes or sets; None when it has nothing to do with motion, or none is in force."""
        return words.codes.get("motion") or (self.state.motion if self._moves(words) else None)

    def _unit(self, words: Block) -> float | None:
        code = words.codes.get("units")
        return self.state.unit if code is None else self.control.units[code]

    def _absolute(self, words: Block) -> bool | None:
        code = words.codes.get("distance")
        return self.state.absolute if code is None else code == "G90"

    def _feed(self, words: Block) -> float | None:
        stated = "F" in words.values and not ("dwell" in words.codes and "F" in self.control.dwell)
        return words.values["F"] * (self._unit(words) or 1.0) if stated else self.state.feed

    def _tool(self, words: Block) -> int:
        takes = self.control.changes_tool == "T" or "tool change" in words.codes
        return int(words.values.get("T", self.state.chosen)) if takes else self.state.tool
