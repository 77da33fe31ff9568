"""What the stock is made of: pieces, who holds them, and their movements. Value types only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from camcore.geometry import Curve

Vertices = tuple[tuple[float, float, float], ...]
"""A closed contour: x, y in mm and bulge = tan(sweep / 4) of each vertex; the first one is not repeated."""


def curve_of(rows: Vertices) -> Curve:
    """The curve through these vertices. Raises ValueError where they are none."""
    return Curve(np.array(rows, dtype=np.float64))


class Kind(StrEnum):
    """A whole sheet as it was bought, or what was left of one."""

    SHEET = "sheet"
    REMNANT = "remnant"


class State(StrEnum):
    """Where a piece stands."""

    AVAILABLE = "available"
    RESERVED = "reserved"
    CONSUMED = "consumed"
    SCRAPPED = "scrapped"


class Change(StrEnum):
    """What a movement does. A reservation that its date has ended has lapsed."""

    RECEIVED = "received"
    RETURNED = "returned"
    RESERVED = "reserved"
    PROGRAMMED = "programmed"
    RELEASED = "released"
    LAPSED = "lapsed"
    CONSUMED = "consumed"
    SCRAPPED = "scrapped"
    MOVED = "moved"
    AMENDED = "amended"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A sheet or remnant as it comes in; lengths in mm.

    certificate: number of the material's certificate; certificate_sha256: hash of its file
    grain: direction of the grain in the outline's coordinates, None where the material has none or nobody knows
    outline, holes: lower left corner of the outline's box at (0, 0); holes are cut-outs and defects
    place: rack or bin; cost: of the whole piece, in the shop's currency; received: a date such as 2026-11-22
    parent: id of the piece that it was cut from
    """

    material: str
    thickness: float
    outline: Vertices
    holes: tuple[Vertices, ...] = ()
    kind: Kind = Kind.SHEET
    grade: str | None = None
    manufacturer: str | None = None
    lot: str | None = None
    certificate: str | None = None
    certificate_sha256: str | None = None
    grain: Literal["x", "y"] | None = None
    place: str | None = None
    cost: float | None = None
    received: str | None = None
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a piece: for which job, and by whom.

    run: host and folder of the run that holds it, which make one run its own successor; empty where it is held by hand
    """

    job: str
    by: str
    run: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """The program that a piece is for: its file's name and SHA-256, and that of the run's manifest."""

    program: str
    program_sha256: str
    manifest_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A sheet or remnant in the stock.

    id: S-000123 for a sheet, R-000124 for a remnant
    holder: who holds it, or has consumed it; until: last day of a reservation, None for no end
    cut: the program that it is for, or that has consumed it, as soon as that is known
    """

    id: str
    state: State
    what: Arrival
    holder: Holder | None = None
    until: str | None = None
    cut: Cut | None = None

    @property
    def outline(self) -> Curve:
        """Outline, mm, with the lower left corner of its box at (0, 0)."""
        return curve_of(self.what.outline)

    @property
    def holes(self) -> tuple[Curve, ...]:
        """Cut-outs and defects, mm."""
        return tuple(map(curve_of, self.what.holes))


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the ledger, which is only ever added to; `at` is UTC.

    before: state of the piece before it, None for its first; by: who did it; the rest as far as it concerns the change
    """

    number: int
    at: str
    piece: str
    change: Change
    before: State | None
    after: State
    by: str
    job: str | None = None
    run: str | None = None
    until: str | None = None
    program: str | None = None
    program_sha256: str | None = None
    manifest_sha256: str | None = None
    place: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """A piece that is used up by a cut for a job, and what comes back of it."""

    piece: str
    job: str
    cut: Cut
    remnants: tuple[Arrival, ...] = ()
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """Which pieces are asked for; None asks for any. `thickness` is least and greatest, mm."""

    ids: tuple[str, ...] | None = None
    states: tuple[State, ...] | None = None
    kind: Kind | None = None
    material: str | None = None
    thickness: tuple[float, float] | None = None
    grade: str | None = None
    lot: str | None = None
    certificate: str | None = None
    place: str | None = None
    job: str | None = None
    parent: str | None = None
    program_sha256: str | None = None
