"""What a nest is made of. Value types only; nothing here needs the search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from camcore.findings import Finding
from camcore.geometry import Curve, Pose
from camcore.part import Part


@dataclass(frozen=True, slots=True)
class Demand:
    """A part, how many of it, and how it may be turned.

    `rotations` are degrees counter-clockwise; None means any angle. `fill` parts are placed only where there is
    room to spare, and may stay unplaced; of the others those with higher `priority` go first.

    along_grain: the rotations are relative to the sheet's grain, the part's own grain being along its x
    kit: all pieces of the parts of one kit lie on the same sheet
    into_holes: whether other parts may lie in its holes
    """

    part: Part
    quantity: int
    rotations: tuple[float, ...] | None = (0.0, 90.0, 180.0, 270.0)
    mirror: bool = False
    priority: int = 0
    fill: bool = False
    along_grain: bool = False
    kit: str | None = None
    into_holes: bool = True

    def turns_on(self, stock: Stock) -> tuple[float, ...] | None:
        """Allowed rotations on a stock, degrees; None means any angle."""
        if self.rotations is None or not self.along_grain or stock.grain == "x":
            return self.rotations
        return tuple((turn + 90.0) % 360.0 for turn in self.rotations)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a sheet or remnant is, by its papers; the search does not look at it.

    id: its identity in the stock database, and `parent` that of the sheet which it is a remnant of
    lot, certificate: numbers of the lot and of the certificate; certificate_sha256: hash of the certificate's file
    thickness: as recorded, mm; place: rack or bin where it lies
    """

    id: str | None = None
    lot: str | None = None
    certificate: str | None = None
    certificate_sha256: str | None = None
    grade: str | None = None
    manufacturer: str | None = None
    thickness: float | None = None
    parent: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """Sheet stock of one outline; `holes` are cut-outs and defects. `quantity` 0 means as many as needed.

    The outline's box has its lower left corner at (0, 0), mm; the same place is the program's work zero. The grain runs
    along "x" or "y". `origins` are one of each sheet, in the order in which they are used, or one of them all.
    """

    id: str
    outline: Curve
    holes: tuple[Curve, ...] = ()
    quantity: int = 0
    cost: float | None = None
    grain: Literal["x", "y"] = "x"
    origins: tuple[Origin, ...] = ()

    @staticmethod
    def rectangle(length: float, width: float, quantity: int = 0) -> Stock:
        """Rectangular sheet, `length` along x, `width` along y, mm."""
        return Stock(f"{length:g}x{width:g}mm", Curve.rectangle(length, width), (), quantity)


@dataclass(frozen=True, slots=True)
class Sides:
    """A distance for each side of a sheet, mm."""

    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True, eq=False)
class Zone:
    """Where no part may lie, a clamp say, in the coordinates of each sheet, or of those of one stock."""

    outline: Curve
    name: str = "zone"
    stock: str | None = None


@dataclass(frozen=True, slots=True)
class Locked:
    """A piece that stays where it is: on sheet number `sheet` (any count) of a stock."""

    stock: str
    placement: Placement
    sheet: int = 1


class Effort(StrEnum):
    """Named budgets of work."""

    QUICK = "quick"
    NORMAL = "normal"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Rules:
    """What a nest has to keep, and how long to look for a better one.

    spacing: least distance between the finished edges of two parts, mm
    margin: least distance of a finished edge from the sheet's edge, its holes and defects, mm
    effort: a named budget or a count of moves; the same effort, seed and version give the same nest
    seconds: cap on wall time; None for none
    margins: other distances from the sides of a sheet's box than `margin`, mm; curved and sloped edges, holes and
        defects keep `margin`
    zones: where nothing may lie; parts keep `spacing` from them
    locked: pieces that stay where they are; the others lie around them
    most_sheets: greatest number of sheets; None for any
    close_up: whether pieces slide together at last, until straight edges lie exactly the spacing apart
    """

    spacing: float
    margin: float
    effort: Effort | int = Effort.NORMAL
    seconds: float | None = None
    seed: int = 0
    threads: int = 1
    margins: Sides | None = None
    zones: tuple[Zone, ...] = ()
    locked: tuple[Locked, ...] = ()
    most_sheets: int | None = None
    close_up: bool = False

    @property
    def sides(self) -> Sides:
        """Distance from each side of a sheet's box, mm."""
        return self.margins or Sides(self.margin, self.margin, self.margin, self.margin)


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one piece of part `part` lies on its sheet."""

    part: str
    x: float
    y: float
    rotation: float
    mirror: bool = False

    @property
    def pose(self) -> Pose:
        """The placement as a pose of the part's own coordinates."""
        return Pose(self.x, self.y, self.rotation, self.mirror)


@dataclass(frozen=True, slots=True, eq=False)
class NestedSheet:
    """One layout; `repeat` identical sheets are cut of it.

    used_length: how far from x = 0 the parts reach, with margin, mm (the crop line)
    remnant: what is left beyond the crop line, or None
    """

    id: str
    stock: Stock
    placements: tuple[Placement, ...]
    repeat: int = 1
    used_length: float = 0.0
    remnant: Curve | None = None


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Pieces that lie on no sheet, and why."""

    part: str
    quantity: int
    why: str


@dataclass(frozen=True, slots=True)
class Nest:
    """All sheets of a job. `stopped_by` is "effort", "seconds", "interrupt" or "done" (nothing left to improve).

    findings: what was left out of the nest that the search was to go on from
    """

    demands: tuple[Demand, ...]
    sheets: tuple[NestedSheet, ...]
    unplaced: tuple[Unplaced, ...]
    rules: Rules
    stopped_by: str
    seconds: float = 0.0
    job: str = ""
    parts: dict[str, Part] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What a nest comes to. Yields are shares of stock area that became parts, sheets counted by `repeat`.

    yield_to_crop_line: with each sheet's area counted only as far as its crop line
    yield_bound: no nest of these parts with this spacing and margin on these stocks can have a higher one
    """

    sheets: int
    yield_: float
    yield_to_crop_line: float
    yield_bound: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has come: `share` of its budget from 0 to 1, and the best nest so far in figures.

    moves: pieces placed or moved since the start; unplaced: pieces that lie on no sheet; used_length: crop line of the
    last sheet, mm
    nest: puts that nest together, when it is asked, at any later time; it is checked only when the search returns it
    """

    share: float
    moves: int
    sheets: int
    unplaced: int
    used_length: float
    seconds: float
    nest: Callable[[], Nest]
