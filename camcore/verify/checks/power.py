"""Check: what cuts is running, with its own length offset, and within what the machine can do."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from camcore.findings import Finding
from camcore.geometry.arrays import Bools
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.controls import READERS
from camcore.verify.model import Checked

_SLACK = 1e-6


def power(case: Case) -> Checked:
    """E734 tool in the stock with the spindle off, E737 power or speed beyond the machine, E739 no length offset, W735
    feed moves of a laser without beam; figures: range of power, or of speed in rpm."""
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
    figures = (
        {"power_min": float(track.power[lit].min()), "power_max": float(track.power[lit].max())} if lit.any() else {}
    )
    return Checked("power", figures, few(found))


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
    if READERS[case.machine.dialect].lengths:
        bare = inside & (track.tool > 0) & (track.length != track.tool)
        found += _at(
            case, bare, "E739", "tool in the stock without its length offset", "call G43 after the tool change"
        )
    figures = (
        {"rpm_min": float(track.rpm[inside].min()), "rpm_max": float(track.rpm[inside].max())} if inside.any() else {}
    )
    return Checked("power", figures, few(found))


def _at(case: Case, which: Bools, code: str, message: str, advice: str) -> Iterator[Finding]:
    return (Finding(code, message, advice, where={"line": int(line)}) for line in np.unique(case.track.line[which]))
