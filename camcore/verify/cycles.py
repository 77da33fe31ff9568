"""Drilling cycles taken apart into the moves that LinuxCNC makes of them.

LinuxCNC, docs/src/gcode/g-code.adoc, "Canned Cycles": first Z up to R if it is lower, then XY, then Z to R; the
words of a cycle hold until another motion or cycle is called; G98 ends each hole at the height before the run of
cycles, G99 at R.
"""

from __future__ import annotations

from collections.abc import Iterator

from camcore.moves import Dwell, Line, Move, Rapid
from camcore.verify.modal import Modal
from camcore.verify.words import Block

CYCLES = frozenset(["G73", "G81", "G82", "G83"])
_PECKING = frozenset(["G73", "G83"])
_MOST_PECKS = 1_000


def check(words: Block, motion: str, state: Modal, absolute: bool) -> None:
    """Note what is missing or wrong in a cycle's words."""
    running = state.motion in CYCLES
    said = {**(state.sticky if state.motion == motion else {}), **words.values}
    for letter in "ZR" + ("Q" if motion in _PECKING else "") + ("P" if motion == "G82" else ""):
        if letter not in said:
            words.refuse("E708", f"{motion} needs a word {letter}", f"add {letter}")
    if not absolute:
        words.refuse("E705", f"{motion} with G91 is not read", "write cycles in absolute positions")
    if state.retract is None and "retract" not in words.codes:
        words.refuse("E716", f"{motion} before G98 or G99 is stated", "state G98 or G99")
    if words.values.get("L", 1.0) != 1.0:
        words.refuse("E705", f"{motion} with L{words.values['L']:g} is not read", "write each hole out")
    if {"Z", "R"} <= said.keys() and said["Z"] > said["R"]:
        words.refuse("E712", f"{motion} drills to Z{said['Z']:g} above R{said['R']:g}", "R is the height to start from")
    if motion in _PECKING and "Q" in said:
        _check_pecks(words, motion, said)
    other_height = words.codes.get("retract", state.retract) != state.retract
    if running and (other_height or said.get("R") != state.sticky.get("R")):
        # LinuxCNC then goes across and up at once, from where the last hole ended.
        words.refuse("E705", f"{motion} with another R or return height than the holes before", "cancel with G80 first")


def _check_pecks(words: Block, motion: str, said: dict[str, float]) -> None:
    depth = said.get("R", 0.0) - said.get("Z", 0.0)
    if said["Q"] <= 0 or depth / said["Q"] > _MOST_PECKS:
        words.refuse("E712", f"{motion} Q{said['Q']:g} makes more than {_MOST_PECKS} pecks", "give a larger Q")


def expand(words: Block, state: Modal, back: float) -> Iterator[Move]:
    """Moves of one hole. `state` moves on as the caller executes them; `back` as in `Control`."""
    unit = state.unit or 1.0
    state.sticky.update({letter: words.values[letter] for letter in "ZRPQ" if letter in words.values})
    x = words.values["X"] * unit if "X" in words.values else state.x
    y = words.values["Y"] * unit if "Y" in words.values else state.y
    plane, bottom = state.sticky["R"] * unit, state.sticky["Z"] * unit
    if state.z < plane:
        yield Rapid(state.x, state.y, plane)
    yield Rapid(x, y, state.z)
    if state.z > plane:
        yield Rapid(x, y, plane)
    yield from _down(x, y, plane, bottom, state, back)
    clear = max(state.old_z, plane) if state.retract == "G98" else plane
    yield Rapid(x, y, clear)


def _down(x: float, y: float, plane: float, bottom: float, state: Modal, back: float) -> Iterator[Move]:
    feed, motion = state.feed or 0.0, state.motion
    if motion in _PECKING:
        step = state.sticky["Q"] * (state.unit or 1.0)
        depth = plane - step
        while depth > bottom:
            yield Line(x, y, depth, feed)
            if motion == "G83":
                yield Rapid(x, y, plane)
            yield Rapid(x, y, depth + back)
            depth -= step
    yield Line(x, y, bottom, feed)
    if motion == "G82":
        yield Dwell(state.sticky["P"])
