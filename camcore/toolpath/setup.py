"""How a job is cut: everything that the material library, the machine and the job say, resolved to numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from camcore.findings import Finding
from camcore.toolpath.model import Tool


class Look(NamedTuple):
    """Feed, mm/min, power, 0 to 1, and passes of a mark."""

    feed: float
    power: float
    passes: int


@dataclass(frozen=True, slots=True)
class LaserSetup:
    """Laser: lengths mm, feeds mm/min, times s, power 0 to 1.

    lead_shape, lead_spot: one each of `leads.SHAPES` and `leads.SPOTS`
    soft_pierce: whether the power rises in steps while the beam pierces
    joints: micro-joints of `joint_width` on each part of an area below `joint_below`, mm²
    heat_gap: no part nearer than this to the one just cut comes next, where another can; 0: any may
    common_cut: whether straight edges one kerf apart are parted by one cut
    goes_round: whether the head must not travel over parts that have come loose
    corner_power: least share of its power that a beam of constant power has in corners; 1: all of it
    passes: how often each contour is cut, the focus `focus_step` lower each time; `mark_passes`, `score_passes` alike
    """

    kerf: float
    feed: float
    power: float
    pierce: float
    lead: float
    overcut: float
    lead_out: float
    mark_feed: float
    mark_power: float
    air: bool = False
    lead_shape: str = "auto"
    lead_spot: str = "auto"
    soft_pierce: bool = False
    joints: int = 0
    joint_width: float = 0.0
    joint_below: float = 0.0
    heat_gap: float = 0.0
    common_cut: bool = False
    goes_round: bool = True
    passes: int = 1
    focus_step: float = 0.0
    mark_passes: int = 1
    score_feed: float = 0.0
    score_power: float = 0.0
    score_passes: int = 1
    corner_power: float = 1.0

    def look(self, scored: bool) -> Look:
        """How a mark is made: a line that is scored, to be folded or broken along, or one that is only to be seen."""
        if scored:
            return Look(self.score_feed, self.score_power, self.score_passes)
        return Look(self.mark_feed, self.mark_power, self.mark_passes)


class Hold(StrEnum):
    """What holds a part while its outline is cut."""

    TABS = "tabs"
    SKIN = "onion skin"
    VACUUM = "vacuum"


@dataclass(frozen=True, slots=True)
class Holding:
    """How parts are held, by their area, mm²: lengths mm.

    onion_skin: what outlines leave at the bottom until all else is cut; 0: none do
    onion_skin_cut: whether it is then cut, at `onion_skin_feed` times the feed; else it is broken and sanded
    onion_skin_area: smaller parts have tabs all the same
    vacuum_area: parts at least so large are held by vacuum alone; 0: none is
    """

    onion_skin: float = 0.0
    onion_skin_cut: bool = True
    onion_skin_feed: float = 0.5
    onion_skin_area: float = 0.0
    vacuum_area: float = 0.0

    def by(self, area: float) -> Hold:
        """What holds a part of that area."""
        if self.vacuum_area and area >= self.vacuum_area:
            return Hold.VACUUM
        return Hold.SKIN if self.onion_skin and area >= self.onion_skin_area else Hold.TABS


@dataclass(frozen=True, slots=True)
class MillSetup:
    """Mill: lengths mm, feeds mm/min, `ramp_angle` in degrees.

    step_down: most depth of one pass, mm; with a smaller tool at most `step_ratio` of its diameter
    breakthrough: how far the last pass goes below the stock
    peck_ratio: holes deeper than this many diameters are pecked, by `peck_step` diameters, or by `peck` mm where that
    is set; chip_break: without leaving the hole
    tabs: on each outline at least this many, and one for each `tab_every` mm of it (0: no more)
    step_over: distance of a pocket's passes in diameters of the tool, at most 0.5
    finish: stock that passes leave on profiles for a last one at full depth, mm; 0: none is left
    tool_life: m of path after which a tool is worn; 0: nothing is known
    rest: whether a smaller tool clears what a larger one leaves in a pocket's corners
    tab_shape: one of `resolve.TAB_SHAPES`
    constant_clearing: whether pockets are cleared with constant engagement, where that clears all of them
    corner_feed: least share of the feed in inside corners; 1: all of it
    """

    tools: dict[int, Tool]
    profile_tool: int
    feed: dict[int, float]
    plunge: dict[int, float]
    step_down: float
    breakthrough: float
    ramp_angle: float
    tab_width: float
    tab_height: float
    tabs: int
    climb: bool
    clearance: float
    mark_depth: float
    air: bool = False
    step_ratio: float = 1.0
    peck_ratio: float = 3.0
    tab_every: float = 0.0
    step_over: float = 0.4
    rest: bool = True
    finish: float = 0.0
    tool_life: float = 0.0
    peck_step: float = 1.0
    peck: float = 0.0
    chip_break: bool = False
    constant_clearing: bool = False
    tab_shape: str = "trapezoid"
    corner_feed: float = 1.0
    holding: Holding = Holding()

    def peck_at(self, depth: float, diameter: float) -> float:
        """Peck, mm, of a hole so deep; 0 where it is drilled in one go.

        Twice as deep as holes that are pecked at all, by half of it: the way out is long for the chips.
        """
        deepest = self.peck_ratio * diameter
        if depth <= deepest:
            return 0.0
        return self.peck or self.peck_step * diameter * (0.5 if depth > 2 * deepest else 1.0)

    def pass_depth(self, tool: int) -> float:
        """Most depth of one pass of a tool, mm."""
        return min(self.step_down, self.step_ratio * self.tools[tool].diameter)


@dataclass(frozen=True, slots=True)
class Setup:
    """Resolved process of one job; exactly one of `laser` and `mill` is set.

    min_spacing: the least part spacing that this process needs, mm; spacing, margin: the library's advice.
    crop: whether the remnant is cut free at last
    sources: parameter name → (value's status and source), for reports.
    """

    process: str
    thickness: float
    min_spacing: float
    spacing: float
    margin: float
    laser: LaserSetup | None = None
    mill: MillSetup | None = None
    sources: dict[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    crop: bool = False
