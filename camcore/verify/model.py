"""What a proof is made of. Value types only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from camcore.files import write_whole
from camcore.findings import Finding, errors
from camcore.geometry import Curve
from camcore.moves import Move
from camcore.nesting.model import Placement
from camcore.part import Bevel, Part


class Cone(NamedTuple):
    """A pointed tool: the angle between its sides, degrees, and the diameter of its tip, mm."""

    angle: float
    tip: float = 0.0


class Running(NamedTuple):
    """How a tool or beam is to run: feed, and plunge straight down, mm/min; rpm; power, 0 to 1; pierce, s; step, what a
    pass may take at once, mm. None is not stated."""

    feed: float
    plunge: float | None = None
    rpm: float | None = None
    power: float | None = None
    pierce: float | None = None
    step: float | None = None


@dataclass(frozen=True, slots=True)
class IntendedCut:
    """One cut as cut.json states it; `tabs` are (x, y, width): middle on the finished edge, and length along the edge
    that is not cut through, mm; `passes`: how often a laser goes along it, until it is through; `skin`: what a mill's
    cut leaves at the bottom, mm; `bevel`: the edge that it breaks."""

    part: str
    placement: int
    kind: str
    index: int = 0
    tool: int = 0
    tabs: tuple[tuple[float, float, float], ...] = ()
    passes: int = 1
    skin: float = 0.0
    bevel: Bevel | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What a program was meant to make: the placed parts, the stock, and the order of cuts. All mm, work coordinates.

    kerf for lasers; tools (number → diameter) for mills, `cones` those of them that are pointed; the stock reaches from
    `top_z` down to `bottom_z`; `running` by number of a tool, or for lasers by "cut", "mark" and "score"; `air` has to
    be on where something is cut; `tab_height` of all tabs and `mark_depth` of a mill's marks, mm, 0 where not stated;
    `crop`: the lines that free the remnant, where the tool's centre runs; `milling`: which way round a mill goes along
    edges, empty where not stated.
    """

    sheet: str
    outline: Curve
    placements: tuple[Placement, ...]
    parts: Mapping[str, Part]
    process: str
    cuts: tuple[IntendedCut, ...]
    holes: tuple[Curve, ...] = ()
    kerf: float = 0.0
    tools: Mapping[int, float] = field(default_factory=dict)
    top_z: float = 0.0
    bottom_z: float = 0.0
    cones: Mapping[int, Cone] = field(default_factory=dict)
    running: Mapping[str, Running] = field(default_factory=dict)
    air: bool = False
    tab_height: float = 0.0
    mark_depth: float = 0.0
    crop: tuple[Curve, ...] = ()
    milling: Literal["climb", "conventional", ""] = ""


@dataclass(frozen=True, slots=True)
class ReadMove:
    """A move that the reader took from the text: where it starts, and the line it stands on.

    tool, rpm, power (0 to 1 of full) and air are the state in force while it runs; length is the tool whose length
    offset is in force (G43), or None; blend is how far the control may leave the path, mm, inf where nothing says so;
    dynamic is whether power follows the actual speed, so that a beam that stands is off.
    """

    move: Move
    line: int
    x0: float
    y0: float
    z0: float
    tool: int = 0
    rpm: float = 0.0
    power: float = 0.0
    air: bool = False
    length: int | None = None
    blend: float = 0.0
    dynamic: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """Outcome of one check: its name, its figures by name (mm, mm/min, s), and what it found."""

    name: str
    figures: dict[str, Any]
    findings: tuple[Finding, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not errors(self.findings)


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that reading and checking a program gave."""

    text: str
    moves: tuple[ReadMove, ...]
    checks: tuple[Checked, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings of all checks."""
        return tuple(finding for check in self.checks for finding in check.findings)

    @property
    def proven(self) -> bool:
        """Whether no check found an error."""
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class Verified:
    """A proven program. Made by `verify.verify` alone; the only thing that can be saved."""

    verdict: Verdict

    def __post_init__(self) -> None:
        if not self.verdict.proven:
            raise ValueError("a program with error findings is not verified")

    def save(self, path: Path) -> Path:
        """Write the program's text to `path`, whole or not at all."""
        write_whole(path, self.verdict.text)
        return path
