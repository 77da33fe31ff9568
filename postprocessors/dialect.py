"""What all dialects of RS-274 share: one method for each canonical move, modal words, whole steps for numbers.

Written out for the control that most others follow (FANUC); controls that differ in numbers and names alone need no
class of their own.
Word meanings after RS274/NGC (Kramer, Proctor, Messina: NISTIR 6556, 2000, chapter 3). A dialect class changes the
order of words and the conditions; every number and name comes from the machine's and the dialect's TOML.
"""

from __future__ import annotations

import math
import re
import textwrap
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from camcore.findings import CamError, Finding
from camcore.machine import Machine
from camcore.moves import (
    Air,
    Arc,
    Beam,
    Comment,
    DrillHole,
    Dwell,
    End,
    Line,
    Move,
    Rapid,
    Spindle,
    ToolChange,
)
from camcore.program.model import Program
from camcore.units import MM_PER_UNIT
from postprocessors.subprograms import Subprograms, program_number

FEED_COARSER = 2
"""Feeds are written with so many decimals fewer than lengths: at mm and 3 decimals, to 0.1 mm/min."""
POWER_STEPS = 1000
"""Beam power is written at least this finely."""
SECOND_DECIMALS = 3
"""Times are written to the millisecond."""
_UNSAFE = re.compile(r"[^A-Za-z0-9 .:+\-*/=#_\[\]$]")
"""What no comment may hold: ``( ) ;`` end or nest comments, a comma starts LinuxCNC's active comments, and GRBL acts on
``? ! ~`` wherever they stand."""


class Dialect:
    """Writes one program for one machine. Mutable: holds the lines so far and what the control now has in force.

    `x`, `y`, `z` count whole steps of the text; None is not known. `modal` holds each group's or letter's last word.
    `relative`: lengths count from where the tool is, as in subprograms.
    """

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.abilities = machine.abilities
        self.text = machine.abilities.text
        self.numbered = machine.format.line_numbers or self.text.numbers == "must"
        self.decimals = machine.format.decimals
        self.scale: float = 10**self.decimals / MM_PER_UNIT[machine.format.units]
        self.lines: list[str] = []
        self.modal: dict[str, str] = {}
        self.x: int | None = None
        self.y: int | None = None
        self.z: int | None = None if machine.process == "mill" else 0
        self.length: list[str] = []
        self.relative = False
        self.subprograms: Subprograms | None = None
        self.said: dict[type[Any], Callable[[Any], None]] = {
            Rapid: self.rapid,
            Line: self.line,
            Arc: self.arc,
            Dwell: self.dwell,
            Beam: self.beam,
            Spindle: self.spindle,
            Air: self.air,
            ToolChange: self.tool_change,
            DrillHole: self.drill,
            Comment: self.comment,
            End: self.end,
        }

    def write(self, program: Program) -> str:
        """The program's text. Raises CamError E606, E607 for what cannot be said."""
        self.subprograms = Subprograms.of(program, self)
        self.begin(program)
        if self.subprograms and self.subprograms.form.before:
            self.subprograms.write()
        self.run(program.moves, self.subprograms)
        return "\n".join(self.lines) + "\n"

    def run(self, moves: Sequence[Move], subprograms: Subprograms | None = None) -> None:
        """Moves one after another; for those that a subprogram makes its call."""
        k = 0
        while k < len(moves):
            done = subprograms.call(k) if subprograms else 0
            if not done:
                self.said[type(moves[k])](moves[k])
            k += done or 1

    # -- one method for each move -----------------------------------------------------------------------------------

    def begin(self, program: Program) -> None:
        """Number and name, safe state, the machine's own first lines."""
        self.lines += self.percent()
        if self.text.digits:
            self.lines.append(f"O{program_number(program.name):0{self.text.digits}d}")
        self.comment(Comment(f"{program.name} for {program.machine}"))
        for line in self.safe_start():
            self.block(line)
        for line in self.machine.preamble:
            self.block(line)

    def safe_start(self) -> list[str]:
        """Blocks that make every mode what the program counts on."""
        modes = [" ".join([self.units_word(), *self.text.modes])]
        if self.text.blend:
            modes.append(f"{self.text.blend}{self.blend()}")
        return modes

    def percent(self) -> list[str]:
        """The line before and after a program."""
        return ["%"] if self.text.percent else []

    def blend(self) -> str:
        """How far corners may be rounded, in the program's units."""
        return decimal(self.steps(self.machine.rates.blend), self.decimals, self.text.point)

    def units_word(self) -> str:
        """The word for the program's units."""
        return self.text.units[self.machine.format.units != "mm"]

    def rapid(self, move: Rapid) -> None:
        """G0. From an unknown place the tool first goes up, with its length, then across."""
        if self.z is None or self.x is None:
            self.go("G0", self.axes(z=move.z), before=self.length)
            self.length = []
        self.go("G0", self.axes(move.x, move.y, move.z))

    def line(self, move: Line) -> None:
        """G1; nothing where no axis would move by a step."""
        axes = self.axes(move.x, move.y, move.z)
        if axes:
            self.go("G1", [*axes, *self.feed(move.feed)])

    def arc(self, move: Arc) -> None:
        """G2 or G3, the centre counted from the start as the text has it. Raises CamError E606 out of tolerance."""
        x0, y0 = self.start(move)
        x1, y1 = self.steps(move.x), self.steps(move.y)
        i, j = self.steps(move.cx) - x0, self.steps(move.cy) - y0
        self.check_radii(move, math.hypot(i, j), math.hypot(x1 - x0 - i, y1 - y0 - j))
        ends = [self.at("X", x1), self.at("Y", y1), *self.axes(z=move.z)]
        self.x, self.y = x1, y1
        centre = [self.word("I", i), self.word("J", j)]
        self.go("G2" if move.clockwise else "G3", [*ends, *centre, *self.feed(move.feed)])

    def dwell(self, move: Dwell) -> None:
        """G4 with its word, in the control's own unit of time."""
        self.block("G4", self.text.dwell + self.time(move.seconds))

    def beam(self, move: Beam) -> None:
        """M4 where the control scales power with speed, else M3; S0 for off."""
        if move.power > 0:
            self.switch("M4" if move.dynamic else "M3", self.power(move.power))
        else:
            self.block(*self.changed("S", self.power(0.0)))

    def spindle(self, move: Spindle) -> None:
        """M3 with its speed, or M5."""
        if move.rpm > 0:
            self.switch("M3", f"S{self.number(move.rpm, 0)}")
        else:
            self.block(*self.changed("spindle", "M5"))

    def air(self, move: Air) -> None:
        """M8 and M9, or what the control has instead."""
        self.block(*self.changed("air", self.machine.air_words[not move.on]))

    def tool_change(self, move: ToolChange) -> None:
        """T and M6, then the tool's length with the first way in Z; a machine without tool change has its one tool in.

        Z goes to its reference first, where the control has words for that.
        """
        if self.machine.tool_change != "none":
            self.home()
            self.block(f"T{move.number}", "M6")
            self.length = ["G43", f"H{move.number}"]
        self.modal["spindle"] = "M5"
        self.forget()

    def home(self) -> None:
        """Z to its reference point, where the control has words for that; where the tool then is, is not known."""
        if self.text.home:
            self.cancel("")
            for line in self.text.home:
                self.block(line)
            self.forget()

    def cancel(self, motion: str) -> None:
        """G80, where a drilling cycle is in force that is not `motion`."""
        held = self.modal.get("motion", "")
        if held.startswith(("G7", "G8")) and held != motion:
            self.block("G80")

    def drill(self, move: DrillHole) -> None:
        """G81, G82 with a dwell, G83 with pecks, G73 where they stay in the hole, back to where it came from (G98)."""
        if self.z != self.steps(move.height):
            self.go("G0", self.axes(z=move.height))
        pecking = "G73" if move.chip_break else "G83"
        code = pecking if move.peck > 0 else "G82" if move.dwell > 0 else "G81"
        words = self.axes(move.x, move.y) or [self.word("X", self.steps(move.x))]
        cycle = {"Z": self.word("Z", self.steps(move.bottom)), "R": self.word("R", self.steps(move.clear))}
        if move.peck > 0:
            cycle["Q"] = self.word("Q", self.steps(move.peck))
        if code in self.text.cycle_dwell:
            cycle["P"] = f"P{self.time(move.dwell)}"
        new = self.modal.get("motion") != code
        held = [word for key, word in cycle.items() if new or self.modal.get(f"cycle {key}") != word]
        self.modal.update({f"cycle {key}": word for key, word in cycle.items()})
        self.go(code, [*words, *held, *self.feed(move.feed)], before=["G98"] if new else [])

    def comment(self, move: Comment) -> None:
        """The words, as many lines as they need, in plain ASCII without anything a control acts on."""
        opening, closing = self.text.comment
        plain = unicodedata.normalize("NFKD", move.text.replace("×", "x")).encode("ascii", "ignore").decode()
        plain = _UNSAFE.sub(" ", plain.upper() if self.text.upper else plain)
        for line in textwrap.wrap(plain, self.room() - len(opening + closing)):
            self.block(f"{opening}{line}{closing}")

    def end(self, move: End) -> None:
        """Off, Z to its reference, the machine's own last lines, and the end of the program."""
        self.block(*self.changed("spindle", "M5"))
        self.home()
        for line in self.machine.postamble:
            self.block(line)
        self.block(self.text.last)
        if self.subprograms and not self.subprograms.form.before:
            self.subprograms.write()
        self.lines += self.percent()

    # -- words ------------------------------------------------------------------------------------------------------

    def steps(self, length: float) -> int:
        """A length in mm as whole steps of the text."""
        return round(length * self.scale)

    def word(self, letter: str, steps: int) -> str:
        """A letter with a length of so many steps."""
        return letter + decimal(steps, self.decimals, self.text.point)

    def number(self, value: float, decimals: int) -> str:
        """A number that is neither length nor feed: speed, power."""
        return decimal(round(value * 10**decimals), decimals)

    def time(self, seconds: float) -> str:
        """A time in the control's unit, to the millisecond where the unit is that fine."""
        value = seconds * self.text.dwell_second
        decimals = SECOND_DECIMALS if self.text.dwell_second == 1.0 else 0
        return decimal(round(value * 10**decimals), decimals, self.text.dwell_point)

    def axes(self, x: float | None = None, y: float | None = None, z: float | None = None) -> list[str]:
        """Words of the axes that move by a step or more; the tool is then there."""
        words = []
        for name, value in (("x", x), ("y", y), ("z", z)):
            if value is not None and (new := self.steps(value)) != getattr(self, name):
                words.append(self.at(name.upper(), new))
                setattr(self, name, new)
        return words

    def at(self, axis: str, new: int) -> str:
        """Word of an axis that goes to `new` steps: in a subprogram, how far it goes."""
        return self.word(axis, new - (getattr(self, axis.lower()) or 0) if self.relative else new)

    def feed(self, feed: float) -> list[str]:
        """F word in mm/min or in/min, when it is another than the last."""
        decimals = max(self.decimals - FEED_COARSER, 0)
        value = round(feed / MM_PER_UNIT[self.machine.format.units] * 10**decimals)
        return self.changed("F", "F" + decimal(value, decimals, self.text.point))

    def power(self, share: float, letter: str = "S") -> str:
        """Power word for a share (0 to 1) of the beam's full power."""
        full = self.machine.beam.word_max if self.machine.beam else 0.0
        decimals = max(0, math.ceil(math.log10(POWER_STEPS / full))) if full else 0
        return letter + self.number(share * full, decimals)

    def changed(self, group: str, word: str) -> list[str]:
        """The word, unless it is in force in its group."""
        if self.modal.get(group) == word:
            return []
        self.modal[group] = word
        return [word]

    def switch(self, code: str, value: str) -> None:
        """A spindle or beam code with its value; both when the code changes, else the value when that does."""
        head = self.changed("spindle", code)
        tail = self.changed("S", value)
        self.block(*head, *([value] if head else tail))

    def start(self, arc: Arc) -> tuple[int, int]:
        """Where an arc starts, in steps."""
        if self.x is None or self.y is None:
            self.refuse(arc, "an arc that starts nowhere")
        return self.x, self.y

    def check_radii(self, arc: Arc, start: float, end: float) -> None:
        """Whether the control takes an arc of these two radii, given in steps."""
        off, can = abs(start - end) / self.scale, self.abilities
        if off > can.radius_tolerance and off > can.radius_ratio * start / self.scale:
            self.refuse(arc, f"the radii at its ends differ by {off:.4f} mm")

    def refuse(self, move: Line | Arc, why: str) -> NoReturn:
        """Raise E606 for a move that cannot be said."""
        where = {"x": move.x, "y": move.y, "z": move.z}
        text = f"{self.abilities.title} would refuse a move: {why}"
        raise CamError(Finding("E606", text, "check the drawing there", where=where))

    # -- blocks -----------------------------------------------------------------------------------------------------

    def go(self, motion: str, words: list[str], before: list[str] | None = None) -> None:
        """A block of motion; nothing where there are no words. A cycle that was in force is cancelled first."""
        if not words:
            return
        self.cancel(motion)
        self.before_motion()
        self.block(*(before or []), *self.changed("motion", motion), *words)

    def forget(self) -> None:
        """Count on no position and no motion in force any more."""
        self.x = self.y = self.z = None
        self.modal.pop("motion", None)

    def before_motion(self) -> None:
        """What has to be said before a block of motion; nothing, unless a dialect says otherwise."""

    def room(self) -> int:
        """How many bytes of a line are left for words."""
        return self.abilities.line_length - (len(self.label()) if self.numbered else 0)

    def label(self) -> str:
        """Number of the next block; they start anew after the highest."""
        return f"N{len(self.lines) % self.text.highest + 1} "

    def block(self, *words: str) -> None:
        """One line of words; nothing where there are none. Raises CamError E607 when the control could not take it."""
        if not words:
            return
        line = " ".join(words)
        if len(line) > self.room():
            text = f"{line!r} is longer than the {self.abilities.line_length} bytes that {self.abilities.title} takes"
            raise CamError(Finding("E607", text, "use fewer decimals or no line numbers"))
        self.lines.append(self.label() + line if self.numbered else line)


def decimal(steps: int, decimals: int, point: bool = False) -> str:
    """``steps`` × 10^-`decimals` without trailing zeros, never ``-0``; with `point` there is always one (``10.``)."""
    whole, part = divmod(abs(steps), 10**decimals)
    fraction = f"{part:0{decimals}d}".rstrip("0") if decimals else ""
    dot = "." if fraction or point else ""
    return f"{'-' if steps < 0 else ''}{whole}{dot}{fraction}"
