"""What a control accepts, as data.

Written from the controls' own documents and sources, not from the post-processors: the reader is a second witness.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

AIR: Mapping[str, tuple[str, bool]] = {
    "M7": ("mist", True), "M8": ("flood", True), "M9": ("mist flood", False)
}  # fmt: skip
"""Codes that switch air or coolant: what they switch, and whether on."""


@dataclass(frozen=True, slots=True, eq=False)
class Control:
    """Grammar and limits of one control.

    groups: code → modal group; two codes of one group cannot share a block. refused: code → why it is not read.
    letters: value words; uses: code → value words that it may have beside the usual; always: those that any block may
    have. named: name before ``=`` → value word. comments: the marks that begin one. upper: only capitals.
    points: words that need a decimal point, as without one they count least steps; decimals: how many of them are kept,
    in mm and inches.
    line_bytes: longest line with its end; packs: without its comments and blanks. percent: whether ``%`` lines mark
    start and end. name: what names a program.
    acts_on: signs that it acts on wherever they stand, in comments too; runs: comments that are run.
    commands: each block is one code with its words, and no motion holds over. cancels: G80 is of a group of its own
    and may stand beside G0 to G3.
    units: code → mm. start: the motion in force at the start. ends: codes that end a program.
    arc_slack mm, arc_ratio: an arc whose two radii differ by more than `arc_slack` and `arc_ratio` × radius, or by
    more than 100 × `arc_slack`, is refused. full_turn: a sweep below this, rad, is taken for a full turn.
    highest: largest value of a word. peck_back: how far above the last depth a peck's rapid ends, mm.
    dwell: word of G4 → s; point_seconds: such a word with a decimal point counts s; whole: words that take no point.
    changes_tool: "T" where the T word alone takes the tool, "M6" where M6 does; after that the spindle stands, and
    `stops` says that M6 itself sees to it; elsewhere M5 has to stand before it. length: what calls a tool's length,
    where that has to be called. offset: the work offset that is usual. air: as `AIR`.
    beam: which words switch a laser: spindle words, outputs, or S in each block of motion, with G0 always dark.
    blend: code → words that bound how far corners are rounded; blends: whether corners are rounded without a bound
    where nothing is said (GRBL stays on the path; elsewhere it may be a setting that programs do not reach);
    lags: whether the servos or a setting round corners, by an amount that no word bounds, unless each block stops
    exactly (G61); bound: what to write before a bound of so many mm.
    grammar: what blocks are made of, "words" alone or as `klartext.py`, `siemens.py`, `fagor.py` and `fans.py` say;
    subprograms: the form that is read, of `subprograms.FORMS`.
    """

    title: str
    groups: Mapping[str, str]
    refused: Mapping[str, str]
    letters: frozenset[str]
    line_bytes: int
    arc_slack: float
    arc_ratio: float = 0.001
    full_turn: float = 1e-9
    uses: Mapping[str, str] = field(default_factory=dict)
    always: frozenset[str] = frozenset("FSTN")
    named: Mapping[str, str] = field(default_factory=dict)
    comments: Literal["();", "()", ";"] = "();"
    upper: bool = False
    points: frozenset[str] = frozenset()
    decimals: tuple[int, int] = (15, 15)
    percent: bool = False
    name: re.Pattern[str] | None = None
    commands: bool = False
    cancels: bool = False
    units: Mapping[str, float] = field(default_factory=lambda: {"G20": 25.4, "G21": 1.0})
    start: str | None = None
    ends: frozenset[str] = frozenset(["M2", "M30"])
    highest: Mapping[str, float] = field(default_factory=dict)
    peck_back: float = 0.0
    dwell: Mapping[str, float] = field(default_factory=lambda: {"P": 1.0})
    point_seconds: bool = False
    whole: frozenset[str] = frozenset()
    acts_on: str = ""
    packs: bool = False
    runs: re.Pattern[str] | None = None
    changes_tool: Literal["T", "M6"] = "M6"
    stops: bool = False
    length: Literal["", "G43", "G56", "D", "TOOL CALL"] = ""
    offset: str = "G54"
    air: Mapping[str, tuple[str, bool]] = field(default_factory=lambda: AIR)
    beam: Literal["spindle", "outputs", "motion"] = "spindle"
    blend: Mapping[str, str] = field(default_factory=dict)
    blends: bool = False
    lags: bool = False
    bound: str = "G64 P"
    grammar: Literal["words", "klartext", "sinumerik", "fagor", "fans"] = "words"
    subprograms: str = ""

    def but(self, **changes: Any) -> Control:
        """Another control, which differs in these fields alone."""
        return replace(self, **changes)

    def seconds(self, letter: str, value: float, point: bool) -> float:
        """A dwell's word in s."""
        return value if self.point_seconds and point else value * self.dwell.get(letter, self.dwell.get("P", 1.0))


def groups(**codes: str) -> dict[str, str]:
    """Code → group, from group → codes; an underscore in a group's name is a space."""
    return {code: group.replace("_", " ") for group, names in codes.items() for code in names.split()}


def because(why: str, codes: str) -> dict[str, str]:
    """Code → why it is refused."""
    return dict.fromkeys(codes.split(), why)


def without(table: Mapping[str, str], codes: str) -> dict[str, str]:
    """The table without some codes."""
    return {code: word for code, word in table.items() if code not in codes.split()}


ELSEWHERE = "where it leads to is known only to the machine, not from the text"
PLANE = "only the XY plane (G17) is read"
OTHER_ZERO = "it moves the zero that all positions count from"
COMPENSATION = "the tool's path has to stand in the text, not be made by the control"
FEED = "feed per time or turn hides the feed"
PROBING = "probing ends where the workpiece is"
CYCLE = "this cycle or motion is not read"
ELSEWHERE_TEXT = "what it calls does not stand where it has to in this text, or it is called from a subprogram"
