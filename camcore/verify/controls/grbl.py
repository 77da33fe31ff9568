"""GRBL 1.1: gnea/grbl bfb67f0, grbl/gcode.c and doc/markdown/commands.md; and the two that grew from it.

Feed hold (!) and resume (~) are taken out of the stream before any line is read (serial.c), so from comments too.
Comments and blanks of a line are not kept and count for nothing (protocol.c).

grblHAL: grblHAL/core f80fc34, gcode.c. FluidNC: bdring/FluidNC e952f33, FluidNC/src/GCode.cpp.
"""

from __future__ import annotations

from dataclasses import replace

from camcore.verify.control import ELSEWHERE, FEED, OTHER_ZERO, PLANE, PROBING, Control, because, groups, without

_GROUPS = groups(
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
_REFUSED = {
    **because(ELSEWHERE, "G28 G28.1 G30 G30.1 G53"),
    **because(PLANE, "G18 G19"),
    **because(OTHER_ZERO, "G10 G92 G92.1 G43.1"),
    **because(FEED, "G93"),
    **because(PROBING, "G38.2 G38.3 G38.4 G38.5"),
    **because("GRBL answers error 20", "M6 G43 G64 G90.1 G95 G41 G42 G81 G82 G83 G73 G98 G99"),
}

GRBL = Control(
    title="GRBL 1.1",
    groups=_GROUPS,
    refused=_REFUSED,
    letters=frozenset("FIJKLNPRSTXYZ"),
    line_bytes=80,
    packs=True,
    start="G0",
    arc_slack=0.005,
    full_turn=5e-7,
    highest={"N": 1e7, "T": 255},
    acts_on="!~",
    changes_tool="T",
)

_CYCLES = "G73 G81 G82 G83 G98 G99"
GRBLHAL = replace(
    GRBL,
    title="grblHAL",
    groups={
        **_GROUPS,
        **groups(motion="G73 G81 G82 G83", retract="G98 G99", tool_change="M6"),
    },
    refused={
        **without(_REFUSED, f"M6 {_CYCLES}"),
        **because("this reader does not know how the control is set up for it", "G43 G64 G90.1 G95 G41 G42"),
        **because("it reads or drives the machine's own inputs and outputs", "M62 M63 M64 M65 M66 M67 M68"),
    },
    letters=frozenset("FIJKLNPQRSTXYZ"),
    line_bytes=256,
    packs=False,
    peck_back=0.254,
    changes_tool="M6",
)
FLUIDNC = replace(
    GRBL,
    title="FluidNC",
    refused={
        **_REFUSED,
        **because("without a macro or tool changer FluidNC changes the number and goes on without a stop", "M6"),
        **because("FluidNC does not know it", "G43 G64 G90.1 G95 G41 G42 G81 G82 G83 G73 G98 G99"),
        **because("it reads or drives the machine's own inputs and outputs", "M62 M63 M64 M65 M66 M67 M68"),
    },
    line_bytes=255,
    packs=False,
)
