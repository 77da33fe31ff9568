"""Check: rapids run with the beam off, and above the material."""

from __future__ import annotations

import numpy as np

from camcore.findings import Finding
from camcore.units import SAME_POINT
from camcore.verify.case import Case
from camcore.verify.checks.notes import few
from camcore.verify.model import Checked


def rapids(case: Case) -> Checked:
    """E731 with the beam on, E732 below the clearance height, E733 into material; figure: the lowest travel, mm."""
    found = _burning(case) if case.machine.process == "laser" else [*_low(case), *_plunging(case)]
    track = case.track
    travel = track.rapid & ~track.still
    figures: dict[str, float | int] = {"rapids": int(track.rapid.sum())}
    if case.machine.process == "mill" and travel.any():
        figures["lowest_travel"] = float(np.minimum(track.z0, track.z1)[travel].min())
    return Checked("rapids", figures, few(found))


def _burning(case: Case) -> list[Finding]:
    """GRBL switches the beam off in G0 only where $32=1, which the text cannot show: M5 or S0 has to stand there."""
    track = case.track
    lit = track.rapid & (track.power > 0) & ~track.still
    advice = "switch the beam off (M5, S0 or M63) before the rapid"
    return [
        Finding("E731", f"rapid with the beam on at {power:.0%} power", advice, where={"line": int(line)})
        for line, power in zip(track.line[lit], track.power[lit], strict=True)
    ]


def _low(case: Case) -> list[Finding]:
    heights, track = case.machine.heights, case.track
    clearance = case.top_z + (heights.clearance if heights else 0.0)
    low = np.minimum(track.z0, track.z1)
    bad = track.rapid & ~track.still & (low < clearance - SAME_POINT)
    return [
        _low_finding(int(line), float(z), case.top_z, clearance)
        for line, z in zip(track.line[bad], low[bad], strict=True)
    ]


def _low_finding(line: int, z: float, top: float, clearance: float) -> Finding:
    where = {"line": line, "z": z, "limit": clearance}
    advice = "lift the tool to the clearance height first"
    if z < top:
        return Finding("E733", f"rapid travel at Z{z:.3f}, below the stock's top", advice, where=where)
    return Finding(
        "E732", f"rapid travel at Z{z:.3f}, below the clearance height of {clearance:.3f} mm", advice, where=where
    )


def _plunging(case: Case) -> list[Finding]:
    """Rapids straight down onto the stock or into it, but for those in a hole that this tool has fed to before."""
    track, found = case.track, []
    reached: dict[tuple[int, float, float], float] = {}
    for k in np.flatnonzero(track.still & (np.minimum(track.z0, track.z1) <= case.top_z + SAME_POINT)):
        x, y = track.rows[k, 2:4].round(4)
        place = (int(track.tool[k]), float(x), float(y))
        if not track.rapid[k]:
            reached[place] = min(reached.get(place, np.inf), float(track.z1[k]))
        elif track.z1[k] < track.z0[k] and track.z1[k] < reached.get(place, np.inf):
            where = {"line": int(track.line[k]), "x": float(x), "y": float(y), "z": float(track.z1[k])}
            advice = "feed the tool (G1) from above the stock"
            found.append(Finding("E733", f"rapid plunge into the stock to Z{track.z1[k]:.3f}", advice, where=where))
    return found
