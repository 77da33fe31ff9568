"""Check: what cuts is running, with its own length offset, and within what the machine can do."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from camcore.findings import Finding
from camcore.geometry.arrays import Bools
from camcore.moves import Arc, Dwell, Line, Rapid, Spindle
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.controls import READERS
from camcore.verify.model import Checked

_SLACK = 1e-6
_ROUNDED = 0.01
"""Dwells are rounded to so many s at the coarsest."""


def power(case: Case) -> Checked:
    """What runs while the tool or beam is at work; figures: range of power, or of speed in rpm.

    E734 tool in the stock with the spindle off, W781 with it not yet at speed, E737 power or speed beyond the machine,
    E739 no length offset, W735 feed moves of a laser without beam, W743 with a beam of constant power where the machine
    has a dynamic one.
    """
    if case.machine.process == "laser":
        return _beam(case)
    return _spindle(case)


def _beam(case: Case) -> Checked:
    track = case.track
    feeding = ~track.rapid
    lit = feeding & (track.power > 0)
    found = [
        *_at(
            case,
            lit & (track.power > 1 + _SLACK),
            "E737",
            "power above the machine's full power",
            "lower the power word",
        )
    ]
    dark = feeding & (track.power <= 0) & ~track.still
    found += _at(case, dark, "W735", "feed move with the beam off", "make it a rapid, or switch the beam on")
    found += _constant(case)
    figures = (
        {"power_min": float(track.power[lit].min()), "power_max": float(track.power[lit].max())} if lit.any() else {}
    )
    return Checked("power", figures, few(found))


def _constant(case: Case) -> Iterator[Finding]:
    """W743, once, for feed moves with the beam on at constant power (M3), where the machine has it follow the speed."""
    beam = case.machine.beam
    moved = (read for read in case.moves if isinstance(read.move, Line | Arc) and read.power > 0 and not read.dynamic)
    if beam and beam.mode == "dynamic" and (read := next(moved, None)):
        message = "the beam cuts at constant power; where the machine slows down, as in corners, it burns wider"
        yield Finding("W743", message, "cut with M4, and pierce with M3", where={"line": read.line})


def _spindle(case: Case) -> Checked:
    track, spindle = case.track, case.machine.spindle
    inside = np.minimum(track.z0, track.z1) < case.top_z - SAME_POINT
    running = track.rpm > 0
    found = list(
        _at(case, inside & ~running, "E734", "tool in the stock with the spindle off", "start the spindle (M3) first")
    )
    if spindle:
        beyond = running & ((track.rpm < spindle.rpm_min - _SLACK) | (track.rpm > spindle.rpm_max + _SLACK))
        limits = f"spindle speed outside {spindle.rpm_min:g} to {spindle.rpm_max:g} rpm"
        found += _at(case, beyond, "E737", limits, "set S within the machine's range")
    if length := READERS[case.machine.dialect].length:
        bare = inside & (track.tool > 0) & (track.length != track.tool)
        found += _at(
            case, bare, "E739", "tool in the stock without its length offset", f"call {length} after the tool change"
        )
    found += _too_soon(case)
    figures = (
        {"rpm_min": float(track.rpm[inside].min()), "rpm_max": float(track.rpm[inside].max())} if inside.any() else {}
    )
    return Checked("power", figures, few(found))


def _too_soon(case: Case) -> Iterator[Finding]:
    """W781 for cuts that begin before the spindle has come up to speed, by dwells and the way there."""
    spindle, rates, waited, cold = case.machine.spindle, case.machine.rates, 0.0, False
    for read in case.moves if spindle and spindle.spin_up else ():
        if isinstance(read.move, Spindle):
            waited, cold = 0.0, read.move.rpm > 0
        elif isinstance(read.move, Dwell):
            waited += read.move.seconds
        elif cold and isinstance(read.move, Rapid | Line | Arc):
            if min(read.z0, read.move.z) < case.top_z - SAME_POINT and spindle:
                cold = False
                if waited < spindle.spin_up - _ROUNDED:
                    message = f"the cut begins {waited:.1f} s after the spindle starts; it takes {spindle.spin_up:g} s"
                    where = {"line": read.line, "size": waited, "limit": spindle.spin_up}
                    yield Finding("W781", message, "dwell (G4) after M3", where=where)
            else:
                rate = rates.rapid_xy if isinstance(read.move, Rapid) else max(read.move.feed, 1e-6)
                waited += 60.0 * math.dist((read.x0, read.y0, read.z0), (read.move.x, read.move.y, read.move.z)) / rate


def _at(case: Case, which: Bools, code: str, message: str, advice: str) -> Iterator[Finding]:
    return (Finding(code, message, advice, where={"line": int(line)}) for line in np.unique(case.track.line[which]))
