"""Check: the text is a program that the control reads, word for word."""

from __future__ import annotations

import numpy as np

from camcore.geometry import arcs
from camcore.moves import Arc, Dwell, Line, Rapid
from camcore.verify.case import Case
from camcore.verify.model import Checked
from camcore.verify.track import below


def reading(case: Case) -> Checked:
    """Findings of the reader (E701 to W717).

    Figures: lines, moves by kind, lengths in mm, of feed moves also in the air (above the stock, or without a beam),
    and what it takes at least, s, without any acceleration: `program.duration` knows more of a program that it made.
    """
    moves, track = [read.move for read in case.moves], case.track
    box = arcs.extremes(track.rows[track.feed > 0]) if (track.feed > 0).any() else np.zeros((1, 2))
    figures = {
        "lines": case.text.count("\n") + (not case.text.endswith("\n")),
        "rapids": sum(isinstance(move, Rapid) for move in moves),
        "straight_moves": sum(isinstance(move, Line) for move in moves),
        "arcs": sum(isinstance(move, Arc) for move in moves),
        "feed_length": float(track.lengths[~track.rapid].sum()),
        "air_length": _in_air(case),
        "rapid_length": float(track.lengths[track.rapid].sum()),
        "box": [round(float(value), 4) for value in (*box.min(axis=0), *box.max(axis=0))],
        "lowest_z": float(min(track.z1.min(initial=0.0), track.z0.min(initial=0.0))),
        "seconds_at_least": round(_seconds(case), 1),
    }
    return Checked("reading", figures, case.reading.findings)


def _in_air(case: Case) -> float:
    """Length of feed moves that take nothing away, mm."""
    feeding = case.track.take(~case.track.rapid)
    if case.machine.process == "laser":
        return float(feeding.lengths[feeding.power <= 0].sum())
    return float(feeding.lengths.sum() - below(feeding, case.top_z).lengths.sum())


def _seconds(case: Case) -> float:
    """Time at full feed without acceleration, s: a lower bound."""
    track, rates = case.track, case.machine.rates
    upward = track.still & (track.z0 != track.z1)
    rapid_rate = np.where(upward, rates.rapid_z or rates.rapid_xy, rates.rapid_xy)
    rate = np.where(track.rapid, rapid_rate, np.maximum(track.feed, 1e-6))
    waiting = sum(read.move.seconds for read in case.moves if isinstance(read.move, Dwell))
    return float((track.lengths / rate).sum() * 60 + waiting)
