"""Controls that come from three-dimensional printing: Marlin 2.1 and Smoothieware.

Marlin: MarlinFirmware/Marlin, gcode/parser.cpp, gcode/motion/G2_G3.cpp, gcode/control/M3-M5.cpp; marlinfw.org.
Smoothieware: Smoothieware/Smoothieware, GcodeDispatch.cpp, Robot.cpp, Laser.cpp. Neither compares the radii of an arc:
the tolerance here is what the straight step at its end may be. Both take G91.1 for G91. Smoothieware knows no arc by
its radius and keeps a feed of its own for G0 (Robot.cpp).
"""

from __future__ import annotations

from camcore.verify.control import ELSEWHERE, OTHER_ZERO, PLANE, PROBING, Control, because, groups

_RELATIVE = "it is read as G91: all that follows would be relative"
_REFUSED = {
    **because(_RELATIVE, "G91.1 G90.1"),
    **because(ELSEWHERE, "G27 G28 G30 G53"),
    **because(PLANE, "G18 G19"),
    **because(OTHER_ZERO, "G10 G92 M206 M428"),
    **because(PROBING, "G29 G38.2 G38.3 G38.4 G38.5"),
    **because("it takes lengths along the filament", "M82 M83"),
}

MARLIN = Control(
    title="Marlin",
    groups=groups(
        motion="G0 G1 G2 G3",
        plane="G17",
        distance="G90 G91",
        units="G20 G21",
        dwell="G4",
        wait="M400",
        end="M77 M84 M18",
        spindle="M3 M4 M5",
        mist="M7",
        flood="M8",
        coolant="M9",
    ),
    refused={
        **_REFUSED,
        **because("it does not end the program; M30 deletes a file", "M2 M30"),
        **because("it waits only where the firmware is built for it", "M0 M1"),
        **because("on a fan's output hangs air only where the machine file says so (beam.air_words)", "M106 M107"),
        **because("M6 is no command of Marlin", "M6"),
    },
    letters=frozenset("FIJNPRSXYZ"),
    always=frozenset("N"),
    uses={"M3": "S", "M4": "S", "G0": "XYZF", "G1": "XYZF", "G2": "XYZIJRF", "G3": "XYZIJRF"},
    comments=";",
    line_bytes=96,
    commands=True,
    ends=frozenset(["M77", "M84", "M18"]),
    arc_slack=0.005,
    arc_ratio=0.0,
    dwell={"P": 0.001, "S": 1.0},
    changes_tool="T",
    grammar="fans",
)
SMOOTHIEWARE = Control(
    title="Smoothieware",
    groups=groups(
        motion="G0 G1 G2 G3",
        plane="G17",
        distance="G90 G91",
        units="G20 G21",
        dwell="G4",
        stop="M2",
        spindle="M3 M4 M5",
        mist="M7",
        flood="M8",
        coolant="M9",
    ),
    refused={
        **_REFUSED,
        **because("it deletes a file unless grbl_mode is set", "M30"),
        **because("it is ignored", "M0 M1"),
        **because("tool changers are another firmware's", "M6"),
    },
    letters=frozenset("FIJNPSTXYZ"),
    always=frozenset("STN"),
    uses={"G1": "XYZF", "G2": "XYZIJF", "G3": "XYZIJF"},
    line_bytes=128,
    start="G0",
    arc_slack=0.005,
    arc_ratio=0.0,
    dwell={"S": 1.0},
    changes_tool="T",
    beam="motion",
)
