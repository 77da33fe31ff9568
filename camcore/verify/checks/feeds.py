"""Check: feeds are within the machine's."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.geometry.arrays import Bools, Floats, Ints
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked

_SLACK = 1e-6


def feeds(case: Case) -> Checked:
    """E736 for a feed, or its Z part, above the machine's; figures: range of feeds, mm/min.

    Heights are rounded to the text's step, and the Z part with them: a step of each way is let pass.
    """
    track, rates = case.track, case.machine.rates
    length = np.maximum(track.lengths, 1e-12)
    rise = np.maximum(np.abs(track.z1 - track.z0) - case.machine.step, 0.0)
    z_feed = track.feed * rise / length
    found = [
        *_over(case, track.feed, rates.feed_max, "feed"),
        *(_over(case, z_feed, rates.feed_z_max, "feed in Z") if rates.feed_z_max else ()),
    ]
    fed = track.feed > 0
    figures = {"feed_min": float(track.feed[fed].min()), "feed_max": float(track.feed[fed].max())} if fed.any() else {}
    return Checked("feeds", figures, few(found))


def _over(case: Case, values: Floats, limit: float, what: str) -> list[Finding]:
    return [
        Finding(
            "E736",
            f"{what} of {values[k]:.0f} mm/min; the machine makes {limit:.0f}",
            "lower F",
            where={"line": int(case.track.line[k]), "size": float(values[k]), "limit": limit},
        )
        for k in _first_of_lines(case, values > limit + _SLACK)
    ]


def _first_of_lines(case: Case, which: Bools) -> Ints:
    """Of the chosen entries the first of each line."""
    chosen = np.flatnonzero(which)
    _, first = np.unique(case.track.line[chosen], return_index=True)
    return chosen[first]
