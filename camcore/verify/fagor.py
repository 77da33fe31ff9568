"""Fagor's drilling cycle, read as what it makes the tool do.

Fagor Automation, CNC 8055 M & EN Programming manual, V02.2x, p. 162: G81 G98/G99 X Y Z I K. Z is the reference plane,
or where the tool is; I the depth, K the wait there in 1/100 s; G98 goes back to the plane that the tool came from, G99
to the reference plane. Every block of X and Y drills again until G80 (fagor.cps of konkers/Mill-Post-Processors, 2015).
Other cycles are refused, and whatever else than a place stands between G81 and G80.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from camcore.verify.drilling import Drilling, Hole
from camcore.verify.words import Block

_BETWEEN = frozenset(["motion", "cycle", "spindle", "flood", "coolant"])
"""Groups whose codes may stand between G81 and G80."""
_PLACES = frozenset("XYSN")
"""Words that may."""


class Fagor(Drilling):
    """Reads blocks for a Fagor 8055; see the module's text."""

    _OFF: ClassVar[str] = "G80"

    def _check(self, words: Block) -> None:
        super()._check(words)
        if words.findings:
            return
        cycle = words.codes.get("cycle")
        if cycle == "G81":
            self._check_cycle(words)
        elif self._hole and cycle is None:
            self._check_between(words)

    def _check_cycle(self, words: Block) -> None:
        state, said = self.state, words.values
        if self._hole:
            words.refuse("E705", "G81 while another is in force is not read", "call that off with G80 first")
        if self._motion(words) != "G0" or not self._absolute(words):
            words.refuse("E705", "G81 is read with G0 and G90 alone", "state both before it")
        if "I" not in said:
            words.refuse("E708", "G81 needs a word I", "add I")
        if state.retract is None and "retract" not in words.codes:
            words.refuse("E716", "G81 before G98 or G99 is stated", "state G98 or G99")
        if not self._feed(words):
            words.refuse("E710", "G81 without a feed", "state F before it or in its block")
        wait = said.get("K", 0.0)
        if wait < 0 or wait != int(wait):
            words.refuse("E712", f"K{wait:g} is no whole number of 1/100 s", "give a whole number")
        start, bottom = self._heights(words)
        if not bottom < start <= state.z:
            words.refuse("E712", "the heights of G81 are not I < Z <= the tool's", "put them in order")

    def _check_between(self, words: Block) -> None:
        other = words.codes.keys() - _BETWEEN or words.values.keys() - _PLACES
        if other or words.codes.get("motion", "G0") != "G0":
            words.refuse("E705", "between G81 and G80 only places of holes are read", "call G81 off with G80 first")

    def _heights(self, words: Block) -> tuple[float, float]:
        """Reference plane and depth of a cycle, mm."""
        unit, here = self._unit(words) or 1.0, self.state.z
        start, bottom = words.values.get("Z"), words.values.get("I", 0.0)
        return here if start is None else start * unit, bottom * unit

    def _execute(self, words: Block) -> None:
        if words.codes.get("cycle") == "G80":
            self._hole = None
        super()._execute(words)

    def _move(self, words: Block) -> None:
        if words.codes.get("cycle") == "G81":
            self._hole = self._taken(words)
            words = replace(words, values={letter: value for letter, value in words.values.items() if letter in "XY"})
        super()._move(words)

    def _taken(self, words: Block) -> Hole:
        start, bottom = self._heights(words)
        back = self.state.z if self.state.retract == "G98" else start
        return Hole(back, start, bottom, words.values.get("K", 0.0) * self.control.dwell["K"])
