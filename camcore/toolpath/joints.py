"""Micro-joints: short bridges of uncut material that hold a small part which the beam would leave loose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camcore.geometry import arcs
from camcore.geometry.arrays import Floats
from camcore.geometry.track import Track
from camcore.part import Part
from camcore.toolpath import tabs
from camcore.toolpath.setup import LaserSetup

LEAST_JOINT = 0.25
"""A joint narrower than this, mm, holds nothing; the proof refuses it."""


@dataclass(frozen=True, slots=True, eq=False)
class Joints:
    """Where a contour may have joints: middles (n,), mm along its path, and `gap`, the length left uncut there.

    The gap is a kerf longer than the joint is wide, for the beam's own radius eats into either end.
    """

    track: Track
    allowed: Floats
    gap: float
    count: int

    def after(self, start: float, overcut: float) -> list[float]:
        """Middles of the joints, mm past `start` and rising, spread evenly; none where the contour begins and ends."""
        length = self.track.length
        ahead = np.sort((self.allowed - start) % length)
        ahead = ahead[(ahead > overcut + self.gap) & (ahead < length - self.gap)]
        chosen = tabs.choose(ahead, np.ones(len(ahead), dtype=bool), length, self.count, self.gap)
        return [float(ahead[k]) for k in chosen]


def wanted(part: Part, laser: LaserSetup) -> int:
    """How many joints the outline of a part gets: none where it is as large as `joint_below`, mm², or larger."""
    return laser.joints if abs(part.outline.area) < laser.joint_below else 0


def joints(track: Track, count: int, laser: LaserSetup) -> Joints:
    """Joints of a contour: on straights, or on the gentlest arcs where no straight is long enough."""
    gap = laser.joint_width + laser.kerf
    shape = tabs.TabShape(gap, gap, 0.0, 0.0)
    allowed = tabs.places(tabs.stretches(track, shape, laser.kerf / 2)) if count else np.empty(0)
    if len(allowed):
        bend = arcs.centre_form(track.rows[[track.locate(place)[0] for place in allowed.tolist()]]).radius
        allowed = allowed[bend >= bend.max() / 2]
    return Joints(track, allowed, gap, count)
