"""LinuxCNC 2.9: docs/src/gcode/*.adoc (overview: modal groups; g-code; m-code) and its interpreter `rs274`, which the
tests run beside this reader. Comments that begin with ``py,`` are run as Python (src/emc/rs274ngc, py_execute).
"""

from __future__ import annotations

import re

from camcore.verify.control import (
    COMPENSATION,
    CYCLE,
    ELSEWHERE,
    FEED,
    OTHER_ZERO,
    PLANE,
    PROBING,
    Control,
    because,
    groups,
)

LINUXCNC = Control(
    title="LinuxCNC",
    groups=groups(
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
    ),
    refused={
        **because(ELSEWHERE, "G28 G28.1 G30 G30.1 G53 M60 M61"),
        **because(PLANE, "G17.1 G18 G18.1 G19 G19.1"),
        **because(OTHER_ZERO, "G10 G52 G92 G92.1 G92.2 G92.3 G43.1 G43.2"),
        **because(COMPENSATION, "G41 G41.1 G42 G42.1"),
        **because(FEED, "G93 G95 G96"),
        **because(PROBING, "G38.2 G38.3 G38.4 G38.5"),
        **because(CYCLE, "G5 G5.1 G5.2 G5.3 G33 G33.1 G74 G76 G84 G85 G86 G87 G88 G89"),
        **because("it lets the machine change feed or speed while it runs", "M49 M50 M51 M52 M53"),
        **because("it reads the machine while it runs", "M66 M70 M71 M72 M73 M98 M99 M19"),
    },
    letters=frozenset("DEFHIJKLNPQRSTXYZ"),
    uses={
        "G43": "H", "G64": "PQ", "M62": "P", "M63": "P", "M64": "P", "M65": "P", "M67": "EQ", "M68": "EQ"
    },
    line_bytes=256,
    percent=True,
    arc_slack=0.01 * 2 * 2**0.5,
    highest={"N": 99999, "T": 99999},
    peck_back=0.254,
    stops=True,
    length="G43",
    runs=re.compile(r"[(;]\s*py,", re.IGNORECASE),
    beam="outputs",
    blend={"G64": "PQ"},
    subprograms="O-word",
    blends=True,
)  # fmt: skip
