"""What SINUMERIK says in words that are no letters with numbers: drilling cycles, and arcs through a point.

Siemens, SINUMERIK 840D Programming Guide Cycles, 11/2002: CYCLE81(RTP, RFP, SDIS, DP, DPR), CYCLE82 with DTB, MCALL;
Programming Manual Fundamentals: CIP with I1 and J1. A modal cycle drills after each block that moves, until MCALL
stands alone; one that moves in Z would drill elsewhere or again, and is refused. Pecking (CYCLE83) has a dozen
parameters and defaults of the machine's own: it is refused.
"""

from __future__ import annotations

import re
from typing import ClassVar

from camcore.moves import Arc
from camcore.verify.drilling import Drilling, Hole

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
_CALL = re.compile(r"(?:N\d+ ?)?(?P<modal>MCALL ?)?(?P<name>CYCLE8[12]) ?\((?P<values>[-+.,\d ]*)\)")
_OFF = re.compile(r"(?:N\d+ ?)?MCALL")
_CIP = re.compile(
    rf"(?:N\d+ ?)?CIP X=?(?P<x>{_NUMBER}) ?Y=?(?P<y>{_NUMBER}) ?I1=(?P<i>{_NUMBER}) ?J1=(?P<j>{_NUMBER})"
    r"(?: ?F(?P<f>\d+\.?\d*))?"
)
_STRAIGHT = 1e-9
"""Three points this near to a line, as a share of their distances' product, have no circle."""


class Sinumerik(Drilling):
    """Reads blocks for a SINUMERIK; see the module's text."""

    _OFF: ClassVar[str] = "MCALL"

    def _read_words(self, text: str, line: int) -> None:
        bare = text.split(";", maxsplit=1)[0].strip()
        if not any(word in bare for word in ("CYCLE", "MCALL", "CIP")) or self.state.ended:
            super()._read_words(text, line)
            return
        self._line = line
        if _OFF.fullmatch(bare):
            self._hole = None
        elif match := _CALL.fullmatch(bare):
            self._call(match)
        elif match := _CIP.fullmatch(bare):
            self._through(match)
        else:
            super()._read_words(text, line)

    # -- drilling -----------------------------------------------------------------------------------------------------

    def _call(self, match: re.Match[str]) -> None:
        """Take in a cycle; one that is not modal drills where the tool is."""
        hole = self._taken(match["name"], [value.strip() for value in match["values"].split(",")])
        if hole is None:
            return
        if match["modal"]:
            self._hole = hole
        else:
            self._make(hole)

    def _taken(self, name: str, said: list[str]) -> Hole | None:
        unit = self.state.unit
        most = 6 if name == "CYCLE82" else 5
        values = [float(value) if re.fullmatch(_NUMBER, value) else None for value in [*said, *[""] * most]]
        top, ground, gap, deep, depth = values[:5]
        if unit is None or top is None or ground is None or gap is None or len(said) > most:
            self._wrong("E708", f"{name} is read with RTP, RFP, SDIS, and DP or DPR", "state these, and no others")
            return None
        bottom = deep if deep is not None else None if depth is None else ground - depth
        if bottom is None or not bottom < ground <= ground + gap <= top:
            self._wrong("E712", f"the heights of {name} are not DP < RFP <= RTP", "put them in order")
            return None
        return Hole(top * unit, (ground + gap) * unit, bottom * unit, (values[5] or 0.0) if most == 6 else 0.0)

    # -- arcs ---------------------------------------------------------------------------------------------------------

    def _through(self, match: re.Match[str]) -> None:
        """CIP: from where the tool is, through (I1, J1), to (X, Y); in the plane."""
        state = self.state
        unit = state.unit or 0.0
        feed = float(match["f"]) * unit if match["f"] else state.feed
        if not unit or not state.absolute or not feed or self._hole:
            self._wrong("E705", "CIP is read with G90, units and a feed, and no modal cycle", "state them before")
            return
        end = (float(match["x"]) * unit, float(match["y"]) * unit)
        found = _circle((state.x, state.y), (float(match["i"]) * unit, float(match["j"]) * unit), end)
        if found is None:
            self._wrong("E711", "the three points of CIP lie on a line", "write a line")
            return
        state.motion, state.feed = None, feed
        self._go(Arc(*end, state.z, found[0], found[1], found[2], feed))


def _circle(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> tuple[float, float, bool] | None:
    """Centre of the circle from a through b to c, and whether it runs clockwise; None where they lie on a line."""
    (bx, by), (cx, cy) = (b[0] - a[0], b[1] - a[1]), (c[0] - a[0], c[1] - a[1])
    cross = bx * cy - by * cx
    b2, c2 = bx * bx + by * by, cx * cx + cy * cy
    if abs(cross) <= _STRAIGHT * max(b2, c2):
        return None
    x, y = (cy * b2 - by * c2) / (2 * cross), (bx * c2 - cx * b2) / (2 * cross)
    return a[0] + x, a[1] + y, cross < 0
