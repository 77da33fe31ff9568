"""What a plan is made of. Value types only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from camcore.findings import Finding
from camcore.geometry import Curve, Pose
from camcore.nesting.model import NestedSheet
from camcore.part import Bevel


class Kind(StrEnum):
    """What a cut makes; the words of cut.json."""

    MARK = "mark"
    DRILL = "drill"
    POCKET = "pocket"
    HOLE = "hole"
    OUTLINE = "outline"


class Role(StrEnum):
    """What a stroke is for."""

    LEAD_IN = "lead-in"
    RAMP = "ramp"
    CUT = "cut"
    OVERCUT = "overcut"
    TAB = "tab"
    LEAD_OUT = "lead-out"
    AGAIN = "again"
    """A further pass of a beam over what was cut before."""


@dataclass(frozen=True, slots=True, eq=False)
class Stroke:
    """The tool's or beam's centre along an open curve, Z going evenly from `z0` to `z1` over its length, mm.

    Strokes of one cut follow each other without a gap. On a laser z is 0 throughout.
    """

    curve: Curve
    role: Role
    feed: float
    z0: float = 0.0
    z1: float = 0.0


@dataclass(frozen=True, slots=True)
class Tab:
    """Holding tab: its middle on the finished edge (x, y), its width along the edge, and its height, mm."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Hole:
    """A hole made by plunging tool straight down: centre, depth below the stock's top (positive), peck; mm.

    dwell: s at the bottom; chip_break: pecks break the chip without leaving the hole.
    """

    x: float
    y: float
    depth: float
    feed: float
    peck: float = 0.0
    dwell: float = 0.0
    chip_break: bool = False

    def posed(self, pose: Pose) -> Hole:
        """The hole carried to a pose."""
        ((x, y),) = pose.points(np.array([[self.x, self.y]])).tolist()
        return replace(self, x=x, y=y)


@dataclass(frozen=True, slots=True)
class Cut:
    """One feature's cut: a chain of strokes, or one drilled hole.

    placement counts from 0 within the sheet, `index` within the part's holes (marks, drills), 0 for an outline.
    tool is a number of the plan's tools (mill) or 0 (laser); power 0 to 1 and pierce s are for lasers: soft is a
    pierce with rising power. passes: how often the beam goes along it, all of them among
    the strokes. `via` are the places round which the head travels to the cut, mm. skin: what an outline's cut leaves
    at the bottom, mm, so that the part stays where it is; another cut of the outline may take it. bevel: what a mark
    breaks, where it is none to be seen.
    """

    part: str
    placement: int
    kind: Kind
    index: int = 0
    tool: int = 0
    strokes: tuple[Stroke, ...] = ()
    hole: Hole | None = None
    tabs: tuple[Tab, ...] = ()
    power: float = 0.0
    pierce: float = 0.0
    soft: bool = False
    passes: int = 1
    via: tuple[tuple[float, float], ...] = ()
    skin: float = 0.0
    bevel: Bevel | None = None

    @property
    def start(self) -> tuple[float, float]:
        """Where the tool or beam meets the sheet first."""
        return (self.hole.x, self.hole.y) if self.hole else self.strokes[0].curve.start

    @property
    def end(self) -> tuple[float, float]:
        """Where it leaves the sheet."""
        return (self.hole.x, self.hole.y) if self.hole else self.strokes[-1].curve.end


@dataclass(frozen=True, slots=True)
class Tool:
    """A rotating tool: number in the machine, diameter mm, kind, as in `tooling.ToolSpec`, how it runs.

    plunges: whether it cuts to its centre; angle, degrees, between the sides of its cone, and its tip's diameter, mm
    """

    number: int
    diameter: float
    kind: str
    name: str = ""
    rpm: float = 0.0
    flutes: int = 2
    plunges: bool = True
    angle: float = 0.0
    tip: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """All cuts of one sheet in cutting order.

    kerf: width of the laser's cut, mm (0 for mills); thickness: stock, mm; top is z = 0, bottom −thickness
    clearance: height for travel over the stock, mm (mills)
    corner_power: least share of its power that a beam has in corners, where its control does not see to that; 1: all
    crop: what parts the remnant from the sheet, after all cuts
    """

    sheet: NestedSheet
    process: str
    cuts: tuple[Cut, ...]
    thickness: float
    kerf: float = 0.0
    tools: dict[int, Tool] = field(default_factory=dict)
    clearance: float = 0.0
    air: bool = False
    corner_power: float = 1.0
    findings: tuple[Finding, ...] = ()
    crop: tuple[Cut, ...] = ()

    @property
    def all_cuts(self) -> tuple[Cut, ...]:
        """The cuts of parts, and then those that free the remnant."""
        return (*self.cuts, *self.crop)
