"""What each control accepts, as data; `READERS` lists the controls by the dialect that a machine file names.

Written from the controls' own documents and sources, not from the post-processors: the reader is a second witness.
GRBL 1.1: gnea/grbl, grbl/gcode.c and doc/markdown/commands.md (bfb67f0). LinuxCNC 2.9: docs/src/gcode/*.adoc
(overview: modal groups; g-code; m-code) and its interpreter `rs274`, which the tests run beside this reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Control:
    """Grammar and limits of one control.

    groups: code → modal group; two codes of one group cannot share a block. refused: code → why it is not read.
    letters: value words. line_bytes: longest line with its end. percent: whether ``%`` lines mark start and end.
    arc_slack mm, arc_ratio: an arc whose two radii differ by more than `arc_slack` and `arc_ratio` × radius, or by
    more than 100 × `arc_slack`, is refused. full_turn: a sweep below this, rad, is taken for a full turn.
    highest: largest value of a word. peck_back: how far above the last depth a peck's rapid ends, mm.
    changes_tool: "T" where the T word alone takes the tool, "M6" where M6 does. lengths: whether a tool's length
    has to be called (G43). beam: which words switch a laser. blends: whether it rounds corners off where the program
    does not bound that (LinuxCNC: G64 without P, which is also in force where nothing is said; GRBL stays on the path).
    """

    title: str
    groups: Mapping[str, str]
    refused: Mapping[str, str]
    letters: frozenset[str]
    line_bytes: int
    percent: bool
    arc_slack: float
    full_turn: float
    arc_ratio: float = 0.001
    highest: Mapping[str, float] = field(default_factory=dict)
    peck_back: float = 0.0
    changes_tool: Literal["T", "M6"] = "T"
    lengths: bool = False
    beam: Literal["spindle", "outputs"] = "spindle"
    blends: bool = False


def _groups(**codes: str) -> dict[str, str]:
    return {code: group.replace("_", " ") for group, names in codes.items() for code in names.split()}


def _because(why: str, codes: str) -> dict[str, str]:
    return dict.fromkeys(codes.split(), why)


_ELSEWHERE = "where it leads to is known only to the machine, not from the text"
_PLANE = "only the XY plane (G17) is read"
_OTHER_ZERO = "it moves the zero that all positions count from"
_COMPENSATION = "the tool's path has to stand in the text, not be made by the control"

_GRBL_GROUPS = _groups(
    motion="G0 G1 G2 G3 G80",
    plane="G17",
    distance="G90 G91",
    arc_distance="G91.1",
    feed_mode="G94",
    units="G20 G21",
    compensation="G40",
    tool_length="G49",
    work_offset="G54 G55 G56 G57 G58 G59",
    path_control="G61",
    dwell="G4",
    stop="M0 M1 M2 M30",
    spindle="M3 M4 M5",
    coolant="M7 M8 M9",
)
_GRBL_REFUSED = {
    **_because(_ELSEWHERE, "G28 G28.1 G30 G30.1 G53"),
    **_because(_PLANE, "G18 G19"),
    **_because(_OTHER_ZERO, "G10 G92 G92.1 G43.1"),
    **_because("feed in turns of time hides the feed", "G93"),
    **_because("probing ends where the workpiece is", "G38.2 G38.3 G38.4 G38.5"),
    **_because("GRBL answers error 20", "M6 G43 G64 G90.1 G95 G41 G42 G81 G82 G83 G73 G98 G99"),
}

GRBL = Control(
    title="GRBL 1.1",
    groups=_GRBL_GROUPS,
    refused=_GRBL_REFUSED,
    letters=frozenset("FIJKLNPRSTXYZ"),
    line_bytes=80,
    percent=False,
    arc_slack=0.005,
    full_turn=5e-7,
    highest={"N": 1e7, "T": 255},
)

_LINUXCNC_GROUPS = _groups(
    motion="G0 G1 G2 G3 G73 G80 G81 G82 G83",
    plane="G17",
    distance="G90 G91",
    arc_distance="G90.1 G91.1",
    feed_mode="G94",
    units="G20 G21",
    compensation="G40",
    tool_length="G43 G49",
    retract="G98 G99",
    work_offset="G54 G55 G56 G57 G58 G59 G59.1 G59.2 G59.3",
    path_control="G61 G61.1 G64",
    spindle_mode="G97",
    dwell="G4",
    tool_change="M6",
    stop="M0 M1 M2 M30",
    spindle="M3 M4 M5",
    mist="M7",
    flood="M8",
    coolant="M9",
    override="M48",
    outputs="M62 M63 M64 M65 M67 M68",
)
_LINUXCNC_REFUSED = {
    **_because(_ELSEWHERE, "G28 G28.1 G30 G30.1 G53 M60 M61"),
    **_because(_PLANE, "G17.1 G18 G18.1 G19 G19.1"),
    **_because(_OTHER_ZERO, "G10 G52 G92 G92.1 G92.2 G92.3 G43.1 G43.2"),
    **_because(_COMPENSATION, "G41 G41.1 G42 G42.1"),
    **_because("feed per time or turn hides the feed", "G93 G95 G96"),
    **_because("probing ends where the workpiece is", "G38.2 G38.3 G38.4 G38.5"),
    **_because("this cycle or motion is not read", "G5 G5.1 G5.2 G5.3 G33 G33.1 G74 G76 G84 G85 G86 G87 G88 G89"),
    **_because("it reads the machine while it runs", "M66 M70 M71 M72 M73 M98 M99 M19"),
}

LINUXCNC = Control(
    title="LinuxCNC",
    groups=_LINUXCNC_GROUPS,
    refused=_LINUXCNC_REFUSED,
    letters=frozenset("DEFHIJKLNPQRSTXYZ"),
    line_bytes=256,
    percent=True,
    arc_slack=0.01 * 2 * 2**0.5,
    full_turn=1e-9,
    highest={"N": 99999, "T": 99999},
    peck_back=0.254,
    changes_tool="M6",
    lengths=True,
    beam="outputs",
    blends=True,
)

READERS: dict[str, Control] = {"grbl": GRBL, "linuxcnc": LINUXCNC}
"""Reader of each dialect that a machine file may name."""
