"""How controls are told to do again what stands in the text once.

FANUC, Operator's Manual B-64484EN: M98 P, M99; Haas Automation, Mill Operator's Manual 96-8000: M97 P calls the block N
of the same program; LinuxCNC, docs/src/gcode/o-code.adoc; HEIDENHAIN, User's Manual: LBL, CALL LBL; Centroid, CNC12
Mill Operator's Manual: M98 P calls what stands before it as O9101 to M99; Okuma, Jazzer360/fusion-posts 01877ff,
okuma.cps: CALL, RTS; Mazak, no manual at hand: M98 Q calls the block N of the same program. A body counts all lengths
from where the tool is, so that no zero is ever moved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from camcore.moves import Arc, Line, Rapid
from camcore.program.model import Program
from camcore.program.repeats import Run, repeats

if TYPE_CHECKING:
    from postprocessors.dialect import Dialect


FIRST = 101
"""Number of a program's first subprogram, where its form has no other."""


class Form(NamedTuple):
    """Blocks that open and close subprogram `{}` and call it; `before`: it stands before it is called, not at the end.

    own: subprograms are programs of their own on the control, so their numbers must differ from those of others.
    first: number of a program's first.
    """

    opens: str
    closes: str
    call: str
    before: bool = False
    own: bool = False
    first: int = FIRST


FORMS: Mapping[str, Form] = {
    "M98": Form("O{:04d}", "M99", "M98 P{}", own=True),
    "M98 Q": Form("N{}", "M99", "M98 Q{}"),
    "M97": Form("N{}", "M99", "M97 P{}"),
    "CALL": Form("O{}", "RTS", "CALL O{}", first=8101),
    "embedded": Form("O{}", "M99", "M98 P{}", before=True, first=9101),
    "O-word": Form("O{} SUB", "O{} ENDSUB", "O{} CALL", before=True),
    "LBL": Form("LBL {}", "LBL 0", "CALL LBL {}"),
    "CALL BLOCK": Form("UP{}:", "END{}:", "CALL BLOCK UP{0} TO END{0}"),
    "SUB": Form("(SUB {})", "(RET)", "(CALL {})", own=True),
}
"""Forms by `Text.subprogram`. Okuma's programs have numbers below 8000; Centroid embeds those from 9100 up."""
MOST_OWN = 79
"""Programs of their own have the numbers 100 × the program's number, which is at most this, and 1 and so on."""


class Call(NamedTuple):
    """A run that is made by calling subprogram `number`, and the way from its start to its end, in steps."""

    number: int
    run: Run
    way: tuple[int, int, int]


class Subprograms:
    """What repeats in one program, and how its dialect says it."""

    def __init__(self, form: Form, dialect: Dialect, program: Program, first: int) -> None:
        self.form, self.dialect, self.moves = form, dialect, program.moves
        self.bodies: dict[int, Run] = {}
        self.calls: dict[int, Call] = {}
        for number, runs in enumerate(repeats(program.moves, dialect.machine.step), first):
            self.bodies[number] = runs[0]
            way = self._way(runs[0])
            self.calls.update({run.first: Call(number, run, way) for run in runs})

    @staticmethod
    def of(program: Program, dialect: Dialect) -> Subprograms | None:
        """Those of a program; None where they are not wanted, or have no numbers."""
        if not dialect.machine.format.subprograms:
            return None
        form, number = FORMS[dialect.text.subprogram], program_number(program.name)
        if form.own and not 0 < number <= MOST_OWN:
            return None
        return Subprograms(form, dialect, program, 100 * number + 1 if form.own else form.first)

    def call(self, first: int) -> int:
        """How many moves a call that starts at move `first` makes; 0 where there is none.

        No drilling cycle is in force at a call, and after it every mode is said anew.
        """
        call, dialect = self.calls.get(first), self.dialect
        if call is None:
            return 0
        dialect.cancel("")
        dialect.block(self.form.call.format(call.number))
        dialect.modal.clear()
        start, way = self._place(call.run), call.way
        dialect.x, dialect.y, dialect.z = start[0] + way[0], start[1] + way[1], start[2] + way[2]
        return call.run.last - call.run.first

    def write(self) -> None:
        """The bodies, each from the moves of its first run; what is in force in the program stays as it is."""
        dialect = self.dialect
        for number, run in self.bodies.items():
            kept = dialect.x, dialect.y, dialect.z, dialect.modal
            (dialect.x, dialect.y, dialect.z), dialect.modal, dialect.relative = self._place(run), {}, True
            self._body(number, run)
            (dialect.x, dialect.y, dialect.z, dialect.modal), dialect.relative = kept, False

    def _body(self, number: int, run: Run) -> None:
        self.dialect.block(self.form.opens.format(number))
        self.dialect.block(*self.dialect.text.relative[:1])
        self.dialect.run(self.moves[run.first : run.last])
        self.dialect.block(*self.dialect.text.relative[1:])
        self.dialect.block(self.form.closes.format(number))

    def _place(self, run: Run) -> tuple[int, int, int]:
        steps = self.dialect.steps
        return steps(run.x), steps(run.y), steps(run.z)

    def _way(self, run: Run) -> tuple[int, int, int]:
        """From a run's start to the end of its last motion."""
        (x, y, z), steps = self._place(run), self.dialect.steps
        last = next(m for m in reversed(self.moves[run.first : run.last]) if isinstance(m, Rapid | Line | Arc))
        return steps(last.x) - x, steps(last.y) - y, steps(last.z) - z


def program_number(name: str) -> int:
    """Number of a program by the last digits of its name, 1 where it has none; below 8000, as those above are the
    machine builder's (FANUC)."""
    digits = re.findall(r"\d+", name)
    return int(digits[-1]) % 8000 if digits else 1
