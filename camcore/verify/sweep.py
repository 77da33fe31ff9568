"""What the tool or beam takes away: the stretches of the track that cut, each with its radius."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from camcore.geometry.arrays import Bools, Floats
from camcore.geometry.distance import from_points_to
from camcore.geometry.index import SegmentIndex
from camcore.units import CUT_EDGE
from camcore.verify.model import Task
from camcore.verify.track import Track, below

_TOUCH = 1e-6
"""Deeper below the top than this is in the stock, mm."""


@dataclass(frozen=True, eq=False)
class Sweep:
    """Cutting stretches and the radius (n,) of the disc that each sweeps, mm."""

    track: Track
    radius: Floats

    @cached_property
    def index(self) -> SegmentIndex:
        """Index of the stretches' paths, made when it is first asked for."""
        return SegmentIndex(self.track.rows)

    def take(self, which: Bools) -> Sweep:
        """The stretches that `which` selects."""
        return Sweep(self.track.take(which), self.radius[which])

    def shortfall(self, points: Floats) -> Floats:
        """By how much, mm, the nearest disc falls short of each point (n, 2); inf where nothing is cut."""
        best = np.full(len(points), np.inf)
        for radius, index in self._by_radius if len(points) else ():
            best = np.minimum(best, from_points_to(points, index) - radius)
        return best

    @cached_property
    def _by_radius(self) -> list[tuple[float, SegmentIndex]]:
        radii = np.unique(self.radius).tolist()
        if len(radii) == 1:
            return [(radii[0], self.index)]
        return [(radius, SegmentIndex(self.track.rows[self.radius == radius])) for radius in radii]


def cutting(track: Track, task: Task) -> Sweep:
    """All stretches that take material away: the beam burns, or the tool is below the stock's top."""
    if task.process == "laser":
        burning = track.take((track.power > 0) & ~track.rapid)
        return Sweep(burning, np.full(len(burning), task.kerf / 2))
    milling = below(track, task.top_z - _TOUCH)
    return Sweep(milling, radii(milling, task))


def through(sweep: Sweep, task: Task, skin: float = 0.0) -> Sweep:
    """The stretches that go through the stock, but for a skin of so many mm: all of a laser's, and a tool's at that
    height or below."""
    if task.process == "laser":
        return sweep
    deep = below(sweep.track, task.bottom_z + skin + CUT_EDGE)
    return Sweep(deep, radii(deep, task))


def radii(track: Track, task: Task) -> Floats:
    """Radius of the tool of each entry, mm, of a cone at the stock's top; 0 for a tool that the task does not know.

    Where the program calls no tool at all, and the task has one, that one is in the spindle.
    """
    known = dict(task.tools)
    if len(known) == 1:
        known.setdefault(0, next(iter(known.values())))
    found = np.zeros(len(track))
    for number, diameter in known.items():
        found[track.tool == number] = diameter / 2
    for number, cone in task.cones.items():
        mine = track.tool == number
        depth = task.top_z - np.minimum(track.z0, track.z1)[mine]
        found[mine] = np.minimum(found[mine], cone.tip / 2 + depth * math.tan(math.radians(cone.angle / 2)))
    return found
